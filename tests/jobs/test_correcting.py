"""A corrected event moves what rests on it, and leaves what a person has said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import MaskStroke
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.gait import EventKind
from gaitdesk.jobs.correcting import (
    keypoints_of,
    recalculated,
    with_event_added,
    with_event_moved,
    without_event,
)
from gaitdesk.perception.brushing import with_stroke
from tests.report import made

ANALYSIS = made.analysis(height=90)
CONTACT = next(
    event
    for event in ANALYSIS.films[0].events
    if event.side is Side.LEFT and event.kind is EventKind.INITIAL_CONTACT and event.time_s > 0.5
)


def with_events(analysis, film, events):
    films = list(analysis.films)
    films[film] = replace(films[film], events=events)
    return replace(analysis, films=tuple(films))


def test_a_moved_event_keeps_its_kind_and_the_order():
    film, events = with_event_moved(ANALYSIS, 0, CONTACT, CONTACT.frame + 6)
    assert film == 0
    moved = next(one for one in events if one.frame == CONTACT.frame + 6)
    assert (moved.side, moved.kind) == (CONTACT.side, CONTACT.kind)
    assert [one.time_s for one in events] == sorted(one.time_s for one in events)
    assert len(events) == len(ANALYSIS.films[0].events)


def test_moving_there_and_back_changes_no_time():
    _, there = with_event_moved(ANALYSIS, 0, CONTACT, CONTACT.frame + 6)
    away = with_events(ANALYSIS, 0, there)
    moved = next(one for one in there if one.frame == CONTACT.frame + 6)
    _, back = with_event_moved(away, 0, moved, CONTACT.frame)
    times_s = [one.time_s for one in ANALYSIS.films[0].events]
    assert [one.time_s for one in back] == pytest.approx(times_s, abs=1e-6)


def test_an_event_moved_in_the_coronal_film_moves_in_the_sagittal_one():
    link = ANALYSIS.sync[0]
    seen = replace(CONTACT, time_s=link.to_coronal(CONTACT.time_s))
    frame = ANALYSIS.films[1].video.frame_at(seen.time_s + 0.1)
    film, events = with_event_moved(ANALYSIS, 1, seen, frame)
    assert film == 0
    moved = next(one for one in events if one not in ANALYSIS.films[0].events)
    assert moved.time_s == pytest.approx(CONTACT.time_s + 0.1, abs=0.01)


def test_added_and_deleted_again():
    _, added = with_event_added(ANALYSIS, 0, Side.RIGHT, EventKind.FOOT_OFF, 70)
    more = with_events(ANALYSIS, 0, added)
    new = next(one for one in added if one not in ANALYSIS.films[0].events)
    assert without_event(more, 0, new) == (0, tuple(sorted_events(ANALYSIS)))


def sorted_events(analysis):
    return sorted(analysis.films[0].events, key=lambda one: one.time_s)


def test_a_later_contact_makes_a_longer_stride():
    before = recalculated(ANALYSIS)
    _, events = with_event_moved(ANALYSIS, 0, CONTACT, CONTACT.frame + 6)
    after = recalculated(with_events(ANALYSIS, 0, events))
    strides = [
        next(one.duration_s for one in analysis.cycles if one.side is Side.LEFT)
        for analysis in (before, after)
    ]
    assert strides[1] - strides[0] == pytest.approx(0.1, abs=0.01)


def test_without_events_nothing_can_be_worked_out():
    with pytest.raises(TooFewSteps):
        recalculated(with_events(ANALYSIS, 0, ()))


def test_what_made_an_analysis_stays():
    assert recalculated(ANALYSIS).provenance == ANALYSIS.provenance
    assert keypoints_of(ANALYSIS).startswith("BlazePose")


def test_the_rules_do_not_look_at_masks():
    before = recalculated(ANALYSIS)
    assert ANALYSIS.films[0].mask is not None
    film = ANALYSIS.films[0]
    path = np.array([[0.0, 45.0], [160.0, 45.0]])
    stroke = MaskStroke(0, 0, path, 30.0, is_added=False, last_frame=len(film.mask) - 1)
    mask = with_stroke(film.mask, stroke)
    assert mask.frames != film.mask.frames
    after = recalculated(replace(ANALYSIS, films=(replace(film, mask=mask), *ANALYSIS.films[1:])))
    assert after.scoresheet == before.scoresheet
    assert after.cycles == before.cycles
