"""Versions of a signed visit, two of them side by side, with what changed and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import Cell, ItemScore, Scoresheet
from gaitdesk.i18n import retold, titled, tr
from gaitdesk.report.words import item_name, side_word
from gaitdesk.store.signing import SignedVersion
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.records.standing import signed_words
from gaitdesk.ui.records.words import said_words
from gaitdesk.ui.scoring.answers import CELLS
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import numbered_name

_MOST_WRITTEN = 400
"""Letters of what was written that stand above the table; its tip tells all."""


class VersionsDialog(QDialog):
    """Shows signed versions, and the form as it stands now, side by side.

    Args:
        title: Child and day.
        versions: Every version that was signed, the first one first.
        now: The form as it stands.
        problems: What is wrong with the signatures; none where all hold.
    """

    def __init__(
        self,
        title: str,
        versions: Sequence[SignedVersion],
        now: Scoresheet,
        problems: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Versions of {visit}").format(visit=title))
        self._versions = tuple(versions)
        self._sheets = [*(one.sheet for one in versions), now]
        self.verdict = Message()
        self.left, self.right = QComboBox(), QComboBox()
        self._heads = (QLabel(), QLabel())
        names = [tr("Version {number}").format(number=one.number) for one in versions]
        names.append(tr("As it stands now"))
        columns = QHBoxLayout()
        columns.setSpacing(em(self, 1))
        for choice, head, spoken in (
            (self.left, self._heads[0], tr("Version on the left")),
            (self.right, self._heads[1], tr("Version on the right")),
        ):
            choice.addItems(names)
            choice.setAccessibleName(spoken)
            head.setWordWrap(True)
            head.setAlignment(Qt.AlignmentFlag.AlignTop)
            head.setTextFormat(Qt.TextFormat.PlainText)
            head.setProperty("role", "soft")
            column = QVBoxLayout()
            column.addWidget(choice)
            column.addWidget(head, 1)
            columns.addLayout(column, 1)
        self.only_changed = QCheckBox(tr("Only what changed"))
        self._said = QLabel()
        self.table = _made_table()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        buttons.rejected.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self._said, 1)
        row.addWidget(self.only_changed)
        layout = QVBoxLayout(self)
        gap = em(self, 1)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.7))
        layout.addWidget(self.verdict)
        layout.addLayout(columns)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        # The last two versions; what stands now where only one was signed.
        last = len(versions) - 1
        self.left.setCurrentIndex(max(0, last - 1))
        self.right.setCurrentIndex(last if last else 1)
        self.left.currentIndexChanged.connect(self._show)
        self.right.currentIndexChanged.connect(self._show)
        self.only_changed.toggled.connect(self._show)
        self._show_verdict(problems)
        self.resize(em(self, 52), em(self, 44))
        self._show()

    @property
    def said(self) -> str:
        """How many items it says have changed."""
        return self._said.text()

    def _show_verdict(self, problems: Sequence[str]) -> None:
        if problems:
            self.verdict.say("\n".join(problems), "error", can_close=False)
        else:
            self.verdict.say(
                tr("Every signature holds: who signed, and what, is as it was then."),
                can_close=False,
            )

    def _show(self) -> None:
        left, right = self.left.currentIndex(), self.right.currentIndex()
        for head, index in zip(self._heads, (left, right), strict=True):
            head.setText(self._head_words(index))
            head.setToolTip(self._written(index))
        # Not "left" and "right", which here are limbs.
        self.table.setHorizontalHeaderLabels(
            [tr("Item"), tr("Limb"), self.left.currentText(), self.right.currentText()]
        )
        first, second = self._sheets[left], self._sheets[right]
        changed = {cell for cell in CELLS if _word(first.get(*cell)) != _word(second.get(*cell))}
        self._said.setText(tr("%n item(s) differ.", "", len(changed)))
        rows = [cell for cell in CELLS if cell in changed or not self.only_changed.isChecked()]
        self.table.setRowCount(len(rows))
        for row, cell in enumerate(rows):
            self._fill_row(row, cell, (first.get(*cell), second.get(*cell)), cell in changed)

    def _head_words(self, index: int) -> str:
        if index >= len(self._versions):
            return tr("Not signed")
        one = self._versions[index]
        words = signed_words(one)
        if one.reason:
            words += "\n" + tr("Amended because: {reason}").format(reason=one.reason)
        written = self._written(index)
        if len(written) > _MOST_WRITTEN:
            written = f"{written[: _MOST_WRITTEN - 1].rstrip()}…"
        return f"{words}\n{written}" if written else words

    def _written(self, index: int) -> str:
        """What the reviewer wrote of the whole, as it was signed."""
        if index >= len(self._versions):
            return ""
        held = self._versions[index].narrative
        parts = (
            (tr("Gait pattern"), retold(held.pattern)),
            (tr("Main findings"), held.findings),
            (tr("Limitations"), held.limitations),
            (tr("Recommendations"), held.recommendations),
        )
        return "\n".join(titled(label, value) for label, value in parts if value)

    def _fill_row(
        self, row: int, cell: Cell, held: tuple[ItemScore | None, ItemScore | None], changed: bool
    ) -> None:
        theme = current()
        side, item = cell
        texts = [numbered_name(item), side_word(side)]
        texts += [_full_words(one) for one in held]
        for column, text in enumerate(texts):
            entry = QTableWidgetItem(text)
            entry.setToolTip(text if column else item_name(item))
            if changed:
                entry.setBackground(QColor(theme.warning))
                entry.setForeground(QColor(theme.on_warning))
                font = entry.font()
                font.setBold(True)
                entry.setFont(font)
            self.table.setItem(row, column, entry)
        self.table.setRowHeight(row, em(self, 1.8))


def _made_table() -> QTableWidget:
    table = QTableWidget(0, 4)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    for column in (0, 1):
        head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    table.setAccessibleName(tr("Both versions, item by item"))
    return table


def _word(held: ItemScore | None) -> object:
    if held is None:
        return None
    return held.state, held.score, held.direction, held.reason, held.comment, held.is_confirmed


def _full_words(held: ItemScore | None) -> str:
    words = said_words(held)
    return f"{words} · {held.comment}" if held is not None and held.comment else words
