"""What there is to learn from: how much, how often each item is atypical, and what is left out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from gaitdesk.i18n import titled, tr
from gaitdesk.jobs.outlook_facts import LeftOut, Outlook
from gaitdesk.report.words import item_name
from gaitdesk.ui.records.words import share_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.tables import ReadTable
from gaitdesk.ui.words import numbered_name

FEW_LIMBS = 10
"""Fewer atypical or typical limbs than this teach an item little, and judge it not at all."""


class OutlookView(QWidget):
    """Shows an `Outlook`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self.items = ReadTable(
            tr("How often each item is atypical"),
            [tr("Item"), tr("Limbs"), tr("atypical"), tr("share")],
        )
        self._out_heading = QLabel()
        self._out_heading.setProperty("role", "heading")
        self.left_out = ReadTable(
            tr("Left out"), [tr("Case"), tr("Why, and what would mend it")], (0, 1)
        )
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(self, 0.4))
        column.addWidget(self._out_heading)
        column.addWidget(self.left_out, 1)
        self._below = below
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.items)
        parts.addWidget(below)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.6))
        layout.addWidget(self._said)
        layout.addWidget(parts, 1)

    @property
    def said(self) -> str:
        """What stands above the tables."""
        return self._said.text()

    def show_outlook(self, found: Outlook) -> None:
        """Show what there is to learn from."""
        self._said.setText(_summary(found))
        rows, tips = [], []
        for one in found.prevalence:
            share = one.atypical / one.limbs if one.limbs else float("nan")
            sign = "⚠  " if min(one.atypical, one.limbs - one.atypical) < FEW_LIMBS else ""
            name = numbered_name(one.item)
            rows.append((name, str(one.limbs), str(one.atypical), sign + share_words(share)))
            tip = item_name(one.item)
            if sign:
                tip += "\n" + tr(
                    "Fewer than {count} limbs of one kind: the network will learn little of this"
                    " item."
                ).format(count=FEW_LIMBS)
            tips.append(tip)
        self.items.show_rows(rows, tips)
        self.items.setVisible(found.cases > 0)
        self._out_heading.setText(tr("%n case(s) left out", "", len(found.excluded)))
        self.left_out.show_rows([_out_row(one) for one in found.excluded], is_high=True)
        self._below.setVisible(bool(found.excluded))


def _summary(found: Outlook) -> str:
    lines = [
        "<b>"
        + " · ".join(
            (
                tr("%n patient(s)", "", found.patients),
                tr("%n limb(s)", "", found.limbs),
                tr("%n confirmed score(s)", "", found.scores),
                tr("%n clip(s)", "", found.clips),
            )
        )
        + "</b>"
    ]
    if len(found.sources) > 1:
        lines.append(
            " · ".join(
                titled(source_name(one.source), tr("%n patient(s)", "", one.patients))
                for one in found.sources
            )
        )
    if found.missing.count:
        lines.append(
            tr(
                "Cells without a label, which teach nothing: {unconfirmed} not confirmed,"
                " {not_scorable} not scorable, {blank} blank."
            ).format(
                unconfirmed=found.missing.unconfirmed,
                not_scorable=found.missing.not_scorable,
                blank=found.missing.blank,
            )
        )
    if found.joined:
        lines.append(
            tr(
                "%n pair(s) of cases are of one child, by record or by film; they stay on one side"
                " of every division.",
                "",
                found.joined,
            )
        )
    return "<br>".join(lines)


def _out_row(one: LeftOut) -> tuple[str, str]:
    return one.name, tr("{why}. {text}").format(why=why_name(one.why), text=one.text)


def source_name(source: str) -> str:
    """Where cases come from, in words; `source` is a value of `Source`."""
    return {
        "clinic": tr("this desk"),
        "phantom": tr("phantoms"),
        "foreign": tr("sets of others"),
    }[source]


def why_name(why: str) -> str:
    """Why nothing is learned from a case, in a few words; `why` is a value of `WhyOut`."""
    return {
        "no_consent": tr("No consent to training"),
        "read_blind": tr("You read it blind"),
        "nothing_confirmed": tr("Nothing confirmed"),
        "no_analysis": tr("Not analysed"),
        "no_film": tr("No film"),
        "no_clips": tr("No usable pass"),
        "damaged": tr("Damaged"),
    }[why]
