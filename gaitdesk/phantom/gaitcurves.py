"""Hip, knee and ankle over the gait cycle: normal children's curves, bent to what a limb does."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import Variable
from gaitdesk.gait.norms import FOOT_OFF_PCT, SpeedGroup, normal_curve
from gaitdesk.phantom.patterns import NORMAL, Limb

NORMAL_FOOT_OFF = FOOT_OFF_PCT[SpeedGroup.FREE] / 100.0
NORMAL_KNEE_PEAK = 0.72

# Where in the normal cycle each bend of a curve is: terminal stance, foot off, swing.
_LOADING, _KNEE_LEAST, _HIP_LEAST, _ANKLE_MOST = 0.13, 0.40, 0.51, 0.44
_PUSH_OFF, _HIP_MOST, _ANKLE_SWING, _TERMINAL = 0.63, 0.87, 0.84, 0.97


@cache
def _spline(variable: Variable) -> CubicSpline:
    """A normal curve as a periodic spline of the cycle's fraction."""
    curve = normal_curve(variable)
    if curve is None:
        raise ValueError(f"there is no norm for {variable}")
    values = curve.mean[::2].copy()
    values[[0, -1]] = (values[0] + values[-1]) / 2.0
    return CubicSpline(np.linspace(0.0, 1.0, len(values)), values, bc_type="periodic")


def normal_deg(variable: Variable, phase: FloatArray) -> FloatArray:
    """A normal angle at fractions of the cycle, of any shape; whole cycles may be added."""
    return np.asarray(_spline(variable)(np.mod(phase, 1.0)))


def normal_phase(phase: FloatArray, foot_off: float, knee_peak: float | None = None) -> FloatArray:
    """The fraction of a normal cycle that answers to a fraction of a limb's own.

    Args:
        phase: Fractions of the limb's cycle, 0 to 1.
        foot_off: Its foot off, as a fraction.
        knee_peak: When its knee flexes most; None leaves swing evenly stretched.
    """
    own, normal = [0.0, foot_off, 1.0], [0.0, NORMAL_FOOT_OFF, 1.0]
    if knee_peak is not None:
        own.insert(2, knee_peak)
        normal.insert(2, NORMAL_KNEE_PEAK)
    return np.asarray(PchipInterpolator(own, normal)(phase))


def _bent(variable: Variable, phase: FloatArray, places: list[tuple[float, float]]) -> FloatArray:
    """A normal curve moved by smooth bumps through the values given at `places` of the cycle."""
    at, wanted = np.array(sorted(places)).T
    moved = wanted - normal_deg(variable, at)
    tiled_at = np.concatenate([at - 1.0, at, at + 1.0])
    bump = PchipInterpolator(tiled_at, np.tile(moved, 3))
    return np.asarray(normal_deg(variable, phase) + bump(phase))


def knee_deg(limb: Limb, phase: FloatArray) -> FloatArray:
    """Knee flexion the limb aims at, at fractions 0 to 1 of its cycle."""
    off = limb.foot_off_pct / 100.0
    at = normal_phase(phase, off, limb.swing_knee_pct / 100.0)
    least, end, peak = limb.stance_knee_deg, limb.terminal_swing_knee_deg, limb.swing_knee_deg
    # A knee that is already bent yields less under load.
    yielding = 9.0 * float(np.clip(1.0 - (end - NORMAL.terminal_swing_knee_deg) / 30.0, 0.0, 1.0))
    yielding *= float(np.clip(1.0 + least / 10.0, 0.2, 1.0))
    loading = 0.5 * (least + end) + yielding
    early = least + 0.56 * (peak - least)
    return _bent(
        Variable.KNEE_FLEXION,
        at,
        [
            (0.0, end),
            (_LOADING, loading),
            (_KNEE_LEAST, least),
            (_PUSH_OFF, early),
            (NORMAL_KNEE_PEAK, peak),
            (_TERMINAL, end),
        ],
    )


def hip_deg(limb: Limb, phase: FloatArray) -> FloatArray:
    """Hip flexion the limb aims at, against the pelvis."""
    at = normal_phase(phase, limb.foot_off_pct / 100.0)
    return _bent(
        Variable.HIP_FLEXION,
        at,
        [
            (_HIP_LEAST, limb.stance_hip_deg),
            (_HIP_MOST, limb.swing_hip_deg),
            (0.02, limb.stance_hip_deg + 0.96 * (limb.swing_hip_deg - limb.stance_hip_deg)),
        ],
    )


def ankle_deg(limb: Limb, phase: FloatArray) -> FloatArray:
    """Ankle dorsiflexion the limb aims at."""
    at = normal_phase(phase, limb.foot_off_pct / 100.0)
    stance, swing = limb.stance_dorsiflexion_deg, limb.swing_dorsiflexion_deg
    push = min(stance, swing) - limb.push_off * 18.0
    return _bent(
        Variable.ANKLE_DORSIFLEXION,
        at,
        [(_ANKLE_MOST, stance), (_PUSH_OFF, push), (_ANKLE_SWING, swing), (_TERMINAL, swing - 3.0)],
    )
