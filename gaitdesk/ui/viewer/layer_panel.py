"""Switch and opacity of each kind of drawing over the films."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QSlider, QWidget

from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.joint_drag import joint_name
from gaitdesk.ui.viewer.layers import Layer, LayerLook, Layers, layer_name

LAYER_KEYS = {
    Layer.MASK: "M",
    Layer.SKELETON: "S",
    Layer.ANGLES: "G",
    Layer.EVENTS: "E",
    Layer.TRAIL: "T",
    Layer.HEAT: "H",
}
"""The key that switches each layer."""

_TRAILS = tuple(
    landmark(side, part)
    for part in ("hip", "knee", "ankle", "heel", "big_toe", "shoulder", "wrist")
    for side in Side
)


class LayerPanel(QWidget):
    """Shows how the layers look, and announces how they should.

    Signals:
        layers_chosen: The `Layers` as they should be.
    """

    layers_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = Layers()
        self._switches: dict[Layer, QCheckBox] = {}
        self._sliders: dict[Layer, QSlider] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 12, 14, 12)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        self._joint = QComboBox()
        self._joint.setAccessibleName(tr("Joint whose trail is drawn"))
        for point in _TRAILS:
            name = joint_name(point)
            self._joint.addItem(name[:1].upper() + name[1:], point)
        self._joint.currentIndexChanged.connect(self._on_changed)
        row = 0
        for layer in Layer:
            switch = QCheckBox(layer_name(layer))
            switch.toggled.connect(self._on_changed)
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(5, 100)
            slider.setFixedWidth(120)
            slider.setAccessibleName(tr("Opacity: {layer}").format(layer=layer_name(layer)))
            slider.setToolTip(tr("Opacity"))
            slider.valueChanged.connect(self._on_changed)
            key = QLabel(LAYER_KEYS[layer])
            key.setEnabled(False)
            grid.addWidget(switch, row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(key, row, 2)
            self._switches[layer], self._sliders[layer] = switch, slider
            row += 1
            if layer is Layer.TRAIL:
                grid.addWidget(self._joint, row, 0, 1, 3)
                row += 1
        self.show_layers(self._layers)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What can be operated, from above."""
        found: list[QWidget] = []
        for layer in Layer:
            found += (self._switches[layer], self._sliders[layer])
            if layer is Layer.TRAIL:
                found.append(self._joint)
        return tuple(found)

    def show_layers(self, layers: Layers) -> None:
        """Show how the layers look."""
        self._layers = layers
        blockers = [
            QSignalBlocker(widget)
            for widget in (*self._switches.values(), *self._sliders.values(), self._joint)
        ]
        for layer in Layer:
            look = layers.look(layer)
            self._switches[layer].setChecked(look.is_on)
            self._sliders[layer].setValue(round(100 * look.opacity))
        self._joint.setCurrentIndex(self._joint.findData(layers.trail_of))
        for blocker in blockers:
            blocker.unblock()

    def _on_changed(self) -> None:
        layers = self._layers
        for layer in Layer:
            opacity = self._sliders[layer].value() / 100.0
            layers = layers.with_look(layer, LayerLook(self._switches[layer].isChecked(), opacity))
        self._layers = replace(layers, trail_of=Landmark(self._joint.currentData()))
        self.layers_chosen.emit(self._layers)
