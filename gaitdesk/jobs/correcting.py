"""Gait events corrected by hand, and all that follows from the findings in the films."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Origin, Proposal, Scoresheet
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.memory import Memory
from gaitdesk.domain.recording import Sync
from gaitdesk.jobs.analysing import concluded, with_shared_events
from gaitdesk.jobs.order import AnalysisOrder
from gaitdesk.scoring.calibration import calibration_of


def recalculated(analysis: Analysis, memory: Memory | None = None) -> Analysis:
    """Everything that follows from an analysis' films, events and synchronization, worked out anew.

    Args:
        analysis: The analysis.
        memory: Where cycles are found that were read before; None reads all of them.

    Returns:
        The analysis with its form as the rules would fill it.

    Raises:
        TooFewSteps: With these events no film holds a gait cycle.
    """
    order = AnalysisOrder(
        (),
        analysis.patient,
        analysis.conditions,
        background=analysis.background,
        referral=analysis.referral,
    )
    calibration = calibration_of(keypoints_of(analysis))
    anew = concluded(analysis.films, analysis.sync, order, calibration, memory)
    return replace(anew, provenance=analysis.provenance, narrative=analysis.narrative)


def filled(rules: Scoresheet, answers: Mapping[Cell, Proposal], before: Scoresheet) -> Scoresheet:
    """The form as all machines that have read a visit would fill it.

    Args:
        rules: As the rules would fill it.
        answers: What the network says; nothing where it has not read the visit.
        before: The form as it was filled before, which tells who has read the visit.
    """
    if not answers:
        return rules
    from gaitdesk.childgait.together import by_both, by_network

    held = [one for cell in before.cells.values() for one in cell.proposed]
    is_by_rules = any(one.origin is Origin.RULES for one in held)
    return by_both(rules, answers) if is_by_rules else by_network(answers)


def network_answers(sheet: Scoresheet) -> dict[Cell, Proposal]:
    """What a network has said, by cell."""
    return {
        cell: proposal
        for cell, held in sheet.cells.items()
        for proposal in held.proposed
        if proposal.origin is Origin.NETWORK
    }


def keypoints_of(analysis: Analysis) -> str:
    """Name and version of the model whose body points an analysis rests on."""
    models = analysis.provenance.models
    return models[0].partition(" (")[0] if models else ""


def source_film(analysis: Analysis, film: int) -> tuple[int, Sync | None]:
    """The film whose events a film's events are taken from, and the link between the two."""
    for link in analysis.sync:
        if link.coronal == film and link.is_usable:
            return link.sagittal, link
    return film, None


def with_event_moved(
    analysis: Analysis, film: int, event: GaitEvent, frame: int
) -> tuple[int, tuple[GaitEvent, ...]]:
    """Events of a film after one was moved to another frame.

    Args:
        analysis: The analysis.
        film: Index of the film in which it was moved.
        event: The event as it was.
        frame: Where it was moved to, in that film.

    Returns:
        The film whose events change, which is the sagittal one of a synchronized pair; its events.
    """
    source, time_s = _in_source(analysis, film, frame)
    old = _same(analysis, film, event)
    video = analysis.films[source].video
    moved = replace(old, frame=video.frame_at(time_s), time_s=time_s, confidence=1.0)
    others = [one for one in analysis.films[source].events if one is not old]
    return source, _in_order([*others, moved])


def with_event_added(
    analysis: Analysis, film: int, side: Side, kind: EventKind, frame: int
) -> tuple[int, tuple[GaitEvent, ...]]:
    """Events of a film after one was put in; see `with_event_moved`."""
    source, time_s = _in_source(analysis, film, frame)
    made = GaitEvent(side, kind, analysis.films[source].video.frame_at(time_s), time_s)
    return source, _in_order([*analysis.films[source].events, made])


def without_event(
    analysis: Analysis, film: int, event: GaitEvent
) -> tuple[int, tuple[GaitEvent, ...]]:
    """Events of a film after one was taken out; see `with_event_moved`."""
    source, _ = source_film(analysis, film)
    old = _same(analysis, film, event)
    return source, tuple(one for one in analysis.films[source].events if one is not old)


def with_events(analysis: Analysis, film: int, events: tuple[GaitEvent, ...]) -> Analysis:
    """The analysis with other events in a film, and in films that share them; no more follows."""
    films = list(analysis.films)
    films[film] = replace(films[film], events=events)
    return replace(analysis, films=with_shared_events(films, analysis.sync))


def _in_source(analysis: Analysis, film: int, frame: int) -> tuple[int, float]:
    source, link = source_film(analysis, film)
    time_s = float(analysis.films[film].video.times_s[frame])
    return source, time_s if link is None else link.to_sagittal(time_s)


def _same(analysis: Analysis, film: int, event: GaitEvent) -> GaitEvent:
    """The event of the source film that an event stands for: the nearest of its kind."""
    source, link = source_film(analysis, film)
    time_s = event.time_s if link is None else link.to_sagittal(event.time_s)
    alike = [
        one
        for one in analysis.films[source].events
        if (one.side, one.kind) == (event.side, event.kind)
    ]
    return min(alike, key=lambda one: abs(one.time_s - time_s))


def _in_order(events: Iterable[GaitEvent]) -> tuple[GaitEvent, ...]:
    return tuple(sorted(events, key=lambda one: one.time_s))
