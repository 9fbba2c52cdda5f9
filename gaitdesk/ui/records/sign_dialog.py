"""Signing: what is signed, by whom, in which role, meaning what; and the passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Scoresheet, State
from gaitdesk.i18n import listed, tr
from gaitdesk.jobs.at_desk import AtDesk, SigningOrder, sign
from gaitdesk.report.answers import is_withheld, shown_proposal
from gaitdesk.report.words import side_word
from gaitdesk.store.cells import is_persons
from gaitdesk.store.edits import ReadingId, SessionId
from gaitdesk.store.facts import Meaning
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.asking import AskingDialog
from gaitdesk.ui.records.passphrase_fields import NewPassphrase, PassphraseEdit
from gaitdesk.ui.records.words import cell_words, meaning_name, meaning_sentence, time_words
from gaitdesk.ui.scoring.answers import CELLS

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class ToSign:
    """What is about to be signed.

    Attributes:
        session: The visit.
        title: Child and day.
        sheet: The form as it stands.
        version: Which version it will be.
        reading: The consensus that is signed; None for the visit's own sheet.
    """

    session: SessionId
    title: str
    sheet: Scoresheet
    version: int = 1
    reading: ReadingId | None = None

    @property
    def waiting(self) -> tuple[Cell, ...]:
        """Cells that still wait for a person's word."""
        return tuple(
            cell
            for cell in CELLS
            if (held := self.sheet.get(*cell)) is None or not is_persons(held)
        )


class SignDialog(AskingDialog):
    """Shows what is signed and asks for name, role, meaning and passphrase.

    Args:
        to_sign: What is signed.
        desk: Who is at the desk.
        settings: Where name and role of each person are kept for the next time.
        has_passphrase: Whether they have one; else one is set now, and their key made.

    Signals:
        signed: The `Signature` that was made.
        waiting_asked: The first `Cell` that still waits.
    """

    signed = Signal(object)
    waiting_asked = Signal(object)

    def __init__(
        self,
        to_sign: ToSign,
        desk: AtDesk,
        settings: QSettings,
        last_resort: LastResort,
        parent: QWidget | None = None,
        *,
        has_passphrase: bool = True,
    ) -> None:
        super().__init__(tr("Sign the scoresheet"), tr("Sign"), last_resort, parent)
        self._to_sign, self._desk, self._settings = to_sign, desk, settings
        self._has_passphrase = has_passphrase
        self._summary = self.explain(summary_words(to_sign))
        self.name = QLineEdit(self._kept("name"))
        self.name.setPlaceholderText(tr("As it is to be printed"))
        self.role = QComboBox()
        self.role.setEditable(True)
        self.role.addItems(roles())
        self.role.setCurrentText(self._kept("role"))
        self.meaning = QComboBox()
        for one in Meaning:
            self.meaning.addItem(meaning_name(one), one)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self._time = QLabel()
        self.form.addRow(tr("Name"), self.name)
        self.form.addRow(tr("Role"), self.role)
        self.form.addRow(tr("Signs as"), self.meaning)
        self.form.addRow("", self.sentence)
        self.form.addRow(tr("Time"), self._time)
        self.passphrase = PassphraseEdit(tr("Passphrase of {rater}").format(rater=desk.rater))
        self.new_passphrase = NewPassphrase()
        self._add_passphrase()
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_time)
        self._clock.start(1000)
        self.name.textChanged.connect(self._on_changed)
        self.role.currentTextChanged.connect(self._on_changed)
        self.meaning.currentIndexChanged.connect(self._on_changed)
        self.passphrase.textChanged.connect(self._on_changed)
        self.new_passphrase.changed.connect(self._on_changed)
        self._show_time()
        self._on_changed()
        (self.passphrase if self.name.text() and self.role.currentText() else self.name).setFocus()

    def _add_passphrase(self) -> None:
        if self._has_passphrase:
            self.form.addRow(tr("Passphrase"), self.passphrase)
            self.new_passphrase.hide()
            return
        self.passphrase.hide()
        self.form.addRow(tr("Passphrase"), self.new_passphrase)
        self.explain(
            tr(
                "You have no passphrase yet; it is set now, and your key is made. You type it for"
                " every signature. <b>Nobody can recover it.</b>"
            )
        )

    @property
    def summary(self) -> str:
        """What it says is signed."""
        return self._summary.text()

    @property
    def chosen_meaning(self) -> Meaning:
        """What the person answers for."""
        return Meaning(self.meaning.currentData())

    @property
    def problem(self) -> str:
        """Why it cannot be signed yet; empty where it can."""
        waiting = self._to_sign.waiting
        if waiting:
            return tr("%n item(s) still wait for a word of yours.", "", len(waiting))
        if not self.name.text().strip() or not self.role.currentText().strip():
            return tr("Type name and role; they are printed.")
        if not self._has_passphrase:
            return self.new_passphrase.problem
        return "" if self.passphrase.text() else tr("Type your passphrase.")

    def begin(self) -> None:
        if self.problem:
            return
        for key, value in (("name", self.name.text()), ("role", self.role.currentText())):
            self._settings.setValue(f"signing/{self._desk.rater}/{key}", value)
        one = self._to_sign
        order = SigningOrder(
            one.session,
            self.name.text(),
            self.role.currentText(),
            self.chosen_meaning,
            one.reading,
        )
        typed = self.passphrase.text() if self._has_passphrase else self.new_passphrase.value
        job = sign(self._desk, order, typed, is_new=not self._has_passphrase)
        self.work(job, self.signed.emit)

    def on_failed(self) -> None:
        self.passphrase.clear()
        self.passphrase.setFocus()

    def _kept(self, key: str) -> str:
        return str(self._settings.value(f"signing/{self._desk.rater}/{key}", ""))

    def _show_time(self) -> None:
        self._time.setText(time_words(datetime.now(UTC)))

    def _on_changed(self) -> None:
        self.sentence.setText(f"“{meaning_sentence(self.chosen_meaning)}”")
        problem = self.problem
        self.accept_button.setEnabled(not problem and not self.is_working)
        self.accept_button.setToolTip(problem)


