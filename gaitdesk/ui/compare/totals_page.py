"""Totals of several visits by region and plane, and what their change means in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import sentences, tr
from gaitdesk.report.answers import is_withheld
from gaitdesk.report.change import caveats, change, signed_points
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.sameness import conditions_sentence, rater_sentence, walked_alike
from gaitdesk.report.words import side_word
from gaitdesk.ui.compare.tables import ComparisonTable
from gaitdesk.ui.scoring.totals import groups
from gaitdesk.ui.theme import current, em


class TotalsComparison(QWidget):
    """What the scores of each visit add up to, beside those of the baseline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = ComparisonTable(tr("Totals of all visits"))
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addWidget(self._said)
        layout.addWidget(self.table, 1)

    @property
    def words(self) -> str:
        """What it says of the changes, as rich text."""
        return self._said.text()

    def show_visits(self, visits: Sequence[ComparedVisit], baseline: int) -> None:
        """Show the totals, and what changed since one of the visits."""
        self._said.setText("<br>".join(self._sentences(visits, baseline)))
        table = self.table
        table.begin(visits, tuple(Side))
        parts = list(groups())
        for number, (name, items) in enumerate(parts):
            is_last = number == len(parts) - 1
            row = table.add_row(3.3)
            table.put(row, 0, name, is_bold=is_last)
            for group, side in enumerate(Side):
                for place, visit in enumerate(visits):
                    words = _total_words(visit, side, items)
                    said = words
                    if place != baseline:
                        found = change(side, visits[baseline].sheet, visit.sheet, items)
                        if found.items:
                            words += f"    {signed_points(found.points)}"
                            said += "\n" + tr(
                                "{signed} since {baseline}, over %n item(s) scored in both",
                                "",
                                found.items,
                            ).format(
                                signed=signed_points(found.points),
                                baseline=visits[baseline].title,
                            )
                    column = 1 + group * len(visits) + place
                    table.put(row, column, words, is_bold=is_last).setToolTip(said)

    def _sentences(self, visits: Sequence[ComparedVisit], baseline: int) -> list[str]:
        theme = current()
        before = visits[baseline]
        lines = [
            tr(
                "Change since {visit}, over the items scored at both visits. A limb's total must"
                " change by 2.4 points to matter to the child (MCID), and by more than 4.78 to be"
                " beyond what two raters differ by (MDC95). Fewer points are better."
            ).format(visit=f"<b>{before.title}</b>")
        ]
        for place, visit in enumerate(visits):
            if place == baseline:
                continue
            for side in Side:
                found = change(side, before.sheet, visit.sheet)
                name = f'<b style="color:{theme.side(side)}">{_capital(side_word(side))}</b>'
                if not found.items:
                    words = tr("no item was scored at both visits")
                else:
                    words = tr(
                        "{before} → {now} points over %n item(s): {meaning}", "", found.items
                    )
                    words = words.format(
                        before=found.before, now=found.now, meaning=f"<b>{found.words}</b>"
                    )
                lines.append(f"{visit.title} &nbsp; {name} &nbsp; {words}")
            alike = walked_alike(before.analysis.conditions, visit.analysis.conditions)
            said = (
                rater_sentence(before.raters, visit.raters),
                conditions_sentence(alike),
                *caveats(before.sheet, visit.sheet),
            )
            words = escape(sentences(said))
            lines.append(f'<small style="color:{theme.soft}">{words}</small>')
        return lines


def _total_words(visit: ComparedVisit, side: Side, items: tuple[Item, ...]) -> str:
    """Points and how many items were scored; a whole form with too many gaps has no total."""
    total = visit.sheet.total(side, items)
    scored = tr("{scored}/{items} scored").format(scored=total.scored, items=total.items)
    if not total.scored:
        return scored
    if len(items) == len(Item) and is_withheld(total):
        return tr("withheld") + f"\n{scored}"
    points = tr("{points} of {possible}").format(points=total.points, possible=total.possible)
    return f"{points}\n{scored}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
