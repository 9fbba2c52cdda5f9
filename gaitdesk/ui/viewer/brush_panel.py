"""What the brush does, how large it is, and in which frames, below the films while one paints."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.brush import LEAST_PX, MOST_PX, Brush

_STEPS = 100


class BrushPanel(QWidget):
    """Shows the brush, and changes it.

    Attributes:
        add, erase: Which of the two it does.
        size_slider: How large it is.
        in_range: Whether it erases in many frames at once.
        first, last: Those frames, from 1.

    Signals:
        closed: The button that ends painting was pressed.
    """

    closed = Signal()

    def __init__(self, brush: Brush, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brush = brush
        self._frame = 0
        self._has_mask = True
        self.add, self.erase = QToolButton(), QToolButton()
        group = QButtonGroup(self)
        for button, words in ((self.add, tr("Add")), (self.erase, tr("Erase"))):
            button.setText(words)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(button)
        self.add.setToolTip(tr("What is painted over is the patient  (X changes)"))
        self.erase.setToolTip(
            tr("What is painted over is not the patient  (X changes; the right button erases too)")
        )
        self.erase.toggled.connect(brush.set_erasing)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(0, _STEPS)
        self.size_slider.setAccessibleName(tr("Size of the brush"))
        self.size_slider.setToolTip(tr("Size of the brush  ([ and ], Ctrl + wheel)"))
        self.size_slider.setMinimumWidth(90)
        self.size_slider.setMaximumWidth(200)
        self.size_slider.valueChanged.connect(self._on_size)
        self._wide = QLabel()
        self.in_range = QCheckBox(tr("In all frames from"))
        self.in_range.setToolTip(
            tr(
                "Erases at the same place in every one of these frames: for what stands still"
                " while the child walks by, as a chair. Wherever the child walks over that place,"
                " the mask of the child is erased there as well."
            )
        )
        self.first, self.last = QSpinBox(), QSpinBox()
        self.first.setAccessibleName(tr("First frame to erase in"))
        self.last.setAccessibleName(tr("Last frame to erase in"))
        self.in_range.toggled.connect(self._on_span)
        for box in (self.first, self.last):
            box.setMinimum(1)
            box.valueChanged.connect(self._on_span)
        self._to = QLabel(tr("to", "from one frame to another"))
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._done = QPushButton(tr("Done  (Esc)"))
        self._done.clicked.connect(self.closed)
        self._lay_out()
        brush.changed.connect(self._show_brush)
        self._show_brush()

    @property
    def words(self) -> str:
        """What is said."""
        return self._words.text()

    def show_film(self, film: FilmAnalysis | None, frame: int | None) -> None:
        """Show what can be painted on: the film in front, and its frame."""
        self._has_mask = film is not None and film.mask is not None
        self._frame = 0 if frame is None else frame
        if film is not None:
            self._brush.fit(film.video.height)
            count = max(1, film.video.frame_count)
            is_new = self.last.maximum() != count
            blockers = [QSignalBlocker(box) for box in (self.first, self.last)]
            for box in (self.first, self.last):
                box.setMaximum(count)
            if is_new:
                self.first.setValue(1)
                self.last.setValue(count)
            del blockers
            if is_new:
                self._on_span()
        self._show_words()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add)
        row.addWidget(self.erase)
        row.addSpacing(8)
        row.addWidget(QLabel(tr("Size", "of a brush")))
        row.addWidget(self.size_slider, 1)
        row.addWidget(self._wide)
        row.addSpacing(8)
        for widget in (self.in_range, self.first, self._to, self.last):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self._words)

    def _show_brush(self) -> None:
        brush = self._brush
        blockers = [
            QSignalBlocker(one)
            for one in (self.size_slider, self.add, self.erase, self.first, self.last)
        ]
        (self.erase if brush.is_erasing else self.add).setChecked(True)
        if brush.radius_px:
            share = math.log(brush.radius_px / LEAST_PX) / math.log(MOST_PX / LEAST_PX)
            self.size_slider.setValue(round(_STEPS * share))
            words = tr("{pixels} px", "width of the brush")
            self._wide.setText(words.format(pixels=f"{2 * brush.radius_px:.0f}"))
        del blockers
        self._wide.setMinimumWidth(self.fontMetrics().horizontalAdvance("000 px"))
        self.in_range.setEnabled(brush.is_erasing)
        for widget in (self.first, self._to, self.last):
            widget.setEnabled(brush.span is not None)
        self._show_words()

    def _show_words(self) -> None:
        span = self._brush.span
        if not self._has_mask:
            words = tr("This film was analysed without a mask; there is nothing to paint on.")
        elif span is not None and not span[0] <= self._frame <= span[1]:
            words = tr(
                "The frame shown is not one of those; go to one of them, or change the range."
            )
        elif span is not None:
            words = tr(
                "Each stroke erases in %n frame(s) at once, the child too where the child passes"
                " that place. Look through them afterwards.",
                "",
                span[1] - span[0] + 1,
            )
        else:
            words = tr(
                "Paint over the picture; the right button erases. By keys: arrows move the brush,"
                " Space puts it down, X changes between adding and erasing."
            )
        self._words.setText(words)

    def _on_size(self, step: int) -> None:
        self._brush.set_radius(LEAST_PX * (MOST_PX / LEAST_PX) ** (step / _STEPS))

    def _on_span(self) -> None:
        if not self.in_range.isChecked():
            self._brush.set_span(None)
            return
        first, last = sorted((self.first.value(), self.last.value()))
        self._brush.set_span((first - 1, last - 1))
