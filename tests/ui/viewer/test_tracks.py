from __future__ import annotations

from dataclasses import replace

import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.correction import JointMove, PersonChoice, SideSwap
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.domain.shapes import Point
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.tracks import (
    THIN,
    TimeScale,
    Track,
    corrected_at,
    corrected_frames,
    deciding_frames,
    event_at,
    neighbour_event_s,
    snapped_frame,
    thumbnail_frames,
    thumbnail_width,
)
from tests.report import made

SCALE = TimeScale(0.0, 2.0, 900.0)


@pytest.fixture(scope="module")
def analysis():
    return made.analysis(frames=120, height=180)


@pytest.fixture(scope="module")
def axis(analysis):
    return TimeAxis(tuple(film.video for film in analysis.films), analysis.sync[0])


@pytest.fixture(scope="module")
def tracks(analysis):
    return [
        Track(slot, "x", film, deciding_frames(analysis, slot))
        for slot, film in enumerate(analysis.films)
    ]


def test_stance_lasts_from_contact_to_foot_off_and_swing_to_the_next_contact(tracks):
    assert tracks[0].stances_s(Side.LEFT) == ((0.0, 0.62),)
    assert tracks[0].swings_s(Side.LEFT) == ((0.62, 1.0),)


def test_an_event_is_found_where_it_is_drawn(tracks, axis):
    event = tracks[0].film.events[3]
    place = SCALE.x(event.time_s), SCALE.limb_middle(0, event.side)
    assert event_at(tracks, axis, SCALE, place[0] + 3, place[1]) == (tracks[0], event)
    assert event_at(tracks, axis, SCALE, place[0] + 30, place[1]) is None
    assert (
        event_at(tracks, axis, SCALE, place[0], SCALE.limb_middle(0, event.side.opposite)) is None
    )


def test_every_deciding_frame_is_on_the_track_of_its_film(analysis):
    cells = [
        cell for slot in (0, 1) for mark in deciding_frames(analysis, slot) for cell in mark.cells
    ]
    asked = [
        cell
        for cell, held in analysis.scoresheet.cells.items()
        if any(proposal.evidence is not None for proposal in held.proposed)
    ]
    assert len(asked) > 20
    assert sorted(cells) == sorted(asked)


def test_an_event_dropped_near_its_twin_in_the_other_film_meets_it(tracks, axis, analysis):
    event = tracks[0].film.events[4]
    twin_s = 1.1
    twin = GaitEvent(event.side, event.kind, round(twin_s * 60), twin_s)
    coronal = replace(tracks[1], film=replace(tracks[1].film, events=(twin,)))
    on_axis = axis.to_axis(1, twin_s)
    both = [tracks[0], coronal]
    near, far = SCALE.x(on_axis) + 4.0, SCALE.x(on_axis) + 40.0
    frame = axis.nearest(0, on_axis).frame
    assert snapped_frame(both, axis, SCALE, tracks[0], event, near) == frame
    assert snapped_frame(both, axis, SCALE, tracks[0], event, far) != frame


def test_neighbouring_events_lead_through_all_of_them(tracks, axis):
    moment, visited = -1.0, []
    while (found := neighbour_event_s(tracks, axis, moment, 1)) is not None:
        visited.append(found)
        moment = found
    assert visited == pytest.approx(sorted({e.frame / 60 for e in tracks[0].film.events}))
    assert neighbour_event_s(tracks, axis, visited[1], -1) == pytest.approx(visited[0])


def test_thumbnails_lie_side_by_side_and_in_order(tracks, axis):
    frames = thumbnail_frames(tracks[0], axis, SCALE)
    assert list(frames) == sorted(frames)
    assert len(frames) == int((119 / 60) * SCALE.points_per_s // thumbnail_width(tracks[0]))


def test_zooming_keeps_the_moment_under_the_cursor_and_stays_on_the_axis():
    whole = (0.0, 2.0)
    x = SCALE.gutter + 300.0
    closer = SCALE.zoomed(2.0, x, whole)
    assert closer.time_s(x) == pytest.approx(SCALE.time_s(x))
    assert closer.end_s - closer.start_s == pytest.approx(1.0)
    assert closer.zoomed(0.01, x, whole) == SCALE
    assert closer.moved(9.0, whole).end_s == pytest.approx(2.0)


def test_events_of_both_kinds_are_told_by_kind(tracks):
    kinds = {event.kind for event in tracks[0].film.events}
    assert kinds == set(EventKind)


SWAP = SideSwap(0, 30, 50)
MOVE = JointMove(0, Landmark.LEFT_KNEE, 40, Point(10.0, 10.0), 38, 42)


def test_only_swaps_and_moves_of_a_film_are_marked_on_its_track():
    standing = (SWAP, MOVE, PersonChoice(0, 3, Point(1.0, 1.0)), SideSwap(1, 0, 9))
    assert [one.correction for one in corrected_frames(standing, 0)] == [SWAP, MOVE]
    assert [one.frame for one in corrected_frames(standing, 0)] == [30, 40]
    assert [one.correction for one in corrected_frames(standing, 1)] == [standing[3]]


def test_a_short_correction_is_found_within_a_long_one(tracks, axis):
    marked = [replace(tracks[0], corrected=corrected_frames((SWAP, MOVE), 0)), tracks[1]]
    y = SCALE.top_of(0) + SCALE.marks - 2

    def at(frame):
        found = corrected_at(marked, axis, SCALE, SCALE.x(axis.time_of(0, frame)), y)
        return None if found is None else found[1].correction

    assert (at(33), at(40), at(49), at(70)) == (SWAP, MOVE, SWAP, None)


def test_thin_pictures_are_narrower_so_more_of_them_fill_the_track(tracks, axis):
    thin = replace(SCALE, thumbs=THIN)
    assert thumbnail_width(tracks[0], THIN) < thumbnail_width(tracks[0])
    assert len(thumbnail_frames(tracks[0], axis, thin)) > len(
        thumbnail_frames(tracks[0], axis, SCALE)
    )
