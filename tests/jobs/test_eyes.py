"""Better eyes look at films end to end: small networks in the files of the large ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Plane
from gaitdesk.domain.correction import JointMove, SideSwap
from gaitdesk.domain.errors import ModelPackageInvalid, OptionInvalid
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import doctor
from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice, analyse, follow_film
from gaitdesk.jobs.correcting import keypoints_of
from gaitdesk.jobs.eyes import (
    MASKS,
    PARTS,
    better_eyes,
    eyes_of,
    followers,
    packages,
    points_by,
)
from gaitdesk.jobs.following import recalculate
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.better import BetterEyes, seen_better
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.correct import corrected
from gaitdesk.perception.licences import accept
from gaitdesk.perception.model import Detection, PersonPose, Region
from gaitdesk.perception.package import find_package
from gaitdesk.perception.sapiens import TASK, Sapiens
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.store import Store
from tests.perception.eyes import DotNetwork, dots, package_of, points_table
from tests.perception.test_better import Squares
from tests.perception.test_parts import PartNetwork, parts_table
from tests.perception.test_sam3 import SMALL
from tests.perception.test_sapiens import script_bytes
from tests.perception.walk import walk

FPS, FRAMES, SCALE = 25, 62, 0.4
SHORT = 4
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


@pytest.fixture(scope="module")
def seen(film, eyes):
    """An analysis by the better eyes, and what was said meanwhile."""
    steps = []
    order = AnalysisOrder((FilmChoice(film, Plane.SAGITTAL),))
    return finish(analyse(order, Finder(), eyes), steps.append), steps


def test_an_analysis_rests_on_what_the_better_eyes_see(seen, eyes):
    found, steps = seen
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


def place_beside(film, frame):
    x, y = film.pose.points_px[frame, Landmark.LEFT_KNEE].tolist()
    return Point(x + 14.0, y)


def test_joints_and_sides_are_corrected_as_with_the_default(seen, film):
    better = seen[0].films[0]
    default, _ = finish(follow_film(better.video, Plane.SAGITTAL, Finder()))
    shifts = []
    for one in (better, default):
        before, place = one.pose, place_beside(one, 30)
        move, swap = JointMove(0, Landmark.LEFT_KNEE, 30, place, 25, 35), SideSwap(0, 40, 50)
        after = corrected(one, [move, swap]).pose
        assert tuple(after.points_px[30, Landmark.LEFT_KNEE]) == place
        assert after.confidence[30, Landmark.LEFT_KNEE] == 1.0
        shifts.append((after.points_px - before.points_px)[20:40, Landmark.LEFT_KNEE])
        np.testing.assert_array_equal(
            after.points_px[40:51, Landmark.LEFT_ANKLE],
            before.points_px[40:51, Landmark.RIGHT_ANKLE],
        )
        # Whoever does not see a point of one side has none of the other after exchanging.
        np.testing.assert_array_equal(
            np.isnan(after.points_px[40:51, Landmark.RIGHT_SMALL_TOE]),
            np.isnan(before.points_px[40:51, Landmark.LEFT_SMALL_TOE]),
        )
    np.testing.assert_allclose(*shifts, atol=1e-9)


def test_what_was_seen_better_is_corrected_undone_and_restored(seen, tmp_path):
    analysis, _ = seen
    session = finish(keep_analysis(analysis, Keeping(tmp_path, "Rater A")))
    before = analysis.films[0].pose
    place = place_beside(analysis.films[0], 30)
    moved = said(tmp_path, session, JointMove(0, Landmark.LEFT_KNEE, 30, place, 25, 35))
    assert tuple(moved.films[0].pose.points_px[30, Landmark.LEFT_KNEE]) == place
    away = np.r_[0:25, 36:FRAMES]
    np.testing.assert_array_equal(moved.films[0].pose.points_px[away], before.points_px[away])
    with Store.open(tmp_path, rater="Rater A") as store:
        store.undo(session)
    back = finish(recalculate(session, tmp_path, "Rater A")).analysis
    np.testing.assert_array_equal(back.films[0].pose.points_px, before.points_px)
    assert back.films[0].events == analysis.films[0].events
    assert keypoints_of(back) == keypoints_of(analysis) == "dots 1"


def said(desk, session, correction):
    """The analysis after one more correction."""
    with Store.open(desk, rater="Rater A") as store:
        record_correction(store, session, new_correction("x", correction))
    return finish(recalculate(session, desk, "Rater A")).analysis


def test_a_film_says_by_whom_it_was_seen():
    sapiens, sam3 = find_package("sapiens-2b"), find_package("sam3")
    sums = "weights.bin sha256:" + "0f" * 32
    lines = [f"{one.name} {one.version} ({one.licence}): {sums}" for one in (sapiens, sam3)]
    default = "BlazePose full 0.10.21 (Apache-2.0): pose.onnx sha256:" + "ab" * 32
    assert eyes_of([*lines, default, "published errors"]) == ("sapiens-2b", "sam3", None)
    assert eyes_of([lines[1] + "; words: child", default]) == (None, "sam3", "child")
    assert eyes_of([lines[1] + "; words: a child's aid", default]) == (
        None,
        "sam3",
        "a child's aid",
    )
    assert eyes_of(["BlazePose full 0.10.21, sha256 4f0c, Apache-2.0"]) == (None, None, None)
    with pytest.raises(ModelPackageInvalid, match=r"own-eyes/package\.toml"):
        eyes_of([f"own-eyes 2 (MIT): {sums}"])


def test_only_models_that_are_here_and_accepted_follow_masks(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    table = '[masks]\nfamily = "sam2"\n'
    free = package_of(folder / "free", {"config.json": b"{}"}, task=MASKS, tables=table)
    asked = package_of(
        folder / "asked", {"config.json": b"{}"}, task=MASKS, tables=table, acceptance="Be good."
    )
    assert [one.name for one in followers()] == ["free"]
    accept(asked, "Dr Lee")
    assert [one.name for one in followers()] == ["asked", "free"]
    free.path_of("config.json").unlink()
    assert [one.name for one in followers()] == ["asked"]


def test_real_files_are_found_by_name_run_by_the_doctor_and_see_a_film(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    folder = tmp_path / "models"
    files = {"dots.pt2": script_bytes(DotNetwork(133, list(range(LANDMARK_COUNT)), gain=20.0))}
    package_of(folder / "dots", files, task=TASK, tables=points_table(133))
    torch.manual_seed(0)
    SMALL["sam3"]().save_pretrained(tmp_path / "written")
    files = {one.name: one.read_bytes() for one in (tmp_path / "written").iterdir()}
    package_of(folder / "tiny", files, task=MASKS, tables='[masks]\nfamily = "sam3"\n')
    for name in ("dots", "tiny"):
        finding = doctor._model(folder / name)
        assert finding.state is doctor.State.OK
        assert finding.text.endswith(" ms")
    right = truth()[:SHORT]
    with FilmWriter(tmp_path / "short.mp4", FPS) as writer:
        for points in right:
            writer.write(dots(points, WIDTH, HEIGHT, 5))
    followed = PoseTrack(right, np.isfinite(right).all(axis=2).astype(float))
    video = probe(tmp_path / "short.mp4")
    nothing = MaskTrack(WIDTH, HEIGHT, (None,) * SHORT)
    models = better_eyes("dots", "tiny")
    pose, mask = finish(seen_better(video, followed, nothing, models))
    off = np.linalg.norm(pose.points_px - right, axis=2)
    assert np.nanmedian(off) < 1.0
    assert len(mask) == SHORT
    assert mask is not nothing
    assert eyes_of(models.provenances) == ("dots", "tiny", None)


def test_body_parts_are_found_by_name_run_by_the_doctor_and_no_clicks_guide_them(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    files = {"parts.pt2": script_bytes(PartNetwork())}
    package_of(tmp_path / "models" / "parts", files, task=PARTS, tables=parts_table())
    finding = doctor._model(tmp_path / "models" / "parts")
    assert finding.state is doctor.State.OK
    assert finding.text.endswith(" ms")
    models = better_eyes(None, "parts")
    assert models.masks is None
    assert models.outlines.name == "parts 1"
    assert eyes_of(models.provenances) == (None, "parts", None)
    assert followers() == ()
    with pytest.raises(ModelPackageInvalid, match="reads no words"):
        better_eyes(None, "parts", "child")


def test_words_need_a_model_that_follows_masks():
    with pytest.raises(OptionInvalid, match="--mask sam3"):
        better_eyes("sapiens-2b", None, "child")


def test_without_a_name_the_default_looks_alone():
    assert better_eyes(None, None) is None
    assert points_by(Finder(), None) == "finder 1"


@pytest.mark.parametrize(
    ("pose", "mask", "said"),
    [
        ("sapiens-2b", None, "sapiens_2b_.*is not here.*models import FOLDER --as sapiens-2b"),
        (None, "sapiens-seg-1b", "mIoU_7994_.*is not here.*import FOLDER --as sapiens-seg-1b"),
        (None, "sam3", "config.json and model.safetensors is not here"),
        ("sam3", None, "a model for masks through a film. Choose one of:.*sapiens-2b"),
        (
            None,
            "blazepose",
            "a model for pose, mask and face. Choose one of: .*sam2.1.*sapiens-seg",
        ),
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
    assert {"blazepose", "sapiens-2b", "sapiens2-5b", "sam3", "sam2.1-tiny", "edgetam"} <= names
    for package in packages(TASK):
        assert package.found_at
        assert package.acceptance
        count = package.details["points"]["count"]
        assert package.keypoints.startswith(f"{count} points")
    for package in packages(PARTS):
        assert package.found_at
        assert package.acceptance
        assert package.details["parts"]["count"] == 28
    assert len(packages(PARTS)) == 3
    counts = {one.details["points"]["count"] for one in packages(TASK)}
    assert counts == {17, 133, 308}
