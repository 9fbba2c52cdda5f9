"""Body points and masks to train other models with: COCO, and the layout of the CGV challenge.

Heads are hidden in the pictures these go with, and so they are in the masks: what lies under the
mosaic is marked as a part to pass over, and points there as not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray
from gaitdesk.domain.coding import JsonValue
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.recording import View
from gaitdesk.i18n import in_english, tr
from gaitdesk.report.coco import CATEGORY_ID, poses_to_coco
from gaitdesk.report.headless import Heads
from gaitdesk.report.rle import compressed, run_lengths

IMAGES = "images"
FACE = (
    Landmark.NOSE,
    Landmark.LEFT_EYE,
    Landmark.RIGHT_EYE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
)
_NOT_SEEN = 1
_VIEWS = {
    View.SAGITTAL_LEFT: "left",
    View.SAGITTAL_RIGHT: "right",
    View.CORONAL_FRONT: "forward",
    View.CORONAL_BACK: "backward",
}
_WALKS = {Plane.SAGITTAL: View.SAGITTAL_LEFT, Plane.CORONAL: View.CORONAL_FRONT}


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFilm:
    """One film with what was corrected in it.

    Attributes:
        number: Index of the film in the analysis.
        film: The film as it was corrected; its file is called by its number.
        frames: Frames that are to be labels, ascending.
        is_moved: Points that stand elsewhere than they were found, shape (frames, 23).
        is_placed: Points that a person put there in that very frame, shape (frames, 23).
        is_redrawn: Frames whose outline is another than was found, shape (frames,).
        is_painted: Frames in which a person painted it; elsewhere a model has carried that on, or
            it was erased in many frames at once.
        heads: What lies under the mosaic, by frame.
    """

    number: int
    film: FilmAnalysis
    frames: tuple[int, ...]
    is_moved: BoolArray
    is_placed: BoolArray
    is_redrawn: BoolArray
    is_painted: BoolArray
    heads: Mapping[int, FrameMask]


def heads_of(film: FilmAnalysis) -> dict[int, FrameMask]:
    """Where the mosaic over the patient's head lies, by frame; frames of no known head are not in.

    Args:
        film: The film as its heads are hidden.
    """
    picture = np.broadcast_to(np.uint8(0), (film.video.height, film.video.width, 3))
    heads, found = Heads(film), {}
    for frame in range(len(film.pose)):
        area = heads.area(frame, picture)
        mask = None if area is None else FrameMask.of(area)
        if mask is not None:
            found[frame] = mask
    return found


def labels_to_coco(films: Sequence[LabelledFilm]) -> dict[str, JsonValue]:
    """The chosen frames of all films as one COCO file, with what a person corrected marked.

    Beside what `poses_to_coco` writes stand, with each annotation, `is_corrected`,
    `corrected_keypoints`, `placed_keypoints`, `is_outline_corrected` and `is_outline_painted`. The
    part of a picture in which a head is hidden is an annotation of its own with `iscrowd` 1, which
    training passes over.
    """
    held = poses_to_coco([_without_head(one) for one in films])
    kept: dict[int, tuple[LabelledFilm, int]] = {}
    images: list[JsonValue] = []
    for image in held["images"]:
        one, frame = films[image["film"]], image["frame"]
        if frame in one.frames:
            kept[image["id"]] = (one, frame)
            images.append({**image, "file_name": picture_name(one.film, frame)})
    annotations: list[JsonValue] = []
    for annotation in held["annotations"]:
        if annotation["image_id"] in kept:
            one, frame = kept[annotation["image_id"]]
            held_points = _head_unseen(annotation["keypoints"], one.heads.get(frame))
            annotations.append({**annotation, "keypoints": held_points, **_marks(one, frame)})
    for image_id, (one, frame) in kept.items():
        if frame in one.heads:
            annotations.append(_hidden(one.heads[frame], one.film, image_id))
    for number, annotation in enumerate(annotations):
        annotation["id"] = number + 1
    held["info"]["description"] = (
        "Body points and masks of one person, corrected in part; heads are hidden and passed over"
    )
    return {**held, "images": images, "annotations": annotations}


def picture_name(film: FilmAnalysis, frame: int) -> str:
    """The picture of a frame, below the folder of the labels."""
    return f"{IMAGES}/{film.video.path.stem}_{frame:06d}.jpg"


def _without_head(one: LabelledFilm) -> FilmAnalysis:
    track = one.film.mask
    if track is None:
        return one.film
    frames = list(track.frames)
    for frame, head in one.heads.items():
        held = frames[frame]
        if held is not None:
            size = track.height, track.width
            frames[frame] = FrameMask.of(held.full(*size) & ~head.full(*size))
    return replace(one.film, mask=MaskTrack(track.width, track.height, tuple(frames)))


def _head_unseen(keypoints: Sequence[float], head: FrameMask | None) -> list[float]:
    """COCO's keypoints, those of the face and all that lie under the mosaic as not seen."""
    unseen = set(FACE)
    if head is not None:
        box = head.box()
        for point in Landmark:
            x, y = (round(one) for one in keypoints[3 * point : 3 * point + 2])
            column, row = x - head.left, y - head.top
            if 0 <= column < head.width and 0 <= row < head.height and box[row, column]:
                unseen.add(point)
    told = list(keypoints)
    for point in unseen:
        told[3 * point + 2] = min(told[3 * point + 2], _NOT_SEEN)
    return told


