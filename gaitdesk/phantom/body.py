"""The phantom's body: one skinned mesh with clothes, and how it follows a motion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray, IntArray
from gaitdesk.phantom import anatomy, clothes, texture
from gaitdesk.phantom.anatomy import Rest, outward, resting
from gaitdesk.phantom.look import Hair, Look, Orthosis, Top
from gaitdesk.phantom.skeleton import SEGMENT_COUNT, Build, Segment, segment
from gaitdesk.phantom.surface import Solid, Surface, distance_at, region, sample, skin
from gaitdesk.phantom.weights import bone_weights

Floats = npt.NDArray[np.float32]

_SHOES = (0.16, 0.16, 0.18)

COARSE_M, FINE_M = 0.0125, 0.0070
"""Grid steps for trunk and limbs, and for head, hands, knees and feet; for a child of 1.30 m."""

TRUNK, HEAD, LEFT_LEG, RIGHT_LEG, LEFT_ARM, RIGHT_ARM = range(6)
"""Parts of the body a pixel may show."""

LIMB_OF_SEGMENT: dict[Segment, int] = {
    Segment.PELVIS: TRUNK,
    Segment.TRUNK: TRUNK,
    Segment.HEAD: HEAD,
    **{
        segment(side, part): leg
        for side, leg in ((Side.LEFT, LEFT_LEG), (Side.RIGHT, RIGHT_LEG))
        for part in ("thigh", "shank", "hindfoot", "toes")
    },
    **{
        segment(side, part): arm
        for side, arm in ((Side.LEFT, LEFT_ARM), (Side.RIGHT, RIGHT_ARM))
        for part in ("upper_arm", "forearm", "hand")
    },
}


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A body ready to be moved and drawn.

    Attributes:
        build: Its dimensions.
        rest_m: Vertices of the resting body, shape (vertices, 3).
        normals: Outward, at rest, shape (vertices, 3).
        triangles: Vertex indices, shape (triangles, 3).
        weights: How far each vertex follows each bone, shape (vertices, bones).
        colour: Linear light reflected, shape (vertices, 3).
        openness: 0 in the deepest fold, 1 where nothing is near, shape (vertices,).
        uv: Place of each corner on the painted sheet, shape (triangles, 3, 2).
        sheet: What is painted on it, factors of `colour`.
        is_printed: Whether anything is painted there, shape (triangles,).
        limb: Part of the body of each triangle, shape (triangles,).
        rest_origins_m: Shape (17, 3).
        rest_rotations: Shape (17, 3, 3).
    """

    build: Build
    rest_m: Floats
    normals: Floats
    triangles: IntArray
    weights: Floats
    colour: Floats
    openness: Floats
    uv: Floats
    sheet: texture.Sheet
    is_printed: BoolArray
    limb: npt.NDArray[np.int8]
    rest_origins_m: FloatArray
    rest_rotations: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    surface: Surface
    colour: Floats
    uv: Floats
    weights: Floats


def figure(build: Build, look: Look, coarseness: float = 1.0) -> Figure:
    """The body of a build, in the looks given.

    Args:
        build: Its measures.
        look: How it looks.
        coarseness: How much larger its triangles are than a film from near by needs.
    """
    rest = resting(build, look.girth)
    worn = {"shirt": clothes.shirt(rest, look), "shorts": clothes.shorts(rest, look)}
    body = body_solids(rest, look)
    scale = rest.cm / 0.01
    coarse, fine = COARSE_M * scale * coarseness, FINE_M * scale * coarseness
    pieces = [_bare(rest, look, part, body, worn) for part in _skin_parts(rest, body, coarse, fine)]
    for name, solids in worn.items():
        surface = _mesh(solids, 1.15 * coarse)
        if name == "shorts":
            hidden = distance_at(worn["shirt"], surface.points_m) < -0.006 * scale
            surface = region(surface, ~hidden)
        pieces.append(_cloth(rest, look, name, surface))
    pieces.append(_hair(rest, look, fine))
    for side in Side:
        if look.orthosis is Orthosis.BOTH or look.orthosis.value == side.value:
            pieces += _orthosis(rest, side, fine)
    return _assembled(rest, look, pieces, body, worn)


