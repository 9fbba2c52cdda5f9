"""A consensus as it is settled: what two readers left open is asked, what is chosen is kept."""

from __future__ import annotations

from collections.abc import Sequence

from gaitdesk.domain.evgs import Cell, ItemScore, Origin, Reason, Scoresheet, State
from gaitdesk.domain.refusals import ReadingRefused
from gaitdesk.i18n import tr
from gaitdesk.store.edits import Edit, EntryId, ReadingId, SessionId, cell_of
from gaitdesk.store.store import Store
from gaitdesk.ui.kept import KeptRecord


class ConsensusRecord(KeptRecord):
    """The sheet of a consensus; where readers differ and nothing is settled, a cell is open.

    Attributes:
        reason: Why the next cell is settled as it is, in the adjudicator's words; taken once.
    """

    def __init__(self, store: Store, session: SessionId, reading: ReadingId) -> None:
        self.reason = ""
        self._consensus = reading
        super().__init__(store, session, reading)

    def settle_by(self, cell: Cell, source: ReadingId | None) -> None:
        """Settle one cell as one of the readers said.

        Raises:
            ReadingRefused: That reader said nothing, or the consensus is no longer open.
        """
        readings = self._store.readings
        self._own.add(
            readings.settle_by(self._session, self._consensus, cell, source, self._taken_reason())
        )
        self.read_again()

    def _standing(self) -> Scoresheet:
        sheet = super()._standing()
        own = self._store.sheet(self._session)
        for cell in self._store.readings.open_cells(self._session, self._consensus):
            held = own.get(*cell)
            open_one = ItemScore(
                State.REVIEWER_DECIDES,
                Origin.REVIEWER,
                reason=Reason.READERS_DISAGREE,
                proposed=held.proposed if held is not None else (),
            )
            sheet = sheet.with_cell(*cell, open_one)
        return sheet

    def _keep(self, edits: Sequence[Edit]) -> tuple[EntryId, ...]:
        if not all(isinstance(edit.new, ItemScore) and edit.new.is_confirmed for edit in edits):
            raise ReadingRefused(tr("Settle this item first; then comment on it."))
        readings, reason = self._store.readings, self._taken_reason()
        with self._store.together():
            return tuple(
                readings.settle(
                    self._session, self._consensus, cell_of(edit.what), edit.new, reason
                )
                for edit in edits
            )

    def _taken_reason(self) -> str:
        reason, self.reason = self.reason, ""
        return reason
