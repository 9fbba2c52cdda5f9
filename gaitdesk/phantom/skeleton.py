"""The phantom's segments: dimensions, how they hang together, and where its landmarks sit.

World axes: x along the walkway in the walking direction, y to the child's left, z up, metres,
floor at z = 0. In neutral standing every segment's axes are parallel to the world's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from scipy.interpolate import CubicSpline

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray


class Segment(IntEnum):
    """A rigid part of the body; its origin is its proximal joint."""

    PELVIS = 0
    TRUNK = 1
    HEAD = 2
    LEFT_THIGH = 3
    LEFT_SHANK = 4
    LEFT_HINDFOOT = 5
    LEFT_TOES = 6
    RIGHT_THIGH = 7
    RIGHT_SHANK = 8
    RIGHT_HINDFOOT = 9
    RIGHT_TOES = 10
    LEFT_UPPER_ARM = 11
    LEFT_FOREARM = 12
    LEFT_HAND = 13
    RIGHT_UPPER_ARM = 14
    RIGHT_FOREARM = 15
    RIGHT_HAND = 16


SEGMENT_COUNT = len(Segment)

STANDING_TILT_DEG = 12.0
"""Anterior tilt of the pelvis in neutral standing, against which its segment's axes are upright.

Source:
    Schwartz et al. (2008), J Biomech 41:1639-1650: mean of typically developing children.
"""

HEEL_PAD_SHARE, TOE_PAD_SHARE = 0.7, 0.9
"""Where the sole rests: back from the ankle as a share of `heel_back`, along the big toe."""


def segment(side: Side, part: str) -> Segment:
    """The segment `part` ("thigh", "hindfoot", ...) of a limb."""
    return Segment[f"{side.name}_{part.upper()}"]


PARENT: Mapping[Segment, Segment] = {
    Segment.TRUNK: Segment.PELVIS,
    Segment.HEAD: Segment.TRUNK,
    **{
        segment(side, part): segment(side, above) if above else trunk
        for side in Side
        for part, above, trunk in (
            ("thigh", "", Segment.PELVIS),
            ("shank", "thigh", Segment.PELVIS),
            ("hindfoot", "shank", Segment.PELVIS),
            ("toes", "hindfoot", Segment.PELVIS),
            ("upper_arm", "", Segment.TRUNK),
            ("forearm", "upper_arm", Segment.TRUNK),
            ("hand", "forearm", Segment.TRUNK),
        )
    },
}
"""The segment each one hangs from; the pelvis hangs from nothing."""


@dataclass(frozen=True, slots=True)
class Build:
    """Dimensions of a child's body, metres.

    Attributes:
        height: Standing height.
        hip_width: Between the hip joint centres.
        lumbar: Hip joints' midpoint to the lowest movable point of the trunk, upwards.
        trunk: From there to the base of the neck.
        shoulder_width: Between the shoulder joint centres.
        shoulder_drop: Shoulder joint centres below the base of the neck.
        head: Base of the neck to the crown.
        thigh, shank: Hip to knee, knee to ankle joint centre.
        ankle_height: Ankle joint centre above the sole.
        heel_back: Ankle joint centre to the back of the heel.
        forefoot: Ankle joint centre to the toe joints (MTP), forwards.
        toes: MTP joints to the tip of the big toe.
        upper_arm, forearm, hand: Shoulder to elbow to wrist to finger tips.
    """

    height: float
    hip_width: float
    lumbar: float
    trunk: float
    shoulder_width: float
    shoulder_drop: float
    head: float
    thigh: float
    shank: float
    ankle_height: float
    heel_back: float
    forefoot: float
    toes: float
    upper_arm: float
    forearm: float
    hand: float

    @property
    def leg_length(self) -> float:
        """Hip joint centre to floor in standing."""
        return self.thigh + self.shank + self.ankle_height

    @property
    def foot_length(self) -> float:
        """Back of the heel to the tip of the big toe."""
        return self.heel_back + self.forefoot + self.toes


def joint_offsets(build: Build) -> FloatArray:
    """Where each segment's origin lies in its parent's axes, shape (17, 3); zero for the pelvis."""
    offsets = np.zeros((SEGMENT_COUNT, 3))
    offsets[Segment.TRUNK] = (0, 0, build.lumbar)
    offsets[Segment.HEAD] = (0, 0, build.trunk)
    for side, left in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        offsets[segment(side, "thigh")] = (0, left * build.hip_width / 2, 0)
        offsets[segment(side, "shank")] = (0, 0, -build.thigh)
        offsets[segment(side, "hindfoot")] = (0, 0, -build.shank)
        offsets[segment(side, "toes")] = (build.forefoot, 0, -0.8 * build.ankle_height)
        offsets[segment(side, "upper_arm")] = (
            0,
            left * build.shoulder_width / 2,
            build.trunk - build.shoulder_drop,
        )
        offsets[segment(side, "forearm")] = (0, 0, -build.upper_arm)
        offsets[segment(side, "hand")] = (0, 0, -build.forearm)
    return offsets


def landmark_offsets(build: Build) -> tuple[tuple[Segment, ...], FloatArray]:
    """The segment that carries each landmark and the landmark's place in its axes, (23, 3)."""
    carriers: dict[Landmark, tuple[Segment, tuple[float, float, float]]] = {
        Landmark.NOSE: (Segment.HEAD, (0.46 * build.head, 0, 0.48 * build.head))
    }
    sole = -build.ankle_height
    toe_drop = 0.2 * build.ankle_height
    for side, left in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        head, foot = build.head, build.foot_length
        carriers |= {
            landmark(side, "eye"): (Segment.HEAD, (0.38 * head, left * 0.13 * head, 0.60 * head)),
            landmark(side, "ear"): (Segment.HEAD, (0.02 * head, left * 0.31 * head, 0.52 * head)),
            landmark(side, "shoulder"): (segment(side, "upper_arm"), (0, 0, 0)),
            landmark(side, "elbow"): (segment(side, "forearm"), (0, 0, 0)),
            landmark(side, "wrist"): (segment(side, "hand"), (0, 0, 0)),
            landmark(side, "hip"): (segment(side, "thigh"), (0, 0, 0)),
            landmark(side, "knee"): (segment(side, "shank"), (0, 0, 0)),
            landmark(side, "ankle"): (segment(side, "hindfoot"), (0, 0, 0)),
            landmark(side, "heel"): (
                segment(side, "hindfoot"),
                (-build.heel_back, 0, 0.9 * sole),
            ),
            landmark(side, "big_toe"): (
                segment(side, "toes"),
                (build.toes, -left * 0.08 * foot, -0.5 * toe_drop),
            ),
            landmark(side, "small_toe"): (
                segment(side, "toes"),
                (0.45 * build.toes, left * 0.17 * foot, -0.5 * toe_drop),
            ),
        }
    offsets = np.array([carriers[point][1] for point in Landmark], np.float64)
    return tuple(carriers[point][0] for point in Landmark), offsets


