from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.progress import finish
from gaitdesk.gait.instants import Instant
from gaitdesk.i18n import speaking
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.report.overlay import draw_frame, overlay_film
from tests.report import made


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    made_film = made.analysis(tmp_path_factory.mktemp("films"), frames=24, height=180).films[0]
    with FilmWriter(made_film.video.path, made.FPS) as writer:
        for frame in range(24):
            writer.write(made.picture(made_film, frame))
    return made_film


def test_an_overlay_film_has_the_frames_and_size_of_the_film(film, tmp_path):
    path = tmp_path / "overlay.mp4"
    with VideoReader(film.video) as reader:
        assert finish(overlay_film(film, reader, path)) == path
    video = probe(path)
    assert (video.frame_count, video.width, video.height) == (24, film.video.width, 180)
    assert video.times_s == pytest.approx(film.video.times_s, abs=1e-3)


def test_a_film_stopped_half_way_leaves_nothing(film, tmp_path):
    with VideoReader(film.video) as reader:
        job = overlay_film(film, reader, tmp_path / "overlay.mp4")
        next(job)
        next(job)
        job.close()
    assert list(tmp_path.iterdir()) == []


def test_drawing_changes_the_child_and_leaves_the_room(film):
    plain = made.picture(film, 5)
    drawn = draw_frame(film, 5, plain.copy())
    changed = (drawn != plain).any(axis=2)
    assert changed[film.mask.at(5)].mean() > 0.95
    assert not changed[60:130, 200:].any()


def test_a_film_in_which_nobody_was_found_can_be_drawn(film):
    nobody = replace(film, pose=type(film.pose).empty(24), mask=None, passes=(), events=())
    plain = made.picture(film, 5)
    assert (draw_frame(nobody, 5, plain.copy()) != plain).any()


def test_no_angle_stands_at_a_leg_that_is_not_drawn(film):
    plain = made.picture(film, 5)
    doubted = replace(film.pose, confidence=np.full_like(film.pose.confidence, 0.05))
    unsure = replace(film, pose=doubted, mask=None)
    nobody = replace(film, pose=type(film.pose).empty(24), mask=None)
    assert (draw_frame(unsure, 5, plain.copy()) == draw_frame(nobody, 5, plain.copy())).all()


def test_mid_stance_is_named_in_the_limbs_own_line(film):
    plain = made.picture(film, 5)
    there = Instant(Side.LEFT, True, float(film.video.times_s[5]))
    elsewhere = replace(there, time_s=there.time_s + 0.2)
    quiet = replace(film, events=())
    named = draw_frame(quiet, 5, plain.copy(), instants=[there])
    unnamed = draw_frame(quiet, 5, plain.copy(), instants=[elsewhere])
    changed = np.flatnonzero((named != unnamed).any(axis=(1, 2)))
    assert changed.min() < 60, "its name, under the number of the frame"


def test_words_in_the_film_are_in_the_language_spoken(film):
    plain = made.picture(film, 5)
    english = draw_frame(film, 5, plain.copy())
    with speaking("zh_CN"):
        chinese = draw_frame(film, 5, plain.copy())
    rows = np.flatnonzero((english != chinese).any(axis=(1, 2)))
    assert rows.size, "the number of the frame, at least"
    assert rows.max() < 60, "words differ, and nothing else"
