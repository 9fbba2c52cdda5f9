"""What a detector would make of a phantom: points a little off, a mask a little wrong."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np
from scipy.special import ndtr

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side, landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.phantom.clips import FilmedClip

_Off = tuple[float, float, float]

_OFF: Mapping[str, _Off] = MappingProxyType(
    {
        "NOSE": (0.0, -1.0, 2.0),
        "EYE": (-2.3, -1.8, 1.8),
        "EAR": (5.0, -2.5, 3.0),
        "SHOULDER": (0.0, -0.6, 2.3),
        "ELBOW": (0.2, 0.3, 2.2),
        "WRIST": (0.4, 0.5, 2.3),
        "HIP": (0.0, 1.0, 2.4),
        "KNEE": (0.3, 0.0, 1.4),
        "ANKLE": (0.4, -2.0, 1.6),
        "BIG_TOE": (-3.0, -2.0, 2.0),
        "SMALL_TOE": (-2.5, -2.0, 2.2),
        "HEEL": (3.5, -2.0, 2.2),
    }
)
"""How far each point is set forward and down on average, and its spread: per cent of a leg.

Source:
    BlazePose on films of phantoms, `python -m tests bench phantom`.
"""

_STEADY_SHARE, _MEMORY = 0.75, 0.8
_HIDDEN_SPREAD = 2.0
_LOST, _HIDDEN_LOST = 0.01, 0.04
_MIXED_UP, _MIXED_UP_FRAMES = 0.06, 4
_SOFT_SHARE = 0.01


def detected_points(
    clip: FilmedClip, rng: np.random.Generator, strength: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Body points as a detector would give them, after smoothing.

    Each point has an error of its detector, one of this clip, and one that wanders from frame to
    frame; hidden points are worse, a few are lost, and now and then the legs are mixed up.

    Args:
        clip: The clip.
        rng: Of everything drawn.
        strength: 0 for the truth, 1 for errors as measured.

    Returns:
        Pixels of the clip's pictures, shape (frames, 23, 2), NaN where lost; and confidence,
        shape (frames, 23).
    """
    points = clip.points_px
    frames = len(points)
    hips = points[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
    ankles = points[:, [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]].mean(axis=1)
    leg_px = float(np.median(np.linalg.norm(hips - ankles, axis=1)))
    near = clip.view.near_side
    ahead = 0.0 if near is None else 1.0 if near is Side.RIGHT else -1.0
    known = [_OFF[point.name.removeprefix("LEFT_").removeprefix("RIGHT_")] for point in Landmark]
    off = np.array([(forward * ahead, down) for forward, down, _ in known])
    spread = np.array([one[2] for one in known])[None, :, None]
    own = rng.standard_normal((1, LANDMARK_COUNT, 2)) * np.sqrt(_STEADY_SHARE)
    wander = np.empty((frames, LANDMARK_COUNT, 2))
    wander[0] = rng.standard_normal((LANDMARK_COUNT, 2))
    for frame in range(1, frames):
        fresh = rng.standard_normal((LANDMARK_COUNT, 2))
        wander[frame] = _MEMORY * wander[frame - 1] + np.sqrt(1 - _MEMORY**2) * fresh
    error = off + spread * (own + np.sqrt(1 - _STEADY_SHARE) * wander)
    error = error * np.where(clip.visible, 1.0, _HIDDEN_SPREAD)[..., None]
    found = points + strength * leg_px / 100.0 * error
    if near is not None and rng.random() < strength * _MIXED_UP:
        first = int(rng.integers(0, max(1, frames - _MIXED_UP_FRAMES)))
        _mix_up_legs(found[first : first + int(rng.integers(1, _MIXED_UP_FRAMES + 1))])
    sure = np.where(
        clip.visible, rng.uniform(0.75, 1.0, (1, LANDMARK_COUNT)), rng.uniform(0.35, 0.8)
    )
    lost = rng.random(clip.visible.shape) < strength * np.where(clip.visible, _LOST, _HIDDEN_LOST)
    found[lost] = np.nan
    return found, np.where(lost, 0.0, sure)


def _mix_up_legs(points: FloatArray) -> None:
    for part in ("knee", "ankle", "heel", "big_toe", "small_toe"):
        both = [landmark(side, part) for side in Side]
        points[:, both] = points[:, both[::-1]]


def detected_masks(masks: BoolArray, rng: np.random.Generator, strength: float = 1.0) -> BoolArray:
    """Masks as a detector would give them: grown or shrunk at the edge, with bites and leaks.

    Args:
        masks: True masks, shape (frames, side, side).
        rng: Of everything drawn.
        strength: 0 for the truth, 1 for an overlap of about 0.95 with it.
    """
    side = masks.shape[1]
    ragged = rng.standard_normal((max(4, side // 12),) * 2).astype(np.float32)
    # How far the edge lies outwards, the same places in all frames as textures and light are.
    edge_px = cv2.resize(ragged, (side, side), interpolation=cv2.INTER_CUBIC)
    edge_px = strength * side / 192.0 * (1.1 * edge_px + rng.normal(0.3, 0.8))
    # A blurred edge falls off like the normal distribution, so a share of it is a place.
    soft_px = _SOFT_SHARE * side
    share = (255.0 * ndtr(-edge_px / soft_px)).astype(np.float32)
    found = np.empty_like(masks)
    for frame, mask in enumerate(masks):
        blurred = cv2.GaussianBlur(mask.astype(np.float32) * 255.0, (0, 0), soft_px)
        found[frame] = blurred > np.clip(share, 5.0, 250.0)
    return found