def body_solids(rest: Rest, look: Look) -> list[Solid]:
    """Everything of the body itself, without clothes and hair."""
    solids = anatomy.trunk(rest)
    for side in Side:
        solids += anatomy.leg(rest, side) + anatomy.foot(rest, side)
        solids += anatomy.arm(rest, side) + anatomy.hand(rest, side)
    return solids + anatomy.head(rest, is_adult=look.is_adult)


def _bounds(solids: list[Solid], margin: float) -> tuple[FloatArray, FloatArray]:
    added = [solid for solid in solids if not solid.is_hollow]
    low = np.min([solid.low for solid in added], axis=0) - margin
    high = np.max([solid.high for solid in added], axis=0) + margin
    return low, high


def _mesh(solids: list[Solid], step: float) -> Surface:
    low, high = _bounds(solids, 3 * step)
    field, corner = sample(solids, low, high, step)
    return skin(field, corner, step)


def _skin_parts(rest: Rest, body: list[Solid], coarse: float, fine: float) -> list[Surface]:
    """The skin in pieces of the same field: fine where shapes are small, coarse elsewhere."""
    cm = rest.cm
    chin = float(rest.origin(Segment.HEAD)[2]) + 0.12 * rest.build.head
    whole = _mesh(body, coarse)
    keep = whole.points_m[:, 2] < chin + coarse
    parts = []
    reach = rest.build.head

    def fine_part(
        low: FloatArray, high: FloatArray, inside: FloatArray, normal: FloatArray
    ) -> None:
        nonlocal keep
        field, corner = sample(body, low, high, fine)
        surface = skin(field, corner, fine)
        parts.append(region(surface, (surface.points_m - inside) @ normal > 0))
        box = ((whole.points_m > low) & (whole.points_m < high)).all(axis=1)
        keep &= ~(box & ((whole.points_m - inside) @ normal > coarse))

    up = np.array([0.0, 0.0, 1.0])
    head = rest.origin(Segment.HEAD)
    fine_part(
        head + np.array([-0.6, -0.5, -0.1]) * reach,
        head + np.array([0.7, 0.5, 1.15]) * reach,
        np.array([0, 0, chin]),
        up,
    )
    for side in Side:
        wrist = rest.origin(segment(side, "hand"))
        along = -rest.axes(segment(side, "hand"))[:, 2]
        size = rest.build.hand
        tip = wrist + along * size * 1.05
        fine_part(
            np.minimum(wrist, tip) - 0.06,
            np.maximum(wrist, tip) + 0.06,
            wrist - 1.0 * cm * along,
            along,
        )
        ankle, out = rest.origin(segment(side, "hindfoot")), outward(side)
        foot = rest.build.foot_length
        fine_part(
            ankle
            + np.array([-rest.build.heel_back - 2 * cm, -6.5 * cm, -rest.build.ankle_height - cm]),
            ankle + np.array([foot, 6.5 * cm, 8.0 * cm]),
            ankle + np.array([0, 0, 6.0 * cm]),
            -up,
        )
        knee = rest.origin(segment(side, "shank"))
        field, corner = sample(body, knee - 9.5 * cm, knee + 9.5 * cm, 1.2 * fine)
        surface = skin(field, corner, 1.2 * fine)
        along = -rest.axes(segment(side, "shank"))[:, 2]
        at = (surface.points_m - knee) @ along
        parts.append(region(surface, np.abs(at) < 5.5 * cm))
        at = (whole.points_m - knee) @ along
        near = np.linalg.norm(whole.points_m - knee, axis=1) < 9.0 * cm
        keep &= ~(near & (np.abs(at) < 5.5 * cm - coarse) & (out * whole.points_m[:, 1] > 0))
    return [region(whole, keep), *parts]


