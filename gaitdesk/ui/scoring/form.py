"""The EVGS form: 17 items of both limbs, scored by keyboard or mouse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Direction, Item, Reason, Region, Score, Scoresheet
from gaitdesk.i18n import in_english, noted, tr
from gaitdesk.report.words import (
    direction_word,
    item_name,
    reason_words,
    region_name,
    side_word,
)
from gaitdesk.ui.parts.choice import ChoicePopup
from gaitdesk.ui.parts.scroll import bring_into_sight
from gaitdesk.ui.parts.turns import Turns
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.scoring.cell import ScoreCell
from gaitdesk.ui.scoring.legend import Legend
from gaitdesk.ui.scoring.totals import headline_words, part_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import short_name

AT_ONCE = 9
"""So many cells are painted anew in one turn."""

_SCORE_KEYS = {Qt.Key.Key_0: Score.NORMAL, Qt.Key.Key_1: Score.MODERATE, Qt.Key.Key_2: Score.MARKED}
_CONFIRM_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ScoreForm(QScrollArea):
    """All 34 cells, and what can be done to them; it shows a sheet, but does not keep it.

    Signals:
        edited: A sentence for the undo list, and the `Scoresheet` that the reviewer wants.
        turned_to: A cell is about to be given the keyboard, so the form should be in sight.
        cell_focused: The `Cell` that the keyboard came to, or that was clicked.
        comment_asked: The `Cell` somebody wants to comment on.
        said: A sentence for the status line.
        refused: Somebody tried to change a sheet that no longer changes.
    """

    edited = Signal(str, object)
    turned_to = Signal()
    cell_focused = Signal(object)
    comment_asked = Signal(object)
    said = Signal(str)
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = Scoresheet()
        self._distrusted: frozenset[str] = frozenset()
        self._focused: Cell = answers.CELLS[0]
        self._announced: Cell | None = None
        self._cells: dict[Cell, ScoreCell] = {}
        self._parts: dict[tuple[Side, Region], QLabel] = {}
        self._headlines: dict[Side, QLabel] = {}
        self._popup: ChoicePopup | None = None
        self._why_fixed = ""
        self._painting = Turns(self)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("EVGS form"))
        self._content = self._made()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self._content)
        self.setMinimumWidth(self._content.minimumSizeHint().width() + em(self, 1))
        self._set_tab_order()

    def _made(self) -> QWidget:
        content = _KeyPanel(self._on_key)
        content.setProperty("card", True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 0.3))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(3, 1)
        row = self._add_head(grid)
        for region in Region:
            row = self._add_region(grid, region, row)
        outer = QVBoxLayout(content)
        gap = em(self, 0.5)
        outer.setContentsMargins(gap, gap, gap, gap)
        outer.addLayout(grid, 20)
        outer.addStretch(1)
        outer.addWidget(Legend())
        return content

    def _add_head(self, grid: QGridLayout) -> int:
        name = QLabel(tr("Item"))
        name.setProperty("role", "small")
        grid.addWidget(name, 0, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)
        for column, side in enumerate(Side, start=2):
            label = QLabel()
            label.setTextFormat(Qt.TextFormat.RichText)
            self._headlines[side] = label
            grid.addWidget(label, 0, column)
        return 1

    def _add_region(self, grid: QGridLayout, region: Region, row: int) -> int:
        heading = QLabel(region_name(region))
        heading.setStyleSheet("font-weight: bold")
        heading.setContentsMargins(0, em(self, 0.35), 0, em(self, 0.1))
        grid.addWidget(heading, row, 0, 1, 2)
        for column, side in enumerate(Side, start=2):
            label = QLabel()
            label.setProperty("role", "small")
            label.setContentsMargins(em(self, 0.4), em(self, 0.35), 0, em(self, 0.1))
            self._parts[side, region] = label
            grid.addWidget(label, row, column)
        row += 1
        for item in Item:
            if item.region is not region:
                continue
            count = QLabel(str(item.number))
            count.setProperty("role", "soft")
            grid.addWidget(count, row, 0, Qt.AlignmentFlag.AlignRight)
            name = QLabel(short_name(item))
            name.setToolTip(item_name(item))
            name.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            grid.addWidget(name, row, 1)
            for column, side in enumerate(Side, start=2):
                cell = ScoreCell(side, item)
                cell.focused.connect(self._on_focused)
                cell.pressed.connect(self._on_pressed)
                cell.opened.connect(self.comment_asked)
                self._cells[side, item] = cell
                grid.addWidget(cell, row, column)
            row += 1
        return row

    def _set_tab_order(self) -> None:
        for before, after in pairwise(self._cells[cell] for cell in answers.CELLS):
            QWidget.setTabOrder(before, after)

    def sizeHint(self) -> QSize:
        hint = self._content.sizeHint()
        return QSize(hint.width() + em(self, 1), hint.height())

    @property
    def sheet(self) -> Scoresheet:
        """The sheet shown."""
        return self._sheet

    @property
    def focused(self) -> Cell:
        """The cell that has the keyboard, or had it last."""
        return self._focused

    def cell(self, side: Side, item: Item) -> ScoreCell:
        """The widget of one cell."""
        return self._cells[side, item]

    def fix(self, why: str) -> None:
        """Let nothing be changed, for the reason given; empty lets the sheet be changed."""
        self._why_fixed = why

    @property
    def is_fixed(self) -> bool:
        """Whether nothing can be changed."""
        return bool(self._why_fixed)

    def show_cell(self, cell: Cell) -> None:
        """Come to a cell while the keyboard stays elsewhere, as in the list of differences."""
        self._on_focused(cell)
        self.ensureWidgetVisible(self._cells[cell], 0, em(self, 3))

    def begin(self, sheet: Scoresheet) -> None:
        """Show the sheet of another visit, from the first cell that waits."""
        self._announced = None
        self.show_sheet(sheet)
        waiting = answers.open_cells(sheet)
        self.focus_cell(waiting[0] if waiting else answers.CELLS[0])

    def show_sheet(self, sheet: Scoresheet) -> None:
        """Show a sheet; the keyboard stays where it is."""
        self._sheet = sheet
        changed = [cell for key, cell in self._cells.items() if sheet.get(*key) != cell.held]
        for cell in changed:
            cell.take(sheet.get(*cell.cell))
        changed.sort(key=lambda cell: cell.cell != self._focused)
        _update(changed[:AT_ONCE])
        # To draw all of them anew would hold the window up.
        rest = range(AT_ONCE, len(changed), AT_ONCE)
        self._painting.add(*(partial(_update, changed[at : at + AT_ONCE]) for at in rest))
        for (side, region), label in self._parts.items():
            items = [item for item in Item if item.region is region]
            label.setText(part_words(sheet.total(side, items)))
        for side, label in self._headlines.items():
            label.setText(headline_words(side, sheet))

    def focus_cell(self, cell: Cell) -> None:
        """Give one cell the keyboard, and scroll to it."""
        self.turned_to.emit()
        widget = self._cells[cell]
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        # A window that is not in front hears of the focus only later.
        self._on_focused(cell)
        bring_into_sight(widget, em(self, 3))

    def give_score(self, side: Side, item: Item, score: Score, direction: Direction) -> None:
        """Announce a score for a cell."""
        after = answers.with_score(self._sheet, side, item, score, direction)
        with in_english():
            text = noted("Score {item}, {side}: {score} {word}").format(
                item=short_name(item),
                side=side_word(side),
                score=int(score),
                word=direction_word(direction),
            )
        self._announce(text, after)

    def confirm(self, side: Side, item: Item) -> None:
        """Announce that the answer of a cell is confirmed as it stands."""
        if not answers.can_confirm(self._sheet.get(side, item)):
            return
        after = answers.confirmed(self._sheet, side, item)
        with in_english():
            text = noted("Confirm {item}, {side}").format(
                item=short_name(item), side=side_word(side)
            )
        self._announce(text, after)

    def distrust(self, readers: Collection[str]) -> None:
        """Say whose answers are not accepted together with others: not meant for patients."""
        self._distrusted = frozenset(readers)

    @property
    def confident(self) -> tuple[Cell, ...]:
        """Cells that are accepted together."""
        return answers.confident_cells(self._sheet, self._distrusted)

    def accept_confident(self) -> None:
        """Announce that every confident proposal is confirmed, as one step."""
        found = len(self.confident)
        if self._refuses():
            return
        if not found:
            self.said.emit(tr("No confident proposal is waiting."))
            return
        after = answers.with_confident_accepted(self._sheet, self._distrusted)
        self._announce(noted("Accept %n confident proposal(s)", found), after)

    def go_to_next_open(self) -> None:
        """Move to the next cell that waits for the reviewer."""
        cell = answers.next_open(self._sheet, self._focused)
        if cell is None:
            self.said.emit(tr("All 34 cells are confirmed."))
        else:
            self.focus_cell(cell)

    def ask_score(self, score: Score) -> None:
        """Give the cell with the keyboard a score, asking which option word where it is open."""
        if self._refuses():
            return
        side, item = self._focused
        held = self._sheet.get(side, item)
        likely = answers.likely_direction(item, score, held)
        if not answers.needs_choice(item, score, held):
            self.give_score(side, item, score, likely)
            return
        choices = answers.directions(item, score)
        first = choices.index(likely)
        if held is not None and held.score is score and held.direction in choices:
            first = (choices.index(held.direction) + 1) % len(choices)
        popup = self._open_popup(
            tr("{item}: which {score}?").format(item=short_name(item), score=int(score)),
            [(direction_word(one), one) for one in choices],
            first,
            int(Qt.Key.Key_0) + int(score),
        )
        popup.chosen.connect(lambda direction: self.give_score(side, item, score, direction))

    def ask_reason(self) -> None:
        """Ask why the cell with the keyboard cannot be scored."""
        if self._refuses():
            return
        side, item = self._focused
        held = self._sheet.get(side, item)
        reasons = answers.REVIEWER_REASONS
        first = 0
        if held is not None and held.reason in reasons:
            first = reasons.index(held.reason)
        popup = self._open_popup(
            tr("{item}: not scorable because").format(item=short_name(item)),
            [(reason_words(one), one) for one in reasons],
            first,
            int(Qt.Key.Key_N),
        )
        popup.chosen.connect(lambda reason: self._give_reason(side, item, reason))

    def _give_reason(self, side: Side, item: Item, reason: Reason) -> None:
        after = answers.without_score(self._sheet, side, item, reason)
        with in_english():
            text = noted("{item}, {side}: not scorable").format(
                item=short_name(item), side=side_word(side)
            )
        self._announce(text, after)

    def _open_popup(
        self, title: str, entries: list[tuple[str, object]], first: int, next_key: int
    ) -> ChoicePopup:
        popup = ChoicePopup(title, entries, first, next_key=next_key, parent=self)
        popup.destroyed.connect(lambda: self._forget(popup))
        self._popup = popup
        popup.show_below(self._cells[self._focused])
        return popup

    @property
    def popup(self) -> ChoicePopup | None:
        """The list that is open, if one is."""
        return self._popup

    def _forget(self, popup: ChoicePopup) -> None:
        # By the time one list is gone for good, another may be open.
        if self._popup is popup:
            self._popup = None

    def _refuses(self) -> bool:
        """Whether nothing can be changed; if so, that is said."""
        if self._why_fixed:
            self.refused.emit()
        return bool(self._why_fixed)

    def _announce(self, text: str, after: Scoresheet) -> None:
        if self._refuses():
            return
        if after != self._sheet:
            self.edited.emit(text, after)

    def _on_focused(self, cell: Cell) -> None:
        # Coming back to the same cell, as after a comment, must not move the films.
        if cell != self._announced:
            self._on_pressed(cell)

    def _on_pressed(self, cell: Cell) -> None:
        self._focused = self._announced = cell
        self.cell_focused.emit(cell)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Answer a key that a cell left alone; whether it meant anything here."""
        if event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
            | Qt.KeyboardModifier.AltModifier
            | Qt.KeyboardModifier.MetaModifier
        ):
            return False
        key = Qt.Key(event.key())
        if key in _SCORE_KEYS:
            self.ask_score(_SCORE_KEYS[key])
        elif key in _CONFIRM_KEYS:
            self._confirm_key(is_moving=key is not Qt.Key.Key_Space)
        elif key == Qt.Key.Key_U:
            self.go_to_next_open()
        elif key == Qt.Key.Key_N:
            self.ask_reason()
        elif key == Qt.Key.Key_A:
            self.accept_confident()
        elif key == Qt.Key.Key_C:
            self.comment_asked.emit(self._focused)
        else:
            return self._move(key)
        return True

    def _confirm_key(self, *, is_moving: bool) -> None:
        if self._refuses():
            return
        held = self._sheet.get(*self._focused)
        if answers.can_confirm(held):
            self.confirm(*self._focused)
        elif answers.is_open(held):
            self.said.emit(tr("Nothing to confirm here: give 0, 1 or 2, or N for not scorable."))
            return
        if is_moving:
            self.go_to_next_open()

    def _move(self, key: Qt.Key) -> bool:
        side, item = self._focused
        items = list(Item)
        at = items.index(item)
        match key:
            case Qt.Key.Key_Up:
                target = (side, items[max(0, at - 1)])
            case Qt.Key.Key_Down:
                target = (side, items[min(len(items) - 1, at + 1)])
            case Qt.Key.Key_Left:
                target = (Side.LEFT, item)
            case Qt.Key.Key_Right:
                target = (Side.RIGHT, item)
            case Qt.Key.Key_Home:
                target = (side, items[0])
            case Qt.Key.Key_End:
                target = (side, items[-1])
            case _:
                return False
        self.focus_cell(target)
        return True


def _update(cells: Sequence[ScoreCell]) -> None:
    for cell in cells:
        cell.update()


class _KeyPanel(QFrame):
    """Hands keys that its children left alone to the form, before the scroll area takes them."""

    def __init__(self, answer: Callable[[QKeyEvent], bool]) -> None:
        super().__init__()
        self._answer = answer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._answer(event):
            super().keyPressEvent(event)
