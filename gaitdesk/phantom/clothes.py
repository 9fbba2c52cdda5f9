"""Shirt, shorts, hair and orthosis: solids around the body's own."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.phantom import anatomy
from gaitdesk.phantom.anatomy import Rest, outward
from gaitdesk.phantom.look import Hair, Look, Top
from gaitdesk.phantom.skeleton import Segment, segment
from gaitdesk.phantom.surface import Field, Point, Solid, ellipsoid, rod

_EVERYWHERE_M = 10.0


def cut(point: Point, away: Point, blend: float) -> Solid:
    """Removes all that lies beyond a plane, on the side `away` points to."""
    at, normal = np.asarray(point, np.float32), np.asarray(away, np.float32)
    normal = normal / np.linalg.norm(normal)

    def distance(points: Field) -> Field:
        return np.asarray(-((points - at) @ normal), np.float32)

    everywhere = np.full(3, _EVERYWHERE_M)
    return Solid(-everywhere, everywhere, distance, blend, is_hollow=True)


def shirt(rest: Rest, look: Look) -> list[Solid]:
    """A loose shirt; its hem leaves the waistband free, so that the pelvis can be seen."""
    cm, build = rest.cm, rest.build
    part = 1.45 if look.top is Top.SLEEVES else 0.52
    reach = build.upper_arm * min(part, 1.0) + build.forearm * max(part - 1.0, 0.0)
    solids: list[Solid] = []
    for side in Side:
        upper = segment(side, "upper_arm")
        down = -rest.axes(upper)[:, 2]
        solids += anatomy.arm(rest, side, lambda at: 0.7 + 0.9 * float(np.clip(at, 0, 0.6)))
        solids.append(cut(rest.origin(upper) + reach * down, down, 0.3 * cm))
    solids += anatomy.trunk(rest, lambda at: 0.8 + 1.0 * float(np.clip(1.0 - 1.3 * at, 0.0, 1.0)))
    solids.append(cut((0, 0, 4.6 * cm), (0, 0, -1), 0.4 * cm))
    neck = rest.origin(Segment.HEAD)
    solids.append(cut(neck + np.array([0.0, 0, 0.3 * cm]), (0.28, 0, 1), 0.4 * cm))
    return solids


def shorts(rest: Rest, look: Look) -> list[Solid]:
    """Shorts that widen a little towards the hem and leave the knees free; or trousers."""
    cm, build = rest.cm, rest.build
    length = look.shorts_length
    reach = build.thigh * min(length, 1.0) + build.shank * max(length - 1.0, 0.0)
    solids: list[Solid] = []
    for side in Side:
        thigh = segment(side, "thigh")
        down = -rest.axes(thigh)[:, 2]
        solids += anatomy.leg(
            rest, side, lambda at: 0.6 + 1.5 * float(np.clip(at / max(length, 0.05), 0, 1.2))
        )
        hem = rest.origin(thigh) + reach * down
        slope = 0.25 * outward(side) if length < 1 else 0.0
        solids.append(cut(hem, down + np.array([0.0, slope, 0.0]), 0.3 * cm))
    solids += anatomy.trunk(rest, lambda at: 0.6 if at < 0.5 else -3.0)
    solids.append(cut((0, 0, 9.0 * cm), (0, 0, 1), 0.4 * cm))
    return solids


def hair(rest: Rest, look: Look) -> list[Solid]:
    """Hair around the skull, leaving face and neck free, in the style of the look."""
    h = rest.build.head
    thick = {Hair.SHORT: 0.035, Hair.CURLY: 0.085, Hair.BOB: 0.055}.get(look.hair, 0.03)

    def at(x: float, y: float, z: float) -> FloatArray:
        return rest.place(Segment.HEAD, x * h, y * h, z * h)

    solids = [
        ellipsoid(
            at(0.01, 0, 0.675),
            ((0.38 + thick) * h, (0.30 + thick) * h, (0.335 + thick) * h),
            0.04 * h,
        )
    ]
    if look.hair is Hair.BOB:
        for y in (-1.0, 1.0):
            solids.append(
                rod(at(-0.06, y * 0.26, 0.66), at(-0.05, y * 0.25, 0.26), 0.12 * h, 0.085 * h,
                    0.08 * h)
            )  # fmt: skip
        solids.append(ellipsoid(at(-0.22, 0, 0.40), (0.15 * h, 0.27 * h, 0.28 * h), 0.08 * h))
    # The face, the ears and the nape stay free.
    low = 0.50 if look.hair is Hair.BOB else 0.55
    solids.append(
        ellipsoid(at(0.40, 0, 0.46), (0.26 * h, 0.275 * h, 0.345 * h), 0.05 * h, is_hollow=True)
    )
    if look.hair is not Hair.BOB:
        solids.append(cut(at(0.03, 0, low), (0.62, 0, -0.62), 0.04 * h))
        solids.append(cut(at(-0.1, 0, 0.36), (0.0, 0, -1.0), 0.05 * h))
        for y in (-1.0, 1.0):
            solids.append(
                ellipsoid(
                    at(0.02, y * 0.32, 0.53), (0.085 * h, 0.09 * h, 0.10 * h), 0.03 * h,
                    is_hollow=True,
                )
            )  # fmt: skip
    if look.hair is Hair.PONYTAIL:
        solids += [
            ellipsoid(at(-0.40, 0, 0.74), (0.06 * h, 0.06 * h, 0.06 * h), 0.04 * h),
            rod(at(-0.43, 0, 0.74), at(-0.50, 0, 0.52), 0.07 * h, 0.085 * h, 0.04 * h),
            rod(at(-0.50, 0, 0.52), at(-0.45, 0, 0.20), 0.085 * h, 0.03 * h, 0.04 * h),
        ]
    elif look.hair is Hair.BUN:
        solids.append(ellipsoid(at(-0.30, 0, 0.98), (0.13 * h, 0.14 * h, 0.12 * h), 0.03 * h))
    return solids


def orthosis(rest: Rest, side: Side) -> list[Solid]:
    """A plastic ankle-foot orthosis: calf shell, heel cup and foot plate, open in front."""
    cm, build = rest.cm, rest.build
    shank, hind = segment(side, "shank"), segment(side, "hindfoot")
    body = anatomy.leg(rest, side) + anatomy.foot(rest, side)
    solids = [_thicker(solid, 0.45 * cm) for solid in body]
    down = -rest.axes(shank)[:, 2]
    solids += [
        cut(rest.place(shank, 0, 0, -0.22 * build.shank), -down, 0.3 * cm),
        _open_front(rest, side),
        cut(rest.place(hind, build.forefoot * 0.97, 0, 0), (1, 0, 0), 0.2 * cm),
    ]
    return solids


def straps(rest: Rest, side: Side) -> list[Solid]:
    """The straps that hold an orthosis: below the knee and over the instep."""
    cm, build = rest.cm, rest.build
    shank = segment(side, "shank")
    down = -rest.axes(shank)[:, 2]
    solids = [_thicker(solid, 0.6 * cm) for solid in anatomy.leg(rest, side)]
    top, low = (rest.place(shank, 0, 0, -part * build.shank) for part in (0.27, 0.36))
    return [*solids, cut(top, -down, 0.1 * cm), cut(low, down, 0.1 * cm)]


def _thicker(solid: Solid, by: float) -> Solid:
    def distance(points: Field) -> Field:
        grown = solid.distance(points) + by if solid.is_hollow else solid.distance(points) - by
        return np.asarray(grown, np.float32)

    return Solid(solid.low - by, solid.high + by, distance, solid.blend, solid.is_hollow)


def _open_front(rest: Rest, side: Side) -> Solid:
    """Removes the front of the shell: before the shin, and above the foot plate."""
    cm, build = rest.cm, rest.build
    shank, hind = segment(side, "shank"), segment(side, "hindfoot")
    shin, ankle = rest.axes(shank).astype(np.float32), rest.origin(hind).astype(np.float32)
    top = -build.ankle_height + 1.6 * cm

    def distance(points: Field) -> Field:
        rel = points - ankle
        before_shin = (rel @ shin)[..., 0] - 0.9 * cm
        above_plate = np.minimum(rel[..., 0] - 0.9 * cm, rel[..., 2] - top)
        return np.asarray(-np.maximum(np.minimum(before_shin, rel[..., 2] - top), above_plate))

    everywhere = np.full(3, _EVERYWHERE_M)
    return Solid(-everywhere, everywhere, distance, 0.6 * cm, is_hollow=True)
