"""Corrections of films as the journal keeps them: one entry each, in the order they count in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from gaitdesk.domain.correction import (
    Correction,
    JointMove,
    MaskClick,
    MaskRun,
    MaskStroke,
    PersonChoice,
    SideSwap,
)
from gaitdesk.store.edits import Edit, EntryId, Kind, SessionId
from gaitdesk.store.store import Store

KINDS = MappingProxyType(
    {
        JointMove: Kind.JOINT,
        SideSwap: Kind.SWAP,
        MaskStroke: Kind.MASK,
        PersonChoice: Kind.PERSON,
        MaskClick: Kind.CLICK,
        MaskRun: Kind.RUN,
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
    return by_film(standing_corrections(store, session))


def standing_corrections(store: Store, session: SessionId) -> dict[str, Correction]:
    """Corrections in force by their key, film by film, in the order they were made in."""
    found: dict[str, Correction] = {}
    for kind in KINDS.values():
        found |= store.values(session, kind)
    return dict(sorted(found.items(), key=lambda one: (one[1].film, number_of(one[0]))))


def by_film(standing: Mapping[str, Correction]) -> dict[int, tuple[Correction, ...]]:
    """Corrections by the index of their film, in the order they are given in."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for one in standing.values():
        found[one.film].append(one)
    return {film: tuple(own) for film, own in found.items()}


def new_correction(text: str, correction: Correction) -> Edit:
    """The edit that makes a correction; `record_correction` gives it its number."""
    return Edit(text, KINDS[type(correction)], "", None, correction)


def is_new_correction(edit: Edit) -> bool:
    """Whether an edit was made by `new_correction`, and has no number yet."""
    return not edit.what and edit.kind in KINDS.values()


def record_correction(
    store: Store, session: SessionId, edit: Edit, besides: Iterable[Edit] = ()
) -> EntryId:
    """Keep a new correction as the last of its film; one undo takes it away.

    Args:
        store: The store.
        session: The visit.
        edit: As `new_correction` made it.
        besides: Edits that are a part of it, kept and undone in the same step.

    Raises:
        StoreBusy, StoreFull, StoreNotWritable, StoreTooNew: It could not be kept.
    """
    film = edit.new.film
    with store.together():
        # A number is never given twice, so that what was taken back can come back beside it.
        names = [what for kind in KINDS.values() for what in store.names(session, kind)]
        own = [number_of(what) for what in names if what.startswith(f"{film}/")]
        what = correction_key(film, max(own, default=0) + 1)
        return store.record_many(session, (replace(edit, what=what), *besides))[0]
