"""Where lines of Chinese end: between any two signs, but before no comma and inside no number.

reportlab breaks as Japanese does, and knows none of the marks that Chinese forbids at the
beginning of a line.

Source:
    GB/T 15834-2011, 5.1 (marks that begin or end no line); JLREQ 3.1.7 for the rule of brackets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus.paragraph import ParaLines, cjkU, makeCJKParaLine

NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—～·,.;:?!)]}%‰°″′℃–±")
"""Marks that begin no line."""

NEVER_LAST = frozenset("（《〈「『【〔“‘([{±−+")
"""Marks that end no line."""

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# From here on are signs that each stand for a word, and the marks among them.
_FIRST_HAN = 0x2E80
_FUZZ = 1e-6


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two signs."""
    if after in NEVER_FIRST or before in NEVER_LAST:
        return False
    if _NO_BREAK_SPACE in (before, after) or after == " ":
        return False
    return before == " " or ord(before) >= _FIRST_HAN or ord(after) >= _FIRST_HAN


def line_ends(signs: str, widths: Sequence[float], room: Sequence[float]) -> list[int]:
    """Where each line ends: the place of the first sign that is not on it.

    Args:
        signs: One paragraph without line breaks.
        widths: Of each sign, points.
        room: Width of each line, the last one standing for all that follow.
    """
    ends: list[int] = []
    start, last, used = 0, 0, 0.0
    place = 0
    while place < len(signs):
        if place > start and may_break(signs[place - 1], signs[place]):
            last = place
        used += widths[place]
        limit = room[min(len(ends), len(room) - 1)]
        if used > limit + _FUZZ and place > start and signs[place] != " ":
            # A word longer than a line breaks where the line is full.
            end = last if last > start else place
            ends.append(end)
            start = last = place = end
            used = 0.0
            continue
        place += 1
    return [*ends, len(signs)]


def broken(frags: Sequence[Any], room: Sequence[float]) -> ParaLines:
    """The lines of a paragraph, as reportlab draws them.

    Args:
        frags: Its pieces, each in one font.
        room: Width of each line, points.
    """
    parts: list[list[Any]] = [[]]
    for frag in frags:
        if hasattr(frag, "lineBreak"):
            parts.append([])
        parts[-1] += [cjkU(sign, frag, "utf8") for sign in frag.text]
    lines: list[Any] = []
    for number, part in enumerate(parts):
        has_more = number < len(parts) - 1
        left = [room[min(len(lines) + i, len(room) - 1)] for i in range(len(room))]
        start = 0
        for end in line_ends("".join(part), [sign.width for sign in part], left):
            width = room[min(len(lines), len(room) - 1)]
            used = sum(sign.width for sign in part[start:end])
            held = part[start:end] or [cjkU("", frags[0], "utf8")]
            is_forced = has_more and end == len(part)
            lines.append(makeCJKParaLine(held, width, used, width - used, is_forced, False))
            start = end
    return ParaLines(kind=1, lines=lines)
