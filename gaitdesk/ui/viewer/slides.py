"""Frames as a pane shows them, cut, scaled and tinted ahead of time by the thread that loads."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import cv2
import numpy as np

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.media.places import Places
from gaitdesk.perception.overlay import MASK_COLOUR
from gaitdesk.ui.viewer.following import Cut, Whereabouts
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.layers import mask_outline

# From this enlargement on, single pixels are shown as they are.
_PIXELS_SHOW = 6.0
# The edge of a mask is so much denser than the mask.
_EDGE_OPACITY = 0.4
# OpenCV takes places in fixed point: this many bits lie behind the point.
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Showing:
    """How one frame lies in a pane; equal ones make the same picture.

    Attributes:
        pane_px: Width and height of the pane, pixels of the screen.
        framing: Where the picture lies in the pane, pixels of the screen.
        mask: The person's mask to tint; None for none.
        opacity: Of the tint, 0 to 1.
        line_px: Width of the line around the mask.
    """

    pane_px: tuple[int, int]
    framing: Framing
    mask: FrameMask | None = None
    opacity: float = 0.0
    line_px: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """How a pane shows the frames of a film.

    Attributes:
        size: Width and height of the film's picture, pixels.
        room: Width and height of the pane, screen points.
        ratio: Pixels of the screen for a screen point.
        by_hand: Where the picture was put by hand; None where it is whole or follows the child.
        cut: How much of the body is kept in the middle; None where the child is not followed.
        whereabouts: Where the child is; None where that is not known.
        masks: The person's mask; None where it is not drawn.
        opacity: Of the mask, 0 to 1.
        covered: Height of what words cover along the upper edge, screen points.
    """

    size: tuple[int, int]
    room: tuple[float, float]
    ratio: float = 1.0
    by_hand: Framing | None = None
    cut: Cut | None = None
    whereabouts: Whereabouts | None = None
    masks: MaskTrack | None = None
    opacity: float = 0.0
    covered: float = 0.0

    @property
    def pane_px(self) -> tuple[int, int]:
        """Width and height of the pane, pixels of the screen."""
        width, height = self.room
        return max(1, round(width * self.ratio)), max(1, round(height * self.ratio))

    @property
    def whole(self) -> Framing:
        """The whole picture in the middle of the pane."""
        return Framing.fitting(self.size, self.room)

    def framing(self, frame: int | None) -> Framing:
        """Where a frame lies in the pane, screen points; None stands for no frame yet."""
        if self.by_hand is not None:
            return self.by_hand
        where = self.whereabouts
        if self.cut is None or where is None or frame is None or frame >= len(where.height_px):
            return self.whole
        return where.framing(frame, self.cut, self.size, self.room, self.covered)

    def showing(self, frame: int) -> Showing:
        """How a frame is shown."""
        framing = self.framing(frame)
        return Showing(
            self.pane_px,
            Framing(
                framing.scale * self.ratio, framing.left * self.ratio, framing.top * self.ratio
            ),
            self._mask(frame),
            self.opacity,
            max(1, round(self.ratio)),
        )

    def _mask(self, frame: int) -> FrameMask | None:
        if self.masks is None or frame >= len(self.masks):
            return None
        return self.masks.frames[frame]


@dataclass(frozen=True, slots=True, eq=False)
class Slide:
    """What a pane shows of one frame, pixel for pixel.

    Attributes:
        showing: How it was made.
        pixels: Blue, green, red and 255, as the screen wants them; shape (height, width, 4).
        left, top: Where its corner lies in the pane, pixels of the screen.
    """

    showing: Showing
    pixels: Image
    left: int
    top: int

    @property
    def fills_pane(self) -> bool:
        """Whether nothing of the pane is left beside it."""
        height, width = self.pixels.shape[:2]
        return (self.left, self.top) == (0, 0) and (width, height) == self.showing.pane_px


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of the picture along one axis, and where it lies in the pane.

    Attributes:
        start, stop: Pixels of the picture from `start` up to, not including, `stop`.
        near, far: Its ends in the pane, pixels of the screen.
    """

    start: int
    stop: int
    near: int
    far: int

    @property
    def length(self) -> int:
        """Its length in the pane."""
        return self.far - self.near

    def to_pane(self, places: FloatArray) -> FloatArray:
        """Where places of the picture lie in the pane."""
        return self.near + (places - self.start) * (self.length / (self.stop - self.start))


