"""What clicks say of the child, and that a model follows it from them, below the films."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import Lines, breaking
from gaitdesk.ui.viewer.clicking import Clicking
from gaitdesk.ui.viewer.follow_row import FollowRow, Told, painted_words


class ClickPanel(Lines):
    """Shows what is said of the child, and asks a model to follow it.

    Attributes:
        child, other: What the keys say of a place.
        words: What the child is called, for a model that reads.
        brush: Offers the brush instead.
        row: Which model follows it, and in which frames.

    Signals:
        brush_wanted: The brush is to be taken up instead.
        closed: The button that ends clicking was pressed.
    """

    brush_wanted = Signal()
    closed = Signal()

    def __init__(self, clicking: Clicking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clicking = clicking
        self.child, self.other = QToolButton(), QToolButton()
        group = QButtonGroup(self)
        for button, words in (
            (self.child, tr("This is the child")),
            (self.other, tr("This is not the child")),
        ):
            button.setText(words)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(button)
        self.child.setToolTip(tr("What Space says of the place under the cross  (X changes)"))
        self.other.setToolTip(
            tr("What Space says of the place under the cross  (X changes; the right button too)")
        )
        self.other.toggled.connect(lambda is_on: clicking.set_patient(not is_on))
        self.row = FollowRow()
        self.words = QLineEdit()
        self.words.setAccessibleName(tr("What the child is called"))
        self.words.setPlaceholderText(tr("or words: child"))
        self.words.setToolTip(
            tr(
                "In English. The model finds in the frame shown who is called so, and follows"
                " whoever of them is where the child was; clicks say more where that is not enough."
            )
        )
        self.words.setMaxLength(60)
        self.words.setMaximumWidth(160)
        self.brush = QPushButton(tr("Brush the mask"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._done = QPushButton(tr("Done  (Esc)"))
        self._lay_out()
        self._connect()
        self._show()

    @property
    def said(self) -> str:
        """What is said."""
        return self._said.text()

    @property
    def named(self) -> str:
        """What the child is called; empty where the model does not read."""
        return self.words.text().strip() if self.row.reads else ""

    def show_told(self, told: Told) -> None:
        """Say how much was said of the child in the frames chosen, and in the frame shown."""
        self.row.show_told(told, self.named)
        self._said.setText(self._words_now())

    def _lay_out(self) -> None:
        saying = breaking(self.child, self.other, self.words, self.brush, end=self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(3)
        column.addWidget(saying)
        column.addWidget(self.row)
        column.addWidget(self._said)

    def _connect(self) -> None:
        self._clicking.changed.connect(self._show)
        self.row.changed.connect(self._show)
        self.row.changed.connect(self._clicking.looked)
        self.words.textChanged.connect(self._show)
        self.words.returnPressed.connect(self.row.wanted)
        self.brush.clicked.connect(self.brush_wanted)
        self._done.clicked.connect(self.closed)

    def _show(self) -> None:
        blockers = [QSignalBlocker(one) for one in (self.child, self.other)]
        (self.child if self._clicking.is_patient else self.other).setChecked(True)
        del blockers
        is_here = self.row.is_here
        self._clicking.set_of_use(is_here)
        for widget in (self.child, self.other):
            widget.setVisible(is_here)
        self.words.setVisible(self.row.reads)
        self.brush.setVisible(not is_here)
        self.show_told(self.row.told)

    def _words_now(self) -> str:
        told = self.row.told
        if not self.row.is_here:
            return self.row.missing
        if told.is_painted_here and told.clicks_here:
            return tr(
                "The frame shown was painted: its mask stands, and clicks in it do not count."
                " Follow from here carries it on through the other frames."
            )
        if not told.clicks and not told.painted and not self.named:
            return tr(
                "Click the child; the right button says what is not the child. By keys: arrows"
                " move a cross, Space clicks, X changes what it says."
            )
        if not told.clicks and not told.painted:
            return tr("Follow from here finds {words} in the frame shown, and follows it.").format(
                words=self.named
            )
        if not told.clicks:
            return painted_words(told.painted)
        clicks = tr(
            "%n click(s) in the frames chosen, {here} in the frame shown. Follow from here makes"
            " the mask of these frames anew from them; undo takes that back.",
            "",
            told.clicks,
        ).format(here=told.clicks_here)
        if not told.painted:
            return clicks
        painted = tr("{clicks} %n painted frame(s) among them keep their mask.", "", told.painted)
        return painted.format(clicks=clicks)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
