"""Phantoms drawn with a brush instead of rendered: crude bodies, exact points and scores.

A rendered clip costs seconds of work, a sketched one milliseconds, and a network that is to learn
how limbs move can do so from either; how real children look it learns from neither.
"""

from __future__ import annotations

import cv2
import numpy as np

from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.phantom.clips import (
    ClipPlan,
    Cut,
    FilmedChild,
    FilmedClip,
    Stage,
    clip_of,
    cuts_of,
    stage_of,
)
from gaitdesk.phantom.cohort import SubjectPlan

_Paint = tuple[int, int, int]
_FINER = 8
"""OpenCV takes places in fixed point: this many parts a pixel."""

_LIMBS: tuple[tuple[str, str, float, str], ...] = (
    ("shoulder", "elbow", 0.050, "sleeve"),
    ("elbow", "wrist", 0.040, "skin"),
)
_LEGS: tuple[tuple[str, str, float, str], ...] = (
    ("ankle", "heel", 0.050, "skin"),
    ("heel", "big_toe", 0.034, "skin"),
    ("ankle", "big_toe", 0.034, "skin"),
    ("heel", "small_toe", 0.034, "skin"),
    ("knee", "ankle", 0.060, "skin"),
    ("hip", "knee", 0.088, "shorts"),
)
"""Strokes of a limb, their width in heights of the child, and what they are painted like."""


def sketch_clips(plan: SubjectPlan, how: ClipPlan) -> Job[FilmedChild]:
    """Sketch the clips of one child of a cohort, cut as `film_clips` would.

    Yields:
        One event a clip.
    """
    stage = stage_of(plan)
    rng = np.random.default_rng([how.seed, plan.motion_seed, 79])
    paints = _paints(rng)
    cuts = cuts_of(stage, how, rng)
    clips = []
    for cut in cuts:
        clips.append(_sketched(stage, cut, how.size_px, paints, rng))
        yield Progress(len(clips), len(cuts), tr("Filming the phantom"))
    return FilmedChild(plan, stage.truth, tuple(clips))


def _paints(rng: np.random.Generator) -> dict[str, _Paint]:
    tone = float(rng.uniform(0.25, 1.0))
    skin = np.array([235, 190, 160]) * tone
    colours = {"skin": skin, "hair": rng.uniform(10, 110) * np.array([1.0, 0.85, 0.7])}
    for cloth in ("shirt", "shorts"):
        colours[cloth] = rng.uniform(20, 235, 3)
    colours["sleeve"] = colours["shirt"] if rng.random() < 0.6 else skin
    return {name: (int(r), int(g), int(b)) for name, (r, g, b) in colours.items()}


def _sketched(
    stage: Stage,
    cut: Cut,
    size: int,
    paints: dict[str, _Paint],
    rng: np.random.Generator,
) -> FilmedClip:
    points = cut.points_px
    behind = _behind(size, rng)
    drift = cut.corners - cut.corners[0]
    depth = _nearness(stage, cut)
    images = np.empty((len(points), size, size, 3), np.uint8)
    masks = np.empty((len(points), size, size), np.bool_)
    for frame, at in enumerate(points):
        canvas = np.roll(behind, tuple(-drift[frame, ::-1]), (0, 1)).copy()
        mask = np.zeros((size, size), np.uint8)
        for image, paint in ((canvas, paints), (mask, None)):
            _draw(image, at, depth, paint)
        images[frame] = _lit(canvas, mask, rng)
        masks[frame] = mask > 0
    visible = np.ones(points.shape[:2], np.bool_)
    near = cut.one.view.near_side
    if near is not None:
        # The near side's arm and hip lie before the far one's.
        for part in ("hip", "shoulder", "elbow", "eye", "ear"):
            visible[:, landmark(near.opposite, part)] = False
    return clip_of(stage, cut, images, masks, visible)


def _nearness(stage: Stage, cut: Cut) -> tuple[Side, Side]:
    """The limbs in the order they are painted: the far one first."""
    near = cut.one.view.near_side or Side.RIGHT
    return near.opposite, near


