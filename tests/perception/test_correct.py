"""What a person says of a joint holds, fades smoothly, and never touches what was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import MIRRORED, Landmark, Plane
from gaitdesk.domain.correction import (
    JointMove,
    MaskClick,
    MaskRun,
    MaskStroke,
    PersonChoice,
    SideSwap,
)
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point
from gaitdesk.perception.correct import (
    corrected,
    hand_placed,
    of_chosen_person,
    painted_frames,
    painted_masks,
    with_paint_kept,
)

FRAMES = 40
KNEE, ANKLE = Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE
pixels = st.floats(-50.0, 400.0)
places = st.builds(Point, pixels, pixels)
frame_numbers = st.integers(0, FRAMES - 1)
any_point = st.sampled_from(Landmark)


def moves(points=any_point):
    """Moves with their frame inside their range."""
    return st.builds(
        lambda three, point, place: JointMove(0, point, three[1], place, three[0], three[2]),
        st.tuples(frame_numbers, frame_numbers, frame_numbers).map(sorted),
        points,
        places,
    )


swaps = st.builds(
    lambda two, is_legs_alone: SideSwap(0, *two, is_legs_alone),
    st.tuples(frame_numbers, frame_numbers).map(sorted),
    st.booleans(),
)


def film():
    """A film in which every point goes its own way, steadily."""
    steps = np.arange(FRAMES)[:, None, None]
    points = 100.0 + np.arange(23)[None, :, None] * [3.0, 5.0] + steps * [2.0, -0.5]
    masks = tuple(FrameMask.of(np.ones((4, 4), np.bool_)) for _ in range(FRAMES))
    return FilmAnalysis(
        Video("a.mp4", np.arange(FRAMES) / 60.0, 320, 240),
        Plane.SAGITTAL,
        PoseTrack(points, np.full((FRAMES, 23), 0.6)),
        MaskTrack(8, 8, masks),
    )


def with_missing(found, point, frames):
    found.pose.points_px[frames, point] = np.nan
    found.pose.confidence[frames, point] = 0.0
    return found


@given(moves())
def test_a_joint_stands_where_it_was_put_and_is_sure_there(move):
    pose = corrected(film(), [move]).pose
    assert tuple(pose.points_px[move.frame, move.point]) == move.place_px
    assert pose.confidence[move.frame, move.point] == 1.0


@given(moves())
def test_outside_its_range_and_in_other_points_nothing_changes(move):
    before, after = film().pose, corrected(film(), [move]).pose
    is_same = np.ones((FRAMES, 23), np.bool_)
    is_same[move.first_frame : move.last_frame + 1, move.point] = False
    np.testing.assert_array_equal(after.points_px[is_same], before.points_px[is_same])
    np.testing.assert_array_equal(after.confidence[is_same], before.confidence[is_same])


@given(moves())
def test_the_shift_fades_to_both_ends_and_never_turns_round(move):
    shift = corrected(film(), [move]).pose.of(move.point) - film().pose.of(move.point)
    size = np.linalg.norm(shift, axis=1)
    slack = 1e-9 * max(1.0, size[move.frame])
    assert (np.diff(size[: move.frame + 1]) >= -slack).all()
    assert (np.diff(size[move.frame :]) <= slack).all()


def test_the_shift_comes_and_goes_without_a_kick():
    move = JointMove(0, KNEE, 20, Point(200.0, 90.0), 6, 34)
    shift = (corrected(film(), [move]).pose.of(KNEE) - film().pose.of(KNEE))[:, 0]
    step = np.abs(np.diff(shift))
    # The steepest step is in the middle of a flank, half as steep again as an even ramp.
    assert step.max() < 1.6 * shift[20] / 15
    assert max(step[5], step[34], step[19], step[20]) < 0.25 * step.max()


@given(st.lists(moves(st.just(KNEE)), min_size=1, max_size=6))
def test_a_joint_passes_through_every_place_it_was_given(made):
    pose = corrected(film(), made).pose
    last = {move.frame: move.place_px for move in made}
    for frame, place in last.items():
        assert tuple(pose.points_px[frame, KNEE]) == place
    assert hand_placed(made, FRAMES) == {KNEE: set(last)}


def test_a_move_of_one_frame_is_of_that_frame():
    move = JointMove(0, KNEE, 20, Point(1.0, 2.0), 20, 20)
    differs = (corrected(film(), [move]).pose.points_px != film().pose.points_px).any(axis=(1, 2))
    assert np.flatnonzero(differs).tolist() == [20]


def test_a_joint_lost_for_ten_frames_is_led_through_the_place_it_is_given():
    lost = with_missing(film(), ANKLE, slice(15, 25))
    whole = film().pose.of(ANKLE)
    place = Point(*(whole[20] + [0.0, -8.0]))
    pose = corrected(lost, [JointMove(0, ANKLE, 20, place, 8, 32)]).pose
    assert np.isfinite(pose.of(ANKLE)).all()
    assert (pose.confidence[15:25, ANKLE] > 0.2).all()
    shift = pose.of(ANKLE) - whole
    assert shift[20] == pytest.approx((0.0, -8.0))
    assert np.abs(np.diff(shift[:, 1])).max() < 1.6 * 8.0 / 13


def test_a_joint_that_is_lost_for_good_is_found_no_farther_than_it_was_put():
    lost = with_missing(film(), ANKLE, slice(15, None))
    pose = corrected(lost, [JointMove(0, ANKLE, 20, Point(150.0, 90.0), 8, 32)]).pose
    known = np.flatnonzero(np.isfinite(pose.of(ANKLE)).all(axis=1))
    assert known.tolist() == list(range(21))
    assert (pose.confidence[21:, ANKLE] == 0.0).all()


def test_a_joint_that_was_never_found_is_where_it_was_put_and_nowhere_else():
    lost = with_missing(film(), ANKLE, slice(None))
    pose = corrected(lost, [JointMove(0, ANKLE, 20, Point(150.0, 90.0), 8, 32)]).pose
    assert np.flatnonzero(np.isfinite(pose.of(ANKLE)).all(axis=1)).tolist() == [20]


@given(swaps)
def test_exchanging_twice_changes_nothing(swap):
    pose = corrected(film(), [swap, swap]).pose
    np.testing.assert_array_equal(pose.points_px, film().pose.points_px)
    np.testing.assert_array_equal(pose.confidence, film().pose.confidence)


def test_exchanging_is_of_left_and_right_in_its_frames():
    before, after = film().pose, corrected(film(), [SideSwap(0, 10, 19)]).pose
    np.testing.assert_array_equal(after.points_px[10:20], before.points_px[10:20][:, MIRRORED])
    np.testing.assert_array_equal(after.points_px[20:], before.points_px[20:])


def test_legs_alone_leave_the_trunk():
    before = film().pose
    after = corrected(film(), [SideSwap(0, 0, FRAMES - 1, is_legs_alone=True)]).pose
    np.testing.assert_array_equal(after.of(Landmark.LEFT_HIP), before.of(Landmark.LEFT_HIP))
    np.testing.assert_array_equal(after.of(Landmark.LEFT_HEEL), before.of(Landmark.RIGHT_HEEL))


def test_what_was_put_by_hand_is_exchanged_with_the_rest():
    made = [JointMove(0, KNEE, 12, Point(5.0, 6.0), 12, 12), SideSwap(0, 10, 19)]
    assert hand_placed(made, FRAMES) == {Landmark.RIGHT_KNEE: {12}}
    assert tuple(corrected(film(), made).pose.points_px[12, Landmark.RIGHT_KNEE]) == (5.0, 6.0)


@given(st.lists(moves() | swaps, max_size=5))
def test_what_was_found_is_left_as_it_is(made):
    found = film()
    before = found.pose.points_px.copy()
    corrected(found, made)
    np.testing.assert_array_equal(found.pose.points_px, before)


@given(st.lists(moves() | swaps, max_size=5))
def test_without_corrections_a_film_is_as_it_was_found(made):
    found = film()
    after = corrected(found, [*made, PersonChoice(0, 3, Point(1.0, 1.0))])
    assert after.pose is found.pose
    assert after.mask is found.mask


def test_corrections_before_a_choice_were_of_somebody_else():
    choice, other = PersonChoice(0, 3, Point(1.0, 1.0)), PersonChoice(0, 9, Point(2.0, 1.0))
    swap = SideSwap(0, 1, 2)
    assert of_chosen_person([swap, choice]) == (choice, ())
    assert of_chosen_person([choice, swap, other, swap]) == (other, (swap,))
    assert of_chosen_person([swap]) == (None, (swap,))


def test_frames_that_the_film_does_not_have_are_passed_over():
    late = JointMove(0, KNEE, FRAMES + 3, Point(1.0, 2.0), FRAMES - 2, FRAMES + 8)
    assert corrected(film(), [late, SideSwap(0, 0, FRAMES)]).pose is not None
    np.testing.assert_array_equal(
        corrected(film(), [late, SideSwap(0, 0, FRAMES)]).pose.points_px, film().pose.points_px
    )
    assert hand_placed([late], FRAMES) == {}


def test_masks_followed_anew_take_the_place_of_those_in_their_frames_alone():
    wide = FrameMask.of(np.ones((8, 8), np.bool_))
    followed = MaskTrack(8, 8, (None, *(wide,) * (FRAMES - 1)))
    run = MaskRun(0, 10, 19, "0f")
    mask = corrected(film(), [run], {"0f": followed}).mask
    assert [one.width for one in mask.frames] == [4] * 10 + [8] * 10 + [4] * (FRAMES - 20)
    without = replace(film(), mask=None)
    mask = corrected(without, [replace(run, first_frame=0)], {"0f": followed}).mask
    assert [one is not None for one in mask.frames] == [0 < i < 20 for i in range(FRAMES)]
    assert corrected(without, [MaskClick(0, 3, Point(1.0, 2.0), True)]).mask is None


def test_a_stroke_changes_the_mask_of_its_frame():
    stroke = MaskStroke(0, 5, np.array([[2.0, 2.0]]), 1.5, is_added=False)
    mask = corrected(film(), [stroke]).mask
    assert not mask.at(5)[2, 2]
    assert mask.at(6)[2, 2]


def dab(frame, last=None):
    return MaskStroke(0, frame, np.array([[2.0, 2.0]]), 1.0, is_added=False, last_frame=last)


def test_painted_is_what_was_brushed_in_one_frame_of_whoever_was_chosen_last():
    made = [dab(3), PersonChoice(0, 1, Point(1.0, 1.0)), dab(5), dab(7, 9), dab(FRAMES)]
    assert painted_frames(made, FRAMES) == {5}
    held = film().mask
    assert painted_masks(made, held, (0, 8)) == {5: held.frames[5]}
    assert painted_masks(made, held, (6, 8)) == painted_masks(made, None, (0, 8)) == {}


def test_what_was_painted_or_erased_in_many_frames_has_the_last_word_over_what_is_found():
    held = film().mask
    after = with_paint_kept(held, {5: None, 6: held.frames[0]}, [dab(7, 9)])
    assert after.frames[5] is None
    assert after.frames[6] is held.frames[0]
    assert [i for i in range(FRAMES) if not after.at(i)[2, 2]] == [5, 7, 8, 9]
