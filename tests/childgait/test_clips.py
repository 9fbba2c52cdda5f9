"""Clips follow the child at 30 pictures a second of true time, whatever the film's rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.childgait.clips import ClipPhase, Sampling, mirrored
from gaitdesk.childgait.cutting import clips_of, cropped, frame_numbers, resized
from gaitdesk.childgait.framing import squares_of
from gaitdesk.childgait.windows import find_windows
from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.gait import EventKind
from gaitdesk.domain.recording import View
from tests.childgait.stick import FIRST, SIDE_PX, PaintedFilm, film, standing_clip

SAMPLING = Sampling(side_px=SIDE_PX)


@pytest.fixture(scope="module")
def cut():
    shown = film()
    reader = PaintedFilm(shown)
    windows = find_windows(shown, 0, SAMPLING)
    return list(clips_of(reader, shown, windows, SAMPLING)), reader, windows


def test_every_window_becomes_a_clip_and_no_frame_is_read_twice(cut):
    clips, reader, windows = cut
    assert [clip.window for clip in clips] == list(windows)
    assert len(reader.read) == len(set(reader.read))


def test_phases_are_those_of_the_near_limb(cut):
    clips, _, _ = cut
    sides = {clip.window.side for clip in clips if clip.window.phase is not ClipPhase.UNIFORM}
    assert sides == {Side.RIGHT}
    assert {clip.window.phase for clip in clips} == set(ClipPhase)


def test_a_contact_clip_has_the_contact_in_its_middle(cut):
    clips, _, _ = cut
    contacts = [
        event.time_s
        for event in film().events
        if event.kind is EventKind.INITIAL_CONTACT and event.side is Side.RIGHT
    ]
    for clip in clips:
        if clip.window.phase is ClipPhase.INITIAL_CONTACT:
            middle = clip.times_s.mean()
            assert min(abs(middle - t) for t in contacts) < SAMPLING.duration_s / 4 + 0.02


def test_uniform_clips_alone_stand_a_hop_apart():
    windows = find_windows(film(), 0, replace(SAMPLING, phases=(), most_per_pass=0))
    assert len(windows) > 5
    assert np.diff([w.centre_s for w in windows]) == pytest.approx(8 / 30.0)


def test_no_clip_leaves_its_pass(cut):
    clips, _, _ = cut
    one = film().passes[0]
    for clip in clips:
        assert one.first_frame <= clip.numbers.min()
        assert clip.numbers.max() <= one.last_frame


def test_a_pass_seen_from_too_far_aside_gives_no_clips():
    shown = film()
    oblique = replace(shown, passes=(replace(shown.passes[0], confidence=0.2),))
    assert find_windows(oblique, 0, SAMPLING) == ()


def test_a_pass_shorter_than_a_clip_gives_none():
    shown = film()
    short = replace(shown, passes=(replace(shown.passes[0], last_frame=FIRST + 20),))
    assert find_windows(short, 0, SAMPLING) == ()


def test_no_clip_shows_a_child_that_is_half_outside_the_picture():
    shown = film()
    masks = list(shown.mask.frames)
    for number in range(FIRST, FIRST + 50):
        masks[number] = replace(masks[number], left=0)
    entering = replace(shown, mask=replace(shown.mask, frames=tuple(masks)))
    first_s = min(window.centre_s for window in find_windows(entering, 0, SAMPLING))
    whole_s = shown.video.times_s[FIRST + 50]
    assert first_s - SAMPLING.duration_s / 2 >= whole_s - 1e-9
    everywhere = tuple(None if one is None else replace(one, left=0) for one in masks)
    always = replace(shown, mask=replace(shown.mask, frames=everywhere))
    assert find_windows(always, 0, SAMPLING) == find_windows(shown, 0, SAMPLING)


def test_a_pass_gives_no_more_clips_than_asked_for():
    windows = find_windows(film(), 0, replace(SAMPLING, most_per_pass=5))
    assert len(windows) == 5


@given(st.integers(0, 10_000), st.floats(0.005, 0.06), st.sampled_from((8, 16, 32)))
def test_each_picture_is_the_nearest_in_time(seed, usual_s, frames):
    gaps_s = np.random.default_rng(seed).uniform(0.2, 1.8, 200) * usual_s
    times_s = np.cumsum(gaps_s)
    sampling = Sampling(frames=frames)
    centre_s = times_s.mean()
    numbers = frame_numbers(times_s, centre_s, sampling)
    wanted = centre_s + (np.arange(frames) - (frames - 1) / 2) / 30.0
    nearest = np.abs(times_s[None] - wanted[:, None]).min(axis=1)
    assert np.abs(times_s[numbers] - wanted) == pytest.approx(nearest)


@pytest.mark.parametrize("fps", [25.0, 30.0, 60.0, 120.0])
def test_the_rate_of_the_film_does_not_change_the_time_a_clip_spans(fps):
    times_s = np.arange(round(4 * fps)) / fps
    numbers = frame_numbers(times_s, 2.0, Sampling())
    assert np.ptp(times_s[numbers]) == pytest.approx(15 / 30.0, abs=1.0 / fps)


def test_the_child_fills_the_share_asked_for_and_keeps_its_feet(cut):
    clips, _, _ = cut
    for clip in clips:
        rows = np.flatnonzero(clip.mask.any(axis=(0, 2)))
        assert np.ptp(rows) + 1 == pytest.approx(0.85 * SIDE_PX, rel=0.08)
        assert rows[-1] < SIDE_PX - 1


def test_body_points_land_on_the_child(cut):
    clips, _, _ = cut
    for clip in clips[::4]:
        for point in (Landmark.RIGHT_KNEE, Landmark.LEFT_ANKLE, Landmark.NOSE):
            for time, (x, y) in enumerate(np.round(clip.keypoints_px[:, point]).astype(int)):
                assert clip.mask[time, y, x]
                assert clip.frames[time, y, x].min() > 200


def test_the_square_follows_the_walk_but_not_the_steps():
    shown = film()
    squares = squares_of(shown, 0.85)
    inside = slice(shown.passes[0].first_frame, shown.passes[0].last_frame + 1)
    left = squares[inside, 0]
    assert np.isnan(squares[: shown.passes[0].first_frame]).all()
    speed = np.diff(left)
    assert speed.mean() == pytest.approx(240.0 / 60.0, rel=0.02)
    # Whole pixels make it step by one more or less.
    assert np.abs(speed - speed.mean()).max() <= 1.5


def test_without_masks_the_square_comes_from_the_body_points():
    with_mask, without = (squares_of(film(with_mask=has), 0.85) for has in (True, False))
    assert np.nanmax(np.abs(with_mask[:, 2] / without[:, 2] - 1)) < 0.15


def test_outside_the_picture_its_edge_is_repeated():
    image = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    square = cropped(image, -2, -1, 6)
    assert square.shape == (6, 6, 3)
    assert (square[0, 0] == image[0, 0]).all()
    assert (square[5, 5] == image[3, 3]).all()
    assert (square[1:5, 2:] == image[:, :4]).all()


def test_shrinking_averages():
    checks = np.indices((64, 64)).sum(axis=0) % 2 * 200
    small = resized(np.repeat(checks[..., None], 3, axis=2).astype(np.uint8), 16)
    assert np.abs(small.astype(int) - 100).max() <= 1


def test_mirroring_swaps_sides_and_back():
    clip = standing_clip(view=View.SAGITTAL_LEFT)
    other = mirrored(clip)
    assert other.view is View.SAGITTAL_RIGHT
    assert other.window.side is Side.RIGHT
    assert (other.frames[:, :, 0] == clip.frames[:, :, -1]).all()
    assert other.keypoints_px[0, Landmark.RIGHT_KNEE, 0] == pytest.approx(
        SIDE_PX - 1 - clip.keypoints_px[0, Landmark.LEFT_KNEE, 0]
    )
    again = mirrored(other)
    assert not again.is_mirrored
    assert again.window == clip.window
    np.testing.assert_array_equal(again.frames, clip.frames)
    np.testing.assert_allclose(again.keypoints_px, clip.keypoints_px)


def test_mirroring_leaves_the_front_the_front():
    assert mirrored(standing_clip(view=View.CORONAL_FRONT)).view is View.CORONAL_FRONT


@pytest.mark.parametrize("frames", [0, 7, 24])
def test_only_the_three_lengths_are_cut(frames):
    with pytest.raises(ValueError, match="8, 16 or 32"):
        Sampling(frames=frames)