def _blank_uv(surface: Surface) -> Floats:
    return np.broadcast_to(
        np.array(texture.BLANK, np.float32), (len(surface.triangles), 3, 2)
    ).copy()


def _bare(
    rest: Rest, look: Look, surface: Surface, body: list[Solid], worn: dict[str, list[Solid]]
) -> _Piece:
    """Skin, without what the clothes hide."""
    hidden = np.zeros(len(surface.points_m), np.bool_)
    for solids in worn.values():
        hidden |= distance_at(solids, surface.points_m) < -0.45 * rest.cm
    surface = region(surface, ~hidden)
    colour = _skin_colour(rest, look, surface)
    uv = _blank_uv(surface)
    local = (surface.points_m - rest.origin(Segment.HEAD)) / rest.build.head
    corners = local[surface.triangles]
    faces = surface.normals[surface.triangles][..., 0].min(axis=1)
    is_face = (
        (faces > 0.02)
        & (corners[..., 0].min(axis=1) > 0.12)
        & (np.abs(corners[..., 1]).max(axis=1) < texture.FACE_WIDTH)
        & (corners[..., 2].min(axis=1) > texture.FACE_LOW)
        & (corners[..., 2].max(axis=1) < texture.FACE_HIGH)
    )
    u, v = texture.face_place(corners[is_face][..., 1], corners[is_face][..., 2])
    uv[is_face] = np.stack([u + texture.FACE[0], v + texture.FACE[1]], axis=-1)
    return _Piece(surface, colour, uv, bone_weights(rest, surface.points_m))


def _skin_colour(rest: Rest, look: Look, surface: Surface) -> Floats:
    """Skin, with the marks of kneecap, heel, palms and soles."""
    cm, points = rest.cm, surface.points_m
    colour: AnyArray = np.tile(texture.linear(look.skin), (len(points), 1))
    pale = np.array([1.20, 1.16, 1.13], np.float32)
    dark = np.array([0.72, 0.62, 0.58], np.float32)

    def tint(amount: FloatArray, by: Floats) -> None:
        nonlocal colour
        colour = colour * (1.0 + np.clip(amount, 0, 1)[:, None].astype(np.float32) * (by - 1.0))

    for side in Side:
        shank, hind = segment(side, "shank"), segment(side, "hindfoot")
        local = (points - rest.origin(shank)) @ rest.axes(shank) / cm
        near = (np.abs(local[:, 2]) < 8) & (np.abs(local[:, 1]) < 8)
        ring = np.hypot(local[:, 1] / 2.0, (local[:, 2] - 0.7) / 2.35)
        front = near & (local[:, 0] > 1.5)
        tint(np.where(front, np.exp(-(((ring - 1.25) / 0.22) ** 2)), 0.0), dark)
        tint(np.where(front, np.exp(-((ring / 0.85) ** 4)), 0.0), pale)
        back = near & (local[:, 0] < -2.0)
        tint(np.where(back, 0.8 * np.exp(-((local[:, 2] / 0.45) ** 2)), 0.0), dark)
        local = (points - rest.origin(hind)) / cm
        near = (np.abs(local[:, 1]) < 5) & (local[:, 2] < 6) & (local[:, 2] > -8)
        behind = near & (local[:, 0] < -0.8 * rest.build.heel_back / cm * 0.5)
        heel = (local[:, 2] + rest.build.ankle_height / cm) / 4.0
        rosy = np.array([1.06, 0.88, 0.84], np.float32)
        tint(np.where(behind, np.exp(-(heel**2)), 0.0), rosy)
        groove = np.exp(-(((np.abs(local[:, 1]) - 1.9) / 0.6) ** 2)) * (local[:, 2] > -2.5)
        tint(np.where(behind, 0.9 * groove, 0.0), dark)
        sole = near & (surface.normals[:, 2] < -0.6)
        if np.mean(look.skin) < 0.5:
            tint(np.where(sole, 1.0, 0.0), np.array([1.7, 1.6, 1.5], np.float32))
        if look.is_adult:
            shod = (np.abs(local[:, 1]) < 6) & (local[:, 2] < 5) & (local[:, 2] > -10)
            colour[shod] = texture.linear(_SHOES)
        elbow = (points - rest.origin(segment(side, "forearm"))) @ rest.axes(
            segment(side, "forearm")
        )
        ring = np.linalg.norm((elbow / cm - np.array([-2.4, 0, 0.3])) / 1.8, axis=1)
        tint(0.6 * np.exp(-(ring**2)), dark)
    return np.asarray(colour, np.float32)


