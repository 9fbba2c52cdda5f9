"""The page of models: what is here, files taken in and checked, licences, who looks at films."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.progress import Job
from gaitdesk.i18n import listed, tr
from gaitdesk.jobs.eyes import MASK_TASKS, checked, packages
from gaitdesk.perception.licences import accept, acceptance_of, asked_words, text_words
from gaitdesk.perception.named import reads_words
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.parcels import pack, take_in
from gaitdesk.perception.sapiens import TASK as POINTS
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.job_runner import JobRunner
from gaitdesk.ui.models.choice import EyesChoice, keep_choice, read_choice
from gaitdesk.ui.models.words import place_words, task_words, told
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.spaced import SpacedEntries
from gaitdesk.ui.theme import em, on_screen

T = TypeVar("T")

FACT_LINES = 10
"""As many as what is to be known of a model takes."""


class ModelsDialog(QDialog):
    """Every model GaitDesk knows; nothing is ever fetched from a network.

    Args:
        settings: Where the choice of models is kept.
        rater: Who is at the desk, and accepts licences.
        last_resort: Where defects go.
    """

    def __init__(
        self,
        settings: QSettings,
        rater: str,
        last_resort: LastResort,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Models"))
        self._settings, self._rater = settings, rater
        self.jobs = JobRunner(last_resort, self)
        self._packages: tuple[ModelPackage, ...] = ()
        self.table = QTableWidget(0, 4)
        self.facts = QLabel()
        self.message = Message()
        self.progress = ProgressPanel()
        self.points_box, self.masks_box = QComboBox(), QComboBox()
        self.words_edit = QLineEdit()
        self.folder_button = QPushButton(tr("Take in a folder …"))
        self.zip_button = QPushButton(tr("Take in a ZIP file …"))
        self.check_button = QPushButton(tr("Check the files"))
        self.accept_button = QPushButton(tr("Accept the licence"))
        self.pack_button = QPushButton(tr("Pack for another machine …"))
        self.close_button = QPushButton(tr("Close"))
        self._lay_out()
        self._connect()
        self.show_models()

    def show_models(self) -> None:
        """Show what is here now; the row that was current stays so."""
        current = self.current
        self._packages = tuple(sorted(packages(), key=lambda one: not one.is_present))
        self.table.setRowCount(len(self._packages))
        for row, package in enumerate(self._packages):
            for column, words in enumerate(_row(package)):
                self.table.setItem(row, column, QTableWidgetItem(words))
        names = [one.name for one in self._packages]
        row = names.index(current.name) if current is not None and current.name in names else 0
        self.table.setCurrentCell(row, 0)
        self._show_choices()
        self._show_facts()

    @property
    def current(self) -> ModelPackage | None:
        """The model whose row is current."""
        row = self.table.currentRow()
        return self._packages[row] if 0 <= row < len(self._packages) else None

    def take_in(self, source: Path) -> None:
        """Take a package in, or, where no description lies beside them, the current one's files."""
        package = self.current
        is_described = source.is_file() or any(source.rglob("package.toml"))
        name = None if is_described or package is None else package.name
        self._run(
            take_in(source, name),
            tr("Taking a model in"),
            lambda taken: tr("{name} {version} is here now.").format(
                name=taken.name, version=taken.version
            ),
        )

    def check_files(self) -> None:
        """Compare the current model's files with what its description states."""
        package = self.current
        if package is not None:
            words = tr("{name}: every file is as stated").format(name=package.name)
            self._run(checked(package), tr("Checking the files"), lambda _: words)

    def pack_into(self, path: Path) -> None:
        """Write the current model into one ZIP file, which this page takes in elsewhere."""
        package = self.current
        if package is not None:
            name = path if path.suffix.lower() == ".zip" else path.with_name(f"{path.name}.zip")
            self._run(
                pack(package, name),
                tr("Packing a model"),
                lambda made: tr("{name} is packed in {file}.").format(name=package.name, file=made),
            )

    def accept_licence(self) -> None:
        """Keep that whoever is at the desk accepts the current model's licence."""
        package = self.current
        if package is not None and package.acceptance and self._rater:
            accept(package, self._rater)
            self.message.say(tr("The licence of {name} is accepted.").format(name=package.name))
            self.show_models()

    def done(self, result: int) -> None:
        self.jobs.stop()
        super().done(result)

    def _lay_out(self) -> None:
        said = QLabel(
            tr(
                "The default finds and follows the child without any other model. Where the clinic"
                " has the files of a larger one and a graphics card, that one looks once more."
                " Nothing is fetched from a network: take files in from a folder or a ZIP file."
            )
        )
        said.setWordWrap(True)
        self.table.setHorizontalHeaderLabels([tr("Model"), tr("For"), tr("Licence"), tr("Files")])
        self.table.setAccessibleName(tr("Models"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setItemDelegate(SpacedEntries(self.table))
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Of one height for all models, or the row chosen would move out of sight below another.
        self.facts.setMinimumHeight(FACT_LINES * self.facts.fontMetrics().lineSpacing())
        choices = QFormLayout()
        choices.addRow(tr("Body points of new films by"), self.points_box)
        choices.addRow(tr("Mask in new films by"), self.masks_box)
        self.words_edit.setPlaceholderText(tr("the box in which the default finds the child"))
        self.words_edit.setToolTip(
            tr(
                "What the child is called in English, as child, for a model that reads words. It"
                " then outlines whoever is called so where the default has found the child."
            )
        )
        self.words_edit.setMaxLength(60)
        choices.addRow(tr("Its mask begins from"), self.words_edit)
        buttons = QHBoxLayout()
        for button in (
            self.folder_button,
            self.zip_button,
            self.check_button,
            self.accept_button,
            self.pack_button,
        ):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        gap = em(self, 1.2)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(said)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.facts)
        layout.addLayout(choices)
        layout.addWidget(self.message)
        layout.addWidget(self.progress)
        layout.addLayout(buttons)
        self.progress.hide()
        self.resize(on_screen(self, 72, 56))

    def _connect(self) -> None:
        self.table.currentCellChanged.connect(lambda *_: self._show_facts())
        self.folder_button.clicked.connect(self._ask_folder)
        self.zip_button.clicked.connect(self._ask_zip)
        self.check_button.clicked.connect(self.check_files)
        self.accept_button.clicked.connect(self.accept_licence)
        self.pack_button.clicked.connect(self._ask_pack)
        self.close_button.clicked.connect(self.close)
        self.progress.cancel_asked.connect(self.jobs.cancel)
        self.jobs.ended.connect(self.show_models)
        for box in (self.points_box, self.masks_box):
            box.activated.connect(lambda _: self._keep_choice())
        self.words_edit.editingFinished.connect(self._keep_choice)

    def _show_facts(self) -> None:
        package, is_free = self.current, not self.jobs.is_busy
        for button in (self.folder_button, self.zip_button):
            button.setEnabled(is_free)
        self.check_button.setEnabled(is_free and package is not None)
        said = acceptance_of(package) if package is not None else None
        can_accept = package is not None and bool(package.acceptance) and said is None
        self.accept_button.setEnabled(is_free and can_accept and bool(self._rater))
        self.pack_button.setEnabled(is_free and package is not None and package.is_present)
        self.facts.setText("" if package is None else "\n".join(_facts(package)))

    def _show_choices(self) -> None:
        chosen = read_choice(self._settings)
        for box, tasks, name in (
            (self.points_box, (POINTS,), chosen.pose),
            (self.masks_box, MASK_TASKS, chosen.mask),
        ):
            box.clear()
            box.addItem(tr("The default (BlazePose)"), "")
            for package in self._packages:
                if package.task in tasks and (package.is_present or package.name == name):
                    box.addItem(package.name, package.name)
            box.setCurrentIndex(max(0, box.findData(name)))
        self.words_edit.setText(chosen.words)
        self._offer_words()

    def _keep_choice(self) -> None:
        keep_choice(
            self._settings,
            EyesChoice(
                str(self.points_box.currentData()),
                str(self.masks_box.currentData()),
                self.words_edit.text().strip(),
            ),
        )
        self._offer_words()

    def _offer_words(self) -> None:
        """Let words be typed where the chosen model reads them."""
        chosen = str(self.masks_box.currentData())
        package = next((one for one in self._packages if one.name == chosen), None)
        self.words_edit.setEnabled(package is not None and reads_words(package))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder with a model's files"))
        if name:
            self.take_in(Path(name))

    def _ask_zip(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Packed model"), "", tr("ZIP files (*.zip)"))
        if name:
            self.take_in(Path(name))

    def _ask_pack(self) -> None:
        package = self.current
        if package is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Pack for another machine"), f"{package.name}.zip", tr("ZIP files (*.zip)")
        )
        if name:
            self.pack_into(Path(name))

    def show_busy(self, is_busy: bool) -> None:
        """Show that files are being taken in or checked, or are not any more."""
        self.progress.setVisible(is_busy)
        if is_busy:
            self.message.hide()
        self._show_facts()

    def _run(self, job: Job[T], title: str, words: Callable[[T], str]) -> None:
        if not self.jobs.is_busy:
            self.jobs.run(job, title, self, lambda made: self.message.say(words(made)))


def _row(package: ModelPackage) -> tuple[str, str, str, str]:
    if package.is_present:
        size = sum(file.size_bytes for file in package.files)
        here = tr("here, {size:.1f} MB").format(size=size / 1e6)
    else:
        here = tr("not here")
    return f"{package.name} {package.version}", task_words(package.task), package.licence, here


def _facts(package: ModelPackage) -> list[str]:
    """What to know of a model before it is used, and where its files come from."""
    use, *limits = told(package)
    lines = [use, *(f"\N{MIDDLE DOT} {one}" for one in limits)]
    if not package.is_present:
        names = listed(file.name for file in package.files)
        words = tr("Files: {names}. From: {place}.")
        lines.append(words.format(names=names, place=place_words(package)))
    if package.acceptance:
        said = acceptance_of(package)
        if said is None:
            lines.append(tr("To be accepted: {asked}").format(asked=asked_words(package)))
            lines.append(text_words(package))
        else:
            words = tr("Licence accepted by {who}, {when}")
            lines.append(words.format(who=said.who, when=said.when))
    return lines
