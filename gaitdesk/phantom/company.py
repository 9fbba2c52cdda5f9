"""What goes along with the child: a walking frame, a therapist, people who stand and watch."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.phantom import props, texture
from gaitdesk.phantom.body import TRUNK, Figure, figure
from gaitdesk.phantom.build import OLDEST_YEARS, build_of
from gaitdesk.phantom.look import varied_look
from gaitdesk.phantom.patterns import NORMAL
from gaitdesk.phantom.props import Prop
from gaitdesk.phantom.render import Actor
from gaitdesk.phantom.skeleton import (
    SEGMENT_COUNT,
    Build,
    Motion,
    Segment,
    at_times,
    hang_together,
    joint_offsets,
    segment,
)
from gaitdesk.phantom.walker import walk
from gaitdesk.phantom.weights import BONE_COUNT, bones

_GRIP_AHEAD, _GRIP_APART, _GRIP_HEIGHT = 0.10, 0.235, 0.555
"""Of the child's height: grips ahead of the hips, from the midline, and above the floor."""

_TUBE: tuple[float, float, float] = (0.16, 0.36, 0.66)
_STEEL: tuple[float, float, float] = (0.66, 0.68, 0.70)
_RUBBER: tuple[float, float, float] = (0.10, 0.10, 0.11)


def holding_on(motion: Motion) -> Motion:
    """The same walk with both hands on the grips of a walking frame.

    The truth of a film with a frame is read from this motion.
    """
    build = motion.build
    ahead, left = _heading(motion)
    hips = _smooth_path(motion)
    rotations = motion.rotations.copy()
    offsets = joint_offsets(build)
    up = np.array([0.0, 0.0, 1.0])
    for side, out in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        upper, fore, hand = (segment(side, part) for part in ("upper_arm", "forearm", "hand"))
        grip = (
            hips
            + build.height * _GRIP_AHEAD * ahead
            + out * build.height * _GRIP_APART * left
            + build.height * _GRIP_HEIGHT * up
        )
        trunk = motion.rotations[:, Segment.TRUNK]
        shoulder = motion.origins_m[:, Segment.TRUNK] + trunk @ offsets[upper]
        elbow = _elbow(build, shoulder, grip, -ahead + 0.5 * out * left)
        inward = np.broadcast_to(-out * left, shoulder.shape)
        rotations[:, upper] = _limb_axes(elbow - shoulder, inward, out)
        rotations[:, fore] = _limb_axes(grip - elbow, inward, out)
        # The hand closes over a grip that points ahead.
        closed = 0.55 * (grip - elbow) + 0.12 * ahead - 0.06 * up
        rotations[:, hand] = _limb_axes(closed, inward, out)
    return hang_together(build, motion.times_s, motion.origins_m[:, Segment.PELVIS], rotations)


def _heading(motion: Motion) -> tuple[FloatArray, FloatArray]:
    path = motion.origins_m[-1, Segment.PELVIS] - motion.origins_m[0, Segment.PELVIS]
    ahead = np.array([1.0 if path[0] >= 0 else -1.0, 0.0, 0.0])
    return ahead, np.array([0.0, ahead[0], 0.0])


def _smooth_path(motion: Motion) -> FloatArray:
    """Where a frame that is pushed along is: the hips' way on the floor without its sway."""
    hips = motion.origins_m[:, Segment.PELVIS]
    fit = np.polynomial.Polynomial.fit(motion.times_s, hips[:, 0], 3)
    even = 0.6 * fit(motion.times_s) + 0.4 * hips[:, 0]
    return np.stack([even, np.full(len(hips), hips[:, 1].mean()), np.zeros(len(hips))], axis=1)


def _elbow(build: Build, shoulder: FloatArray, grip: FloatArray, towards: FloatArray) -> FloatArray:
    """Where the elbow must be for the hand to reach, bent to the side given."""
    reach = grip - shoulder
    length = np.linalg.norm(reach, axis=1, keepdims=True)
    a, b = build.upper_arm, build.forearm
    held = np.clip(length, abs(a - b) + 1e-3, (a + b) * 0.999)
    along = (a * a - b * b + held * held) / (2 * held)
    off = np.sqrt(np.maximum(a * a - along * along, 0.0))
    line = reach / length
    aside = towards - line * (line @ towards)[:, None]
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    elbow: FloatArray = shoulder + along * line + off * aside
    return elbow