def _draw(
    image: Image, at: FloatArray, order: tuple[Side, Side], paints: dict[str, _Paint] | None
) -> None:
    height = float(np.ptp(at[:, 1])) * 1.1

    def paint(name: str, shade: float = 1.0) -> tuple[float, ...]:
        if paints is None:
            return (255.0,)
        return tuple(shade * value for value in paints[name])

    def stroke(start: FloatArray, end: FloatArray, width: float, colour: tuple[float, ...]) -> None:
        a, b = (tuple(int(v) for v in np.round(p * _FINER)) for p in (start, end))
        thick = max(1, round(width * height))
        cv2.line(image, a, b, colour, thick, cv2.LINE_AA, 3)

    def limb(side: Side, strokes: tuple[tuple[str, str, float, str], ...], shade: float) -> None:
        for start, end, width, name in strokes:
            first, last = at[landmark(side, start)], at[landmark(side, end)]
            stroke(first, last, width, paint(name, shade))

    far, near = order
    hips = at[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    shoulders = at[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    head = at[[Landmark.LEFT_EAR, Landmark.RIGHT_EAR, Landmark.NOSE]].mean(axis=0)
    limb(far, _LIMBS, 0.8)
    limb(far, _LEGS, 0.85)
    trunk = np.concatenate([hips + np.array([0.0, 0.02 * height]), shoulders[::-1]])
    outline = cv2.convexHull(np.round(trunk * _FINER).astype(np.int32))
    cv2.fillConvexPoly(image, outline, paint("shirt"), cv2.LINE_AA, 3)
    for k in (0, 1):
        stroke(hips[k], shoulders[k], 0.085, paint("shirt"))
    stroke(hips[0], hips[1], 0.09, paint("shorts"))
    stroke(shoulders.mean(axis=0), head, 0.05, paint("skin"))
    limb(near, _LEGS, 1.0)
    limb(near, _LIMBS, 1.0)
    centre = tuple(int(v) for v in np.round((head - np.array([0.0, 0.03 * height])) * _FINER))
    axes = (round(0.058 * height * _FINER), round(0.085 * height * _FINER))
    cv2.ellipse(image, centre, axes, 0, 0, 360, paint("hair"), -1, cv2.LINE_AA, 3)
    lower = tuple(int(v) for v in np.round((head + np.array([0.0, 0.015 * height])) * _FINER))
    face = (axes[0] * 4 // 5, axes[1] * 3 // 5)
    cv2.ellipse(image, lower, face, 0, 0, 360, paint("skin"), -1, cv2.LINE_AA, 3)


def _behind(size: int, rng: np.random.Generator) -> Image:
    """Walls and floor of some colours, with a few things before them."""
    wall, floor = rng.uniform(90, 240, 3), rng.uniform(60, 200, 3)
    canvas = np.empty((size, size, 3), np.float32)
    edge = int(size * rng.uniform(0.55, 0.85))
    canvas[:edge], canvas[edge:] = wall, floor
    for _ in range(int(rng.integers(0, 6))):
        x, y = (int(v) for v in rng.integers(0, size, 2))
        far = (x + int(rng.integers(6, 70)), y + int(rng.integers(6, 70)))
        cv2.rectangle(canvas, (x, y), far, rng.uniform(20, 250, 3).tolist(), -1)
    blotches = rng.standard_normal((8, 8, 1)).astype(np.float32) * 8.0
    canvas += cv2.resize(blotches, (size, size), interpolation=cv2.INTER_CUBIC)[..., None]
    return np.clip(canvas, 0, 255).astype(np.uint8)


def _lit(canvas: Image, mask: Image, rng: np.random.Generator) -> Image:
    """The sketch with soft shading towards its edges and a sensor's noise."""
    inner = cv2.GaussianBlur(mask, (0, 0), 3.0).astype(np.float32)[..., None] / 255.0
    shade = np.where(mask[..., None] > 0, 0.55 + 0.5 * inner, 1.0)
    noise = rng.standard_normal((*mask.shape, 1), np.float32)
    return np.clip(canvas * shade + 2.0 * noise, 0, 255).astype(np.uint8)
