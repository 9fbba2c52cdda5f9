"""Choosing what is drawn over the films, by key or in a small panel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from gaitdesk.ui.viewer.actions import make_layer_actions
from gaitdesk.ui.viewer.layer_panel import LayerPanel
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers


class OverlayControl(QMenu):
    """A panel that opens from a button, and a switch with a key for each layer.

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

    def _switch(self, layer: Layer, is_on: bool) -> None:
        look = self._layers.look(layer)
        self.choose(self._layers.with_look(layer, LayerLook(is_on, look.opacity)))
