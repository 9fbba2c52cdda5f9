"""One sitting at the desk: the window, made anew when language or text size change."""

from __future__ import annotations

import os

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QSettings, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QDialog

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.evgs import Cell
from gaitdesk.i18n import LANGUAGES, VARIABLE, known_language, language, speak, tr
from gaitdesk.paths import user_folder
from gaitdesk.store.strays import remove_strays
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.language_menu import kept_language
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.records.people import RATER
from gaitdesk.ui.theme import DARK, LIGHT, Appearance, Theme

THEMES: dict[str, Theme | None] = {"system": None, "light": LIGHT, "dark": DARK}
PAUSE_MS = 600
"""Whoever enlarges the text presses the key several times."""
RETRY_MS = 2000


class Sitting(QObject):
    """Holds the window, and how it was left: language, colours, size of the text.

    Attributes:
        window: The window that is shown; another one after language or size have changed.

    Raises:
        GaitDeskError: What is kept cannot be opened.
    """

    def __init__(
        self, appearance: Appearance, last_resort: LastResort, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._appearance, self._last_resort = appearance, last_resort
        self._qt_words = translate_qt(None)
        settings = QSettings(str(user_folder() / "window.ini"), QSettings.Format.IniFormat)
        desk = Desk(None, str(settings.value(RATER, "")))
        try:
            desk.store.database.check_readable()
        except BaseException:
            desk.close()
            raise
        remove_strays(desk.store)
        self.settings = QSettings(str(desk.folder / "window.ini"), QSettings.Format.IniFormat)
        self._recall_appearance()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_text_grown)
        self.window = self._window(desk)
        appearance.changed.connect(self._on_appearance)

    def _window(self, desk: Desk) -> MainWindow:
        window = MainWindow(desk, self._appearance, self._last_resort)
        window.languages.chosen.connect(self._on_language_chosen)
        self._made_for = self._appearance.text_share
        return window

    @property
    def _can_begin_anew(self) -> bool:
        """Whether nothing is typed or being worked out that would be lost."""
        page = self.window.pages.currentWidget()
        is_working = self.window.is_busy or self.window.network.is_reading
        is_asking = any(one.isVisible() for one in self.window.findChildren(QDialog))
        if is_working or is_asking or page is self.window.importing:
            return False
        return not self.window.settle()

    def _on_language_chosen(self, chosen: str) -> None:
        wanted = chosen or system_language()
        if wanted == language():
            return
        if not self._can_begin_anew:
            self.window.statusBar().showMessage(
                tr("GaitDesk speaks {language} from its next start.").format(
                    language=LANGUAGES[wanted]
                ),
                15_000,
            )
            return
        desk = self._desk_again()
        if desk is not None:
            speak(wanted)
            self._qt_words = translate_qt(self._qt_words)
            self._begin_anew(desk)

    def _desk_again(self) -> Desk | None:
        """The desk once more, for another window; None where the store cannot be opened now."""
        try:
            return self.window.desk.renewed()
        except GaitDeskError as error:
            self.window.statusBar().showMessage(str(error), 15_000)
            return None

    def _begin_anew(self, desk: Desk) -> None:
        """Put a new window into the place of the old one, with the same visit."""
        before = self.window
        visit, panel, cell = before.visit, before.work.desk.panel, before.work.form.focused
        self.window = self._window(desk)
        self.window.restoreGeometry(before.saveGeometry())
        self.window.setWindowState(before.windowState())
        self.window.show()
        if visit is not None:
            # Connected last: by then the window has shown the visit.
            self.window.opening.opened.connect(
                lambda: _return_to(self.window, panel, cell), Qt.ConnectionType.SingleShotConnection
            )
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
        if self._appearance.text_share != self._made_for:
            self._pause.start()

    def _on_text_grown(self) -> None:
        """Lay the window out for the size its text has now."""
        if self._appearance.text_share == self._made_for:
            return
        desk = self._desk_again() if self._can_begin_anew else None
        if desk is not None:
            self._begin_anew(desk)
        else:
            # What is being done comes first.
            self._pause.start(RETRY_MS)


def _return_to(window: MainWindow, panel: int, cell: Cell) -> None:
    window.work.desk.show_panel(panel)
    window.work.form.focus_cell(cell)


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