def sole_offsets(build: Build, side: Side) -> tuple[tuple[Segment, Segment, Segment], FloatArray]:
    """Carrier and place of a foot's heel pad, ball and toe pad on the sole, shape (3, 3)."""
    hindfoot, toes = segment(side, "hindfoot"), segment(side, "toes")
    sole = -build.ankle_height
    offsets = np.array(
        [
            (-HEEL_PAD_SHARE * build.heel_back, 0.0, sole),
            (0.0, 0.0, 0.2 * sole),
            (TOE_PAD_SHARE * build.toes, 0.0, 0.2 * sole),
        ]
    )
    return (hindfoot, toes, toes), offsets


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Where every segment is at every moment.

    Attributes:
        build: The body that moves.
        times_s: Shape (frames,).
        origins_m: World position of each segment's origin, shape (frames, 17, 3).
        rotations: Segment axes to world axes, shape (frames, 17, 3, 3).
    """

    build: Build
    times_s: FloatArray
    origins_m: FloatArray
    rotations: FloatArray

    def landmarks_m(self) -> FloatArray:
        """World position of every landmark, shape (frames, 23, 3)."""
        carriers, offsets = landmark_offsets(self.build)
        index = np.array(carriers, np.int64)
        turned = np.einsum("fsij,sj->fsi", self.rotations[:, index], offsets)
        points: FloatArray = self.origins_m[:, index] + turned
        assert points.shape[1] == LANDMARK_COUNT
        return points

    def sole_m(self, side: Side) -> FloatArray:
        """World position of a foot's heel pad, ball and toe pad, shape (frames, 3, 3)."""
        carriers, offsets = sole_offsets(self.build, side)
        index = np.array(carriers, np.int64)
        turned = np.einsum("fsij,sj->fsi", self.rotations[:, index], offsets)
        points: FloatArray = self.origins_m[:, index] + turned
        return points


