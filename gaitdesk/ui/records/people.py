"""Who is at the desk: signing in, passphrases, names of children, and the locked window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.refusals import ReadingRefused
from gaitdesk.i18n import tr
from gaitdesk.store.edits import Identity, PatientId, SessionId
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.passphrase_dialogs import SetUpDialog, UnlockDialog
from gaitdesk.ui.records.passphrases_dialog import PassphrasesDialog
from gaitdesk.ui.records.screen_lock import ScreenLock
from gaitdesk.ui.records.small_dialogs import NameDialog, WhoDialog

RATER = "rater"
"""The setting that keeps who was at the desk."""


class People(QObject):
    """Asks who is at the desk, and for what only they may do.

    Args:
        desk: The store.
        window: What is locked, and what dialogs open before.
        settings: Where who was at the desk is kept.
        last_resort: Where defects go.
        working: What goes on now, in a sentence.
        unsettled: Keeps what is written and not kept yet; why that could not be done.

    Attributes:
        lock: Locks the window.
        dialog: The one that was opened last.

    Signals:
        signed_in: Somebody else is at the desk now; visits of theirs are to be shown.
        names_changed: Names can be read now, or no longer, or are others.
        said: A sentence for the status line.
    """

    signed_in = Signal()
    names_changed = Signal()
    said = Signal(str)

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        settings: QSettings,
        last_resort: LastResort,
        working: Callable[[], str],
        unsettled: Callable[[], str] = str,
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._settings = desk, window, settings
        self._last_resort, self._working = last_resort, working
        self._unsettled = unsettled
        self.dialog: QDialog | None = None
        self.lock = ScreenLock(desk, window, settings, last_resort, working)
        self.lock.locked.connect(self.names_changed)
        self.lock.forgotten.connect(self.names_changed)
        self.lock.unlocked.connect(self._on_unlocked)

    def ask_at_start(self) -> None:
        """Ask for the passphrase where names are sealed and who is at the desk has one."""
        if self.lock.can_lock and self._desk.vault.is_locked:
            self.lock.lock(can_skip=True)

    def lock_now(self) -> None:
        """Lock the window; where nobody could unlock it again, ask for a passphrase first."""
        if self.lock.can_lock:
            self.lock.lock()
            return
        if self._desk.store.keys.is_protected:
            self.show_passphrases()
            return
        dialog = SetUpDialog(self._desk.place, self._last_resort, self._window)
        dialog.kept.connect(lambda _: self.names_changed.emit())
        self._open(dialog)

    def show_passphrases(self) -> None:
        """Show who has a passphrase, and what can be done."""
        dialog = PassphrasesDialog(self._desk, self.lock, self._last_resort, self._window)
        dialog.changed.connect(self.names_changed)
        self._open(dialog)

    # Signing in

    def ask_who(self) -> None:
        """Ask who is at the desk from now on."""
        self._open(WhoDialog(self._desk.raters(), self.sign_in, self._last_resort, self._window))

    def sign_in(self, name: str) -> None:
        """Let somebody be at the desk; whoever has a passphrase is asked for it.

        Raises:
            ReadingRefused: Something is being worked out in the name of who is there now, or what
                they wrote last cannot be kept.
        """
        if name == self._desk.rater:
            return
        if self._working():
            raise ReadingRefused(
                tr("Something is still being worked out. Wait until it is done, or cancel it.")
            )
        why = self._unsettled()
        if why:
            raise ReadingRefused(self._unkept_words(why))
        if not self._desk.store.keys.has_passphrase(name):
            self._take_seat(name)
            return
        words = tr("{rater} signs in with their passphrase.").format(rater=name)
        dialog = UnlockDialog(self._desk.place, name, words, self._last_resort, self._window)
        dialog.unlocked.connect(lambda _: self._take_seat(name, is_unlocked=True))
        self._open(dialog)

    def _unkept_words(self, why: str) -> str:
        return tr("What {rater} wrote last is not kept yet: {why}").format(
            rater=self._desk.rater, why=why
        )

    def _take_seat(self, name: str, *, is_unlocked: bool = False) -> None:
        why = self._unsettled()
        if why:
            # Nobody's words are kept in somebody else's name.
            self.said.emit(self._unkept_words(why))
            return
        try:
            self._desk.sign_in(name, keeps_names=is_unlocked)
        except GaitDeskError as error:
            self.said.emit(str(error))
            return
        self._settings.setValue(RATER, name)
        self.signed_in.emit()
        self.names_changed.emit()
        self.said.emit(tr("At the desk: {rater}").format(rater=name))

    def _on_unlocked(self, name: str) -> None:
        if name == self._desk.rater:
            self.names_changed.emit()
        elif self._working():
            # It goes on in the name of who began it; whoever has come waits for its end.
            self._lock_again(
                tr("{rater}'s work is still going on; sign in when it is done.").format(
                    rater=self._desk.rater
                )
            )
        elif why := self._unsettled():
            self._lock_again(self._unkept_words(why))
        else:
            self._take_seat(name, is_unlocked=True)

    def _lock_again(self, why: str) -> None:
        self.lock.lock()
        if self.lock.screen is not None:
            self.lock.screen.refuse(why)

    # Names of children

    def ask_name(self, patient: PatientId, pseudonym: str, session: SessionId) -> None:
        """Ask who a child is, and who sent it to a visit.

        Names must be unlocked for that, and a passphrase set.
        """
        keys = self._desk.store.keys
        if not keys.is_protected:
            dialog = SetUpDialog(self._desk.place, self._last_resort, self._window)
            dialog.kept.connect(lambda _: self.ask_name(patient, pseudonym, session))
            self._open(dialog)
        elif self._desk.vault.is_locked and keys.has_passphrase():
            words = tr("Names are locked; your passphrase opens them.")
            unlocking = UnlockDialog(
                self._desk.place, self._desk.rater, words, self._last_resort, self._window
            )
            unlocking.unlocked.connect(lambda _: self.ask_name(patient, pseudonym, session))
            self._open(unlocking)
        elif self._desk.vault.is_locked:
            self.show_passphrases()
        else:
            self._open(
                NameDialog(
                    pseudonym,
                    session,
                    self._desk.identity(patient),
                    lambda known: self._keep_name(patient, known),
                    self._last_resort,
                    self._window,
                )
            )

    def _keep_name(self, patient: PatientId, known: Identity | None) -> None:
        self._desk.store.set_identity(patient, known)
        self.names_changed.emit()

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()
