"""Left and right after every kind of change-over a model makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.anatomy import MIRRORED, Landmark, Side, landmark
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.perception.swap import cuts, leg_length_px, repaired, with_doubted_edges
from tests.perception.walk import LEG_PX, seen_badly, walk

LEGS = [landmark(s, p) for s in Side for p in ("knee", "ankle", "heel", "big_toe", "small_toe")]


def changed_over(track: PoseTrack, frames) -> PoseTrack:
    points, confidence = track.points_px.copy(), track.confidence.copy()
    for point in LEGS:
        points[frames, point] = track.points_px[frames, MIRRORED[point]]
        confidence[frames, point] = track.confidence[frames, MIRRORED[point]]
    return PoseTrack(points, confidence)


def ankles_apart(track: PoseTrack):
    return track.of(Landmark.LEFT_ANKLE)[:, 0] - track.of(Landmark.RIGHT_ANKLE)[:, 0]


def wrong_frames(track: PoseTrack, truth: PoseTrack):
    """Frames with the legs well apart in which they carry each other's names."""
    apart = ankles_apart(truth)
    far = np.abs(apart) > 0.15 * LEG_PX
    return np.flatnonzero(far & (np.sign(ankles_apart(track)) != np.sign(apart)))


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_legs_named_rightly_stay_as_they_are(fps):
    times_s = np.arange(0, 4, 1 / fps)
    truth = walk(times_s)
    mended, _ = repaired(seen_badly(truth, np.random.default_rng(1)), times_s)
    assert not len(wrong_frames(mended, truth))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([30, 60]), st.sampled_from([1.0, 1.6]))
def test_a_change_over_in_single_frames_is_mended(seed, fps, stride_s):
    rng = np.random.default_rng(seed)
    times_s = np.arange(0, 3, 1 / fps)
    truth = walk(times_s, stride_s)
    frames = rng.choice(len(times_s), 5, replace=False)
    mended, _ = repaired(changed_over(seen_badly(truth, rng), frames), times_s)
    assert not len(wrong_frames(mended, truth))


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("stride_s", [1.0, 1.6])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_change_over_from_one_crossing_to_the_next_is_mended(fps, stride_s, step):
    rng = np.random.default_rng(step)
    times_s = np.arange(0, 4, 1 / fps)
    truth = walk(times_s, stride_s)
    crossings = np.flatnonzero(np.diff(np.sign(ankles_apart(truth)))) + 1
    frames = np.arange(crossings[step], crossings[step + 1])
    shown = changed_over(seen_badly(truth, rng), frames)
    assert len(wrong_frames(shown, truth)) > 5
    mended, is_changed = repaired(shown, times_s)
    assert not len(wrong_frames(mended, truth))
    assert is_changed[frames].mean() > 0.7


def test_frames_of_uneven_length_are_mended_as_well():
    rng = np.random.default_rng(4)
    times_s = np.cumsum(rng.uniform(0.012, 0.035, 150))
    truth = walk(times_s)
    crossings = np.flatnonzero(np.diff(np.sign(ankles_apart(truth)))) + 1
    shown = changed_over(seen_badly(truth, rng), np.arange(crossings[1], crossings[2]))
    mended, _ = repaired(shown, times_s)
    assert not len(wrong_frames(mended, truth))


def test_a_front_taken_for_a_back_is_turned_round_with_the_legs():
    times_s = np.arange(0, 2, 1 / 60)
    sway = 20 * np.sin(2 * np.pi * times_s)
    points = np.full((len(times_s), 23, 2), np.nan)
    for side, across in ((Side.LEFT, 1), (Side.RIGHT, -1)):
        for part, (out, down) in {
            "shoulder": (70, 0),
            "hip": (40, 200),
            "knee": (40, 400),
            "ankle": (35, 600),
            "heel": (35, 620),
            "big_toe": (45, 640),
        }.items():
            points[:, landmark(side, part)] = np.column_stack(
                [500 + sway + across * out, np.full(len(times_s), 100.0 + down)]
            )
    truth = PoseTrack(points, np.isfinite(points).all(axis=-1).astype(float))
    turned = points.copy()
    turned[30:75] = points[30:75][:, list(MIRRORED)]
    mended, is_changed = repaired(PoseTrack(turned, truth.confidence), times_s)
    np.testing.assert_allclose(mended.points_px, truth.points_px)
    assert np.flatnonzero(is_changed).tolist() == list(range(30, 75))


