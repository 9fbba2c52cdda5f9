"""Every measure of every reader for one item, and what was published of other children."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import retold, titled, tr
from gaitdesk.learning.intervals import Estimate
from gaitdesk.learning.published import SOURCE, PublishedRow, published_rows
from gaitdesk.learning.results import Metric, ReaderResult
from gaitdesk.report.words import side_word
from gaitdesk.ui.records.words import NOTHING, number_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.tables import ReadTable

SHOWN = (
    Metric.ACCURACY,
    Metric.BALANCED_ACCURACY,
    Metric.F1,
    Metric.SENSITIVITY,
    Metric.SPECIFICITY,
    Metric.AUROC,
    Metric.KAPPA,
)


class MeasuresView(QWidget):
    """Shows readers side by side: both limbs, the left and the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ReadTable(
            tr("Every measure of every reader"),
            [
                tr("Reader"),
                tr("Limb"),
                tr("Limbs"),
                *_measure_names(),
            ],
            (0, 1),
        )
        source = QLabel(
            tr("Published rows are of other children, as context only: {source}").format(
                source=retold(SOURCE)
            )
        )
        source.setWordWrap(True)
        source.setProperty("role", "soft")
        layout = QVBoxLayout(self)
        gap = em(self, 0.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self.table, 1)
        layout.addWidget(source)

    def show_readers(self, readers: Sequence[tuple[str, ReaderResult]], item: Item | None) -> None:
        """Show readers, each by the name people know it by.

        Args:
            readers: Name and result of each.
            item: Of one item; None for the mean over items.
        """
        rows, tips = [], []
        for name, result in readers:
            for words, tip in _reader_rows(name, result, item):
                rows.append(words)
                tips.append(tip)
        # The paper's own method, printed last, is what one looks for first.
        for one in sorted(published_rows(), key=lambda row: -row.mean):
            accuracy = one.mean if item is None else one.of(item)
            rows.append(_published(one, accuracy, one.f1 if item is None else float("nan")))
            tips.append(retold(SOURCE))
        self.table.show_rows(rows, tips)


def _reader_rows(
    name: str, result: ReaderResult, item: Item | None
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Words of each limb of one reader, and the same with its intervals."""
    for side in (None,) if item is None else (None, *Side):
        row = result.mean if item is None else result.row(item, side)
        values = [row.value(metric) for metric in SHOWN]
        words = (name, _limb(side), str(row.answered), *(number_words(one.value) for one in values))
        yield words, "\n".join([name, tr("with 95 % intervals over patients:"), *_lines(values)])


def _lines(values: Sequence[Estimate]) -> Iterator[str]:
    for name, one in zip(_measure_names(), values, strict=True):
        band = tr("{value} ({low} to {high})").format(
            value=number_words(one.value), low=number_words(one.low), high=number_words(one.high)
        )
        yield titled(name, band)


def _published(one: PublishedRow, accuracy: float, f1: float) -> tuple[str, ...]:
    name = tr("published: {method}").format(method=one.method)
    values = [accuracy, math.nan, f1, *(math.nan for _ in SHOWN[3:])]
    return (name, _limb(one.side), NOTHING, *map(number_words, values))


def _limb(side: Side | None) -> str:
    return tr("both limbs") if side is None else side_word(side)


def _measure_names() -> tuple[str, ...]:
    """What `SHOWN` are called, in their order."""
    return (
        tr("Accuracy"),
        tr("Balanced"),
        "F1",
        tr("Sensitivity"),
        tr("Specificity"),
        "AUROC",
        tr("Kappa"),
    )
