"""Where a leg's heel and toe pad are for given joint angles, and how they move with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.phantom.skeleton import HEEL_PAD_SHARE, TOE_PAD_SHARE, Build
from gaitdesk.phantom.timeline import LegTimeline

MOST_TOE_BEND = np.deg2rad(42.0)
_SOFT = np.deg2rad(0.8)

Angles = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""Thigh against the vertical, knee flexion, foot pitch and sideways lean, each (frames,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """A foot's two contact points.

    Attributes:
        heel_m, pad_m: World positions, shape (frames, 3).
        heel_slopes, pad_slopes: Their derivatives by pelvis x, y, z and the four angles, shape
            (frames, 3, 7).
    """

    heel_m: FloatArray
    pad_m: FloatArray
    heel_slopes: FloatArray
    pad_slopes: FloatArray


def hindfoot_roll(side: Side, lean: FloatArray, valgus: FloatArray) -> FloatArray:
    """Roll of the hindfoot about its long axis that gives a valgus against a leaning shank."""
    return lean + valgus if side is Side.LEFT else lean - valgus


def toe_pitch(pitch: FloatArray, bent: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pitch of the toes and its derivative by the foot's pitch.

    While the toes rest on the floor they stay flat under a rising heel, until they can bend no
    further and tip over their ends.
    """
    down = -pitch
    start, end = down / _SOFT, (down - MOST_TOE_BEND) / _SOFT
    bend = _SOFT * (np.logaddexp(0.0, start) - np.logaddexp(0.0, end))
    slope = 1.0 - bent * (expit(start) - expit(end))
    return pitch + bent * bend, slope


def leg_at(
    build: Build,
    timeline: LegTimeline,
    pelvis_m: FloatArray,
    obliquity: FloatArray,
    rotation: FloatArray,
    angles: Angles,
) -> Leg:
    """Contact points of one leg.

    Args:
        build: The body.
        timeline: For the limb's yaw, valgus and toes.
        pelvis_m: Hip joints' midpoint, shape (frames, 3).
        obliquity: Left side up, radians.
        rotation: Left side forward, radians.
        angles: Of the leg.
    """
    thigh, knee, pitch, lean = angles
    outward = 1.0 if timeline.side is Side.LEFT else -1.0
    half = outward * build.hip_width / 2.0
    hip = pelvis_m + half * np.stack(
        [
            np.sin(rotation) * np.cos(obliquity),
            np.cos(rotation) * np.cos(obliquity),
            np.sin(obliquity),
        ],
        axis=1,
    )
    shank = thigh - knee
    a = build.thigh * np.sin(thigh) + build.shank * np.sin(shank)
    b = -build.thigh * np.cos(thigh) - build.shank * np.cos(shank)
    a_knee, b_knee = -build.shank * np.cos(shank), -build.shank * np.sin(shank)
    c, s = np.cos(timeline.knee_yaw), np.sin(timeline.knee_yaw)
    cl, sl = np.cos(lean), np.sin(lean)

    def turned(along: FloatArray, up: FloatArray) -> FloatArray:
        """A vector of the leg's plane in the world, shape (frames, 3)."""
        return np.stack([along * c + up * sl * s, along * s - up * sl * c, up * cl], axis=1)

    ankle = hip + turned(a, b)
    by_thigh, by_knee = turned(-b, a), turned(a_knee, b_knee)
    by_lean = np.stack([b * cl * s, -b * cl * c, -b * sl], axis=1)

    fc, fs = np.cos(timeline.foot_yaw), np.sin(timeline.foot_yaw)
    roll = hindfoot_roll(timeline.side, lean, timeline.valgus)
    cp, sp = np.cos(pitch), np.sin(pitch)

    def on_foot(x: float, z: float) -> tuple[FloatArray, FloatArray]:
        """A place of the hindfoot against the ankle, and its derivative by the pitch."""
        low = z * np.cos(roll)
        ahead, up, side = x * cp - low * sp, x * sp + low * cp, -z * np.sin(roll)
        place = np.stack([ahead * fc - side * fs, ahead * fs + side * fc, up], axis=1)
        slope = np.stack([-up * fc, -up * fs, ahead], axis=1)
        return place, slope

    heel, heel_by_pitch = on_foot(-HEEL_PAD_SHARE * build.heel_back, -build.ankle_height)
    joint, joint_by_pitch = on_foot(build.forefoot, -0.8 * build.ankle_height)
    tip, tip_slope = toe_pitch(pitch, timeline.bent)
    ct, st = np.cos(tip), np.sin(tip)
    x, z = TOE_PAD_SHARE * build.toes, -0.2 * build.ankle_height
    ahead, up = x * ct - z * st, x * st + z * ct
    pad = joint + np.stack([ahead * fc, ahead * fs, up], axis=1)
    pad_by_pitch = joint_by_pitch + tip_slope[:, None] * np.stack(
        [-up * fc, -up * fs, ahead], axis=1
    )
    pelvis = np.broadcast_to(np.eye(3), (len(thigh), 3, 3))

    def slopes(by_pitch: FloatArray) -> FloatArray:
        return np.concatenate(
            [pelvis, np.stack([by_thigh, by_knee, by_pitch, by_lean], axis=2)], axis=2
        )

    return Leg(ankle + heel, ankle + pad, slopes(heel_by_pitch), slopes(pad_by_pitch))
