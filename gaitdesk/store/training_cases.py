"""Cases with known answers for new raters: read blind first, then shown what was right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gaitdesk.domain.evgs import Cell, ItemScore, Origin, Proposal, Scoresheet, State
from gaitdesk.domain.refusals import ReadingRefused
from gaitdesk.i18n import noted, tr
from gaitdesk.scoring.comparing import Agreements, compared
from gaitdesk.store.edits import Edit, Kind, ReadingId, SessionId
from gaitdesk.store.facts import ReadingFacts, Role
from gaitdesk.store.store import Store

NOTE = "training"
"""The `what` of the note that marks a visit."""


class Answers(StrEnum):
    """Where the right answers of a training case come from."""

    TRUTH = "truth"
    """A made-up child, whose every score is known."""
    CONSENSUS = "consensus"
    """Two readers who were brought to a consensus."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a trainee learns of one item of one limb.

    Attributes:
        cell: Which one.
        given: What the trainee said; None where nothing.
        right: The right answer.
        shown: What was measured and where it can be seen; None where nothing was.
    """

    cell: Cell
    given: ItemScore | None
    right: ItemScore
    shown: Proposal | None

    @property
    def is_right(self) -> bool:
        """Whether the trainee gave the right score; the option word is not asked for."""
        return self.given is not None and self.given.score is self.right.score


@dataclass(frozen=True, slots=True)
class Attempt:
    """One case of the set as it stands for one person.

    Attributes:
        session: The visit.
        source: Where its answers come from.
        reading: Their reading of it; None where they have not begun.
        is_finished: Whether they have read it, and may see the answers.
    """

    session: SessionId
    source: Answers
    reading: ReadingId | None = None
    is_finished: bool = False


def sources(store: Store) -> dict[SessionId, Answers]:
    """Every training case, the first marked first."""
    rows = store.database.run(
        "SELECT session, min(seq) FROM journal WHERE kind = 'note' AND what = ?"
        " AND reading IS NULL AND session IS NOT NULL GROUP BY session ORDER BY min(seq)",
        (NOTE,),
    )
    held = {SessionId(name): store.value(SessionId(name), Kind.NOTE, NOTE) for name, _ in rows}
    return {session: Answers(note["answers"]) for session, note in held.items() if note}


def source_of(store: Store, session: SessionId) -> Answers | None:
    """Where the answers of a visit come from; None where it is no training case."""
    note = store.value(session, Kind.NOTE, NOTE)
    return Answers(note["answers"]) if note else None


def mark(store: Store, session: SessionId) -> Answers:
    """Make a training case of a visit.

    Raises:
        BlindReading: Who is at the desk has yet to read it blind.
        ReadingRefused: Its answers are not known: it is no made-up child, and has no consensus.
    """
    store.readings.check_may_see(session)
    if _truth(store.sheet(session)).cells:
        source = Answers.TRUTH
    elif store.readings.in_force(session) is not None:
        source = Answers.CONSENSUS
    else:
        raise ReadingRefused(
            tr(
                "The right answers of this visit are not known. Have it read by two readers and"
                " finish their consensus first, or make cases of made-up children."
            )
        )
    _note(store, session, {"answers": source.value})
    return source


def unmark(store: Store, session: SessionId) -> None:
    """Take a visit out of the training set; readings of it stay."""
    _note(store, session, None)


def is_hidden(store: Store, session: SessionId) -> bool:
    """Whether what is known of a made-up child is hidden: who is at the desk is yet to read it."""
    if source_of(store, session) is not Answers.TRUTH:
        return False
    found = _reading(store, session, store.rater)
    return found is None or not found[1].is_finished


def begin(store: Store, session: SessionId) -> ReadingId:
    """The reading of a case by who is at the desk, blind; begun now where there is none.

    Raises:
        ReadingRefused: They know the case already, as who has settled its consensus does.
    """
    found = _reading(store, session, store.rater)
    if found is not None:
        return found[0]
    return store.readings.assign(session, store.rater, is_blind=True)


def attempts(store: Store, rater: str = "") -> tuple[Attempt, ...]:
    """Every case of the set as it stands for somebody, by default who is at the desk."""
    who = rater or store.rater
    made = []
    for session, source in sources(store).items():
        found = _reading(store, session, who)
        if found is None:
            made.append(Attempt(session, source))
        else:
            made.append(Attempt(session, source, found[0], found[1].is_finished))
    return tuple(made)


def trainees(store: Store) -> dict[str, int]:
    """Everybody who reads cases of the set, and how many they have finished."""
    found: dict[str, int] = {}
    for session in sources(store):
        for facts in store.readings.of(session).values():
            if facts.role is Role.SECOND and facts.is_blind:
                found[facts.reader] = found.get(facts.reader, 0) + facts.is_finished
    return found


def lessons(store: Store, session: SessionId, rater: str = "") -> tuple[Lesson, ...]:
    """What somebody learns of a case, those they were wrong on first.

    Raises:
        ReadingRefused: They have not finished reading it.
    """
    who = rater or store.rater
    found = _reading(store, session, who)
    if found is None or not found[1].is_finished:
        raise ReadingRefused(tr("The answers are shown once you have finished reading the case."))
    given = store.readings.sheet(session, found[0])
    own = store.sheet(session)
    right = answers(store, session)
    made = [
        Lesson(cell, given.get(*cell), held, _shown(held, own.get(*cell)))
        for cell, held in right.cells.items()
        if held.score is not None
    ]
    return tuple(sorted(made, key=lambda one: one.is_right))


def answers(store: Store, session: SessionId) -> Scoresheet:
    """The right answers of a case.

    Raises:
        BlindReading: Who is at the desk has yet to read it blind.
    """
    store.readings.check_may_see(session)
    if source_of(store, session) is Answers.TRUTH:
        return _truth(store.sheet(session))
    return store.readings.sheet(session, store.readings.in_force(session))


def agreement_with_answers(
    store: Store, rater: str = "", sessions: Iterable[SessionId] | None = None
) -> Agreements:
    """How far somebody agrees with the right answers.

    Args:
        store: The store.
        rater: Who; by default who is at the desk.
        sessions: Cases to be counted; None takes all they have finished.
    """
    who = rater or store.rater
    wanted = None if sessions is None else set(sessions)
    done = [
        one
        for one in attempts(store, who)
        if one.is_finished and (wanted is None or one.session in wanted)
    ]
    return compared(
        {
            tr("right answers"): [answers(store, one.session) for one in done],
            who: [store.readings.sheet(one.session, one.reading) for one in done],
        }
    )


def with_truth(sheet: Scoresheet, truth: Mapping[Cell, ItemScore]) -> Scoresheet:
    """A form as machines fill it, with what is true of each item beside their answers."""
    cells = dict(sheet.cells)
    for cell, known in truth.items():
        held = cells.get(cell)
        proposed = (*known.proposed, *(held.proposed if held is not None else ()))
        base = held if held is not None else known
        cells[cell] = ItemScore(
            base.state, base.origin, base.score, base.direction, base.reason, proposed
        )
    return Scoresheet(MappingProxyType(cells))


def _truth(sheet: Scoresheet) -> Scoresheet:
    found = {
        cell: ItemScore.from_proposal(one)
        for cell, held in sheet.cells.items()
        for one in held.proposed
        if one.origin is Origin.PHANTOM and one.state is State.SCORED
    }
    return Scoresheet(MappingProxyType(found))


def _shown(right: ItemScore, own: ItemScore | None) -> Proposal | None:
    """What shows the right answer best: the truth, or a machine that found the same."""
    proposed = (*right.proposed, *(own.proposed if own is not None else ()))
    placed = [one for one in proposed if one.evidence is not None or one.measure is not None]
    same = [one for one in placed if one.score is right.score]
    return next(iter(same or placed), None)


def _reading(store: Store, session: SessionId, rater: str) -> tuple[ReadingId, ReadingFacts] | None:
    return next(
        (
            (name, facts)
            for name, facts in store.readings.of(session).items()
            if facts.reader == rater and facts.role is Role.SECOND and facts.is_blind
        ),
        None,
    )


def _note(store: Store, session: SessionId, new: dict[str, str] | None) -> None:
    old = store.value(session, Kind.NOTE, NOTE)
    text = noted("Mark as a training case") if new else noted("No training case any more")
    if old != new:
        store.record(session, Edit(text, Kind.NOTE, NOTE, old, new))
