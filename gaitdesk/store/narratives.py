"""What a person wrote of a visit as a whole; each part is a comment with a name of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gaitdesk.domain.narrative import Narrative
from gaitdesk.i18n import noted
from gaitdesk.store.edits import Edit, Kind, ReadingId, SessionId
from gaitdesk.store.forms import storable

if TYPE_CHECKING:
    from gaitdesk.store.store import Store

_PARTS = {field.name: f"report/{field.name}" for field in dataclasses.fields(Narrative)}


def narrative_in(comments: Mapping[str, str]) -> Narrative:
    """The narrative among the comments of a visit, by their `what`."""
    return Narrative(**{part: comments.get(what) or "" for part, what in _PARTS.items()})


def plain_comment(comments: Mapping[str, str]) -> str:
    """The comments that belong to no part of the narrative."""
    parts = set(_PARTS.values())
    return "\n".join(words for what, words in comments.items() if what not in parts).strip()


def narrative(store: Store, session: SessionId, reading: ReadingId | None = None) -> Narrative:
    """What was written of a visit.

    Args:
        store: The store.
        session: The visit.
        reading: The reading whose words they are; None for the visit's own.
    """
    return narrative_in(store.values(session, Kind.COMMENT, reading))


def narrative_edits(before: Narrative, after: Narrative) -> tuple[Edit, ...]:
    """The edits that make one narrative another; none where they are the same.

    Args:
        before: As it was shown.
        after: As it shall be; blank lines at the ends go.
    """
    edits = []
    for part, what in _PARTS.items():
        old, new = getattr(before, part) or None, storable(getattr(after, part).strip()) or None
        if old != new:
            text = noted("Write findings or recommendations")
            edits.append(Edit(text, Kind.COMMENT, what, old, new))
    return tuple(edits)
