"""A visit's corrected body points and masks as training data, with pictures whose heads are hidden.

Two forms: COCO, of the frames that were corrected or of all; and the layout of ChildGait-Video's
challenge, which `gaitdesk.jobs.foreign` reads.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.correction import Correction
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.refusals import NothingCorrected
from gaitdesk.i18n import in_english, tr
from gaitdesk.jobs.finding_faces import face_detector
from gaitdesk.jobs.foreign import FRAMES_FOLDER, LABELS_FILE, MASKS_FILE, POSE_FOLDER
from gaitdesk.jobs.handing import hand_over
from gaitdesk.jobs.keeping import open_kept
from gaitdesk.jobs.reporting import reading_in_force, standing_analysis
from gaitdesk.learning.cases import labels_of
from gaitdesk.media.output import atomic_folder, write_text
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.perception.correct import hand_placed, painted_frames
from gaitdesk.report.case import film_name
from gaitdesk.report.headless import headless_film
from gaitdesk.report.interchange import dense_json
from gaitdesk.report.training_labels import (
    IMAGES,
    LabelledFilm,
    challenge_labels,
    frame_masks,
    frame_points,
    heads_of,
    labels_readme,
    labels_to_coco,
    picture_name,
    walk_name,
)
from gaitdesk.store.consents import purpose_words
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store

COCO_FILE = "annotations.coco.json"
README_FILE = "README.txt"
SUMS_FILE = "SHA256SUMS"
FILMS = "films"

_JPEG_QUALITY = 95
_FEWEST_NUMBERS, _MOST_NUMBERS = 1000, 9999


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """Which visit goes where, and what for.

    Attributes:
        session: The visit.
        out: A folder.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        purpose: What the others will use it for.
        is_corrected_alone: Whether only frames in which something was corrected go along; of the
            challenge's layout, whole films do.
    """

    session: SessionId
    out: Path
    folder: Path | None = None
    rater: str = ""
    purpose: Purpose = Purpose.TRAINING
    is_corrected_alone: bool = True


@dataclass(frozen=True, slots=True)
class Labels:
    """What was written.

    Attributes:
        place: The folder.
        frames: Frames that are labelled.
        corrected: Those of them in which something was corrected.
        blanked: Frames that were left out because the head could not be located.
        patient: What the child is called in the challenge's layout; 0 in COCO's.
    """

    place: Path
    frames: int
    corrected: int
    blanked: int
    patient: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Visit:
    """A visit as it stands, and what was corrected in each of its films."""

    analysis: Analysis
    films: tuple[LabelledFilm, ...]


def export_labels(order: LabelOrder) -> Job[Labels]:
    """Write frames of a visit with their body points and masks, as COCO's training data.

    Yields:
        Each part of a film.

    Raises:
        NothingCorrected: Only corrected frames are asked for, and there are none.
        ConsentMissing, PatientErased, HeadNotHidden, BlindReading, AnalysisUnreadable,
            ModelPackageInvalid, LicenceNotAccepted, VideoUnreadable, DiskFull, OutputNotWritable:
            As `export_case`.
    """
    visit = yield from _opened(order)
    films = visit.films
    if order.is_corrected_alone:
        films = tuple(replace(one, frames=_corrected_frames(one)) for one in films)
        if not any(one.frames for one in films):
            raise NothingCorrected
    with atomic_folder(order.out) as draft, tempfile.TemporaryDirectory(prefix="gaitdesk-") as work:
        (draft / IMAGES).mkdir()
        shown: list[LabelledFilm] = []
        lost = 0
        for number, one in enumerate(films):
            share = 1000.0 / len(films)
            if one.frames:
                hidden = Path(work) / one.film.video.path.name
                source = visit.analysis.films[one.number]
                blanked = yield from portion(
                    headless_film(source, face_detector(), hidden), number * share, 0.9 * share
                )
                left = tuple(frame for frame in one.frames if frame not in blanked)
                lost += len(one.frames) - len(left)
                one = replace(one, frames=left)
                pictures = _write_pictures(one, hidden, draft)
                yield from portion(pictures, (number + 0.9) * share, 0.1 * share)
            shown.append(one)
        write_text(draft / COCO_FILE, dense_json(labels_to_coco(shown)))
        made = _counted(order.out, shown, lost)
        _finish(order, draft, ExportForm.LABELS, made)
    return made


def export_challenge(order: LabelOrder) -> Job[Labels]:
    """Write a visit in the layout of ChildGait-Video's challenge: films, body points, scores.

    Only scores that a person gave or confirmed are labels. The child is called by a number drawn
    for this export, which is kept nowhere.

    Raises:
        OptionInvalid: The folder holds such a set already.
        GaitDeskError: As `export_labels`.
    """
    if (order.out / LABELS_FILE).exists() or (order.out / FRAMES_FOLDER).exists():
        raise OptionInvalid(
            tr(
                "{folder} holds such a set already. Choose another folder; several are learned from"
                " together."
            ).format(folder=order.out)
        )
    visit = yield from _opened(order)
    patient = _FEWEST_NUMBERS + secrets.randbelow(_MOST_NUMBERS - _FEWEST_NUMBERS + 1)
    scores, _ = labels_of(visit.analysis.scoresheet)
    with atomic_folder(order.out) as draft:
        place = draft / FRAMES_FOLDER / f"{patient:04d}"
        place.mkdir(parents=True)
        (draft / FILMS).mkdir()
        shown: list[LabelledFilm] = []
        lost = 0
        for number, one in enumerate(visit.films):
            share = 1000.0 / len(visit.films)
            name = walk_name(patient, one)
            hidden = draft / FILMS / f"{name}.mp4"
            source = visit.analysis.films[one.number]
            blanked = yield from portion(
                headless_film(source, face_detector(), hidden), number * share, share
            )
            left = tuple(frame for frame in one.frames if frame not in blanked)
            lost += len(one.frames) - len(left)
            one = replace(one, frames=left)
            _write_points(one, place / f"{name}{POSE_FOLDER}")
            write_text(place / f"{name}{MASKS_FILE}", dense_json(frame_masks(one)))
            shown.append(one)
        write_text(draft / LABELS_FILE, dense_json(challenge_labels(patient, scores)))
        made = replace(_counted(order.out, shown, lost), patient=patient)
        _finish(order, draft, ExportForm.CHALLENGE, made)
    return made


def _opened(order: LabelOrder) -> Job[_Visit]:
    yield Progress(0, None, tr("Opening the visit"))
    with Store.open(order.folder, rater=order.rater) as store:
        store.consents.check(order.session, order.purpose)
        reading = reading_in_force(store, order.session)
        analysis = standing_analysis(store, order.session, reading)
        kept = open_kept(store, order.session)
    films = []
    for number, (before, after) in enumerate(zip(kept.placed.films, analysis.films, strict=True)):
        films.append(_labelled(number, before, after, kept.corrections.get(number, ())))
    return _Visit(analysis, tuple(films))


def _labelled(
    number: int, before: FilmAnalysis, after: FilmAnalysis, made: Sequence[Correction]
) -> LabelledFilm:
    count = len(after.pose)
    placed = np.zeros((count, LANDMARK_COUNT), np.bool_)
    for point, frames in hand_placed(made, count).items():
        placed[sorted(frames), point] = True
    painted = np.zeros(count, np.bool_)
    painted[sorted(painted_frames(made, count))] = True
    moved = _differs(before.pose.points_px, after.pose.points_px)
    seen = np.any(np.isfinite(after.pose.points_px).all(axis=2), axis=1)
    named = replace(after.video, path=Path(film_name(number, after)))
    return LabelledFilm(
        number=number,
        film=replace(after, video=named),
        frames=tuple(np.flatnonzero(seen).tolist()),
        is_moved=moved | placed,
        is_placed=placed,
        is_redrawn=_redrawn(before.mask, after.mask, count),
        is_painted=painted,
        heads=heads_of(after),
    )


def _differs(before: FloatArray, after: FloatArray) -> BoolArray:
    """Points that stand elsewhere, shape (frames, 23); what is missing in both does not."""
    is_same = np.isclose(before, after, rtol=0.0, atol=1e-6, equal_nan=True)
    return np.asarray(~is_same.all(axis=2))


def _redrawn(before: MaskTrack | None, after: MaskTrack | None, frames: int) -> BoolArray:
    nothing: tuple[FrameMask | None, ...] = (None,) * frames
    first = nothing if before is None else before.frames
    then = nothing if after is None else after.frames
    return np.array([not _is_same(*pair) for pair in zip(first, then, strict=True)], np.bool_)


def _is_same(one: FrameMask | None, other: FrameMask | None) -> bool:
    if one is None or other is None:
        return one is other
    placed = (one.left, one.top, one.width, one.height)
    return placed == (other.left, other.top, other.width, other.height) and bool(
        np.array_equal(one.bits, other.bits)
    )


def _corrected_frames(one: LabelledFilm) -> tuple[int, ...]:
    is_corrected = np.any(one.is_moved, axis=1) | one.is_redrawn
    return tuple(frame for frame in one.frames if is_corrected[frame])


def _write_pictures(one: LabelledFilm, hidden: Path, folder: Path) -> Job[None]:
    wanted = set(one.frames)
    with VideoReader(probe(hidden, with_hash=False)) as reader:
        for frame, image in reader.frames():
            if frame not in wanted:
                continue
            _, coded = cv2.imencode(
                ".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
            )
            (folder / picture_name(one.film, frame)).write_bytes(coded.tobytes())
            yield Progress(frame, one.film.video.frame_count, tr("Writing the pictures"))


def _write_points(one: LabelledFilm, folder: Path) -> None:
    folder.mkdir()
    for frame in range(one.film.video.frame_count):
        text = dense_json(frame_points(one, frame))
        (folder / f"frame_{frame:06d}.json").write_text(text, encoding="utf-8")


def _counted(place: Path, films: Sequence[LabelledFilm], lost: int) -> Labels:
    return Labels(
        place,
        sum(len(one.frames) for one in films),
        sum(len(_corrected_frames(one)) for one in films),
        lost,
    )


def _finish(order: LabelOrder, draft: Path, form: ExportForm, made: Labels) -> None:
    """Say what the folder holds, and note that it leaves."""
    with in_english():
        purpose = purpose_words(order.purpose)
        lines = [
            tr("{frames} labelled frames, {corrected} of them corrected by a person.").format(
                frames=made.frames, corrected=made.corrected
            )
        ]
    write_text(draft / README_FILE, labels_readme(purpose, lines))
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    sums = [f"{_digest(path)}  {path.relative_to(draft).as_posix()}" for path in files]
    write_text(draft / SUMS_FILE, "\n".join(sums) + "\n")
    # The journal holds the digest of the list, and so of every file in it.
    with Store.open(order.folder, rater=order.rater) as store:
        hand_over(
            store,
            (order.session,),
            form,
            Leaving.DEIDENTIFIED,
            order.purpose,
            (draft / SUMS_FILE,),
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