def hang_together(
    build: Build, times_s: FloatArray, pelvis_m: FloatArray, rotations: FloatArray
) -> Motion:
    """Forward kinematics: every origin from the pelvis position and all segment rotations.

    Args:
        build: The body.
        times_s: Shape (frames,).
        pelvis_m: World position of the hip joints' midpoint, shape (frames, 3).
        rotations: Segment axes to world axes, shape (frames, 17, 3, 3).
    """
    offsets = joint_offsets(build)
    origins = np.empty((len(times_s), SEGMENT_COUNT, 3))
    origins[:, Segment.PELVIS] = pelvis_m
    for part in Segment:
        if part in PARENT:
            above = PARENT[part]
            origins[:, part] = origins[:, above] + rotations[:, above] @ offsets[part]
    return Motion(build, times_s, origins, rotations)


def turned_round(motion: Motion) -> Motion:
    """The same walk the other way: turned by half a circle about the world's vertical."""
    half_turn = np.diag([-1.0, -1.0, 1.0])
    return Motion(
        motion.build,
        motion.times_s,
        motion.origins_m @ half_turn,
        np.einsum("ij,fsjk->fsik", half_turn, motion.rotations),
    )


_JUMP_M = 0.25
"""A child that is farther on than this in the next frame, or has turned, is filmed anew."""


def takes_of(motion: Motion) -> tuple[Motion, ...]:
    """The unbroken stretches of a motion, in order of time."""
    moved = np.linalg.norm(np.diff(motion.origins_m[:, Segment.PELVIS], axis=0), axis=1)
    ahead = motion.rotations[:, Segment.PELVIS, :, 0]
    turned = np.einsum("fi,fi->f", ahead[1:], ahead[:-1]) < 0.5
    starts = [0, *(np.flatnonzero((moved > _JUMP_M) | turned) + 1), len(motion.times_s)]
    return tuple(
        Motion(
            motion.build,
            motion.times_s[start:end],
            motion.origins_m[start:end],
            motion.rotations[start:end],
        )
        for start, end in pairwise(starts)
    )


def one_after_the_other(motions: Sequence[Motion]) -> Motion:
    """Motions of one body on one clock, as if the cameras paused between them."""
    times, now = [], 0.0
    for motion in motions:
        times.append(motion.times_s - motion.times_s[0] + now)
        now = times[-1][-1] + float(np.median(np.diff(motion.times_s)))
    return Motion(
        motions[0].build,
        np.concatenate(times),
        np.concatenate([motion.origins_m for motion in motions]),
        np.concatenate([motion.rotations for motion in motions]),
    )


def at_times(motion: Motion, times_s: FloatArray) -> Motion:
    """The motion at other moments, as a camera with its own clock sees it.

    Args:
        motion: Sampled densely (60 Hz or more).
        times_s: Moments, ascending, shape (frames,); those outside the motion and between its
            takes are held to the nearest end.
    """
    takes = takes_of(motion)
    ends = [(before.times_s[-1] + after.times_s[0]) / 2.0 for before, after in pairwise(takes)]
    of_take = np.searchsorted(ends, times_s)
    frames = len(times_s)
    pelvis, rotations = np.empty((frames, 3)), np.empty((frames, SEGMENT_COUNT, 3, 3))
    for index, take in enumerate(takes):
        chosen = np.flatnonzero(of_take == index)
        if len(chosen):
            pelvis[chosen], rotations[chosen] = _between_frames(take, times_s[chosen])
    return hang_together(motion.build, times_s, pelvis, rotations)


def _between_frames(take: Motion, times_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pelvis position and all axes of one take at other moments."""
    inside = np.clip(times_s, take.times_s[0], take.times_s[-1])
    if len(take.times_s) < 2:
        count = len(inside)
        return (
            np.repeat(take.origins_m[:1, Segment.PELVIS], count, axis=0),
            np.repeat(take.rotations[:1], count, axis=0),
        )
    pelvis = CubicSpline(take.times_s, take.origins_m[:, Segment.PELVIS])(inside)
    blend = CubicSpline(take.times_s, take.rotations)(inside)
    x, y = blend[..., 0], blend[..., 1]
    x = x / np.linalg.norm(x, axis=-1, keepdims=True)
    y = y - x * np.sum(x * y, axis=-1, keepdims=True)
    y = y / np.linalg.norm(y, axis=-1, keepdims=True)
    return pelvis, np.stack([x, y, np.cross(x, y)], axis=-1)
