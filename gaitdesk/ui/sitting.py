"""One sitting at the desk: the window, made anew when the language changes."""

from __future__ import annotations

import os

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QSettings, QTranslator
from PySide6.QtWidgets import QApplication

from gaitdesk.i18n import LANGUAGES, VARIABLE, known_language, language, speak, tr
from gaitdesk.paths import user_folder
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.language_menu import kept_language
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.theme import DARK, LIGHT, Appearance, Theme

THEMES: dict[str, Theme | None] = {"system": None, "light": LIGHT, "dark": DARK}


class Sitting(QObject):
    """Holds the window, and how it was left: language, colours, size of the text.

    Attributes:
        window: The window that is shown; another one after the language has changed.

    Raises:
        GaitDeskError: What is kept cannot be opened.
    """

    def __init__(
        self, appearance: Appearance, last_resort: LastResort, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._appearance, self._last_resort = appearance, last_resort
        self._qt_words = translate_qt(None)
        desk = Desk(None)
        self.settings = QSettings(str(desk.folder / "window.ini"), QSettings.Format.IniFormat)
        self._recall_appearance()
        self.window = self._window(desk)
        appearance.changed.connect(self._on_appearance)

    def _window(self, desk: Desk) -> MainWindow:
        window = MainWindow(desk, self._appearance, self._last_resort)
        window.languages.chosen.connect(self._on_language_chosen)
        return window

    def _on_language_chosen(self, chosen: str) -> None:
        wanted = chosen or system_language()
        if wanted == language():
            return
        before = self.window
        if before.is_busy or before.pages.currentWidget() is before.importing:
            # What is typed there, or being worked out, would be lost.
            before.statusBar().showMessage(
                tr("GaitDesk speaks {language} from its next start.").format(
                    language=LANGUAGES[wanted]
                ),
                15_000,
            )
            return
        visit = before.visit
        speak(wanted)
        self._qt_words = translate_qt(self._qt_words)
        self.window = self._window(Desk(None))
        self.window.restoreGeometry(before.saveGeometry())
        self.window.setWindowState(before.windowState())
        self.window.show()
        if visit is not None:
            self.window.open_visit(visit)
        before.close()
        before.deleteLater()

    def _recall_appearance(self) -> None:
        self._appearance.choose(THEMES.get(str(self.settings.value("theme", "system"))))
        try:
            self._appearance.set_text_share(float(str(self.settings.value("text", 1.0))))
        except ValueError:
            self._appearance.set_text_share(1.0)

    def _on_appearance(self) -> None:
        chosen = next(name for name, one in THEMES.items() if one is self._appearance.chosen)
        self.settings.setValue("theme", chosen)
        self.settings.setValue("text", self._appearance.text_share)


def translate_qt(before: QTranslator | None) -> QTranslator:
    """Let Qt's own words, as in its dialogs, be in the language spoken.

    Args:
        before: What this gave for the language before.
    """
    QLocale.setDefault(QLocale(language()))
    if before is not None:
        QApplication.removeTranslator(before)
    made = QTranslator(QApplication.instance())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if made.load(QLocale(language()), "qtbase", "_", folder):
        QApplication.installTranslator(made)
    return made


def system_language() -> str:
    """The language the system asks for, where it is complete; else English."""
    return known_language(QLocale.system().uiLanguages())


def spoken_language() -> str:
    """The language of this start: asked for by name, chosen in the window, or the system's."""
    asked = os.environ.get(VARIABLE, "")
    if asked in LANGUAGES:
        return asked
    settings = QSettings(str(user_folder() / "window.ini"), QSettings.Format.IniFormat)
    return kept_language(settings) or system_language()
