"""The brush that paints the patient's mask: its size, what it does, and in which frames."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gaitdesk.ui.viewer.mask_hand import MaskHand

LEAST_PX, MOST_PX = 1.0, 400.0
STEP = 1.2
"""How much larger one notch makes the brush."""
FIRST_SHARE = 0.03
"""Radius at first, of the picture's height."""


class Brush(MaskHand):
    """One brush for all films; its size, its frames and whether it erases are what changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._radius_px = 0.0
        self._is_erasing = False
        self._span: tuple[int, int] | None = None

    @property
    def radius_px(self) -> float:
        """Radius, pixels of the film; 0 before anybody has looked at a film."""
        return self._radius_px

    @property
    def is_erasing(self) -> bool:
        """Whether it takes from the mask rather than adds to it."""
        return self._is_erasing

    @property
    def span(self) -> tuple[int, int] | None:
        """First and last frame it erases in at once; None for the frame shown alone."""
        return self._span if self._is_erasing else None

    def fit(self, height_px: int) -> None:
        """Take a size that suits a picture, unless one was chosen already."""
        if not self._radius_px:
            self.set_radius(FIRST_SHARE * height_px)

    def set_radius(self, radius_px: float) -> None:
        """Take a size, as far as there is a use for it."""
        radius_px = min(max(radius_px, LEAST_PX), MOST_PX)
        if radius_px != self._radius_px:
            self._radius_px = radius_px
            self.changed.emit()

    def grow(self, notches: float) -> None:
        """Become larger by so many notches, or smaller."""
        self.set_radius(self._radius_px * STEP**notches)

    def set_erasing(self, is_erasing: bool) -> None:
        """Take from the mask from now on, or add to it."""
        if is_erasing != self._is_erasing:
            self._is_erasing = is_erasing
            self.changed.emit()

    def set_span(self, span: tuple[int, int] | None) -> None:
        """Erase in these frames at once; None for the frame shown alone."""
        if span != self._span:
            self._span = span
            self.changed.emit()
