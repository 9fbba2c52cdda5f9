"""Who has a passphrase here, and after how long the window locks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.store.facts import Holder
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.records.passphrase_dialogs import ChangeDialog, SetUpDialog, UnlockDialog
from gaitdesk.ui.records.screen_lock import ScreenLock
from gaitdesk.ui.records.small_dialogs import RemovalDialog
from gaitdesk.ui.theme import em

LONGEST_MIN = 240


class PassphrasesDialog(QDialog):
    """Shows who has a passphrase, and offers what can be done.

    Args:
        desk: Whose desk it is.
        lock: Locks the window after an idle time.

    Signals:
        changed: Somebody has a passphrase who had none, names were unlocked, or locked.
    """

    changed = Signal()

    def __init__(
        self, desk: Desk, lock: ScreenLock, last_resort: LastResort, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Passphrases and lock"))
        self._desk, self._lock, self._last_resort = desk, lock, last_resort
        self.asking: QDialog | None = None
        self.message = Message()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.people = QListWidget()
        self.people.setAccessibleName(tr("Who has a passphrase"))
        self.people.currentRowChanged.connect(self._offer)
        self.set_button = _button(tr("Set my passphrase …"), self.ask_set_up)
        self.change_button = _button(tr("Change mine …"), self.ask_change)
        self.other_button = _button(tr("Let somebody else in …"), self.ask_other)
        self.unlock_button = _button(tr("Unlock names …"), self.ask_unlock)
        self.lock_button = _button(tr("Lock names"), self.lock_names)
        self.remove_button = _button(tr("Take the passphrase away …"), self.remove)
        self.minutes = QSpinBox()
        self.minutes.setRange(0, LONGEST_MIN)
        self.minutes.setSpecialValueText(tr("never"))
        self.minutes.setSuffix(tr(" min"))
        self.minutes.setValue(lock.minutes)
        self.minutes.setAccessibleName(tr("Minutes after which the window locks"))
        self.minutes.valueChanged.connect(lock.set_minutes)
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        gap = em(self, 1)
        grid = QGridLayout()
        grid.setSpacing(em(self, 0.5))
        for place, button in enumerate(
            (
                *(self.set_button, self.change_button, self.other_button),
                *(self.unlock_button, self.lock_button, self.remove_button),
            )
        ):
            grid.addWidget(button, place // 2, place % 2)
        idle = QHBoxLayout()
        idle.addWidget(QLabel(tr("Lock the window when nobody has touched it for")))
        idle.addWidget(self.minutes)
        idle.addStretch(1)
        hint = QLabel(tr("Ctrl+L locks it at once. What is being worked out goes on."))
        hint.setProperty("role", "soft")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        for widget in (self.message, self._said, self.people):
            layout.addWidget(widget)
        layout.addLayout(grid)
        layout.addLayout(idle)
        layout.addWidget(hint)
        layout.addWidget(buttons)
        self.people.setMaximumHeight(em(self, 9))
        self.setMinimumWidth(em(self, 36))

    @property
    def said(self) -> str:
        """How it stands, in a sentence."""
        return self._said.text()

    def refresh(self) -> None:
        """Show how it stands now."""
        keys = self._desk.store.keys
        holders = sorted(keys.holders().values(), key=lambda one: one.rater)
        is_locked = self._desk.vault.is_locked
        if not holders:
            words = tr(
                "Nobody has a passphrase yet. Names of patients cannot be kept, sheets cannot be"
                " signed, and the window cannot be locked."
            )
        elif is_locked:
            words = tr("Patients' names are sealed, and locked now.")
        else:
            words = tr("Patients' names are sealed; you have unlocked them.")
        self._said.setText(words)
        self.people.clear()
        for one in holders:
            entry = QListWidgetItem(_holder_words(one, self._desk.rater))
            entry.setData(Qt.ItemDataRole.UserRole, one.rater)
            self.people.addItem(entry)
        self.people.setVisible(bool(holders))
        self._offer()

    def _offer(self) -> None:
        keys, is_locked = self._desk.store.keys, self._desk.vault.is_locked
        is_mine, is_protected = keys.has_passphrase(), keys.is_protected
        self.set_button.setEnabled(not is_mine and (not is_protected or not is_locked))
        self.change_button.setEnabled(is_mine)
        self.other_button.setEnabled(is_protected and not is_locked)
        self.unlock_button.setEnabled(is_mine and is_locked)
        self.lock_button.setEnabled(not is_locked)
        chosen = self._chosen()
        self.remove_button.setEnabled(bool(chosen) and not is_locked)
        if not is_mine and is_protected and is_locked:
            self.message.say(
                tr(
                    "Somebody who has a passphrase must let you in: they sign in here, unlock the"
                    " names, and choose Let somebody else in."
                ),
                can_close=False,
            )

    def ask_set_up(self) -> None:
        """Ask who is at the desk for a new passphrase."""
        is_first = not self._desk.store.keys.is_protected
        self._ask_new(is_first=is_first, is_other=False)

    def ask_other(self) -> None:
        """Ask somebody else for a passphrase of theirs."""
        self._ask_new(is_first=False, is_other=True)

    def _ask_new(self, *, is_first: bool, is_other: bool) -> None:
        dialog = SetUpDialog(
            self._desk.place, self._last_resort, self, is_first=is_first, is_other=is_other
        )
        dialog.kept.connect(lambda _: self._on_changed())
        self._open(dialog)

    def ask_change(self) -> None:
        """Ask for the passphrase until now and from now on."""
        dialog = ChangeDialog(self._desk.place, self._last_resort, self)
        dialog.kept.connect(self._on_passphrase_changed)
        self._open(dialog)

    def ask_unlock(self) -> None:
        """Ask for the passphrase that opens the names."""
        words = tr("Your passphrase lets patients' names be read until the window is locked.")
        dialog = UnlockDialog(self._desk.place, self._desk.rater, words, self._last_resort, self)
        dialog.unlocked.connect(lambda _: self._on_changed())
        self._open(dialog)

    def lock_names(self) -> None:
        """Let names no longer be read."""
        self._desk.vault.lock()
        self._on_changed()

    def remove(self) -> None:
        """Ask whether the passphrase of whoever is marked shall be taken away."""
        rater = self._chosen()
        dialog = RemovalDialog(
            rater, lambda: self._desk.store.keys.remove(rater), self._last_resort, self
        )
        dialog.accepted.connect(self._on_changed)
        self._open(dialog)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.remove_button.isEnabled():
            self.remove()
        else:
            super().keyPressEvent(event)

    def _open(self, dialog: QDialog) -> None:
        self.message.hide()
        self.asking = dialog
        dialog.open()

    def _chosen(self) -> str:
        entry = self.people.currentItem()
        return str(entry.data(Qt.ItemDataRole.UserRole)) if entry is not None else ""

    def _on_passphrase_changed(self) -> None:
        self.message.say(tr("Your passphrase is changed."))

    def _on_changed(self) -> None:
        self.refresh()
        self.changed.emit()


def _button(words: str, clicked: object) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.clicked.connect(clicked)
    return button


def _holder_words(one: Holder, rater: str) -> str:
    sees = tr("sees names and signs") if one.sees_names else tr("signs, sees no names")
    you = " · " + tr("you") if one.rater == rater else ""
    return f"{one.rater} · {sees}{you}"
