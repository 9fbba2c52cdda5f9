from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from gaitdesk.domain.analysis import SCHEMA_VERSION
from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.paths import resources_folder
from gaitdesk.report.coco import poses_from_coco, poses_to_coco
from gaitdesk.report.interchange import (
    ANALYSIS_FILE,
    KEYPOINTS_FILE,
    analysis_from_json,
    analysis_to_json,
    dense_json,
    read_analysis,
    write_analysis,
)
from tests.report import made
from tests.report.strategies import analyses

made_up = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    path = resources_folder() / "schema" / f"analysis-{SCHEMA_VERSION}.schema.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(held)
    return Draft202012Validator(held)


def is_same(a: object, b: object) -> bool:
    """Equal through and through, arrays and missing numbers included."""
    if isinstance(a, np.ndarray):
        return (
            isinstance(b, np.ndarray)
            and a.dtype == b.dtype
            and np.array_equal(a, b, a.dtype == float)
        )
    if isinstance(a, float) and a != a:
        return isinstance(b, float) and b != b
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, Mapping):
        return (
            isinstance(b, Mapping) and a.keys() == b.keys() and all(is_same(a[k], b[k]) for k in a)
        )
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and all(
            is_same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a)
        )
    return type(a) is type(b) and a == b


@made_up
@given(analyses)
def test_what_is_written_is_read_back_exactly(analysis):
    data = json.loads(dense_json(analysis_to_json(analysis)))
    keypoints = json.loads(dense_json(poses_to_coco(analysis.films)))
    assert is_same(analysis_from_json(data, poses_from_coco(keypoints)), analysis)


@made_up
@given(analyses)
def test_every_analysis_follows_the_schema(schema, analysis):
    schema.validate(analysis_to_json(analysis))


def test_a_complete_analysis_follows_the_schema(schema):
    schema.validate(json.loads(dense_json(analysis_to_json(made.analysis()))))


def test_what_is_known_and_written_of_a_child_follows_the_schema_and_is_read_back(schema):
    told = made.told(made.analysis(frames=4))
    data = json.loads(dense_json(analysis_to_json(told)))
    schema.validate(data)
    again = analysis_from_json(data)
    for part in ("patient", "conditions", "background", "referral", "narrative"):
        assert getattr(again, part) == getattr(told, part)


def test_a_file_from_before_these_were_recorded_follows_the_schema_and_is_read(schema):
    told = made.analysis(frames=4)
    data = json.loads(dense_json(analysis_to_json(told)))
    data["patient"] = {"pseudonym": "Child-0417", "age_years": 8.4, "height_m": 1.29}
    data["conditions"] = {"footwear": "Barefoot", "aid": "None", "note": "tired"}
    for part in ("background", "referral", "narrative"):
        del data[part]
    schema.validate(data)
    again = analysis_from_json(data)
    assert again.patient == Patient("Child-0417", 8.4, 1.29)
    assert again.conditions == Conditions("Barefoot", "None", "tired")
    assert (again.background, again.referral) == (Background(), Referral())
    assert again.narrative == Narrative()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["patient"].update(sex="F"),
        lambda data: data["patient"].update(weight_kg=2740),
        lambda data: data["patient"].update(leg_length_left_m=65.2),
        lambda data: data["patient"].update(measured_on="28.4.2026"),
        lambda data: data["background"].update(gmfcs=6),
        lambda data: data["background"].update(fms_5_m="7"),
        lambda data: data["background"]["treatments"][0].update(when="2023-14"),
        lambda data: data["referral"].update(day="soon"),
    ],
)
def test_what_no_child_has_is_refused(change):
    data = json.loads(dense_json(analysis_to_json(made.told(made.analysis(frames=4)))))
    change(data)
    with pytest.raises(AnalysisUnreadable, match="damaged or was changed by hand"):
        analysis_from_json(data)


def test_the_schema_describes_every_member_of_every_object(schema):
    known = schema.schema
    for name, part in {"analysis": known, **known["$defs"]}.items():
        assert part.get("description"), name
        for member, held in part.get("properties", {}).items():
            speaks = held.get("description") or held.get("$ref") or held == {"type": "string"}
            assert speaks, f"{name}.{member}"


def test_the_schema_refuses_what_is_misspelt(schema):
    data = analysis_to_json(made.analysis())
    data["films"][0]["plain"] = data["films"][0].pop("plane")
    assert not schema.is_valid(data)


def test_without_keypoints_nobody_is_seen_but_the_rest_is_there():
    analysis = analysis_from_json(analysis_to_json(made.analysis()))
    assert analysis.films[0].found_pct == 0
    assert analysis.scoresheet.total(made.Side.RIGHT).points == 18


def test_a_newer_form_is_refused_with_what_to_do():
    data = {**analysis_to_json(made.analysis()), "schema_version": SCHEMA_VERSION + 1}
    with pytest.raises(AnalysisUnreadable, match=r"newer GaitDesk.*update"):
        analysis_from_json(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("schema"),
        lambda data: data.update(schema_version="1"),
        lambda data: data.pop("films"),
        lambda data: data.update(films={"a": 1}),
        lambda data: data["films"][0].update(plane="transverse"),
        lambda data: data["films"][0]["video"].update(times_s=["a"]),
        lambda data: data["films"][0]["video"].pop("width"),
        lambda data: data["films"][0]["video"].update(width=True),
        lambda data: data["patient"].update(age_years="eight"),
        lambda data: data["scoresheet"][0].update(item="XYZ"),
        lambda data: data["scoresheet"][0]["proposed"][0].update(score=None),
        lambda data: data["scoresheet"].append(7),
        lambda data: data["curves"][0].update(mean=None),
    ],
)
def test_a_damaged_file_is_refused_in_one_sentence(change):
    data = analysis_to_json(made.analysis())
    change(data)
    with pytest.raises(AnalysisUnreadable, match="cannot be opened"):
        analysis_from_json(data)


def test_a_folder_of_results_is_read_back(tmp_path):
    analysis = made.analysis()
    assert write_analysis(analysis, tmp_path) == (
        tmp_path / ANALYSIS_FILE,
        tmp_path / KEYPOINTS_FILE,
    )
    assert is_same(read_analysis(tmp_path), analysis)
    assert is_same(read_analysis(tmp_path / ANALYSIS_FILE), analysis)


def test_a_missing_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(AnalysisUnreadable, match="cannot be read"):
        read_analysis(tmp_path)
    (tmp_path / ANALYSIS_FILE).write_text("no json")
    with pytest.raises(AnalysisUnreadable, match="no JSON"):
        read_analysis(tmp_path)
    (tmp_path / ANALYSIS_FILE).write_text("[]")
    with pytest.raises(AnalysisUnreadable, match="no GaitDesk analysis"):
        read_analysis(tmp_path)


def test_the_keypoints_are_sought_in_the_same_folder_only(tmp_path):
    data = analysis_to_json(made.analysis()) | {"keypoints_file": "../../elsewhere.json"}
    (tmp_path / ANALYSIS_FILE).write_text(dense_json(data))
    assert read_analysis(tmp_path).films[0].found_pct == 0
