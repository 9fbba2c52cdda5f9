"""Setting up a passphrase, changing it, and letting somebody else in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from gaitdesk.i18n import tr
from gaitdesk.jobs.at_desk import AtDesk, change_passphrase, give_passphrase, unlock
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.asking import AskingDialog
from gaitdesk.ui.records.passphrase_fields import NewPassphrase, PassphraseEdit


class SetUpDialog(AskingDialog):
    """Gives somebody their first passphrase; the very first one begins the sealing of names.

    Args:
        desk: Whose desk it is.
        is_first: Whether nobody has a passphrase yet.
        is_other: Whether it is for somebody else than who is at the desk.

    Signals:
        kept: The name of whoever has a passphrase now.
    """

    kept = Signal(str)

    def __init__(
        self,
        desk: AtDesk,
        last_resort: LastResort,
        parent: QWidget | None = None,
        *,
        is_first: bool = True,
        is_other: bool = False,
    ) -> None:
        title = tr("Let somebody else in") if is_other else tr("Set a passphrase")
        super().__init__(title, tr("Set the passphrase"), last_resort, parent)
        self._desk = desk
        self.explain(self._introduction(is_first, is_other))
        self.name = QLineEdit(desk.rater if not is_other else "")
        self.name.setReadOnly(not is_other)
        self.name.setAccessibleName(tr("Whose passphrase"))
        self.name.textChanged.connect(self._on_changed)
        self.form.addRow(tr("Person"), self.name)
        self.passphrase = NewPassphrase()
        self.passphrase.changed.connect(self._on_changed)
        self.form.addRow(tr("Passphrase"), self.passphrase)
        self.sees_names = QCheckBox(tr("May see patients' names; otherwise only signs"))
        self.sees_names.setChecked(True)
        if not is_first:
            self.form.addRow("", self.sees_names)
        self.understood = QCheckBox(tr("I have understood that nobody can recover it"))
        self.understood.toggled.connect(self._on_changed)
        warning = tr(
            "<b>A forgotten passphrase cannot be recovered</b>, not by GaitDesk and not by whoever"
            " looks after this machine. If everybody forgets theirs, the names are lost; visits,"
            " films and scores are not."
        )
        self.explain(warning)
        self.form.addRow(self.understood)
        (self.name if is_other else self.passphrase).setFocus()
        self._on_changed()

    @staticmethod
    def _introduction(is_first: bool, is_other: bool) -> str:
        if is_other:
            return tr(
                "They type a passphrase of their own here. It opens patients' names, unlocks this"
                " window and signs in their name. Ask them to turn to the keyboard."
            )
        if is_first:
            return tr(
                "Patients' names are kept only sealed: without the passphrase nobody can read"
                " them, on this machine or in a copy of it. It also unlocks the window and signs"
                " scoresheets. Pseudonyms, films and scores stay readable without it."
            )
        return tr("The passphrase opens patients' names, unlocks the window and signs scoresheets.")

    def begin(self) -> None:
        name = self.name.text().strip()
        job = give_passphrase(
            self._desk, self.passphrase.value, name, sees_names=self.sees_names.isChecked()
        )
        self.work(job, lambda _: self.kept.emit(name))

    @property
    def problem(self) -> str:
        """Why it cannot be set yet; empty where it can."""
        if not self.name.text().strip():
            return tr("Name the person.")
        if self.passphrase.problem:
            return self.passphrase.problem
        if not self.understood.isChecked():
            return tr("Tick that you have understood.")
        return ""

    def _on_changed(self) -> None:
        problem = self.problem
        self.accept_button.setEnabled(not problem)
        self.accept_button.setToolTip(problem)


class ChangeDialog(AskingDialog):
    """Gives who is at the desk another passphrase.

    Signals:
        kept: It is changed.
    """

    kept = Signal()

    def __init__(
        self, desk: AtDesk, last_resort: LastResort, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Change my passphrase"), tr("Change it"), last_resort, parent)
        self._desk = desk
        self.explain(
            tr(
                "Signatures made with the old one stay valid. The new one cannot be recovered"
                " either when it is forgotten."
            )
        )
        self.old = PassphraseEdit(tr("Passphrase until now"))
        self.old.textChanged.connect(self._on_changed)
        self.passphrase = NewPassphrase()
        self.passphrase.changed.connect(self._on_changed)
        self.form.addRow(tr("Until now"), self.old)
        self.form.addRow(tr("From now on"), self.passphrase)
        self.old.setFocus()
        self._on_changed()

    def begin(self) -> None:
        job = change_passphrase(self._desk, self.old.text(), self.passphrase.value)
        self.work(job, lambda _: self.kept.emit())

    def on_failed(self) -> None:
        self.old.selectAll()
        self.old.setFocus()

    def _on_changed(self) -> None:
        problem = self.passphrase.problem
        self.accept_button.setEnabled(bool(self.old.text()) and not problem)
        self.accept_button.setToolTip(problem)


class UnlockDialog(AskingDialog):
    """Asks who is at the desk for their passphrase.

    Signals:
        unlocked: Their name.
    """

    unlocked = Signal(str)

    def __init__(
        self,
        desk: AtDesk,
        rater: str,
        words: str,
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Passphrase"), tr("Unlock"), last_resort, parent)
        self._desk, self._rater = desk, rater
        self.explain(words)
        self.passphrase = PassphraseEdit(tr("Passphrase of {rater}").format(rater=rater))
        self.form.addRow(rater, self.passphrase)
        self.passphrase.setFocus()

    def begin(self) -> None:
        job = unlock(self._desk, self.passphrase.text(), self._rater)
        self.work(job, self.unlocked.emit)

    def on_failed(self) -> None:
        self.passphrase.selectAll()
        self.passphrase.setFocus()