def _limb_axes(down: FloatArray, inward: FloatArray, out: float) -> FloatArray:
    """Axes of an arm segment that points along `down`, its palm side towards `inward`."""
    z = -down / np.linalg.norm(down, axis=1, keepdims=True)
    y = -out * inward
    y = y - z * np.sum(y * z, axis=1, keepdims=True)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    return np.stack([np.cross(y, z), y, z], axis=-1)


def walking_frame(motion: Motion) -> Actor:
    """A frame with four wheels that the child draws behind; `motion` from `holding_on`."""
    height = motion.build.height
    thing = _frame_prop(height)
    ahead, _ = _heading(motion)
    frames = len(motion.times_s)
    turn = np.diag([ahead[0], ahead[0], 1.0])
    rotations = np.broadcast_to(turn, (frames, SEGMENT_COUNT, 3, 3)).copy()
    path = hang_together(motion.build, motion.times_s, _smooth_path(motion), rotations)
    return Actor(_rigid(thing, motion.build), path)


def _frame_prop(height: float) -> Prop:
    """The frame, its origin on the floor below the child's hips, facing along x."""
    grip, apart = _GRIP_HEIGHT * height, _GRIP_APART * height
    front, back = (_GRIP_AHEAD + 0.05) * height, -0.38 * height
    parts = []
    for y in (-apart, apart):
        for start, end in (
            ((front, y, grip), (back + 0.05, y, grip)),
            ((front - 0.02, y, grip), (front + 0.06, y, 0.10)),
            ((back + 0.05, y, grip), (back - 0.04, y, 0.10)),
            ((front + 0.05, y, 0.17), (back - 0.03, y, 0.17)),
        ):
            path = np.linspace(start, end, 12)
            parts.append(props.tube(list(path), 0.0125, _TUBE))
        grip_path = np.linspace((front + 0.02, y, grip), (front - 0.11, y, grip), 5)
        parts.append(props.tube(list(grip_path), 0.019, _RUBBER))
        for x in (front + 0.06, back - 0.04):
            wheel = [(x, y - 0.014, 0.062), (x, y + 0.014, 0.062)]
            parts.append(props.tube(wheel, 0.062, _RUBBER, around=20))
            hub = [(x, y - 0.018, 0.062), (x, y + 0.018, 0.062)]
            parts.append(props.tube(hub, 0.030, _STEEL, around=14))
    for z in (grip, 0.36 * height):
        path = np.linspace((back + 0.03, -apart, z), (back + 0.03, apart, z), 12)
        parts.append(props.tube(list(path), 0.0125, _TUBE))
    return props.together(parts)


def _rigid(thing: Prop, build: Build) -> Figure:
    """A thing as a body whose only bone is the pelvis."""
    count, faces = len(thing.points_m), len(thing.triangles)
    weights = np.zeros((count, BONE_COUNT), np.float32)
    weights[:, Segment.PELVIS] = 1.0
    upright = np.broadcast_to(np.eye(3), (1, SEGMENT_COUNT, 3, 3))
    rest = hang_together(build, np.zeros(1), np.zeros((1, 3)), upright)
    return Figure(
        build=build,
        rest_m=thing.points_m.astype(np.float32),
        normals=thing.normals.astype(np.float32),
        triangles=thing.triangles,
        weights=weights,
        colour=texture.linear_all(thing.colours),
        openness=np.ones(count, np.float32),
        uv=np.broadcast_to(np.array(texture.BLANK, np.float32), (faces, 3, 2)).copy(),
        sheet=np.ones((1, 1, 3), np.float32),
        is_printed=np.zeros(faces, np.bool_),
        limb=np.full(faces, TRUNK, np.int8),
        rest_origins_m=rest.origins_m[0],
        rest_rotations=rest.rotations[0],
    )


def therapist(child: Motion, seed: int, *, aside_m: float = 0.62, behind_m: float = 0.22) -> Actor:
    """An adult who walks beside the child at the child's pace, a hand near the child's back.

    Args:
        child: The child's walk.
        seed: Of the adult's looks.
        aside_m: To the left of the child, seen in walking direction; negative to the right.
        behind_m: Behind the child.
    """
    build = _adult_build(seed)
    ahead, left = _heading(child)
    duration = float(child.times_s[-1] - child.times_s[0])
    child_way = abs(float(np.ptp(child.origins_m[:, Segment.PELVIS, 0])))
    stroll = walk(build, dict.fromkeys(Side, NORMAL), seed=seed, duration_s=duration + 2).motion
    speed = abs(float(np.ptp(stroll.origins_m[:, Segment.PELVIS, 0]))) / (duration + 2)
    # A slower stride rather than a shorter one keeps the feet where they stand.
    pace = min(child_way / max(duration, 1e-6) / speed, 1.0)
    middle = stroll.times_s[-1] / 2
    own = at_times(stroll, middle + (child.times_s - child.times_s.mean()) * pace)
    turn = np.diag([ahead[0], ahead[0], 1.0])
    middle_m = child.origins_m[:, Segment.PELVIS].mean(axis=0) * np.array([1.0, 1.0, 0.0])
    place = middle_m + aside_m * left - behind_m * ahead
    origins = own.origins_m @ turn + place
    rotations = turn @ own.rotations
    moved = Motion(build, child.times_s, origins, rotations)
    return Actor(figure(build, varied_look(seed, is_adult=True)), _reaching(moved, child, aside_m))


