"""Trunk, head and arms of a walking child."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.phantom.gaitcurves import NORMAL_FOOT_OFF
from gaitdesk.phantom.patterns import Limbs
from gaitdesk.phantom.skeleton import Build, Segment, segment

_ARM_SWING_DEG, _ELBOW_DEG, _ELBOW_SWING_DEG, _ARM_OUT_DEG = 19.0, 20.0, 10.0, 7.0
_HEAD_STEADY = 0.75


def turn_x(angle: FloatArray) -> FloatArray:
    """Rotations about x, shape (..., 3, 3)."""
    c, s, one, zero = np.cos(angle), np.sin(angle), np.ones_like(angle), np.zeros_like(angle)
    return _matrix((one, zero, zero), (zero, c, -s), (zero, s, c))


def turn_y(angle: FloatArray) -> FloatArray:
    """Rotations about y, which take z to x."""
    c, s, one, zero = np.cos(angle), np.sin(angle), np.ones_like(angle), np.zeros_like(angle)
    return _matrix((c, zero, s), (zero, one, zero), (-s, zero, c))


def turn_z(angle: FloatArray) -> FloatArray:
    """Rotations about z, which take x to y."""
    c, s, one, zero = np.cos(angle), np.sin(angle), np.ones_like(angle), np.zeros_like(angle)
    return _matrix((c, -s, zero), (s, c, zero), (zero, zero, one))


def _matrix(*rows: tuple[FloatArray, ...]) -> FloatArray:
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def trunk_rotations(
    build: Build,
    pelvis_m: FloatArray,
    pelvis: FloatArray,
    lean: FloatArray,
    shoulder_y_m: FloatArray,
    rotation: FloatArray,
) -> FloatArray:
    """Trunk axes that put the shoulders where they are to be, shape (frames, 3, 3).

    Args:
        build: The body.
        pelvis_m: Hip joints' midpoint, shape (frames, 3).
        pelvis: Its axes, shape (frames, 3, 3).
        lean: Of the line from the hips' to the shoulders' midpoint, forward positive, radians.
        shoulder_y_m: Sideways place of the shoulders' midpoint.
        rotation: Left shoulder forward, radians.
    """
    lumbar = pelvis_m + pelvis @ np.array([0.0, 0.0, build.lumbar])
    reach = build.trunk - build.shoulder_drop
    side = shoulder_y_m - lumbar[:, 1]
    up = np.full(len(lean), reach)
    for _ in range(4):
        ahead = pelvis_m[:, 0] + np.tan(lean) * (lumbar[:, 2] + up - pelvis_m[:, 2]) - lumbar[:, 0]
        up = np.sqrt(np.maximum(reach**2 - ahead**2 - side**2, 0.04 * reach**2))
    axis = np.stack([ahead, side, up], axis=1)
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    left = np.stack([np.sin(rotation), np.cos(rotation), np.zeros_like(rotation)], axis=1)
    forward = np.cross(left, axis)
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    return np.stack([forward, np.cross(axis, forward), axis], axis=2)


def set_upper_body(
    rotations: FloatArray,
    trunk: FloatArray,
    phases: dict[Side, FloatArray],
    limbs: Limbs,
) -> None:
    """Fill in trunk, head and arms of `rotations` (frames, 17, 3, 3)."""
    rotations[:, Segment.TRUNK] = trunk
    # The head stays nearly upright and looks ahead.
    up = trunk[:, :, 2] * (1.0 - _HEAD_STEADY) + np.array([0.02, 0.0, _HEAD_STEADY])
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    left = np.cross(up, np.array([1.0, 0.0, 0.0]))
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    rotations[:, Segment.HEAD] = np.stack([np.cross(left, up), left, up], axis=2)
    for side in Side:
        outward = 1.0 if side is Side.LEFT else -1.0
        # Each arm goes with the opposite leg, farthest ahead a little before that leg's contact.
        swing = np.cos(2.0 * np.pi * (phases[side.opposite] + 0.04))
        held = limbs[side].arm_flexion_deg
        share = 1.0 - min(held, 60.0) / 80.0
        shoulder = _ARM_SWING_DEG * share * swing - 3.0 - 0.1 * held
        elbow = _ELBOW_DEG + _ELBOW_SWING_DEG * share * swing + held
        out = np.full_like(shoulder, _ARM_OUT_DEG + 0.15 * held)
        upper = trunk @ turn_x(np.deg2rad(outward * out)) @ turn_y(np.deg2rad(-shoulder))
        fore = upper @ turn_z(np.deg2rad(np.full_like(elbow, -outward * (8.0 + 0.4 * held))))
        fore = fore @ turn_y(np.deg2rad(-elbow))
        flexed = turn_y(np.deg2rad(np.full_like(elbow, -5.0 + 0.5 * held)))
        rotations[:, segment(side, "upper_arm")] = upper
        rotations[:, segment(side, "forearm")] = fore
        rotations[:, segment(side, "hand")] = fore @ flexed


def trunk_counter_rotation(phase_left: FloatArray, foot_off: float = NORMAL_FOOT_OFF) -> FloatArray:
    """Shoulders against the pelvis: left shoulder forward with the right foot, radians."""
    return np.asarray(np.deg2rad(-4.5) * np.cos(2.0 * np.pi * (phase_left + 0.65 - foot_off)))
