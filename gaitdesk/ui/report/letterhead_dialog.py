"""What the report says of the clinic: name, address, a line at the foot, and the logo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr
from gaitdesk.jobs.stationery import Stationery, keep_stationery, take_logo
from gaitdesk.report.letterhead import MOST_LINES, read_logo
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.theme import em


class LetterheadDialog(QDialog):
    """Asks for the clinic's letterhead, and keeps it in the data folder.

    Args:
        stationery: How reports are set now.
        folder: The data folder.

    Signals:
        kept: The `Stationery` that is kept from now on.
    """

    kept = Signal(object)

    def __init__(self, stationery: Stationery, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Letterhead"))
        self._stationery, self._folder = stationery, folder
        self._logo = stationery.logo
        self.message = Message()
        self.clinic = QLineEdit(stationery.clinic)
        self.address = QPlainTextEdit("\n".join(stationery.lines))
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(em(self, 6.5))
        self.footer = QLineEdit(stationery.footer)
        self._picture = QLabel()
        self._picture.setMinimumHeight(em(self, 4))
        self._choose = QPushButton(tr("Choose …"))
        self._choose.setAccessibleName(tr("Choose a logo"))
        self._choose.clicked.connect(self._on_choose)
        self._remove = QPushButton(tr("Remove"))
        self._remove.setAccessibleName(tr("Remove the logo"))
        self._remove.clicked.connect(self._on_remove)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.keep)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._show_logo()
        self.clinic.setFocus()

    def _lay_out(self) -> None:
        logo = QHBoxLayout()
        logo.addWidget(self._picture, 1)
        logo.addWidget(self._choose)
        logo.addWidget(self._remove)
        form = QFormLayout()
        form.addRow(tr("Name of the clinic"), self.clinic)
        form.addRow(tr("Address, up to %n lines", "", MOST_LINES), self.address)
        form.addRow(tr("Foot of every page"), self.footer)
        form.addRow(tr("Logo, PNG or JPEG"), logo)
        layout = QVBoxLayout(self)
        layout.addWidget(self.message)
        layout.addLayout(form)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(em(self, 40))

    @property
    def logo(self) -> str:
        """The logo that will be kept; empty for none."""
        return self._logo

    def take(self, path: Path) -> None:
        """Take a picture for the logo, if it can be printed."""
        if self._tried(lambda: read_logo(path)):
            self._logo = str(path.absolute())
            self._show_logo()

    def keep(self) -> None:
        """Keep what was typed, and close."""
        lines = [line.strip() for line in self.address.toPlainText().splitlines()]
        made = replace(
            self._stationery,
            clinic=self.clinic.text().strip(),
            lines=tuple(line for line in lines if line)[:MOST_LINES],
            footer=self.footer.text().strip(),
            logo=self._logo,
        )

        def keep() -> None:
            nonlocal made
            if made.logo and made.logo != self._stationery.logo:
                made = replace(made, logo=take_logo(self._folder, Path(made.logo)))
            keep_stationery(self._folder, made)

        if self._tried(keep):
            self.kept.emit(made)
            self.accept()

    def _tried(self, what: Callable[[], object]) -> bool:
        try:
            what()
        except GaitDeskError as error:
            self.message.say(str(error), "error")
            return False
        return True

    def _on_choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a logo"), "", tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.tif)")
        )
        if name:
            self.take(Path(name))

    def _on_remove(self) -> None:
        self._logo = ""
        self._show_logo()

    def _show_logo(self) -> None:
        self._remove.setEnabled(bool(self._logo))
        self._picture.clear()
        self._picture.setText("" if self._logo else tr("none", "no logo"))
        if self._logo:
            try:
                logo = read_logo(self._folder / self._logo)
            except GaitDeskError as error:
                self.message.say(str(error), "error")
                return
            picture = QPixmap()
            picture.loadFromData(logo.png, "PNG")
            self._picture.setPixmap(
                picture.scaled(
                    em(self, 16),
                    em(self, 4),
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
