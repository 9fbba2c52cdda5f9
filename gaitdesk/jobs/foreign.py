"""A labelled set of another clinic, in the layout of ChildGait-Video's challenge.

Labels stand in `track1_train.json`, body points in
`dataset/0001/0001-0001_backward_203-514_filtered_pose/frame_*.json`. Films are named inside them,
as `0001-0001_backward_203-514.mp4`, and may lie anywhere below the folder. The form of the
challenge's own masks is not known; those of `gaitdesk.jobs.training_labels` are read, from
`dataset/0001/0001-0001_backward_203-514_masks.json`, and a film beside which none lie has none.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import LANDMARK_COUNT, Plane, Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.gait.direction import find_passes
from gaitdesk.i18n import tr
from gaitdesk.learning.cases import UNGRADED, CutPlan, Missing, cut_key
from gaitdesk.learning.sources import Case, Excluded, Source, WhyOut
from gaitdesk.media.video import probe
from gaitdesk.perception.package import sha256_of
from gaitdesk.report.rle import mask_of, uncompressed

LABELS_FILE = "track1_train.json"
FRAMES_FOLDER = "dataset"

PLANES = {
    "forward": Plane.CORONAL,
    "backward": Plane.CORONAL,
    "left": Plane.SAGITTAL,
    "right": Plane.SAGITTAL,
}
"""The plane each of the set's views is filmed in."""

POSE_FOLDER, MASKS_FILE = "_filtered_pose", "_masks.json"
"""What a film's body points and its masks are called, after its name."""

_WALK = re.compile(r"(\d{4})-(\d{4})_(forward|backward|left|right)_(\d+)-(\d+)" + POSE_FOLDER)
_MOST_BYTES, _MOST_MASK_BYTES = 4_000_000, 200_000_000


@dataclass(frozen=True, slots=True)
class ForeignWalk:
    """One film of a child of the set.

    Attributes:
        folder: Where its body points lie.
        plane: It is filmed in.
        film: The film; None where it is not there.
        masks: The file of its masks; None where there are none.
    """

    folder: Path
    plane: Plane
    film: Path | None
    masks: Path | None = None


def is_foreign_set(folder: Path) -> bool:
    """Whether a folder holds such a set."""
    return (folder / LABELS_FILE).is_file() and (folder / FRAMES_FOLDER).is_dir()


def foreign_cases(folder: Path, plan: CutPlan) -> Job[tuple[list[Case], list[Excluded]]]:
    """Children of the set that have labels and films, and the others with why.

    Yields:
        One event a child.

    Raises:
        AnalysisUnreadable: The labels cannot be read.
    """
    labels = read_labels(folder / LABELS_FILE)
    videos = {path.name: path for path in sorted(folder.rglob("*.mp4"))}
    cases: list[Case] = []
    out: list[Excluded] = []
    for number, (patient, scores) in enumerate(sorted(labels.items())):
        yield Progress(number, len(labels), tr("Reading {name}").format(name=f"{patient:04d}"))
        name = f"{folder.name} {patient:04d}"
        walks = walks_of(folder, patient, videos)
        filmed = [one for one in walks if one.film is not None]
        if not filmed:
            text = tr(
                "Only body points of this child are there; put its films below {folder}, because"
                " the network learns from pictures."
            ).format(folder=folder)
            out.append(Excluded(f"foreign-{patient}", name, Source.FOREIGN, WhyOut.NO_FILM, text))
            continue
        contents = tuple(sha256_of(one.film) for one in filmed if one.film is not None)
        found = [_digest_of_names(one) for one in filmed]
        key = cut_key(plan, [LABELS_FILE, patient, contents, found])
        blank = int(np.isnan(scores).sum())
        cases.append(
            Case(
                id=f"foreign-{key[:16]}",
                name=name,
                source=Source.FOREIGN,
                persons=frozenset({f"foreign {folder.name} {patient}"}),
                contents=contents,
                scores=scores,
                missing=Missing(blank=blank),
                key=key,
                films=_opener(filmed),
            )
        )
    return cases, out


