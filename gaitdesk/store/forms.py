"""Values of the journal as canonical JSON text, by a versioned table of kinds."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.correction import (
    JointMove,
    MaskClick,
    MaskRun,
    MaskStroke,
    PersonChoice,
    SideSwap,
)
from gaitdesk.domain.evgs import ItemScore
from gaitdesk.domain.gait import GaitEvent
from gaitdesk.domain.recording import Sync
from gaitdesk.store.edits import AnalysisFacts, FilmFacts, Kind, Visit
from gaitdesk.store.facts import (
    Amendment,
    Choice,
    Consent,
    ExportFacts,
    Holder,
    ReadingFacts,
    Signature,
)

FORM = 1
"""Version of the forms written today; every entry states its own."""

_TYPES: dict[Kind, Any] = {
    Kind.CELL: ItemScore,
    Kind.EVENTS: tuple[GaitEvent, ...],
    Kind.SYNC: Sync,
    Kind.JOINT: JointMove,
    Kind.SWAP: SideSwap,
    Kind.MASK: MaskStroke,
    Kind.PERSON: PersonChoice,
    Kind.CLICK: MaskClick,
    Kind.RUN: MaskRun,
    Kind.COMMENT: str,
    Kind.VISIT: Visit,
    Kind.FILM: FilmFacts,
    Kind.ANALYSIS: AnalysisFacts,
    Kind.PATIENT: str,
    Kind.READING: ReadingFacts,
    Kind.CHOICE: Choice,
    Kind.SIGNATURE: Signature,
    Kind.AMENDMENT: Amendment,
    Kind.CONSENT: Consent,
    Kind.RETENTION: date,
    Kind.EXPORT: ExportFacts,
    Kind.KEY: Holder,
}


def canonical_json(value: Any) -> str:
    """The one text of a JSON value: sorted keys, no spaces, ASCII, no NaN.

    Raises:
        ValueError: It holds a number that JSON lacks.
        TypeError: It is no JSON value.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_text(kind: Kind, value: Any) -> str | None:
    """A value as the journal keeps it; None stays None.

    Equal values give equal texts: an integer where a fraction is declared becomes a fraction.

    Raises:
        FormInvalid: The value is not of the kind's form.
        ValueError, TypeError: It holds what JSON lacks.
    """
    if value is None:
        return None
    form = _TYPES.get(kind)
    if form is None:
        return canonical_json(value)
    return canonical_json(encode(decode(form, encode(value), kind.value)))


def from_text(kind: Kind, text: str | None) -> Any:
    """The value that `to_text` wrote.

    Raises:
        FormInvalid: The text is not of the kind's form.
    """
    if text is None:
        return None
    form = _TYPES.get(kind)
    return _parsed(kind, text) if form is None else _decoded(kind, text)


def _parsed(kind: Kind, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FormInvalid(f"{kind.value} is no JSON") from error


# Values are frozen, so that one may stand in many places; most entries' old value is the new
# value of an entry before.
@lru_cache(maxsize=4096)
def _decoded(kind: Kind, text: str) -> Any:
    return decode(_TYPES[kind], _parsed(kind, text), kind.value)


def storable(text: str) -> str:
    """Text as it can be kept: halves of characters, as in odd file names, and NUL become "?"."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
