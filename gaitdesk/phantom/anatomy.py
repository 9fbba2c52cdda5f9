"""The shapes a child's body is made of, at rest, as solids; every joint is where `Build` puts it.

The resting body stands with legs and arms spread, so that they do not melt into each other.
Girths are those of a child of 1.30 m and grow with height; lengths come from the build alone.

Source:
    Snyder et al. (1977), Anthropometry of infants, children and youths to age 18, SAE SP-450
    (girths and breadths of the 8- to 9-year-old, rounded).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.phantom.skeleton import SEGMENT_COUNT, Build, Motion, Segment, hang_together, segment
from gaitdesk.phantom.surface import Solid, ellipsoid, loft, rod

LEG_SPREAD_DEG = 13.0
ARM_SPREAD_DEG = 42.0
_REFERENCE_HEIGHT_M = 1.30
_REFERENCE_FOOT_M = 0.20
_REFERENCE_HAND_M = 0.145


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """The resting body's frames, and its scale.

    Attributes:
        build: The body.
        motion: One frame of motion: the resting pose, hip joints' midpoint at the origin.
        cm: A centimetre of a child of 1.30 m, in metres of this body.
        girth: Of soft parts, 1 in the middle.
    """

    build: Build
    motion: Motion
    cm: float
    girth: float

    def origin(self, part: Segment) -> FloatArray:
        """A segment's origin at rest, shape (3,)."""
        place: FloatArray = self.motion.origins_m[0, part]
        return place

    def axes(self, part: Segment) -> FloatArray:
        """A segment's axes at rest as columns, shape (3, 3)."""
        axes: FloatArray = self.motion.rotations[0, part]
        return axes

    def place(self, part: Segment, *metres: float) -> FloatArray:
        """World position at rest of a place in a segment's axes."""
        spot: FloatArray = self.origin(part) + self.axes(part) @ np.array(metres)
        return spot


def resting(build: Build, girth: float) -> Rest:
    """The resting pose of a body."""
    rotations = np.broadcast_to(np.eye(3), (1, SEGMENT_COUNT, 3, 3)).copy()
    for side in Side:
        for parts, spread in (
            (("thigh", "shank"), LEG_SPREAD_DEG),
            (("upper_arm", "forearm", "hand"), ARM_SPREAD_DEG),
        ):
            angle = np.deg2rad(spread) * outward(side)
            c, s = np.cos(angle), np.sin(angle)
            for part in parts:
                rotations[0, segment(side, part)] = [[1, 0, 0], [0, c, -s], [0, s, c]]
    motion = hang_together(build, np.zeros(1), np.zeros((1, 3)), rotations)
    return Rest(build, motion, 0.01 * build.height / _REFERENCE_HEIGHT_M, girth)


def outward(side: Side) -> float:
    """+1 for the left, -1 for the right: the sign of y away from the midline."""
    return 1.0 if side is Side.LEFT else -1.0


def head(rest: Rest, *, is_adult: bool) -> list[Solid]:
    """Neck, skull and face."""
    h = rest.build.head
    neck = rest.cm * (4.5 if is_adult else 4.1) * rest.girth**0.5

    def at(x: float, y: float, z: float) -> FloatArray:
        return rest.place(Segment.HEAD, x * h, y * h, z * h)

    def egg(
        x: float,
        y: float,
        z: float,
        rx: float,
        ry: float,
        rz: float,
        blend: float,
        *,
        hollow: bool = False,
    ) -> Solid:
        return ellipsoid(at(x, y, z), (rx * h, ry * h, rz * h), blend * h, is_hollow=hollow)

    jaw = 0.03 if is_adult else 0.0
    solids = [
        rod(at(-0.05, 0, -0.10), at(0.03, 0, 0.28), neck * 1.05, neck, 0.06 * h),
        egg(0.02, 0, 0.67, 0.37, 0.295, 0.33, 0.05),
        egg(0.17, 0, 0.42, 0.215, 0.225, 0.245 + jaw, 0.10),
        egg(0.27, 0, 0.245 - jaw, 0.105, 0.10, 0.085, 0.10),
        egg(0.27, 0, 0.70, 0.125, 0.22, 0.14, 0.10),
    ]
    for y in (-1.0, 1.0):
        solids += [
            egg(0.235, y * 0.145, 0.40, 0.115, 0.085, 0.11, 0.09),
            egg(0.425, y * 0.125, 0.595, 0.055, 0.075, 0.042, 0.05, hollow=True),
            egg(0.335, y * 0.125, 0.595, 0.055, 0.055, 0.055, 0.01),
            egg(0.405, y * 0.038, 0.458, 0.032, 0.026, 0.024, 0.025),
            egg(0.01, y * 0.295, 0.53, 0.055, 0.020, 0.085, 0.02),
            egg(0.035, y * 0.312, 0.535, 0.028, 0.016, 0.045, 0.012, hollow=True),
        ]
    solids += [
        rod(at(0.375, 0, 0.60), at(0.432, 0, 0.475), 0.022 * h, 0.036 * h, 0.04 * h),
        egg(0.378, 0, 0.368, 0.026, 0.075, 0.018, 0.018),
        egg(0.370, 0, 0.335, 0.028, 0.062, 0.020, 0.014),
        egg(0.400, 0, 0.300, 0.03, 0.08, 0.018, 0.04, hollow=True),
    ]
    return solids


