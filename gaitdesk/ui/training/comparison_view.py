"""An old and a new network item by item, with intervals, and what each mistakes for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import tr
from gaitdesk.learning.comparison import ItemComparison, Verdict
from gaitdesk.learning.intervals import Estimate
from gaitdesk.learning.results import ReaderResult, Row
from gaitdesk.report.words import item_name
from gaitdesk.ui.records.words import number_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.measures_view import MeasuresView
from gaitdesk.ui.training.result_plots import AbstainPlot, CalibrationPlot
from gaitdesk.ui.training.tables import ReadTable
from gaitdesk.ui.words import numbered_name

if TYPE_CHECKING:
    # It loads what judging takes, which runs elsewhere.
    from gaitdesk.jobs.old_and_new import OldAndNew


class ComparisonView(QWidget):
    """Shows an `OldAndNew`; the row that is marked says whose confusion is counted below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: OldAndNew | None = None
        self.table = ReadTable(
            tr("Old and new network, item by item"),
            [
                tr("Item"),
                tr("Limbs"),
                tr("atypical"),
                tr("before"),
                tr("new"),
                tr("difference (95 %)"),
                tr("Verdict"),
            ],
            (0, 6),
        )
        self.table.currentCellChanged.connect(self._on_row)
        self._confusion_heading = QLabel()
        self._confusion_heading.setProperty("role", "heading")
        self.confusion = QLabel()
        self.confusion.setTextFormat(Qt.TextFormat.RichText)
        self.measures = MeasuresView()
        self.calibration = CalibrationPlot()
        self.abstain = AbstainPlot()
        self._lay_out()

    def _lay_out(self) -> None:
        gap = em(self, 0.6)
        below = QWidget()
        lower = QHBoxLayout(below)
        lower.setContentsMargins(gap, gap, gap, gap)
        lower.setSpacing(gap)
        words = QVBoxLayout()
        words.addWidget(self._confusion_heading)
        words.addWidget(self.confusion)
        words.addStretch(1)
        lower.addLayout(words)
        for title, plot in (
            (tr("Can chances be believed?"), self.calibration),
            (tr("Right, where only sure answers are given"), self.abstain),
        ):
            column = QVBoxLayout()
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            column.addWidget(heading)
            column.addWidget(plot, 1)
            lower.addLayout(column, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        pages = self.pages = QTabWidget()
        pages.addTab(below, tr("Mistakes and chances"))
        pages.addTab(self.measures, tr("All measures"))
        parts.addWidget(pages)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts)

    def show_comparison(self, found: OldAndNew) -> None:
        """Show two networks."""
        self._found = found
        shown = (found.comparison.mean, *found.comparison.items)
        self.table.show_rows([_row(one) for one in shown], [_tip(one) for one in shown], [0])
        self.calibration.show_results((found.old, found.new))
        self.abstain.show_results((found.old, found.new))
        self._on_row()

    def paint(self) -> None:
        """Draw the curves anew in the colours of the theme."""
        self.calibration.paint()
        self.abstain.paint()

    def _on_row(self) -> None:
        found, row = self._found, self.table.currentRow()
        if found is None:
            return
        items = found.comparison.items
        item = items[row - 1].item if 1 <= row <= len(items) else None
        self._confusion_heading.setText(tr("All items") if item is None else numbered_name(item))
        self.confusion.setText(confusion_words(found.old, found.new, item))
        others = [(reader_name(one.reader), one) for one in found.others]
        self.measures.show_readers(
            [(tr("before"), found.old), (tr("new"), found.new), *others], item
        )


def _row(one: ItemComparison) -> tuple[str, ...]:
    name = tr("All items") if one.item is None else numbered_name(one.item)
    return (
        name,
        str(one.limbs),
        str(one.atypical),
        number_words(one.old),
        number_words(one.new),
        difference_words(one.difference),
        verdict_words(one.verdict),
    )


def _tip(one: ItemComparison) -> str:
    words = tr("Balanced accuracy: typical and atypical limbs weigh the same.")
    return words if one.item is None else f"{item_name(one.item)}\n{words}"


def difference_words(one: Estimate) -> str:
    """A difference with its sign and interval."""
    if one.value != one.value:
        return number_words(one.value)
    return tr("{value} ({low} to {high})").format(
        value=_signed(one.value), low=_signed(one.low), high=_signed(one.high)
    )


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number_words(value)


def verdict_words(verdict: Verdict) -> str:
    """What a difference and its interval say, with a sign of its own."""
    return {
        Verdict.BETTER: "  ▲ " + tr("better", "of a network"),
        Verdict.NOT_TOLD: "  ● " + tr("cannot be told apart"),
        Verdict.WORSE: "  ▼ " + tr("worse", "of a network"),
    }[verdict]


def confusion_words(old: ReaderResult, new: ReaderResult, item: Item | None) -> str:
    """What each network says of typical and of atypical limbs, as a table of rich text.

    Args:
        old: The one before.
        new: The other.
        item: Of one item; None for all together.
    """
    heads = "".join(
        f'<th style="padding: 2px 10px;">{words}</th>'
        for words in (tr("said:"), tr("typical"), tr("atypical"))
    )
    lines = [f"<table><tr>{heads}</tr>"]
    for name, one in ((tr("before"), old), (tr("new"), new)):
        row = one.mean if item is None else one.row(item)
        for truth, cells in _cells(row):
            first = tr("{network}, truly {truth}").format(network=name, truth=truth)
            numbers = "".join(
                f'<td align="right" style="padding: 2px 10px;">{cell}</td>' for cell in cells
            )
            lines.append(f'<tr><td style="padding: 2px 0;">{first}</td>{numbers}</tr>')
    return "".join(lines) + "</table>"


def reader_name(name: str) -> str:
    """What people call a reader."""
    return {"majority": tr("what most have"), "rules": tr("the rules")}.get(name, name)


def _cells(row: Row) -> tuple[tuple[str, tuple[str, str]], ...]:
    """Of typical and of atypical limbs: what was said; the right answer stands out."""
    return (
        (tr("typical"), (f"<b>{row.passes}</b>", str(row.false_alarms))),
        (tr("atypical"), (str(row.misses), f"<b>{row.hits}</b>")),
    )
