from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.gait import EventKind
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.cycles import find_cycles
from gaitdesk.gait.direction import find_passes
from gaitdesk.gait.events import find_events
from tests.made import StickWalk


def events_of(walk: StickWalk, pose: PoseTrack | None = None):
    pose = walk.pose() if pose is None else pose
    (one,) = find_passes(pose, walk.times_s, Plane.SAGITTAL)
    return find_events(pose, walk.times_s, one)


@settings(max_examples=20, deadline=None)
@given(
    stride_s=st.floats(0.7, 1.8),
    direction=st.sampled_from([-1, 1]),
    fps=st.sampled_from([30.0, 59.94, 60.0, 120.0]),
)
def test_contacts_are_found_within_a_frame_and_a_half(stride_s, direction, fps):
    walk = StickWalk(fps, stride_s, direction, seconds=4.5 * stride_s)
    found = events_of(walk)
    for side in Side:
        contacts = [
            e.time_s for e in found if e.side is side and e.kind is EventKind.INITIAL_CONTACT
        ]
        inner = [t for t in walk.contacts_s(side) if 0.3 < t < walk.times_s[-1] - 0.3]
        for truth in inner:
            assert min(abs(np.array(contacts) - truth)) < 1.5 / fps + 0.02 * stride_s


def test_every_inner_stride_becomes_a_cycle():
    walk = StickWalk(seconds=5.0)
    cycles = find_cycles(events_of(walk), film=0)
    left = [c for c in cycles if c.side is Side.LEFT]
    assert len(left) >= 3
    assert [c.duration_s for c in left] == pytest.approx([1.0] * len(left), abs=0.02)
    for cycle in left:
        assert cycle.pct(cycle.foot_off_s) == pytest.approx(60, abs=4)
        assert cycle.pct(cycle.opposite_contact_s) == pytest.approx(50, abs=3)
        assert cycle.pct(cycle.opposite_foot_off_s) == pytest.approx(10, abs=4)


def test_short_gaps_in_the_points_do_not_move_the_contacts():
    walk = StickWalk()
    points, confidence = walk.pose().points_px.copy(), walk.pose().confidence
    points[50:53] = np.nan
    with_gap = events_of(walk, PoseTrack(points, confidence))
    whole = events_of(walk)
    assert len(with_gap) == len(whole)
    for a, b in zip(with_gap, whole, strict=True):
        assert a.time_s == pytest.approx(b.time_s, abs=0.05)


def test_someone_who_stands_makes_no_events():
    walk = StickWalk()
    still = np.repeat(walk.pose().points_px[:1], len(walk.times_s), axis=0)
    pose = PoseTrack(still, walk.pose().confidence)
    assert find_passes(pose, walk.times_s, Plane.SAGITTAL) == ()


def test_a_treadmill_walk_is_directed_by_the_feet():
    walk = StickWalk(direction=-1)
    pose = walk.pose()
    pelvis = walk.times_s / walk.stride_s * walk.stride_px
    points = pose.points_px.copy()
    points[..., 0] += (pelvis - pelvis.mean())[:, None]
    (one,) = find_passes(PoseTrack(points, pose.confidence), walk.times_s, Plane.SAGITTAL)
    assert one.direction == -1


def test_walking_there_and_back_makes_two_passes_of_opposite_views():
    there, back = StickWalk(direction=1), StickWalk(direction=-1)
    points = np.concatenate([there.pose().points_px, back.pose().points_px])
    confidence = np.concatenate([there.pose().confidence, back.pose().confidence])
    times = np.arange(len(points)) / there.fps
    passes = find_passes(PoseTrack(points, confidence), times, Plane.SAGITTAL)
    assert [one.view.near_side for one in passes] == [Side.RIGHT, Side.LEFT]
    assert passes[0].last_frame == pytest.approx(len(there.times_s), abs=20)
