"""Installed detectors of faces look too; a broken or unaccepted one stops the work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import LicenceNotAccepted
from gaitdesk.jobs import finding_faces
from gaitdesk.jobs.doctor import State, _model
from gaitdesk.jobs.finding_faces import face_detector
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.perception.faces import AllOf
from gaitdesk.perception.licences import accept
from gaitdesk.perception.package import read_package
from gaitdesk.report.headless import headless_film
from tests.perception.retina import FILE, PACKAGE, install, sees_light
from tests.report import made

LEFT, TOP = 8, 8


class Default:
    """In the place of the detector that comes along: it finds nothing."""

    def __init__(self, package):
        pass

    def faces(self, image, near=(), least=0.6):
        return []


@pytest.fixture
def models(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("GAITDESK_MODELS", str(folder))
    monkeypatch.setattr(finding_faces, "FaceDetector", Default)
    return folder


@pytest.fixture
def content(tmp_path):
    return sees_light(tmp_path / "made.onnx")


def lit(height=320, width=320):
    picture = np.full((height, width, 3), 20, np.uint8)
    picture[TOP : TOP + 16, LEFT : LEFT + 16] = (255, 0, 0)
    return picture


def test_without_files_the_default_looks_alone(models):
    assert face_detector().faces(lit()) == []


def test_an_installed_detector_looks_beside_the_default(models, content):
    install(models, content)
    assert face_detector().faces(lit())


def test_a_face_is_what_any_detector_takes_for_one():
    class One:
        def __init__(self, *boxes):
            self.boxes = list(boxes)

        def faces(self, image, near=(), least=0.6):
            return self.boxes

    here, there = (0.0, 0.0, 8.0, 8.0), (20.0, 0.0, 30.0, 8.0)
    assert AllOf([One(here), One(), One(there)]).faces(lit()) == [here, there]


@pytest.mark.parametrize("change", ["altered", "cut", "gone"])
def test_a_file_that_was_changed_since_it_was_taken_in_stops_the_work(models, content, change):
    file = install(models, content) / "weights" / FILE
    if change == "gone":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if change == "cut" else content[:-1] + b"\0")
    with pytest.raises(ModelPackageInvalid, match=FILE):
        face_detector()


def test_a_licence_is_accepted_before_first_use(models, content):
    package = read_package(install(models, content, acceptance="It is used for research only."))
    with pytest.raises(LicenceNotAccepted, match="research only"):
        face_detector()
    accept(package, "Dr. Anand")
    assert face_detector().faces(lit())


def test_doctor_runs_it_and_a_bad_one_is_named_with_what_to_do(models, content):
    place = install(models, content)
    finding = _model(place)
    assert (finding.state, PACKAGE in finding.name) == (State.OK, True)
    assert "OpenCV" in finding.text
    (place / "weights" / FILE).write_bytes(b"x" * len(content))
    assert _model(place).state is State.WARN


def test_what_only_the_installed_detector_finds_is_hidden_in_a_film(models, content, tmp_path):
    install(models, content)
    frames, height = 3, 90
    found = made.sagittal_film(tmp_path, frames + 1, height)
    width = found.video.width
    with FilmWriter(found.video.path, made.FPS, coding=Coding(quality=1)) as writer:
        for _ in range(frames):
            writer.write(lit(height, width))
    pose = type(found.pose)(found.pose.points_px[:-1], found.pose.confidence[:-1])
    film = replace(found, video=probe(found.video.path), pose=pose, mask=None, people=1)
    detector = face_detector()
    assert detector.faces(lit(height, width))
    out = tmp_path / "out.mp4"
    finish(headless_film(film, detector, out))
    with VideoReader(probe(out)) as reader:
        for _, image in reader.frames():
            red = image[TOP : TOP + 16, LEFT : LEFT + 16, 0].astype(int)
            assert red.max() < 200
            assert detector.faces(image) == []
