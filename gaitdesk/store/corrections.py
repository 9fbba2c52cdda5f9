"""Corrections of films as the journal keeps them: one entry each, in the order they count in."""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType

from gaitdesk.domain.correction import Correction, JointMove, MaskStroke, PersonChoice, SideSwap
from gaitdesk.store.edits import Edit, EntryId, Kind, SessionId
from gaitdesk.store.store import Store

KINDS = MappingProxyType(
    {
        JointMove: Kind.JOINT,
        SideSwap: Kind.SWAP,
        MaskStroke: Kind.MASK,
        PersonChoice: Kind.PERSON,
    }
)
"""The kind of entry each correction is kept as."""


def correction_key(film: int, number: int) -> str:
    """The `what` of a correction, as "0/000007"; numbers count through all kinds of one film."""
    return f"{film}/{number:06d}"


def number_of(what: str) -> int:
    """The number that `correction_key` was given.

    Raises:
        ValueError: It is no such key.
    """
    return int(what.partition("/")[2])


def corrections(store: Store, session: SessionId) -> dict[int, tuple[Correction, ...]]:
    """Corrections in force by the index of their film, in the order they were made in."""
    found: dict[int, list[tuple[int, Correction]]] = defaultdict(list)
    for kind in KINDS.values():
        for what, correction in store.values(session, kind).items():
            found[correction.film].append((number_of(what), correction))
    return {
        film: tuple(one for _, one in sorted(numbered, key=lambda pair: pair[0]))
        for film, numbered in found.items()
    }


def record_correction(
    store: Store, session: SessionId, text: str, correction: Correction
) -> EntryId:
    """Keep a correction as the last of its film; one undo takes it away.

    Raises:
        StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be kept.
    """
    with store.together():
        # A number is never given twice, so that what was taken back can come back beside it.
        names = [what for kind in KINDS.values() for what in store.names(session, kind)]
        own = [number_of(what) for what in names if what.startswith(f"{correction.film}/")]
        what = correction_key(correction.film, max(own, default=0) + 1)
        edit = Edit(text, KINDS[type(correction)], what, None, correction)
        return store.record(session, edit)