def _marks(one: LabelledFilm, frame: int) -> dict[str, JsonValue]:
    moved, placed = _names(one.is_moved[frame]), _names(one.is_placed[frame])
    redrawn = bool(one.is_redrawn[frame])
    return {
        "is_corrected": bool(moved) or redrawn,
        "corrected_keypoints": moved,
        "placed_keypoints": placed,
        "is_outline_corrected": redrawn,
        "is_outline_painted": bool(one.is_painted[frame]),
    }


def _names(chosen: BoolArray) -> list[str]:
    return [Landmark(point).name.lower() for point in np.flatnonzero(chosen).tolist()]


def _hidden(head: FrameMask, film: FilmAnalysis, image_id: int) -> dict[str, Any]:
    return {
        "image_id": image_id,
        "category_id": CATEGORY_ID,
        "iscrowd": 1,
        "segmentation": _rle(head, film),
        "bbox": [head.left, head.top, head.width, head.height],
        "area": int(head.box().sum()),
    }


def _rle(mask: FrameMask, film: FilmAnalysis) -> dict[str, JsonValue]:
    height, width = film.video.height, film.video.width
    return {"size": [height, width], "counts": compressed(run_lengths(mask, height, width))}


def walk_name(patient: int, one: LabelledFilm) -> str:
    """What the challenge's layout calls a film: child, walk, view, first and last frame."""
    film = one.film
    longest = max(film.passes, key=lambda each: each.last_frame - each.first_frame, default=None)
    view = _WALKS[film.plane] if longest is None else longest.view
    last = max(0, film.video.frame_count - 1)
    return f"{patient:04d}-{one.number + 1:04d}_{_VIEWS[view]}_0-{last}"


def frame_points(one: LabelledFilm, frame: int) -> dict[str, JsonValue]:
    """A frame's body points in the challenge's form; nobody where the picture shows nobody."""
    people: list[JsonValue] = []
    pose = one.film.pose
    points, scores = pose.points_px[frame], pose.confidence[frame]
    is_known = np.isfinite(points).all(axis=1) & (scores > 0)
    if frame in one.frames and is_known.any():
        people.append(
            {
                "keypoints": np.where(is_known[:, None], points, 0.0).round(3).tolist(),
                "keypoint_scores": np.where(is_known, scores, 0.0).round(4).tolist(),
                **_marks(one, frame),
            }
        )
    return {"frame_index": frame, "instance_info": people}


def frame_masks(one: LabelledFilm) -> dict[str, JsonValue]:
    """A film's masks, a form of our own: COCO's run lengths by frame, heads left out."""
    track = _without_head(one).mask
    masks = {} if track is None else dict(enumerate(track.frames))
    return {
        "form": "COCO run lengths, heads left out",
        "frames": {
            str(frame): _rle(mask, one.film)
            for frame, mask in masks.items()
            if mask is not None and frame in one.frames
        },
    }


def challenge_labels(patient: int, scores: FloatArray) -> list[JsonValue]:
    """A form as the challenge tells it: 0 for typical, 1 for not; nothing for what is not known.

    Args:
        patient: What the child is called there.
        scores: 0, 1, 2 or NaN, shape (2, 17).
    """
    entry: dict[str, JsonValue] = {"patient_id": patient}
    for side, row in zip(Side, _typical(scores), strict=True):
        told = {str(number + 1): value for number, value in enumerate(row) if value is not None}
        entry[side.value] = {**told, "Total": sum(told.values())}
    return [entry]


def _typical(scores: AnyArray) -> list[list[int | None]]:
    if scores.shape != (len(Side), len(Item)):
        raise ValueError(f"scores have shape {scores.shape}")
    return [[None if np.isnan(one) else int(one > 0) for one in row] for row in scores]


@in_english()
def labels_readme(purpose: str, lines: Sequence[str]) -> str:
    """What `README.txt` says of labels."""
    told = [
        tr("Body points and masks to train with"),
        "",
        tr(
            "This is pseudonymous, not anonymous: how a person walks can identify them. Keep it as"
            " the consent it was given under asks, which is for {purpose}, and do not try to find"
            " out who it shows."
        ).format(purpose=purpose),
        "",
        tr(
            "Heads are under a mosaic, and so is all around the child. Masks leave the head out;"
            " points of the face are labelled as not seen. Frames whose head is not known are left"
            " out. What a person corrected is marked; the rest is a model's, and may be wrong."
        ),
        "",
        *lines,
    ]
    return "\n".join(told) + "\n"
