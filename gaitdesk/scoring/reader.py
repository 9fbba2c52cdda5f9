"""The rule-based reader: readings of single cycles become one proposal for each item and limb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import (
    Evidence,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Scoresheet,
    State,
)
from gaitdesk.domain.gait import EventKind, GaitCycle, Pass, Variable
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.memory import Memory, walk_digest
from gaitdesk.domain.recording import Sync, View
from gaitdesk.i18n import noted
from gaitdesk.scoring.calibration import PUBLISHED, Calibration
from gaitdesk.scoring.deciding import decided
from gaitdesk.scoring.measures import (
    Reading,
    Walk,
    coronal_readings,
    mid_stance_s,
    sagittal_readings,
)

READER = "EVGS rules 1"
FEWEST_CYCLES = 2
LEAST_PASS_CONFIDENCE = 0.5
LEAST_SEEN = 0.2
SLOWEST_FPS: Mapping[Item, float] = {
    # Whether heel and toes land together is a matter of 25 ms.
    Item.INITIAL_CONTACT: 45.0,
    Item.HEEL_LIFT: 24.0,
    Item.TERMINAL_SWING_KNEE: 24.0,
}
"""Frames a second that an item needs, where it depends on a moment."""

NOT_FROM_KEYPOINTS: Mapping[Item, View] = {
    Item.HINDFOOT_VARUS_VALGUS: View.CORONAL_BACK,
    Item.FOOT_ROTATION: View.CORONAL_FRONT,
    Item.KNEE_PROGRESSION: View.CORONAL_FRONT,
    Item.PELVIC_ROTATION: View.CORONAL_FRONT,
}
"""Items that no body point shows, with the view in which a reviewer sees them best."""

UNITS: Mapping[Item, Unit] = {
    Item.HEEL_LIFT: Unit.NONE,
    Item.FOOT_CLEARANCE: Unit.PERCENT,
    Item.TRUNK_LATERAL_SHIFT: Unit.MILLIMETRE,
}
"""Units of the measures that are not degrees."""


def walks_of(films: Sequence[FilmAnalysis]) -> tuple[Walk, ...]:
    """Every pass of every film, as the measures need it."""
    return tuple(
        Walk(index, one, film.pose, film.video.times_s, film.angles, film.video.width)
        for index, film in enumerate(films)
        for one in film.passes
    )


def read_cycles(
    films: Sequence[FilmAnalysis],
    cycles: Sequence[GaitCycle],
    sync: Sequence[Sync],
    usual_foot_to_leg: float = PUBLISHED.foot_to_leg,
    memory: Memory | None = None,
) -> tuple[Reading, ...]:
    """Every item that keypoints can show, from every cycle, before calibration.

    Sagittal items come from the limb near the camera; coronal ones from both limbs, at the
    times of the synchronized sagittal film.

    Args:
        films: The analysed films.
        cycles: Cycles of the sagittal films, and of coronal films that stand alone.
        sync: How coronal films lie on the sagittal films' time axes.
        usual_foot_to_leg: Of the keypoints, see `Calibration`.
        memory: Where cycles are found that were read before; None reads all of them.
    """
    memory = Memory(0) if memory is None else memory
    digests = [walk_digest(film) for film in films]
    walks = walks_of(films)
    readings: list[Reading] = []
    for cycle in cycles:
        links = [one for one in sync if one.sagittal == cycle.film and one.is_usable]
        for walk in walks:
            if walk.film == cycle.film and _holds(walk, cycle.start_s, cycle.end_s):
                own = (digests[walk.film], walk.one, cycle)
                if walk.one.view.near_side is cycle.side:
                    readings += memory.recall(
                        (*own, usual_foot_to_leg),
                        partial(sagittal_readings, walk, cycle, usual_foot_to_leg),
                    )
                readings += memory.recall(
                    (*own, *((link, digests[link.coronal]) for link in links)),
                    partial(_coronal, walk, cycle, walks, links),
                )
    return tuple(readings)


def _holds(walk: Walk, start_s: float, end_s: float) -> bool:
    first, last = walk.times_s[walk.one.first_frame], walk.times_s[walk.one.last_frame]
    return bool(first - 0.05 <= start_s and end_s <= last + 0.05)


def _coronal(
    walk: Walk, cycle: GaitCycle, walks: Sequence[Walk], links: Sequence[Sync]
) -> list[Reading]:
    if cycle.foot_off_s is None:
        return []
    mid_s = mid_stance_s(walk, cycle) if walk.one.view.plane is Plane.SAGITTAL else None
    if mid_s is None:
        # Half-way through single support.
        start, end = cycle.opposite_foot_off_s, cycle.opposite_contact_s
        if start is None or end is None or end <= start:
            return []
        mid_s = (start + end) / 2.0
    if walk.one.view.plane is Plane.CORONAL:
        stance_s = (cycle.start_s, cycle.foot_off_s)
        return list(coronal_readings(walk, cycle.side, stance_s, mid_s, 0.5 * cycle.confidence))
    readings: list[Reading] = []
    for link in links:
        start, end, middle = (link.to_coronal(t) for t in (cycle.start_s, cycle.foot_off_s, mid_s))
        for other in walks:
            if other.film == link.coronal and _holds(other, start, end):
                trust = cycle.confidence * link.confidence
                readings += coronal_readings(other, cycle.side, (start, end), middle, trust)
    return readings


def propose(
    films: Sequence[FilmAnalysis],
    cycles: Sequence[GaitCycle],
    sync: Sequence[Sync],
    calibration: Calibration,
    memory: Memory | None = None,
) -> Scoresheet:
    """A proposal for all 17 items of both limbs; never a 0 by default.

    Args:
        films: The analysed films.
        cycles: Gait cycles, each naming its film.
        sync: How coronal films lie on the sagittal films' time axes.
        calibration: Of the keypoints the films were analysed with.
        memory: Where cycles are found that were read before; None reads all of them.
    """
    readings = read_cycles(films, cycles, sync, calibration.foot_to_leg, memory)
    is_timed = any(link.is_usable for link in sync)
    sheet = Scoresheet()
    for side in Side:
        for item in Item:
            own = [r for r in readings if r.side is side and r.item is item]
            proposal = _unreadable(item, side, films, cycles, own, is_timed) or _decide(
                item,
                own,
                films,
                calibration,
                is_timed=is_timed or item.plane is Plane.SAGITTAL,
            )
            sheet = sheet.with_cell(side, item, ItemScore.from_proposal(proposal))
    return sheet


def _left(item_state: State, reason: Reason, note: str, evidence: Evidence | None) -> Proposal:
    return Proposal(Origin.RULES, READER, item_state, reason=reason, note=note, evidence=evidence)


def _unreadable(
    item: Item,
    side: Side,
    films: Sequence[FilmAnalysis],
    cycles: Sequence[GaitCycle],
    readings: Sequence[Reading],
    is_timed: bool,
) -> Proposal | None:
    """The proposal for an item nothing was measured for, None where something was."""
    plane = item.plane
    passes = [(i, film, one) for i, film in enumerate(films) for one in film.passes]
    recorded = [part for part in passes if part[2].view.plane is plane]
    if not any(film.plane is plane for film in films):
        return _left(
            State.NOT_SCORABLE,
            Reason.VIEW_NOT_RECORDED,
            noted("The {plane} film was not recorded.").format(plane=plane),
            None,
        )
    if item in NOT_FROM_KEYPOINTS:
        return _left(
            State.REVIEWER_DECIDES,
            Reason.NOT_FROM_KEYPOINTS,
            noted("Body points do not show this; look at the frame."),
            _look_here(side, films, cycles, NOT_FROM_KEYPOINTS[item], recorded),
        )
    if readings:
        return None
    near = [part for part in recorded if part[2].view.near_side is side]
    if plane is Plane.SAGITTAL and not near:
        return _left(
            State.REVIEWER_DECIDES,
            Reason.LIMB_NOT_SEEN,
            noted("No pass shows this limb near the camera."),
            None,
        )
    has_shift = any(t.variable is Variable.TRUNK_SHIFT for film in films for t in film.angles)
    if item is Item.TRUNK_LATERAL_SHIFT and recorded and not has_shift:
        note = noted("A shift in millimetres needs the child's height; give it with --height.")
        return _left(State.REVIEWER_DECIDES, Reason.SIZE_UNKNOWN, note, None)
    if plane is Plane.CORONAL and not is_timed:
        note = noted("Stance could not be timed: no side view was related to this film.")
        return _left(State.REVIEWER_DECIDES, Reason.NOT_SYNCHRONIZED, note, None)
    return _left(
        State.REVIEWER_DECIDES,
        Reason.NO_CLEAN_CYCLE,
        noted("No whole gait cycle in which this could be measured."),
        None,
    )


def _look_here(
    side: Side,
    films: Sequence[FilmAnalysis],
    cycles: Sequence[GaitCycle],
    best: View,
    recorded: Sequence[tuple[int, FilmAnalysis, Pass]],
) -> Evidence | None:
    """A mid-stance frame of the limb in the view that shows the item best."""
    ordered = sorted(recorded, key=lambda part: part[2].view is not best)
    for index, film, one in ordered:
        stances = [e for e in film.events if one.first_frame <= e.frame <= one.last_frame]
        contacts = [e for e in stances if e.side is side and e.kind is EventKind.INITIAL_CONTACT]
        offs = [e for e in stances if e.side is side and e.kind is EventKind.FOOT_OFF]
        for contact in reversed(contacts):
            later = [off.time_s for off in offs if off.time_s > contact.time_s]
            if later:
                time_s = (contact.time_s + min(later)) / 2.0
                return Evidence(index, film.video.frame_at(time_s), time_s)
    return None


def _decide(
    item: Item,
    readings: Sequence[Reading],
    films: Sequence[FilmAnalysis],
    calibration: Calibration,
    *,
    is_timed: bool,
) -> Proposal:
    trusted = trusted_readings(readings, films)
    decision = decided(item, trusted, calibration.items[item])
    deciding = trusted[decision.deciding]
    state, reason = State.SCORED, None
    least = calibration.least_certainty_of(item, decision.score)
    fps = films[deciding.film].video.fps
    if _pass_confidence(films[deciding.film], deciding.frame) < LEAST_PASS_CONFIDENCE:
        state, reason = State.REVIEWER_DECIDES, Reason.OBLIQUE_CAMERA
    elif not is_timed:
        state, reason = State.REVIEWER_DECIDES, Reason.NOT_SYNCHRONIZED
    elif fps < SLOWEST_FPS.get(item, 0.0):
        state, reason = State.REVIEWER_DECIDES, Reason.FRAME_RATE
    elif len(trusted) < FEWEST_CYCLES:
        state, reason = State.REVIEWER_DECIDES, Reason.TOO_FEW_CYCLES
    elif not are_clear(trusted) or least > 1.0:
        state, reason = State.REVIEWER_DECIDES, Reason.LOW_CONFIDENCE
    elif decision.certainty < least:
        state, reason = State.REVIEWER_DECIDES, Reason.NEAR_BOUNDARY
    return Proposal(
        origin=Origin.RULES,
        reader=READER,
        state=state,
        score=decision.score,
        direction=decision.direction,
        reason=reason,
        measure=Measure(decision.value, UNITS.get(item, Unit.DEGREE), decision.error),
        evidence=Evidence(deciding.film, deciding.frame, deciding.time_s),
        confidence=decision.certainty,
        cycles=len(trusted),
        note=_note(trusted, least),
    )


def _note(readings: Sequence[Reading], least: float) -> str:
    """What the reviewer should know of an answer, or of why there is none."""
    if any(reading.is_turned_away for reading in readings):
        return noted("The foot points out of the picture; its angles cannot be read from the side.")
    if least > 1.0:
        return noted(
            "Body points of this kind were not shown to answer this reliably; the number is a hint."
        )
    return ""


def trusted_readings(readings: Sequence[Reading], films: Sequence[FilmAnalysis]) -> list[Reading]:
    """The readings of clear cycles seen from straight aside, or all where there are none."""
    straight = [
        r for r in readings if _pass_confidence(films[r.film], r.frame) >= LEAST_PASS_CONFIDENCE
    ]
    clear = [r for r in straight if r.confidence >= 0.25]
    return clear or straight or list(readings)


def are_clear(readings: Sequence[Reading]) -> bool:
    """Whether the limb was seen well enough in its readings to judge it."""
    seen = float(np.median([reading.confidence for reading in readings]))
    return seen >= LEAST_SEEN and not any(reading.is_turned_away for reading in readings)


def _pass_confidence(film: FilmAnalysis, frame: int) -> float:
    for one in film.passes:
        if one.first_frame <= frame <= one.last_frame:
            return one.confidence
    return 0.0
