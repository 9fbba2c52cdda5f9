from __future__ import annotations

import json
from dataclasses import replace

from gaitdesk.domain.evgs import Item
from gaitdesk.scoring.calibration import (
    PUBLISHED,
    Bend,
    ItemCalibration,
    calibration_of,
    calibration_path,
    calibration_text,
)
from gaitdesk.scoring.circumstances import Aid
from gaitdesk.scoring.reader import NOT_FROM_KEYPOINTS


def test_every_item_that_keypoints_show_has_a_published_error():
    assert set(PUBLISHED.items) == set(Item) - set(NOT_FROM_KEYPOINTS)


def test_unknown_keypoints_fall_back_to_published_errors():
    assert calibration_of("nobody's model") is PUBLISHED


def test_a_calibration_survives_its_file():
    held = json.loads(calibration_text(PUBLISHED))
    assert held["items"]["HEX"]["error"] == 5.0
    assert set(held["items"]) == {item.value for item in PUBLISHED.items}


def test_everything_an_item_was_fitted_with_survives_its_file(tmp_path, monkeypatch):
    one = ItemCalibration(
        gain=0.9,
        edges=(-4.0, 6.0),
        aids={Aid.TOES: Bend(usual=-0.4, slope=1.5)},
        drift_doubt=0.03,
        examples={"1 early": 7},
        least_certainty=0.83,
    )
    made = replace(PUBLISHED, keypoints="made", items={**PUBLISHED.items, Item.HEEL_LIFT: one})
    (tmp_path / "calibration").mkdir()
    monkeypatch.setattr("gaitdesk.scoring.calibration.resources_folder", lambda: tmp_path)
    calibration_path("made").write_text(calibration_text(made), encoding="utf-8")
    assert calibration_of("made") == made


def test_an_item_answers_from_its_own_certainty_and_else_from_the_common_one():
    own = replace(PUBLISHED.items[Item.HEEL_LIFT], least_certainty=0.97)
    made = replace(PUBLISHED, items={**PUBLISHED.items, Item.HEEL_LIFT: own})
    assert made.least_certainty_of(Item.HEEL_LIFT) == 0.97
    assert made.least_certainty_of(Item.TRUNK_SAGITTAL) == PUBLISHED.least_certainty
