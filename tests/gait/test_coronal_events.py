"""Events from a front view alone, on ankles that go up by turns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Side, landmark
from gaitdesk.domain.gait import EventKind, Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View
from gaitdesk.gait.coronal_events import coronal_events
from gaitdesk.gait.cycles import find_cycles

FPS, LEG_PX = 60.0, 300.0
STEP_S = 0.5


def front_view(
    swings: list[tuple[Side, float]], seconds: float, lifts: list[float] | None = None
) -> PoseTrack:
    """Someone in front of the camera whose feet leave the floor for 0.4 s, by a share of a leg."""
    times_s = np.arange(round(seconds * FPS)) / FPS
    points = np.full((len(times_s), LANDMARK_COUNT, 2), np.nan)
    for side, x in ((Side.RIGHT, 600.0), (Side.LEFT, 680.0)):
        lift = np.zeros(len(times_s))
        for (whose, start_s), high in zip(swings, lifts or [0.12] * len(swings), strict=True):
            if whose is side:
                lift += high * np.where(
                    np.abs(times_s - start_s - 0.2) < 0.2,
                    np.cos(np.pi * (times_s - start_s - 0.2) / 0.4),
                    0.0,
                )
        for part, height in (("hip", LEG_PX), ("knee", 0.5 * LEG_PX), ("ankle", 0.0)):
            points[:, landmark(side, part), 0] = x
            points[:, landmark(side, part), 1] = 700.0 - height
        points[:, landmark(side, "ankle"), 1] -= LEG_PX * lift
    return PoseTrack(points, np.isfinite(points[..., 0]).astype(float))


def events_of(pose: PoseTrack):
    one = Pass(View.CORONAL_FRONT, 0, len(pose) - 1, 0, 1.0)
    return coronal_events(pose, np.arange(len(pose)) / FPS, one)


def by_turns(steps: int) -> list[tuple[Side, float]]:
    return [((Side.LEFT, Side.RIGHT)[i % 2], 0.3 + STEP_S * i) for i in range(steps)]


def test_each_foot_meets_the_floor_where_its_swing_ends():
    swings = by_turns(7)
    found = [e for e in events_of(front_view(swings, 4.2)) if e.kind is EventKind.INITIAL_CONTACT]
    assert [event.side for event in found] == [side for side, _ in swings]
    for event, (_, start_s) in zip(found, swings, strict=True):
        assert event.time_s == pytest.approx(start_s + 0.4, abs=0.1)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(Side), st.floats(0.3, 1.2), st.floats(0.0, 0.3)),
        min_size=2,
        max_size=7,
    )
)
@example(
    [(Side.LEFT, 0.45, 0.1), (Side.RIGHT, 0.3, 0.3), (Side.LEFT, 0.4, 0.0), (Side.RIGHT, 0.8, 0.3)]
)
def test_feet_meet_the_floor_by_turns_whatever_they_do(steps):
    swings, start_s = [], 0.3
    for side, wait_s, _ in steps:
        swings.append((side, start_s))
        start_s += wait_s
    events = events_of(front_view(swings, start_s + 0.8, [lift for *_, lift in steps]))
    contacts = [event.side for event in events if event.kind is EventKind.INITIAL_CONTACT]
    assert all(one is not other for one, other in pairwise(contacts))
    for cycle in find_cycles(events, 0):
        assert cycle.opposite_contact_s is not None


def test_a_few_steps_are_not_taken_for_a_walk():
    assert events_of(front_view(by_turns(2), 1.9)) == ()
