"""The pixels of the patient, from the network's mask and the still background behind them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray, Image
from gaitdesk.domain.mask import FrameMask
from gaitdesk.perception.model import PersonPose, Region
from gaitdesk.perception.scene import Background

MOST_EVIDENCE = 2.0
"""Log-odds the background can add or take: it settles doubt, and overrules nothing sure."""
SURE = 4.0
MOST_CLAIMED = 0.35
LIKE_BACKGROUND = 2.5
SHADOW_DARKEST = 0.4
SHADOW_COUNTS = 0.25
SMALLEST_PIECE = 0.03
GUIDE_REACH = 3
GUIDE_EDGE = 0.01


def person_mask(
    image: Image,
    pose: PersonPose,
    background: Background | None = None,
    rivals: tuple[PersonPose, ...] = (),
) -> FrameMask | None:
    """Mask of one person on the picture; None when it is empty or the model gives none.

    Args:
        image: The picture.
        pose: The person, with mask logits.
        background: What stands still behind them; None where the camera moved.
        rivals: Other people near by; what is more theirs is not taken.
    """
    if pose.mask_logits is None:
        return None
    odds = pose.mask_logits.astype(np.float32)
    side = odds.shape[0]
    region = pose.seen_in
    theirs = np.zeros(odds.shape, np.bool_)
    for rival in rivals:
        if rival.mask_logits is not None:
            other = _seen_from(rival.mask_logits, rival.seen_in, region)
            claimed = (other > 0) & (other > odds)
            # Who claims most of the mask is the same person seen twice, not someone near by.
            if (claimed & (odds > 0)).sum() < MOST_CLAIMED * (odds > 0).sum():
                theirs |= claimed
    crop = _crop(image, region, side, 1.0)
    if background is not None:
        odds = odds + _evidence(crop, odds, background, region)
    odds = np.where(theirs, -SURE, odds)
    odds = _along_edges(odds, crop)
    odds = np.where(theirs, -SURE, odds)
    odds = np.where(_pieces(odds > 0), odds, np.minimum(odds, -0.5))
    return _on_picture(odds, region, image.shape[1], image.shape[0])


def distance_to_person_px(pose: PersonPose) -> FloatArray:
    """How far each point lies off the person's mask, pixels, shape (23,); NaN where missing.

    Raises:
        ValueError: The pose has no mask logits.
    """
    if pose.mask_logits is None:
        raise ValueError("this pose has no mask")
    side = pose.mask_logits.shape[0]
    off = cv2.distanceTransform((pose.mask_logits <= 0).astype(np.uint8), cv2.DIST_L2, 3)
    back = cv2.invertAffineTransform(pose.seen_in.affine(side))
    known = np.isfinite(pose.points_px).all(axis=1)
    spots = pose.points_px[known] @ back[:, :2].T + back[:, 2]
    inside = np.clip(spots, 0, side - 1)
    columns, rows = np.round(inside).astype(int).T
    distance = np.full(len(pose.points_px), np.nan)
    distance[known] = off[rows, columns] + np.linalg.norm(spots - inside, axis=1)
    return np.asarray(distance * pose.seen_in.size / side)


def overlap_share(one: BoolArray, other: BoolArray) -> float:
    """Intersection over union of two masks; 1 when both are empty."""
    union = int((one | other).sum())
    return int((one & other).sum()) / union if union else 1.0


def _crop(image: Image, region: Region, side: int, scale: float) -> Image:
    """A region of a picture that is `scale` times as large as the film's, upright."""
    place = _scaled(region, scale).affine(side)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, place, (side, side), flags=flags), np.uint8)


def _scaled(region: Region, scale: float) -> Region:
    return Region(region.x * scale, region.y * scale, region.size * scale, region.turn_rad)


