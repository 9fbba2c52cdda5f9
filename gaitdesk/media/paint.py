"""Shapes and masks drawn onto pictures, as films, stills and paper show them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import ImageFont

from gaitdesk.domain.arrays import BoolArray, Image
from gaitdesk.domain.shapes import Arc, Colour, Dot, Label, Point, Shape, Stroke
from gaitdesk.paths import resources_folder

# OpenCV takes places in fixed point: this many bits lie behind the point.
_SHIFT = 4
_ONE = 1 << _SHIFT
_PLATE = np.array([20, 22, 26], np.float32)
_PLATE_OPACITY = 0.78
# Relative luminance that reads well on the plate.
_LEAST_LUMINANCE = 0.5
_LATIN, _HAN = "OpenSans-Regular.ttf", "DroidSansFallbackFull.ttf"
_FIRST_HAN = "\N{CJK RADICAL REPEAT}"
"""From here on characters stand in the second font: all of Chinese, with its punctuation."""


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle of whole pixels; right and bottom are just outside."""

    left: int
    top: int
    right: int
    bottom: int

    def overlaps(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def paint(image: Image, shapes: Iterable[Shape]) -> Image:
    """Draw shapes onto a picture, in order, labels last.

    Labels are moved so far that they stay inside the picture and off each other. A shape with a
    place that is not a number is left out.

    Args:
        image: The picture; it is drawn on itself, so give a copy to keep it.
        shapes: What to draw, in its pixels.

    Returns:
        The same picture.
    """
    labels: list[Label] = []
    for shape in shapes:
        if not _is_placed(shape):
            continue
        match shape:
            case Stroke():
                path = np.array([_fixed(point) for point in shape.points], np.int32)
                cv2.polylines(
                    image,
                    [path],
                    isClosed=False,
                    color=shape.colour,
                    thickness=_thickness(shape.width_px),
                    lineType=cv2.LINE_AA,
                    shift=_SHIFT,
                )
            case Dot():
                radius = max(1, round(shape.radius_px * _ONE))
                cv2.circle(
                    image, _fixed(shape.centre), radius, shape.colour, -1, cv2.LINE_AA, _SHIFT
                )
            case Arc():
                radius = max(1, round(shape.radius_px * _ONE))
                cv2.ellipse(
                    image,
                    _fixed(shape.centre),
                    (radius, radius),
                    0.0,
                    shape.start_deg,
                    shape.start_deg + shape.span_deg,
                    shape.colour,
                    _thickness(shape.width_px),
                    cv2.LINE_AA,
                    _SHIFT,
                )
            case Label():
                labels.append(shape)
    plates: list[_Box] = []
    for label in labels:
        if label.text.strip():
            plates.append(_paint_label(image, label, plates))
    return image


def paint_mask(
    image: Image,
    mask: BoolArray,
    colour: Colour,
    opacity: float = 0.35,
    contour_px: float = 2.0,
) -> Image:
    """Tint the pixels of a mask and draw a line around them.

    Args:
        image: The picture; it is drawn on itself, so give a copy to keep it.
        mask: Shape (height, width).
        colour: Of tint and line.
        opacity: Of the tint, 0 to 1.
        contour_px: Width of the line; 0 for none.

    Returns:
        The same picture.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return image
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    inside = np.ascontiguousarray(mask[box]).view(np.uint8)
    under = image[box]
    tinted = cv2.addWeighted(under, 1.0 - opacity, np.full_like(under, colour), opacity, 0.0)
    cv2.copyTo(tinted, inside, under)
    if contour_px > 0:
        corner = (int(columns[0]), int(rows[0]))
        contours, _ = cv2.findContours(
            inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1, offset=corner
        )
        cv2.drawContours(image, contours, -1, colour, _thickness(contour_px), cv2.LINE_AA)
    return image


def _is_placed(shape: Shape) -> bool:
    match shape:
        case Stroke():
            places = [value for point in shape.points for value in point]
        case Dot():
            places = [*shape.centre, shape.radius_px]
        case Arc():
            places = [*shape.centre, shape.radius_px, shape.start_deg, shape.span_deg]
        case Label():
            places = [*shape.anchor, shape.height_px]
    # Beyond this OpenCV's fixed point overflows; nothing there is seen anyway.
    return bool(places) and all(-1e6 < value < 1e6 for value in places)


def _fixed(point: Point) -> tuple[int, int]:
    return round(point.x * _ONE), round(point.y * _ONE)


def _thickness(width_px: float) -> int:
    return max(1, round(width_px))


def _paint_label(image: Image, label: Label, plates: list[_Box]) -> _Box:
    """Draw a label on its plate; the plate's box."""
    letters = _letters(label.text, max(8, round(label.height_px)))
    height, width = letters.shape
    side, rim = round(0.35 * label.height_px), round(0.12 * label.height_px)
    box = _placed(label, width + 2 * side, height + 2 * rim, image.shape[1], image.shape[0], plates)
    seen = _Box(
        max(0, box.left),
        max(0, box.top),
        min(image.shape[1], box.right),
        min(image.shape[0], box.bottom),
    )
    if seen.left >= seen.right or seen.top >= seen.bottom:
        return box
    plate = _plate(box.right - box.left, box.bottom - box.top, round(0.3 * label.height_px))
    text = np.zeros(plate.shape, np.float32)
    text[rim : rim + height, side : side + width] = letters
    part = np.s_[
        seen.top - box.top : seen.bottom - box.top, seen.left - box.left : seen.right - box.left
    ]
    under = image[seen.top : seen.bottom, seen.left : seen.right]
    shown = under + (_PLATE - under) * plate[part][..., None]
    shown += (_legible(label.colour) - shown) * text[part][..., None]
    under[:] = np.rint(shown).astype(np.uint8)
    return box


def _placed(
    label: Label, width: int, height: int, image_width: int, image_height: int, plates: list[_Box]
) -> _Box:
    """Beside its anchor, to the right if there is room, and off the plates drawn before."""
    away = 0.5 * label.height_px
    left = round(label.anchor.x + away)
    if left + width > image_width:
        left = round(label.anchor.x - away) - width
    left = min(max(left, 0), max(0, image_width - width))
    wished = round(label.anchor.y - height / 2)
    lowest = max(0, image_height - height)
    tops = [wished]
    for plate in plates:
        tops += [plate.top - height - 2, plate.bottom + 2]
    boxes = [
        _Box(left, top, left + width, top + height)
        for top in sorted((min(max(t, 0), lowest) for t in tops), key=lambda t: abs(t - wished))
    ]
    free = (box for box in boxes if not any(box.overlaps(plate) for plate in plates))
    return next(free, boxes[0])


@functools.lru_cache(maxsize=1024)
def _letters(text: str, height: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """How far each pixel is covered by the letters, 0 to 1; every line of text is equally high."""
    plain = _font(_LATIN, height)
    ascent, descent = plain.getmetrics()
    parts = [_run(words, _font(name, height), ascent, descent) for name, words in _runs(text)]
    return np.concatenate([np.zeros((ascent + descent, 0), np.float32), *parts], axis=1)


def _run(
    text: str, font: ImageFont.FreeTypeFont, ascent: int, descent: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Letters of one font on the common line of writing."""
    mask, (left, top) = font.getmask2(text, mode="L", anchor="ls")
    drawn = np.array(mask, np.float32).reshape(mask.size[1], mask.size[0]) / 255.0
    width = max(mask.size[0] + max(0, left), round(font.getlength(text)))
    covered = np.zeros((ascent + descent, width), np.float32)
    # Places count from the line of writing; what reaches beyond the line's height is cut.
    first = ascent + top
    cut = max(0, -first)
    rows = max(0, min(drawn.shape[0] - cut, covered.shape[0] - max(0, first)))
    start = min(max(0, left), width - drawn.shape[1])
    covered[first + cut : first + cut + rows, start : start + drawn.shape[1]] = drawn[
        cut : cut + rows
    ]
    return covered


def _runs(text: str) -> list[tuple[str, str]]:
    """Text cut where it changes between letters and Chinese characters, each with its font."""
    return [
        (_HAN if is_han else _LATIN, "".join(letters))
        for is_han, letters in itertools.groupby(text, key=lambda one: one >= _FIRST_HAN)
    ]


@functools.lru_cache(maxsize=32)
def _font(name: str, height: int) -> ImageFont.FreeTypeFont:
    # The line is about 1.36 of the nominal size high; shapes state the height of the line.
    size = max(6, round(height / 1.2))
    carried = resources_folder() / "fonts" / name
    if carried.exists():
        return ImageFont.truetype(str(carried), size)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@functools.lru_cache(maxsize=256)
def _plate(
    width: int, height: int, radius: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """How far each pixel is covered by a plate with round corners, its opacity included."""
    radius = min(radius, width // 2, height // 2)
    row = np.arange(height, dtype=np.float32)[:, None]
    column = np.arange(width, dtype=np.float32)[None]
    past_x = np.maximum(np.maximum(radius - 0.5 - column, column - (width - radius - 0.5)), 0.0)
    past_y = np.maximum(np.maximum(radius - 0.5 - row, row - (height - radius - 0.5)), 0.0)
    covered = np.clip(radius + 0.5 - np.hypot(past_x, past_y), 0.0, 1.0)
    return np.asarray(_PLATE_OPACITY * covered, np.float32)


def _legible(colour: Colour) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The colour, lightened where it would drown in the dark plate."""
    given = np.array(colour, np.float32)
    luminance = float(given @ np.array([0.2126, 0.7152, 0.0722], np.float32)) / 255.0
    if luminance >= _LEAST_LUMINANCE:
        return given
    share = (_LEAST_LUMINANCE - luminance) / (1.0 - luminance)
    return np.asarray(given + (255.0 - given) * share, np.float32)
