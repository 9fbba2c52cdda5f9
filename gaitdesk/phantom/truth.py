"""What is true of films of the phantom, in the form of an analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import (
    Evidence,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Scoresheet,
    State,
)
from gaitdesk.domain.gait import (
    AngleTrack,
    CycleCurve,
    GaitCycle,
    GaitEvent,
    Parameter,
    Pass,
    Spatiotemporal,
    Variable,
)
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, SyncSource, Video, View
from gaitdesk.gait.angles import coronal_angles, sagittal_angles
from gaitdesk.gait.cycles import cycle_curve, over_cycle
from gaitdesk.gait.spatiotemporal import mm_per_px_by_frame
from gaitdesk.phantom.camera import Camera
from gaitdesk.phantom.contacts import cycles_of, events_of, passing_s
from gaitdesk.phantom.kinematics import angle_tracks, forwards
from gaitdesk.phantom.reading import ItemReading, ReadCycles, answers_of, mean_values, read_cycles
from gaitdesk.phantom.skeleton import Motion, Segment, at_times, segment, takes_of
from gaitdesk.scoring.criteria import score_of

READER = "phantom"
_FEWEST_FRAMES = 8
_UNITS = {
    Item.TRUNK_LATERAL_SHIFT: Unit.MILLIMETRE,
    Item.FOOT_CLEARANCE: Unit.LEG_LENGTH,
    Item.HEEL_LIFT: Unit.PERCENT,
}
_CURVES = (
    Variable.TRUNK_FORWARD_LEAN,
    Variable.PELVIC_TILT,
    Variable.PELVIC_OBLIQUITY,
    Variable.PELVIC_ROTATION,
    Variable.HIP_FLEXION,
    Variable.HIP_ADDUCTION,
    Variable.HIP_ROTATION,
    Variable.KNEE_FLEXION,
    Variable.ANKLE_DORSIFLEXION,
)


@dataclass(frozen=True, slots=True, eq=False)
class TrueFilm:
    """One film of the phantom as its maker knows it.

    Attributes:
        video: The film.
        plane: The plane it is given as.
        seen_s: Moment of the motion that each frame shows, shape (frames,).
        points_px: The child's landmarks, shape (frames, 23, 2).
        visible: Which of them are in the picture and not hidden, shape (frames, 23).
        mask: The child's mask; None where the film was not rendered.
        people: How many people are in the picture.
    """

    video: Video
    plane: Plane
    seen_s: FloatArray
    points_px: FloatArray
    visible: BoolArray
    mask: MaskTrack | None = None
    people: int = 1


def unrendered_film(
    motion: Motion,
    plane: Plane,
    camera: Camera,
    seen_s: FloatArray,
    *,
    fps: float = 60.0,
    path: Path = Path("phantom"),
) -> TrueFilm:
    """The film a camera would take, without its pictures: enough to test what reads keypoints.

    Args:
        motion: What the child does.
        plane: The plane it is given as.
        camera: The camera.
        seen_s: Moment of the motion that each frame shows, shape (frames,).
        fps: Frames a second by the camera's own clock.
        path: The name the film goes by.
    """
    points_px, _ = camera.project(at_times(motion, seen_s).landmarks_m())
    with np.errstate(invalid="ignore"):
        inside = (points_px >= 0.0).all(axis=2)
        inside &= (points_px[..., 0] < camera.width) & (points_px[..., 1] < camera.height)
    video = Video(path, np.arange(len(seen_s)) / fps, camera.width, camera.height)
    return TrueFilm(video, plane, seen_s, points_px, inside)


def truth_of(
    motion: Motion,
    films: Sequence[TrueFilm],
    patient: Patient | None = None,
    conditions: Conditions | None = None,
) -> Analysis:
    """Everything that is true of films of a motion.

    Scores, events and angles in space are measured on the motion itself, over all its cycles;
    keypoints, passes and projected angles are those the films show.

    Args:
        motion: What the child did, one take or several.
        films: The films of it.
        patient: Who it stands for; nameless but for the height without one.
        conditions: How the child walked.
    """
    read = read_cycles(motion)
    takes = [forwards(take) for take in takes_of(motion)]
    events = [events_of(take) for take in takes]
    height_m = motion.build.height
    shown = tuple(_film(film, takes, events, height_m) for film in films)
    tracks = angle_tracks(motion)
    return Analysis(
        patient=patient or Patient(height_m=round(height_m, 3)),
        films=shown,
        conditions=conditions or Conditions(footwear="barefoot"),
        sync=_syncs(films),
        cycles=tuple(
            cycle
            for index, film in enumerate(shown)
            if film.plane is Plane.SAGITTAL
            for one in film.passes
            for cycle in _cycles(films[index], film, one, takes, index)
        ),
        curves=_curves(motion, tracks, [cycle for cycle, _ in read]),
        spatiotemporal=_spatiotemporal(takes, events),
        scoresheet=_scoresheet(read, films, shown),
        provenance=Provenance(software="GaitDesk phantom"),
    )


def _cycles(
    film: TrueFilm, shown: FilmAnalysis, one: Pass, takes: Sequence[Motion], index: int
) -> tuple[GaitCycle, ...]:
    """The cycles of a pass, with the moments at which one foot truly passes the other."""
    middle_s = film.seen_s[(one.first_frame + one.last_frame) // 2]
    take = min(takes, key=lambda t: abs(float(t.times_s[0] + t.times_s[-1]) / 2.0 - middle_s))

    def passing(swinging: Side, start_s: float | None, end_s: float | None) -> float | None:
        if start_s is None or end_s is None:
            return None
        first_s, last_s = np.interp([start_s, end_s], film.video.times_s, film.seen_s)
        moment_s = passing_s(take, swinging, float(first_s), float(last_s))
        return None if moment_s is None else _film_time(film, moment_s)

    return tuple(
        replace(
            cycle,
            mid_stance_s=passing(cycle.side.opposite, cycle.start_s, cycle.foot_off_s),
            mid_swing_s=passing(cycle.side, cycle.foot_off_s, cycle.end_s),
        )
        for cycle in cycles_of(_events_within(shown, one), index)
    )


def _film(
    film: TrueFilm,
    takes: Sequence[Motion],
    events: Sequence[tuple[GaitEvent, ...]],
    height_m: float,
) -> FilmAnalysis:
    inside = _inside(film)
    pose = PoseTrack(np.where(inside[..., None], film.points_px, np.nan), inside.astype(np.float64))
    passes, shown_events = [], []
    spatial: dict[tuple[Variable, Side], FloatArray] = {}
    for take, own in zip(takes, events, strict=True):
        one = _pass(film, pose, take)
        if one is None:
            continue
        passes.append(one)
        frames = np.arange(one.first_frame, one.last_frame + 1)
        for track in angle_tracks(take):
            values = spatial.setdefault(
                (track.variable, track.side), np.full(len(film.seen_s), np.nan)
            )
            values[frames] = np.interp(film.seen_s[frames], take.times_s, track.values)
        first_s, last_s = film.seen_s[one.first_frame], film.seen_s[one.last_frame]
        for event in own:
            if first_s <= event.time_s <= last_s:
                time = _film_time(film, event.time_s)
                frame = film.video.frame_at(time)
                shown_events.append(GaitEvent(event.side, event.kind, frame, time))
    if film.plane is Plane.SAGITTAL:
        projected = sagittal_angles(pose, film.video.times_s, passes)
    else:
        projected = coronal_angles(pose, passes, mm_per_px_by_frame(pose, height_m))
    in_space = tuple(
        AngleTrack(variable, side, values, is_projected=False)
        for (variable, side), values in spatial.items()
    )
    return FilmAnalysis(
        video=film.video,
        plane=film.plane,
        pose=pose,
        mask=film.mask,
        people=film.people,
        passes=tuple(passes),
        events=tuple(sorted(shown_events, key=lambda event: event.time_s)),
        angles=projected + in_space,
    )


def _inside(film: TrueFilm) -> BoolArray:
    """Landmarks inside the picture, hidden or not, shape (frames, 23)."""
    x, y = film.points_px[..., 0], film.points_px[..., 1]
    with np.errstate(invalid="ignore"):
        return (x >= 0) & (y >= 0) & (x < film.video.width) & (y < film.video.height)


def _pass(film: TrueFilm, pose: PoseTrack, take: Motion) -> Pass | None:
    """The frames of a take in which the child is in the picture, and how it is seen."""
    shown = (film.seen_s >= take.times_s[0] - 1e-9) & (film.seen_s <= take.times_s[-1] + 1e-9)
    shown &= pose.is_seen
    frames = np.flatnonzero(shown)
    if len(frames) < _FEWEST_FRAMES:
        return None
    first, last = int(frames[0]), int(frames[-1])
    hips = pose.points_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
    if film.plane is Plane.SAGITTAL:
        to_right = hips[last, 0] >= hips[first, 0]
        view = View.SAGITTAL_RIGHT if to_right else View.SAGITTAL_LEFT
        return Pass(view, first, last, 1 if to_right else -1)
    # The child's left hip is on the right of the picture when it comes towards the camera.
    across = pose.points_px[frames, Landmark.LEFT_HIP, 0]
    across = across - pose.points_px[frames, Landmark.RIGHT_HIP, 0]
    view = View.CORONAL_FRONT if np.median(across) > 0 else View.CORONAL_BACK
    return Pass(view, first, last, 0)


def _film_time(film: TrueFilm, moment_s: float) -> float:
    """Time in the film of a moment of the motion."""
    return float(np.interp(moment_s, film.seen_s, film.video.times_s))


def _events_within(film: FilmAnalysis, one: Pass) -> tuple[GaitEvent, ...]:
    return tuple(e for e in film.events if one.first_frame <= e.frame <= one.last_frame)


def _syncs(films: Sequence[TrueFilm]) -> tuple[Sync, ...]:
    """Each coronal film on the clock of the first sagittal one, from the known clocks."""
    sagittal = [k for k, film in enumerate(films) if film.plane is Plane.SAGITTAL]
    if not sagittal:
        return ()
    found = []
    for index, film in enumerate(films):
        if film.plane is not Plane.CORONAL:
            continue
        reference = films[sagittal[0]]
        own = np.polyfit(film.seen_s, film.video.times_s, 1)
        other = np.polyfit(reference.seen_s, reference.video.times_s, 1)
        rate = own[0] / other[0]
        offset = own[1] - rate * other[1]
        found.append(
            Sync(
                sagittal[0],
                index,
                float(offset),
                1.0,
                SyncSource.CLOCK,
                float(1000.0 * (rate - 1.0)),
            )
        )
    return tuple(found)


def _curves(
    motion: Motion, tracks: Sequence[AngleTrack], cycles: Sequence[GaitCycle]
) -> tuple[CycleCurve, ...]:
    """Mean angles in space over the cycle."""
    found = []
    for track in tracks:
        if track.variable not in _CURVES:
            continue
        own = [cycle for cycle in cycles if cycle.side is track.side]
        curve = cycle_curve(
            track.variable,
            track.side,
            [over_cycle(track.values, motion.times_s, cycle) for cycle in own],
            [cycle.pct(cycle.foot_off_s) for cycle in own if cycle.foot_off_s is not None],
        )
        if curve is not None:
            found.append(curve)
    return tuple(found)


def _spatiotemporal(
    takes: Sequence[Motion], events: Sequence[tuple[GaitEvent, ...]]
) -> tuple[Spatiotemporal, ...]:
    """Times and lengths of steps as they are on the floor."""
    values: dict[tuple[Parameter, Side | None], list[float]] = {}

    def note(parameter: Parameter, side: Side | None, value: float) -> None:
        values.setdefault((parameter, side), []).append(value)

    for take, own in zip(takes, events, strict=True):
        for cycle in cycles_of(own):
            off, start = cycle.foot_off_s, cycle.start_s
            other_off, other_on = cycle.opposite_foot_off_s, cycle.opposite_contact_s
            if off is None or other_off is None or other_on is None:
                continue
            side, whole = cycle.side, cycle.duration_s
            feet = {
                s: np.interp(
                    [start, other_on, cycle.end_s], take.times_s, take.origins_m[:, _ankle(s), 0]
                )
                for s in Side
            }
            path = take.origins_m[:, Segment.PELVIS, 0]
            travelled = np.diff(np.interp([start, cycle.end_s], take.times_s, path))[0]
            note(Parameter.CADENCE, None, 120.0 / whole)
            note(Parameter.SPEED, None, float(travelled) / whole)
            note(Parameter.STRIDE_TIME, side, whole)
            note(Parameter.STRIDE_LENGTH, side, float(feet[side][2] - feet[side][0]))
            note(Parameter.STEP_LENGTH, side, float(feet[side][2] - feet[side.opposite][2]))
            note(Parameter.STEP_TIME, side, cycle.end_s - other_on)
            note(Parameter.STANCE, side, cycle.pct(off))
            note(Parameter.SWING, side, 100.0 - cycle.pct(off))
            note(Parameter.SINGLE_SUPPORT, side, 100.0 * (other_on - other_off) / whole)
            note(
                Parameter.DOUBLE_SUPPORT,
                side,
                100.0 * ((other_off - start) + (off - other_on)) / whole,
            )
    return tuple(
        Spatiotemporal(
            parameter, side, Measure(float(np.mean(numbers)), _PARAMETER_UNITS[parameter], 0.0)
        )
        for (parameter, side), numbers in values.items()
    )


_PARAMETER_UNITS = {
    Parameter.CADENCE: Unit.STEPS_PER_MINUTE,
    Parameter.SPEED: Unit.METRE_PER_SECOND,
    Parameter.STRIDE_TIME: Unit.SECOND,
    Parameter.STRIDE_LENGTH: Unit.METRE,
    Parameter.STEP_LENGTH: Unit.METRE,
    Parameter.STEP_TIME: Unit.SECOND,
    Parameter.STANCE: Unit.PERCENT,
    Parameter.SWING: Unit.PERCENT,
    Parameter.DOUBLE_SUPPORT: Unit.PERCENT,
    Parameter.SINGLE_SUPPORT: Unit.PERCENT,
}


def _ankle(side: Side) -> Segment:
    return segment(side, "hindfoot")


def _scoresheet(
    read: ReadCycles, films: Sequence[TrueFilm], shown: Sequence[FilmAnalysis]
) -> Scoresheet:
    means = mean_values(read)
    sheet = Scoresheet()
    for (side, item), answer in answers_of(read).items():
        score, direction = score_of(item, answer)
        own = [one[item] for cycle, one in read if cycle.side is side]
        proposal = Proposal(
            origin=Origin.PHANTOM,
            reader=READER,
            state=State.SCORED,
            score=score,
            direction=direction,
            measure=Measure(means[side, item], _UNITS.get(item, Unit.DEGREE), 0.0),
            evidence=_evidence(side, item, own, films, shown),
            confidence=1.0,
            cycles=len(own),
        )
        sheet = sheet.with_cell(side, item, ItemScore.from_proposal(proposal))
    return sheet


def _evidence(
    side: Side,
    item: Item,
    readings: Sequence[ItemReading],
    films: Sequence[TrueFilm],
    shown: Sequence[FilmAnalysis],
) -> Evidence | None:
    """Where it can best be seen: in the item's plane, on the near limb, mid-picture."""
    best: tuple[float, Evidence] | None = None
    for index, (film, seen) in enumerate(zip(films, shown, strict=True)):
        if film.plane is not item.plane:
            continue
        for one in seen.passes:
            if one.view.near_side not in (None, side):
                continue
            for reading in readings:
                time = _film_time(film, reading.time_s)
                frame = film.video.frame_at(time)
                if not one.first_frame <= frame <= one.last_frame:
                    continue
                middle = (one.first_frame + one.last_frame) / 2.0
                apart = abs(frame - middle)
                if best is None or apart < best[0]:
                    best = apart, Evidence(index, frame, time)
    return None if best is None else best[1]
