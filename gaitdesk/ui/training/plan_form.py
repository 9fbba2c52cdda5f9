"""How a network is to be trained: where it starts, how much time there is, and what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.childgait.installed import InstalledNetwork
from gaitdesk.i18n import sentences, tr
from gaitdesk.jobs.outlook_facts import Outlook, StartFacts
from gaitdesk.jobs.training_order import Details
from gaitdesk.learning.recipe import Preset
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.details_form import DetailsForm


class PlanForm(QWidget):
    """Offers networks to start from, presets, and details that are folded away.

    Signals:
        changed: Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = QComboBox()
        self.start.setAccessibleName(tr("Network to start from"))
        self.start.currentIndexChanged.connect(self._on_start)
        self.file_button = QPushButton(tr("A file of weights …"))
        self.file_button.setToolTip(
            tr("Weights of VideoMAE v2, fine-tuned on K710 (vit_s, vit_b, vit_g), or our own.")
        )
        self.file_button.clicked.connect(self._ask_file)
        self._start_said = QLabel()
        self._start_said.setWordWrap(True)
        self._start_said.setProperty("role", "soft")
        self.presets: dict[Preset, QRadioButton] = {}
        self._preset_group = QButtonGroup(self)
        for preset in Preset:
            button = QRadioButton(preset_words(preset))
            self.presets[preset] = button
            self._preset_group.addButton(button)
        self.presets[Preset.STANDARD].setChecked(True)
        self._preset_group.buttonToggled.connect(self._on_preset)
        self.details = DetailsForm()
        self.details.changed.connect(self.changed)
        self.fold = QPushButton()
        self.fold.setProperty("flat", True)
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._on_fold)
        self._memory = QLabel()
        self._memory.setWordWrap(True)
        self._lay_out()
        self._on_fold(False)
        self.show_outlook(None)

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(em(self, 0.6))
        self.start.setMaximumWidth(em(self, 40))
        place.addWidget(self.start, 1)
        place.addWidget(self.file_button)
        place.addStretch()
        start = QVBoxLayout()
        start.addLayout(place)
        start.addWidget(self._start_said)
        presets = QVBoxLayout()
        for button in self.presets.values():
            presets.addWidget(button)
        form = QFormLayout()
        form.setVerticalSpacing(em(self, 0.9))
        form.setHorizontalSpacing(em(self, 1.2))
        form.addRow(tr("Start from"), start)
        form.addRow(tr("Time"), presets)
        form.addRow(tr("Memory"), self._memory)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.6))
        layout.addLayout(form)
        layout.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.details)

    # What is chosen

    @property
    def network(self) -> str | None:
        """Name of a package, or a file of weights; None for the network in use."""
        held = self.start.currentData()
        return held if isinstance(held, str) and held else None

    @property
    def preset(self) -> Preset:
        """How much time there is."""
        return next(preset for preset, button in self.presets.items() if button.isChecked())

    @property
    def given(self) -> Details:
        """What is set by hand."""
        return self.details.given

    @property
    def memory_words(self) -> str:
        """What it says of memory."""
        return self._memory.text()

    def show_networks(self, networks: Sequence[InstalledNetwork]) -> None:
        """Offer the networks that are there, the one in use first."""
        before = self.start.currentData()
        files = [
            self.start.itemData(row)
            for row in range(self.start.count())
            if isinstance(self.start.itemData(row), str)
            and Path(self.start.itemData(row)).is_file()
        ]
        self.start.blockSignals(True)
        self.start.clear()
        for number, one in enumerate(one for one in networks if one.is_present):
            words = tr("{name} (in use)") if number == 0 else "{name}"
            kind = tr("trained here") if one.is_active or one.is_candidate else tr("shipped")
            self.start.addItem(words.format(name=one.name) + f" – {kind}", one.name)
        for file in files:
            self.start.addItem(Path(file).name, file)
        row = self.start.findData(before)
        self.start.setCurrentIndex(max(0, row))
        self.start.blockSignals(False)

    def choose(self, network: str) -> None:
        """Start from a package, or from a file of weights."""
        row = self.start.findData(network)
        if row < 0:
            self.start.addItem(Path(network).name, network)
            row = self.start.count() - 1
        self.start.setCurrentIndex(row)

    def show_outlook(self, found: Outlook | None) -> None:
        """Show what the start is, and what the training would take."""
        if found is None or found.start is None:
            self._start_said.clear()
            self._memory.setText(tr("Not known for this plan; a look at the data tells."))
            return
        self._start_said.setText(start_words(found.start))
        self._memory.setText(memory_words(found))
        self.details.show_numbers(found)

    def _on_start(self) -> None:
        self.changed.emit()

    def _on_preset(self, _: object, is_on: bool) -> None:
        if is_on:
            self.changed.emit()

    def _on_fold(self, is_open: bool) -> None:
        self.fold.setText(("▾  " if is_open else "▸  ") + tr("Details"))
        self.details.setVisible(is_open)

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            tr("A file of weights"),
            "",
            tr("Weights") + " (*.safetensors *.pth *.pt *.bin)",
        )
        if chosen:
            self.choose(chosen)


def preset_words(preset: Preset) -> str:
    """A preset, and what it is for."""
    return {
        Preset.QUICK: tr("Quick: to see whether it works, 8 epochs"),
        Preset.STANDARD: tr("Standard: up to 24 epochs"),
        Preset.THOROUGH: tr("Thorough: up to 60 epochs, over a night"),
    }[preset]


def start_words(start: StartFacts) -> str:
    """What is to be known of the network to start from."""
    parts = [tr("Licence: {licence}").format(licence=start.licence)]
    if start.is_non_commercial:
        parts.append(tr("not for commercial use; nor is what is made of it"))
    if start.is_for_demonstration:
        parts.append(tr("has seen phantoms alone: for demonstration"))
    if not start.has_heads:
        parts.append(tr("begins with fresh heads, which learn alone first"))
    return " · ".join(parts)


def memory_words(found: Outlook) -> str:
    """What a training takes of memory, and what is done where that is too much."""
    if not found.needed_bytes:
        return tr("There are no clips to reckon with.")
    words = tr("About {needed} GB of {free} GB that are free.").format(
        needed=f"{max(0.1, found.needed_bytes / 1e9):.1f}", free=f"{found.free_bytes / 1e9:.1f}"
    )
    if found.is_possible:
        return sentences((words, found.suggestion))
    return "✕ " + sentences((tr("This does not fit."), words, found.suggestion))
