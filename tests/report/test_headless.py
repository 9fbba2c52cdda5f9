"""No head is shown in any frame: covered where it is known, grey where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import HeadNotHidden
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.report.headless import Heads, frames_words, headless_film
from tests.report import made

FRAMES, HEIGHT = 8, 90


class Detector:
    """Finds the same faces in every picture, as often as it is told to."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def faces(self, image, near=(), least=0.6):
        return self.answers.pop(0) if self.answers else []


def checkered(height: int, width: int) -> np.ndarray:
    """A picture in which every pixel differs from its neighbours."""
    rows, columns = np.mgrid[:height, :width]
    return np.repeat(((rows + columns) % 2 * 200 + 20)[..., None], 3, axis=2).astype(np.uint8)


@pytest.fixture
def film(tmp_path):
    found = made.sagittal_film(tmp_path, FRAMES + 1, HEIGHT)
    # In the last frame of a made film nobody is found.
    points, confidence = found.pose.points_px[:-1], found.pose.confidence[:-1]
    found = replace(found, pose=PoseTrack(points, confidence), mask=None)
    with FilmWriter(found.video.path, made.FPS, coding=Coding(quality=1)) as writer:
        for _ in range(FRAMES):
            writer.write(checkered(HEIGHT, found.video.width))
    return replace(found, video=probe(found.video.path), people=1)


def shown(path) -> list[np.ndarray]:
    with VideoReader(probe(path)) as reader:
        return [image.astype(float) for _, image in reader.frames()]


def roughness(image, x: float, y: float, reach: int = 3) -> float:
    """How much neighbours differ around a place."""
    part = image[int(y) - reach : int(y) + reach, int(x) - reach : int(x) + reach, 0]
    return float(np.abs(np.diff(part, axis=1)).mean())


def test_the_head_is_coarse_and_the_feet_are_not(film, tmp_path):
    out = tmp_path / "out.mp4"
    assert finish(headless_film(film, Detector(), out)) == ()
    for frame, image in enumerate(shown(out)):
        points = film.pose.points_px[frame]
        assert roughness(image, *points[Landmark.NOSE]) < 20
        assert roughness(image, *points[Landmark.LEFT_ANKLE]) > 60
    assert probe(out).times_s == pytest.approx(film.video.times_s, abs=1e-3)


@pytest.mark.parametrize("lost", ["missing", "unsure"])
def test_a_frame_in_which_the_head_is_lost_is_grey_and_listed(film, tmp_path, lost):
    points, confidence = film.pose.points_px.copy(), film.pose.confidence.copy()
    if lost == "missing":
        points[3, Landmark.LEFT_SHOULDER] = np.nan
    else:
        confidence[3, Landmark.LEFT_HIP] = 0.1
    pose = replace(film.pose, points_px=points, confidence=confidence)
    out = tmp_path / "out.mp4"
    assert finish(headless_film(replace(film, pose=pose), Detector(), out)) == (3,)
    images = shown(out)
    assert len(images) == FRAMES
    assert np.ptp(images[3]) < 12
    assert np.ptp(images[4]) > 100


def test_a_head_is_covered_where_it_was_a_moment_ago(film):
    heads = Heads(film)
    image = np.zeros((HEIGHT, film.video.width, 3), np.uint8)
    areas = [heads.area(frame, image) for frame in range(FRAMES)]
    for frame in range(1, FRAMES):
        x, y = film.pose.points_px[frame - 1, Landmark.NOSE].astype(int)
        assert areas[frame][y, x]


def test_any_other_face_is_covered_too(film, tmp_path):
    out = tmp_path / "out.mp4"
    corner = [(2.0, 60.0, 14.0, 72.0)]
    finish(headless_film(film, Detector(*[corner] * FRAMES), out))
    assert all(roughness(image, 8, 66) < 20 for image in shown(out))


@pytest.mark.parametrize("people", [1, 2])
def test_all_around_the_patient_is_coarse_even_where_nobody_else_was_counted(
    film, tmp_path, people
):
    out = tmp_path / "out.mp4"
    finish(headless_film(replace(film, people=people), Detector(), out))
    assert all(roughness(image, 150, 70) < 20 for image in shown(out))


def test_a_face_that_is_still_found_is_greyed_then_its_frame_and_then_nothing_is_given(
    film, tmp_path
):
    out = tmp_path / "out.mp4"
    face = [(60.0, 5.0, 75.0, 20.0)]
    none = [[]] * FRAMES
    greyed = Detector(*none, face)
    assert finish(headless_film(film, greyed, out)) == ()
    assert np.ptp(shown(out)[0][8:18, 62:73]) < 12
    blanked = Detector(*none, face, *none[1:], face)
    assert finish(headless_film(film, blanked, out)) == (0,)
    stubborn = Detector(*none, *[face] * 6 * FRAMES)
    with pytest.raises(HeadNotHidden, match="8 frame"):
        finish(headless_film(film, stubborn, out))


def test_frames_are_told_in_runs():
    assert frames_words((0, 1, 2, 7, 9, 10)) == "1-3, 8, 10-11"
    assert frames_words(()) == ""
