"""Exports, consent, retention and films of a visit, as the window offers them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gaitdesk.i18n import tr
from gaitdesk.jobs.at_desk import AtDesk
from gaitdesk.store.edits import PatientId, SessionId, SessionSummary
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.parts.message import Message


class Exporting(QObject):
    """Opens the dialogs of all that leaves the desk, or is erased from it.

    Args:
        store: The store, by whoever is at the desk now.
        visit: The visit that is open; None for none.
        settings: How the window was left.
        last_resort: Where defects go.
        window: Dialogs open before it.

    Signals:
        films_asked: The `SessionId` of a visit whose films shall be looked for.
        films_changed: The `SessionId` of a visit whose films lie elsewhere now.
        names_unlocked: Somebody has unlocked the patients' names.
        leave_asked: The open visit is of somebody who is being erased; nothing of it may stay.
        erased: A patient is gone from every list.
    """

    films_asked = Signal(object)
    films_changed = Signal(object)
    names_unlocked = Signal()
    leave_asked = Signal()
    erased = Signal()

    def __init__(
        self,
        store: Callable[[], Store],
        visit: Callable[[], SessionId | None],
        settings: QSettings,
        last_resort: LastResort,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._store, self._visit, self._settings = store, visit, settings
        self._last_resort, self._window = last_resort, window
        self._open: list[QDialog] = []
        self._reminder: Message | None = None

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that was opened last and is still there."""
        return self._open[-1] if self._open else None

    def offer(self) -> None:
        """Offer every export of the open visit, or the research table where none is open."""
        from gaitdesk.ui.exports.dialog import ExportDialog

        visit = self._summary(self._visit())
        dialog = ExportDialog(self._store, visit, self._settings, self._last_resort, self._window)

        def mend(what: str) -> None:
            if what == "names":
                self._ask_passphrase(dialog.look_again)
            elif what == "consent" and visit is not None:
                self._ask_consent(visit.visit.patient, dialog.look_again)
            elif visit is not None:
                dialog.close()
                self.films_asked.emit(visit.id)

        dialog.mend_asked.connect(mend)
        self._show(dialog)

    def ask_consent(self) -> None:
        """Show, and ask, what the open visit's patient has agreed to."""
        visit = self._summary(self._visit())
        if visit is not None:
            self._ask_consent(visit.visit.patient, None)

    def show_due(self) -> None:
        """List patients whose records should be erased."""
        from gaitdesk.ui.exports.due_dialog import DueDialog

        dialog = DueDialog(self._store, self._window)
        dialog.longer_asked.connect(lambda one: self._ask_consent(one, dialog.show_due))
        dialog.erase_asked.connect(lambda one: self._ask_erase(one, dialog.show_due))
        self._show(dialog)

    def show_films(self) -> None:
        """Show where the films of the open visit lie, and offer to copy them in."""
        from gaitdesk.ui.exports.films import FilmsDialog

        session = self._visit()
        if session is None:
            return
        dialog = FilmsDialog(self._store, session, self._last_resort, self._window)

        def look() -> None:
            dialog.close()
            self.films_asked.emit(session)

        dialog.look_asked.connect(look)
        dialog.copied.connect(lambda: self.films_changed.emit(session))
        self._show(dialog)

    def remind(self, message: Message) -> None:
        """Say in place that records are past their last day, and offer to look at them."""
        if self._reminder is None:
            self._reminder = message
            message.answered.connect(self.show_due)
        due = len(self._store().consents.overdue())
        if due:
            words = tr(
                "%n patient(s) are past the last day on which their records are kept.", "", due
            )
            message.say(words, "note", tr("Look at them …"))

    def close(self) -> None:
        """Close every dialog; what is under way is stopped."""
        for dialog in tuple(self._open):
            dialog.close()

    def _ask_passphrase(self, unlocked: Callable[[], None]) -> None:
        from gaitdesk.ui.records.passphrase_dialogs import UnlockDialog

        store = self._store()
        desk = AtDesk(store.folder, store.rater, store.vault)
        words = tr("Names are locked; your passphrase opens them.")
        dialog = UnlockDialog(desk, store.rater, words, self._last_resort, self._window)
        dialog.unlocked.connect(lambda _: unlocked())
        dialog.unlocked.connect(lambda _: self.names_unlocked.emit())
        self._show(dialog)

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
        dialog.about_to_erase.connect(self._on_about_to_erase)
        if erased is not None:
            dialog.erased.connect(erased)
        dialog.erased.connect(self._on_erased)
        self._show(dialog)

    def _on_about_to_erase(self, patient: PatientId) -> None:
        session = self._visit()
        if session is not None and self._store().visit(session).patient == patient:
            self.leave_asked.emit()

    def _on_erased(self) -> None:
        self.erased.emit()
        if self._reminder is not None:
            self._reminder.hide()
            self.remind(self._reminder)

    def _show(self, dialog: QDialog) -> None:
        self._open.append(dialog)
        dialog.finished.connect(lambda: self._open.remove(dialog))
        dialog.open()

    def _summary(self, session: SessionId | None) -> SessionSummary | None:
        held = self._store().sessions()
        return next((one for one in held if one.id == session), None)

    def _pseudonym(self, patient: PatientId) -> str:
        held = self._store().patients()
        return next((one.pseudonym for one in held if one.id == patient), "")