def trunk(rest: Rest, extra: Callable[[float], float] | None = None) -> list[Solid]:
    """Pelvis, belly, chest and shoulders.

    Args:
        rest: The body at rest.
        extra: Cloth: centimetres added at a part (0 hips to 1 shoulders) of the height.
    """
    build, cm, girth = rest.build, rest.cm, rest.girth
    shoulders = build.lumbar + build.trunk - build.shoulder_drop
    neck = build.lumbar + build.trunk
    hips = build.hip_width / 2 / cm + 4.9 * girth
    chest = build.shoulder_width / 2 / cm

    def add(part: float) -> float:
        return extra(part) if extra is not None else 0.0

    rows: list[tuple[float, float, float, float, float]] = [
        (-6.0 * cm, -0.6, 0, 4.6, 4.8),
        (-3.0 * cm, -0.5, 0, 7.4 * girth, 0.86 * hips),
        (1.0 * cm, -0.5, 0, 8.2 * girth, hips),
        (0.22 * shoulders, 0.0, 0, 7.7 * girth, 0.955 * hips),
        (0.42 * shoulders, 0.5, 0, 7.5 * girth, 9.5 * girth),
        (0.62 * shoulders, 0.4, 0, 7.9 * girth, 10.1 * girth),
        (0.84 * shoulders, -0.3, 0, 7.8 * girth, 0.5 * (10.9 * girth + 0.84 * chest)),
        (shoulders, -0.9, 0, 6.1 * girth, 0.80 * chest),
        (shoulders + 0.55 * build.shoulder_drop, -1.0, 0, 4.9, 0.56 * chest),
        (neck, -1.0, 0, 4.2, 0.33 * chest),
    ]
    stations = []
    for at, x, y, half_x, half_y in rows:
        wide = add(at / shoulders)
        stations.append((at, x * cm, y * cm, (half_x + wide) * cm, (half_y + wide) * cm))
    axes = np.eye(3)
    seat = add(0.0)
    solids = [loft((0, 0, 0), axes, stations, 2.0 * cm, squareness=2.35)]
    for y in (-1.0, 1.0):
        root = (-1.3 * cm, y * 1.9 * cm, neck + 2.4 * cm)
        acromion = (-0.8 * cm, y * 0.86 * chest * cm, shoulders + 0.9 * cm)
        cloth = add(1.0) * cm
        solids.append(rod(root, acromion, 2.0 * cm + cloth, 2.0 * cm + cloth, 2.2 * cm))
        solids.append(
            ellipsoid(
                (-4.3 * cm, y * 4.6 * cm, -2.2 * cm),
                [(r * girth + seat) * cm for r in (5.2, 5.4, 6.0)],
                2.5 * cm,
            )
        )
    return solids


