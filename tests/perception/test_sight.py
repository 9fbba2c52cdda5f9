"""While a patient is followed, a small picture now and then shows how."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.perception.sight import SIDE_PX, Watcher
from tests.made import StickWalk

IMAGE = np.full((720, 1280, 3), 90, np.uint8)


def test_a_sight_is_small_and_carries_the_skeleton():
    pose = StickWalk().pose()
    seen = Watcher(Path("a.mp4")).sight(30, IMAGE, pose.points_px[30], pose.confidence[30])
    assert (seen.path, seen.frame) == (Path("a.mp4"), 30)
    assert seen.picture.shape == (270, SIDE_PX, 3)
    assert (seen.picture != 90).any()
    assert (IMAGE == 90).all()


def test_where_nobody_is_seen_the_picture_is_plain():
    nobody = np.full((LANDMARK_COUNT, 2), np.nan)
    seen = Watcher(Path("a.mp4")).sight(0, IMAGE, nobody, np.zeros(LANDMARK_COUNT))
    assert (seen.picture == 90).all()


def test_a_sight_is_made_no_oftener_than_it_can_be_looked_at():
    nobody = np.full((LANDMARK_COUNT, 2), np.nan), np.zeros(LANDMARK_COUNT)
    rare, ever = Watcher(Path("a.mp4"), every_s=60.0), Watcher(Path("a.mp4"), every_s=0.0)
    assert [rare.sight(i, IMAGE, *nobody) is None for i in range(3)] == [False, True, True]
    assert all(ever.sight(i, IMAGE, *nobody) is not None for i in range(3))
