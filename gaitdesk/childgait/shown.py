"""How what a network saw is shown; drawn without the library the network runs on."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from gaitdesk.childgait.clips import ClipPhase
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray, Image, IntArray
from gaitdesk.domain.recording import View
from gaitdesk.domain.shapes import Colour, Point, Stroke
from gaitdesk.i18n import tr

DROPPED_GREY = 128
"""How patches the network did not see are shown."""

HEAT_COLOUR = Colour(255, 40, 90)
_LEAST_SHOWN = 0.25


class Cut(Protocol):
    """Where a clip was cut out of a film.

    Attributes:
        numbers: Frames of the film, shape (T,).
        squares: Left, top and side of what each picture shows, film pixels, shape (T, 3).
    """

    @property
    def numbers(self) -> IntArray: ...

    @property
    def squares(self) -> FloatArray: ...


def heat(relevances: FloatArray, is_atypical: bool) -> FloatArray:
    """What speaks for an answer, from 0 to 1, shape as given."""
    toward = np.maximum(relevances if is_atypical else -relevances, 0.0)
    most = float(toward.max())
    return np.asarray(toward / most if most > 0 else toward)


def heat_shapes(clip: Cut, step: int, heated: FloatArray) -> tuple[Stroke, ...]:
    """Frames around the patches an answer rests on, in pixels of the film.

    Args:
        clip: Where the pictures come from.
        step: Which tubelet in time.
        heated: From 0 to 1, shape (T / 2, G, G).
    """
    tubelet = len(clip.numbers) // len(heated)
    left, top, side = clip.squares[step * tubelet]
    patch = side / heated.shape[1]
    strokes = []
    for row, column in np.argwhere(heated[step] >= _LEAST_SHOWN):
        x0, y0 = left + column * patch, top + row * patch
        corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
        strokes.append(
            Stroke(
                tuple(Point(x0 + patch * dx, y0 + patch * dy) for dx, dy in corners),
                HEAT_COLOUR,
                1.0 + 2.0 * float(heated[step, row, column]),
            )
        )
    return tuple(strokes)


def warmed(picture: Image, heated: FloatArray, patch_px: int) -> Image:
    """A picture of a clip with the patches an answer rests on tinted, shape as given."""
    tint = np.kron(heated, np.ones((patch_px, patch_px)))[..., None] * 0.65
    mixed: FloatArray = picture * (1.0 - tint) + np.array(HEAT_COLOUR) * tint
    return mixed.round().astype(np.uint8)


def where_words(
    film: int, numbers: IntArray, view: View, phase: ClipPhase, side: Side | None
) -> str:
    """Where a clip was cut, in words.

    Args:
        film: Index of the film.
        numbers: Frames of it that the clip shows.
        view: How the camera saw the child.
        phase: What the clip is centred on.
        side: Whose event that is; None for uniform clips.
    """
    return tr("film {film}, frames {first} to {last}, {view}, {phase}").format(
        film=film + 1,
        first=int(numbers[0]) + 1,
        last=int(numbers[-1]) + 1,
        view=_view_words(view),
        phase=_phase_words(phase, side),
    )


def _phase_words(phase: ClipPhase, whose: Side | None) -> str:
    side = "" if whose is None else side_word(whose)
    match phase:
        case ClipPhase.INITIAL_CONTACT:
            return tr("around initial contact, {side}").format(side=side)
        case ClipPhase.MID_STANCE:
            return tr("around mid-stance, {side}").format(side=side)
        case ClipPhase.FOOT_OFF:
            return tr("around foot off, {side}").format(side=side)
        case ClipPhase.MID_SWING:
            return tr("around mid-swing, {side}").format(side=side)
        case ClipPhase.UNIFORM:
            return tr("evenly cut")


def _view_words(view: View) -> str:
    match view:
        case View.SAGITTAL_LEFT:
            return tr("left limb near")
        case View.SAGITTAL_RIGHT:
            return tr("right limb near")
        case View.CORONAL_FRONT:
            return tr("from the front")
        case View.CORONAL_BACK:
            return tr("from behind")


def side_word(side: Side) -> str:
    """A limb."""
    return tr("left") if side is Side.LEFT else tr("right")
