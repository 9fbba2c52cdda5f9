"""Exports, consent, retention and films of a visit, as the window offers them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gaitdesk.store.edits import PatientId, SessionId, SessionSummary
from gaitdesk.store.facts import ExportForm
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort


class Exporting(QObject):
    """Opens the dialogs of all that leaves the desk, or is erased from it.

    Args:
        store: The store, by whoever is at the desk now.
        last_resort: Where defects go.
        window: Dialogs open before it.

    Attributes:
        dialog: The one that was opened last; None once it is gone.

    Signals:
        films_asked: The `SessionId` of a visit whose films shall be looked for.
        names_asked: Names shall be unlocked.
        films_changed: The `SessionId` of a visit whose films lie elsewhere now.
        about_to_erase: The `PatientId` of who is being erased; nothing of them may stay open.
        erased: The patient is gone from every list.
    """

    films_asked = Signal(object)
    names_asked = Signal()
    films_changed = Signal(object)
    about_to_erase = Signal(object)
    erased = Signal()

    def __init__(
        self, store: Callable[[], Store], last_resort: LastResort, window: QWidget
    ) -> None:
        super().__init__(window)
        self._store, self._last_resort, self._window = store, last_resort, window
        self._open: list[QDialog] = []

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that was opened last and is still there."""
        return self._open[-1] if self._open else None

    def offer(
        self, session: SessionId | None, settings: QSettings, form: ExportForm | None = None
    ) -> None:
        """Offer every export of a visit, or the research table where none is open."""
        from gaitdesk.ui.exports.dialog import ExportDialog

        visit = self._visit(session)
        dialog = ExportDialog(
            self._store, visit, settings, self._last_resort, self._window, form=form
        )

        def mend(what: str) -> None:
            if what == "consent" and visit is not None:
                self.ask_consent(visit.id, dialog.look_again)
            elif what == "names":
                self.names_asked.emit()
            elif visit is not None:
                dialog.close()
                self.films_asked.emit(visit.id)

        dialog.mend_asked.connect(mend)
        self._show(dialog)

    def ask_consent(self, session: SessionId, decided: Callable[[], None] | None = None) -> None:
        """Show, and ask, what a visit's patient has agreed to and how long they are kept."""
        visit = self._visit(session)
        if visit is not None:
            self._ask_consent(visit.visit.patient, decided)

    def show_due(self) -> None:
        """List patients whose records should be erased."""
        from gaitdesk.ui.exports.due_dialog import DueDialog

        dialog = DueDialog(self._store, self._window)
        dialog.longer_asked.connect(lambda one: self._ask_consent(one, dialog.show_due))
        dialog.erase_asked.connect(lambda one: self._ask_erase(one, dialog.show_due))
        self._show(dialog)

    def show_films(self, session: SessionId) -> None:
        """Show where the films of a visit lie, and offer to copy them in."""
        from gaitdesk.ui.exports.films import FilmsDialog

        dialog = FilmsDialog(self._store, session, self._last_resort, self._window)

        def look() -> None:
            dialog.close()
            self.films_asked.emit(session)

        dialog.look_asked.connect(look)
        dialog.copied.connect(lambda: self.films_changed.emit(session))
        self._show(dialog)

    def due_count(self) -> int:
        """How many patients' records are past their last day."""
        return len(self._store().consents.overdue())

    def close(self) -> None:
        """Close every dialog; what is under way is stopped."""
        for dialog in tuple(self._open):
            dialog.close()

    def _ask_consent(self, patient: PatientId, decided: Callable[[], None] | None) -> None:
        from gaitdesk.ui.exports.consent_dialog import ConsentDialog

        pseudonym = self._pseudonym(patient)
        dialog = ConsentDialog(self._store, patient, pseudonym, self._window)
        if decided is not None:
            dialog.decided.connect(decided)

        def erase(one: PatientId) -> None:
            dialog.close()
            self._ask_erase(one, decided)

        dialog.erase_asked.connect(erase)
        self._show(dialog)

    def _ask_erase(self, patient: PatientId, erased: Callable[[], None] | None) -> None:
        from gaitdesk.ui.exports.erase_dialog import EraseDialog

        pseudonym = self._pseudonym(patient)
        dialog = EraseDialog(self._store, patient, pseudonym, self._last_resort, self._window)
        dialog.about_to_erase.connect(self.about_to_erase)
        dialog.erased.connect(self.erased)
        if erased is not None:
            dialog.erased.connect(erased)
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        self._open.append(dialog)
        dialog.finished.connect(lambda: self._open.remove(dialog))
        dialog.open()

    def _visit(self, session: SessionId | None) -> SessionSummary | None:
        held = self._store().sessions()
        return next((one for one in held if one.id == session), None)

    def _pseudonym(self, patient: PatientId) -> str:
        held = self._store().patients()
        return next((one.pseudonym for one in held if one.id == patient), "")
