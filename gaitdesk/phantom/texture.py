"""What is painted on a phantom: its face, the print of its shirt, the strands of its hair.

All of it stands on one sheet, as factors of the colour beneath, so that 1 leaves it as it is.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from gaitdesk.domain.arrays import AnyArray
from gaitdesk.phantom.look import Colour, Hair, Look, Top

Sheet = npt.NDArray[np.float32]
"""Factors of linear red, green and blue, shape (height, width, 3)."""

SIZE = 1024
FACE = (0, 0, 512, 512)
SHIRT = (512, 0, 512, 512)
HAIR = (0, 512, 512, 512)
BLANK = (900.0, 900.0)
"""Left, top, width, height of each painting on the sheet; and a place where nothing is painted."""

FACE_WIDTH, FACE_LOW, FACE_HIGH = 0.36, 0.12, 0.96
"""Of the head's height: half-width, lowest and highest of what the face's painting covers."""


def linear(colour: Colour) -> npt.NDArray[np.float32]:
    """Amounts of light of a screen colour.

    Source:
        IEC 61966-2-1 (sRGB), approximated by a power of 2.2.
    """
    return np.asarray(np.power(np.asarray(colour, np.float32), np.float32(2.2)), np.float32)


def linear_all(colours: Sheet) -> Sheet:
    """Amounts of light of many screen colours, shape (points, 3)."""
    return np.asarray(np.power(colours, np.float32(2.2)), np.float32)


def painted(look: Look) -> Sheet:
    """The sheet of one phantom."""
    sheet = np.ones((SIZE, SIZE, 3), np.float32)
    for (left, top, width, height), picture in (
        (FACE, _face(look)),
        (SHIRT, _shirt(look)),
        (HAIR, _hair(look)),
    ):
        sheet[top : top + height, left : left + width] = picture
    return sheet


def face_place(y: float, z: float) -> tuple[float, float]:
    """Where a point of the face, in head heights, is painted on the face's own 512 x 512."""
    u = (y / FACE_WIDTH * 0.5 + 0.5) * 511
    v = (FACE_HIGH - z) / (FACE_HIGH - FACE_LOW) * 511
    return u, v


def _face(look: Look) -> Sheet:
    """Eyes, brows, lips, nostrils and a little red on the cheeks."""
    skin = np.asarray(look.skin, np.float32)
    picture: AnyArray = np.tile(skin, (512, 512, 1)).astype(np.float32)
    scale = 511 / (2 * FACE_WIDTH)

    def spot(y: float, z: float, ry: float, rz: float, colour: Colour, turn: float = 0.0) -> None:
        u, v = face_place(y, z)
        axes = (max(1, round(ry * scale * 16)), max(1, round(rz * scale * 16)))
        cv2.ellipse(
            picture,
            (round(u * 16), round(v * 16)),
            axes,
            turn,
            0,
            360,
            colour,
            -1,
            cv2.LINE_AA,
            4,
        )

    def shade(by: tuple[float, float, float]) -> Colour:
        red, green, blue = np.clip(skin * np.array(by), 0, 1)
        return (float(red), float(green), float(blue))

    for y in (-0.17, 0.17):
        spot(y, 0.43, 0.085, 0.075, shade((1.03, 0.90, 0.90)))
    picture = cv2.GaussianBlur(picture, (0, 0), 22)
    for y in (-0.125, 0.125):
        sign = float(np.sign(y))
        spot(y, 0.602, 0.088, 0.060, shade((0.90, 0.86, 0.85)))
    picture = cv2.GaussianBlur(picture, (0, 0), 7)
    red, green, blue = 0.65 * np.array(look.hair_colour) + 0.1 * skin
    brow: Colour = (float(red), float(green), float(blue))
    for y in (-0.125, 0.125):
        sign = float(np.sign(y))
        spot(y, 0.688, 0.078, 0.0135, brow, -5 * sign)
        spot(y, 0.602, 0.070, 0.036, shade((0.45, 0.36, 0.34)))
        spot(y, 0.597, 0.064, 0.031, (0.84, 0.83, 0.82))
        spot(y, 0.599, 0.031, 0.031, look.iris)
        spot(y, 0.599, 0.015, 0.015, (0.03, 0.03, 0.03))
        spot(y + 0.011, 0.611, 0.007, 0.007, (1.0, 1.0, 1.0))
        spot(y, 0.632, 0.070, 0.0085, shade((0.35, 0.27, 0.25)), 0.0)
    for y in (-0.032, 0.032):
        spot(y, 0.443, 0.015, 0.0085, shade((0.45, 0.33, 0.30)))
    lip = shade((0.86, 0.58, 0.57)) if np.mean(look.skin) > 0.45 else shade((0.90, 0.70, 0.70))
    for part in np.linspace(-1, 1, 15):
        # The corners of the mouth are a little higher: a friendly face.
        rise, thin = 0.016 * part**2, np.sqrt(1.02 - part**2)
        spot(0.088 * part, 0.364 + rise, 0.022, 0.016 * thin, lip)
        spot(0.072 * part, 0.339 + rise, 0.022, 0.020 * thin, lip)
    dark = shade((0.50, 0.32, 0.31))
    for part in np.linspace(-1, 1, 21):
        spot(0.092 * part, 0.352 + 0.016 * part**2, 0.010, 0.0050, dark)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.2)
    return np.asarray(np.power(picture / skin, 2.2), np.float32)


def _shirt(look: Look) -> Sheet:
    """The print; u goes once around from the right side, v from neck to hem."""
    base, other = linear(look.shirt), linear(look.shirt_second)
    factor = (other / np.maximum(base, 0.003)).astype(np.float32)
    cover = np.zeros((512, 512), np.uint8)
    if look.top is Top.STRIPES:
        for top in range(40, 512, 92):
            cover[top : top + 40] = 255
    elif look.top is Top.NUMBER:
        for middle in (128, 384):
            seven = np.array([(middle - 34, 150), (middle + 34, 150), (middle - 8, 290)])
            cv2.polylines(cover, [seven.astype(np.int32)], False, (255,), 22, cv2.LINE_AA)
    elif look.top is Top.STAR:
        turn = np.pi / 5 * np.arange(10) - np.pi / 2
        reach = np.where(np.arange(10) % 2 == 0, 1.0, 0.42)
        star = np.stack([128 + 46 * reach * np.cos(turn), 215 + 78 * reach * np.sin(turn)], axis=1)
        cv2.fillPoly(cover, [np.round(star * 16).astype(np.int32)], (255,), cv2.LINE_AA, 4)
    picture = 1.0 + (cover[..., None] / np.float32(255)) * (factor - 1.0)
    rng = np.random.default_rng(11)
    weave = 1.0 + 0.035 * cv2.GaussianBlur(rng.standard_normal((512, 512)), (0, 0), 2.0) * 6
    return np.asarray(picture * weave[..., None], np.float32)


def _hair(look: Look) -> Sheet:
    """Strands: streaks along v, or curls."""
    rng = np.random.default_rng(5)
    noise = rng.standard_normal((512, 512)).astype(np.float32)
    if look.hair is Hair.CURLY:
        smooth = cv2.GaussianBlur(noise, (0, 0), 5.0)
    else:
        smooth = cv2.GaussianBlur(noise, (0, 0), sigmaX=1.8, sigmaY=34.0)
    strength = 0.30 if look.hair is Hair.CURLY else 0.22
    factor = 1.0 + strength * smooth / smooth.std()
    return np.asarray(np.repeat(np.clip(factor, 0.3, 2.0)[..., None], 3, axis=2), np.float32)
