"""What goes along with one export, what for, and where to: the right side of the dialog."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QSettings, QSignalBlocker, QStandardPaths, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.store.consents import today
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.ui.exports.offers import (
    Offer,
    holds,
    leaving_words,
    purpose_title,
    title,
)
from gaitdesk.ui.theme import em

FOLDER_KEY = "exports"


class ExportChoices(QWidget):
    """Shows one offer, and asks what for, with which name and where to.

    Signals:
        changed: Something was chosen that may stand in the way, or no longer.
    """

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._offer: Offer | None = None
        self._about: tuple[str, date | None] = ("", None)
        self._confirmed: Path | None = None
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._holds = QLabel()
        self._holds.setWordWrap(True)
        self._leaving = QLabel()
        self._leaving.setWordWrap(True)
        self.purposes = QComboBox()
        self.purposes.setAccessibleName(tr("What for"))
        self.purposes.currentIndexChanged.connect(self.changed)
        self.consent = QLabel()
        self.consent.setWordWrap(True)
        self.name = QCheckBox(tr("The patient's name in the place of the pseudonym"))
        self.name.toggled.connect(self._on_named)
        self.corrected_alone = QCheckBox(tr("Only frames in which something was corrected"))
        self.corrected_alone.setChecked(True)
        self.place = QLineEdit()
        self.place.setAccessibleName(tr("Where to"))
        self.place.textChanged.connect(self.changed)
        self.choose = QPushButton(tr("Choose …"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._on_choose)
        self._lay_out()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(em(self, 0.6))
        where.addWidget(self.place, 1)
        where.addWidget(self.choose)
        # A form layout takes lines of text for lower than they are, and its fields pay for it.
        form = QGridLayout()
        form.setColumnStretch(1, 1)
        form.setHorizontalSpacing(em(self, 1))
        form.setVerticalSpacing(em(self, 0.8))
        for row, (words, field) in enumerate(
            (
                (tr("Leaves"), self._leaving),
                (tr("What for"), self.purposes),
                (tr("Consent"), self.consent),
                ("", self.name),
                ("", self.corrected_alone),
            )
        ):
            name = QLabel(words)
            name.setBuddy(field)
            name.setVisible(bool(words))
            form.addWidget(name, row, 0)
            form.addWidget(field, row, 1)
        name = QLabel(tr("Where to"))
        name.setBuddy(self.place)
        form.addWidget(name, 5, 0)
        form.addLayout(where, 5, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(self._title)
        layout.addWidget(self._holds)
        layout.addLayout(form)

    @property
    def offer(self) -> Offer | None:
        """What is shown."""
        return self._offer

    @property
    def purpose(self) -> Purpose:
        """What the export is for."""
        return Purpose(self.purposes.currentData())

    @property
    def is_named(self) -> bool:
        """Whether the patient's name shall go along."""
        return self._offer is not None and self._offer.can_name and self.name.isChecked()

    @property
    def leaving(self) -> Leaving | None:
        """How much of who the patient is goes along."""
        return None if self._offer is None else self._offer.leaving_when(self.is_named)

    @property
    def out(self) -> Path | None:
        """Where to; None while nothing usable is typed."""
        typed = self.place.text().strip()
        path = Path(typed).expanduser()
        return path if typed and path.is_absolute() else None

    @property
    def must_ask(self) -> bool:
        """Whether there is a file in the place that nobody has said may be replaced."""
        out = self.out
        return out is not None and out.is_file() and out != self._confirmed

    def show_offer(self, offer: Offer, pseudonym: str, day: date | None) -> None:
        """Show an offer for a visit; pseudonym and day make the usual file name."""
        with QSignalBlocker(self):
            self._offer, self._about = offer, (pseudonym, day)
            self._title.setText(title(offer.form))
            self._holds.setText(holds(offer.form))
            self.purposes.clear()
            for purpose in offer.purposes:
                self.purposes.addItem(purpose_title(purpose), purpose.value)
            self.purposes.setEnabled(len(offer.purposes) > 1)
            self.name.setVisible(offer.can_name)
            self.corrected_alone.setVisible(offer.can_choose_frames)
            self._show_leaving()
            self.place.setText(str(self._usual_folder() / self._usual_name()))
        self.changed.emit()

    def keep_folder(self) -> None:
        """Remember where the last export went."""
        if self.out is not None:
            self._settings.setValue(FOLDER_KEY, str(self.out.parent))

    def _show_leaving(self) -> None:
        leaving = self.leaving
        self._leaving.setText("" if leaving is None else leaving_words(leaving))

    def _on_named(self) -> None:
        self._show_leaving()
        self.changed.emit()

    def _usual_folder(self) -> Path:
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        usual = QStandardPaths.writableLocation(documents) or str(Path.home())
        return Path(str(self._settings.value(FOLDER_KEY, usual)))

    def _usual_name(self) -> str:
        assert self._offer is not None
        pseudonym, day = self._about
        form = self._offer.form
        if self._offer.leaving is Leaving.DEIDENTIFIED:
            # Neither pseudonym nor day: they are not to leave.
            return f"{form.value}{self._offer.ending}"
        if day is None or form is ExportForm.RESEARCH:
            return f"research-{today().isoformat()}"
        known = "".join(one if one.isalnum() or one in "-_" else "_" for one in pseudonym)
        return f"{known}-{day.isoformat()}-{form.value}{self._offer.ending}"

    def _on_choose(self) -> None:
        if self._offer is None:
            return
        if self._offer.ending:
            kinds = f"*{self._offer.ending}"
            chosen, _ = QFileDialog.getSaveFileName(
                self, tr("Where to"), self.place.text(), f"{title(self._offer.form)} ({kinds})"
            )
        else:
            chosen = QFileDialog.getExistingDirectory(self, tr("Where to"), self.place.text())
        if chosen:
            # The system's dialog has asked whether a file there may be replaced.
            self._confirmed = Path(chosen)
            self.place.setText(chosen)
