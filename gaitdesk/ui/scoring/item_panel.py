"""Everything about one item of one limb: criteria, drawing, the machines' answers, comment."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Cell,
    Direction,
    Item,
    ItemScore,
    Origin,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.i18n import tr
from gaitdesk.report.answers import band_words, shown_proposal
from gaitdesk.report.words import (
    direction_word,
    item_name,
    plane_word,
    side_word,
)
from gaitdesk.scoring.criteria import BANDS, OPTIONS
from gaitdesk.ui.parts.columns import Columns
from gaitdesk.ui.parts.marks import draw_badge
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.scoring.answers import CELLS, readers_disagree
from gaitdesk.ui.scoring.cell import fitting
from gaitdesk.ui.scoring.dial import Dial, described
from gaitdesk.ui.scoring.proposal_row import DisagreementRow, ProposalRow
from gaitdesk.ui.scoring.sketch import Sketch
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import reading_hint


def option_rows(item: Item) -> tuple[tuple[Score, Direction, str], ...]:
    """Score, option word and published limits of every answer an item can be given."""
    if item in BANDS:
        bands = sorted(BANDS[item], key=lambda band: (band.score, band.lowest))
        return tuple((band.score, band.direction, band_words(item, band)) for band in bands)
    return tuple((score, word, "") for word, score in OPTIONS[item].items())


class OptionButton(QPushButton):
    """One answer an item can be given, with its score, option word and limits.

    It can offer another answer later, which takes far less time than making another button.
    """

    def __init__(self, score: Score, direction: Direction, limits: str) -> None:
        super().__init__()
        self.setProperty("flat", True)
        self.setCheckable(True)
        self._is_confirmed = False
        self.offer(score, direction, limits)

    def offer(self, score: Score, direction: Direction, limits: str) -> None:
        """Offer an answer."""
        self.score, self.direction, self.limits = score, direction, limits
        self.update()
        self.setAccessibleName(
            tr("{score}: {word} {limits}").format(
                score=int(score), word=direction_word(direction), limits=limits
            )
        )

    def show_confirmed(self, is_confirmed: bool) -> None:
        """Say whether the answer that stands is confirmed, or proposed."""
        if is_confirmed != self._is_confirmed:
            self._is_confirmed = is_confirmed
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(em(self, 17), em(self, 2.0))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 12), em(self, 1.9))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, unit = current(), float(em(self))
        painter = QPainter(self)
        size = 1.4 * unit
        box = QRectF(0.4 * unit, (self.height() - size) / 2, size, size)
        shown = ItemScore(
            State.SCORED,
            Origin.REVIEWER,
            self.score,
            self.direction,
            is_confirmed=self.isChecked() and self._is_confirmed,
        )
        draw_badge(painter, box, shown, theme)
        font = self.font()
        font.setBold(self.isChecked())
        painter.setPen(theme.ink)
        aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        left = box.right() + 0.5 * unit
        word = direction_word(self.direction)
        said = self.limits or word
        room = self.width() - left - 0.3 * unit
        font, metrics = fitting(font, said, room)
        painter.setFont(font)
        painter.drawText(
            QRectF(left, 0, room, self.height()),
            aligned,
            metrics.elidedText(said, Qt.TextElideMode.ElideRight, room),
        )


class CommentEdit(QPlainTextEdit):
    """The reviewer's words on one item; announced when they are finished with it.

    Signals:
        finished: The text, when the keyboard leaves the field.
        ended: Ctrl+Enter or Escape was pressed, and the keyboard should go back to the form.
    """

    finished = Signal(str)
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Comment (C)"))
        self.setAccessibleName(tr("Comment on this item"))
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        return QSize(em(self, 12), em(self, 4.2))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 8), em(self, 3.2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_ended = event.key() == Qt.Key.Key_Escape or (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if is_ended:
            self.ended.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.finished.emit(self.toPlainText().strip())


class ItemPanel(QWidget):
    """Shows one item of one limb, and takes an answer or a comment by mouse.

    Signals:
        score_chosen: Side, item, score and option word that were clicked.
        reason_asked: Somebody wants to say that the item cannot be scored.
        commented: Side, item and the reviewer's words.
        frame_asked: The film's index and a frame of it.
        left: The comment is finished; the keyboard should go back to the form.
    """

    score_chosen = Signal(object, object, object, object)
    reason_asked = Signal()
    commented = Signal(object, object, str)
    frame_asked = Signal(int, int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: Cell = CELLS[0]
        self._held: ItemScore | None = None
        self._unkept: dict[Cell, str] = {}
        self._announced: Cell | None = None
        self._announced_words = ""
        self._shown_for: Cell | None = None
        self._keys_before: QWidget | None = None
        self._key_order: tuple[QWidget, ...] = ()
        self._buttons: list[OptionButton] = []
        self._options: list[OptionButton] = []
        self._disagreement: DisagreementRow | None = None
        self._proposals: list[ProposalRow] = []
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._hint = QLabel()
        self._hint.setProperty("role", "soft")
        self._hint.setWordWrap(True)
        self._dial, self._sketch = Dial(), Sketch()
        self._option_box = QVBoxLayout()
        self._option_box.setSpacing(0)
        self._proposal_box = QVBoxLayout()
        self._proposal_box.setSpacing(0)
        self._comment = CommentEdit()
        self._comment.finished.connect(self._on_commented)
        self._comment.ended.connect(self.left)
        self._comment.textChanged.connect(self._show_whether_kept)
        self._unkept_label = QLabel(
            tr("Not kept yet. It stays here, and is tried again when you leave the field.")
        )
        self._unkept_label.setProperty("role", "small")
        self._unkept_label.setWordWrap(True)
        self._unkept_label.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        gap = em(self, 0.7)
        answers = QVBoxLayout()
        answers.setSpacing(em(self, 0.3))
        answers.addLayout(self._option_box)
        self._reason = QPushButton(tr("Not scorable …  (N)"))
        self._reason.clicked.connect(self.reason_asked)
        answers.addWidget(self._reason, 0, Qt.AlignmentFlag.AlignLeft)
        answers.addStretch(1)
        said = QVBoxLayout()
        said.setSpacing(em(self, 0.3))
        said.addLayout(self._proposal_box)
        said.addWidget(self._comment)
        said.addWidget(self._unkept_label)
        said.addStretch(1)
        columns = Columns(gap)
        columns.add_column(self._dial, em(self, 12), 4)
        columns.add_column(self._sketch, em(self, 14), 5)
        columns.add_column(_holding(answers), em(self, 14), 6)
        columns.add_column(_holding(said), em(self, 15), 8)
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.3))
        layout.addWidget(self._title)
        layout.addWidget(self._hint)
        layout.addLayout(columns, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(inside))

    @property
    def cell(self) -> Cell:
        """Which cell it shows."""
        return self._cell

    @property
    def options(self) -> tuple[OptionButton, ...]:
        """The answers offered."""
        return tuple(self._options)

    def show_cell(self, cell: Cell, sheet: Scoresheet) -> None:
        """Show one item of one limb; words that could not be kept stay until they are."""
        if cell != self._cell and self._is_being_written:
            self._on_commented(self._words)
        held = sheet.get(*cell)
        is_same_item = self._cell[1] is cell[1] and bool(self._options)
        is_same = self._shown_for == cell and self._held == held and bool(self._options)
        self._cell, self._held = cell, held
        if is_same:
            return
        side, item = cell
        self._show_title(side, item)
        self._hint.setText(reading_hint(item))
        if not is_same_item:
            self._make_options(item)
        for button in self._options:
            button.show_confirmed(held is not None and held.is_confirmed)
            button.setChecked(
                held is not None
                and held.state is State.SCORED
                and (held.score, held.direction) == (button.score, button.direction)
            )
        proposal = shown_proposal(held) if held is not None else None
        measure = proposal.measure if proposal is not None else None
        self._dial.show_item(side, item, measure)
        self._dial.setAccessibleName(described(item, measure))
        self._sketch.show_item(side, item, held)
        self._show_proposals(item, held)
        self._order_keys()
        self._show_comment(cell, held.comment if held is not None else "")

    def fix(self, is_fixed: bool) -> None:
        """Let no comment be written, or let it."""
        self._comment.setReadOnly(is_fixed)

    def follow(self, before: QWidget) -> None:
        """Let Tab come here from another widget."""
        self._keys_before = before
        self._key_order = ()
        self._order_keys()

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        self._show_title(*self._cell)
        self._dial.update()
        self._sketch.update()

    def settle(self) -> None:
        """Announce comments that are not kept; for when the visit is left."""
        if self._is_being_written:
            self._on_commented(self._words)
        for cell, words in tuple(self._unkept.items()):
            self._announce(cell, words)

    @property
    def unkept(self) -> dict[Cell, str]:
        """Comments that were announced and could not be kept, by their cells."""
        return dict(self._unkept)

    def refuse(self) -> None:
        """Hold on to the comment that is being announced: it could not be kept."""
        if self._announced is not None:
            self._unkept[self._announced] = self._announced_words

    def forget(self) -> None:
        """Hold on to no comment any more: another visit is shown."""
        self._unkept.clear()
        self._comment.clear()
        self._shown_for = None

    def write_comment(self) -> None:
        """Put the keyboard into the comment."""
        self._comment.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_title(self, side: Side, item: Item) -> None:
        theme = current()
        self._title.setText(
            f"{item.number}&nbsp; {item_name(item)}"
            f' &nbsp;<span style="color:{theme.side(side)}">{side_word(side)}</span>'
            f' &nbsp;<span style="color:{theme.soft}; font-weight:normal">'
            f"{plane_word(item.plane)}</span>"
        )

    def _make_options(self, item: Item) -> None:
        rows = option_rows(item)
        for button, row in zip(self._buttons, rows, strict=False):
            button.offer(*row)
        for row in rows[len(self._buttons) :]:
            button = OptionButton(*row)
            button.clicked.connect(self._on_option)
            self._buttons.append(button)
            self._option_box.addWidget(button)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(rows))
        self._options = self._buttons[: len(rows)]

    def _show_proposals(self, item: Item, held: ItemScore | None) -> None:
        is_disputed = held is not None and readers_disagree(held)
        if held is not None and is_disputed:
            if self._disagreement is None:
                self._disagreement = DisagreementRow(held)
                self._proposal_box.insertWidget(0, self._disagreement)
            self._disagreement.show_answers(held)
        if self._disagreement is not None:
            self._disagreement.setVisible(is_disputed)
        said = held.proposed if held is not None else ()
        for row, proposal in zip(self._proposals, said, strict=False):
            row.show_proposal(item, proposal)
        for proposal in said[len(self._proposals) :]:
            row = ProposalRow(item, proposal)
            row.frame_asked.connect(self.frame_asked)
            self._proposals.append(row)
            self._proposal_box.addWidget(row)
        for place, row in enumerate(self._proposals):
            row.setVisible(place < len(said))

    def _order_keys(self) -> None:
        """Let Tab go down the answers, then the proposals; what is made late would come last."""
        order = (
            *self._buttons,
            self._reason,
            *(row.button for row in self._proposals),
            self._comment,
        )
        if order == self._key_order:
            return
        self._key_order = order
        before = self._keys_before or self._reason.previousInFocusChain() or self
        for widget in order:
            QWidget.setTabOrder(before, widget)
            before = widget

    def _on_option(self) -> None:
        button = self.sender()
        if isinstance(button, OptionButton):
            button.setChecked(True)
            self.score_chosen.emit(*self._cell, button.score, button.direction)

    def _on_commented(self, words: str) -> None:
        before = self._held.comment if self._held is not None else ""
        if words != before:
            self._announce(self._cell, words)
        else:
            self._unkept.pop(self._cell, None)
            self._comment.document().setModified(False)
        self._show_whether_kept()

    def _announce(self, cell: Cell, words: str) -> None:
        self._announced, self._announced_words = cell, words
        self._unkept.pop(cell, None)
        if cell == self._cell:
            # What comes of it is shown, unless it is refused.
            self._comment.document().setModified(False)
        self.commented.emit(*cell, words)
        self._announced = None
        if cell == self._cell and cell in self._unkept:
            self._comment.document().setModified(True)

    @property
    def _words(self) -> str:
        return self._comment.toPlainText().strip()

    @property
    def _is_being_written(self) -> bool:
        """Whether the field holds words that are not kept."""
        return self._comment.document().isModified() and not self._comment.isReadOnly()

    def _show_comment(self, cell: Cell, kept: str) -> None:
        """Show a cell's comment; what is being written in it is left alone."""
        unkept = self._unkept.get(cell)
        if unkept is not None:
            if unkept != self._words:
                self._comment.setPlainText(unkept)
            self._comment.document().setModified(True)
        elif self._shown_for != cell or not self._is_being_written:
            if kept != self._comment.toPlainText():
                self._comment.setPlainText(kept)
            self._comment.document().setModified(False)
        self._shown_for = cell
        self._show_whether_kept()

    def _show_whether_kept(self) -> None:
        is_held = self._unkept.get(self._cell) == self._words
        self._unkept_label.setVisible(self._cell in self._unkept and is_held)


def _holding(layout: QVBoxLayout) -> QWidget:
    """A widget with a layout in it."""
    layout.setContentsMargins(0, 0, 0, 0)
    widget = QWidget()
    widget.setLayout(layout)
    return widget
