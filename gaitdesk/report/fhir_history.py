"""What is known of a child before it walks, and what was advised, as FHIR resources.

Source:
    HL7 FHIR 4.3.0, ServiceRequest, Condition, Procedure and CarePlan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gaitdesk.domain.background import Sides, Treatment, TreatmentKind
from gaitdesk.report import evgs_codes as codes
from gaitdesk.report.background_words import topography_word, treatment_word
from gaitdesk.report.visit_record import VisitRecord

Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_SIDES = {
    Sides.LEFT: ("7771000", "Left"),
    Sides.RIGHT: ("24028007", "Right"),
    Sides.BOTH: ("51440002", "Right and left"),
}


class History:
    """The resources of one visit that are no results.

    Args:
        record: The visit.
        reference: Makes a reference to a resource of the bundle by its name.
        is_draft: Whether nobody answers for the visit yet.
    """

    def __init__(
        self, record: VisitRecord, reference: Callable[[str], Resource], is_draft: bool
    ) -> None:
        self._record, self._reference, self._is_draft = record, reference, is_draft

    @property
    def is_referred(self) -> bool:
        """Whether anything is told of who asked for the visit, and what."""
        asked = self._record.analysis.referral
        return bool(asked.question or asked.day is not None or self._referrer)

    @property
    def _referrer(self) -> str:
        """Who sent the child; told only where names are."""
        named = self._record.named
        return "" if named is None else named.referrer

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """Everything that was recorded, each by its name in the bundle."""
        known = self._record.analysis.background
        if self.is_referred:
            yield "request", self._request()
        if self._referrer:
            yield "referrer", {"resourceType": "Practitioner", "name": [{"text": self._referrer}]}
        if known.diagnosis or known.topography is not None:
            yield "diagnosis", self._diagnosis()
        for number, done in enumerate(known.treatments):
            yield f"treatment {number}", self._treatment(done)
        if self._record.analysis.narrative.recommendations:
            yield "recommendations", self._advice()

    def _request(self) -> Resource:
        asked = self._record.analysis.referral
        made: Resource = {
            "resourceType": "ServiceRequest",
            "status": "completed",
            "intent": "order",
            "code": codes.concept("request"),
            "subject": self._reference("patient"),
        }
        if asked.day is not None:
            made["authoredOn"] = asked.day.isoformat()
        if asked.question:
            made["reasonCode"] = [{"text": asked.question}]
        if self._referrer:
            made["requester"] = self._reference("referrer")
        return made

    def _diagnosis(self) -> Resource:
        known = self._record.analysis.background
        limbs = "" if known.topography is None else topography_word(known.topography)
        made: Resource = {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
            "code": {"text": ", ".join(one for one in (known.diagnosis, limbs) if one)},
            "subject": self._reference("patient"),
            "recordedDate": self._record.day.isoformat(),
        }
        return made

    def _treatment(self, done: Treatment) -> Resource:
        kind = treatment_word(done.kind)
        if done.kind is TreatmentKind.BOTULINUM_TOXIN or not done.what:
            text = f"{kind}: {done.what}" if done.what else kind
        else:
            text = done.what
        made: Resource = {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"text": text},
            "subject": self._reference("patient"),
        }
        if done.when:
            made["performedDateTime"] = done.when
        if done.side is not None:
            code, display = _SIDES[done.side]
            site = {"coding": [{"system": SNOMED, "code": code, "display": display}]}
            made["bodySite"] = [site | {"text": display}]
        return made

    def _advice(self) -> Resource:
        """What a person advises: a plan that is proposed, and no result."""
        return {
            "resourceType": "CarePlan",
            "status": "draft" if self._is_draft else "active",
            "intent": "proposal",
            "title": "Recommendations after gait analysis",
            "description": self._record.analysis.narrative.recommendations,
            "subject": self._reference("patient"),
            "created": self._record.day.isoformat(),
        }
