"""Where to cut clips out of a film: at known moments of the gait cycle, and evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import numpy as np

from gaitdesk.childgait.clips import ClipPhase, Sampling, Window
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.gait import EventKind, Pass

LEAST_PASS_CONFIDENCE = 0.5
"""Passes seen from farther aside than this stands for are not what networks are trained on."""

LONGEST_PHASE_S = 1.5
"""A foot that stays on or off the ground for longer was missed leaving or meeting it."""


def find_windows(film: FilmAnalysis, index: int, sampling: Sampling) -> tuple[Window, ...]:
    """Where to cut clips out of a film: at known moments of the gait cycle, and evenly.

    In a side view only moments of the limb near the camera count. A window never leaves the part
    of its pass that shows the whole child; one that would by little is moved inside.

    Args:
        film: The film with its passes and events.
        index: Its index in the analysis.
        sampling: How clips are cut.

    Returns:
        Windows in the order of time.
    """
    found: list[Window] = []
    for one in film.passes:
        if one.confidence < LEAST_PASS_CONFIDENCE:
            continue
        first, last = (float(film.video.times_s[number]) for number in _whole(film, one))
        half = sampling.duration_s / 2.0
        slack = 0.5 / sampling.rate_hz
        if last - first < sampling.duration_s - slack:
            continue
        lowest, highest = (
            min(first + half, (first + last) / 2),
            max(last - half, (first + last) / 2),
        )
        own: list[Window] = []
        for phase, side, time_s in _moments(film, one):
            moved = min(max(time_s, lowest), highest)
            if phase in sampling.phases and abs(moved - time_s) <= half / 2:
                own.append(Window(index, one.view, moved, phase, side))
        if sampling.hop:
            steps = int((highest - lowest) * sampling.rate_hz / sampling.hop + 1e-6)
            spare = (highest - lowest) - steps * sampling.hop / sampling.rate_hz
            own += [
                Window(index, one.view, lowest + spare / 2 + k * sampling.hop / sampling.rate_hz)
                for k in range(steps + 1)
            ]
        found += _thinned(own, sampling)
    return tuple(sorted(found, key=lambda window: window.centre_s))


def _whole(film: FilmAnalysis, one: Pass) -> tuple[int, int]:
    """First and last frame of a pass in which the child is not cut off by the picture's edge.

    In a side view the child comes in and goes out at the sides, in front of a camera its feet
    leave the picture last. Where that is so all the time, nothing better can be had.
    """
    if film.mask is None:
        return one.first_frame, one.last_frame
    left, _, right, bottom = film.mask.boxes_px()[one.first_frame : one.last_frame + 1].T
    if one.view.plane is Plane.SAGITTAL:
        is_cut = (left <= 1) | (right >= film.video.width - 1)
    else:
        is_cut = bottom >= film.video.height - 1
    whole = np.flatnonzero(~is_cut)
    if not len(whole):
        return one.first_frame, one.last_frame
    return one.first_frame + int(whole[0]), one.first_frame + int(whole[-1])


def _moments(film: FilmAnalysis, one: Pass) -> Iterator[tuple[ClipPhase, Side, float]]:
    """Moments of the gait cycle inside a pass: what, whose, when."""
    near = one.view.near_side
    for side in Side if near is None else (near,):
        own = sorted(
            (
                event
                for event in film.events
                if event.side is side and one.first_frame <= event.frame <= one.last_frame
            ),
            key=lambda event: event.time_s,
        )
        for event, later in zip_longest(own, own[1:]):
            is_contact = event.kind is EventKind.INITIAL_CONTACT
            yield (
                (ClipPhase.INITIAL_CONTACT if is_contact else ClipPhase.FOOT_OFF),
                side,
                event.time_s,
            )
            if (
                later is not None
                and later.kind is not event.kind
                and later.time_s - event.time_s < LONGEST_PHASE_S
            ):
                middle = ClipPhase.MID_STANCE if is_contact else ClipPhase.MID_SWING
                yield middle, side, (event.time_s + later.time_s) / 2.0


def _thinned(windows: Sequence[Window], sampling: Sampling) -> list[Window]:
    """Windows of one pass without near twins, at most as many as the sampling allows.

    A moment of the gait cycle is worth more than an even place in time.
    """
    kept: list[Window] = []
    closest = 1.0 / sampling.rate_hz
    for window in sorted(windows, key=lambda one: one.phase is ClipPhase.UNIFORM):
        if all(abs(window.centre_s - other.centre_s) >= closest for other in kept):
            kept.append(window)
    kept.sort(key=lambda one: one.centre_s)
    if sampling.most_per_pass and len(kept) > sampling.most_per_pass:
        picks = np.linspace(0, len(kept) - 1, sampling.most_per_pass).round().astype(int)
        kept = [kept[pick] for pick in picks]
    return kept
