"""Where the bundled detector finds faces, and where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.media.video import VideoReader, probe
from gaitdesk.perception.faces import FaceDetector

FRAME, SEEN = 100, np.s_[440:900, 740:1200]
"""A woman walks past, seen from the side: the frame, and the part of it that she is in."""
FACE_PX = (1011.0, 563.0)
"""Middle of her face in the whole picture, by eye."""


@pytest.fixture
def detector(blazepose_package):
    return FaceDetector(blazepose_package)


@pytest.fixture
def picture(films):
    with VideoReader(probe(films / "sports2d_demo" / "demo.mp4", with_hash=False)) as reader:
        return reader.frame(FRAME)


def is_on_the_face(box, left: float = 0.0, top: float = 0.0) -> bool:
    x, y = FACE_PX[0] - left, FACE_PX[1] - top
    return box[0] < x < box[2] and box[1] < y < box[3]


def test_a_face_is_found_where_it_is(detector, picture):
    (box,) = detector.faces(np.ascontiguousarray(picture[SEEN]))
    assert is_on_the_face(box, 740, 440)
    assert 20 < box[2] - box[0] < 80


def test_a_small_face_is_found_where_a_head_is_expected(detector, picture):
    around = (900.0, 450.0, 1120.0, 670.0)
    found = detector.faces(picture, (around,))
    assert any(is_on_the_face(box) for box in found)


def test_there_is_no_face_in_noise_and_none_outside_the_picture(detector):
    noise = np.random.default_rng(3).integers(0, 255, (200, 300, 3), np.uint8)
    assert (
        detector.faces(noise, ((-900.0, -900.0, -800.0, -800.0), (290.0, 190.0, 400.0, 300.0)))
        == []
    )
