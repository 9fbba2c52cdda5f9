"""Films of several visits side by side, locked to one place of the gait cycle."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.gait import GaitCycle
from gaitdesk.i18n import listed, percent, tr
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.words import plane_word, side_word
from gaitdesk.ui.compare.look import VisitLine
from gaitdesk.ui.compare.phase import PhasedFilm, cycles_of, length_s, phased
from gaitdesk.ui.parts.breaking import Lines
from gaitdesk.ui.parts.columns import Columns
from gaitdesk.ui.parts.elided import ElidedLabel
from gaitdesk.ui.theme import em
from gaitdesk.ui.viewer.film_pane import FilmPane
from gaitdesk.ui.viewer.following import Cut
from gaitdesk.ui.viewer.layers import Layer, Layers
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.projector import Projector
from gaitdesk.ui.viewer.slides import Staging

# Of all films together, however large the machine: a cycle is short, and at most eight films are
# shown.
_NEAR_BYTES, _FAR_BYTES = 400_000_000, 100_000_000
_SPEEDS = (0.125, 0.25, 0.5, 1.0)
_STEPS = 10
"""Steps of the slider in one per cent of the cycle."""
_TICK_MS = 16


class FilmComparison(QWidget):
    """Shows the films of each visit at the same per cent of one limb's gait cycle.

    Signals:
        place_changed: Side and per cent of the cycle now shown.
    """

    place_changed = Signal(object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visits: tuple[ComparedVisit, ...] = ()
        self._films: list[PhasedFilm] = []
        self._panes: list[FilmPane] = []
        self._captions: list[ElidedLabel] = []
        self._cycles: list[QComboBox] = []
        self._projector: Projector | None = None
        self._past: list[Projector] = []
        self._is_stale = False
        self._pct = 0.0
        self._began = (0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._grid = QGridLayout()
        self._grid.setSpacing(em(self, 0.5))
        self._empty = QLabel()
        self._empty.setProperty("role", "soft")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._make_controls()
        self._make_actions()
        layout = QVBoxLayout(self)
        gap = em(self, 0.6)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(self._empty, 1)
        layout.addLayout(self._grid, 1)
        layout.addWidget(self._controls)

    def _make_controls(self) -> None:
        self._side = QComboBox()
        for side in Side:
            self._side.addItem(tr("By the {side} limb").format(side=side_word(side)), side)
        self._side.setAccessibleName(tr("Limb whose gait cycle locks the films"))
        self._side.currentIndexChanged.connect(self._rebuild)
        self._plane = QComboBox()
        for plane in Plane:
            word = plane_word(plane)
            self._plane.addItem(f"{word[:1].upper()}{word[1:]}", (plane,))
        self._plane.addItem(tr("Both planes"), tuple(Plane))
        self._plane.setAccessibleName(tr("Films shown of each visit"))
        self._plane.currentIndexChanged.connect(self._rebuild)
        self._play = QPushButton(tr("Play"))
        self._play.setToolTip(tr("Play or pause  (Space)"))
        self._play.clicked.connect(self.toggle)
        self._speed = QComboBox()
        for speed, words in zip(_SPEEDS, ("1/8 ×", "1/4 ×", "1/2 ×", "1 ×"), strict=True):
            self._speed.addItem(words, speed)
        self._speed.setCurrentIndex(1)
        self._speed.setAccessibleName(tr("Speed"))
        self._speed.currentIndexChanged.connect(self._begin_here)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100 * _STEPS)
        self._slider.setSingleStep(_STEPS)
        self._slider.setPageStep(10 * _STEPS)
        self._slider.setAccessibleName(tr("Per cent of the gait cycle"))
        self._slider.valueChanged.connect(self._on_slider)
        self._place = QLabel()
        self._place.setMinimumWidth(em(self, 3.4))
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._drawn = QCheckBox(tr("Drawings"))
        self._drawn.setChecked(True)
        self._drawn.toggled.connect(self._on_drawn)
        self._controls = Lines()
        controls = Columns(em(self, 0.6))
        self._controls.setLayout(controls)
        for widget in (self._side, self._plane, self._play, self._speed):
            controls.add_column(widget, widget.sizeHint().width(), 0)
        controls.add_column(self._slider, em(self, 10), 1)
        for label in (self._place, self._drawn):
            controls.add_column(label, label.sizeHint().width(), 0)

    def _make_actions(self) -> None:
        for text, key, answer in (
            (tr("Play or pause"), "Space", self.toggle),
            (tr("Play or pause"), "K", self.toggle),
            (tr("One per cent on"), ".", lambda: self.show_place(self._pct + 1.0)),
            (tr("One per cent back"), ",", lambda: self.show_place(self._pct - 1.0)),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(answer)
            self.addAction(action)

    # What is shown.

    @property
    def panes(self) -> tuple[FilmPane, ...]:
        """The films, row by row of planes, in the order of the visits."""
        return tuple(self._panes)

    @property
    def pct(self) -> float:
        """Place in the gait cycle, per cent."""
        return self._pct

    @property
    def side(self) -> Side:
        """The limb whose gait cycle locks the films."""
        return Side(self._side.currentData())

    @property
    def is_playing(self) -> bool:
        """Whether the place moves by itself."""
        return self._timer.isActive()

    def show_visits(self, visits: Sequence[ComparedVisit]) -> None:
        """Show the films of these visits as soon as this page is looked at."""
        self._visits = tuple(visits)
        best = max(Side, key=lambda one: sum(bool(cycles_of(v.analysis, one)) for v in visits))
        self._side.blockSignals(True)
        self._side.setCurrentIndex(self._side.findData(best))
        self._side.blockSignals(False)
        self._rebuild()

    def clear(self) -> None:
        """Let go of all films."""
        self._visits = ()
        self._rebuild()

    def close_films(self) -> None:
        """Let go of all films, and wait until no thread is left."""
        self._timer.stop()
        if self._projector is not None:
            self._past.append(self._projector)
            self._projector = None
        for projector in self._past:
            projector.close()

    def show_place(self, pct: float, side: Side | None = None) -> None:
        """Show a place of the gait cycle, of another limb if need be."""
        if side is not None and side is not self.side:
            self._side.setCurrentIndex(self._side.findData(side))
        self._set_pct(min(100.0, max(0.0, pct)))
        self._begin_here()

    def toggle(self) -> None:
        """Play the cycle again and again, or stand still."""
        if self._timer.isActive() or not self._films:
            self._timer.stop()
            for slot in range(len(self._films)):
                self._want(slot)
        else:
            self._begin_here()
            self._timer.start()
        self._play.setText(tr("Pause") if self._timer.isActive() else tr("Play"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._rebuild()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._timer.isActive():
            self.toggle()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_films()
        super().closeEvent(event)

    def _rebuild(self) -> None:
        """Make a pane for each film there is."""
        self._is_stale = bool(self._visits) and not self.isVisible()
        if self._is_stale:
            return
        if self._timer.isActive():
            self.toggle()
        self._take_down()
        planes: tuple[Plane, ...] = self._plane.currentData()
        missing = []
        for column, visit in enumerate(self._visits):
            cycles = cycles_of(visit.analysis, self.side)
            self._grid.addWidget(self._made_head(column, visit, cycles), 0, column)
            self._grid.setColumnStretch(column, 1)
            if not cycles:
                missing.append(visit.title)
                continue
            for row, plane in enumerate(planes):
                found = phased(visit.analysis, cycles[0], plane)
                if found is None or not found.film.video.path.is_file():
                    self._grid.addWidget(self._made_gap(plane, found), 1 + row, column)
                else:
                    self._add_pane(found, 1 + row, column)
        for row in range(len(Plane)):
            self._grid.setRowStretch(1 + row, 1 if row < len(planes) else 0)
        self._empty.setVisible(bool(missing) or not self._visits)
        self._empty.setText(
            tr(
                "No gait cycle of the {side} limb was seen at: {visits}. Choose the other limb, or"
                " open that visit and mark the foot contacts on its timeline."
            ).format(side=side_word(self.side), visits=listed(missing))
            if missing
            else ""
        )
        if self._films:
            self._projector = Projector(
                self, _NEAR_BYTES // len(self._films), _FAR_BYTES // len(self._films)
            )
            self._projector.pictured.connect(self._on_pictured)
            self._projector.failed.connect(self._on_failed)
            self._projector.delayed.connect(self._on_delayed)
            self._projector.set_films([one.film.video for one in self._films])
        self._set_pct(self._pct)

    def _take_down(self) -> None:
        if self._projector is not None:
            # Threads may be in the middle of a frame, and the window does not wait for them.
            self._projector.stop()
            self._past.append(self._projector)
            self._projector = None
        over = [one for one in self._past if one.is_over]
        self._past = [one for one in self._past if one not in over]
        for one in over:
            one.deleteLater()
        while (held := self._grid.takeAt(0)) is not None:
            widget = held.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._films, self._panes, self._captions, self._cycles = [], [], [], []

    def _made_head(self, column: int, visit: ComparedVisit, cycles: Sequence[GaitCycle]) -> QWidget:
        head = Lines()
        named = QWidget()
        row = QHBoxLayout(named)
        row.setContentsMargins(0, 0, 0, 0)
        title = QLabel(f"<b>{visit.title}</b>")
        caption = ElidedLabel()
        caption.setProperty("role", "soft")
        choice = QComboBox()
        for number, cycle in enumerate(cycles):
            choice.addItem(
                tr("{number} of {count}, {length} s").format(
                    number=number + 1, count=len(cycles), length=f"{cycle.duration_s:.2f}"
                ),
                cycle,
            )
        choice.setVisible(bool(cycles))
        choice.setAccessibleName(tr("Gait cycle of {visit}").format(visit=visit.title))
        choice.setToolTip(tr("Which gait cycle is shown, the surest first, and how long it took"))
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        choice.currentIndexChanged.connect(functools.partial(self._on_cycle, column))
        row.addWidget(VisitLine(column))
        row.addWidget(title)
        row.addWidget(caption, 1)
        lines = Columns(em(self, 0.5))
        lines.add_column(named, em(self, 12), 1)
        lines.add_column(choice, choice.sizeHint().width(), 0)
        head.setLayout(lines)
        self._captions.append(caption)
        self._cycles.append(choice)
        return head

    def _made_gap(self, plane: Plane, found: PhasedFilm | None) -> QLabel:
        words = (
            tr("No {plane} film is timed with this cycle.").format(plane=plane_word(plane))
            if found is None
            else tr("{name} is not where it was. Open the visit to look for it.").format(
                name=found.film.video.path.name
            )
        )
        label = QLabel(words)
        label.setProperty("role", "soft")
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    def _add_pane(self, found: PhasedFilm, row: int, column: int) -> None:
        slot = len(self._films)
        pane = FilmPane()
        pane.setMinimumSize(em(self, 10), em(self, 9))
        pane.show_film(found.film)
        pane.set_correcting(False)
        pane.follow(Cut.BODY)
        pane.staging_settled.connect(functools.partial(self._on_staged, slot))
        self._grid.addWidget(pane, row, column)
        self._films.append(found)
        self._panes.append(pane)
        pane.setProperty("visit", column)
        self._on_drawn(self._drawn.isChecked())

    # Place and pictures.

    def _set_pct(self, pct: float) -> None:
        self._pct = pct
        self._slider.blockSignals(True)
        self._slider.setValue(round(pct * _STEPS))
        self._slider.blockSignals(False)
        self._place.setText(percent(f"{pct:.0f}"))
        for slot in range(len(self._films)):
            self._want(slot)
        for column, caption in enumerate(self._captions):
            caption.setText(self._phase_words(column))
        self.place_changed.emit(self.side, pct)

    def _want(self, slot: int) -> None:
        if self._projector is None:
            return
        found, pane = self._films[slot], self._panes[slot]
        pane.show_note(
            "" if found.covers(self._pct) else tr("This film does not show this moment.")
        )
        self._projector.want(slot, found.frame(self._pct), 1, is_playing=self._timer.isActive())

    def _phase_words(self, column: int) -> str:
        cycle = self._cycles[column].currentData()
        if cycle is None:
            return tr("no cycle of this limb")
        if cycle.foot_off_s is None:
            return ""
        off_pct = cycle.pct(cycle.foot_off_s)
        name = tr("stance") if self._pct < off_pct else tr("swing")
        return tr("{phase}, foot off at {pct} %").format(phase=name, pct=f"{off_pct:.0f}")

    def _begin_here(self) -> None:
        self._began = (time.perf_counter(), self._pct)

    def _tick(self) -> None:
        if not self._films:
            return
        started, from_pct = self._began
        speed = float(self._speed.currentData())
        gone_pct = 100.0 * speed * (time.perf_counter() - started) / length_s(self._films)
        self._set_pct((from_pct + gone_pct) % 100.0)

    def _on_slider(self, value: int) -> None:
        self.show_place(value / _STEPS)

    def _on_cycle(self, column: int, index: int) -> None:
        cycle = self._cycles[column].itemData(index)
        if cycle is None:
            return
        for slot, pane in enumerate(self._panes):
            if pane.property("visit") == column:
                held = self._films[slot]
                plane = held.film.plane
                found = phased(self._visits[column].analysis, cycle, plane)
                if found is not None and found.film is held.film:
                    self._films[slot] = found
                else:
                    # The cycle was seen in another film, which takes this one's place.
                    self._replace(slot, found)
        self._set_pct(self._pct)

    def _replace(self, slot: int, found: PhasedFilm | None) -> None:
        if found is None or self._projector is None:
            self._panes[slot].show_error(tr("No film of this plane is timed with this cycle."))
            return
        self._films[slot] = found
        self._panes[slot].show_film(found.film)
        self._projector.set_films([one.film.video for one in self._films])

    def _on_drawn(self, is_on: bool) -> None:
        layers = _layers(is_on=is_on)
        for pane in self._panes:
            pane.show_layers(layers)

    def _on_staged(self, slot: int, staging: Staging) -> None:
        if self._projector is not None:
            self._projector.stage(slot, staging)

    def _on_pictured(self, slot: int, picture: Picture) -> None:
        if slot < len(self._panes):
            self._panes[slot].show_picture(picture)

    def _on_failed(self, slot: int, error: str) -> None:
        if slot < len(self._panes):
            self._panes[slot].show_error(error)

    def _on_delayed(self, slot: int) -> None:
        if slot < len(self._panes):
            self._panes[slot].show_waiting(True)


def _layers(*, is_on: bool) -> Layers:
    """Skeleton and joint angles, or nothing."""
    layers = Layers()
    for layer in Layer:
        look = replace(layers.look(layer), is_on=is_on and layer in (Layer.SKELETON, Layer.ANGLES))
        layers = layers.with_look(layer, look)
    return layers
