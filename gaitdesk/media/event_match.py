"""Gait events of two films laid over each other: which offset they speak for, and how well.

Events seen from the front alone are known to a tenth of the cycle, and one kind is late as a
whole. So they never move an offset by frames; they help to tell one stride from the next, as
far as they are trusted, by how many of them meet their like.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import EventKind, GaitEvent

LATEST_S = 0.2
"""By no more may all events of one kind be late in one of the films."""

MEETING_S = 0.06
"""Events that differ so much, beyond what is common to their kind, meet by half or so."""

# Events further apart belong to different steps, even of a slow walker.
_SAME_STEP_S = 0.4


def meeting_share(
    first: Sequence[GaitEvent], second: Sequence[GaitEvent], offsets_s: FloatArray
) -> FloatArray:
    """Share of the second film's events that meet their like in the first, at each offset.

    Each event counts by its confidence and by the confidence of the event it meets, so that
    doubtful events speak softly.

    Args:
        first: Events of the film that gives the clock.
        second: Events of the other one.
        offsets_s: Times in the second film of the first film's time 0, shape (offsets,).

    Returns:
        0 to 1, shape (offsets,).
    """
    total = max(1, sum(1 for _ in second))
    shares = []
    for offset_s in offsets_s:
        met = 0.0
        for late_s, trust in _pairs(first, second, float(offset_s)):
            met += float((trust * np.exp(-0.5 * (late_s / MEETING_S) ** 2)).sum())
        shares.append(met / total)
    return np.array(shares)


def residual_ms(
    first: Sequence[GaitEvent], second: Sequence[GaitEvent], offset_s: float, rate: float = 1.0
) -> float | None:
    """Median distance of the second film's events from their like in the first.

    What is common to all events of a kind, up to 0.2 s, is taken off: it tells of the views, not
    of the clocks.

    Args:
        first: Events of the film that gives the clock.
        second: Events of the other one.
        offset_s: Time in the second film of the first film's time 0.
        rate: Seconds of the second clock in one of the first.

    Returns:
        Milliseconds; None where no events meet.
    """
    pairs = _pairs(first, second, offset_s, rate)
    late_s = np.concatenate([one for one, _ in pairs]) if pairs else np.zeros(0)
    return float(1000.0 * np.median(np.abs(late_s))) if len(late_s) else None


def _pairs(
    first: Sequence[GaitEvent], second: Sequence[GaitEvent], offset_s: float, rate: float = 1.0
) -> list[tuple[FloatArray, FloatArray]]:
    """For each kind, how late the second film's events are and how far both are trusted."""
    pairs = []
    for kind in EventKind:
        late: list[float] = []
        trust: list[float] = []
        for side in Side:
            own = [e for e in first if e.side is side and e.kind is kind]
            places = np.array([rate * e.time_s + offset_s for e in own])
            for event in second:
                if event.side is side and event.kind is kind and own:
                    nearest = int(np.argmin(np.abs(places - event.time_s)))
                    gap_s = event.time_s - float(places[nearest])
                    if abs(gap_s) < _SAME_STEP_S:
                        late.append(gap_s)
                        trust.append(event.confidence * own[nearest].confidence)
        if late:
            common = float(np.clip(np.median(late), -LATEST_S, LATEST_S))
            pairs.append((np.array(late) - common, np.array(trust)))
    return pairs
