"""RetinaFace from an ONNX file: what it finds, and what is refused."""

from __future__ import annotations

import hashlib
from unittest import mock

import numpy as np
import pytest

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.perception import package
from gaitdesk.perception.package import read_package
from gaitdesk.perception.parcels import take_in
from gaitdesk.perception.retinaface import RetinaFace, anchors, boxes_of, self_test
from tests.perception.retina import FILE, PACKAGE, SIDE, at_random, install, sees_light


@pytest.fixture
def light(tmp_path):
    place = install(tmp_path / "models", sees_light(tmp_path / "made.onnx"))
    return RetinaFace(read_package(place))


def picture(height=SIDE, width=SIDE, *corners):
    """Grey, with a red square of 16 pixels at each corner."""
    made = np.full((height, width, 3), 20, np.uint8)
    for left, top in corners:
        made[top : top + 16, left : left + 16] = (255, 0, 0)
    return made


def test_a_face_is_found_where_it_is_and_as_large_as_it_is(light):
    (box, *others) = light.faces(picture(SIDE, SIDE, (160, 96)))
    left, top, right, bottom = box
    assert (left + right) / 2 == pytest.approx(168, abs=5)
    assert (top + bottom) / 2 == pytest.approx(104, abs=5)
    assert right - left == pytest.approx(16)
    # The squares of the finest level lie eight pixels apart, so one face fills four of them.
    assert all(abs(one[0] - left) <= 8 for one in others)


def test_places_are_those_of_the_picture_however_large_it_is(light):
    large = np.kron(picture(160, SIDE, (80, 48)), np.ones((4, 4, 1), np.uint8))
    boxes = light.faces(large)
    assert boxes
    for left, top, right, bottom in boxes:
        assert right - left == pytest.approx(64)
        assert abs((left + right) / 2 - 4 * 88) <= 20
        assert abs((top + bottom) / 2 - 4 * 56) <= 20


def test_what_is_too_small_in_the_whole_is_found_where_it_is_looked_at_again(light):
    large = picture(8 * SIDE, 8 * SIDE, (1600, 800))
    assert light.faces(large) == []
    found = light.faces(large, ((1600.0 - 152, 800.0 - 152, 1600.0 + 168, 800.0 + 168),))
    assert any(abs(one[0] - 1600) <= 8 and abs(one[1] - 800) <= 8 for one in found)
    assert light.faces(large, ((-90.0, -90.0, -80.0, -80.0),)) == []


def test_only_scores_that_suffice_count(light):
    dim = picture()
    dim[96:112, 160:176, 0] = 185
    assert light.faces(dim, least=0.5)
    assert not light.faces(dim, least=0.999)


def test_random_weights_answer_as_the_published_formulas_do(tmp_path):
    found = read_package(install(tmp_path / "m", at_random(tmp_path / "made.onnx", 3)))
    detector = RetinaFace(found)
    rng = np.random.default_rng(1)
    image = rng.integers(0, 255, (SIDE, SIDE, 3), np.uint8)
    places, scores = detector._answer(
        image[..., ::-1].astype(np.float32) - np.array((104, 117, 123), np.float32)
    )
    best = int(scores.argmax())
    least = float(scores[best]) - 1e-6
    box = detector.faces(image, least=least)[0]
    x, y, side = anchors(SIDE, SIDE)[best]
    across, down, wide, high = places[best].astype(float)
    middle = (x + 0.1 * across * side, y + 0.1 * down * side)
    size = (side * np.exp(0.2 * wide), side * np.exp(0.2 * high))
    right = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
    assert box[:2] == pytest.approx(right, abs=0.01)
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx(size, rel=1e-4)


def test_anchors_are_those_of_the_paper():
    squares = anchors(640, 640)
    assert len(squares) == 16800
    assert squares[0].tolist() == [4, 4, 16]
    assert squares[1].tolist() == [4, 4, 32]
    assert squares[2].tolist() == [12, 4, 16]
    assert squares[-1].tolist() == [624, 624, 512]


def test_nonsense_stays_finite():
    assert np.isfinite(boxes_of(np.full((1, 4), 1e30), np.array([[1.0, 1.0, 16.0]]))).all()


def test_the_self_test_says_what_runs_it_and_how_fast(tmp_path):
    found = read_package(install(tmp_path / "m", sees_light(tmp_path / "made.onnx")))
    assert self_test(found).startswith("OpenCV ")


def test_a_file_that_is_not_the_published_one_is_refused(tmp_path):
    content = sees_light(tmp_path / "made.onnx")
    place = install(tmp_path / "m", content, sha256="ab" * 32)
    with pytest.raises(ModelPackageInvalid, match="not the file that was published"):
        RetinaFace(read_package(place))


@pytest.mark.parametrize("is_right", [True, False])
def test_only_the_published_file_is_taken_in_though_nobody_states_its_size(tmp_path, is_right):
    content = sees_light(tmp_path / "made.onnx")
    described = install(tmp_path / "known", content, None if is_right else "ab" * 32)
    text = (described / "package.toml").read_text(encoding="utf-8")
    sized = f'bytes = {len(content)}\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    assert sized in text
    (described / "package.toml").write_text(text.replace(sized, ""), encoding="utf-8")
    with mock.patch.object(package, "model_folders", return_value=(tmp_path / "known",)):
        taking = take_in(described / "weights", PACKAGE, tmp_path / "own")
        if is_right:
            assert RetinaFace(finish(taking)).faces(picture(SIDE, SIDE, (160, 96)))
        else:
            with pytest.raises(ModelPackageInvalid, match="not the file that was published"):
                finish(taking)
            assert not (tmp_path / "own" / PACKAGE).exists()


@pytest.mark.parametrize("damage", ["cut", "altered", "other"])
def test_a_damaged_file_and_another_network_are_refused_in_one_sentence(tmp_path, damage):
    content = sees_light(tmp_path / "made.onnx")
    if damage == "cut":
        content = content[: len(content) // 2]
    place = install(tmp_path / "m", b"no network" if damage == "other" else content)
    if damage == "altered":
        (place / "weights" / FILE).write_bytes(content[:-1] + b"\0")
    with pytest.raises(ModelPackageInvalid) as refusal:
        RetinaFace(read_package(place)).faces(picture())
    assert FILE in str(refusal.value) or "default" in str(refusal.value)