def leg(rest: Rest, side: Side, extra: Callable[[float], float] | None = None) -> list[Solid]:
    """Thigh and shank with the kneecap; `extra` adds cloth at a part of the thigh (0 to 2)."""
    build, cm, girth, out = rest.build, rest.cm, rest.girth, outward(side)
    thigh, shank = segment(side, "thigh"), segment(side, "shank")
    rows = [
        (-0.14, -0.5, 0.0, 6.4, 5.6),
        (0.05, -0.3, 0.2, 7.5, 6.6),
        (0.30, 0.2, 0.2, 7.2, 6.6),
        (0.60, 0.4, 0.1, 6.1, 5.6),
        (0.84, 0.3, 0.0, 5.0, 4.7),
        (0.97, 0.3, 0.0, 4.75, 4.7),
        (1.06, 0.2, 0.0, 4.45, 4.45),
        (1.16, -0.2, 0.0, 4.4, 4.15),
        (1.32, -0.75, 0.15, 4.75, 4.35),
        (1.45, -0.75, 0.1, 4.45, 4.1),
        (1.68, -0.35, 0.0, 3.35, 3.1),
        (1.88, -0.25, 0.0, 2.65, 2.35),
        (2.00, -0.1, 0.0, 2.75, 2.45),
    ]
    stations = []
    for part, x, y, half_x, half_y in rows:
        soft = girth if part < 1.9 and not 0.9 < part < 1.1 else girth**0.5
        wide = extra(part) if extra is not None else 0.0
        at = part * build.thigh if part <= 1 else build.thigh + (part - 1) * build.shank
        stations.append(
            (at, x * cm, y * out * cm, (half_x * soft + wide) * cm, (half_y * soft + wide) * cm)
        )
    axes = rest.axes(thigh).copy()
    axes[:, 2] *= -1
    solids = [loft(rest.origin(thigh), axes, stations, 0.8 * cm)]
    if extra is not None:
        return solids
    knee_axes = rest.axes(shank)
    front = 4.75 + 0.15

    def knee(x: float, y: float, z: float) -> FloatArray:
        return rest.place(shank, x * cm, y * out * cm, z * cm)

    solids += [
        ellipsoid(knee(front - 0.45, 0.1, 0.7), (1.05 * cm, 1.9 * cm, 2.2 * cm), 0.8 * cm,
                  knee_axes),
        ellipsoid(knee(3.75, 0.2, -4.6), (0.8 * cm, 1.2 * cm, 1.7 * cm), 1.6 * cm, knee_axes),
        ellipsoid(knee(4.9, 2.9, -0.6), (1.1 * cm, 0.8 * cm, 1.8 * cm), 1.0 * cm, knee_axes,
                  is_hollow=True),
        ellipsoid(knee(4.9, -2.9, -0.6), (1.1 * cm, 0.8 * cm, 1.8 * cm), 1.0 * cm, knee_axes,
                  is_hollow=True),
        # The hollow of the knee, between the hamstring tendons.
        ellipsoid(knee(-5.9, 0, 0.0), (1.5 * cm, 1.8 * cm, 3.2 * cm), 1.2 * cm, knee_axes,
                  is_hollow=True),
        # The two heads of the calf muscle.
        ellipsoid(knee(-3.5, -1.6, -0.30 * build.shank / cm),
                  (2.1 * cm * girth, 2.2 * cm * girth, 0.17 * build.shank), 1.2 * cm, knee_axes),
        ellipsoid(knee(-3.3, 1.8, -0.26 * build.shank / cm),
                  (2.0 * cm * girth, 2.0 * cm * girth, 0.15 * build.shank), 1.2 * cm, knee_axes),
    ]  # fmt: skip
    return solids


def foot(rest: Rest, side: Side) -> list[Solid]:
    """Ankle bones, Achilles tendon, heel, instep and toes; the sole is flat on the floor."""
    build, cm, out = rest.build, rest.cm, outward(side)
    f = 0.01 * build.foot_length / _REFERENCE_FOOT_M
    hind, shank, toes = (segment(side, part) for part in ("hindfoot", "shank", "toes"))
    sole, back, fore = -build.ankle_height, -build.heel_back, build.forefoot

    def at(x: float, y: float, z: float) -> FloatArray:
        return rest.place(hind, x, y * out, z)

    along = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
    rows = [
        (back + 0.05 * f, 0.0, 2.15, 1.0, 1.3),
        (back + 0.6 * f, 0.0, 2.3, 1.9, 2.1),
        (back + 1.8 * f, 0.0, 2.6, 2.45, 2.6),
        (0.3 * f, 0.0, 2.8, 2.65, 2.8),
        (0.36 * fore, 0.1, 2.6, 2.85, 2.55),
        (0.70 * fore, 0.0, 1.85, 3.4, 1.8),
        (0.96 * fore, -0.1, 1.3, 3.85, 1.28),
        (fore + 0.9 * f, -0.05, 0.95, 3.6, 0.93),
    ]
    stations = [
        (x, y * f * out, sole + z * f, half_y * f, half_z * f) for x, y, z, half_y, half_z in rows
    ]
    origin = rest.origin(hind)
    tendon_top = rest.place(shank, -2.35 * cm, 0, -0.80 * build.shank)
    solids = [
        loft(origin, along, stations, 1.2 * f, squareness=2.5),
        rod(at(0.2 * f, 0, 0.6 * f), at(0.72 * fore, -0.4 * f, sole + 2.3 * f), 2.35 * f, 1.25 * f,
            1.5 * f),
        ellipsoid(at(-0.2 * f, 0, -1.6 * f), (2.6 * f, 2.3 * f, 2.6 * f), 1.5 * f),
        rod(tendon_top, at(back + 1.25 * f, 0, sole + 3.6 * f), 0.62 * cm, 0.80 * f, 0.9 * f),
        ellipsoid(at(0.35 * f, -2.35 * f, 0.25 * f), (1.0 * f, 0.85 * f, 1.2 * f), 0.8 * f),
        ellipsoid(at(-0.35 * f, 2.35 * f, -0.15 * f), (0.9 * f, 0.8 * f, 1.3 * f), 0.8 * f),
        # Grooves on either side of the tendon, and the inner arch.
        ellipsoid(at(back + 2.4 * f, 2.5 * f, 0.5 * f), (1.1 * f, 0.9 * f, 2.2 * f), 0.9 * f,
                  is_hollow=True),
        ellipsoid(at(back + 2.4 * f, -2.5 * f, 0.5 * f), (1.1 * f, 0.9 * f, 2.2 * f), 0.9 * f,
                  is_hollow=True),
        ellipsoid(at(0.5 * fore, -3.6 * f, sole - 0.4 * f), (3.6 * f, 2.2 * f, 1.5 * f), 0.8 * f,
                  is_hollow=True),
    ]  # fmt: skip
    low = -0.2 * build.ankle_height
    for start, tip, length, thick in (
        (-2.35, -1.95, 1.00, 1.08),
        (-0.75, -0.45, 0.96, 0.80),
        (0.60, 0.75, 0.88, 0.76),
        (1.80, 1.80, 0.76, 0.72),
        (2.90, 2.70, 0.62, 0.70),
    ):
        r, end = thick * f, 0.88 * thick * f
        solids.append(
            rod(
                rest.place(toes, -0.4 * f, start * f * out, low + r),
                rest.place(toes, length * build.toes - end, tip * f * out, low + end),
                r, end, 0.25 * f,
            )
        )  # fmt: skip
    return solids


