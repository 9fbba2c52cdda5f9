"""What can be done in the viewer by button, menu and key."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from gaitdesk.i18n import listed, tr
from gaitdesk.ui.viewer.glyphs import Glyph, glyph_icon
from gaitdesk.ui.viewer.layer_panel import LAYER_KEYS
from gaitdesk.ui.viewer.layers import Layer, layer_name

_EVERYWHERE = Qt.ShortcutContext.WindowShortcut
_HERE = Qt.ShortcutContext.WidgetWithChildrenShortcut


@dataclass(frozen=True, slots=True)
class ViewerActions:
    """The viewer's actions.

    Those with letters, `,` and `.` work in the whole window, so that films can be stepped while
    the form has the keyboard; arrows, space, Home and End only while a film has it.
    """

    toggle: QAction
    toggle_here: QAction
    forward: QAction
    stop: QAction
    backward: QAction
    step_on: QAction
    step_back: QAction
    step_on_here: QAction
    step_back_here: QAction
    ten_on: QAction
    ten_back: QAction
    event_on: QAction
    event_back: QAction
    to_start: QAction
    to_end: QAction
    loop: QAction
    mark_from: QAction
    mark_to: QAction
    loop_marked: QAction
    slower: QAction
    faster: QAction
    side_by_side: QAction
    stacked: QAction
    one_large: QAction
    other_film: QAction
    floating: QAction
    full_screen: QAction
    overlays: QAction
    sync: QAction
    zoom_in: QAction
    zoom_out: QAction
    fit: QAction
    look_left: QAction
    look_right: QAction
    look_up: QAction
    look_down: QAction
    follow: QAction
    correct: QAction
    swap_from: QAction
    swap_to: QAction
    swap: QAction
    brush: QAction
    click: QAction
    person: QAction

    def all(self) -> tuple[QAction, ...]:
        """Every action."""
        return tuple(getattr(self, one.name) for one in fields(self))

    @property
    def marking(self) -> tuple[QAction, ...]:
        """What marks a stretch of time, and plays it."""
        return (self.mark_from, self.mark_to, self.loop_marked)

    def playing_groups(self) -> tuple[tuple[QAction, ...], ...]:
        """The buttons for playing and stepping, in groups."""
        return (
            (self.to_start, self.event_back, self.step_back),
            (self.backward, self.toggle),
            (self.step_on, self.event_on, self.to_end),
            (self.loop,),
        )

    def viewing_groups(self) -> tuple[tuple[QAction, ...], ...]:
        """The buttons for what is seen of the films and done in them, in groups."""
        return (
            (self.follow, self.overlays, self.sync),
            (self.correct, self.brush, self.click, self.person),
            (self.side_by_side, self.stacked, self.one_large),
            (self.floating, self.full_screen),
        )

    def paint_toggle(self, palette: QPalette, *, is_playing: bool) -> None:
        """Draw what playing or pausing shows."""
        self.toggle.setIcon(glyph_icon(Glyph.PAUSE if is_playing else Glyph.PLAY, palette))

    def paint(self, palette: QPalette) -> None:
        """Draw the other buttons' pictures in the colours of a palette."""
        glyphs = {
            self.backward: Glyph.BACK,
            self.step_on: Glyph.STEP_ON,
            self.step_back: Glyph.STEP_BACK,
            self.event_on: Glyph.EVENT_ON,
            self.event_back: Glyph.EVENT_BACK,
            self.to_start: Glyph.TO_START,
            self.to_end: Glyph.TO_END,
            self.loop: Glyph.LOOP,
            self.side_by_side: Glyph.SIDE_BY_SIDE,
            self.stacked: Glyph.STACKED,
            self.one_large: Glyph.ONE_LARGE,
            self.floating: Glyph.FLOATING,
            self.full_screen: Glyph.FULL_SCREEN,
            self.overlays: Glyph.OVERLAYS,
            self.sync: Glyph.SYNC,
            self.follow: Glyph.FOLLOW,
            self.correct: Glyph.JOINT,
            self.brush: Glyph.BRUSH,
            self.click: Glyph.CLICK,
            self.person: Glyph.PERSON,
        }
        for action, glyph in glyphs.items():
            action.setIcon(glyph_icon(glyph, palette))


