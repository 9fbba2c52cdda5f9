from __future__ import annotations

import numpy as np

from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.pictures import NearPictures, Picture
from gaitdesk.ui.viewer.slides import Showing, slide_of


def picture(frame):
    return Picture(frame, np.zeros((10, 10, 3), np.uint8))


def test_memory_stays_within_its_bound():
    near = NearPictures(3000)
    for frame in range(50):
        near.put(picture(frame))
        assert near.used_bytes <= 3000


def test_frames_to_come_are_kept_rather_than_those_behind():
    near = NearPictures(300 * 8)
    near.move(20, 1)
    for frame in (*range(10, 20), *range(20, 26)):
        near.put(picture(frame))
    assert all(frame in near for frame in range(20, 26))
    assert 10 not in near


def test_a_frame_fetched_ahead_outlives_frames_seen_meanwhile():
    near = NearPictures(300 * 10)
    for frame in range(10):
        near.put(picture(frame))
    for frame in range(6):
        near.move(frame, 1)
        assert near.get(frame) is not None
    near.put(picture(10))
    near.put(picture(11))
    assert [frame for frame in range(12) if frame in near] == list(range(2, 12))


def test_the_beginning_of_a_loop_is_near_its_end():
    near = NearPictures(300 * 6)
    near.move(18, 1, range(10, 20))
    for frame in (14, 15, 16, 17, 18, 19, 10, 11, 12, 20):
        near.put(picture(frame))
    assert [frame for frame in range(30) if frame in near] == [10, 11, 12, 14, 18, 19]


def test_a_frame_put_again_counts_once():
    near = NearPictures(10_000)
    near.put(picture(1))
    near.put(picture(1))
    assert near.used_bytes == 300


def test_what_is_kept_is_marked():
    near = NearPictures(10_000)
    near.put(picture(3))
    kept = np.zeros(5, np.bool_)
    near.mark(kept)
    assert kept.tolist() == [False, False, False, True, False]


def test_slides_count_towards_the_bound():
    near = NearPictures(10_000)
    whole = np.zeros((10, 10, 3), np.uint8)
    near.put(Picture(1, whole, slide_of(whole, Showing((20, 20), Framing(2.0, 0.0, 0.0)))))
    assert near.used_bytes == 300 + 4 * 20 * 20


def test_slides_are_kept_for_the_nearest_frames_alone():
    near = NearPictures(100_000)
    near.most_slides = 3
    near.move(5, 1)
    whole = np.zeros((10, 10, 3), np.uint8)
    slide = slide_of(whole, Showing((20, 20), Framing(2.0, 0.0, 0.0)))
    for frame in (4, 9, 5, 8, 6):
        near.put(Picture(frame, whole, slide))
    assert [i for i in range(12) if i in near] == [4, 5, 6, 8, 9]
    assert [i for i in (4, 5, 6, 8, 9) if near.get(i).slide is not None] == [5, 6, 8]
    assert near.used_bytes == 5 * 300 + 3 * 4 * 20 * 20


def test_the_nearest_frames_are_named_in_the_order_they_are_wanted():
    near = NearPictures(1000)
    near.move(5, 1)
    assert list(near.nearest(8)) == [5, 6, 7, 8, 9, 10, 4, 3]
    near.move(5, -1)
    assert list(near.nearest(4)) == [5, 4, 3, 6]
    near.move(12, 1, range(10, 14))
    assert list(near.nearest(8)) == [12, 13, 10, 11]
    assert list(near.nearest(3)) == [12, 13, 10]
