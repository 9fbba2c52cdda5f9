"""What the network saw of the item in question, and which patches of it counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import Cell, Origin, Proposal, Scoresheet
from gaitdesk.i18n import sentences, tr
from gaitdesk.report.words import item_name, side_word
from gaitdesk.ui.parts.picture import to_qimage
from gaitdesk.ui.scoring.answers import CELLS
from gaitdesk.ui.scoring.proposal_row import chance_words, proposal_words
from gaitdesk.ui.theme import current, em

if TYPE_CHECKING:
    from gaitdesk.jobs.seen import KeptReading, SeenAnswer

_SAME = 1e-4
"""Chances that differ by less are the same answer."""


class ClipStrip(QWidget):
    """The pictures of a clip side by side; one of them can be chosen by mouse or arrow.

    Signals:
        chosen: Number of the picture, from 0.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[QImage] = []
        self._chosen = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Pictures of the clip; arrows go from one to the next"))

    def sizeHint(self) -> QSize:
        return QSize(em(self, 40), em(self, 9))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 20), em(self, 4))

    def show_pictures(self, pictures: list[QImage], chosen: int = 0) -> None:
        """Show pictures; none clears it."""
        self._pictures, self._chosen = pictures, min(chosen, max(0, len(pictures) - 1))
        self.setVisible(bool(pictures))
        self.update()

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self._pictures)

    def place_of(self, number: int) -> QPointF:
        """Where a picture lies in the widget."""
        return self._box(number).center()

    def _columns(self) -> int:
        """As many beside each other as makes them largest."""
        count = max(1, len(self._pictures))
        sizes = {
            columns: min(self.width() / columns, self.height() / -(-count // columns))
            for columns in range(1, count + 1)
        }
        return max(sizes, key=lambda columns: (sizes[columns], columns))

    def _box(self, number: int) -> QRectF:
        columns = self._columns()
        rows = -(-max(1, len(self._pictures)) // columns)
        size = min(self.width() / columns, self.height() / rows)
        row, column = divmod(number, columns)
        return QRectF(column * size, row * size, size, size).adjusted(1, 1, -2, -2)

    def _choose(self, number: int) -> None:
        if self._pictures:
            self._chosen = min(max(0, number), len(self._pictures) - 1)
            self.update()
            self.chosen.emit(self._chosen)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(len(self._pictures)):
            if self._box(number).contains(event.position()):
                self._choose(number)
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns()
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(self._chosen + step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, picture in enumerate(self._pictures):
            box = self._box(number)
            painter.drawImage(box, picture)
            if number == self._chosen:
                colour = current().focus if self.hasFocus() else current().accent
                painter.setPen(QPen(QColor(colour), 2.5))
                painter.drawRect(box)


class NetworkPanel(QWidget):
    """Shows the network's own pictures of one item of one limb.

    Signals:
        frame_asked: The film's index and a frame of it.
        clip_asked: The film's index, and the first and last frame of the clip.
        seen_changed: The `SeenAnswer` that is shown; None where there is none.
        read_asked: The network shall read the visit, now or again.
    """

    frame_asked = Signal(int, int)
    clip_asked = Signal(int, int, int)
    seen_changed = Signal(object)
    read_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: Cell = CELLS[0]
        self._proposal: Proposal | None = None
        self._reading: KeptReading | None = None
        self._seen: SeenAnswer | None = None
        self._can_read = False
        self._title, self._words, self._where = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "heading")
        self._where.setProperty("role", "small")
        for label in (self._title, self._words, self._where):
            label.setWordWrap(True)
        self._tint = QCheckBox(tr("Tint what counted"))
        self._tint.setChecked(True)
        self._tint.toggled.connect(self._show_pictures)
        self._play = QPushButton(tr("Play the clip in the films"))
        self._play.clicked.connect(self._on_play)
        self._read = QPushButton(tr("Read by the network"))
        self._read.clicked.connect(self.read_asked)
        self.strip = ClipStrip()
        self.strip.chosen.connect(self._on_chosen)
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        gap = em(self, 0.7)
        row = QHBoxLayout()
        row.setSpacing(gap)
        row.addWidget(self._play)
        row.addWidget(self._tint)
        row.addWidget(self._read)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.3))
        for widget in (self._title, self._words, self._where):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addWidget(self.strip, 1)
        layout.addStretch(0)

    @property
    def seen(self) -> SeenAnswer | None:
        """What is shown."""
        return self._seen

    @property
    def text(self) -> str:
        """What is said."""
        return sentences((self._words.text(), self._where.text()))

    @property
    def read_button(self) -> QPushButton:
        """Lets the network read, where its pictures are missing or of an earlier state."""
        return self._read

    def show_reading(self, reading: KeptReading | None) -> None:
        """Show what another reading of the visit left; None where there is none."""
        self._reading = reading
        self._show()

    def allow_reading(self, can_read: bool) -> None:
        """Say whether the network can be asked to read now."""
        self._can_read = can_read
        self._read.setVisible(can_read and self._seen is None and self._needs_reading())

    def show_cell(self, cell: Cell, sheet: Scoresheet) -> None:
        """Show one item of one limb."""
        held = sheet.get(*cell)
        said = [one for one in (held.proposed if held else ()) if one.origin is Origin.NETWORK]
        proposal = said[-1] if said else None
        if (cell, proposal) != (self._cell, self._proposal):
            self._cell, self._proposal = cell, proposal
            self._show()

    def _show(self) -> None:
        side, item = self._cell
        self._title.setText(tr("{item}, {side}").format(item=item_name(item), side=side_word(side)))
        self._seen = None if self._reading is None else self._reading.seen(self._cell)
        if self._proposal is not None and self._seen is not None and self._is_stale(self._seen):
            self._seen = None
        self._words.setText(self._answer_words())
        self._where.setText(self._where_words())
        self._read.setVisible(self._can_read and self._seen is None and self._needs_reading())
        for widget in (self._play, self._tint):
            widget.setVisible(self._seen is not None)
        self._show_pictures()
        self.seen_changed.emit(self._seen)

    def _is_stale(self, seen: SeenAnswer) -> bool:
        """Whether the form has another answer by now than the one whose pictures are kept."""
        said = None if self._proposal is None else self._proposal.atypical
        return said is None or abs(said - seen.head.atypical) > _SAME

    def _needs_reading(self) -> bool:
        return self._proposal is None or self._proposal.atypical is not None

    def _answer_words(self) -> str:
        proposal = self._proposal
        if proposal is None:
            return tr("The network has not read this visit.")
        said = proposal_words(self._cell[1], proposal)
        if proposal.atypical is None:
            return said
        chance = chance_words(proposal.atypical, proposal.spread or 0.0)
        return f"{said} · {chance}"

    def _where_words(self) -> str:
        if self._seen is None:
            if self._proposal is None or not self._needs_reading():
                return ""
            return tr(
                "What it saw is not kept, or is from before a correction. Reading again, in the"
                " background, brings it back."
            )
        from gaitdesk.childgait.shown import where_words

        clip = self._seen.clip
        where = where_words(clip.film, self._seen.numbers, clip.view, clip.phase, clip.side)
        speaks = tr("atypical") if self._seen.head.atypical >= 0.5 else tr("typical")
        return tr(
            "One of %n clip(s): {where}. The network's own input: grey was left out, tinted speaks"
            " for {answer}.",
            "",
            self._seen.head.clips,
        ).format(where=where, answer=speaks)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_pictures()

    def _show_pictures(self) -> None:
        """Show what was seen, once somebody looks: tinting takes a moment."""
        seen = self._seen
        if seen is None:
            self.strip.show_pictures([])
            return
        if not self.isVisible():
            return
        pictures = seen.tinted() if self._tint.isChecked() else seen.pictures
        # Pictures that are looked at together hardly differ: the first of each is shown.
        firsts = seen.numbers[:: seen.tubelet]
        evidence = None if self._proposal is None else self._proposal.evidence
        frame = int(firsts[0]) if evidence is None else evidence.frame
        deciding = max(0, int(np.searchsorted(firsts, frame, side="right")) - 1)
        self.strip.show_pictures([to_qimage(one) for one in pictures[:: seen.tubelet]], deciding)

    def _on_chosen(self, number: int) -> None:
        if self._seen is not None:
            frame = int(self._seen.numbers[number * self._seen.tubelet])
            self.frame_asked.emit(self._seen.clip.film, frame)

    def _on_play(self) -> None:
        if self._seen is not None:
            numbers = self._seen.numbers
            self.clip_asked.emit(self._seen.clip.film, int(numbers[0]), int(numbers[-1]))
