"""Two films of one walk on one clock: the offset proposed from how the body moves in both.

Both cameras see feet, knees, hands and head go up and down at the same moments, from wherever
they look. The up-and-down speed of each body point, left and right kept apart, and the walking
speed are laid over each other at every possible offset. Walking repeats itself, so an offset
wrong by a stride looks good too; how far the best offset stands out decides the confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from scipy.signal import find_peaks

from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.gait import GaitEvent
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import LEAST_SYNC_CONFIDENCE, Sync, SyncSource, Video
from gaitdesk.media.agreement import agreement, between_samples
from gaitdesk.media.drift import measured_drift
from gaitdesk.media.event_match import meeting_share, residual_ms
from gaitdesk.media.motion import (
    RATE_HZ,
    Signals,
    deviations,
    event_signals,
    motion_signals,
    stride_of,
)

SHORTEST_OVERLAP_S = 0.9
"""Films that share less of the walk cannot be told apart from chance."""

# Peaks nearer than this are one: less than half a step of a fast child.
_PEAK_DISTANCE_S = 0.15
# Body motion holds next to nothing above 4 Hz, so a second holds eight samples.
_SAMPLES_PER_S = 8.0
_SMOOTHED_PEAK_S = 0.02
# Weight of how alike two films are. What differs between views is the same at every offset and
# does not average out, so this does not grow with the length of the walk.
_LIKENESS_WEIGHT = 10.0
# Other offsets with so little of the best one's likeness are no candidates.
_OVERLAP_WEIGHT = 6.0
_CANDIDATE = 0.6
# Signals of two views never agree fully; a correlation of one half is a good one.
_GOOD_LIKENESS = 0.5
# Cameras state whole seconds, some when recording began, some when the file was closed.
_CLOCK_ERROR_S = 2.0
_CLOCK_WEIGHT = 2.0
_CLOCK_CONFIDENCE = 0.1
# What it is worth that all events of both films meet, were they beyond doubt; those seen from
# the front alone have a confidence of 0.4.
_EVENT_WEIGHT = 4.0
_FAR_BETTER = 50.0


def propose_sync(
    sagittal: int,
    coronal: int,
    sagittal_video: Video,
    sagittal_pose: PoseTrack,
    coronal_video: Video,
    coronal_pose: PoseTrack,
    *,
    sagittal_events: Sequence[GaitEvent] = (),
    coronal_events: Sequence[GaitEvent] = (),
) -> Sync:
    """The offset between two films of the same walk, from the motion of the body in both.

    Args:
        sagittal: Index in the analysis of the film that gives the clock.
        coronal: Index of the film to be placed on it.
        sagittal_video: The first film.
        sagittal_pose: The patient in it.
        coronal_video: The second film.
        coronal_pose: The patient in it.
        sagittal_events: Gait events of the first film; used where both films show some.
        coronal_events: Gait events of the second film.

    Returns:
        From motion, or from events where no body point is seen long enough; else from the
        cameras' clocks with a confidence of 0.1; else source NONE with confidence 0.
    """
    first = motion_signals(sagittal_video.times_s, sagittal_pose)
    second = motion_signals(coronal_video.times_s, coronal_pose)
    events = (sagittal_events, coronal_events)
    source = SyncSource.MOTION
    if all(events) and not all(signals.is_known.any() for signals in (first, second)):
        source = SyncSource.EVENTS
        first += event_signals(first, sagittal_events)
        second += event_signals(second, coronal_events)
    hint_s = clock_hint_s(sagittal_video, coronal_video)
    best = _best(first, second, hint_s, events)
    if best is None:
        if hint_s is None:
            return Sync(sagittal, coronal, 0.0, 0.0, SyncSource.NONE)
        return Sync(sagittal, coronal, hint_s, _CLOCK_CONFIDENCE, SyncSource.CLOCK)
    offset_s, confidence = best
    drift = measured_drift(first, second, offset_s)
    found = Sync(
        sagittal,
        coronal,
        drift.offset_s,
        confidence,
        source,
        drift.ms_per_s,
        drift.error_ms_per_s,
        drift.shared_s,
    )
    return with_residual(found, *events)


def with_residual(
    sync: Sync, sagittal_events: Sequence[GaitEvent], coronal_events: Sequence[GaitEvent]
) -> Sync:
    """The same synchronization with how well the gait events of both films then agree."""
    rate = 1.0 + sync.drift_ms_per_s / 1000.0
    return replace(
        sync, residual_ms=residual_ms(sagittal_events, coronal_events, sync.offset_s, rate)
    )


def stated_sync(sagittal: int, coronal: int, offset_s: float) -> Sync:
    """The offset as the user states it."""
    return Sync(sagittal, coronal, offset_s, 1.0, SyncSource.USER)


def clock_hint_s(sagittal_video: Video, coronal_video: Video) -> float | None:
    """Offset by the creation times the files state, good to a second or two.

    Returns:
        None where a file states no time, or where by those times the films share no moment.
    """
    try:
        starts = [
            datetime.fromisoformat(video.recorded_at) for video in (sagittal_video, coronal_video)
        ]
        offset_s = (starts[0] - starts[1]).total_seconds()
    except (ValueError, TypeError):
        return None
    shared_s = min(coronal_video.duration_s, offset_s + sagittal_video.duration_s) - max(
        0.0, offset_s
    )
    return offset_s if shared_s > 0 else None


def _best(
    first: Signals,
    second: Signals,
    hint_s: float | None,
    events: tuple[Sequence[GaitEvent], Sequence[GaitEvent]],
) -> tuple[float, float] | None:
    """Offset and confidence; None where the films share too little that is known.

    Every offset at which the films look alike is a candidate. Between candidates a stride apart
    decides how one stride differs from the next, which only the right one brings together.
    """
    found = agreement(first, second)
    is_enough = found.overlap_s >= SHORTEST_OVERLAP_S
    likeness = np.where(is_enough, found.likeness, -1.0)
    peaks = _peaks(likeness, found.offsets_s)
    if not len(peaks) or likeness[peaks[0]] <= 0:
        return None
    candidates = peaks[likeness[peaks] >= _CANDIDATE * likeness[peaks[0]]]
    overlap_s = found.overlap_s[candidates]
    # The shorter the overlap, the higher chance alone can lift the likeness.
    alike = np.arctanh(np.minimum(likeness[candidates], 0.999))
    score = _LIKENESS_WEIGHT * (alike - 1.0 / np.sqrt(_SAMPLES_PER_S * overlap_s))
    stride = stride_of(first, second)
    if stride is not None:
        differing = agreement(deviations(first, stride), deviations(second, stride))
        reach = round(_SMOOTHED_PEAK_S * RATE_HZ)
        rarely = np.array(
            [differing.likeness[max(0, c - reach) : c + reach + 1].max() for c in candidates]
        )
        shared = np.minimum(differing.overlap_s[candidates], overlap_s) * _SAMPLES_PER_S
        score += -0.5 * shared * np.sign(rarely) * np.log1p(-np.minimum(rarely**2, 0.99))
    if hint_s is not None:
        astray = (found.offsets_s[candidates] - hint_s) / _CLOCK_ERROR_S
        score -= np.minimum(0.5 * astray**2, _CLOCK_WEIGHT)
    # Cameras are started for the same walk: an offset that leaves most of it to one film alone
    # must look so much better than one at which both show it. What is only expected, not seen,
    # counts half for the confidence.
    expected = score + _OVERLAP_WEIGHT * np.log(overlap_s / found.overlap_s.max())
    chosen = int(np.argmax(expected))
    trust = _trust(score, expected, likeness[candidates], chosen)
    if trust < LEAST_SYNC_CONFIDENCE:
        # Where motion does not decide, events help to choose. They come from the same points,
        # so they add nothing to the confidence.
        met = meeting_share(*events, found.offsets_s[candidates])
        chosen = int(np.argmax(expected + _EVENT_WEIGHT * met))
        trust = _trust(score, expected, likeness[candidates], chosen)
    return _refined(first, second, float(found.offsets_s[candidates[chosen]])), trust


def _trust(score: FloatArray, expected: FloatArray, likeness: FloatArray, chosen: int) -> float:
    """How far one of several candidates stands out, 0 to 1, by what is seen and expected."""
    shares = [
        1.0 / float(np.exp(np.minimum(one - one[chosen], _FAR_BETTER)).sum())
        for one in (score, expected)
    ]
    return min(1.0, float(likeness[chosen]) / _GOOD_LIKENESS) * float(
        np.sqrt(shares[0] * shares[1])
    )


def _refined(first: Signals, second: Signals, offset_s: float) -> float:
    """The offset to a part of a frame, from the quick signals around it."""
    found = agreement(first.quick, second.quick)
    is_near = np.abs(found.offsets_s - offset_s) < _PEAK_DISTANCE_S
    best = int(np.argmax(np.where(is_near, found.likeness, -2.0)))
    return float(found.offsets_s[best] + between_samples(found.likeness, best) / RATE_HZ)


def _peaks(likeness: FloatArray, offsets_s: FloatArray) -> IntArray:
    """Places of the peaks that are not near a higher one, the highest first."""
    padded = np.concatenate([[-2.0], likeness, [-2.0]])
    places, _ = find_peaks(padded)
    kept: list[int] = []
    for place in sorted(places - 1, key=lambda p: -likeness[p]):
        if all(abs(offsets_s[place] - offsets_s[k]) >= _PEAK_DISTANCE_S for k in kept):
            kept.append(int(place))
    return np.array(kept, np.int64)
