"""GaitDesk's own code system for the EVGS, for which neither LOINC nor SNOMED CT has codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gaitdesk.domain.evgs import Direction, Item, Reason
from gaitdesk.report import words

SYSTEM = "urn:gaitdesk:codes:evgs"
VERSION = "1"

PARTS = {
    "report": "Gait analysis report, Edinburgh Visual Gait Score",
    "total.limb": "EVGS total of one limb",
    "total.both": "EVGS total of both limbs",
    "part.points": "Points",
    "part.possible": "Greatest total that the scored items could have given",
    "part.scored": "Items that carry a score",
    "part.items": "Items asked for",
    "part.direction": "Direction of the deviation",
    "part.rules": "Score proposed by the rules",
    "part.rules-leaning": "Score the rules lean to and leave to the clinician",
    "part.network": "Score proposed by the network",
    "part.network-leaning": "Score the network leans to and leaves to the clinician",
    "part.network-atypical": "Chance, by the network, that the item does not score 0",
    "part.measure": "Value the rules measured",
    "part.measure-error": "One standard deviation of the measuring method",
    "leg-length": "Leg length from the front of the pelvis (ASIS) to the inner ankle",
    "gmfcs": "Gross Motor Function Classification System, level",
    "fms.5": "Functional Mobility Scale at 5 m",
    "fms.50": "Functional Mobility Scale at 50 m",
    "fms.500": "Functional Mobility Scale at 500 m",
    "request": "Gait analysis from video",
    "absent.not-assessed": "Left blank: nobody has looked at the item",
}
"""Codes that are no item, no direction and no reason."""


def coding(code: str, display: str) -> dict[str, Any]:
    """One code of the system."""
    return {"system": SYSTEM, "version": VERSION, "code": code, "display": display}


def concept(code: str) -> dict[str, Any]:
    """A code of `PARTS` with its text."""
    return {"coding": [coding(code, PARTS[code])], "text": PARTS[code]}


def item_concept(item: Item) -> dict[str, Any]:
    """An item of the form, by its code as "item.KFX"."""
    name = words.item_name(item)
    return {"coding": [coding(f"item.{item}", name)], "text": f"EVGS {item.number}: {name}"}


def direction_concept(direction: Direction) -> dict[str, Any]:
    """The option word that goes with a score."""
    word = words.direction_word(direction)
    return {"coding": [coding(f"direction.{direction}", word)], "text": word}


def reason_coding(reason: Reason) -> dict[str, Any]:
    """Why an item carries no score."""
    return coding(f"reason.{reason}", words.reason_words(reason))


def code_system() -> dict[str, Any]:
    """All codes, as a FHIR CodeSystem that goes with whatever uses them."""
    return {
        "resourceType": "CodeSystem",
        "id": "evgs",
        "url": SYSTEM,
        "version": VERSION,
        "name": "EdinburghVisualGaitScore",
        "title": "Edinburgh Visual Gait Score, as GaitDesk records it",
        "status": "active",
        "description": "Items are named by GaitDesk's codes and numbered as on the published form.",
        "caseSensitive": True,
        "content": "complete",
        "concept": [{"code": code, "display": display} for code, display in _all_codes()],
    }


def _all_codes() -> Iterator[tuple[str, str]]:
    yield from PARTS.items()
    for item in Item:
        yield f"item.{item}", words.item_name(item)
    for direction in Direction:
        yield f"direction.{direction}", words.direction_word(direction)
    for reason in Reason:
        yield f"reason.{reason}", words.reason_words(reason)
