"""What of the network's answers still holds after films were corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.correction import Correction, MaskClick
from gaitdesk.domain.evgs import Cell, Item, Proposal, Scoresheet
from gaitdesk.i18n import noted
from gaitdesk.jobs.correcting import network_answers
from gaitdesk.store.corrections import KINDS
from gaitdesk.store.edits import Edit, Kind, SessionId
from gaitdesk.store.forms import canonical_json, to_text
from gaitdesk.store.store import Store

if TYPE_CHECKING:
    from gaitdesk.childgait.clips import Sampling

NOTE = "network"
"""The `what` of the note that says what of a visit's films the network has read."""


@dataclass(frozen=True, slots=True)
class Read:
    """The state of a film that the network has read.

    Attributes:
        cause: What its answers rest on, see `cause_of`.
        clips: Which clips were cut and from what, see `clips_of`.
    """

    cause: str
    clips: str


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What of the network's answers still holds.

    Attributes:
        answers: By cell, the latest there are; some may rest on what was corrected since.
        outdated: Cells whose answer does.
        read: States of corrected films that the answers rest on.
    """

    answers: Mapping[Cell, Proposal]
    outdated: frozenset[Cell] = frozenset()
    read: Mapping[int, Read] = field(default_factory=dict)


def known_answers(
    made: Analysis,
    held: Scoresheet,
    films: Iterable[FilmAnalysis],
    corrections: Mapping[int, tuple[Correction, ...]],
    read: Mapping[int, Read],
) -> Known:
    """The network's answers to films as they are now, as far as it has given them.

    Args:
        made: The analysis as it was made, with the answers to its own films.
        held: The form with the network's latest answers.
        films: The films as they are now.
        corrections: Of each film.
        read: States of corrected films the network has read, see `read_states`.
    """
    first, latest = network_answers(made.scoresheet), network_answers(held)
    begun = {i: cause_of(film, ()) for i, film in enumerate(made.films)}
    last = begun | {i: state.cause for i, state in read.items()}
    now = {i: cause_of(film, corrections.get(i, ())) for i, film in enumerate(films)}
    answers: dict[Cell, Proposal] = {}
    outdated: set[Cell] = set()
    unread: set[int] = set()
    for cell in {**first, **latest}:
        own = _films_of(cell[1], made.films)
        if _is_first_word(first.get(cell), latest.get(cell)) and all(
            now[i] == begun[i] for i in own
        ):
            answers[cell] = first[cell]
            continue
        answers[cell] = latest.get(cell) or first[cell]
        if any(now[i] != last[i] for i in own):
            outdated.add(cell)
            unread |= own
    still = {i: read[i] for i in read if i not in unread and read[i].cause == now[i]}
    return Known(answers, frozenset(outdated), still)


def _is_first_word(first: Proposal | None, latest: Proposal | None) -> bool:
    """Whether an analysis holds an answer, and no other network has read the visit since."""
    return first is not None and (latest is None or latest.reader == first.reader)


def _films_of(item: Item, films: Iterable[FilmAnalysis]) -> set[int]:
    """Films an item may be read from; a turn of the pelvis is seen in both planes."""
    return {
        i
        for i, film in enumerate(films)
        if film.plane is item.plane or item is Item.PELVIC_ROTATION
    }


def cause_of(film: FilmAnalysis, corrections: tuple[Correction, ...]) -> str:
    """A digest of what decides where clips are cut in a film and what they show."""
    walks = [[one.view.value, one.first_frame, one.last_frame] for one in film.passes]
    events = [[one.side.value, one.kind.value, one.frame] for one in film.events]
    return _digest([_texts(corrections), walks, events])


def states_of(
    films: Iterable[FilmAnalysis],
    corrections: Mapping[int, tuple[Correction, ...]],
    sampling: Sampling,
) -> dict[int, Read]:
    """The states films are in, for a network that cuts clips in this way."""
    return {
        i: Read(cause_of(film, own), clips_of(film, i, own, sampling))
        for i, film in enumerate(films)
        for own in (corrections.get(i, ()),)
    }


def clips_of(
    film: FilmAnalysis, index: int, corrections: tuple[Correction, ...], sampling: Sampling
) -> str:
    """A digest of the clips that are cut from a film and what they show."""
    from gaitdesk.childgait.windows import find_windows

    windows = [
        [one.view.value, round(one.centre_s, 3), str(one.phase), str(one.side)]
        for one in find_windows(film, index, sampling)
    ]
    return _digest([_texts(corrections), windows])


def _texts(corrections: tuple[Correction, ...]) -> list[str | None]:
    """What changes a film; a click by itself changes nothing."""
    made = [one for one in corrections if not isinstance(one, MaskClick)]
    return [to_text(KINDS[type(one)], one) for one in made]


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def read_states(store: Store, session: SessionId) -> dict[int, Read]:
    """States of corrected films that the network has read; the others as they were found."""
    held = store.value(session, Kind.NOTE, NOTE) or {}
    return {int(index): Read(state["cause"], state["clips"]) for index, state in held.items()}


def note_read(store: Store, session: SessionId, read: Mapping[int, Read]) -> None:
    """Note which states of corrected films the network has read."""
    old = store.value(session, Kind.NOTE, NOTE)
    new = {
        str(index): {"cause": state.cause, "clips": state.clips} for index, state in read.items()
    }
    if (old or {}) != new:
        store.record(session, Edit(noted("Read by the network"), Kind.NOTE, NOTE, old, new or None))
