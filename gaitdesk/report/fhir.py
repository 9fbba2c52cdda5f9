"""A visit as FHIR: a DiagnosticReport with an Observation for each item of each limb.

The bundle is of release 4B, whose DiagnosticReport and Observation are those of release 4.

Source:
    HL7 FHIR 4.3.0, DiagnosticReport and Observation.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import math
import uuid
from collections.abc import Iterator

from gaitdesk import __version__
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.background import FMS_DISTANCES_M
from gaitdesk.domain.errors import ExchangeLibraryMissing
from gaitdesk.domain.evgs import (
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Scoresheet,
    State,
    Total,
)
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.i18n import in_english
from gaitdesk.report import evgs_codes as codes
from gaitdesk.report import words
from gaitdesk.report.answers import both_limbs, is_withheld
from gaitdesk.report.fhir_history import SNOMED, History, Resource
from gaitdesk.report.visit_record import Signoff, Status, VisitRecord

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
SERVICE = "http://terminology.hl7.org/CodeSystem/v2-0074"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

_NAMESPACE = uuid.UUID("5d6a3f0e-6c52-4c39-8ad9-2f1f1f0c7f52")
_REPORT_STATUS = {
    Status.DRAFT: "preliminary",
    Status.SIGNED: "final",
    Status.AMENDED: "amended",
}
_SIDES = {Side.LEFT: ("7771000", "Left"), Side.RIGHT: ("24028007", "Right")}
_UCUM = {
    Unit.DEGREE: "deg",
    Unit.SECOND: "s",
    Unit.PERCENT: "%",
    Unit.METRE: "m",
    Unit.MILLIMETRE: "mm",
    Unit.METRE_PER_SECOND: "m/s",
    Unit.STEPS_PER_MINUTE: "/min",
    Unit.NONE: "1",
}
_UNKNOWN = ("unknown", "Unknown")
_TO_COME = ("temp-unknown", "Temporarily Unknown")
_NOT_PERFORMED = ("not-performed", "Not Performed")
_METHOD = "Edinburgh Visual Gait Score (Read et al. 2003) from video"


def fhir_bundle(record: VisitRecord) -> str:
    """The visit as the JSON text of a FHIR bundle, checked by the model library.

    An item that cannot be scored, waits for the clinician, or was left blank has no value and
    says why; it is never 0. What each machine proposed stands in components beside the answer.

    Raises:
        ExchangeLibraryMissing: The model library is not installed.
        ValueError: A defect: the model library refuses what was built.
    """
    if importlib.util.find_spec("fhir") is None:
        raise ExchangeLibraryMissing(["fhir.resources"])
    from fhir.resources.R4B.bundle import Bundle

    with in_english():
        built = _Builder(record).bundle()
    checked: str = Bundle.model_validate(built).model_dump_json(indent=2)
    return checked + "\n"


class _Builder:
    """Puts the resources of one visit together; they refer to each other by their identifiers."""

    def __init__(self, record: VisitRecord) -> None:
        self._record = record
        self._status = _REPORT_STATUS[record.status]
        self._about = f"{record.session} {record.version} {record.named is not None}"

    def bundle(self) -> Resource:
        """Everything, the report first."""
        observations = list(self._observations())
        about = History(self._record, self._reference, self._status == "preliminary")
        histories = list(about.resources())
        held = [
            ("report", self._report(observations, is_referred=about.is_referred)),
            ("patient", self._patient()),
            *histories,
            ("device", self._device()),
            *((f"signer {n}", _signer(one)) for n, one in enumerate(self._record.signoffs)),
            *observations,
        ]
        entries = [{"fullUrl": self._url(name), "resource": resource} for name, resource in held]
        # A definition is the same for everybody, and so is what it goes by.
        shared = f"urn:uuid:{uuid.uuid5(_NAMESPACE, codes.SYSTEM)}"
        entries.append({"fullUrl": shared, "resource": codes.code_system()})
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": self._record.made_at.isoformat(timespec="seconds"),
            "entry": entries,
        }

    def _url(self, name: str) -> str:
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self._about} {name}')}"

    def _reference(self, name: str) -> Resource:
        return {"reference": self._url(name)}

    def _signers(self) -> list[Resource]:
        return [self._reference(f"signer {n}") for n in range(len(self._record.signoffs))]

    def _report(self, observations: list[tuple[str, Resource]], *, is_referred: bool) -> Resource:
        record = self._record
        made: Resource = {
            "resourceType": "DiagnosticReport",
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": self._url("report")}],
            "status": self._status,
            "category": [{"coding": [{"system": SERVICE, "code": "OTH", "display": "Other"}]}],
            "code": codes.concept("report"),
            "subject": self._reference("patient"),
            "effectiveDateTime": record.day.isoformat(),
            "issued": self._issued(),
            "result": [self._reference(name) for name, _ in observations],
            "conclusion": _conclusion(record),
            "presentedForm": [
                {
                    "contentType": "application/pdf",
                    "language": "en",
                    "data": base64.b64encode(record.pdf).decode("ascii"),
                    "size": len(record.pdf),
                    # FHIR asks for SHA-1 here; it guards against accidents, not against forgery.
                    "hash": base64.b64encode(
                        hashlib.sha1(record.pdf, usedforsecurity=False).digest()
                    ).decode("ascii"),
                    "title": "Gait analysis from video",
                    "creation": record.made_at.isoformat(timespec="seconds"),
                }
            ],
        }
        if is_referred:
            made["basedOn"] = [self._reference("request")]
        if record.signoffs:
            made["resultsInterpreter"] = self._signers()
        return made

    def _issued(self) -> str:
        signoffs = self._record.signoffs
        at = signoffs[-1].at if signoffs else self._record.made_at
        return at.isoformat(timespec="seconds")

    def _patient(self) -> Resource:
        record, named = self._record, self._record.named
        pseudonym = record.analysis.patient.pseudonym
        made: Resource = {
            "resourceType": "Patient",
            "identifier": [
                {
                    "use": "secondary",
                    "type": {"text": "Pseudonym"},
                    "system": "urn:gaitdesk:pseudonym",
                    "value": pseudonym or "-",
                }
            ],
        }
        sex = record.analysis.patient.sex
        if sex is not None:
            made["gender"] = sex.value
        if named is not None:
            family, given = named.family_and_given
            name = {"use": "official", "text": named.name, "family": family}
            made["name"] = [name | ({"given": [given]} if given else {})]
            if named.birth_day is not None:
                made["birthDate"] = named.birth_day.isoformat()
            if named.record_number:
                made["identifier"].append(
                    {"use": "usual", "type": {"text": "MRN"}, "value": named.record_number}
                )
        return made

    def _device(self) -> Resource:
        held = self._record.analysis.provenance
        notes = [{"text": line} for line in held.models]
        made: Resource = {
            "resourceType": "Device",
            "deviceName": [{"name": "GaitDesk", "type": "manufacturer-name"}],
            "version": [{"value": held.software or f"GaitDesk {__version__}"}],
            "type": {"text": "Gait analysis software; decision support, not a medical device"},
        }
        return made | ({"note": notes} if notes else {})

    def _observations(self) -> Iterator[tuple[str, Resource]]:
        patient, sheet = self._record.analysis.patient, self._record.analysis.scoresheet
        for side in Side:
            for item in Item:
                yield f"{side} {item}", self._item(side, item, sheet.get(side, item))
        for side in Side:
            total = sheet.total(side)
            yield f"{side} total", self._total("total.limb", total, is_withheld(total), side)
        is_unsafe = any(is_withheld(sheet.total(side)) for side in Side)
        yield "both total", self._total("total.both", both_limbs(sheet), is_unsafe)
        if patient.age_years is not None:
            age = _quantity(patient.age_years, "a", "a")
            yield "age", self._of_patient("30525-0", "Age", "exam", age)
        if patient.height_m is not None:
            height = _quantity(100.0 * patient.height_m, "cm", "cm")
            yield "height", self._measured("8302-2", "Body height", height)
        if patient.weight_kg is not None:
            weight = _quantity(patient.weight_kg, "kg", "kg")
            yield "weight", self._measured("29463-7", "Body weight", weight)
        for side, length_m in zip(
            Side, (patient.leg_length_left_m, patient.leg_length_right_m), strict=True
        ):
            if length_m is not None:
                made = self._dated(self._observation("exam", codes.concept("leg-length")))
                made["bodySite"] = _limb(side)
                made["valueQuantity"] = _quantity(100.0 * length_m, "cm", "cm")
                yield f"{side} leg", made
        yield from self._function()

    def _function(self) -> Iterator[tuple[str, Resource]]:
        """How well the child moves in daily life."""
        known = self._record.analysis.background
        if known.gmfcs is not None:
            made = self._observation("survey", codes.concept("gmfcs"))
            yield "gmfcs", made | {"valueInteger": int(known.gmfcs)}
        for metres, rating in zip(FMS_DISTANCES_M, known.fms, strict=True):
            if rating is not None:
                made = self._observation("survey", codes.concept(f"fms.{metres}"))
                yield f"fms {metres}", made | {"valueString": rating.value}

    def _measured(self, code: str, display: str, value: Resource) -> Resource:
        return self._dated(self._of_patient(code, display, "vital-signs", value))

    def _dated(self, made: Resource) -> Resource:
        """A measure with the day it was taken on."""
        day = self._record.analysis.patient.measured_on
        return made if day is None else made | {"effectiveDateTime": day.isoformat()}

    def _observation(self, category: str, code: Resource) -> Resource:
        return {
            "resourceType": "Observation",
            "status": self._status,
            "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
            "code": code,
            "subject": self._reference("patient"),
            "effectiveDateTime": self._record.day.isoformat(),
            "issued": self._issued(),
        }

    def _item(self, side: Side, item: Item, cell: ItemScore | None) -> Resource:
        made = self._observation("survey", codes.item_concept(item))
        made["bodySite"] = _limb(side)
        made["method"] = {"text": _METHOD}
        made |= _answer(cell)
        if cell is None:
            return made
        made["device"] = self._reference("device")
        if self._record.signoffs:
            made["performer"] = self._signers()
        elif not cell.is_confirmed and cell.origin is not Origin.REVIEWER:
            made["note"] = [{"text": "Proposed by a machine; no clinician has confirmed it."}]
        if cell.comment:
            made.setdefault("note", []).append({"text": cell.comment})
        components = list(_components(cell))
        return made | ({"component": components} if components else {})

    def _total(
        self, code: str, total: Total, is_unsafe: bool, side: Side | None = None
    ) -> Resource:
        made = self._observation("survey", codes.concept(code))
        if side is not None:
            made["bodySite"] = _limb(side)
        made["method"] = {"text": _METHOD}
        if is_unsafe:
            made["dataAbsentReason"] = _absent(
                _UNKNOWN, text="Too many items carry no score for a total to mean anything"
            )
        else:
            made["valueInteger"] = total.points
        made["component"] = [
            {"code": codes.concept(f"part.{name}"), "valueInteger": value}
            for name, value in (
                ("points", total.points),
                ("possible", total.possible),
                ("scored", total.scored),
                ("items", total.items),
            )
            if name != "points" or total.scored
        ]
        return made

    def _of_patient(self, code: str, display: str, category: str, value: Resource) -> Resource:
        coding = {"system": LOINC, "code": code, "display": display}
        made = self._observation(category, {"coding": [coding], "text": display})
        return made | {"valueQuantity": value}


def _answer(cell: ItemScore | None) -> Resource:
    """The value of an item, or why it has none."""
    if cell is not None and cell.state is State.SCORED and cell.score is not None:
        return {"valueInteger": int(cell.score)}
    if cell is None:
        text = codes.PARTS["absent.not-assessed"]
        coding = codes.coding("absent.not-assessed", text)
        return {"dataAbsentReason": _absent(_NOT_PERFORMED, coding, text)}
    kind = _TO_COME if cell.state is State.REVIEWER_DECIDES else _UNKNOWN
    return {"dataAbsentReason": _why(kind, cell.reason, words.state_words(cell.state))}


def _why(kind: tuple[str, str], reason: Reason | None, state: str) -> Resource:
    if reason is None:
        return _absent(kind, text=state)
    return _absent(kind, codes.reason_coding(reason), f"{state}: {words.reason_words(reason)}")


def _absent(kind: tuple[str, str], own: Resource | None = None, text: str = "") -> Resource:
    code, display = kind
    codings = [{"system": ABSENT, "code": code, "display": display}]
    return {"coding": codings if own is None else [*codings, own], "text": text or display}


def _components(cell: ItemScore) -> Iterator[Resource]:
    """Direction, and what each machine proposed."""
    if cell.direction is not None and cell.state is State.SCORED:
        yield {
            "code": codes.concept("part.direction"),
            "valueCodeableConcept": codes.direction_concept(cell.direction),
        }
    for proposal in cell.proposed:
        if proposal.origin in (Origin.RULES, Origin.NETWORK):
            yield from _proposed(proposal)


def _proposed(proposal: Proposal) -> Iterator[Resource]:
    code = codes.concept(f"part.{proposal.origin}")
    if proposal.state is State.SCORED and proposal.score is not None:
        yield {"code": code, "valueInteger": int(proposal.score)}
    else:
        kind = _TO_COME if proposal.state is State.REVIEWER_DECIDES else _UNKNOWN
        state = words.state_words(proposal.state)
        yield {"code": code, "dataAbsentReason": _why(kind, proposal.reason, state)}
        if proposal.score is not None:
            leaning = codes.concept(f"part.{proposal.origin}-leaning")
            yield {"code": leaning, "valueInteger": int(proposal.score)}
    if proposal.origin is Origin.NETWORK and proposal.atypical is not None:
        share = _quantity(100.0 * proposal.atypical, "%", "%")
        yield {"code": codes.concept("part.network-atypical"), "valueQuantity": share}
    if proposal.origin is Origin.RULES and proposal.measure is not None:
        yield from _measured(proposal.measure)


def _measured(measure: Measure) -> Iterator[Resource]:
    unit = words.unit_symbol(measure.unit) or "1"
    for part, value in (("measure", measure.value), ("measure-error", measure.error)):
        if math.isfinite(value):
            quantity = _quantity(value, unit, _UCUM.get(measure.unit))
            yield {"code": codes.concept(f"part.{part}"), "valueQuantity": quantity}


def _quantity(value: float, unit: str, ucum: str | None) -> Resource:
    made: Resource = {"value": round(value, 2), "unit": unit}
    return made if ucum is None else made | {"system": UCUM, "code": ucum}


def _limb(side: Side) -> Resource:
    code, display = _SIDES[side]
    return {
        "coding": [{"system": SNOMED, "code": code, "display": display}],
        "text": f"{display} limb",
    }


def _signer(signoff: Signoff) -> Resource:
    return {
        "resourceType": "Practitioner",
        "name": [{"text": signoff.name}],
        "qualification": [{"code": {"text": signoff.role}}],
    }


def _conclusion(record: VisitRecord) -> str:
    """What a list of results shows: totals, how many items carry a score, and who says so."""
    sheet = record.analysis.scoresheet
    said = [_total_words(sheet, side) for side in Side]
    if record.signoffs:
        said += [
            f"Signed ({one.meaning}) by {one.name}, {one.role}, {one.at.isoformat(' ', 'minutes')}."
            for one in record.signoffs
        ]
    else:
        said.append("Draft: not signed.")
    held = record.analysis.narrative
    said += [
        f"{label}: {value}"
        for label, value in (
            ("Gait pattern", held.pattern),
            ("Main findings", held.findings),
            ("Limitations", held.limitations),
        )
        if value
    ]
    return " ".join(said)


def _total_words(sheet: Scoresheet, side: Side) -> str:
    total = sheet.total(side)
    name = side.value.capitalize()
    if is_withheld(total):
        return f"{name} limb: no total, {total.scored} of {total.items} items scored."
    return (
        f"{name} limb: {total.points} of {total.possible} points"
        f" ({total.scored} of {total.items} items scored)."
    )
