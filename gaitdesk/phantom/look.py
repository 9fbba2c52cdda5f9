"""How a phantom looks: skin, hair, clothes, girth, and what it wears or leans on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 1, as seen on a screen (sRGB)."""


class Hair(StrEnum):
    """A way to wear one's hair."""

    SHORT = "short"
    CURLY = "curly"
    BOB = "bob"
    PONYTAIL = "ponytail"
    BUN = "bun"


class Top(StrEnum):
    """What is printed on the shirt."""

    PLAIN = "plain"
    STRIPES = "stripes"
    NUMBER = "number"
    STAR = "star"
    SLEEVES = "sleeves"


class Orthosis(StrEnum):
    """Which limbs wear an ankle-foot orthosis."""

    NONE = "none"
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Look:
    """How one phantom looks; it has no bearing on how it walks.

    Attributes:
        skin, hair_colour, iris, shirt, shirt_second, shorts: Colours.
        hair: How the hair is worn.
        top: What is printed on the shirt.
        girth: Of limbs and trunk, 1 in the middle.
        shorts_length: Of the thigh covered, 0 to 1; up to 2, trousers that cover the shank too.
        orthosis: Ankle-foot orthoses worn.
        is_adult: Whether the face is an adult's, with shoes on the feet.
    """

    skin: Colour = (0.87, 0.67, 0.55)
    hair_colour: Colour = (0.25, 0.15, 0.09)
    iris: Colour = (0.30, 0.20, 0.12)
    shirt: Colour = (0.90, 0.55, 0.16)
    shirt_second: Colour = (0.95, 0.93, 0.88)
    shorts: Colour = (0.13, 0.17, 0.30)
    hair: Hair = Hair.SHORT
    top: Top = Top.PLAIN
    girth: float = 1.0
    shorts_length: float = 0.46
    orthosis: Orthosis = Orthosis.NONE
    is_adult: bool = False


SKINS: tuple[Colour, ...] = (
    (0.93, 0.76, 0.66),
    (0.90, 0.71, 0.58),
    (0.85, 0.66, 0.50),
    (0.76, 0.56, 0.41),
    (0.62, 0.43, 0.30),
    (0.47, 0.31, 0.21),
    (0.36, 0.23, 0.16),
)
"""From light to dark, after the middle of each type of the Fitzpatrick scale."""

_HAIRS: tuple[Colour, ...] = (
    (0.07, 0.055, 0.05),
    (0.12, 0.08, 0.06),
    (0.25, 0.15, 0.09),
    (0.40, 0.25, 0.13),
    (0.66, 0.48, 0.26),
    (0.55, 0.26, 0.11),
)
_SHIRTS: tuple[Colour, ...] = (
    (0.90, 0.55, 0.16),
    (0.78, 0.16, 0.18),
    (0.16, 0.42, 0.70),
    (0.20, 0.55, 0.36),
    (0.93, 0.92, 0.90),
    (0.55, 0.35, 0.62),
    (0.95, 0.79, 0.25),
    (0.20, 0.21, 0.24),
    (0.93, 0.55, 0.62),
    (0.45, 0.72, 0.78),
)
_SHORTS: tuple[Colour, ...] = (
    (0.13, 0.17, 0.30),
    (0.10, 0.10, 0.11),
    (0.36, 0.37, 0.40),
    (0.20, 0.35, 0.55),
    (0.50, 0.13, 0.16),
    (0.42, 0.38, 0.28),
    (0.12, 0.33, 0.27),
)


def varied_look(seed: int, *, is_adult: bool = False, orthosis: Orthosis = Orthosis.NONE) -> Look:
    """One of very many looks; the same for the same seed."""
    rng = np.random.default_rng([seed, 7301])
    tone = int(rng.integers(len(SKINS)))
    # Dark skin seldom comes with fair hair or light eyes.
    hairs = _HAIRS[:3] if tone >= 3 else _HAIRS
    shirt, second = rng.permutation(len(_SHIRTS))[:2]
    short = int(rng.integers(len(_SHORTS)))
    iris: Colour = (0.30, 0.20, 0.12) if tone >= 2 or rng.random() < 0.5 else (0.30, 0.42, 0.52)
    return Look(
        skin=_stray(SKINS[tone], rng, 0.015),
        hair_colour=_stray(hairs[int(rng.integers(len(hairs)))], rng, 0.015),
        iris=iris,
        shirt=_stray(_SHIRTS[shirt], rng, 0.03),
        shirt_second=_SHIRTS[second],
        shorts=_stray(_SHORTS[short], rng, 0.03),
        hair=tuple(Hair)[int(rng.integers(len(Hair)))],
        top=tuple(Top)[int(rng.integers(len(Top)))],
        girth=float(rng.uniform(0.93, 1.10)),
        shorts_length=1.9 if is_adult else float(rng.uniform(0.40, 0.56)),
        orthosis=orthosis,
        is_adult=is_adult,
    )


def _stray(colour: Colour, rng: np.random.Generator, by: float) -> Colour:
    red, green, blue = np.clip(np.array(colour) + rng.normal(0, by, 3), 0.03, 0.97)
    return (float(red), float(green), float(blue))
