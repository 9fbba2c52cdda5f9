"""Operations and injections before a visit, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.background import Sides, Treatment, TreatmentKind, first_day, is_partial_day
from gaitdesk.i18n import tr
from gaitdesk.report.background_words import MUSCLES, SURGERIES, sides_word, treatment_word
from gaitdesk.ui.patients.optional import (
    chosen_one,
    chosen_words,
    editable,
    leave_wheel,
    offer,
    one_of,
    show_one,
    show_words,
    type_into,
    typed_in,
)
from gaitdesk.ui.theme import em

_OFFERED = {TreatmentKind.SURGERY: SURGERIES, TreatmentKind.BOTULINUM_TOXIN: MUSCLES}


class TreatmentRow(QWidget):
    """One treatment: which, what, where, when.

    Signals:
        changed: Something was typed or chosen.
        removed: It is not wanted.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, shown: Treatment) -> None:
        super().__init__()
        self.kind = QComboBox()
        for kind in TreatmentKind:
            self.kind.addItem(treatment_word(kind), kind.value)
        self.kind.setCurrentIndex(self.kind.findData(shown.kind.value))
        self.what = editable(_OFFERED[shown.kind])
        show_words(self.what, shown.what)
        self.side = one_of(Sides, sides_word, tr("side not stated"))
        show_one(self.side, shown.side)
        self.when = QLineEdit(shown.when)
        self.when.setPlaceholderText(tr("2024-05-31, 2024-05 or 2024"))
        self.remove_button = QToolButton()
        self.remove_button.setText("✕")
        self.remove_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for field, words in (
            (self.kind, tr("Treatment")),
            (self.what, tr("What was treated")),
            (self.side, tr("Side")),
            (self.when, tr("When")),
            (self.remove_button, tr("Take this row away")),
        ):
            field.setAccessibleName(words)
            field.setToolTip(words)
            if isinstance(field, QComboBox):
                leave_wheel(field)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.what.editTextChanged.connect(self.changed)
        self.side.currentIndexChanged.connect(self.changed)
        self.when.textChanged.connect(self.changed)
        self.remove_button.clicked.connect(self.removed)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(self, 0.5))
        self.what.setMinimumWidth(em(self, 10))
        self.when.setMinimumWidth(em(self, 8))
        for field, share in ((self.kind, 0), (self.what, 3), (self.side, 0), (self.when, 1)):
            row.addWidget(field, share)
        row.addWidget(self.remove_button)

    @property
    def chosen_kind(self) -> TreatmentKind:
        """Operation or injection."""
        return TreatmentKind(self.kind.currentData())

    @property
    def treatment(self) -> Treatment | None:
        """What was entered; None where nothing was, or the day is none."""
        when = self.when.text().strip()
        if when and not is_partial_day(when):
            return None
        what, side = chosen_words(self.what), chosen_one(self.side, Sides)
        if not (what or side or when):
            return None
        return Treatment(self.chosen_kind, what, side, when)

    @property
    def typed(self) -> list[str]:
        """What stands in its fields, as it was typed."""
        return [typed_in(field) for field in self._fields]

    def type_in(self, words: Sequence[str]) -> None:
        """Let its fields hold what `typed` told of them."""
        for field, one in zip(self._fields, words, strict=False):
            type_into(field, str(one))

    @property
    def _fields(self) -> tuple[QComboBox | QLineEdit, ...]:
        # The kind first: it changes what is offered of the next.
        return (self.kind, self.what, self.side, self.when)

    def problem(self, latest: date) -> str:
        """What is wrong with what was typed, in a sentence; empty where nothing is."""
        when = self.when.text().strip()
        if not when:
            return ""
        name = treatment_word(self.chosen_kind)
        then = first_day(when)
        if then is None:
            return tr(
                "{name}: type the day, the month or the year, as in 2024-05-31, 2024-05 or 2024."
            ).format(name=name)
        if then > latest:
            return tr("{name}: {day} is after the visit of {visit}.").format(
                name=name, day=when, visit=latest.isoformat()
            )
        return ""

    def _on_kind(self) -> None:
        offer(self.what, _OFFERED[self.chosen_kind])
        self.changed.emit()


class TreatmentRows(QWidget):
    """All treatments before a visit, and buttons to add one.

    Signals:
        changed: A row was changed, added or taken away.
        rows_changed: A row was added, and stands last for the tabulator.
    """

    changed = Signal()
    rows_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[TreatmentRow] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(em(self, 0.4))
        self.add_surgery = QPushButton(tr("Add an operation"))
        self.add_toxin = QPushButton(tr("Add an injection"))
        self.add_surgery.clicked.connect(lambda: self._on_added(TreatmentKind.SURGERY))
        self.add_toxin.clicked.connect(lambda: self._on_added(TreatmentKind.BOTULINUM_TOXIN))
        buttons = QHBoxLayout()
        buttons.setSpacing(em(self, 0.5))
        buttons.addWidget(self.add_surgery)
        buttons.addWidget(self.add_toxin)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.4))
        layout.addLayout(self._box)
        layout.addLayout(buttons)

    @property
    def rows(self) -> tuple[TreatmentRow, ...]:
        """One row a treatment."""
        return tuple(self._rows)

    @property
    def treatments(self) -> tuple[Treatment, ...]:
        """What was entered; empty rows are none."""
        found = (row.treatment for row in self._rows)
        return tuple(one for one in found if one is not None)

    def problem(self, latest: date) -> str:
        """What is wrong with the first row that is wrong; empty where none is."""
        return next((said for row in self._rows if (said := row.problem(latest))), "")

    def show_treatments(self, treatments: Sequence[Treatment]) -> None:
        """Show treatments in the place of those shown."""
        for row in self._rows:
            self._forget(row)
        self._rows = []
        for one in treatments:
            self._add(one)
        self.rows_changed.emit()
        self.changed.emit()

    @property
    def typed(self) -> list[list[str]]:
        """What stands in the fields of each row, as it was typed."""
        return [row.typed for row in self._rows]

    def type_in(self, rows: Sequence[Sequence[str]]) -> None:
        """Show rows that hold what `typed` told of them, in the place of those shown."""
        self.show_treatments([Treatment(TreatmentKind.SURGERY)] * len(rows))
        for row, words in zip(self._rows, rows, strict=True):
            row.type_in(words)

    @property
    def in_order(self) -> tuple[QWidget, ...]:
        """Everything that takes keys, as it stands."""
        fields = [
            field
            for row in self._rows
            for field in (row.kind, row.what, row.side, row.when, row.remove_button)
        ]
        return (*fields, self.add_surgery, self.add_toxin)

    def _add(self, shown: Treatment) -> TreatmentRow:
        row = TreatmentRow(shown)
        row.changed.connect(self.changed)
        row.removed.connect(self._on_removed)
        self._rows.append(row)
        self._box.addWidget(row)
        return row

    def _on_added(self, kind: TreatmentKind) -> None:
        row = self._add(Treatment(kind))
        self.rows_changed.emit()
        row.what.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _on_removed(self) -> None:
        row = self.sender()
        if isinstance(row, TreatmentRow):
            place = self._rows.index(row)
            self._rows.remove(row)
            near = self._rows[min(place, len(self._rows) - 1)] if self._rows else None
            following = self.add_surgery if near is None else near.remove_button
            following.setFocus(Qt.FocusReason.OtherFocusReason)
            self._forget(row)
            self.changed.emit()

    def _forget(self, row: TreatmentRow) -> None:
        self._box.removeWidget(row)
        row.hide()
        row.deleteLater()
