"""Which part of a picture a pane shows, and how large."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ZOOM = 24.0
"""Screen points a video pixel may take; beyond that there is nothing more to see."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Place of the picture in the pane.

    Attributes:
        scale: Screen points a video pixel.
        left, top: Where the picture's corner lies, screen points.
    """

    scale: float
    left: float
    top: float

    @staticmethod
    def fitting(size: tuple[int, int], pane: tuple[float, float]) -> Framing:
        """The whole picture, as large as the pane allows, in its middle.

        Args:
            size: Width and height of the picture, pixels.
            pane: Width and height of the pane, screen points.
        """
        scale = max(1e-3, min(pane[0] / max(1, size[0]), pane[1] / max(1, size[1])))
        return Framing(scale, (pane[0] - scale * size[0]) / 2.0, (pane[1] - scale * size[1]) / 2.0)

    def to_pane(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the picture lies in the pane."""
        return self.left + self.scale * x, self.top + self.scale * y

    def to_video(self, x: float, y: float) -> tuple[float, float]:
        """The place of the picture that lies somewhere in the pane."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def zoomed(self, factor: float, x: float, y: float, least: float) -> Framing:
        """Larger or smaller by a factor, with what lies at x, y of the pane staying there."""
        scale = min(max(self.scale * factor, least), max(MOST_ZOOM, least))
        seen_x, seen_y = self.to_video(x, y)
        return Framing(scale, x - scale * seen_x, y - scale * seen_y)

    def moved(self, dx: float, dy: float) -> Framing:
        """Shifted by screen points."""
        return Framing(self.scale, self.left + dx, self.top + dy)

    def held(self, size: tuple[int, int], pane: tuple[float, float]) -> Framing:
        """The nearest framing that leaves no empty edge where the picture could fill it."""
        return Framing(
            self.scale,
            _held(self.left, self.scale * size[0], pane[0]),
            _held(self.top, self.scale * size[1], pane[1]),
        )


def _held(start: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2.0
    return min(0.0, max(room - length, start))