def read_labels(path: Path) -> dict[int, FloatArray]:
    """Scores by patient, each 0, `UNGRADED` or NaN, shape (2, 17).

    The set says typical or atypical, and not how much.

    Raises:
        AnalysisUnreadable: The file has another form.
    """
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        entries = list(held.values()) if isinstance(held, dict) else held
        return {int(entry["patient_id"]): _scores(entry) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnalysisUnreadable(
            tr("the labels {file} are not of the form of the challenge ({reason})").format(
                file=path, reason=error
            )
        ) from error


def _scores(entry: dict[str, Any]) -> FloatArray:
    scores = np.full((len(Side), len(Item)), np.nan)
    for row, side in enumerate(Side):
        for column in range(len(Item)):
            value = entry[side.value].get(str(column + 1))
            if value is None:
                continue
            if value not in (0, 1):
                raise ValueError(f"{side.value} {column + 1} is {value!r}")
            scores[row, column] = UNGRADED if value else 0.0
    return scores


def walks_of(folder: Path, patient: int, videos: dict[str, Path]) -> list[ForeignWalk]:
    """Films of one child of the set, by name."""
    found = []
    for place in sorted((folder / FRAMES_FOLDER / f"{patient:04d}").glob("*" + POSE_FOLDER)):
        named = _WALK.fullmatch(place.name)
        if named is None or int(named[1]) != patient:
            continue
        name = place.name.removesuffix(POSE_FOLDER)
        masks = place.with_name(name + MASKS_FILE)
        film = videos.get(f"{name}.mp4")
        walk = ForeignWalk(place, PLANES[named[3]], film, masks if masks.is_file() else None)
        found.append(walk)
    return found


def _opener(walks: Sequence[ForeignWalk]) -> Any:
    return lambda: tuple(film_of(one) for one in walks)


def film_of(walk: ForeignWalk) -> FilmAnalysis:
    """A film of the set with its body points, and with its masks where there are some.

    Raises:
        VideoUnreadable: The film cannot be decoded.
        AnalysisUnreadable: Its body points or masks have another form.
    """
    assert walk.film is not None
    video = probe(walk.film, with_hash=False)
    pose = read_pose(walk.folder, video.frame_count)
    mask = None if walk.masks is None else read_masks(walk.masks, video)
    passes = find_passes(pose, video.times_s, walk.plane)
    return FilmAnalysis(video=video, plane=walk.plane, pose=pose, mask=mask, passes=passes)


def read_pose(folder: Path, frames: int) -> PoseTrack:
    """Body points of one film: the first 23 of COCO-WholeBody, empty where nobody was found.

    Args:
        folder: With one file a frame.
        frames: Of the film.

    Raises:
        AnalysisUnreadable: A file has another form.
    """
    points = np.full((frames, LANDMARK_COUNT, 2), np.nan)
    confidence = np.zeros((frames, LANDMARK_COUNT))
    for path in sorted(folder.glob("frame_*.json")):
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise ValueError("too long")
            held = json.loads(path.read_text(encoding="utf-8"))
            number, people = int(held["frame_index"]), held["instance_info"]
            if not people or not 0 <= number < frames:
                continue
            own = np.array(people[0]["keypoints"], np.float64)[:LANDMARK_COUNT]
            sure = np.array(people[0]["keypoint_scores"], np.float64)[:LANDMARK_COUNT]
            if own.shape != (LANDMARK_COUNT, 2) or sure.shape != (LANDMARK_COUNT,):
                raise ValueError("fewer than 23 points")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AnalysisUnreadable(
                tr("the body points {file} are not of the form of the challenge ({reason})").format(
                    file=path, reason=error
                )
            ) from error
        is_there = np.isfinite(own).all(axis=1) & np.isfinite(sure) & (sure > 0)
        points[number][is_there] = own[is_there]
        confidence[number] = np.where(is_there, np.clip(sure, 0.0, 1.0), 0.0)
    return PoseTrack(points, confidence)


def read_masks(path: Path, video: Video) -> MaskTrack:
    """Masks of one film; frames that are not named have none.

    Args:
        path: The file, as `gaitdesk.report.training_labels.frame_masks` has it.
        video: The film.

    Raises:
        AnalysisUnreadable: The file has another form, or is of another film.
    """
    frames: list[FrameMask | None] = [None] * video.frame_count
    size = [video.height, video.width]
    try:
        if path.stat().st_size > _MOST_MASK_BYTES:
            raise ValueError("too long")
        held = json.loads(path.read_text(encoding="utf-8"))
        for name, coded in held["frames"].items():
            if coded["size"] != size:
                raise ValueError(f"{coded['size']} instead of {size}")
            if not 0 <= int(name) < video.frame_count:
                raise ValueError(f"frame {name} of {video.frame_count}")
            frames[int(name)] = mask_of(uncompressed(coded["counts"]), *size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise AnalysisUnreadable(
            tr("the masks {file} are not of the form of the challenge ({reason})").format(
                file=path, reason=error
            )
        ) from error
    return MaskTrack(video.width, video.height, tuple(frames))


def _digest_of_names(walk: ForeignWalk) -> list[list[Any]]:
    """What tells whether a film's findings were changed, without reading thousands of files."""
    files = [*sorted(walk.folder.glob("frame_*.json")), *([walk.masks] if walk.masks else [])]
    held = [(path.name, path.stat()) for path in files]
    return [[name, stat.st_size, math.floor(stat.st_mtime)] for name, stat in held]
