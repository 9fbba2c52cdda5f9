from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.progress import finish
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.overlay import SIDE_COLOURS
from gaitdesk.report.masking import hide_heads
from gaitdesk.report.stills import HEIGHT_PX, WIDTH_PX, collect_stills, still_picture
from tests.report import made

FACE = [Landmark.NOSE, Landmark.LEFT_EYE, Landmark.RIGHT_EYE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR]


@pytest.fixture(scope="module")
def film():
    return made.analysis(frames=40).films[0]


def noise(film) -> np.ndarray:
    shape = (film.video.height, film.video.width, 3)
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


def fine_detail(image: np.ndarray, area: np.ndarray) -> float:
    """Share of neighbouring pixels in an area that differ."""
    differs = (np.diff(image.astype(int), axis=1) != 0).any(axis=2)
    return float(differs[area[:, 1:]].mean())


def head(film, frame: int) -> np.ndarray:
    """The head of the made child: its mask above the shoulders."""
    shoulder_y = film.pose.points_px[frame, Landmark.LEFT_SHOULDER, 1]
    area = film.mask.at(frame)
    area[int(shoulder_y) - 8 :] = False
    return area


@pytest.mark.parametrize("has_mask", [True, False])
@pytest.mark.parametrize("has_face", [True, False])
def test_the_whole_head_loses_its_detail(film, has_mask, has_face):
    image, points = noise(film), film.pose.points_px[20].copy()
    if not has_face:
        points[FACE] = np.nan
    hidden = hide_heads(image, points, film.mask.frames[20] if has_mask else None, is_alone=True)
    assert fine_detail(image, head(film, 20)) > 0.99
    assert fine_detail(hidden, head(film, 20)) < 0.2
    assert (hidden[300:] == image[300:]).all()


def test_a_head_that_cannot_be_placed_is_greyed_out_with_the_upper_body(film):
    unknown = np.full((LANDMARK_COUNT, 2), np.nan)
    hidden = hide_heads(noise(film), unknown, film.mask.frames[20], is_alone=True)
    assert (hidden[head(film, 20)] == 128).all()


def test_a_picture_in_which_nothing_is_known_is_all_grey(film):
    unknown = np.full((LANDMARK_COUNT, 2), np.nan)
    assert (hide_heads(noise(film), unknown, None, is_alone=True) == 128).all()


def test_other_people_are_made_coarse(film):
    image = noise(film)
    stranger = np.zeros(image.shape[:2], np.bool_)
    stranger[60:160, -80:] = True
    alone = hide_heads(image, film.pose.points_px[20], film.mask.frames[20], is_alone=True)
    among = hide_heads(image, film.pose.points_px[20], film.mask.frames[20], is_alone=False)
    assert fine_detail(alone, stranger) > 0.99
    assert fine_detail(among, stranger) < 0.2
    feet = film.mask.at(20)
    feet[:250] = False
    assert (among[feet] == image[feet]).all()


def test_the_picture_given_is_left_as_it_was(film):
    image = noise(film)
    before = image.copy()
    hide_heads(image, film.pose.points_px[20], film.mask.frames[20], is_alone=False)
    assert (image == before).all()


def test_the_child_is_equally_large_in_every_still(film):
    heights = []
    for size in (1.0, 1.7):
        points = size * film.pose.points_px
        one = replace(film, pose=replace(film.pose, points_px=points), mask=None)
        black = np.zeros((900, 1600, 3), np.uint8)
        picture = still_picture(one, black, 20, (Side.RIGHT, Item.TRUNK_SAGITTAL))
        is_limb = (np.abs(picture.astype(int) - SIDE_COLOURS[Side.RIGHT]) < 30).all(axis=2)
        heights.append(np.ptp(np.flatnonzero(is_limb.any(axis=1))))
    assert heights[0] > 0.6 * HEIGHT_PX
    assert heights[0] == pytest.approx(heights[1], abs=2)


def test_the_angle_written_into_a_still_is_the_one_judged(film):
    image = made.picture(film, 20)
    cell = (Side.RIGHT, Item.STANCE_KNEE_EXTENSION)
    bare = still_picture(film, image, 20, cell)
    with_angle = still_picture(film, image, 20, cell, Measure(28.4, Unit.DEGREE, 5.0))
    other_angle = still_picture(film, image, 20, cell, Measure(-28.4, Unit.DEGREE, 5.0))
    missing = still_picture(film, image, 20, cell, Measure(float("nan"), Unit.DEGREE, 5.0))
    assert (with_angle != bare).any()
    assert (with_angle != other_angle).any()
    assert (missing == bare).all()


def test_a_frame_in_which_nobody_was_found_still_makes_a_picture(film):
    last = film.video.frame_count - 1
    picture = still_picture(film, made.picture(film, last), last, (Side.LEFT, Item.HEEL_LIFT), None)
    assert (picture[HEIGHT_PX // 2, WIDTH_PX // 2] == 128).all()


def test_stills_are_taken_of_items_that_are_not_normal(tmp_path):
    analysis = made.analysis(tmp_path, frames=40, height=180)
    for film in analysis.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(film.video.frame_count):
                writer.write(made.picture(film, frame))
    steps = []
    stills = finish(collect_stills(analysis), steps.append)
    assert len(steps) == len(stills) == 18
    for (side, item), still in stills.items():
        cell = analysis.scoresheet.get(side, item)
        assert cell.score is not Score.NORMAL
        assert still.is_scored == (cell.score is not None)
        assert still.frame == cell.proposed[0].evidence.frame
    assert (Side.LEFT, Item.TERMINAL_SWING_KNEE) in stills  # the reviewer decides
    assert (Side.LEFT, Item.FOOT_ROTATION) not in stills  # nothing to see


def test_the_mask_of_the_made_child_has_a_head(film):
    assert isinstance(film.mask.frames[20], FrameMask)
    assert head(film, 20).sum() > 500


@pytest.mark.parametrize(("people", "is_plain"), [(1, True), (0, False), (2, False)])
def test_only_who_is_known_to_be_alone_keeps_the_room(film, people, is_plain):
    picture = still_picture(
        replace(film, people=people), noise(film), 20, (Side.RIGHT, Item.HEEL_LIFT)
    )
    room = np.zeros(picture.shape[:2], np.bool_)
    room[:, :60] = True
    # Enlarged to the still's size, noise keeps changing from pixel to pixel; a mosaic does not.
    assert (fine_detail(picture, room) > 0.9) is is_plain
