"""Whom somebody pointed at in a film, while that person has not been followed to the end yet."""

from __future__ import annotations

from gaitdesk.domain.coding import decode, encode
from gaitdesk.domain.correction import PersonChoice
from gaitdesk.i18n import noted
from gaitdesk.store.edits import Edit, Kind, SessionId
from gaitdesk.store.store import Store

WANTED = "wanted person"
"""The `what` of the note; it is no edit, and never undone."""


def wanted_person(store: Store, session: SessionId) -> PersonChoice | None:
    """Whom somebody pointed at without following having come to an end; None for nobody."""
    held = store.value(session, Kind.NOTE, WANTED)
    wanted: PersonChoice | None = decode(PersonChoice | None, held, WANTED)
    return wanted


def note_wanted(store: Store, session: SessionId, wanted: PersonChoice | None) -> None:
    """Note whom somebody pointed at; None when they are followed, or not wanted any more.

    Raises:
        StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be noted.
    """
    old, new = store.value(session, Kind.NOTE, WANTED), encode(wanted)
    if old != new:
        store.record(session, Edit(noted("Choose another person"), Kind.NOTE, WANTED, old, new))
