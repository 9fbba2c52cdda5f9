"""Better eyes look at films end to end: small networks in the files of the large ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Plane
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice, analyse
from gaitdesk.jobs.correcting import keypoints_of
from gaitdesk.jobs.eyes import better_eyes, packages, points_by
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.model import Detection, PersonPose, Region
from gaitdesk.perception.sapiens import TASK, Sapiens
from tests.perception.eyes import DotNetwork, dots, package_of, points_table
from tests.perception.test_better import Squares
from tests.perception.test_sapiens import script_bytes
from tests.perception.walk import walk

FPS, FRAMES, SCALE = 25, 62, 0.4
WIDTH, HEIGHT = 640, 360
NOISE_PX = 6.0
HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")


def truth():
    points = walk(np.arange(FRAMES) / FPS).points_px * SCALE
    points[..., 1] -= 40
    points[:, Landmark.LEFT_SMALL_TOE] = np.nan
    return points


class Finder:
    """Knows roughly where the walker is, with the frame's number read off the picture."""

    name, provenance, device = "finder 1", "finder 1 (made)", "none"

    def __init__(self):
        self.walk = truth()
        self.noise = np.random.default_rng(5).normal(0.0, NOISE_PX, self.walk.shape)

    def people(self, image):
        return [Detection(self._place(frame_of(image)), 0.9)]

    def pose(self, image, region):
        frame = frame_of(image)
        points = self.walk[frame] + self.noise[frame]
        known = np.isfinite(points).all(axis=1)
        place = self._place(frame)
        logits = np.full((64, 64), -8.0, np.float32)
        logits[8:56, 24:40] = 8.0
        return PersonPose(points, known.astype(float), 1.0, place, region, logits)

    def _place(self, frame):
        hip = self.walk[frame, Landmark.LEFT_HIP]
        return Region(float(hip[0]), float(hip[1]), 380.0)


def frame_of(image):
    lit = [image[HEIGHT - 6, 12 * bit + 6].mean() > 128 for bit in range(8)]
    return sum(1 << bit for bit, is_lit in enumerate(lit) if is_lit)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "side.mp4"
    with FilmWriter(path, FPS) as writer:
        for frame, points in enumerate(truth()):
            image = dots(points, WIDTH, HEIGHT, 5)
            for bit in range(8):
                image[-12:, 12 * bit : 12 * bit + 12] = 235 if frame >> bit & 1 else 20
            writer.write(image)
    return path


@pytest.fixture(scope="module")
def eyes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    files = {"dots.pt2": script_bytes(DotNetwork(133, list(range(LANDMARK_COUNT)), gain=20.0))}
    sapiens = package_of(folder / "dots", files, task=TASK, tables=points_table(133))
    return BetterEyes(Sapiens(sapiens, HERE), Squares())


def test_an_analysis_rests_on_what_the_better_eyes_see(film, eyes):
    order = AnalysisOrder((FilmChoice(film, Plane.SAGITTAL),))
    steps = []
    found = finish(analyse(order, Finder(), eyes), steps.append)
    followed = found.films[0]
    right = truth()
    off = np.linalg.norm(followed.pose.points_px - right, axis=2)
    legs = [Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE, Landmark.LEFT_HEEL, Landmark.LEFT_BIG_TOE]
    assert np.nanmedian(off[5:-5][:, legs]) < 0.4 * NOISE_PX
    assert found.cycles
    assert found.provenance.models[:3] == (*eyes.provenances, "finder 1 (made)")
    assert found.provenance.device == "this processor, there"
    assert keypoints_of(found) == eyes.keypoints.name == points_by(Finder(), eyes)
    assert len(followed.mask) == FRAMES
    assert eyes.masks.seeds
    texts = " ".join(step.text for step in steps)
    assert "dots 1 sees body points" in texts


def test_without_a_name_the_default_looks_alone():
    assert better_eyes(None, None) is None
    assert points_by(Finder(), None) == "finder 1"


@pytest.mark.parametrize(
    ("pose", "mask", "said"),
    [
        ("sapiens-2b", None, "sapiens_2b_.*is not here.*models import FOLDER --as sapiens-2b"),
        (None, "sam3", "config.json and model.safetensors is not here"),
        ("sam3", None, "a model for masks through a film. Choose one of:.*sapiens-2b"),
        (None, "blazepose", "a model for pose, mask and face. Choose one of: sam2.1"),
        ("sapiens-9b", None, "no sapiens-9b/package.toml"),
    ],
)
def test_what_is_not_here_is_one_sentence(pose, mask, said, tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    accept_all(monkeypatch)
    with pytest.raises(ModelPackageInvalid, match=said):
        better_eyes(pose, mask)


def accept_all(monkeypatch):
    monkeypatch.setattr("gaitdesk.perception.pretrained.check_accepted", lambda package: None)


def test_every_package_that_comes_along_is_described_whole():
    names = {one.name for one in packages()}
    assert {"blazepose", "sapiens-2b", "sapiens2-5b", "sam3", "sam2.1-tiny"} <= names
    for package in packages(TASK):
        assert package.found_at
        assert package.acceptance
        assert package.details["points"]["count"] in (133, 308)