def _reaching(adult: Motion, child: Motion, aside_m: float) -> Motion:
    """The adult's near hand held behind the child's shoulder blades."""
    build = adult.build
    ahead, _ = _heading(child)
    side, out = (Side.RIGHT, -1.0) if aside_m > 0 else (Side.LEFT, 1.0)
    upper, fore, hand = (segment(side, part) for part in ("upper_arm", "forearm", "hand"))
    trunk = child.rotations[:, Segment.TRUNK]
    spot = np.array([-0.085 * child.build.height, 0.0, 0.62 * child.build.trunk])
    target = child.origins_m[:, Segment.TRUNK] + trunk @ spot
    shoulder = adult.origins_m[:, upper]
    reach = target - shoulder
    length = np.linalg.norm(reach, axis=1, keepdims=True)
    whole = 0.97 * (build.upper_arm + build.forearm)
    wrist = shoulder + reach * np.minimum(1.0, whole / length)
    elbow = _elbow(build, shoulder, wrist, -ahead - np.array([0.0, 0.0, 0.8]))
    inward = np.broadcast_to(ahead, shoulder.shape)
    rotations = adult.rotations.copy()
    rotations[:, upper] = _limb_axes(elbow - shoulder, inward, out)
    rotations[:, fore] = _limb_axes(wrist - elbow, inward, out)
    rotations[:, hand] = _limb_axes(wrist - elbow, inward, out)
    return hang_together(build, adult.times_s, adult.origins_m[:, Segment.PELVIS], rotations)


def _adult_build(seed: int) -> Build:
    return build_of(OLDEST_YEARS, seed)


def bystander(seed: int, x: float, y: float, turn_deg: float, *, is_adult: bool = True) -> Prop:
    """Somebody who stands and watches, as a thing of the room.

    Args:
        seed: Of body and looks.
        x: World place.
        y: World place.
        turn_deg: Where they face, from the walking direction towards the left.
        is_adult: Otherwise a child of eight.
    """
    build = _adult_build(seed) if is_adult else build_of(8.0, seed)
    body = figure(build, varied_look(seed, is_adult=is_adult))
    rotations = np.broadcast_to(np.eye(3), (1, SEGMENT_COUNT, 3, 3)).copy()
    for side, out in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        angle = np.deg2rad(9.0) * out
        c, s = np.cos(angle), np.sin(angle)
        for part in ("upper_arm", "forearm", "hand"):
            rotations[0, segment(side, part)] = [[1, 0, 0], [0, c, -s], [0, s, c]]
    pelvis = np.array([[0.0, 0.0, build.leg_length]])
    pose = hang_together(build, np.zeros(1), pelvis, rotations)
    turn, shift = bones(
        build, body.rest_origins_m, body.rest_rotations, pose.origins_m, pose.rotations
    )
    points = np.einsum("vb,bij,vj->vi", body.weights, turn[0], body.rest_m)
    points += body.weights @ shift[0]
    normals = np.einsum("vb,bij,vj->vi", body.weights, turn[0], body.normals)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    shade = 0.55 + 0.45 * body.openness[:, None]
    colours = np.power(np.clip(body.colour * _printed(body) * shade, 0, 1), 1 / 2.2)
    thing = Prop(
        points,
        normals,
        body.triangles,
        colours.astype(np.float32),
        ((0.03, 0.0, 0.12, 0.12, 0.5),),
    )
    return thing.placed(x, y, 0.0, turn_deg)


def _printed(body: Figure) -> FloatArray:
    """What is painted at each vertex, factors of its colour, shape (vertices, 3)."""
    factor = np.ones((len(body.rest_m), 3))
    faces = np.flatnonzero(body.is_printed)
    uv = np.clip(body.uv[faces].reshape(-1, 2), 0, len(body.sheet) - 1).astype(np.int64)
    factor[body.triangles[faces].ravel()] = body.sheet[uv[:, 1], uv[:, 0]]
    return factor
