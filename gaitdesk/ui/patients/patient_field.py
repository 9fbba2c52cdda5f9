"""Whose visit it is: a child known here, found while one types, or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from gaitdesk.domain.background import Background
from gaitdesk.domain.patient import Sex
from gaitdesk.i18n import tr
from gaitdesk.store.edits import SessionSummary
from gaitdesk.ui.theme import em

HEIGHT_HOLDS_DAYS = 92
"""A child grows some 6 cm a year: after so many days its height is measured anew."""

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A child of whom visits are kept.

    Attributes:
        pseudonym: What the clinic calls it in files.
        visits: How many there are.
        last_day: Day of the last one.
        age_years, height_m: On that day; None where not given.
        footwear, aid: How it walked then.
        sex: None where not given.
        background: What was known of it then.
    """

    pseudonym: str
    visits: int
    last_day: date
    age_years: float | None
    height_m: float | None
    footwear: str = ""
    aid: str = ""
    sex: Sex | None = None
    background: Background = field(default_factory=Background)

    @property
    def lasting(self) -> Background:
        """What was known then and still holds; how well it moves is to be seen anew."""
        known = self.background
        return Background(known.diagnosis, known.topography, treatments=known.treatments)

    def age_on(self, day: date) -> float | None:
        """Age on another day, to a tenth of a year; None where no age was given."""
        if self.age_years is None:
            return None
        return round(self.age_years + (day - self.last_day).days / _DAYS_A_YEAR, 1)

    def height_on(self, day: date) -> float | None:
        """Height on another day, as far as it still holds; None where it must be measured."""
        is_near = abs((day - self.last_day).days) <= HEIGHT_HOLDS_DAYS
        return self.height_m if is_near else None


def known_children(visits: Iterable[SessionSummary]) -> tuple[KnownChild, ...]:
    """Children by pseudonym, from visits in any order."""
    own: dict[str, list[SessionSummary]] = {}
    for visit in visits:
        own.setdefault(visit.pseudonym, []).append(visit)
    children = []
    for name in sorted(own, key=str.casefold):
        last = max(own[name], key=lambda one: one.visit.day)
        walked = last.visit.conditions
        children.append(
            KnownChild(
                name,
                len(own[name]),
                last.visit.day,
                last.visit.age_years,
                last.visit.height_m,
                walked.footwear,
                walked.aid,
                last.visit.sex,
                last.visit.background,
            )
        )
    return tuple(children)


class PatientField(QWidget):
    """A pseudonym, completed as one types; says whether the child is known or new.

    Signals:
        child_changed: The `KnownChild` that is named now, or None for a new one.
    """

    child_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._children: dict[str, KnownChild] = {}
        self._child: KnownChild | None = None
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(tr("a code, never the name"))
        self.edit.setAccessibleName(tr("Pseudonym"))
        self.edit.textChanged.connect(self._on_text)
        self._model = QStandardItemModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCompletionRole(Qt.ItemDataRole.UserRole)
        self._completer.setMaxVisibleItems(8)
        self._completer.activated.connect(self._on_completed)
        self.edit.setCompleter(self._completer)
        self._hint = QLabel()
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.15))
        layout.addWidget(self.edit)
        layout.addWidget(self._hint)
        self._on_text()

    def show_children(self, children: Sequence[KnownChild]) -> None:
        """Offer these children."""
        self._children = {child.pseudonym.casefold(): child for child in children}
        self._model.clear()
        for child in children:
            item = QStandardItem(f"{child.pseudonym}    {_visits_words(child)}")
            item.setData(child.pseudonym, Qt.ItemDataRole.UserRole)
            self._model.appendRow(item)
        self._on_text()

    @property
    def pseudonym(self) -> str:
        """The name as it is kept: that of a known child, whatever its letters' case here."""
        text = self.edit.text().strip()
        child = self._children.get(text.casefold())
        return child.pseudonym if child is not None else text

    @property
    def child(self) -> KnownChild | None:
        """The child named, where it is known here."""
        return self._child

    @property
    def hint(self) -> str:
        """What it says of the child named."""
        return self._hint.text()

    def set_pseudonym(self, pseudonym: str) -> None:
        """Name a child; this announces nothing."""
        with QSignalBlocker(self):
            self.edit.setText(pseudonym)

    def clear(self) -> None:
        """Name nobody."""
        self.edit.clear()

    def _on_completed(self, words: str) -> None:
        self.edit.setText(words)

    def _on_text(self) -> None:
        text = self.edit.text().strip()
        child = self._children.get(text.casefold())
        if not text:
            words = tr("Left empty, a pseudonym is made up.")
            if self._children:
                words = tr("Type to find a child known here. Left empty, a pseudonym is made up.")
        elif child is None:
            words = tr("A new child.")
        else:
            words = tr("Known here: {visits}.").format(visits=_visits_words(child))
        self._hint.setText(words)
        if child is not self._child:
            self._child = child
            self.child_changed.emit(child)


def _visits_words(child: KnownChild) -> str:
    return tr("%n visit(s), the last on {day}", "", child.visits).format(
        day=child.last_day.isoformat()
    )