def roles() -> tuple[str, ...]:
    """Roles that gait services know; any other can be typed."""
    return (
        tr("Physiotherapist"),
        tr("Consultant orthopaedic surgeon"),
        tr("Rehabilitation physician"),
        tr("Clinical scientist"),
        tr("Orthotist"),
    )


def summary_words(one: ToSign) -> str:
    """What is signed, in a few lines of rich text."""
    sheet = one.sheet
    held = [sheet.get(*cell) for cell in CELLS]
    scored = [cell for cell in held if cell is not None and cell.state is State.SCORED]
    unscored = [cell for cell in held if cell is not None and cell.state is State.NOT_SCORABLE]
    changed = sum(
        (proposal := shown_proposal(cell)) is not None
        and proposal.score is not None
        and proposal.score is not cell.score
        for cell in scored
    )
    lines = [
        f"<b>{one.title}</b> · " + tr("version {number}").format(number=one.version),
        tr("34 items: {scored} scored, {unscored} not scorable, {waiting} still waiting").format(
            scored=len(scored), unscored=len(unscored), waiting=len(one.waiting)
        ),
        " · ".join(_total_words(side, sheet) for side in Side),
        tr("%n score(s) differ from what the machine proposed.", "", changed),
    ]
    if one.waiting:
        named = [cell_words(cell) for cell in one.waiting[:MOST_NAMED]]
        more = ["…"] if len(one.waiting) > MOST_NAMED else []
        lines.append(
            tr("<b>Not ready to be signed.</b> Confirm or score first: {items}").format(
                items=listed((*named, *more))
            )
        )
    else:
        lines.append(tr("After signing nothing changes any more, except by an amendment."))
    return "<br>".join(lines)


def _total_words(side: Side, sheet: Scoresheet) -> str:
    total = sheet.total(side)
    if is_withheld(total):
        return tr("{side}: total withheld").format(side=side_word(side))
    return tr("{side}: {points} of {possible}").format(
        side=side_word(side), points=total.points, possible=total.possible
    )
