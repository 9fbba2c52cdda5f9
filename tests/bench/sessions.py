"""Visits that a person corrected whole, replayed: how many corrections, and what they mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.correction import (
    Correction,
    JointMove,
    MaskStroke,
    PersonChoice,
    SideSwap,
    frames_of,
)
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.jobs.analysing import (
    AnalysisOrder,
    concluded,
    synchronize,
    with_gait,
    with_gait_again,
)
from gaitdesk.jobs.correcting import recalculated
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.correct import corrected
from gaitdesk.perception.package import find_package
from gaitdesk.perception.swap import leg_length_px
from gaitdesk.scoring.calibration import calibration_of
from tests.bench.beam_reference import seen_by
from tests.bench.reviewer import off_by
from tests.perception.annotated import AnnotatedFrame, ReviewedSession

FAR = 0.1
"""Share of a leg from which a point is one to correct."""
PARTS = {
    "shoulder": ("SHOULDER",),
    "elbow, wrist": ("ELBOW", "WRIST"),
    "hip": ("HIP",),
    "knee": ("KNEE",),
    "ankle": ("ANKLE",),
    "heel": ("HEEL",),
    "big toe": ("BIG_TOE",),
}
MOVABLE = [point for point in Landmark if point.name.endswith(sum(PARTS.values(), ()))]
_CAMERAS = {"pose2sim_beam/cam02.mp4": "cam02", "pose2sim_beam/cam03.mp4": "cam03"}


@dataclass(frozen=True)
class Replayed:
    """A visit before and after its corrections.

    Attributes:
        session: What was corrected.
        before, after: Its films, with passes, events and angles.
        sheets: The visit with its scores before and after; None where no cycle was walked.
    """

    session: ReviewedSession
    before: tuple[FilmAnalysis, ...]
    after: tuple[FilmAnalysis, ...]
    sheets: tuple[Analysis, Analysis] | None


def replayed(session: ReviewedSession, followed: Sequence[FilmAnalysis]) -> Replayed:
    """A visit corrected by the product's own code, and all that follows from it.

    Args:
        session: The corrections.
        followed: Its films as the default follows them, without passes.
    """
    keypoints = BlazePose(find_package("blazepose"), 1).name
    calibration, nobody = calibration_of(keypoints), Patient()
    before = [with_gait(film, film.is_camera_fixed, calibration, nobody) for film in followed]
    after = [
        with_gait_again(film, corrected(film, session.of_film(i)), calibration, nobody)
        for i, film in enumerate(before)
    ]
    sheets: tuple[Analysis, Analysis] | None = None
    try:
        sync = synchronize(before, None)
        first = concluded(before, sync, AnalysisOrder(()), calibration)
        first = replace(first, provenance=Provenance(models=(keypoints,)))
        sheets = first, recalculated(replace(first, films=tuple(after)))
    except TooFewSteps:
        pass
    return Replayed(session, tuple(before), tuple(after), sheets)


def sessions_text(visits: Sequence[Replayed], frames: Sequence[AnnotatedFrame]) -> str:
    """How many corrections each visit needed, by kind, and what is left in annotated frames."""
    lines = [
        f"Whole visits corrected by one annotator until no leg point that can be told was seen more"
        f" than {FAR:.0%} of a leg off: the annotator's own readings differ by half of that in one"
        " point of ten, and shoulders and arms were held to it, too, in the beam films. Replayed"
        " from the journal's own entries by the product's code:\n",
        "| visit | films | frames with the patient | s | joints moved | sides exchanged |"
        " brush strokes | another patient | events | corrections in all | a second of film |"
        " frames touched % | judged leg points beyond it in the annotated frames, before -> after |"
        " cells of the form that changed |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for visit in visits:
        made = visit.session.corrections
        seconds = sum(_walked_s(film) for film in visit.before)
        walked = sum(int(film.pose.is_seen.sum()) for film in visit.before)
        kinds = [_of(made, kind) for kind in (JointMove, SideSwap, MaskStroke, PersonChoice)]
        beyond = _beyond(visit, frames)
        changed = "no gait cycle" if visit.sheets is None else str(changed_cells(*visit.sheets))
        lines.append(
            f"| {visit.session.name}: {', '.join(visit.session.films)} |"
            f" {len(visit.before)} | {walked} | {seconds:.1f} |"
            f" {' | '.join(str(kind) for kind in kinds)} | 0 | **{len(made)}** |"
            f" {len(made) / seconds:.1f} | {100 * _touched(made) / walked:.0f} |"
            f" {beyond[0]} -> {beyond[1]} of {beyond[2]} | {changed} |"
        )
    return "\n".join(lines)


def _walked_s(film: FilmAnalysis) -> float:
    return float(film.pose.is_seen.sum()) / film.video.fps


def _of(made: Sequence[Correction], kind: type) -> int:
    return sum(isinstance(one, kind) for one in made)


def _touched(made: Sequence[Correction]) -> int:
    return len(
        {
            (one.film, frame)
            for one in made
            for frame in range(frames_of(one)[0], frames_of(one)[1] + 1)
        }
    )


def _beyond(visit: Replayed, frames: Sequence[AnnotatedFrame]) -> tuple[int, int, int]:
    """Judged leg points that are too far off before and after, and how many were judged."""
    legs = [p for p in MOVABLE if not p.name.endswith(("SHOULDER", "ELBOW", "WRIST"))]
    counts = np.zeros(3, int)
    for name, before, after in zip(visit.session.films, visit.before, visit.after, strict=True):
        leg_px = leg_length_px(before.pose)
        for one in frames:
            if one.film != name:
                continue
            off = [
                np.linalg.norm(film.pose.points_px[one.frame] - one.points_px, axis=1)[legs]
                for film in (before, after)
            ]
            judged = np.isfinite(one.points_px[legs]).all(axis=1)
            counts += [*(int((each > FAR * leg_px).sum()) for each in off), int(judged.sum())]
    return int(counts[0]), int(counts[1]), int(counts[2])


def changed_cells(before: Analysis, after: Analysis) -> int:
    """Cells of the form whose answer, or whose lack of one, is another."""
    return sum(
        (mine := before.scoresheet.get(*place)) is None
        or (mine.proposed[0].state, mine.proposed[0].score)
        != (held.proposed[0].state, held.proposed[0].score)
        for place, held in after.scoresheet.cells.items()
        if held.proposed
    )


def reference_text(visits: Sequence[Replayed], frames: Sequence[AnnotatedFrame]) -> str:
    """The beam films against their projected three-dimensional reference, in every frame."""
    visit = next(one for one in visits if set(one.session.films) == set(_CAMERAS))
    parts = [
        "Every frame of the beam films against the three-dimensional reference projected into them,"
        " which no hand and no proposal has touched. It is a markerless reconstruction, good to a"
        " few centimetres (1 cm is about 1.2 % of the leg), and marks other places of a joint. What"
        " is the same in every frame is therefore taken off in the last columns: for each point"
        " the median, over the film, of the default's place less the reference's, before the"
        " corrections.\n",
        "| film | point | default median px | median % of leg | 90 % of leg |"
        f" beyond {FAR:.0%} of a leg % | corrected: median % | 90 % | beyond % |"
        " less what is the same in every frame: default 90 % | beyond % | corrected 90 % |"
        " beyond % |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, before, after in zip(visit.session.films, visit.before, visit.after, strict=True):
        reference = seen_by(_CAMERAS[name])
        leg_px = leg_length_px(reference)
        apart = (before.pose.points_px - reference.points_px)[:, MOVABLE]
        shift = np.zeros_like(reference.points_px[0])
        shift[MOVABLE] = np.nanmedian(apart, axis=0)
        plain = [
            off_by(film.pose.points_px, reference.points_px, leg_px) for film in (before, after)
        ]
        less = [
            off_by(film.pose.points_px - shift, reference.points_px, leg_px)
            for film in (before, after)
        ]
        for words, ends in ({**PARTS, "**all**": sum(PARTS.values(), ())}).items():
            own = [point for point in Landmark if point.name.endswith(ends)]
            default, mended, default_less, mended_less = (one[:, own] for one in (*plain, *less))
            lines = (
                f"{np.nanmedian(default) * leg_px:.0f} | {_three(default)} | {_three(mended)} |"
                f" {_two(default_less)} | {_two(mended_less)}"
            )
            parts.append(f"| {name.rpartition('/')[2]} | {words} | {lines} |")
    return "\n".join([*parts, "", _against_hand(visit, frames)])


def _three(off: FloatArray) -> str:
    return f"{100 * np.nanmedian(off):.1f} | {_two(off)}"


def _two(off: FloatArray) -> str:
    known = off[np.isfinite(off)]
    return f"{100 * np.percentile(known, 90):.1f} | {100 * (known > FAR).mean():.1f}"


def _against_hand(visit: Replayed, frames: Sequence[AnnotatedFrame]) -> str:
    """How far reference and default lie from the annotator in the same frames."""
    found: dict[str, Mapping[str, list[float]]] = {}
    for name, before, after in zip(visit.session.films, visit.before, visit.after, strict=True):
        reference = seen_by(_CAMERAS[name])
        leg_px = leg_length_px(reference)
        found[name] = {"reference": [], "default": [], "corrected": []}
        for one in frames:
            if one.film != name:
                continue
            for words, pose in _poses(reference, before, after).items():
                off = np.linalg.norm(pose.points_px[one.frame] - one.points_px, axis=1) / leg_px
                found[name][words] += [float(each) for each in off[MOVABLE] if np.isfinite(each)]
    sentences = [
        f"{name.rpartition('/')[2]}: "
        + "; ".join(
            f"{words} {100 * np.median(own):.1f} in the middle, {100 * np.percentile(own, 90):.1f}"
            f" at 90 %, {100 * np.mean(np.array(own) > FAR):.0f} % of the points beyond"
            f" {100 * FAR:.0f}"
            for words, own in each.items()
        )
        for name, each in found.items()
    ]
    return (
        "How far that reference itself lies from what the annotator saw in the annotated frames of"
        f" the same films, per cent of the leg: {'. '.join(sentences)}. Where the reference is"
        " farther off than the default, it does not decide what is right; it tells what jumps."
    )


def _poses(reference: PoseTrack, before: FilmAnalysis, after: FilmAnalysis) -> dict[str, PoseTrack]:
    return {"reference": reference, "default": before.pose, "corrected": after.pose}