def _cloth(rest: Rest, look: Look, name: str, surface: Surface) -> _Piece:
    shade = texture.linear(look.shirt if name == "shirt" else look.shorts)
    colour = np.tile(shade, (len(surface.points_m), 1))
    uv = _blank_uv(surface)
    if name == "shirt":
        top = float(rest.origin(Segment.HEAD)[2])
        around = np.arctan2(surface.points_m[:, 1], surface.points_m[:, 0] + 0.4 * rest.cm)
        # The seam of the print lies at one side, so that front and back are whole.
        u = np.mod(around[surface.triangles] / (2 * np.pi) + 0.25, 1.0)
        wraps = np.ptp(u, axis=1) > 0.5
        u[wraps] = 0.0
        v = np.clip((top - surface.points_m[:, 2]) / top, 0.0, 1.0)[surface.triangles]
        left, above, width, height = texture.SHIRT
        uv = np.stack([left + u * (width - 1), above + v * (height - 1)], axis=-1)
    else:
        band = surface.points_m[:, 2] > 1.2 * rest.cm
        colour[band] = 0.35 * colour[band] + 0.65 * texture.linear(look.shirt_second)
    if name == "shorts" and look.top is not Top.PLAIN and not look.is_adult:
        # A stripe down the side seam, which also shows how the thigh turns.
        for side in Side:
            thigh = segment(side, "thigh")
            local = (surface.points_m - rest.origin(thigh)) @ rest.axes(thigh) / rest.cm
            seam = (local[:, 1] * outward(side) > 3.0) & (np.abs(local[:, 0] + 0.3) < 1.1)
            colour[seam] = texture.linear(look.shirt_second)
    weights = bone_weights(rest, surface.points_m)
    return _Piece(surface, colour.astype(np.float32), uv.astype(np.float32), weights)


def _hair(rest: Rest, look: Look, step: float) -> _Piece:
    surface = _mesh(clothes.hair(rest, look), step)
    local = (surface.points_m - rest.origin(Segment.HEAD)) / rest.build.head
    bump = np.zeros(len(local))
    if look.hair is Hair.CURLY:
        rng = np.random.default_rng(3)
        for wave in rng.normal(0, 38, (10, 3)):
            bump += np.sin(local @ wave + rng.uniform(0, 6.3))
        bump *= 0.008 * rest.build.head
    surface = Surface(
        surface.points_m + surface.normals * bump[:, None], surface.normals, surface.triangles
    )
    # Strands run from the crown: u is the direction around it, v the way down.
    around = np.arctan2(local[:, 1], local[:, 0] + 0.10)
    u = around[surface.triangles] / (2 * np.pi) + 0.5
    wraps = np.ptp(u, axis=1) > 0.5
    v = np.clip(1.1 - local[:, 2], 0, 1)[surface.triangles]
    left, above, width, height = texture.HAIR
    u[wraps] = 0.0
    uv = np.stack([left + u * (width - 1), above + v * (height - 1)], axis=-1)
    colour = np.tile(texture.linear(look.hair_colour), (len(local), 1))
    weights = np.zeros((len(local), bone_weights(rest, local[:1]).shape[1]), np.float32)
    weights[:, Segment.HEAD] = 1.0
    return _Piece(surface, colour.astype(np.float32), uv.astype(np.float32), weights)


