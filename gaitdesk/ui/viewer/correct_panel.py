"""Joints moved by key, how far a move reaches, and sides exchanged over a range of frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.correction import Correction, JointMove, SideSwap
from gaitdesk.i18n import noted, tr
from gaitdesk.perception.correct import hand_placed
from gaitdesk.store.corrections import by_film, new_correction
from gaitdesk.store.edits import Edit, Kind
from gaitdesk.ui.parts.breaking import Lines, breaking, together
from gaitdesk.ui.viewer.correction_words import reach_text, removal_text
from gaitdesk.ui.viewer.film_pane import FilmPane
from gaitdesk.ui.viewer.frame_range import FrameRange
from gaitdesk.ui.viewer.joint_drag import HELD, fade_frames, joint_name
from gaitdesk.ui.viewer.joint_tool import Grip

_FARTHEST_S, _STEP_S = 2.0, 0.05


class CorrectPanel(Lines):
    """Says what keys move and how far moves reach, and exchanges left and right.

    Attributes:
        joint: The joint that keys move.
        reach: How far a move reaches to each side, seconds.
        frames: Frames to exchange left and right in.
        legs_alone: Whether head, trunk and arms are left as they are.

    Signals:
        corrected: An `Edit`.
        span_changed: First and last frame to exchange sides in, from 0.
        closed: Nobody wants to correct any more.
    """

    corrected = Signal(object)
    span_changed = Signal(int, int)
    closed = Signal()

    def __init__(self, panes: Sequence[FilmPane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes = tuple(panes)
        self._lead = 0
        self._standing: Mapping[str, Correction] = {}
        self._film = -1
        self.grip = Grip(self)
        for pane in panes:
            pane.joints.share(self.grip)
        self.joint = QComboBox()
        self.joint.setAccessibleName(tr("Joint that is moved by key"))
        for point in HELD:
            name = joint_name(point)
            self.joint.addItem(name[:1].upper() + name[1:], point)
        self.joint.activated.connect(self._on_joint)
        self.reach = QDoubleSpinBox()
        self.reach.setAccessibleName(tr("How far a move reaches to each side"))
        self.reach.setRange(0.0, _FARTHEST_S)
        self.reach.setSingleStep(_STEP_S)
        self.reach.setDecimals(2)
        self.reach.setSuffix(tr(" s to each side"))
        self.reach.setSpecialValueText(tr("this frame alone"))
        self.reach.setToolTip(
            tr(
                "The frames around follow a moved joint, less and less so up to here; up to the"
                " next frame in which it was placed by hand."
            )
        )
        self.reach.setValue(self.grip.fade_s)
        self.reach.valueChanged.connect(self._on_reach)
        self.apply_reach = QPushButton(tr("Use for the move in this frame"))
        self.apply_reach.clicked.connect(self._on_apply)
        self.take_back = QPushButton(tr("Take that move away"))
        self.take_back.clicked.connect(self._on_take_back)
        self.from_here, self.to_here = (
            QPushButton(tr("From here  (I)")),
            QPushButton(tr("To here  (Shift+I)")),
        )
        self.from_here.clicked.connect(self.begin_here)
        self.to_here.clicked.connect(self.end_here)
        self.frames = FrameRange(
            tr("First frame to exchange sides in"), tr("Last frame to exchange sides in")
        )
        self.frames.changed.connect(self._show_span)
        self.legs_alone = QCheckBox(tr("Legs alone"))
        self.legs_alone.setToolTip(tr("Head, trunk, hips and arms were named rightly."))
        self.exchange = QPushButton()
        self.exchange.clicked.connect(self.swap)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._done = QPushButton(tr("Done  (Esc)"))
        self._done.clicked.connect(self.closed)
        self._lay_out()
        self.grip.changed.connect(self.look)
        self.grip.left.connect(self.closed)
        self.hide()

    @property
    def words(self) -> str:
        """What is said."""
        return self._words.text()

    def show_corrections(self, standing: Mapping[str, Correction]) -> None:
        """Mark what was placed by hand, and offer to change it.

        Args:
            standing: Corrections in force by their key, in the order they were made in.
        """
        self._standing = standing
        own = by_film(standing)
        for pane in self._panes:
            frames = 0 if pane.film is None else len(pane.film.pose)
            pane.joints.show_by_hand(hand_placed(own.get(pane.film_index, ()), frames))
        self.look()

    def set_lead(self, slot: int) -> None:
        """Say which pane is in front."""
        self._lead = slot
        self.grip.pane = self._pane
        for pane in self._panes:
            pane.update()
        self.look()

    def take_up(self) -> None:
        """Let keys move joints from now on."""
        self.grip.choose(self.joint.currentData())
        here = self._pane.shown_frame or 0
        self.frames.offer(self.frames.count, (here, here))
        self.show()
        self.look()
        self._pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_down(self) -> None:
        """Let keys go through the film again; what was being moved stays where it is."""
        self.grip.choose(None)
        self.hide()

    def look(self) -> None:
        """Show what can be done in the frame shown."""
        pane, move = self._pane, self._move_here()
        chosen = self.grip.chosen
        if chosen is not None:
            self.joint.setCurrentIndex(HELD.index(chosen))
        count = 1 if pane.film is None else max(1, pane.film.video.frame_count)
        if (pane.film_index, count) != (self._film, self.frames.count):
            self._film, here = pane.film_index, pane.shown_frame or 0
            self.frames.offer(count, (here, here))
        for button in (self.apply_reach, self.take_back):
            button.setEnabled(move is not None)
        self._show_span()
        self._words.setText(self._said(move))

    def begin_here(self) -> None:
        """Exchange sides from the frame shown on."""
        frame = self._pane.shown_frame or 0
        self.frames.choose(frame, max(frame, self.frames.span[1]))

    def end_here(self) -> None:
        """Exchange sides up to the frame shown."""
        frame = self._pane.shown_frame or 0
        self.frames.choose(min(frame, self.frames.span[0]), frame)

    def swap(self) -> None:
        """Exchange left and right in the frames chosen."""
        if self._pane.film is None:
            return
        first, last = self.frames.span
        swap = SideSwap(self._pane.film_index, first, last, self.legs_alone.isChecked())
        self.corrected.emit(new_correction(swap_words(swap), swap))

    @property
    def _pane(self) -> FilmPane:
        return self._panes[self._lead]

    def _move_here(self) -> tuple[str, JointMove] | None:
        """The last move of the chosen joint in the frame shown."""
        found = None
        for key, one in self._standing.items():
            if isinstance(one, JointMove) and (one.film, one.frame, one.point) == (
                self._pane.film_index,
                self._pane.shown_frame,
                self.joint.currentData(),
            ):
                found = key, one
        return found

    def _said(self, move: tuple[str, JointMove] | None) -> str:
        if move is not None:
            first, last = move[1].first_frame + 1, move[1].last_frame + 1
            return tr("Placed by hand in this frame; frames {first} to {last} follow.").format(
                first=first, last=last
            )
        return tr(
            "Drag a joint, or move it by arrows (Shift: by ten pixels); Enter leaves it there, Esc"
            " puts it back, PgUp and PgDn choose another one."
        )

    def _lay_out(self) -> None:
        joints = breaking(
            together(QLabel(tr("Joint")), self.joint),
            together(QLabel(tr("Reach")), self.reach),
            self.apply_reach,
            self.take_back,
            end=self._done,
        )
        sides = breaking(
            together(QLabel(tr("Left and right in frames")), self.frames),
            self.from_here,
            self.to_here,
            self.legs_alone,
            self.exchange,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(3)
        column.addWidget(joints)
        column.addWidget(sides)
        column.addWidget(self._words)

    def _on_joint(self) -> None:
        self.grip.choose(self.joint.currentData())

    def _on_reach(self, reach_s: float) -> None:
        self.grip.fade_s = reach_s

    def _on_apply(self) -> None:
        move, film = self._move_here(), self._pane.film
        if move is None or film is None:
            return
        key, old = move
        first, last = fade_frames(film.video.times_s, old.frame, self.grip.fade_s)
        new = replace(old, first_frame=first, last_frame=last)
        if new != old:
            self.corrected.emit(Edit(reach_text(old), Kind.JOINT, key, old, new))

    def _on_take_back(self) -> None:
        move = self._move_here()
        if move is not None:
            self.corrected.emit(Edit(removal_text(move[1]), Kind.JOINT, move[0], move[1], None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _show_span(self) -> None:
        first, last = self.frames.span
        count = last - first + 1
        self.span_changed.emit(first, last)
        self.exchange.setText(tr("Exchange in %n frame(s)  (Ctrl+I)", "", count))


def swap_words(swap: SideSwap) -> str:
    """What exchanging left and right is called."""
    if swap.first_frame == swap.last_frame:
        return noted("Exchange left and right in frame {frame}").format(frame=swap.first_frame + 1)
    return noted("Exchange left and right in frames {first} to {last}").format(
        first=swap.first_frame + 1, last=swap.last_frame + 1
    )
