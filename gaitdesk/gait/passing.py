"""Mid-stance and mid-swing: the moments at which one foot passes the other, seen from the side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import GaitCycle, Pass
from gaitdesk.domain.pose import PoseTrack

# Feet that pass hide each other, and a model loses one for a few frames.
LONGEST_GAP_S = 0.15


def with_passing(
    cycles: Iterable[GaitCycle], pose: PoseTrack, times_s: FloatArray, one: Pass
) -> tuple[GaitCycle, ...]:
    """The cycles of one sagittal pass with their mid-stance and mid-swing, where seen.

    Args:
        cycles: Cycles of the pass, either limb.
        pose: The patient in the film.
        times_s: Presentation times of the film, shape (frames,).
        one: The pass.
    """
    return tuple(
        replace(
            cycle,
            mid_stance_s=passing_s(
                pose, times_s, one, cycle.side.opposite, cycle.start_s, cycle.foot_off_s
            ),
            mid_swing_s=passing_s(pose, times_s, one, cycle.side, cycle.foot_off_s, cycle.end_s),
        )
        for cycle in cycles
    )


def passing_s(
    pose: PoseTrack,
    times_s: FloatArray,
    one: Pass,
    swinging: Side,
    start_s: float | None,
    end_s: float | None,
) -> float | None:
    """When a swinging ankle first gets ahead of the standing one; None where that is not seen.

    Args:
        pose: The patient in the film.
        times_s: Presentation times of the film, shape (frames,).
        one: The pass, seen from the side.
        swinging: The limb that swings.
        start_s: Where to begin looking; None where the event is unknown.
        end_s: Where to stop, likewise.

    Source:
        The feet are adjacent half-way through single support and half-way through swing, as
        Levine, Richards & Whittle (2012), Whittle's Gait Analysis, 5th edition, chapter 2.
    """
    if start_s is None or end_s is None or one.direction == 0:
        return None
    frames = np.arange(one.first_frame, one.last_frame + 1)
    frames = frames[(times_s[frames] >= start_s - 1e-9) & (times_s[frames] <= end_s + 1e-9)]
    swing_x, stand_x = (
        pose.of(landmark(side, "ankle"))[frames, 0] for side in (swinging, swinging.opposite)
    )
    ahead_px = one.direction * (swing_x - stand_x)
    is_known = np.isfinite(ahead_px)
    ahead_px, at_s = ahead_px[is_known], times_s[frames][is_known]
    is_passing = (ahead_px[:-1] < 0) & (ahead_px[1:] >= 0) & (np.diff(at_s) <= LONGEST_GAP_S)
    if not is_passing.any():
        return None
    k = int(np.argmax(is_passing))
    share = -ahead_px[k] / (ahead_px[k + 1] - ahead_px[k])
    return float(at_s[k] + share * (at_s[k + 1] - at_s[k]))
