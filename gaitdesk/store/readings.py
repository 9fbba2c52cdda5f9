"""Two readers of one visit: a sheet for each, compared, and brought to a consensus."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Item, ItemScore, Proposal, Scoresheet
from gaitdesk.domain.refusals import BlindReading, ReadingRefused
from gaitdesk.i18n import noted, tr
from gaitdesk.store import editing, guards, journal
from gaitdesk.store.cells import is_persons, persons_sheet
from gaitdesk.store.edits import (
    Action,
    Edit,
    EntryId,
    Kind,
    ReadingId,
    SessionId,
    cell_key,
    cell_of,
)
from gaitdesk.store.facts import Choice, ReadingFacts, Role, Said
from gaitdesk.store.forms import from_text, storable, to_text
from gaitdesk.store.journal import Row
from gaitdesk.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of which two readers said different things, or one of them nothing.

    Attributes:
        cell: Which one.
        first, second: What each said.
    """

    cell: Cell
    first: Said
    second: Said


class Readings:
    """Readings of the visits of one store.

    The visit's own sheet is the first reader's; every other reading is a sheet beside it, in the
    same journal. A blind reader's sheet begins empty, holds no machine's answer, and neither the
    visit's sheet nor a comparison is handed out to them before they have finished.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def assign(self, session: SessionId, reader: str, *, is_blind: bool = True) -> ReadingId:
        """Have a visit read by one more reader.

        Args:
            session: The visit.
            reader: Who, by the name they sign in with.
            is_blind: Whether other readers' and machines' scores are hidden from them; else
                their sheet begins as the machines left it.

        Raises:
            ReadingRefused: They have read this visit before, or read it now.
        """
        name = storable(reader.strip())
        if not name:
            raise ReadingRefused(tr("Name the reader who is to read this visit."))
        reading = ReadingId(uuid.uuid4().hex)
        with self._ledger.together():
            if name in self._who_has_read(session):
                raise ReadingRefused(
                    tr("{reader} knows this visit already; choose another reader.").format(
                        reader=name
                    )
                )
            facts = ReadingFacts(name, Role.SECOND, is_blind)
            self._ledger.add(Kind.READING, reading, facts, session, text=noted("Second reading"))
            if not is_blind:
                self._ledger.append(list(self._as_machines_left(session, reading)))
        return reading

    def of(self, session: SessionId) -> dict[ReadingId, ReadingFacts]:
        """Readings of a visit beside its own sheet, the first assigned one first."""
        rows = journal.current(self._ledger.database, session, Kind.READING)
        made = {
            name: journal.rows_where(
                self._ledger.database,
                "seq = (SELECT min(seq) FROM journal WHERE session IS ? AND reading IS NULL"
                " AND kind = 'reading' AND what = ?)",
                (session, name),
            )
            for name in rows
        }
        in_order = sorted(rows, key=lambda name: next(made[name]).seq)
        return {ReadingId(name): from_text(Kind.READING, rows[name].new) for name in in_order}

    def waiting(self, reader: str = "") -> tuple[tuple[SessionId, ReadingId], ...]:
        """Visits that wait to be read by somebody, by default who is at the desk."""
        who = reader or self._ledger.rater
        sessions = self._ledger.database.run(
            "SELECT session, min(seq) FROM journal WHERE kind = 'reading' GROUP BY session"
            " ORDER BY min(seq)"
        )
        return tuple(
            (SessionId(session), reading)
            for session, _ in sessions
            for reading, facts in self.of(SessionId(session)).items()
            if facts.reader == who and facts.role is Role.SECOND and not facts.is_finished
        )

    def finish(self, session: SessionId, reading: ReadingId) -> None:
        """Leave a reading as it stands for ever; a blind reader may then see the others'.

        Raises:
            ReadingRefused: It is somebody else's, finished before, or a consensus in which a
                cell is still to be settled.
        """
        with self._ledger.together():
            facts = self._own(session, reading)
            if facts.role is Role.CONSENSUS and self.open_cells(session, reading):
                raise ReadingRefused(
                    tr(
                        "%n item(s) of the consensus are still to be settled; settle each first.",
                        "",
                        len(self.open_cells(session, reading)),
                    )
                )
            done = replace(facts, is_finished=True)
            self._ledger.add(Kind.READING, reading, done, session, text=noted("Finish the reading"))

    def blind(self, session: SessionId) -> ReadingId | None:
        """The reading of a visit that who is at the desk has yet to finish blind; else None."""
        return guards.blind_reading(self._ledger.database, session, self._ledger.rater)

    def check_may_see(self, session: SessionId) -> None:
        """Who is at the desk may see the visit's own sheet and everybody's scores.

        Raises:
            BlindReading: They read this visit blind, and have not finished.
        """
        rater = self._ledger.rater
        if guards.blind_reading(self._ledger.database, session, rater) is not None:
            raise BlindReading(rater)

    def check_may_open(self, session: SessionId, reading: ReadingId | None) -> None:
        """Who is at the desk may see one sheet of a visit.

        Raises:
            BlindReading: They read this visit blind, have not finished, and it is not theirs.
            ReadingRefused: It is the sheet of somebody else who has not finished.
        """
        facts = None if reading is None else self._facts(session, reading)
        if facts is not None and facts.reader == self._ledger.rater:
            return
        self.check_may_see(session)
        if facts is not None and facts.role is Role.SECOND and not facts.is_finished:
            raise ReadingRefused(
                tr("{reader} has not finished reading this visit.").format(reader=facts.reader)
            )

    def is_open_to_all(self, session: SessionId) -> bool:
        """Whether a visit was read for a second time, and nobody reads it blind any more."""
        readings = [one for one in self.of(session).values() if one.role is Role.SECOND]
        return any(one.is_finished for one in readings) and all(
            one.is_finished or not one.is_blind for one in readings
        )

    def first_reader(self, session: SessionId) -> str:
        """Who said the last word of most items in the visit's own sheet; empty for nobody."""
        sql = (
            "SELECT rater FROM journal WHERE seq IN (SELECT max(seq) FROM journal"
            " WHERE session = ? AND reading IS NULL AND kind = 'cell'"
            " AND action IN ('edit', 'undo', 'redo') GROUP BY what)"
            " GROUP BY rater ORDER BY count(*) DESC, rater LIMIT 1"
        )
        rows = self._ledger.database.run(sql, (session,))
        return str(rows[0][0]) if rows else ""

    def sheet(
        self, session: SessionId, reading: ReadingId | None, up_to: int = journal.END
    ) -> Scoresheet:
        """What persons have said in one sheet; a machine's answer nobody confirmed is left out.

        Args:
            session: The visit.
            reading: The reading; None for the visit's own sheet.
            up_to: The last entry to be looked at, for how things stood then.
        """
        rows = journal.current(self._ledger.database, session, Kind.CELL, reading, up_to)
        cells = {cell_of(what): from_text(Kind.CELL, row.new) for what, row in rows.items()}
        return persons_sheet(Scoresheet(MappingProxyType(cells)))

    def independent_sheet(self, session: SessionId) -> Scoresheet:
        """What persons had said in the visit's own sheet before readings were put together.

        What is corrected there after a consensus was begun is no independent reading any more.
        """
        begun = self._ledger.database.run(
            "SELECT min(seq) FROM journal WHERE session = ? AND kind = 'reading'"
            """ AND new LIKE '%"role":"consensus"%'""",
            (session,),
        )[0][0]
        return self.sheet(session, None, journal.END if begun is None else begun)

    def compare(
        self, session: SessionId, second: ReadingId, first: ReadingId | None = None
    ) -> tuple[Difference, ...]:
        """Cells of which two readers said different things, in the order of the form.

        Args:
            session: The visit.
            second: The second reading.
            first: The first; None for the visit's own sheet.

        Raises:
            ReadingRefused: One of them is not finished.
            BlindReading: Who is at the desk reads this visit blind.
        """
        self.check_may_see(session)
        self._check_finished(session, (first, second))
        return tuple(
            Difference(cell, ours, theirs)
            for cell, (ours, theirs) in self._said(session, (first, second))
            if not _is_agreed((ours, theirs))
        )

    def begin_consensus(
        self, session: SessionId, second: ReadingId, first: ReadingId | None = None
    ) -> ReadingId:
        """A sheet of what two readers agree on, in which the rest is to be settled.

        Who is at the desk adjudicates. Where both said the same, that stands; every score of the
        consensus says where it comes from.

        Raises:
            ReadingRefused: One of the readings is not finished.
            BlindReading: Who is at the desk reads this visit blind.
        """
        self.check_may_see(session)
        reading = ReadingId(uuid.uuid4().hex)
        with self._ledger.together():
            self._check_finished(session, (first, second))
            facts = ReadingFacts(
                self._ledger.rater, Role.CONSENSUS, False, False, (first or "", second)
            )
            self._ledger.add(Kind.READING, reading, facts, session, text=noted("Consensus"))
            own = self.sheet(session, first)
            drafts = []
            for cell, said in self._said(session, (first, second)):
                held = own.get(*cell)
                if held is not None and _is_agreed(said):
                    answers = self._answers(session, reading, cell_key(*cell))
                    agreed = replace(held, proposed=answers)
                    drafts += _adopted(session, reading, cell, agreed, said)
            self._ledger.append(drafts)
        return reading

    def open_cells(self, session: SessionId, consensus: ReadingId) -> tuple[Cell, ...]:
        """Cells of a consensus that are still to be settled, in the order of the form."""
        facts = self._facts(session, consensus)
        settled = self.sheet(session, consensus)
        return tuple(
            cell
            for cell, said in self._said(session, _sources(facts))
            if settled.get(*cell) is None and any(_has_answer(one) for one in said)
        )

    def settle(
        self,
        session: SessionId,
        consensus: ReadingId,
        cell: Cell,
        chosen: ItemScore,
        reason: str = "",
    ) -> EntryId:
        """Decide one cell of a consensus; one undo takes it back.

        Args:
            session: The visit.
            consensus: The consensus.
            cell: Which cell.
            chosen: What stands from now on; one of the readers' words or a third.
            reason: Why, in the adjudicator's words, or empty.

        Raises:
            ReadingRefused: The consensus is finished, or somebody else's.
            EditedElsewhere: Somebody has settled it a moment ago.
        """
        facts = self._facts(session, consensus)
        said = dict(self._said(session, _sources(facts)))[cell]
        if not is_persons(chosen):
            raise ValueError("a consensus holds what a person has said")
        what = cell_key(*cell)
        database = self._ledger.database
        answers = self._answers(session, consensus, what)
        chosen = replace(chosen, proposed=answers)
        with self._ledger.together():
            drafts = []
            for kind, new in ((Kind.CELL, chosen), (Kind.CHOICE, Choice(said, _is_agreed(said)))):
                last = journal.latest(database, session, kind, what, consensus)
                old = None if last is None else from_text(kind, last.new)
                edit = Edit(
                    noted("Settle {item}").format(item=cell[1]), kind, what, old, new, reason
                )
                drafts += editing.drafted(session, [edit], Action.EDIT, consensus)
            editing.check_seen(database, drafts)
            return EntryId(self._ledger.append(drafts)[0].seq)

    def settle_by(
        self,
        session: SessionId,
        consensus: ReadingId,
        cell: Cell,
        source: ReadingId | None,
        reason: str = "",
    ) -> EntryId:
        """Decide one cell of a consensus as one reader said; see `settle`.

        Raises:
            ReadingRefused: That reader said nothing of this cell.
        """
        held = self.sheet(session, source).get(*cell)
        if held is None:
            raise ReadingRefused(
                tr("This reader said nothing of the item; choose the other, or score it yourself.")
            )
        return self.settle(session, consensus, cell, held, reason)

    def choices(self, session: SessionId, consensus: ReadingId) -> dict[Cell, Choice]:
        """Where each score of a consensus comes from."""
        rows = journal.current(self._ledger.database, session, Kind.CHOICE, consensus)
        return {cell_of(what): from_text(Kind.CHOICE, row.new) for what, row in rows.items()}

    def in_force(self, session: SessionId) -> ReadingId | None:
        """The last finished consensus; None where the visit's own sheet is in force."""
        return next(
            (
                name
                for name, facts in reversed(self.of(session).items())
                if facts.role is Role.CONSENSUS and facts.is_finished
            ),
            None,
        )

    def _who_has_read(self, session: SessionId) -> set[str]:
        """Everybody who has seen scores of a visit, or reads it."""
        sql = (
            "SELECT DISTINCT rater FROM journal WHERE session = ?"
            " AND kind IN ('cell', 'choice') AND action IN ('edit', 'undo', 'redo')"
        )
        edited = {str(rater) for (rater,) in self._ledger.database.run(sql, (session,))}
        return edited | {facts.reader for facts in self.of(session).values()}

    def _as_machines_left(self, session: SessionId, reading: ReadingId) -> Iterator[Row]:
        """Entries that fill a reading with what machines proposed, whatever became of it."""
        filled: dict[str, ItemScore] = {}
        rows = journal.rows_where(
            self._ledger.database,
            "session IS ? AND reading IS NULL AND kind = 'cell'"
            " AND action IN ('added', 'recalculated')",
            (session,),
        )
        for row in rows:
            cell = from_text(Kind.CELL, row.new)
            if cell is None or not cell.proposed:
                continue
            if not is_persons(cell):
                filled[row.what] = replace(cell, comment="")
            elif row.what in filled:
                filled[row.what] = replace(filled[row.what], proposed=cell.proposed)
        for what, cell in filled.items():
            yield journal.draft(
                Action.ADDED,
                Kind.CELL,
                what,
                session=session,
                text=noted("Analysis"),
                new=to_text(Kind.CELL, cell),
                reading=reading,
            )

    def _answers(self, session: SessionId, consensus: ReadingId, what: str) -> tuple[Proposal, ...]:
        """What machines said of a cell: as the consensus holds it, or else the visit's sheet."""
        for reading in (consensus, None):
            row = journal.latest(self._ledger.database, session, Kind.CELL, what, reading)
            cell = None if row is None else from_text(Kind.CELL, row.new)
            if cell is not None:
                answers: tuple[Proposal, ...] = cell.proposed
                return answers
        return ()

    def _facts(self, session: SessionId, reading: ReadingId) -> ReadingFacts:
        facts = guards.reading_of(self._ledger.database, session, reading)
        if facts is None:
            raise ReadingRefused(tr("This visit has no such reading; open the visit again."))
        return facts

    def _own(self, session: SessionId, reading: ReadingId) -> ReadingFacts:
        facts = self._facts(session, reading)
        guards.check_reading(facts, self._ledger.rater)
        return facts

    def _check_finished(
        self, session: SessionId, readings: tuple[ReadingId | None, ReadingId | None]
    ) -> None:
        for reading in readings:
            if reading is None:
                if not self.sheet(session, None).cells:
                    raise ReadingRefused(tr("Nobody has scored this visit's own sheet yet."))
            elif not (facts := self._facts(session, reading)).is_finished:
                raise ReadingRefused(
                    tr("{reader} has not finished reading this visit.").format(reader=facts.reader)
                )

    def _said(
        self, session: SessionId, readings: tuple[ReadingId | None, ReadingId | None]
    ) -> list[tuple[Cell, tuple[Said, Said]]]:
        """What each of two readers said, of all 34 cells in the order of the form."""
        sheets = [self.sheet(session, reading) for reading in readings]
        readers = [
            self.first_reader(session) if reading is None else self._facts(session, reading).reader
            for reading in readings
        ]
        return [
            (
                (side, item),
                (
                    _word(readings[0], readers[0], sheets[0].get(side, item)),
                    _word(readings[1], readers[1], sheets[1].get(side, item)),
                ),
            )
            for side in Side
            for item in Item
        ]


