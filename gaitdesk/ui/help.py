"""What the window tells about itself: its keys, and what it is."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMessageBox, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.scoring.shortcuts import ShortcutDialog


class Help(QObject):
    """Shows the list of keys on `?`, and what GaitDesk is.

    Args:
        desk: Tells what is here.
        window: What it is about.

    Attributes:
        shortcuts: The list of keys, while it is open.
    """

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.shortcuts: ShortcutDialog | None = None
        for keys in ("?", "Shift+?"):
            QShortcut(QKeySequence(keys), window, self.show_shortcuts)

    def show_shortcuts(self) -> None:
        """Show the list of keys."""
        if self.shortcuts is None:
            self.shortcuts = ShortcutDialog(self._window)
            self.shortcuts.destroyed.connect(self._on_shortcuts_gone)
            self.shortcuts.show()

    def show_about(self) -> None:
        """Tell what GaitDesk is."""
        QMessageBox.about(self._window, tr("About GaitDesk"), self._desk.about_words())

    def _on_shortcuts_gone(self) -> None:
        self.shortcuts = None
