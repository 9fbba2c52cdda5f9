"""Fields that may be left empty: a number, a day, a choice, words to choose or to type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import Enum
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QDate, QEvent, QObject, Qt, SignalInstance
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from gaitdesk.i18n import retold, tr
from gaitdesk.ui.theme import em

Chosen = TypeVar("Chosen", bound=Enum)

FIELD_HEIGHT = 2.0
"""Least height of a field's name, in letter widths."""
EXAMPLE_DAY = "2024-05-31"

Field: TypeAlias = QLineEdit | QPlainTextEdit | QComboBox | QDoubleSpinBox | QDateEdit
"""What something is typed into, or chosen in."""


def optional_number(
    lowest: float, highest: float, step: float, decimals: int, suffix: str
) -> QDoubleSpinBox:
    """A number that may be left out: its lowest value stands for "not given"."""
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(lowest, highest)
    box.setSingleStep(step)
    box.setSuffix(suffix)
    box.setSpecialValueText(tr("not given"))
    box.setValue(lowest)
    return box


def value_of(box: QDoubleSpinBox) -> float | None:
    """What was given; None where it was left out."""
    return None if box.value() <= box.minimum() else box.value()


def metres_of(box: QDoubleSpinBox) -> float | None:
    """What was given in centimetres, in metres."""
    value = value_of(box)
    return None if value is None else value / 100.0


def show_metres(box: QDoubleSpinBox, value: float | None) -> None:
    """Show metres in centimetres."""
    box.setValue(box.minimum() if value is None else 100.0 * value)


def editable(words: Sequence[str]) -> QComboBox:
    """A list to choose from, or to type anything else into."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    offer(box, words)
    return box


def offer(box: QComboBox, words: Sequence[str]) -> None:
    """Offer other words to choose from; what stands in the field stays."""
    held = chosen_words(box)
    box.clear()
    box.addItem("")
    for word in words:
        box.addItem(retold(word), word)
    show_words(box, held)


def show_words(box: QComboBox, words: str) -> None:
    """Show words as they are kept."""
    place = box.findData(words) if words else 0
    box.setCurrentIndex(place)
    if place < 0:
        box.setEditText(words)


def chosen_words(box: QComboBox) -> str:
    """What was typed; of what was chosen from the list, the word that is kept."""
    typed = box.currentText().strip()
    index = box.findText(typed, Qt.MatchFlag.MatchFixedString)
    return str(box.itemData(index)) if index > 0 else typed


def one_of(values: Iterable[Chosen], word: Callable[[Chosen], str], empty: str) -> QComboBox:
    """A choice of one value, or of none.

    Args:
        values: The values.
        word: What each is called.
        empty: What stands there for none.
    """
    box = QComboBox()
    box.addItem(empty)
    for value in values:
        box.addItem(word(value), value.value)
    return box


def show_one(box: QComboBox, value: Enum | None) -> None:
    """Show a value, or none."""
    box.setCurrentIndex(0 if value is None else box.findData(value.value))


def chosen_one(box: QComboBox, kind: type[Chosen]) -> Chosen | None:
    """The value that was chosen; None for none."""
    return kind(box.currentData()) if box.currentIndex() > 0 else None


def day_field() -> QLineEdit:
    """A day that may be left out, typed as year-month-day."""
    edit = QLineEdit()
    edit.setPlaceholderText(EXAMPLE_DAY)
    return edit


def day_in(edit: QLineEdit) -> date | None:
    """The day that was typed; None where nothing was, or nothing that is a day."""
    try:
        return date.fromisoformat(edit.text().strip())
    except ValueError:
        return None


def day_problem(name: str, edit: QLineEdit, latest: date) -> str:
    """What is wrong with a day that was typed, in a sentence; empty where nothing is.

    Args:
        name: What the day is of.
        edit: Where it was typed.
        latest: The day of the visit, which it must not follow.
    """
    if not edit.text().strip():
        return ""
    day = day_in(edit)
    if day is None:
        return tr("{name}: type a day as year-month-day, as in {example}.").format(
            name=name, example=EXAMPLE_DAY
        )
    if day > latest:
        return tr("{name}: {day} is after the visit of {visit}.").format(
            name=name, day=day.isoformat(), visit=latest.isoformat()
        )
    return ""


def changed_in(field: Field) -> SignalInstance:
    """The signal that tells that something else was typed or chosen."""
    match field:
        case QComboBox():
            # What is typed into an editable one is also its choice.
            return field.currentTextChanged
        case QDoubleSpinBox():
            return field.valueChanged
        case QDateEdit():
            return field.dateChanged
    return field.textChanged


def typed_in(field: Field) -> str:
    """What stands in a field, as it was typed; of what is chosen from a list, the word for it."""
    match field:
        case QPlainTextEdit():
            return field.toPlainText()
        case QDoubleSpinBox():
            return "" if value_of(field) is None else repr(field.value())
        case QDateEdit():
            return str(field.date().toString(Qt.DateFormat.ISODate))
        case QComboBox():
            return chosen_words(field) if field.isEditable() else str(field.currentData() or "")
    return field.text()


def type_into(field: Field, words: str) -> None:
    """Let a field hold what `typed_in` told of it; what makes no sense there leaves it empty."""
    match field:
        case QPlainTextEdit():
            field.setPlainText(words)
        case QDoubleSpinBox():
            field.setValue(_number(words, field.minimum()))
        case QDateEdit():
            day = QDate.fromString(words, Qt.DateFormat.ISODate)
            field.setDate(day if day.isValid() else QDate.currentDate())
        case QComboBox() if field.isEditable():
            show_words(field, words)
        case QComboBox():
            field.setCurrentIndex(max(0, field.findData(words)) if words else 0)
        case QLineEdit():
            field.setText(words)


def _number(words: str, otherwise: float) -> float:
    try:
        return float(words)
    except ValueError:
        return otherwise


class _Still(QObject):
    """Leaves the wheel to the page until somebody has gone into the field."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_turned = event.type() is QEvent.Type.Wheel
        if is_turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def leave_wheel(field: QWidget) -> None:
    """Let the wheel scroll the page over a field and change nothing in it unseen."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_Still(field))


def named(words: str, field: QWidget, width: int, gap: int) -> QWidget:
    """A field with its name beside its upper edge."""
    pair = QWidget()
    label = QLabel(words)
    label.setBuddy(field)
    field.setAccessibleName(words)
    if isinstance(field, QComboBox | QAbstractSpinBox):
        leave_wheel(field)
    label.setFixedWidth(width)
    label.setMinimumHeight(em(label, FIELD_HEIGHT))
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(gap)
    row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    return pair
