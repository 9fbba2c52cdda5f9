"""The menu in which the language of the window is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from gaitdesk.i18n import LANGUAGES, tr

SETTING = "language"
SYSTEM = ""


class LanguageMenu(QMenu):
    """Offers the system's language and those that are complete; each under its own name.

    Args:
        settings: Where the choice is kept.

    Signals:
        chosen: The language, "" for the system's; it has been kept.
    """

    chosen = Signal(str)

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        # Whoever cannot read the window finds the word.
        words = tr("Language")
        super().__init__(words if words == "Language" else f"{words} / Language", parent)
        self._settings = settings
        group = QActionGroup(self)
        before = kept_language(settings)
        for language, name in {SYSTEM: tr("As the system"), **LANGUAGES}.items():
            made = self.addAction(name)
            made.setCheckable(True)
            made.setChecked(language == before)
            made.setData(language)
            group.addAction(made)
        group.triggered.connect(self._on_triggered)

    def _on_triggered(self, action: QAction) -> None:
        language = str(action.data())
        self._settings.setValue(SETTING, language)
        self._settings.sync()
        self.chosen.emit(language)


def kept_language(settings: QSettings) -> str:
    """The language that was chosen; "" for the system's."""
    kept = str(settings.value(SETTING, SYSTEM))
    return kept if kept in LANGUAGES else SYSTEM
