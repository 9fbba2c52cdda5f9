"""What was found in a frame, drawn over it layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.shapes import Shape
from gaitdesk.perception.overlay import line_scale
from gaitdesk.ui.theme import letter_scale
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.layers import Layer, Layers, layer_shapes
from gaitdesk.ui.viewer.shape_painter import paint_shapes

_DRAWN = (Layer.TRAIL, Layer.SKELETON, Layer.ANGLES, Layer.EVENTS)
# The strip with the film's name is so high, and as much is left at the foot.
_HEADER = 26
_MARGIN = 4


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """An item's angle and limits over the frame it was decided in.

    Attributes:
        frame: The frame, from 0.
        shapes: What is drawn over it.
        words: What it shows, in words.
    """

    frame: int
    shapes: tuple[Shape, ...]
    words: str


def room_for_words(pane: QRect) -> QRectF:
    """The part of a pane in which names of what is drawn may stand."""
    header = _HEADER * letter_scale()
    return QRectF(pane).adjusted(_MARGIN, header + _MARGIN, -_MARGIN, -header)


def paint_found(
    painter: QPainter,
    pane: QRect,
    film: FilmAnalysis,
    frame: int,
    framing: Framing,
    layers: Layers,
    heat: tuple[Shape, ...],
    evidence: ShownEvidence | None,
) -> None:
    """Draw the layers that are on, and an item's angle where it was decided in this frame.

    Args:
        painter: In screen points of the pane.
        pane: The pane.
        film: The film and what was found in it.
        frame: The frame shown, from 0; one that was found nothing in is left bare.
        framing: Where the picture lies in the pane.
        layers: Which layers are on.
        heat: What an answer of the network rests on in this frame.
        evidence: The item's angle; None for none in this frame.
    """
    if frame >= len(film.pose):
        return
    room = room_for_words(pane)
    width_scale = line_scale(min(pane.height(), 1080))
    plates: list[QRectF] = []
    points = film.pose.points_px[frame]
    look = layers.look(Layer.HEAT)
    if look.is_on and heat:
        paint_shapes(painter, heat, framing, room, width_scale=width_scale, opacity=look.opacity)
    for layer in _DRAWN:
        look = layers.look(layer)
        # The item's angle wants the room that names of events would take.
        is_in_the_way = evidence is not None and layer in (Layer.EVENTS, Layer.ANGLES)
        if look.is_on and look.opacity > 0 and not is_in_the_way:
            paint_shapes(
                painter,
                layer_shapes(film, frame, layer, points, layers.trail_of),
                framing,
                room,
                width_scale=width_scale,
                opacity=look.opacity,
                plates=plates,
            )
    if evidence is not None:
        paint_shapes(
            painter, evidence.shapes, framing, room, width_scale=width_scale, plates=plates
        )