def _orthosis(rest: Rest, side: Side, step: float) -> list[_Piece]:
    pieces = []
    for solids, colour in (
        (clothes.orthosis(rest, side), (0.90, 0.91, 0.92)),
        (clothes.straps(rest, side), (0.18, 0.32, 0.62)),
    ):
        surface = _mesh(solids, step)
        paint = np.tile(texture.linear(colour), (len(surface.points_m), 1))
        weights = bone_weights(rest, surface.points_m)
        pieces.append(_Piece(surface, paint.astype(np.float32), _blank_uv(surface), weights))
    return pieces


def _assembled(
    rest: Rest,
    look: Look,
    pieces: list[_Piece],
    body: list[Solid],
    worn: dict[str, list[Solid]],
) -> Figure:
    points = np.concatenate([piece.surface.points_m for piece in pieces])
    normals = np.concatenate([piece.surface.normals for piece in pieces])
    starts = np.cumsum([0, *(len(piece.surface.points_m) for piece in pieces)])
    triangles = np.concatenate(
        [piece.surface.triangles + start for piece, start in zip(pieces, starts, strict=False)]
    )
    weights = np.concatenate([piece.weights for piece in pieces])
    solids = [*worn["shorts"], *worn["shirt"]]
    openness = _openness(rest, points, normals, body, solids)
    colour = np.concatenate([piece.colour for piece in pieces])
    uv = np.concatenate([piece.uv for piece in pieces])
    return Figure(
        rest.build,
        points.astype(np.float32),
        normals.astype(np.float32),
        triangles,
        weights,
        colour,
        openness,
        uv,
        texture.painted(look),
        (uv[:, 0] != np.array(texture.BLANK, np.float32)).any(axis=1),
        _limbs(points, weights, triangles),
        rest.motion.origins_m[0],
        rest.motion.rotations[0],
    )


def _limbs(points: FloatArray, weights: Floats, triangles: IntArray) -> npt.NDArray[np.int8]:
    """The part of the body each triangle belongs to: where its nearest bone lies."""
    share = np.zeros((len(points), 6))
    for part, limb in LIMB_OF_SEGMENT.items():
        share[:, limb] += weights[:, part]
    helpers = weights[:, SEGMENT_COUNT:]
    for i in range(helpers.shape[1]):
        share[:, _HELPER_LIMB[i]] += helpers[:, i]
    # Shorts over a hip are that hip's, though they follow the pelvis.
    names = np.argmax(share, axis=1).astype(np.int8)
    low = (names == TRUNK) & (points[:, 2] < 0.03) & (np.abs(points[:, 1]) > 0.02)
    names[low] = np.where(points[low, 1] > 0, LEFT_LEG, RIGHT_LEG)
    return np.asarray(names[triangles[:, 0]], np.int8)


_HELPER_LIMB = (
    *(LEFT_LEG, LEFT_LEG, LEFT_LEG, LEFT_ARM, LEFT_ARM),
    *(RIGHT_LEG, RIGHT_LEG, RIGHT_LEG, RIGHT_ARM, RIGHT_ARM),
)


def _openness(
    rest: Rest,
    points: FloatArray,
    normals: FloatArray,
    body: list[Solid],
    worn: list[Solid],
) -> Floats:
    """How much of the room light reaches a place: little in folds, under hems and the chin.

    Source:
        Evans (2006), Fast approximations for global illumination on dynamic scenes, SIGGRAPH
        course notes: distance-field occlusion.
    """
    step = 1.1 * rest.cm
    low, high = points.min(axis=0) - 0.1, points.max(axis=0) + 0.1
    field, corner = sample(body, low, high, step)
    other, _ = sample(worn, low, high, step)
    both = np.minimum(field, other)
    openness = np.ones(len(points))
    for reach, share in ((1.2, 0.35), (3.0, 0.35), (7.0, 0.30)):
        away = points + normals * reach * rest.cm
        found = map_coordinates(both, ((away - corner) / step).T, order=1, mode="nearest")
        openness -= share * np.clip(1.0 - found / (reach * rest.cm), 0.0, 1.0)
    return np.clip(openness, 0.15, 1.0).astype(np.float32)
