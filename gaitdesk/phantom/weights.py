"""How far each place of the skin follows each bone, and where the bones are in a motion."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.phantom.anatomy import Rest, outward
from gaitdesk.phantom.skeleton import SEGMENT_COUNT, Build, Segment, segment

Floats = npt.NDArray[np.float32]

HELPERS = ("hip", "kneecap", "midfoot", "shoulder", "elbow")
"""Bones that lie half-way between two segments, so that bent joints keep their volume."""

BONE_COUNT = SEGMENT_COUNT + 2 * len(HELPERS)


def helper(side: Side, name: str) -> int:
    """Index of a half-way bone."""
    first = SEGMENT_COUNT + (0 if side is Side.LEFT else len(HELPERS))
    return first + HELPERS.index(name)


def bone_weights(rest: Rest, points: FloatArray) -> Floats:
    """How far each vertex at rest follows each bone, shape (vertices, bones); rows sum to 1."""
    cm, build = rest.cm, rest.build
    weights = np.zeros((len(points), BONE_COUNT))
    z = points[:, 2]
    trunk = _ramp(z, build.lumbar - 5 * cm, build.lumbar + 9 * cm)
    neck = float(rest.origin(Segment.HEAD)[2])
    head = _ramp(z, neck + 0.4 * cm, neck + 0.24 * build.head)
    weights[:, Segment.PELVIS] = 1 - trunk
    weights[:, Segment.TRUNK] = trunk * (1 - head)
    weights[:, Segment.HEAD] = trunk * head
    for side in Side:
        _follow_arm(rest, points, side, weights)
    for side in Side:
        _follow_leg(rest, points, side, weights)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def _ramp(value: FloatArray, low: float, high: float) -> FloatArray:
    part = np.clip((value - low) / (high - low), 0.0, 1.0)
    ramp: FloatArray = part * part * (3 - 2 * part)
    return ramp


def _follow_arm(rest: Rest, points: FloatArray, side: Side, weights: FloatArray) -> None:
    cm = rest.cm
    upper, fore, hand = (segment(side, part) for part in ("upper_arm", "forearm", "hand"))
    down = -rest.axes(upper)[:, 2]
    rel = points - rest.origin(upper)
    along = rel @ down
    off = np.linalg.norm(rel - along[:, None] * down, axis=1)
    near = (1 - _ramp(off, 5.5 * cm, 9.0 * cm)) * (points[:, 1] * outward(side) > 0)
    is_past = along > 0.3 * rest.build.upper_arm
    near = np.where(is_past & (off < 12 * cm) & (rel[:, 1] * outward(side) > 0), 1.0, near)
    part = _ramp(along, -4.5 * cm, 5.0 * cm) * near
    weights *= ((1 - part) ** 2)[:, None]
    weights[:, helper(side, "shoulder")] = 2 * part * (1 - part)
    bend = _ramp(along, rest.build.upper_arm - 3.5 * cm, rest.build.upper_arm + 3.5 * cm)
    turn = _ramp(
        along,
        rest.build.upper_arm + rest.build.forearm - 2.5 * cm,
        rest.build.upper_arm + rest.build.forearm + 1.5 * cm,
    )
    arm = part**2
    weights[:, upper] = arm * (1 - bend) ** 2
    weights[:, helper(side, "elbow")] = arm * 2 * bend * (1 - bend)
    weights[:, fore] = arm * bend**2 * (1 - turn)
    weights[:, hand] = arm * bend**2 * turn


def _follow_leg(rest: Rest, points: FloatArray, side: Side, weights: FloatArray) -> None:
    cm, build, out = rest.cm, rest.build, outward(side)
    thigh, shank, hind, toes = (
        segment(side, part) for part in ("thigh", "shank", "hindfoot", "toes")
    )
    free = weights[:, [Segment.PELVIS, Segment.TRUNK, Segment.HEAD]].sum(axis=1)
    down = -rest.axes(thigh)[:, 2]
    rel = points - rest.origin(thigh)
    # The groin runs obliquely: the thigh begins higher outside and in front than behind.
    crease = down + np.array([0.22, 0.50 * out, 0.0])
    across = rel @ (crease / np.linalg.norm(crease))
    y = points[:, 1] * out
    gate = np.maximum(_ramp(y, 0.0, 4.5 * cm), _ramp(-points[:, 2], 6 * cm, 14 * cm)) * (y > 0)
    is_below = points[:, 2] < build.lumbar + 4 * cm
    part = _ramp(across, -5.0 * cm, 7.0 * cm) * gate * is_below
    weights[:, :3] *= ((1 - part) ** 2)[:, None]
    weights[:, helper(side, "hip")] = free * 2 * part * (1 - part)
    leg = free * part**2
    along = rel @ down
    knee = _ramp(along, build.thigh - 4.5 * cm, build.thigh + 4.5 * cm)
    ankle_z = float(rest.origin(hind)[2])
    foot = _ramp(ankle_z - points[:, 2], -3.8 * cm, 1.2 * cm)
    forward = points[:, 0] - rest.origin(hind)[0]
    middle = _ramp(forward, 0.25 * build.forefoot, 0.80 * build.forefoot)
    tip = _ramp(forward, build.forefoot - 1.0 * cm, build.forefoot + 1.3 * cm)
    weights[:, thigh] = leg * (1 - knee) ** 2
    weights[:, helper(side, "kneecap")] = leg * 2 * knee * (1 - knee)
    weights[:, shank] = leg * knee**2 * (1 - foot)
    weights[:, hind] = leg * knee**2 * foot * (1 - middle)
    weights[:, helper(side, "midfoot")] = leg * knee**2 * foot * middle * (1 - tip)
    weights[:, toes] = leg * knee**2 * foot * middle * tip


def bones(
    build: Build,
    rest_origins_m: FloatArray,
    rest_rotations: FloatArray,
    origins_m: FloatArray,
    rotations: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """How every bone has moved from rest: turn (frames, bones, 3, 3) and shift (frames, bones, 3).

    Args:
        build: The body.
        rest_origins_m: Shape (17, 3).
        rest_rotations: Shape (17, 3, 3).
        origins_m: Of the segments now, shape (frames, 17, 3).
        rotations: Shape (frames, 17, 3, 3).
    """
    frames = len(origins_m)
    now_at, now = np.empty((frames, BONE_COUNT, 3)), np.empty((frames, BONE_COUNT, 3, 3))
    was_at, was = np.empty((BONE_COUNT, 3)), np.empty((BONE_COUNT, 3, 3))
    now_at[:, :SEGMENT_COUNT], now[:, :SEGMENT_COUNT] = origins_m, rotations
    was_at[:SEGMENT_COUNT], was[:SEGMENT_COUNT] = rest_origins_m, rest_rotations
    for side in Side:
        for name in HELPERS:
            place = helper(side, name)
            now[:, place], now_at[:, place] = _between(side, name, rotations, origins_m)
            turn, at = _between(side, name, rest_rotations[None], rest_origins_m[None])
            was[place], was_at[place] = turn[0], at[0]
    turn = now @ np.swapaxes(was, -1, -2)
    shift = now_at - np.einsum("fbij,bj->fbi", turn, was_at)
    return turn, shift


def _between(
    side: Side, name: str, rotations: FloatArray, origins_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    if name == "midfoot":
        # Turns sideways with the forefoot, up and down with the heel.
        hind, toes = segment(side, "hindfoot"), segment(side, "toes")
        rel = np.swapaxes(rotations[:, hind], -1, -2) @ rotations[:, toes]
        roll = np.arctan2(rel[:, 2, 1], rel[:, 1, 1])
        c, s = np.cos(roll), np.sin(roll)
        turn = np.broadcast_to(np.eye(3), rel.shape).copy()
        turn[:, 1, 1], turn[:, 1, 2], turn[:, 2, 1], turn[:, 2, 2] = c, -s, s, c
        return rotations[:, hind] @ turn, origins_m[:, toes]
    if name == "kneecap":
        # Faces where the thigh faces, half-way through the bend, whatever the shank's torsion.
        thigh, shank = segment(side, "thigh"), segment(side, "shank")
        rel = np.swapaxes(rotations[:, thigh], -1, -2) @ rotations[:, shank]
        half = 0.5 * np.arctan2(rel[:, 0, 2], rel[:, 2, 2])
        c, s = np.cos(half), np.sin(half)
        turn = np.zeros_like(rel)
        turn[:, 1, 1] = 1.0
        turn[:, 0, 0], turn[:, 0, 2], turn[:, 2, 0], turn[:, 2, 2] = c, s, -s, c
        return rotations[:, thigh] @ turn, origins_m[:, shank]
    above, below = {
        "hip": (Segment.PELVIS, segment(side, "thigh")),
        "shoulder": (Segment.TRUNK, segment(side, "upper_arm")),
        "elbow": (segment(side, "upper_arm"), segment(side, "forearm")),
    }[name]
    return nearest_rotation(rotations[:, above] + rotations[:, below]), origins_m[:, below]


def nearest_rotation(matrices: FloatArray) -> FloatArray:
    """The rotations closest to matrices of shape (..., 3, 3)."""
    u, _, v = np.linalg.svd(matrices)
    flip = np.sign(np.linalg.det(u @ v))
    u[..., 2] *= flip[..., None]
    return np.asarray(u @ v)
