"""Contact sheets of what the network saw and what its answers rest on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gaitdesk.childgait.evidence import SeenClip, input_pictures
from gaitdesk.childgait.reader import NetworkReading
from gaitdesk.childgait.shown import heat, side_word, warmed, where_words
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.evgs import Cell
from gaitdesk.domain.shapes import Colour, Label, Point
from gaitdesk.i18n import listed, tr
from gaitdesk.media.paint import paint

MOST_CLIPS = 6
"""Rows of a sheet."""

_CAPTION = 24
_GAP = 6
_WHITE = Colour(255, 255, 255)


def network_sheets(reading: NetworkReading) -> dict[str, Image]:
    """One contact sheet for each plane, by the name of its file.

    Each row is a clip that decides some item: above the network's own input turned back into
    pictures, grey where it saw nothing; below the same with the patches tinted on which the
    surest of its answers rests.
    """
    sheets = {}
    for plane in Plane:
        rows = [_row(reading, clip, cells) for clip, cells in _deciding(reading, plane)]
        if rows:
            sheets[f"network-{plane.value}.png"] = np.concatenate(
                [_title(reading, rows[0].shape[1]), *rows]
            )
    return sheets


def _title(reading: NetworkReading, width: int) -> Image:
    """Whose input it is, and that it is not for everybody's eyes."""
    names = sorted({proposal.reader for proposal in reading.proposals.values()})
    words = tr(
        "What the network {name} saw, as it saw it. The child can be recognised: keep this with"
        " the films."
    ).format(name=listed(names))
    head = np.full((_CAPTION + _GAP, width, 3), 255, np.uint8)
    return paint(head, [Label(Point(_GAP, _CAPTION / 2), words, _WHITE, 15.0)])


def _deciding(reading: NetworkReading, plane: Plane) -> list[tuple[int, list[Cell]]]:
    """Clips of a plane with the items they decide, the busiest first."""
    decided: dict[int, list[Cell]] = {}
    for cell, answer in reading.answers.items():
        if reading.clips[answer.deciding].window.view.plane is plane:
            decided.setdefault(answer.deciding, []).append(cell)
    busiest = sorted(decided.items(), key=lambda pair: -len(pair[1]))[:MOST_CLIPS]
    return sorted(busiest, key=lambda pair: pair[0])


def _row(reading: NetworkReading, index: int, cells: Sequence[Cell]) -> Image:
    clip = reading.clips[index]
    steps, rows, columns = clip.kept.shape
    tubelet = clip.patches.shape[1]
    pictures = input_pictures(clip.packed(), (steps, rows, columns), clip.patch_px)[::tubelet]
    surest = max(cells, key=lambda cell: abs(reading.answers[cell].atypical - 0.5))
    answer = reading.answers[surest]
    heated = heat(reading.relevances[surest], answer.atypical >= 0.5)
    decides = listed(f"{item.value} {side_word(side)}" for side, item in cells)
    first = _strip(pictures, f"{_where(clip)}   ·   " + tr("decides {items}").format(items=decides))
    side, item = surest
    words = tr("{item} {side}: {share:.0f} % atypical; tinted: what speaks for {answer}").format(
        item=item.value,
        side=side_word(side),
        share=100 * answer.atypical,
        answer=tr("atypical") if answer.atypical >= 0.5 else tr("typical"),
    )
    second = _strip(_warmed(pictures, heated, clip.patch_px), words)
    gap = np.full((3 * _GAP, first.shape[1], 3), 255, np.uint8)
    return np.concatenate([first, second, gap])


def _warmed(pictures: Image, heated: FloatArray, patch_px: int) -> Image:
    return np.stack(
        [warmed(picture, hot, patch_px) for picture, hot in zip(pictures, heated, strict=True)]
    )


def _strip(pictures: Image, words: str) -> Image:
    """Pictures side by side under a line of words."""
    gap = np.full((pictures.shape[1], _GAP, 3), 255, np.uint8)
    parts = [part for picture in pictures for part in (gap, picture)]
    strip = np.concatenate([*parts, gap], axis=1)
    head = np.full((_CAPTION, strip.shape[1], 3), 255, np.uint8)
    whole = np.concatenate([head, strip])
    return paint(whole, [Label(Point(_GAP, _CAPTION / 2), words, _WHITE, 15.0)])


def _where(clip: SeenClip) -> str:
    window = clip.window
    return where_words(window.film, clip.numbers, window.view, window.phase, window.side)
