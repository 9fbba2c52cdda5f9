from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.evgs import Item
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.ui.viewer.following import Cut, cut_for, whereabouts
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.viewer import Viewer
from tests.report import made

PANE = (500.0, 500.0)


@pytest.fixture(scope="module")
def film():
    return made.analysis(frames=90, height=360).films[0]


def test_the_child_stays_in_the_middle_while_the_room_passes(film):
    where = whereabouts(film)
    size = film.video.width, film.video.height
    for frame in range(25, 65):
        framing = where.framing(frame, Cut.BODY, size, PANE)
        hips = film.pose.points_px[frame, 11:13].mean(axis=0)
        assert abs(framing.to_pane(*hips)[0] - PANE[0] / 2) < 0.06 * PANE[0]


def test_the_legs_are_shown_larger_than_the_body(film):
    where = whereabouts(film)
    size = film.video.width, film.video.height
    scales = [where.framing(40, cut, size, PANE).scale for cut in (Cut.BODY, Cut.LEGS)]
    assert scales[0] < scales[1]
    assert min(scales) >= Framing.fitting(size, PANE).scale


def test_the_child_stays_below_the_words_of_a_low_pane(film):
    where = whereabouts(film)
    size, low = (film.video.width, film.video.height), (420.0, 160.0)
    plain, below = (where.framing(40, Cut.LEGS, size, low, covered) for covered in (0.0, 30.0))
    hips = film.pose.points_px[40, 11:13].mean(axis=0)
    assert plain.to_pane(*hips)[1] < 30.0
    assert below.to_pane(*hips)[1] > 35.0


def test_for_words_the_picture_leaves_no_edge_of_the_pane_that_it_would_fill(film):
    where = whereabouts(film)
    size = film.video.width, film.video.height
    pane = 0.95 * size[0], 1.35 * float(where.height_px[40])
    plain, below = (where.framing(40, Cut.BODY, size, pane, share * pane[1]) for share in (0, 0.2))
    assert plain.scale == pytest.approx(1.0)
    assert below.scale == pytest.approx(0.95)


def test_frames_in_which_nobody_is_seen_glide_on(film):
    points = film.pose.points_px.copy()
    points[40:50] = np.nan
    gap = replace(film, pose=PoseTrack(points, film.pose.confidence))
    steps = np.diff(whereabouts(gap).hips_px[:, 0])
    assert np.isfinite(steps).all()
    assert (steps > 0).all()


def test_without_anybody_there_is_nobody_to_follow(film):
    nobody = replace(film, pose=PoseTrack.empty(len(film.pose)))
    assert whereabouts(nobody) is None


def test_items_of_foot_and_knee_are_read_from_the_legs():
    assert cut_for(Item.HEEL_LIFT) is Cut.LEGS
    assert cut_for(Item.SWING_KNEE_FLEXION) is Cut.LEGS
    assert cut_for(Item.STANCE_HIP_EXTENSION) is Cut.BODY
    assert cut_for(Item.TRUNK_SAGITTAL) is Cut.BODY


def test_without_films_nobody_is_followed(qtbot, viewer, walk):
    empty = Viewer()
    qtbot.addWidget(empty)
    assert not empty.actions_offered.follow.isChecked()
    assert viewer.actions_offered.follow.isChecked()
