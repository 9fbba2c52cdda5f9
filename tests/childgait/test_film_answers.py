"""What was said of a film holds for as long as nothing changes that it rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.childgait import reader as reading
from gaitdesk.childgait.film_answers import key_of
from gaitdesk.childgait.reader import propose_by_network
from gaitdesk.childgait.windows import find_windows
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.perception.compute import ComputeDevice
from tests.childgait.stick import FIRST, PaintedFilm, film, small_network

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
IN_CLIPS = slice(100, 150)


@pytest.fixture(scope="module")
def network():
    return replace(small_network(bias=-1.0), weights="of a file")


@pytest.fixture(scope="module")
def shown():
    held = film()
    return replace(held, video=replace(held.video, sha256="of a film"))


def key(shown, network, where=HERE):
    return key_of(shown, find_windows(shown, 0, network.model.config.sampling), network, where)


def with_point_moved(shown, frames):
    points = shown.pose.points_px.copy()
    points[frames, Landmark.RIGHT_KNEE] += 1.0
    return replace(shown, pose=PoseTrack(points, shown.pose.confidence))


def without_mask(shown, frames):
    held = list(shown.mask.frames)
    held[frames] = [None] * len(held[frames])
    return replace(shown, mask=replace(shown.mask, frames=tuple(held)))


def with_pass_ending_earlier(shown):
    (one,) = shown.passes
    return replace(shown, passes=(replace(one, last_frame=one.last_frame - 30),))


CHANGES = {
    "a body point of a clip": lambda one: with_point_moved(one, IN_CLIPS),
    "a mask of a clip": lambda one: without_mask(one, IN_CLIPS),
    "where clips are cut": with_pass_ending_earlier,
    "its pictures": lambda one: replace(one, video=replace(one.video, sha256="another")),
    "which way up it is": lambda one: replace(one, video=replace(one.video, rotation_deg=180)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_another_film_is_another_key(shown, network, what):
    assert key(CHANGES[what](shown), network) != key(shown, network)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: with_point_moved(one, FIRST - 5),
        lambda one: replace(one, notes=("Nobody walks in this film.",)),
        lambda one: replace(one, angles=()),
    ],
    ids=["a body point outside clips", "notes", "angles"],
)
def test_what_no_clip_shows_does_not_count(shown, network, change):
    assert key(change(shown), network) == key(shown, network)


def test_its_index_in_the_visit_does_not_count(shown, network):
    sampling = network.model.config.sampling
    keys = {key_of(shown, find_windows(shown, i, sampling), network, HERE) for i in range(3)}
    assert len(keys) == 1


def test_other_weights_and_another_processor_are_another_key(shown, network):
    keys = {
        key(shown, network),
        key(shown, replace(network, weights="of another file")),
        key(shown, network, replace(HERE, name="another processor")),
        key(shown, network, replace(HERE, dtype=torch.bfloat16)),
    }
    assert len(keys) == 4


def test_another_version_of_the_program_is_another_key(shown, network, monkeypatch):
    before = key(shown, network)
    monkeypatch.setattr("gaitdesk.__version__", "99")
    assert key(shown, network) != before


def test_what_is_not_known_by_its_content_has_no_key(shown, network):
    assert not key(film(), network)
    assert not key(shown, replace(network, weights=""))


def read(monkeypatch, shown, network, known):
    """What is said of a film; how many frames of it were looked at."""
    painted = PaintedFilm(shown)
    monkeypatch.setattr(reading, "VideoReader", lambda video: painted)
    return finish(propose_by_network([shown], network, HERE, known)), len(set(painted.read))


def test_a_known_film_is_not_looked_at(monkeypatch, shown, network):
    first, looked = read(monkeypatch, shown, network, {})
    assert looked > 60
    again, looked = read(monkeypatch, shown, network, {one.key: one for one in first.films})
    assert looked == 0
    assert dict(again.proposals) == dict(first.proposals)
    assert dict(again.answers) == dict(first.answers)


def test_a_clip_that_comes_to_decide_is_cut_anew_as_it_was(monkeypatch, shown, network):
    first, all_frames = read(monkeypatch, shown, network, {})
    bare = {one.key: one.only(()) for one in first.films}
    assert not any(one.clips or one.relevances for one in bare.values())
    again, looked = read(monkeypatch, shown, network, bare)
    assert 0 < looked <= all_frames
    assert list(again.clips) == list(first.clips)
    for count, clip in first.clips.items():
        assert np.array_equal(again.clips[count].patches, clip.patches)
        assert np.array_equal(again.clips[count].kept, clip.kept)
    for cell, relevance in first.relevances.items():
        assert np.array_equal(again.relevances[cell], relevance)


def test_a_film_without_a_key_is_never_taken_for_another(monkeypatch, network):
    unknown = film()
    first, _ = read(monkeypatch, unknown, network, {})
    assert first.films[0].key == ""
    _, looked = read(monkeypatch, unknown, network, {"": first.films[0]})
    assert looked > 60


def test_a_film_takes_its_new_place_in_the_visit(monkeypatch, shown, network):
    first, _ = read(monkeypatch, shown, network, {})
    moved = first.films[0].numbered(3)
    assert {one.window.film for one in moved.answers} == {3}
    assert {one.window.film for one in moved.clips.values()} == {3}
