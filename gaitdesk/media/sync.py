"""Two films of one walk on one clock: the offset proposed from how the body moves in both.

Both cameras see feet, knees, hands and head go up and down at the same moments, from wherever
they look. The up-and-down speed of each body point, left and right kept apart, and the walking
speed are laid over each other at every possible offset. Walking repeats itself, so an offset
wrong by a stride looks good too; how far the best offset stands out decides the confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.signal import correlate, find_peaks

from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.gait import GaitEvent
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, SyncSource, Video
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
_DRIFT_WINDOW_S = 4.0
_DRIFT_SEARCH_S = 0.1
_SHORTEST_FOR_DRIFT_S = 16.0
# Cameras state whole seconds, some when recording began, some when the file was closed.
_CLOCK_ERROR_S = 2.0
_CLOCK_WEIGHT = 2.0
_CLOCK_CONFIDENCE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Agreement:
    """How well two films agree at every offset.

    Attributes:
        offsets_s: Time in the second film of the first film's time 0.
        likeness: Correlation of all signals where both are known, -1 to 1.
        overlap_s: Length of walk that both then show.
    """

    offsets_s: FloatArray
    likeness: FloatArray
    overlap_s: FloatArray


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
    source = SyncSource.MOTION
    if sagittal_events and coronal_events:
        has_motion = min(s.is_known.any(axis=0).sum() for s in (first, second)) > 0
        source = SyncSource.MOTION if has_motion else SyncSource.EVENTS
        first += event_signals(first, sagittal_events)
        second += event_signals(second, coronal_events)
    hint_s = clock_hint_s(sagittal_video, coronal_video)
    best = _best(first, second, hint_s)
    if best is None:
        if hint_s is None:
            return Sync(sagittal, coronal, 0.0, 0.0, SyncSource.NONE)
        return Sync(sagittal, coronal, hint_s, _CLOCK_CONFIDENCE, SyncSource.CLOCK)
    offset_s, confidence = best
    drift_ms_per_s, offset_s = _drift(first, second, offset_s)
    return Sync(sagittal, coronal, offset_s, confidence, source, drift_ms_per_s)


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


def _agreement(first: Signals, second: Signals) -> _Agreement:
    """Correlation over all signals at every offset, of what both know alone."""
    lengths = first.values.shape[1], second.values.shape[1]
    if min(lengths) == 0:
        return _Agreement(np.zeros(0), np.zeros(0), np.zeros(0))
    shared = np.zeros(sum(lengths) - 1)
    powers = np.zeros((2, len(shared)))
    known = np.zeros(len(shared))
    usable = first.is_known.any(axis=1) & second.is_known.any(axis=1)
    for i in np.flatnonzero(usable):
        a, b = first.values[i], second.values[i]
        a_known, b_known = first.is_known[i].astype(float), second.is_known[i].astype(float)
        shared += correlate(b, a, method="fft")
        powers[0] += correlate(b_known, a**2, method="fft")
        powers[1] += correlate(b**2, a_known, method="fft")
        known += correlate(b_known, a_known, method="fft")
    floor = 1e-6 * max(1.0, float(powers.max()))
    return _Agreement(
        offsets_s=np.arange(1 - lengths[0], lengths[1]) / RATE_HZ,
        likeness=shared / np.sqrt(np.maximum(powers[0], floor) * np.maximum(powers[1], floor)),
        overlap_s=np.round(known / max(1, int(usable.sum())) / RATE_HZ, 6),
    )


def _best(first: Signals, second: Signals, hint_s: float | None) -> tuple[float, float] | None:
    """Offset and confidence; None where the films share too little that is known.

    Every offset at which the films look alike is a candidate. Between candidates a stride apart
    decides how one stride differs from the next, which only the right one brings together.
    """
    found = _agreement(first, second)
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
        differing = _agreement(deviations(first, stride), deviations(second, stride))
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
    shares = [1.0 / float(np.exp(one - one[chosen]).sum()) for one in (score, expected)]
    share = float(np.sqrt(shares[0] * shares[1]))
    best = int(candidates[chosen])
    good = min(1.0, float(likeness[best]) / _GOOD_LIKENESS)
    return _refined(first, second, float(found.offsets_s[best])), good * share


def _refined(first: Signals, second: Signals, offset_s: float) -> float:
    """The offset to a part of a frame, from the quick signals around it."""
    found = _agreement(first.quick, second.quick)
    is_near = np.abs(found.offsets_s - offset_s) < _PEAK_DISTANCE_S
    best = int(np.argmax(np.where(is_near, found.likeness, -2.0)))
    return float(found.offsets_s[best] + _between_samples(found.likeness, best) / RATE_HZ)


def _peaks(likeness: FloatArray, offsets_s: FloatArray) -> IntArray:
    """Places of the peaks that are not near a higher one, the highest first."""
    padded = np.concatenate([[-2.0], likeness, [-2.0]])
    places, _ = find_peaks(padded)
    kept: list[int] = []
    for place in sorted(places - 1, key=lambda p: -likeness[p]):
        if all(abs(offsets_s[place] - offsets_s[k]) >= _PEAK_DISTANCE_S for k in kept):
            kept.append(int(place))
    return np.array(kept, np.int64)


def _between_samples(values: FloatArray, peak: int) -> float:
    """Where between the samples the top of a parabola through a peak lies, -0.5 to 0.5."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, top, after = values[peak - 1 : peak + 2]
    bend = before - 2.0 * top + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def _drift(first: Signals, second: Signals, offset_s: float) -> tuple[float, float]:
    """Drift in ms a second, and the offset that goes with it.

    The offset is found anew in windows along the walk; a line through them is taken for drift
    where the walk is long enough and its slope stands out from the scatter three times.
    """
    shift = round(offset_s * RATE_HZ)
    start = max(0, -shift)
    stop = min(first.values.shape[1], second.values.shape[1] - shift)
    if (stop - start) / RATE_HZ < _SHORTEST_FOR_DRIFT_S:
        return 0.0, offset_s
    width, reach = round(_DRIFT_WINDOW_S * RATE_HZ), round(_DRIFT_SEARCH_S * RATE_HZ)
    times_s, offsets_s = [], []
    for begin in range(start, stop - width + 1, width // 2):
        left = max(0, begin + shift - reach)
        part = _agreement(
            first.quick.between(begin, begin + width),
            second.quick.between(left, begin + shift + width + reach),
        )
        local_s = part.offsets_s + (left - begin) / RATE_HZ
        is_near = (np.abs(local_s - shift / RATE_HZ) <= _DRIFT_SEARCH_S) & (
            part.overlap_s >= _DRIFT_WINDOW_S / 2
        )
        if not is_near.any():
            continue
        best = int(np.argmax(np.where(is_near, part.likeness, -2.0)))
        if part.likeness[best] > 0.3 and is_near[max(0, best - 1) : best + 2].all():
            times_s.append((begin + width / 2) / RATE_HZ)
            offsets_s.append(local_s[best] + _between_samples(part.likeness, best) / RATE_HZ)
    if len(times_s) < 5:
        return 0.0, offset_s
    slope, intercept = np.polyfit(times_s, offsets_s, 1)
    rest_s = np.array(offsets_s) - (slope * np.array(times_s) + intercept)
    # Windows overlap by half, so only every second one counts.
    error = rest_s.std(ddof=2) / (np.std(times_s) * np.sqrt(len(times_s) / 2))
    if abs(slope) < 3.0 * error:
        return 0.0, offset_s
    return float(1000.0 * slope), float(intercept)