def _word(reading: ReadingId | None, reader: str, cell: ItemScore | None) -> Said:
    if cell is None:
        return Said(reading, reader)
    return Said(reading, reader, cell.score, cell.direction, cell.reason)


def _has_answer(said: Said) -> bool:
    return said.score is not None or said.reason is not None


def _is_agreed(said: tuple[Said, ...]) -> bool:
    """Whether all said the same; that an item cannot be scored may have two reasons."""
    return (
        len({(one.score, one.direction) for one in said}) == 1
        and len({_has_answer(one) for one in said}) == 1
    )


def _sources(facts: ReadingFacts) -> tuple[ReadingId | None, ReadingId | None]:
    first, second = facts.sources
    return ReadingId(first) or None, ReadingId(second) or None


def _adopted(
    session: SessionId, reading: ReadingId, cell: Cell, held: ItemScore, said: tuple[Said, ...]
) -> list[Row]:
    """Entries by which a cell both readers agree on stands in the consensus."""
    return [
        journal.draft(
            Action.ADDED,
            kind,
            cell_key(*cell),
            session=session,
            text=noted("Agreed"),
            new=to_text(kind, value),
            reading=reading,
        )
        for kind, value in ((Kind.CELL, held), (Kind.CHOICE, Choice(said, True)))
    ]
