"""Which patches of a clip the network looks at: those on the child."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt

from gaitdesk.childgait.clips import Clip
from gaitdesk.domain.anatomy import Landmark, Side, landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray

LEG_LINES: tuple[tuple[Landmark, Landmark], ...] = tuple(
    (landmark(side, start), landmark(side, end))
    for side in Side
    for start, end in (
        ("hip", "knee"),
        ("knee", "ankle"),
        ("ankle", "heel"),
        ("ankle", "big_toe"),
        ("ankle", "small_toe"),
        ("heel", "big_toe"),
    )
)
_FOOT_LINES = tuple(line for line in LEG_LINES if "KNEE" not in line[0].name + line[1].name)

TUBELET = 2
"""Pictures a token spans."""

# Flesh around the body points that a stand-in for the mask must cover, of the body's height.
_FLESH_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class Pruning:
    """Which patches are kept; stored with a model.

    Attributes:
        is_on: Whether any patch is dropped.
        least_share: A patch is kept when this share of it is on the child in one of its pictures.
        foot_patches: Patches added above, below and beside those of the feet, so that the floor
            can be seen.
        fewest: Patches a clip keeps at least, the nearest ones being added.
        keeps_legs: Whether patches under a leg or foot are kept whatever the mask says.
        least_confidence: Body points less sure than this count for nothing.
    """

    is_on: bool = True
    least_share: float = 0.10
    foot_patches: int = 1
    fewest: int = 64
    keeps_legs: bool = True
    least_confidence: float = 0.3

    def __post_init__(self) -> None:
        if not 0.0 < self.least_share <= 1.0 or self.foot_patches < 0 or self.fewest < 1:
            raise ValueError(
                "pruning needs a share above 0, no negative patches, at least one kept"
            )


def kept_tubelets(
    clip: Clip, pruning: Pruning, patch_px: int = 16, tubelet: int = TUBELET
) -> BoolArray:
    """Which tubelets of a clip are kept.

    Args:
        clip: The clip; pictures whose mask is missing are masked by the child's body points,
            see `stand_in`.
        pruning: What is kept.
        patch_px: Width and height of a patch; it must divide the picture.
        tubelet: Pictures a patch spans.

    Returns:
        Shape (T / tubelet, G, G) with G patches a row; all True where pruning is off, and where
        nothing is known of the child.

    Source:
        ChildGait-Video (2026): a patch is kept when enough of its pixels are foreground.
    """
    steps, grid = len(clip) // tubelet, clip.side_px // patch_px
    if clip.side_px % patch_px or len(clip) % tubelet:
        raise ValueError(f"{len(clip)} pictures of {clip.side_px} px do not divide into patches")
    if not pruning.is_on:
        return np.ones((steps, grid, grid), np.bool_)
    region = region_of(clip, pruning.least_confidence)
    shares = region.reshape(steps, tubelet, grid, patch_px, grid, patch_px).mean(axis=(3, 5))
    kept = np.asarray(shares.max(axis=1) >= pruning.least_share)
    if pruning.keeps_legs:
        kept |= _under(clip, LEG_LINES, pruning, patch_px, tubelet)
    if pruning.foot_patches:
        feet = _under(clip, _FOOT_LINES, pruning, patch_px, tubelet)
        width = 2 * pruning.foot_patches + 1
        reach = cv2.getStructuringElement(cv2.MORPH_CROSS, (width, width))
        kept |= np.stack([cv2.dilate(one.astype(np.uint8), reach) > 0 for one in feet])
    return _filled_up(kept, pruning.fewest)


def kept_share(kept: BoolArray) -> float:
    """Share of the patches that are kept."""
    return float(kept.mean())


def region_of(clip: Clip, least_confidence: float = 0.3) -> BoolArray:
    """Where the child is in each picture: the mask, or its stand-in, shape (T, S, S)."""
    region = clip.mask.copy()
    for time in np.flatnonzero(~clip.has_mask):
        region[time] = stand_in(clip, int(time), least_confidence)
    return region


def stand_in(clip: Clip, time: int, least_confidence: float = 0.3) -> BoolArray:
    """The hull of the child's body points with some flesh around, where a mask is missing.

    `Clip.has_mask` tells for which pictures, so that it can be said to the reviewer.
    """
    points = _sure_points(clip, time, least_confidence)
    points = points[np.isfinite(points).all(axis=1)]
    hull = np.zeros((clip.side_px, clip.side_px), np.uint8)
    if len(points) < 3:
        return hull > 0
    outline = cv2.convexHull(np.round(points).astype(np.int32))
    cv2.fillConvexPoly(hull, outline, 1)
    height = float(np.ptp(points[:, 1]))
    flesh = 2 * max(1, round(_FLESH_SHARE * height)) + 1
    return cv2.dilate(hull, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (flesh, flesh))) > 0


def _sure_points(clip: Clip, time: int, least_confidence: float) -> FloatArray:
    is_sure = clip.confidence[time] >= least_confidence
    return np.asarray(np.where(is_sure[:, None], clip.keypoints_px[time], np.nan))


def _under(
    clip: Clip,
    lines: tuple[tuple[Landmark, Landmark], ...],
    pruning: Pruning,
    patch_px: int,
    tubelet: int,
) -> BoolArray:
    """Patches that lines between sure body points run through, shape (T / tubelet, G, G)."""
    side, grid = clip.side_px, clip.side_px // patch_px
    drawn = np.zeros((len(clip), side, side), np.uint8)
    for time, canvas in enumerate(drawn):
        points = _sure_points(clip, time, pruning.least_confidence)
        for start, end in lines:
            if np.isfinite(points[[start, end]]).all() and np.abs(points[[start, end]]).max() < 1e4:
                first, last = (tuple(int(v) for v in np.round(points[p])) for p in (start, end))
                cv2.line(canvas, first, last, 1)
    hit = drawn.reshape(len(clip) // tubelet, tubelet, grid, patch_px, grid, patch_px)
    return np.asarray(hit.any(axis=(1, 3, 5)))


def _filled_up(kept: BoolArray, fewest: int) -> BoolArray:
    """At least `fewest` patches: the nearest ones are added, in space before in time."""
    fewest = min(fewest, kept.size)
    if kept.sum() >= fewest:
        return kept
    if not kept.any():
        return np.ones_like(kept)
    # A step in time is as far as a whole row, so that every moment keeps its patches.
    away = distance_transform_edt(~kept, sampling=(float(kept.shape[2]), 1.0, 1.0))
    nearest = np.argsort(away, axis=None, kind="stable")[:fewest]
    filled = np.zeros_like(kept)
    filled.flat[nearest] = True
    return filled
