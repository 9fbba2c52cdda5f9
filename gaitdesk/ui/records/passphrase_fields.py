"""Fields in which a passphrase is typed: one that there is, or a new one twice."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from gaitdesk.i18n import tr
from gaitdesk.store.strength import Strength, strength
from gaitdesk.store.vault import SHORTEST
from gaitdesk.ui.theme import em


class PassphraseEdit(QLineEdit):
    """A passphrase that nobody can read over the shoulder; F8 shows it while it is typed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self.setMinimumWidth(em(self, 16))
        self.setToolTip(tr("F8 shows what is typed"))
        show = QAction(self)
        show.setShortcut(QKeySequence(Qt.Key.Key_F8))
        show.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        show.triggered.connect(lambda: self.show_typed(self.echoMode() is not _PLAIN))
        self.addAction(show)

    def show_typed(self, is_shown: bool) -> None:
        """Show what is typed, or dots."""
        self.setEchoMode(_PLAIN if is_shown else QLineEdit.EchoMode.Password)


_PLAIN = QLineEdit.EchoMode.Normal


class NewPassphrase(QWidget):
    """A new passphrase, typed twice, and how hard it is to guess.

    Signals:
        changed: Something else is typed now.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = PassphraseEdit(tr("New passphrase"))
        self.second = PassphraseEdit(tr("The same once more"))
        self.first.setPlaceholderText(tr("New passphrase"))
        self.second.setPlaceholderText(tr("The same once more"))
        self._bar = QProgressBar()
        self._bar.setRange(0, int(Strength.STRONG))
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Strength of the passphrase"))
        self._words = QLabel()
        self._words.setProperty("role", "soft")
        self._words.setWordWrap(True)
        self._shown = QCheckBox(tr("Show what I type"))
        for edit in (self.first, self.second):
            edit.textChanged.connect(self._on_typed)
            self._shown.toggled.connect(edit.show_typed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.4))
        for widget in (self.first, self._bar, self._words, self.second, self._shown):
            layout.addWidget(widget)
        self.setFocusProxy(self.first)
        self._on_typed()

    @property
    def value(self) -> str:
        """What is typed."""
        return self.first.text()

    @property
    def words(self) -> str:
        """What it says of what is typed."""
        return self._words.text()

    @property
    def problem(self) -> str:
        """Why it cannot be taken yet; empty where it can."""
        if len(self.value) < SHORTEST:
            return tr("A passphrase has at least %n characters.", "", SHORTEST)
        if not self.second.text():
            return tr("Type the passphrase once more, so that a slip is noticed.")
        if self.second.text() != self.value:
            return tr("The two are not the same. Type both again.")
        return ""

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.second.clear()

    def _on_typed(self) -> None:
        found = strength(self.value)
        self._bar.setValue(int(found))
        self._words.setText(_strength_words(found) if self.value else _advice())
        self.changed.emit()


def _advice() -> str:
    return tr("Four or five words that you can remember are better than one hard to type.")


def _strength_words(found: Strength) -> str:
    match found:
        case Strength.TOO_SHORT:
            return tr("Too short: at least %n characters.", "", SHORTEST)
        case Strength.WEAK:
            return tr("Weak: could be guessed in days. Add another word.")
        case Strength.FAIR:
            return tr("Fair: could be guessed by somebody with much time. One more word helps.")
        case Strength.STRONG:
            return tr("Strong.")
