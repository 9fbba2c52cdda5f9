"""Points of a followed person are seen anew in every frame in which they were followed."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.better import seen_anew
from gaitdesk.perception.model import BodyPoints
from tests.perception.eyes import dots

FRAMES = 7


class Brightest:
    """Sees all points in the middle of the box it is asked about."""

    name, provenance, device, at_once = "brightest 1", "nothing", "here", 3

    def __init__(self):
        self.asked = []

    def points(self, people):
        self.asked.append(len(people))
        return [
            BodyPoints(
                np.tile([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], (LANDMARK_COUNT, 1)),
                np.full(LANDMARK_COUNT, 0.9),
            )
            for _, box in people
        ]


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "walk.mp4"
    with FilmWriter(path) as writer:
        for _ in range(FRAMES):
            writer.write(dots(np.full((1, 2), 100.0), 320, 240))
    return probe(path)


def followed(middles):
    points = np.full((FRAMES, LANDMARK_COUNT, 2), np.nan)
    confidence = np.zeros((FRAMES, LANDMARK_COUNT))
    for frame, (x, y) in middles.items():
        points[frame, :6] = [(x + dx, y + dy) for dx in (-20, 20) for dy in (-40, 0, 40)]
        confidence[frame, :6] = 0.8
    return PoseTrack(points, confidence)


def test_points_follow_the_person_in_batches(film):
    model, steps = Brightest(), []
    middles = {frame: (60.0 + 10 * frame, 120.0) for frame in range(FRAMES) if frame != 4}
    track = finish(seen_anew(film, followed(middles), model), steps.append)
    for frame, middle in middles.items():
        assert np.allclose(track.points_px[frame], middle)
        assert (track.confidence[frame] == 0.9).all()
    assert np.isnan(track.points_px[4]).all()
    assert (track.confidence[4] == 0).all()
    assert model.asked == [3, 3]
    assert (steps[-1].done, steps[-1].total) == (FRAMES, FRAMES)
    assert "brightest 1 sees body points" in steps[0].text


def test_points_beyond_the_picture_are_not_kept(film):
    track = finish(seen_anew(film, followed({2: (-30.0, 120.0)}), Brightest()))
    assert np.isnan(track.points_px).all()
    assert (track.confidence == 0).all()


def test_where_nobody_was_followed_nobody_is_looked_at(film):
    model = Brightest()
    track = finish(seen_anew(film, PoseTrack.empty(FRAMES), model))
    assert model.asked == []
    assert np.isnan(track.points_px).all()
