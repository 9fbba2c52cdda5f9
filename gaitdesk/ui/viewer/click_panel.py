"""Which model follows the mask, from which clicks and in which frames, below the films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.clicking import Clicking


@dataclass(frozen=True, slots=True)
class Follower:
    """A model that can follow a mask here.

    Attributes:
        name: Of its package.
        reads: Whether it also finds the child by words.
    """

    name: str
    reads: bool


class ClickPanel(QWidget):
    """Shows what is said of the child, and asks a model to follow it.

    Attributes:
        child, other: What the keys say of a place.
        models: The model that follows.
        words: What the child is called, for a model that reads.
        first, last: Frames to follow it in, from 1.
        follow: Asks for it.
        brush: Offers the brush instead.

    Signals:
        wanted: The mask is to be followed now.
        brush_wanted: The brush is to be taken up instead.
        closed: The button that ends clicking was pressed.
    """

    wanted = Signal()
    brush_wanted = Signal()
    closed = Signal()

    def __init__(self, clicking: Clicking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clicking = clicking
        self._followers: tuple[Follower, ...] = ()
        self._missing = ""
        self._in_range = self._here = 0
        self._stretch: tuple[int, int] | None = None
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
        self.models = QComboBox()
        self.models.setAccessibleName(tr("Model that follows the mask"))
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
        self.first, self.last = QSpinBox(), QSpinBox()
        self.first.setAccessibleName(tr("First frame to follow the mask in"))
        self.last.setAccessibleName(tr("Last frame to follow the mask in"))
        self.follow = QPushButton(tr("Follow from here  (Ctrl+Enter)"))
        self.brush = QPushButton(tr("Brush the mask"))
        self._frames, self._to = (
            QLabel(tr("In frames")),
            QLabel(tr("to", "from one frame to another")),
        )
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
    def can_follow(self) -> bool:
        """Whether there is a model, and something it could begin from."""
        return bool(self._followers) and bool(self._in_range or self.named)

    @property
    def follower(self) -> str:
        """Name of the model that is to follow; empty where there is none."""
        return str(self.models.currentData() or "")

    @property
    def named(self) -> str:
        """What the child is called; empty where the model does not read."""
        return self.words.text().strip() if self._reads else ""

    @property
    def span(self) -> tuple[int, int]:
        """First and last frame, from 0."""
        first, last = sorted((self.first.value() - 1, self.last.value() - 1))
        return first, last

    def show_followers(self, followers: Sequence[Follower], used: str, missing: str) -> None:
        """Offer models.

        Args:
            followers: Those that are here.
            used: The one to offer first, if it is among them.
            missing: What to do where there is none.
        """
        chosen = self.follower or used
        self._followers, self._missing = tuple(followers), missing
        blocker = QSignalBlocker(self.models)
        self.models.clear()
        for one in followers:
            self.models.addItem(one.name, one.name)
        self.models.setCurrentIndex(max(0, self.models.findData(chosen)))
        del blocker
        self._clicking.set_of_use(bool(followers))
        self._show()

    def show_film(self, count: int, stretch: tuple[int, int]) -> None:
        """Show in which frames can be followed; those chosen stay as long as the stretch does.

        Args:
            count: Of the film.
            stretch: First and last frame, from 0, of the time in which the child is there.
        """
        is_new = (stretch != self._stretch) or count != self.last.maximum()
        self._stretch = stretch
        blockers = [QSignalBlocker(box) for box in (self.first, self.last)]
        for box in (self.first, self.last):
            box.setRange(1, max(1, count))
        if is_new:
            self.first.setValue(stretch[0] + 1)
            self.last.setValue(stretch[1] + 1)
        del blockers

    def show_clicks(self, in_range: int, here: int) -> None:
        """Say how much was clicked in the frames chosen, and in the frame shown."""
        self._in_range, self._here = in_range, here
        self._show()

    @property
    def _reads(self) -> bool:
        return any(one.reads for one in self._followers if one.name == self.follower)

    def _lay_out(self) -> None:
        saying, following = QHBoxLayout(), QHBoxLayout()
        for row in (saying, following):
            row.setSpacing(8)
        for widget in (self.child, self.other, self.models, self.words, self.brush):
            saying.addWidget(widget)
        saying.addStretch(1)
        saying.addWidget(self._done)
        for part in (self._frames, self.first, self._to, self.last, self.follow):
            following.addWidget(part)
        following.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(3)
        column.addLayout(saying)
        column.addLayout(following)
        column.addWidget(self._said)

    def _connect(self) -> None:
        self._clicking.changed.connect(self._show)
        self.models.currentIndexChanged.connect(self._show)
        self.words.textChanged.connect(self._show)
        for box in (self.first, self.last):
            box.valueChanged.connect(self._clicking.looked)
        self.follow.clicked.connect(self.wanted)
        self.words.returnPressed.connect(self.wanted)
        self.brush.clicked.connect(self.brush_wanted)
        self._done.clicked.connect(self.closed)

    def _show(self) -> None:
        blockers = [QSignalBlocker(one) for one in (self.child, self.other)]
        (self.child if self._clicking.is_patient else self.other).setChecked(True)
        del blockers
        is_here = bool(self._followers)
        for widget in (self.child, self.other, self.models, self.follow):
            widget.setVisible(is_here)
        for part in (self._frames, self.first, self._to, self.last):
            part.setVisible(is_here)
        self.words.setVisible(self._reads)
        self.brush.setVisible(not is_here)
        self.follow.setEnabled(self.can_follow)
        self._said.setText(self._words_now())

    def _words_now(self) -> str:
        if not self._followers:
            return self._missing
        if not self._in_range and not self.named:
            return tr(
                "Click the child; the right button says what is not the child. By keys: arrows"
                " move a cross, Space clicks, X changes what it says."
            )
        if not self._in_range:
            return tr("Follow from here finds {words} in the frame shown, and follows it.").format(
                words=self.named
            )
        return tr(
            "%n click(s) in the frames chosen, {here} in the frame shown. Follow from here makes"
            " the mask of these frames anew from them; undo takes that back.",
            "",
            self._in_range,
        ).format(here=self._here)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
