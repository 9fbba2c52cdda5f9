"""What a network is to learn from: the desk's own visits, phantoms, labelled sets of others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em


class FolderList(QWidget):
    """Folders to choose; Delete takes the one that is marked off the list, and not off the disk.

    Signals:
        changed: The list is another one.
    """

    changed = Signal()

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        said = QLabel(hint)
        said.setProperty("role", "soft")
        said.setWordWrap(True)
        self.list = _Folders(self)
        self.list.setAccessibleName(title)
        self.add_button = QPushButton(tr("Add a folder …"))
        self.add_button.setAccessibleDescription(title)
        self.add_button.clicked.connect(self._ask)
        self.remove_button = QPushButton(tr("Take off the list"))
        self.remove_button.setAccessibleDescription(title)
        self.remove_button.clicked.connect(self.remove_marked)
        for button in (self.add_button, self.remove_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.4))
        layout.addWidget(heading)
        layout.addWidget(said)
        layout.addWidget(self.list)
        layout.addLayout(buttons)
        self._show()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders, in the order they were added in."""
        return tuple(Path(self.list.item(row).text()) for row in range(self.list.count()))

    def show_folders(self, folders: Sequence[Path]) -> None:
        """Show folders, as they were chosen another day."""
        self.list.clear()
        for folder in folders:
            self.list.addItem(str(folder))
        self._show()

    def add(self, folder: Path) -> None:
        """Add a folder that is not there yet."""
        if folder not in self.folders:
            self.list.addItem(str(folder))
            self.list.setCurrentRow(self.list.count() - 1)
            self._show()
            self.changed.emit()

    def remove_marked(self) -> None:
        """Take the folder that is marked off the list."""
        row = self.list.currentRow()
        if row >= 0:
            self.list.takeItem(row)
            self._show()
            self.changed.emit()
            (self.list if self.folders else self.add_button).setFocus()

    def _ask(self) -> None:
        before = str(self.folders[-1].parent) if self.folders else ""
        chosen = QFileDialog.getExistingDirectory(self, self._title, before)
        if chosen:
            self.add(Path(chosen))

    def _show(self) -> None:
        count = self.list.count()
        if count and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self.list.setVisible(count > 0)
        self.list.setFixedHeight(em(self, 1.9) * min(3, max(1, count)) + em(self, 0.6))
        self.remove_button.setVisible(count > 0)


class _Folders(QListWidget):
    def __init__(self, owner: FolderList) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete):
            self._owner.remove_marked()
        else:
            super().keyPressEvent(event)


class SourcesForm(QWidget):
    """Lets somebody choose what is learned from; it is remembered from one day to the next.

    Signals:
        changed: Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings: QSettings | None = None
        self.clinic = QCheckBox(tr("Confirmed visits of this desk"))
        self.clinic.setChecked(True)
        about = QLabel(
            tr(
                "Scores that a person has given or confirmed, of patients whose consent covers"
                " training. Nothing else is learned from."
            )
        )
        about.setProperty("role", "soft")
        about.setWordWrap(True)
        self.phantoms = FolderList(
            tr("Phantom cohorts"),
            tr("Made-up children whose every score is known; gaitdesk phantom cohort makes them."),
        )
        self.foreign = FolderList(
            tr("Labelled sets of others"),
            tr("In the layout of ChildGait-Video: track1_train.json beside a folder dataset."),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.4))
        layout.addWidget(self.clinic)
        layout.addWidget(about)
        layout.addSpacing(em(self, 0.6))
        layout.addWidget(self.phantoms)
        layout.addSpacing(em(self, 0.6))
        layout.addWidget(self.foreign)
        self.clinic.toggled.connect(self._on_changed)
        self.phantoms.changed.connect(self._on_changed)
        self.foreign.changed.connect(self._on_changed)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is chosen."""
        return not (self.clinic.isChecked() or self.phantoms.folders or self.foreign.folders)

    def remember_in(self, settings: QSettings) -> None:
        """Show what was chosen the last time, and keep what is chosen from now on."""
        self.clinic.setChecked(str(settings.value("training/clinic", "true")) != "false")
        for name, part in (("phantoms", self.phantoms), ("foreign", self.foreign)):
            held = str(settings.value(f"training/{name}", ""))
            part.show_folders([Path(one) for one in held.split("\n") if one])
        self._settings = settings

    def _on_changed(self) -> None:
        if self._settings is not None:
            self._settings.setValue("training/clinic", str(self.clinic.isChecked()).lower())
            for name, part in (("phantoms", self.phantoms), ("foreign", self.foreign)):
                words = "\n".join(str(one) for one in part.folders)
                self._settings.setValue(f"training/{name}", words)
        self.changed.emit()
