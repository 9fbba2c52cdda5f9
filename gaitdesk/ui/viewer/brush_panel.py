"""What the brush does, how large it is, and in which frames, below the films while one paints."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import Lines, breaking, together
from gaitdesk.ui.viewer.brush import LEAST_PX, MOST_PX, Brush
from gaitdesk.ui.viewer.follow_row import FollowRow, Told, painted_words
from gaitdesk.ui.viewer.frame_range import FrameRange

_STEPS = 100


class BrushPanel(Lines):
    """Shows the brush, and changes it; offers to carry what was painted on.

    Attributes:
        add, erase: Which of the two it does.
        size_slider: How large it is.
        in_range: Whether it erases in many frames at once.
        frames: Those frames.
        row: Which model follows what was painted, and in which frames.

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
        self.size_slider.setMinimumWidth(100)
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
        self.frames = FrameRange(tr("First frame to erase in"), tr("Last frame to erase in"))
        self.in_range.toggled.connect(self._on_span)
        self.frames.changed.connect(self._on_span)
        self.row = FollowRow()
        self.row.changed.connect(brush.looked)
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
            is_new = self.frames.count != count
            self.frames.offer(count, (0, count - 1) if is_new else None)
            if is_new:
                self._on_span()
        self._show_words()

    def show_told(self, told: Told) -> None:
        """Offer to carry on what was painted in the frames chosen for it."""
        self.row.show_told(told)
        self._show_words()

    def _lay_out(self) -> None:
        row = breaking(
            together(self.add, self.erase),
            together(QLabel(tr("Size", "of a brush")), self.size_slider, self._wide),
            together(self.in_range, self.frames),
            end=self._done,
            gap=16,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(3)
        column.addWidget(row)
        column.addWidget(self.row)
        column.addWidget(self._words)

    def _show_brush(self) -> None:
        brush = self._brush
        blockers = [QSignalBlocker(one) for one in (self.size_slider, self.add, self.erase)]
        (self.erase if brush.is_erasing else self.add).setChecked(True)
        if brush.radius_px:
            share = math.log(brush.radius_px / LEAST_PX) / math.log(MOST_PX / LEAST_PX)
            self.size_slider.setValue(round(_STEPS * share))
            words = tr("{pixels} px", "width of the brush")
            self._wide.setText(words.format(pixels=f"{2 * brush.radius_px:.0f}"))
        del blockers
        self._wide.setMinimumWidth(self.fontMetrics().horizontalAdvance("000 px"))
        self.in_range.setEnabled(brush.is_erasing)
        self.frames.setEnabled(brush.span is not None)
        self._show_words()

    def _show_words(self) -> None:
        span, told = self._brush.span, self.row.told
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
        elif told.painted and self.row.is_here:
            words = painted_words(told.painted)
        elif told.painted and self.row.missing:
            words = self.row.missing
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
        self._brush.set_span(self.frames.span)
