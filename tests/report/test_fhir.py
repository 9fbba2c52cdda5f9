"""A record system takes the visit: valid FHIR in which nothing unscorable is 0."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import ExchangeLibraryMissing
from gaitdesk.domain.evgs import (
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.report import evgs_codes
from gaitdesk.report.fhir import ABSENT, SNOMED, fhir_bundle
from tests.report import made
from tests.report.test_dicom import PDF, named, record, signed, told

KNEE = (Side.RIGHT, Item.STANCE_KNEE_EXTENSION)


def resources(visit, kind: str) -> list[dict]:
    held = json.loads(fhir_bundle(visit))["entry"]
    return [one["resource"] for one in held if one["resource"]["resourceType"] == kind]


def of_cell(visit, cell) -> dict:
    """The observation of one item of one limb."""
    side, item = cell
    code = {Side.LEFT: "7771000", Side.RIGHT: "24028007"}[side]
    (found,) = [
        one
        for one in resources(visit, "Observation")
        if one["code"]["coding"][0]["code"] == f"item.{item}"
        and one["bodySite"]["coding"][0] == {**one["bodySite"]["coding"][0], "code": code}
    ]
    return found


def with_cell(cell, held):
    analysis = made.analysis()
    return record(analysis=replace(analysis, scoresheet=analysis.scoresheet.with_cell(*cell, held)))


def component(observation: dict, code: str) -> dict | None:
    held = observation.get("component", ())
    return next((one for one in held if one["code"]["coding"][0]["code"] == code), None)


@pytest.mark.parametrize(
    "visit", [record(), signed(2), named(), told()], ids=["draft", "amended", "named", "told"]
)
def test_the_model_library_takes_what_was_written_and_every_reference_resolves(visit):
    text = fhir_bundle(visit)
    read = Bundle.model_validate_json(text)
    urls = [one.fullUrl for one in read.entry]
    assert len(set(urls)) == len(urls)

    def references(held):
        if isinstance(held, dict):
            if "reference" in held:
                yield held["reference"]
            for value in held.values():
                yield from references(value)
        elif isinstance(held, list):
            for value in held:
                yield from references(value)

    assert set(references(json.loads(text))) <= set(urls)


def test_every_item_of_both_limbs_is_an_observation_and_is_in_the_report():
    visit = record()
    found = resources(visit, "Observation")
    items = [one for one in found if one["code"]["coding"][0]["code"].startswith("item.")]
    assert len(items) == 34
    (report,) = resources(visit, "DiagnosticReport")
    assert len(report["result"]) == len(found)


def test_every_code_of_our_own_is_defined_in_the_bundle():
    text = fhir_bundle(record())
    (system,) = resources(record(), "CodeSystem")
    defined = {one["code"] for one in system["concept"]}

    def used(held):
        if isinstance(held, dict):
            if held.get("system") == evgs_codes.SYSTEM:
                yield held["code"]
            for value in held.values():
                yield from used(value)
        elif isinstance(held, list):
            for value in held:
                yield from used(value)

    assert set(used(json.loads(text))) <= defined
    assert len(defined) == len(system["concept"])


def test_a_score_stands_with_its_direction_limb_and_measure():
    held = made.analysis().scoresheet.cells[KNEE]
    found = of_cell(record(), KNEE)
    assert found["valueInteger"] == int(held.score)
    assert "dataAbsentReason" not in found
    assert found["bodySite"]["coding"][0]["system"] == SNOMED
    word = component(found, "part.direction")["valueCodeableConcept"]["coding"][0]["code"]
    assert word == f"direction.{held.direction}"
    measure = component(found, "part.measure")["valueQuantity"]
    assert (measure["value"], measure["code"]) == (28.4, "deg")


@pytest.mark.parametrize(
    ("state", "absent"),
    [(State.NOT_SCORABLE, "unknown"), (State.REVIEWER_DECIDES, "temp-unknown")],
)
def test_what_cannot_be_scored_has_a_reason_and_no_value(state, absent):
    held = ItemScore(state, Origin.REVIEWER, reason=Reason.OCCLUDED, is_confirmed=True)
    found = of_cell(with_cell(KNEE, held), KNEE)
    assert not any(name.startswith("value") for name in found)
    first, second = found["dataAbsentReason"]["coding"]
    assert (first["system"], first["code"]) == (ABSENT, absent)
    assert second["code"] == "reason.occluded"


def test_an_item_left_blank_was_not_performed():
    visit = record(analysis=replace(made.analysis(), scoresheet=Scoresheet()))
    found = of_cell(visit, KNEE)
    assert "valueInteger" not in found
    assert found["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    totals = [one for one in resources(visit, "Observation") if "total" in str(one["code"])]
    assert len(totals) == 3
    assert all("valueInteger" not in one for one in totals)


def test_what_machines_proposed_stands_beside_what_the_clinician_said():
    before = made.analysis().scoresheet.cells[KNEE]
    network = Proposal(
        Origin.NETWORK,
        "network 1",
        State.REVIEWER_DECIDES,
        Score.NORMAL,
        reason=Reason.READERS_DISAGREE,
        atypical=0.31,
    )
    held = replace(
        before,
        origin=Origin.REVIEWER,
        score=Score.NORMAL,
        is_confirmed=True,
        proposed=(*before.proposed, network),
        comment="seen twice",
    )
    found = of_cell(with_cell(KNEE, held), KNEE)
    assert found["valueInteger"] == 0
    assert component(found, "part.rules")["valueInteger"] == int(before.score)
    assert "valueInteger" not in component(found, "part.network")
    assert component(found, "part.network-leaning")["valueInteger"] == 0
    assert component(found, "part.network-atypical")["valueQuantity"]["value"] == 31
    assert [one["text"] for one in found["note"]] == ["seen twice"]


@pytest.mark.parametrize(
    ("visit", "status"),
    [(record(), "preliminary"), (signed(), "final"), (signed(2), "amended")],
    ids=["draft", "signed", "amended"],
)
def test_nothing_is_final_before_it_is_signed(visit, status):
    (report,) = resources(visit, "DiagnosticReport")
    assert report["status"] == status
    assert {one["status"] for one in resources(visit, "Observation")} == {status}
    signers = [one["name"][0]["text"] for one in resources(visit, "Practitioner")]
    assert signers == [one.name for one in visit.signoffs]


def test_the_printed_report_goes_along():
    (form,) = resources(record(), "DiagnosticReport")[0]["presentedForm"]
    assert base64.b64decode(form["data"]) == PDF
    assert (form["contentType"], form["size"]) == ("application/pdf", len(PDF))


def test_a_name_is_told_only_where_it_was_asked_for():
    (patient,) = resources(record(), "Patient")
    assert "name" not in patient
    assert patient["identifier"][0]["value"] == "Child-0417"
    (patient,) = resources(named(), "Patient")
    assert patient["name"][0]["family"] == "王"
    assert patient["birthDate"] == "2017-09-01"


def quantity(visit, code: str) -> tuple[float, str, str]:
    """Value, unit and day of an observation by its code."""
    (found,) = [
        one
        for one in resources(visit, "Observation")
        if one["code"]["coding"][0]["code"] == code and "Left" in str(one.get("bodySite", "Left"))
    ]
    held = found["valueQuantity"]
    return held["value"], held["code"], found["effectiveDateTime"]


def test_body_and_function_are_observations():
    (patient,) = resources(told(), "Patient")
    assert patient["gender"] == "female"
    assert quantity(told(), "8302-2") == (129, "cm", "2026-04-28")
    assert quantity(told(), "29463-7") == (27.4, "kg", "2026-04-28")
    assert quantity(told(), "leg-length") == (65.2, "cm", "2026-04-28")
    held = {
        one["code"]["coding"][0]["code"]: one.get("valueInteger", one.get("valueString"))
        for one in resources(told(), "Observation")
    }
    assert held["gmfcs"] == 2
    assert [held[f"fms.{metres}"] for metres in (5, 50, 500)] == ["6", "5", "1"]


def test_diagnosis_treatments_and_advice_are_no_results():
    (diagnosis,) = resources(told(), "Condition")
    assert diagnosis["code"]["text"] == "Spastic cerebral palsy, diplegia"
    done = resources(told(), "Procedure")
    assert [one["performedDateTime"] for one in done] == ["2023-11-14", "2022-06", "2019"]
    assert done[1]["code"]["text"] == "Botulinum toxin: Calf muscles"
    (plan,) = resources(told(), "CarePlan")
    assert (plan["intent"], plan["status"]) == ("proposal", "draft")
    assert plan["description"].startswith("Repeat the analysis")
    (report,) = resources(told(), "DiagnosticReport")
    assert "Repeat the analysis" not in report["conclusion"]
    assert "Crouch gait" in report["conclusion"]


def test_who_referred_the_child_is_told_with_its_name_alone():
    (asked,) = resources(told(), "ServiceRequest")
    assert asked["authoredOn"] == "2026-03-30"
    text = fhir_bundle(told())
    assert "Dr. Hart, Leeds" in text
    hidden = fhir_bundle(replace(told(), named=None))
    assert "Leeds" in hidden  # what was typed of an operation goes along, as every comment does
    assert "Dr. Hart, Leeds" not in hidden
    (asked,) = resources(replace(told(), named=None), "ServiceRequest")
    assert "requester" not in asked


def test_of_a_child_of_whom_nothing_is_known_nothing_is_told():
    kinds = {"ServiceRequest", "Condition", "Procedure", "CarePlan"}
    assert not any(resources(record(), kind) for kind in kinds)
    assert "gender" not in resources(record(), "Patient")[0]


def test_what_is_sent_is_english_whatever_is_spoken(chinese):
    assert re.search(r"[\u4e00-\u9fff]", fhir_bundle(record())) is None


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExchangeLibraryMissing, match=r"fhir.resources.*gaitdesk\[exchange\]"):
        fhir_bundle(record())