def make_actions(everywhere: QWidget, here: QWidget) -> ViewerActions:
    """The viewer's actions, not yet connected.

    Args:
        everywhere: Given the actions whose keys work in the whole window.
        here: Given those whose keys work only while it, or a part of it, has the keyboard.
    """

    def wide(text: str, *keys: str, is_switch: bool = False) -> QAction:
        return _made(everywhere, text, keys, _EVERYWHERE, is_switch)

    def near(text: str, *keys: str) -> QAction:
        return _made(here, text, keys, _HERE, False)

    return ViewerActions(
        toggle=wide(tr("Play or pause"), "Ctrl+Space"),
        toggle_here=near(tr("Play or pause"), "Space"),
        forward=wide(tr("Play; again: faster"), "L"),
        stop=wide(tr("Pause"), "K"),
        backward=wide(tr("Play backwards; again: faster"), "J"),
        step_on=wide(tr("Next frame"), ".", "Alt+Right"),
        step_back=wide(tr("Previous frame"), ",", "Alt+Left"),
        step_on_here=near(tr("Next frame"), "Right"),
        step_back_here=near(tr("Previous frame"), "Left"),
        ten_on=near(tr("Ten frames on"), "Shift+Right"),
        ten_back=near(tr("Ten frames back"), "Shift+Left"),
        event_on=wide(tr("Next gait event"), "]"),
        event_back=wide(tr("Previous gait event"), "["),
        to_start=near(tr("To the start"), "Home"),
        to_end=near(tr("To the end"), "End"),
        loop=wide(tr("Play this gait cycle again and again"), "R", is_switch=True),
        mark_from=wide(tr("Mark a stretch from this frame"), "Q"),
        mark_to=wide(tr("Mark a stretch up to this frame"), "W"),
        loop_marked=wide(tr("Play the stretch marked again and again"), "Shift+R"),
        slower=near(tr("Half the speed"), "Down"),
        faster=near(tr("Twice the speed"), "Up"),
        side_by_side=wide(tr("Films side by side"), "Ctrl+1", is_switch=True),
        stacked=wide(tr("Films one above the other"), "Ctrl+2", is_switch=True),
        one_large=wide(tr("One film large"), "Ctrl+3", is_switch=True),
        other_film=wide(tr("The other film"), "X"),
        floating=wide(tr("Second film in a window of its own"), "Ctrl+4", is_switch=True),
        full_screen=wide(tr("Films on the whole screen"), "F11", is_switch=True),
        overlays=wide(tr("Drawings over the films"), "O"),
        sync=wide(tr("Synchronize the films"), "Y", is_switch=True),
        zoom_in=near(tr("Enlarge"), "+", "="),
        zoom_out=near(tr("Reduce"), "-"),
        fit=near(tr("Whole picture"), "F"),
        look_left=near(tr("Further left in the enlarged picture"), "Ctrl+Left"),
        look_right=near(tr("Further right in the enlarged picture"), "Ctrl+Right"),
        look_up=near(tr("Further up in the enlarged picture"), "Ctrl+Up"),
        look_down=near(tr("Further down in the enlarged picture"), "Ctrl+Down"),
        follow=wide(tr("Follow the child"), "Z", is_switch=True),
        correct=wide(tr("Move joints, exchange left and right"), "D", is_switch=True),
        swap_from=wide(tr("Exchange left and right from this frame"), "I"),
        swap_to=wide(tr("Exchange left and right up to this frame"), "Shift+I"),
        swap=wide(tr("Exchange left and right in the frames chosen"), "Ctrl+I"),
        brush=wide(tr("Brush the mask"), "B", is_switch=True),
        click=wide(tr("Click the child, and a model follows the mask"), "Shift+B", is_switch=True),
        person=wide(tr("Choose another person"), "P", is_switch=True),
    )


def make_layer_actions(everywhere: QWidget) -> dict[Layer, QAction]:
    """A switch for each layer, not yet connected."""
    return {
        layer: _made(everywhere, layer_name(layer), (key,), _EVERYWHERE, is_switch=True)
        for layer, key in LAYER_KEYS.items()
    }


def _made(
    owner: QWidget, text: str, keys: tuple[str, ...], context: Qt.ShortcutContext, is_switch: bool
) -> QAction:
    action = QAction(text, owner)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.setShortcutContext(context)
    action.setCheckable(is_switch)
    shown = listed(
        QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys
    )
    action.setToolTip(tr("{text}  ({keys})").format(text=text, keys=shown))
    owner.addAction(action)
    return action
