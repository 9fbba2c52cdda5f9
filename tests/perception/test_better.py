"""Points of a followed person are seen anew in every frame in which they were followed."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.better import BetterEyes, mask_seeds, seen_anew, seen_better
from gaitdesk.perception.model import BodyPoints, MaskSeed
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


class Squares:
    """Says that the person is the box it was given."""

    name, provenance, device = "squares 1", "nothing more", "there"

    def __init__(self):
        self.seeds = None

    def masks(self, video, seeds):
        self.seeds = seeds
        yield Progress(1, 1, "")
        (seed,) = seeds.values()
        full = np.zeros((video.height, video.width), bool)
        left, top, right, bottom = (int(edge) for edge in seed.box)
        full[top:bottom, left:right] = True
        return MaskTrack(video.width, video.height, (FrameMask.of(full),) * video.frame_count)


def mask_of(video, frames):
    full = np.zeros((video.height, video.width), bool)
    full[50:150, 80:120] = True
    held = FrameMask.of(full)
    masks = tuple(held if one in frames else None for one in range(video.frame_count))
    return MaskTrack(video.width, video.height, masks)


def test_a_mask_model_begins_where_the_person_is_seen_best(film):
    track = followed({1: (100.0, 120.0), 3: (110.0, 120.0), 4: (115.0, 120.0)})
    track.confidence[3, :6] = 0.95
    assert mask_seeds(film, track, mask_of(film, {3})) == {3: MaskSeed((80, 50, 120, 150))}
    (seed,) = mask_seeds(film, track, None).values()
    left, top, right, bottom = seed.box
    assert left < 90 < 130 < right
    assert top < 80 < 160 < bottom
    assert mask_seeds(film, PoseTrack.empty(FRAMES), None) == {}


def test_who_comes_back_after_a_while_is_shown_anew(film, monkeypatch):
    monkeypatch.setattr("gaitdesk.perception.better.LONGEST_GAP_S", 0.05)
    track = followed({0: (100.0, 120.0), 1: (100.0, 120.0), 5: (100.0, 120.0)})
    assert sorted(mask_seeds(film, track, None)) == [0, 5]


def test_points_and_mask_are_seen_by_better_eyes(film):
    better = BetterEyes(Brightest(), Squares())
    track = followed({2: (100.0, 120.0)})
    steps = []
    points, mask = finish(seen_better(film, track, mask_of(film, {2}), better), steps.append)
    assert (points.confidence[2] == 0.9).all()
    assert mask.frames[6] is not None
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    assert better.device == "here, there"
    assert better.provenances == ("nothing", "nothing more")


def test_what_nobody_asked_for_stays(film):
    track, mask = followed({2: (100.0, 120.0)}), mask_of(film, {2})
    assert finish(seen_better(film, track, mask, BetterEyes(masks=Squares())))[0] is track
    assert finish(seen_better(film, track, mask, BetterEyes(Brightest())))[1] is mask
    assert finish(seen_better(film, track, None, BetterEyes(masks=Squares())))[1] is None