def arm(rest: Rest, side: Side, extra: Callable[[float], float] | None = None) -> list[Solid]:
    """Shoulder, upper arm and forearm; `extra` adds cloth at a part of the upper arm (0 to 2)."""
    build, cm, girth, out = rest.build, rest.cm, rest.girth, outward(side)
    upper = segment(side, "upper_arm")
    rows = [
        (-0.08, 0.0, -0.6, 2.3, 2.2),
        (0.05, 0.0, -0.5, 3.1, 2.9),
        (0.30, 0.1, -0.1, 3.4, 3.2),
        (0.65, 0.1, 0.0, 3.15, 3.0),
        (1.00, 0.0, 0.0, 2.75, 2.7),
        (1.22, 0.2, 0.0, 3.05, 2.85),
        (1.60, 0.0, 0.0, 2.5, 2.2),
        (2.00, 0.0, 0.0, 2.25, 1.65),
        (2.06, 0.0, 0.0, 2.25, 1.6),
    ]
    stations = []
    for part, x, y, half_x, half_y in rows:
        wide = extra(part) if extra is not None else 0.0
        reach = part * build.upper_arm
        at = reach if part <= 1 else build.upper_arm + (part - 1) * build.forearm
        soft = girth if part < 1.7 else girth**0.5
        stations.append(
            (at, x * cm, y * out * cm, (half_x * soft + wide) * cm, (half_y * soft + wide) * cm)
        )
    axes = rest.axes(upper).copy()
    axes[:, 2] *= -1
    return [loft(rest.origin(upper), axes, stations, 2.0 * cm)]


def hand(rest: Rest, side: Side) -> list[Solid]:
    """Palm, four slightly curled fingers and the thumb, palm towards the thigh."""
    out, size = outward(side), rest.build.hand
    f = 0.01 * size / _REFERENCE_HAND_M
    part = segment(side, "hand")

    def at(x: float, y: float, z: float) -> FloatArray:
        return rest.place(part, x * f, -y * out * f, -z * size)

    axes = rest.axes(part).copy()
    axes[:, 2] *= -1
    palm = [
        (-0.02 * size, 0.0, 0.0, 2.2 * f, 1.6 * f),
        (0.14 * size, 0.2 * f, 0.0, 2.7 * f, 1.55 * f),
        (0.34 * size, 0.1 * f, 0.0, 3.25 * f, 1.45 * f),
        (0.52 * size, 0.0, 0.0, 3.2 * f, 1.05 * f),
    ]
    solids = [loft(rest.origin(part), axes, palm, 0.8 * f)]
    for x, reach in ((2.45, 0.92), (0.85, 1.0), (-0.75, 0.95), (-2.25, 0.84)):
        middle = 0.5 + 0.5 * (reach - 0.5)
        solids += [
            rod(at(x, 0, 0.47), at(x * 0.98, 0.7, middle), 0.82 * f, 0.75 * f, 0.35 * f),
            rod(at(x * 0.98, 0.7, middle), at(x * 0.93, 2.2, reach - 0.04), 0.75 * f, 0.62 * f,
                0.1 * f),
        ]  # fmt: skip
    solids += [
        rod(at(1.6, 0.5, 0.10), at(3.6, 1.5, 0.36), 1.15 * f, 0.9 * f, 0.8 * f),
        rod(at(3.6, 1.5, 0.36), at(3.9, 2.1, 0.55), 0.88 * f, 0.68 * f, 0.2 * f),
    ]
    return solids