def a_front_view(times_s, across_sign=1, size=1.0):
    """Somebody who walks to the camera, or with -1 away from it, swaying a little."""
    grown = size + 0.15 * across_sign * (times_s - times_s[0])
    points = np.full((len(times_s), 23, 2), np.nan)
    sway = 12 * np.sin(2 * np.pi * times_s)
    for side, across in ((Side.LEFT, across_sign), (Side.RIGHT, -across_sign)):
        for part, (out, down) in {
            "shoulder": (70, -200),
            "hip": (40, 0),
            "knee": (60, 200),
            "ankle": (75, 400),
            "heel": (75, 420),
            "big_toe": (90, 440),
        }.items():
            offset = np.column_stack([sway + across * out, np.full(len(times_s), float(down))])
            points[:, landmark(side, part)] = [500.0, 500.0] + grown[:, None] * offset
    return points


def test_a_film_cut_between_there_and_back_keeps_the_legs_of_both_walks():
    there, back = np.arange(0, 2, 1 / 30), np.arange(2, 5, 1 / 30)
    points = np.concatenate([a_front_view(there), a_front_view(back, -1, size=1.4) + 60.0])
    times_s = np.concatenate([there, back])
    track = PoseTrack(points, np.isfinite(points).all(axis=-1).astype(float))
    mended, is_changed = repaired(track, times_s)
    assert not is_changed.any()
    np.testing.assert_allclose(mended.points_px, points)


def test_a_walk_is_cut_where_the_trunk_leaps_or_turns_within_a_frame_alone():
    times_s = np.arange(0, 2, 1 / 60)
    trunk = np.zeros((len(times_s), 2, 6, 2))
    trunk[:, 0, :, 0], trunk[:, 1, :, 0] = 0.2, -0.2
    trunk += 1.5 * times_s[:, None, None, None]
    assert cuts(trunk, times_s).tolist() == []
    leap = trunk.copy()
    leap[50:] += 1.0
    assert cuts(leap, times_s).tolist() == [50]
    turn = trunk.copy()
    turn[70:] = turn[70:, ::-1]
    assert cuts(turn, times_s).tolist() == [70]
    slow = trunk.copy()
    share = np.cos(np.pi * np.clip((times_s - 0.5) / 0.5, 0, 1))
    slow[:, 0, :, 0] += 0.2 * (share[:, None] - 1)
    slow[:, 1, :, 0] -= 0.2 * (share[:, None] - 1)
    assert cuts(slow, times_s).tolist() == []


def test_leg_length_is_thigh_and_shank():
    assert leg_length_px(walk(np.arange(0, 1, 1 / 30))) == pytest.approx(LEG_PX, rel=1e-6)


def test_nobody_in_the_film_is_no_trouble():
    track, is_changed = repaired(PoseTrack.empty(5), np.arange(5) / 30)
    assert not track.is_seen.any()
    assert not is_changed.any()


def test_one_leg_left_at_the_edge_of_the_picture_is_not_believed_to_be_either():
    track = walk(np.arange(0, 3, 1 / 60))
    points, confidence = track.points_px.copy(), track.confidence.copy()
    for part in ("knee", "ankle", "heel", "big_toe", "small_toe"):
        near, far = landmark(Side.LEFT, part), landmark(Side.RIGHT, part)
        points[-12:, near] = points[-12:, far] + 1.0
        confidence[-12:, [near, far]] = 0.2
    doubted = with_doubted_edges(PoseTrack(points, confidence))
    assert (doubted.confidence[-12:][:, LEGS] < 0.1).all()
    assert np.array_equal(doubted.confidence[:-12], confidence[:-12])
    assert np.array_equal(doubted.points_px, points, equal_nan=True)


def test_legs_that_cross_far_from_the_edge_are_believed():
    track = walk(np.arange(0, 3, 1 / 60))
    assert np.array_equal(with_doubted_edges(track).confidence, track.confidence)
