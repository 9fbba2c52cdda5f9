"""Corrected body points and masks leave as training data that this program can read again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.correction import JointMove, MaskRun, MaskStroke, SideSwap
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import ConsentMissing, NothingCorrected
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import training_labels
from gaitdesk.jobs.foreign import foreign_cases, is_foreign_set
from gaitdesk.jobs.mask_files import keep_masks
from gaitdesk.jobs.reporting import standing_analysis
from gaitdesk.jobs.training_labels import LabelOrder, export_challenge, export_labels
from gaitdesk.learning.cases import UNGRADED, CutPlan
from gaitdesk.media.video import probe
from gaitdesk.report.coco import poses_from_coco
from gaitdesk.report.rle import mask_of, uncompressed
from gaitdesk.report.training_labels import FACE, heads_of
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store
from tests.jobs.kept_visit import RATER, consent, filmed, kept
from tests.jobs.test_casing import NoFaces
from tests.store.made import score

PLACE = Point(61.0, 47.0)
KNEE = Landmark.LEFT_KNEE
PLACED, STROKED = 5, 8
MOVED = range(4, 7)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(training_labels, "face_detector", NoFaces)
    return tmp_path / "desk"


@pytest.fixture
def session(tmp_path, desk):
    """A visit whose first film has a knee moved and a little of the outline rubbed out."""
    session = kept(filmed(tmp_path / "films"), desk)
    path = np.array([[30.0, 60.0], [200.0, 60.0]])
    with Store.open(desk, rater=RATER) as store:
        consent(store, session, Purpose.TRAINING)
        for correction in (
            JointMove(0, KNEE, PLACED, PLACE, MOVED[0], MOVED[-1]),
            MaskStroke(0, STROKED, path, 6.0, is_added=False),
        ):
            record_correction(store, session, new_correction("x", correction))
    return session


@pytest.fixture
def order(tmp_path, desk, session):
    return lambda out="labels", **given: LabelOrder(session, tmp_path / out, desk, RATER, **given)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_rle(annotation):
    counts, size = (annotation["segmentation"][name] for name in ("counts", "size"))
    return mask_of(uncompressed(counts), *size).full(*size)


def masks_but_heads(mask, film):
    """Check that masks are those of a film, pixel by pixel, but for what is under the mosaic."""
    heads, size = heads_of(film), (film.video.height, film.video.width)
    seen = np.isfinite(film.pose.points_px).all(axis=2).any(axis=1)
    assert mask.at(STROKED).any()
    for frame in range(film.video.frame_count):
        expected = film.mask.at(frame) & seen[frame]
        if frame in heads:
            expected &= ~heads[frame].full(*size)
        np.testing.assert_array_equal(mask.at(frame), expected)


def test_nothing_leaves_without_consent_for_that_purpose(order, tmp_path):
    for export in (export_labels, export_challenge):
        with pytest.raises(ConsentMissing, match="research"):
            finish(export(order(purpose=Purpose.RESEARCH)))
    assert not (tmp_path / "labels").exists()


def test_only_corrected_frames_leave_and_each_is_marked_with_what_was_corrected(order):
    made = finish(export_labels(order()))
    held = read(made.place / "annotations.coco.json")
    assert {(one["film"], one["frame"]) for one in held["images"]} == {
        *((0, frame) for frame in MOVED),
        (0, STROKED),
    }
    assert (made.frames, made.corrected, made.blanked) == (4, 4, 0)
    frame_of = {one["id"]: one["frame"] for one in held["images"]}
    people = {frame_of[one["image_id"]]: one for one in held["annotations"] if not one["iscrowd"]}
    assert people[PLACED]["corrected_keypoints"] == ["left_knee"]
    assert people[PLACED]["placed_keypoints"] == ["left_knee"]
    assert people[PLACED]["keypoints"][3 * KNEE : 3 * KNEE + 2] == list(PLACE)
    assert people[MOVED[0]]["corrected_keypoints"] == ["left_knee"]
    assert people[MOVED[0]]["placed_keypoints"] == []
    assert people[STROKED]["is_outline_corrected"]
    assert people[STROKED]["corrected_keypoints"] == []
    assert not people[PLACED]["is_outline_corrected"]
    assert people[STROKED]["is_outline_painted"]
    assert not people[PLACED]["is_outline_painted"]
    assert all(one["is_corrected"] for one in people.values())


def test_masks_that_a_model_carried_on_are_told_from_those_that_were_painted(order, desk, session):
    with Store.open(desk, rater=RATER) as store:
        mask = standing_analysis(store, session).films[0].mask
        run = MaskRun(0, STROKED, STROKED + 1, keep_masks(carried(mask), desk), "a model")
        record_correction(store, session, new_correction("x", run))
    held = read(finish(export_labels(order())).place / "annotations.coco.json")
    frame_of = {one["id"]: one["frame"] for one in held["images"]}
    marks = {
        frame_of[one["image_id"]]: (one["is_outline_corrected"], one["is_outline_painted"])
        for one in held["annotations"]
        if not one["iscrowd"]
    }
    assert (marks[STROKED], marks[STROKED + 1]) == ((True, True), (True, False))


def carried(mask):
    """Masks of a film with that of the frame that was painted in the next one, too."""
    frames = list(mask.frames)
    frames[STROKED + 1] = frames[STROKED]
    return replace(mask, frames=tuple(frames))


def test_pictures_are_there_and_heads_are_passed_over(order):
    made = finish(export_labels(order()))
    held = read(made.place / "annotations.coco.json")
    for image in held["images"]:
        picture = cv2.imread(str(made.place / image["file_name"]))
        assert picture.shape[:2] == (image["height"], image["width"])
    assert len(list((made.place / "images").iterdir())) == len(held["images"])
    ((_, mask), *_) = poses_from_coco(held)
    heads = [one for one in held["annotations"] if one["iscrowd"]]
    assert len(heads) == len(held["images"])
    left, top, width, height = heads[0]["bbox"]
    middle = mask.at(MOVED[0])[top + height // 2, left + width // 2]
    assert not middle
    people = [one for one in held["annotations"] if not one["iscrowd"]]
    assert all(one["keypoints"][3 * point + 2] <= 1 for one in people for point in FACE)
    under = {one["image_id"]: read_rle(one) for one in heads}
    for one in people:
        for x, y, seen in zip(*[iter(one["keypoints"])] * 3, strict=True):
            assert not (seen == 2 and under[one["image_id"]][round(y), round(x)])
    assert any(one["keypoints"][3 * KNEE + 2] == 2 for one in people)


def test_all_frames_leave_when_asked_for_and_are_read_again_as_they_stand(order, desk, session):
    made = finish(export_labels(order(is_corrected_alone=False)))
    films = poses_from_coco(read(made.place / "annotations.coco.json"))
    with Store.open(desk, rater=RATER) as store:
        analysis = standing_analysis(store, session)
    assert made.frames > made.corrected == 4
    for (pose, mask), film in zip(films, analysis.films, strict=True):
        np.testing.assert_allclose(pose.points_px, film.pose.points_px, atol=1e-6)
        masks_but_heads(mask, film)


def test_a_visit_without_corrections_says_what_to_do(order, desk, tmp_path):
    other = kept(filmed(tmp_path / "others"), desk, "C-77")
    with Store.open(desk, rater=RATER) as store:
        consent(store, other, Purpose.TRAINING)
    with pytest.raises(NothingCorrected, match="export all frames"):
        finish(export_labels(replace(order(), session=other)))
    assert not order().out.exists()


def test_exchanged_sides_count_as_corrected(order, desk, session):
    with Store.open(desk, rater=RATER) as store:
        record_correction(store, session, new_correction("x", SideSwap(1, 2, 3)))
    held = read(finish(export_labels(order())).place / "annotations.coco.json")
    assert {(one["film"], one["frame"]) for one in held["images"]} >= {(1, 2), (1, 3)}


def test_the_layout_of_the_challenge_is_read_again_as_it_was_written(order, desk, session):
    cells = {(Side.LEFT, Item.HEEL_LIFT): Score.NORMAL, (Side.RIGHT, Item.FOOT_CLEARANCE): Score(2)}
    with Store.open(desk, rater=RATER) as store:
        for cell, given in cells.items():
            score(store, session, given, cell)
        analysis = standing_analysis(store, session)
    made = finish(export_challenge(order()))
    assert is_foreign_set(made.place)
    ((case,), out) = finish(foreign_cases(made.place, CutPlan()))
    assert out == []
    assert case.name.endswith(f"{made.patient:04d}")
    expected = np.full((2, 17), np.nan)
    for (side, item), given in cells.items():
        expected[list(Side).index(side), list(Item).index(item)] = UNGRADED if given else 0.0
    np.testing.assert_array_equal(case.scores, expected)
    films = case.films()
    assert [one.plane for one in films] == [one.plane for one in analysis.films]
    for again, film in zip(films, analysis.films, strict=True):
        np.testing.assert_allclose(again.pose.points_px, film.pose.points_px, atol=1e-3)
        np.testing.assert_allclose(again.pose.confidence, film.pose.confidence, atol=1e-4)
        assert again.video.frame_count == film.video.frame_count
        np.testing.assert_allclose(again.video.times_s, film.video.times_s, atol=2e-3)
        masks_but_heads(again.mask, film)


def test_a_set_is_not_written_over(order):
    finish(export_challenge(order()))
    with pytest.raises(OptionInvalid, match="holds such a set already"):
        finish(export_challenge(order()))


def test_no_pseudonym_day_or_name_of_a_film_leaves(order):
    for export, out in ((export_labels, "one"), (export_challenge, "two")):
        made = finish(export(order(out)))
        for path in made.place.rglob("*"):
            assert "C-12" not in path.name
            if path.is_file() and path.suffix != ".mp4" and path.suffix != ".jpg":
                text = path.read_text(encoding="utf-8")
                assert "C-12" not in text
                assert "2026" not in text
                assert RATER not in text


def test_what_leaves_is_noted_with_the_digest_of_all_its_files(order, desk, session):
    finish(export_labels(order("one")))
    place = finish(export_challenge(order("two"))).place
    with Store.open(desk, rater=RATER) as store:
        first, second = (one.new for one in store.exports.of(session))
    assert (first.form, second.form) == (ExportForm.LABELS, ExportForm.CHALLENGE)
    assert {first.leaving, second.leaving} == {Leaving.DEIDENTIFIED}
    sums = place / "SHA256SUMS"
    assert second.sha256 == (hashlib.sha256(sums.read_bytes()).hexdigest(),)
    listed = dict(reversed(line.split("  ")) for line in sums.read_text().splitlines())
    for name, digest in listed.items():
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest
    (film, _) = sorted((place / "films").iterdir())
    assert probe(film).frame_count == 12
