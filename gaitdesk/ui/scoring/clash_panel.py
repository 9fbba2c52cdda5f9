"""Items that two windows answered differently: both answers, and which one the form shall show."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import ItemScore
from gaitdesk.i18n import phrase, sentences, tr
from gaitdesk.report.words import direction_word, item_name, reason_words, side_word
from gaitdesk.ui.clash import Clash
from gaitdesk.ui.parts.marks import draw_badge
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.words import short_name

MOST_SHOWN = 4
"""So many at once; the next ones follow when these are settled."""


class ClashPanel(QFrame):
    """Shows answers that clash; hidden while there are none.

    Signals:
        mine_kept: The `Clash` in which this window's answer shall stand.
        theirs_taken: The `Clash` in which the other answer shall stand.
    """

    mine_kept = Signal(object)
    theirs_taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clashes: list[Clash] = []
        self.setProperty("tone", "warning")
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._title.setWordWrap(True)
        self._all_mine = QPushButton(tr("Keep all mine"))
        self._all_mine.clicked.connect(lambda: self._settle_all(is_mine=True))
        self._all_theirs = QPushButton(tr("Take all theirs"))
        self._all_theirs.clicked.connect(lambda: self._settle_all(is_mine=False))
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._all_mine)
        top.addWidget(self._all_theirs)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(em(self, 0.8))
        self._grid.setVerticalSpacing(em(self, 0.3))
        self._grid.setColumnStretch(4, 1)
        layout = QVBoxLayout(self)
        gap = em(self, 0.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addLayout(top)
        layout.addLayout(self._grid)
        self.hide()

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """What still waits to be settled."""
        return tuple(self._clashes)

    @property
    def buttons(self) -> dict[str, tuple[QPushButton, QPushButton]]:
        """Keep mine and take theirs of each item shown, by its spoken name."""
        return dict(self._buttons)

    def add(self, clashes: Iterable[Clash]) -> None:
        """Show more of them; a later one about the same item takes the place of the earlier."""
        for clash in clashes:
            self._clashes = [one for one in self._clashes if one.cell != clash.cell]
            self._clashes.append(clash)
        self._show()

    def clear(self) -> None:
        """Show none."""
        self._clashes = []
        self._show()

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        self._show()

    def _show(self) -> None:
        while (held := self._grid.takeAt(0)) is not None:
            widget = held.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons: dict[str, tuple[QPushButton, QPushButton]] = {}
        count = len(self._clashes)
        words = tr("%n item(s) were answered differently in another window.", "", count)
        rest = tr("Nothing was overwritten. Choose what the form shall show; both stay on record.")
        self._title.setText(f"<b>{words}</b>{sentences((words, rest)).removeprefix(words)}")
        for row, clash in enumerate(self._clashes[:MOST_SHOWN]):
            self._add_row(row, clash)
        if count > MOST_SHOWN:
            more = QLabel(tr("… and %n more", "", count - MOST_SHOWN))
            self._grid.addWidget(more, MOST_SHOWN, 0)
        for button in (self._all_mine, self._all_theirs):
            button.setVisible(count > 1)
        self.setVisible(count > 0)

    def _add_row(self, row: int, clash: Clash) -> None:
        side, item = clash.cell
        name = QLabel(phrase((f"<b>{item.number} {short_name(item)}</b>", side_word(side))))
        name.setToolTip(item_name(item))
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(_Answer(tr("here"), clash.mine), row, 1)
        self._grid.addWidget(_Answer(tr("there"), clash.theirs), row, 2)
        who = QLabel(who_words(clash))
        self._grid.addWidget(who, row, 3)
        spoken = phrase((item_name(item), side_word(side)))
        mine = QPushButton(tr("Keep mine"))
        mine.setAccessibleName(tr("Keep mine: {item}").format(item=spoken))
        mine.clicked.connect(lambda _=False, one=clash: self._settle(one, is_mine=True))
        theirs = QPushButton(tr("Take theirs"))
        theirs.setAccessibleName(tr("Take theirs: {item}").format(item=spoken))
        theirs.clicked.connect(lambda _=False, one=clash: self._settle(one, is_mine=False))
        self._grid.addWidget(mine, row, 5)
        self._grid.addWidget(theirs, row, 6)
        self._buttons[spoken] = (mine, theirs)

    def _settle(self, clash: Clash, *, is_mine: bool) -> None:
        self._clashes = [one for one in self._clashes if one is not clash]
        self._show()
        (self.mine_kept if is_mine else self.theirs_taken).emit(clash)

    def _settle_all(self, *, is_mine: bool) -> None:
        for clash in tuple(self._clashes):
            self._settle(clash, is_mine=is_mine)


class _Answer(QWidget):
    """One answer: where it was given, its badge, and its finding."""

    def __init__(self, where: str, held: ItemScore | None) -> None:
        super().__init__()
        badge = _Badge(held)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.4))
        layout.addWidget(QLabel(tr("{where}:").format(where=where)))
        layout.addWidget(badge)
        layout.addWidget(QLabel(finding_words(held)))
        if held is not None and held.comment:
            comment = QLabel(elided(self, f"“{held.comment}”"))
            comment.setToolTip(held.comment)
            layout.addWidget(comment)
        layout.addStretch(1)


class _Badge(QWidget):
    def __init__(self, held: ItemScore | None) -> None:
        super().__init__()
        self._held = held
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(em(self, 1.5), em(self, 1.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_badge(QPainter(self), QRectF(self.rect()), self._held, current())


def finding_words(held: ItemScore | None) -> str:
    """What an answer says besides its score."""
    if held is None:
        return tr("nothing")
    if held.score is not None:
        return direction_word(held.direction) if held.direction is not None else ""
    return reason_words(held.reason) if held.reason is not None else ""


def answer_words(held: ItemScore | None) -> str:
    """An answer in a line: its score, its finding, and the comment."""
    if held is None:
        return tr("nothing")
    score = "" if held.score is None else str(int(held.score))
    said = " ".join(word for word in (score, finding_words(held)) if word)
    return "\n".join(part for part in (said, held.comment) if part)


def elided(widget: QWidget, words: str) -> str:
    """Words on a line of their own, as long as there is room for in a row."""
    line = " ".join(words.split())
    return widget.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, em(widget, 14))


def who_words(clash: Clash) -> str:
    """Who gave the other answer, and when."""
    if clash.at is None:
        return ""
    local = clash.at.astimezone()
    return tr("by {rater} at {time}").format(
        rater=clash.rater or tr("somebody"), time=f"{local:%H:%M:%S}"
    )
