"""When a foot comes to rest on the floor, seen from the side."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.arrays import FloatArray

# A point of the foot is down while it is no higher than this above where it comes to rest, in leg
# lengths, and no faster than this share of the walking speed.
DOWN_BELOW = 0.006
DOWN_BELOW_SPEED_SHARE = 0.6
# It rests, in the stance that follows, while slower than this share of the walking speed.
AT_REST_SPEED_SHARE = 0.25
AT_REST_AFTER_S = (0.08, 0.30)
FARTHEST_S = 0.15
LASTING_S = 0.10
LASTING_SHARE = 0.7


def landing_s(
    points: tuple[FloatArray, ...], times_s: FloatArray, near_s: float, walking_speed: float
) -> float | None:
    """When the first of some points of a foot comes to rest; None where none does.

    A point is judged by where it rests in the same stance: in a picture taken from above, the
    heel and the toe of a turned foot rest at different heights, and neither shows where the
    other one will.

    Args:
        points: Paths of heel, toe and so on, each of shape (frames, 2), y downwards, in leg
            lengths, without gaps.
        times_s: Times of the frames, shape (frames,).
        near_s: A time near the contact sought.
        walking_speed: Of the pelvis, leg lengths a second.

    Source:
        Ghoussayni et al. (2004), Gait & Posture 20(3), 266-272, for contact by speed.
    """
    found = [_one_landing_s(path, times_s, near_s, walking_speed) for path in points]
    known = [time for time in found if time is not None]
    return min(known, default=None)


def _one_landing_s(
    path: FloatArray, times_s: FloatArray, near_s: float, walking_speed: float
) -> float | None:
    speed = np.hypot(np.gradient(path[:, 0], times_s), np.gradient(path[:, 1], times_s))
    after = times_s - near_s
    rests = (after >= AT_REST_AFTER_S[0]) & (after <= AT_REST_AFTER_S[1])
    rests &= speed < AT_REST_SPEED_SHARE * walking_speed
    if rests.sum() < 2:
        return None
    height = np.median(path[rests, 1]) - path[:, 1]
    unrest = np.maximum(speed / (DOWN_BELOW_SPEED_SHARE * walking_speed), height / DOWN_BELOW)
    is_down = unrest <= 1.0
    ahead = max(2, round(LASTING_S / float(np.median(np.diff(times_s)))))
    best: float | None = None
    for frame in np.flatnonzero(~is_down[:-1] & is_down[1:]):
        # A foot that only pauses has not landed.
        if np.mean(is_down[frame + 1 : frame + 1 + ahead]) <= LASTING_SHARE:
            continue
        share = (unrest[frame] - 1.0) / (unrest[frame] - unrest[frame + 1])
        time = float(times_s[frame] + share * (times_s[frame + 1] - times_s[frame]))
        if best is None or abs(time - near_s) < abs(best - near_s):
            best = time
    return best if best is not None and abs(best - near_s) <= FARTHEST_S else None
