"""Gait events from a front or back view that stands alone; a poor substitute for a side view."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.signal import find_peaks

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import EventKind, GaitEvent, Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.gait.direction import leg_length_px
from gaitdesk.gait.events import SHORTEST_STRIDE_S

CONFIDENCE = 0.4
SMALLEST_RISE = 0.03
# Any shift of weight looks like one step; walking is known by its repeating itself.
FEWEST_CONTACTS = 4


def coronal_events(pose: PoseTrack, times_s: FloatArray, one: Pass) -> tuple[GaitEvent, ...]:
    """Approximate events of both limbs in one coronal pass, in order of time.

    A foot is taken to swing while its ankle is higher in the picture than usual for its place in
    the walk. Timing is good to about a tenth of the cycle, so every event has low confidence.

    Args:
        pose: The patient.
        times_s: Presentation times, shape (frames,).
        one: The pass, from the front or the back.
    """
    frames = slice(one.first_frame, one.last_frame + 1)
    times = times_s[frames]
    left = pose.of(landmark(Side.LEFT, "ankle"))[frames, 1]
    right = pose.of(landmark(Side.RIGHT, "ankle"))[frames, 1]
    known = np.isfinite(left) & np.isfinite(right)
    length = leg_length_px(pose, one.first_frame, one.last_frame)
    if known.sum() < 10 or not np.isfinite(length):
        return ()
    at = np.arange(len(times))
    left_higher = np.interp(at, at[known], (right - left)[known]) / length
    frame_s = float(np.median(np.diff(times)))
    calm = gaussian_filter1d(left_higher, max(0.5, 0.03 / frame_s))
    level = calm - uniform_filter1d(calm, max(3, round(1.1 / frame_s)), mode="nearest")
    events = []
    for side, rise in ((Side.LEFT, level), (Side.RIGHT, -level)):
        distance = max(1, round(SHORTEST_STRIDE_S / frame_s))
        peaks, _ = find_peaks(
            rise, height=SMALLEST_RISE / 2, prominence=SMALLEST_RISE, distance=distance
        )
        for peak in peaks:
            start, end = _crossings(rise, int(peak))
            for place, kind in ((start, EventKind.FOOT_OFF), (end, EventKind.INITIAL_CONTACT)):
                if place is not None:
                    time_s = float(np.interp(place, at, times))
                    frame = one.first_frame + round(place)
                    events.append(GaitEvent(side, kind, frame, time_s, CONFIDENCE))
    # Two peaks of one swing lead to the same crossings.
    return _alternating(sorted(set(events), key=lambda event: event.time_s))


def _alternating(events: list[GaitEvent]) -> tuple[GaitEvent, ...]:
    """The longest part of a walk in which the feet meet the ground by turns.

    Where one foot meets it twice in a row, a contact was missed or a foot was only put aside,
    and no cycle may reach across that. Nothing where that part is too short to be a walk.
    """
    contacts = [event for event in events if event.kind is EventKind.INITIAL_CONTACT]
    runs: list[list[GaitEvent]] = []
    for contact in contacts:
        if runs and runs[-1][-1].side is not contact.side:
            runs[-1].append(contact)
        else:
            runs.append([contact])
    longest = max(runs, key=len, default=[])
    if len(longest) < FEWEST_CONTACTS:
        return ()
    outside = [contact for contact in contacts if contact not in longest]
    before = max((c.time_s for c in outside if c.time_s < longest[0].time_s), default=-np.inf)
    after = min((c.time_s for c in outside if c.time_s > longest[-1].time_s), default=np.inf)
    return tuple(event for event in events if before < event.time_s < after)


def _crossings(rise: FloatArray, peak: int) -> tuple[float | None, float | None]:
    """Where the signal was last and is next zero around a peak, between frames."""
    before = np.flatnonzero(rise[:peak] <= 0)
    after = np.flatnonzero(rise[peak:] <= 0)
    start = end = None
    if len(before):
        i = int(before[-1])
        start = i - rise[i] / (rise[i + 1] - rise[i])
    if len(after):
        i = peak + int(after[0])
        end = i - 1 + rise[i - 1] / (rise[i - 1] - rise[i])
    return (None if start is None else float(start)), (None if end is None else float(end))
