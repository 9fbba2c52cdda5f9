"""Choosing what is drawn over the films, by key or in a small panel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from gaitdesk.ui.viewer.actions import make_layer_actions
from gaitdesk.ui.viewer.layer_panel import LayerPanel
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers

# Whatever they do elsewhere in the window, on the panel they operate it.
_OWN_KEYS = (
    Qt.Key.Key_Space,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class OverlayControl(QMenu):
    """A panel that opens from a button, and a switch with a key for each layer.

    Tab goes through the panel while it is open.

    Args:
        owner: Given the switches, so that their keys work in its window.

    Signals:
        layers_changed: The `Layers` to draw.
    """

    layers_changed = Signal(object)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._layers = Layers()
        self._switches = make_layer_actions(owner)
        self._panel = LayerPanel()
        holder = QWidgetAction(self)
        holder.setDefaultWidget(self._panel)
        self.addAction(holder)
        self._panel.layers_chosen.connect(self.choose)
        for control in self._panel.controls:
            control.installEventFilter(self)
        for layer, action in self._switches.items():
            action.triggered.connect(lambda is_on, layer=layer: self._switch(layer, is_on))

    @property
    def layers(self) -> Layers:
        """What is drawn now."""
        return self._layers

    @property
    def switches(self) -> tuple[QAction, ...]:
        """A switch for each layer."""
        return tuple(self._switches.values())

    def choose(self, layers: Layers) -> None:
        """Draw these layers."""
        self._layers = layers
        self._panel.show_layers(layers)
        for layer, action in self._switches.items():
            action.setChecked(layers.look(layer).is_on)
        self.layers_changed.emit(layers)

    def open_above(self, button: QWidget) -> None:
        """Open the panel."""
        self.popup(button.mapToGlobal(QPoint(0, -self.sizeHint().height())))

        self._panel.controls[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        controls = self._panel.controls
        here = self.focusWidget()
        place = controls.index(here) if here in controls else -1
        if is_next or place >= 0:
            place += 1 if is_next else -1
        controls[place % len(controls)].setFocus(
            Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_own = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_own and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _switch(self, layer: Layer, is_on: bool) -> None:
        look = self._layers.look(layer)
        self.choose(self._layers.with_look(layer, LayerLook(is_on, look.opacity)))