def _evidence(crop: Image, odds: AnyArray, background: Background, region: Region) -> AnyArray:
    """Log-odds that a pixel is the person because it differs from the background."""
    side = crop.shape[0]
    place = _scaled(region, background.scale).affine(side)
    size, flags = (side, side), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    behind = cv2.warpAffine(background.picture, place, size, flags=flags)
    known = cv2.warpAffine(background.is_known.astype(np.uint8), place, size, flags=flags) > 0
    spread = cv2.warpAffine(background.spread.astype(np.float32), place, size, flags=flags)
    blurred = cv2.GaussianBlur(crop, (3, 3), 0)
    now = cv2.cvtColor(blurred, cv2.COLOR_RGB2LAB).astype(np.float32)
    then = cv2.cvtColor(behind, cv2.COLOR_RGB2LAB).astype(np.float32)
    clear = known & (odds < -SURE)
    difference = now - then
    if clear.sum() > 0.02 * clear.size:
        # Exposure drifts; what is surely background shows by how much.
        difference -= np.median(difference[clear][::7], axis=0)
    darker, colour = difference[..., 0], np.hypot(difference[..., 1], difference[..., 2])
    light = now[..., 0] / np.maximum(then[..., 0], 1.0)
    is_shadow = (light < 1.0) & (light > SHADOW_DARKEST) & (colour < 0.5 * np.abs(darker))
    noise = 4.0 + 1.5 * spread
    strength = np.hypot(0.7 * darker, 1.5 * colour) / noise
    evidence = np.clip(strength - LIKE_BACKGROUND, -MOST_EVIDENCE, MOST_EVIDENCE)
    evidence = np.where(is_shadow & (evidence > 0), SHADOW_COUNTS * evidence, evidence)
    return np.asarray(np.where(known, evidence, 0.0), np.float32)


def _seen_from(logits: AnyArray, there: Region, here: Region) -> AnyArray:
    """Logits of one region resampled onto another; far below zero outside."""
    side = logits.shape[0]
    to_here = np.vstack([here.affine(side), [0.0, 0.0, 1.0]])
    to_there = np.vstack([there.affine(side), [0.0, 0.0, 1.0]])
    place = (np.linalg.inv(to_there) @ to_here)[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_CONSTANT
    return np.asarray(
        cv2.warpAffine(
            logits, place, (side, side), flags=flags, borderMode=border, borderValue=(-20.0,)
        )
    )


def _along_edges(odds: AnyArray, crop: Image) -> AnyArray:
    """Doubtful odds drawn to the edges of the picture by a guided filter.

    Source:
        He, Sun & Tang (2013), Guided Image Filtering, IEEE TPAMI 35(6), 1397-1409.
    """
    guide = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255.0
    value = np.clip(odds, -SURE, SURE)

    def mean(field: AnyArray) -> AnyArray:
        width = 2 * GUIDE_REACH + 1
        return np.asarray(cv2.boxFilter(field, -1, (width, width)))

    mean_guide, mean_value = mean(guide), mean(value)
    slope = (mean(guide * value) - mean_guide * mean_value) / (
        mean(guide * guide) - mean_guide**2 + GUIDE_EDGE
    )
    offset = mean_value - slope * mean_guide
    drawn = mean(slope) * guide + mean(offset)
    return np.asarray(np.where(np.abs(odds) < SURE, drawn, value), np.float32)


def _pieces(mask: BoolArray) -> BoolArray:
    """The mask without small pieces, and with small holes closed."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    if count <= 1:
        return mask
    areas = facts[1:, cv2.CC_STAT_AREA]
    kept = np.concatenate([[False], areas >= SMALLEST_PIECE * areas.sum()])
    return np.asarray(kept[labels])


def _on_picture(odds: AnyArray, region: Region, width: int, height: int) -> FrameMask | None:
    """Threshold odds on the picture's own grid, within the box that can hold them."""
    place: FloatArray = region.affine(odds.shape[0])
    rows, columns = np.nonzero(odds > -0.5)
    if not len(rows):
        return None
    corners = np.array(
        [
            (x, y, 1.0)
            for x in (columns.min() - 2, columns.max() + 2)
            for y in (rows.min() - 2, rows.max() + 2)
        ]
    )
    spots = corners @ place.T
    left, top = (max(0, int(edge)) for edge in np.floor(spots.min(axis=0)))
    right = min(width, int(np.ceil(spots[:, 0].max())) + 1)
    bottom = min(height, int(np.ceil(spots[:, 1].max())) + 1)
    return likely_px(odds, place, (left, top, right, bottom), beyond=-SURE)


def likely_px(
    odds: AnyArray,
    place: FloatArray,
    area: tuple[int, int, int, int],
    *,
    beyond: float | None = None,
) -> FrameMask | None:
    """Pixels of a picture at which odds are above zero; None where none are.

    Args:
        odds: On a grid of their own.
        place: Takes that grid to the picture's pixels, shape (2, 3).
        area: Left, top, right and bottom of the pixels looked at, the last two not among them.
        beyond: The odds outside the grid; None takes those at its edge.
    """
    left, top, right, bottom = area
    if left >= right or top >= bottom:
        return None
    there = cv2.warpAffine(
        odds,
        place - [[0, 0, left], [0, 0, top]],
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT,
        borderValue=(beyond or 0.0,),
    )
    packed = FrameMask.of(np.asarray(there > 0))
    return packed and replace(packed, left=packed.left + left, top=packed.top + top)
