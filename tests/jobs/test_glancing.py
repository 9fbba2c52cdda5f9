"""A quick look at a film: measured on walks made by formula, on phantoms and on real films."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import glancing as module
from gaitdesk.jobs.glancing import (
    FEWEST_GLANCES,
    MOST_GLANCES,
    Glances,
    glanced_frames,
    glancing,
)
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.package import find_package
from gaitdesk.phantom.body import figure
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.camera import coronal_camera, sagittal_camera
from gaitdesk.phantom.look import Look
from gaitdesk.phantom.patterns import limbs_of
from gaitdesk.phantom.render import Actor, Shot, frames
from gaitdesk.phantom.rooms import backdrop, plain_room
from gaitdesk.phantom.walker import walk
from tests.jobs.glances import Filmed, Knowing, Walker, glance

FROM_FRONT = Walker((640, 300), (640, 420), (240, 400), turned_deg=85.0, step=0.1)


def film(seconds=6.0, fps=60.0, **more):
    return Video(Path("walk.mp4"), np.arange(round(seconds * fps)) / fps, 1280, 720, **more)


@pytest.fixture
def blazepose():
    package = find_package("blazepose")
    if not package.is_present:
        pytest.skip("BlazePose's weights are absent; python3 installers/run.py fetches them")
    return BlazePose(package)


@pytest.mark.parametrize("seconds", [0.1, 1.0, 6.0, 60.0])
def test_pictures_are_few_and_spread_over_the_film(seconds):
    video = film(seconds)
    looked = glanced_frames(video)
    assert min(FEWEST_GLANCES, video.frame_count) <= len(looked) <= MOST_GLANCES
    assert len(set(looked)) == len(looked)
    assert 0 <= looked[0] < video.frame_count / 4
    assert looked[-1] < video.frame_count
    assert looked[-1] >= video.frame_count * 3 / 4 - 1


def test_a_side_view_and_a_front_view_are_told_apart():
    side, front = glance(Walker()).of(), glance(FROM_FRONT).of()
    assert side.turned_deg == pytest.approx(8.0, abs=0.5)
    assert front.turned_deg == pytest.approx(85.0, abs=0.5)
    assert side.heights_across == pytest.approx(780 / 400)
    assert front.growth == pytest.approx(400 / 240)
    assert side.height_px == pytest.approx(400)


def test_time_in_the_picture_counts_from_head_to_feet():
    assert glance(Walker()).of().whole_s == pytest.approx(6.0)
    assert glance(Walker(), shown=range(4, 7)).of().whole_s == pytest.approx(1.5)
    low = Walker((250, 600), (1030, 600))
    assert glance(low).of().whole_s == 0
    assert np.isnan(glance(Walker(), seconds=60.0).of().whole_s)


def test_nobody_is_nobody():
    assert glance().of() is None
    assert glance().likely is None


def test_whoever_walks_is_taken_and_whoever_is_pointed_at_instead(monkeypatch):
    standing = Walker((200, 330), (205, 330), (300, 300), turned_deg=60.0, colour=3)
    both = glance(Walker((350, 360), (1100, 360)), standing)
    assert both.people == 2
    assert both.likely == 1
    assert both.of().turned_deg == pytest.approx(8.0, abs=0.5)
    assert both.of(both.choices[0].centre).turned_deg == pytest.approx(60.0, abs=0.5)
    assert both.of(Point(352, 361)).heights_across > 1.5


@pytest.fixture
def read(monkeypatch):
    monkeypatch.setattr(module, "VideoReader", Filmed)


@pytest.mark.usefixtures("read")
def test_a_film_of_known_content_is_not_looked_at_again():
    known, video = Glances(), film(sha256="a" * 64)
    model = Knowing(video.frame_count, Walker())
    first = finish(glancing(video, model, known))
    assert first.people == 1
    assert first.of().heights_across == pytest.approx(780 / 400 * 11 / 12, abs=0.1)
    asked = len(model.asked)
    assert finish(glancing(replace(video, path=Path("copy.mp4")), model, known)) is first
    assert len(model.asked) == asked
    turned = replace(video, rotation_deg=90)
    assert finish(glancing(turned, model, known)) is not first


@pytest.mark.usefixtures("read")
def test_only_so_many_glances_are_remembered():
    known, model = Glances(), Knowing(60, Walker())
    films = [film(1.0, sha256=f"{i:064d}") for i in range(module.MOST_KEPT + 1)]
    for one in films:
        finish(glancing(one, model, known))
    assert known.get(films[0]) is None
    assert known.get(films[-1]) is not None


@pytest.mark.usefixtures("read")
def test_a_look_that_is_given_up_reads_no_further():
    model = Knowing(360, Walker())
    job = glancing(film(), model)
    next(job)
    next(job)
    job.close()
    assert len(model.asked) == 1


def test_the_picture_shown_is_the_one_with_most_people(monkeypatch):
    monkeypatch.setattr(module, "VideoReader", Filmed)
    video = film()
    both = Knowing(video.frame_count, Walker(), Walker((300, 330), (310, 330), colour=4))
    seen = finish(glancing(video, both))
    assert seen.people == 2
    assert len(seen.choices) == 2
    assert seen.choices[0].centre.x < seen.choices[1].centre.x
    assert all(one.frame == seen.frame for one in seen.choices)


class Phantoms:
    """Eight pictures of a walking phantom, drawn when they are asked for."""

    def __init__(self, camera, seconds=2.0) -> None:
        build, room = build_of(8), plain_room()
        walked = walk(build, limbs_of("normal"), duration_s=3.0, variability=0.0)
        child = Actor(figure(build, Look()), walked.motion)
        fps = 8 / seconds
        shot = Shot(start_s=0.4, duration_s=seconds - 0.5 / fps, noise=0.0, fps=fps)
        view = camera(build.leg_length, width=640, height=360)
        self.pictures = [
            one.image for one in frames([child], view, backdrop(room, view), room.light, shot)
        ]
        self.video = Video(
            Path("phantom.mp4"), np.arange(len(self.pictures)) / fps, 640, 360, sha256=""
        )

    def __call__(self, video):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass

    def frame(self, number):
        return self.pictures[number]


@pytest.mark.parametrize(
    ("camera", "low", "high"), [(sagittal_camera, 0, 30), (coronal_camera, 55, 90)]
)
def test_phantoms_are_seen_from_where_they_were_filmed(monkeypatch, blazepose, camera, low, high):
    phantoms = Phantoms(camera)
    monkeypatch.setattr(module, "VideoReader", phantoms)
    seen = finish(glancing(phantoms.video, blazepose))
    assert seen.people == 1
    assert low <= seen.of().turned_deg <= high


def test_two_people_in_front_of_a_real_camera(films, blazepose):
    path = films / "pose2sim_two_people" / "cam02.mp4"
    seen = finish(glancing(probe(path, with_hash=False), blazepose))
    child = seen.of()
    assert seen.people == 2
    assert len(seen.choices) == 2
    assert child.turned_deg > 55
    assert seen.is_camera_fixed