def slide_of(whole: Image, showing: Showing, places: Places | None = None) -> Slide:
    """Cut out of a picture what a pane shows, bring it to the pane's pixels, tint the mask.

    Only what is seen is worked on, and nearly all of it outside Python's lock, so that another
    thread than the window's can do it without holding the window up.

    Args:
        whole: The upright picture.
        showing: How it lies in the pane.
        places: Memory for the slide; None takes fresh memory.
    """
    framing, (pane_width, pane_height) = showing.framing, showing.pane_px
    across = _span(framing.scale, framing.left, whole.shape[1], pane_width)
    down = _span(framing.scale, framing.top, whole.shape[0], pane_height)
    seen = whole[down.start : down.stop, across.start : across.stop]
    rows = slice(max(0, -down.near), max(0, pane_height - down.near))
    columns = slice(max(0, -across.near), max(0, pane_width - across.near))
    if not seen.size or not rows.stop or not columns.stop:
        return Slide(showing, np.zeros((0, 0, 4), np.uint8), 0, 0)
    part = _scaled(seen, across.length, down.length, framing.scale)[rows, columns]
    # Copies as well: a view would keep alive, uncounted, what lies outside the pane.
    into = None if places is None else places.take((*part.shape[:2], 4))
    pixels = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2BGRA, into), np.uint8)
    slide = Slide(showing, pixels, max(0, across.near), max(0, down.near))
    if showing.mask is not None and showing.opacity > 0:
        _tint(slide, showing.mask, across, down)
    slide.pixels.flags.writeable = False
    return slide


def fitted(image: Image, width: int, height: int) -> Image:
    """A picture at another size; halved by areas first, so that fine patterns do not flicker."""
    return _scaled(image, width, height, 0.0).copy()


def _span(scale: float, offset: float, size: int, room: int) -> _Span:
    """What is seen of a picture along one axis, with a pixel more on either side for smoothness.

    Args:
        scale: Pixels of the screen for one of the picture.
        offset: Where the picture begins in the pane, pixels of the screen.
        size: Length of the picture.
        room: Length of the pane.
    """
    # A picture that will be halved is cut where halving falls between its pixels.
    grid = 1 << max(0, math.floor(math.log2(max(1.0, 1.0 / scale))))
    start = max(0, math.floor(-offset / scale) - 1) // grid * grid
    stop = -(-(math.ceil((room - offset) / scale) + 1) // grid) * grid
    stop = min(stop, max(start, size // grid * grid))
    near, far = round(offset + scale * start), round(offset + scale * stop)
    return _Span(start, stop, near, max(near + 1, far))


def _scaled(image: Image, width: int, height: int, scale: float) -> Image:
    """A picture at another size, in memory that the thread's next call uses again."""
    if scale >= _PIXELS_SHOW:
        return _resized("scaled", image, width, height, cv2.INTER_NEAREST)
    halvings = 0
    while image.shape[1] >= 2 * width and image.shape[0] >= 2 * height:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = _resized(f"half {halvings}", image, *half, cv2.INTER_AREA)
        halvings += 1
    if image.shape[:2] == (height, width):
        return image
    return _resized("scaled", image, width, height, cv2.INTER_LINEAR)


def _resized(name: str, image: Image, width: int, height: int, kind: int) -> Image:
    into = _scratch(name, (height, width, image.shape[2]))
    return np.asarray(cv2.resize(image, (width, height), into, interpolation=kind), np.uint8)


_own = threading.local()


def _scratch(name: str, shape: tuple[int, ...]) -> Image:
    """Memory of the thread's own; fresh memory costs more than the work done in it."""
    size = math.prod(shape)
    held: Image | None = getattr(_own, name, None)
    if held is None or not size <= held.size <= 4 * size:
        held = np.empty(size, np.uint8)
        setattr(_own, name, held)
    return held[:size].reshape(shape)


def _tint(slide: Slide, mask: FrameMask, across: _Span, down: _Span) -> None:
    """Draw a mask onto a slide, its edge denser."""
    outline = [
        np.stack([across.to_pane(edge[:, 0]), down.to_pane(edge[:, 1])], axis=1)
        - (slide.left, slide.top)
        for edge in mask_outline(mask)
    ]
    if not outline:
        return
    margin = slide.showing.line_px + 1
    places = np.concatenate(outline)
    height, width = slide.pixels.shape[:2]
    left, top = (max(0, int(least) - margin) for least in np.floor(places.min(axis=0)))
    right = min(width, math.ceil(places[:, 0].max()) + margin)
    bottom = min(height, math.ceil(places[:, 1].max()) + margin)
    if right <= left or bottom <= top:
        return
    # Places are those of pixel corners, OpenCV's those of their middles.
    fixed = [
        np.round((edge - (left + 0.5, top + 0.5)) * (1 << _SHIFT)).astype(np.int32)
        for edge in outline
    ]
    part = slide.pixels[top:bottom, left:right]
    opacity = min(1.0, slide.showing.opacity)
    colour = (MASK_COLOUR.blue, MASK_COLOUR.green, MASK_COLOUR.red, 255)
    over = _scratch("over", part.shape)
    np.copyto(over, part)
    cv2.fillPoly(over, fixed, colour, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(over, opacity, part, 1.0 - opacity, 0.0, part)
    # Drawn over the tint, the line adds what it is denser by.
    line_opacity = min(1.0, _EDGE_OPACITY / max(1e-6, 1.0 - opacity))
    np.copyto(over, part)
    cv2.polylines(
        over,
        fixed,
        isClosed=True,
        color=colour,
        thickness=slide.showing.line_px,
        lineType=cv2.LINE_AA,
        shift=_SHIFT,
    )
    cv2.addWeighted(over, line_opacity, part, 1.0 - line_opacity, 0.0, part)
