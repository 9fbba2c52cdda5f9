"""The skeleton is drawn where the body points are, in the paper's colours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.childgait.clips import mirrored
from gaitdesk.childgait.prompting import (
    LEFT_COLOUR,
    MIDDLE_COLOUR,
    PAPER_JOINTS,
    PAPER_LINKS,
    RIGHT_COLOUR,
    Prompting,
    prompted,
)
from gaitdesk.domain.anatomy import Landmark, Side, landmark
from tests.childgait.stick import standing_clip, without_points


def colour_at(clip, frames, *points):
    x, y = np.round(clip.keypoints_px[0, list(points)].mean(axis=0)).astype(int)
    return tuple(int(v) for v in frames[0, y, x])


@pytest.mark.parametrize(
    ("points", "colour"),
    [
        ((Landmark.LEFT_HIP, Landmark.LEFT_KNEE), LEFT_COLOUR),
        ((Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE), RIGHT_COLOUR),
        ((Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP), MIDDLE_COLOUR),
        ((Landmark.LEFT_BIG_TOE,), RIGHT_COLOUR),
        ((Landmark.NOSE,), MIDDLE_COLOUR),
    ],
)
def test_limbs_have_the_papers_colours(points, colour):
    clip = standing_clip()
    assert colour_at(clip, prompted(clip, Prompting()), *points) == tuple(colour)


def test_switched_off_the_pictures_stay_as_they_are():
    clip = standing_clip()
    assert prompted(clip, Prompting(is_on=False)) is clip.frames


def test_drawing_does_not_touch_the_clip():
    clip = standing_clip()
    before = clip.frames.copy()
    prompted(clip, Prompting())
    np.testing.assert_array_equal(clip.frames, before)


def test_a_point_the_pose_model_is_unsure_of_is_not_drawn():
    clip = standing_clip()
    unsure = clip.confidence.copy()
    unsure[:, Landmark.LEFT_KNEE] = 0.29
    drawn = prompted(replace(clip, confidence=unsure), Prompting())
    x, y = np.round(clip.keypoints_px[0, Landmark.LEFT_KNEE]).astype(int)
    box = np.s_[0, y - 3 : y + 4, x - 3 : x + 4]
    np.testing.assert_array_equal(drawn[box], clip.frames[box])


def test_without_points_nothing_is_drawn():
    clip = without_points(standing_clip())
    np.testing.assert_array_equal(prompted(clip, Prompting()), clip.frames)


def test_lines_are_two_pixels_wide():
    clip = standing_clip(side_px=224)
    black = replace(clip, frames=np.zeros_like(clip.frames))
    drawn = prompted(black, Prompting(joints=()))
    middle = round(float(clip.keypoints_px[0, [Landmark.LEFT_HIP, Landmark.LEFT_KNEE], 1].mean()))
    x = round(float(clip.keypoints_px[0, Landmark.LEFT_KNEE, 0]))
    across = drawn[0, middle, x - 8 : x + 9, 1].astype(float) / 255.0
    assert 1.5 <= across.sum() <= 3.5


def test_mirrored_children_change_colours():
    clip = standing_clip()
    other = mirrored(clip)
    frames = prompted(other, Prompting())
    points = Landmark.LEFT_HIP, Landmark.LEFT_KNEE
    assert colour_at(other, frames, *points) == tuple(LEFT_COLOUR)
    x = other.keypoints_px[0, Landmark.LEFT_KNEE, 0]
    assert x == pytest.approx(clip.side_px - 1 - clip.keypoints_px[0, Landmark.RIGHT_KNEE, 0])


def test_every_body_point_has_a_dot_and_every_limb_a_line():
    assert {joint.point for joint in PAPER_JOINTS} == set(Landmark)
    lines = {(link.start, link.end) for link in PAPER_LINKS}
    for side in Side:
        assert (landmark(side, "hip"), landmark(side, "knee")) in lines
        assert (landmark(side, "ankle"), landmark(side, "heel")) in lines
