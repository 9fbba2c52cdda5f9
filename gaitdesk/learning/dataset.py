"""Examples to learn from: clips as the network sees them, with what is true of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from torch import Tensor

from gaitdesk.childgait.clips import Clip, ClipPhase, Window, mirrored
from gaitdesk.childgait.config import NetworkConfig
from gaitdesk.childgait.model import pack_clips
from gaitdesk.childgait.packing import PackedClips
from gaitdesk.domain.anatomy import MIRRORED, Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.recording import View
from gaitdesk.learning.shards import DetectedClip, Shard
from gaitdesk.phantom.clips import FPS, FilmedClip
from gaitdesk.phantom.detected import detected_masks, detected_points


@dataclass(frozen=True, slots=True)
class Variation:
    """How differently the same clip is shown from time to time while learning.

    Attributes:
        turn_deg: Greatest roll of the picture.
        scale: Greatest share by which the child is larger or smaller.
        shift: Greatest share of the picture by which it is moved.
        colour: Strength of changes of brightness, contrast, colour and sharpness.
        detector: Strength of errors of body points and mask; 1 as measured. A real film has those
            of its own detector, and no others.
        flips: Whether half of the clips are mirrored.
    """

    turn_deg: float = 3.0
    scale: float = 0.07
    shift: float = 0.03
    colour: float = 1.0
    detector: float = 1.0
    flips: bool = True


AS_FILMED = Variation(turn_deg=0.0, scale=0.0, shift=0.0, colour=0.0, flips=False)
"""No variation but the detector's errors: what a clinic's film would show."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One clip as the network sees it, and what is true of it.

    Attributes:
        child: Whose clip it is.
        view: How the camera sees the child, after mirroring.
        tubelets: Normalised and kept, half precision, shape (tokens, values).
        positions: Their places in the full grid, shape (tokens,).
        scores: 0, 1, 2, or NaN where unknown or not to be seen in this clip, shape (2, 17).
        measures: The numbers behind the scores, NaN likewise, shape (2, 17).
        movement: Angles and phase in the middle of each tubelet, shape (steps, 2, values).
        points: Body points in shares of the picture, shape (steps, 23, 2).
    """

    child: str
    view: View
    tubelets: Tensor
    positions: Tensor
    scores: FloatArray
    measures: FloatArray
    movement: FloatArray
    points: FloatArray


def packed(examples: Sequence[Example]) -> PackedClips:
    """Examples laid end to end, in single precision."""
    return PackedClips(
        torch.cat([one.tubelets for one in examples]).float(),
        torch.cat([one.positions for one in examples]),
        tuple(len(one.positions) for one in examples),
    )


def shown(view: View, config: NetworkConfig) -> BoolArray:
    """Which items of which limb a clip of this view is to answer, shape (2, 17)."""
    items = [item in config.items(view.plane) for item in Item]
    limbs = [view.near_side in (None, side) or config.reads_far_limb for side in Side]
    return np.asarray(np.logical_and.outer(limbs, items), np.bool_)


def examples_of(
    shard: Shard,
    config: NetworkConfig,
    variation: Variation,
    seed: int,
    windows_per_clip: int = 1,
) -> list[Example]:
    """Examples cut out of a child's clips, one or more of each.

    Args:
        shard: The child.
        config: What the network is fed.
        variation: How they differ from the films.
        seed: Of everything drawn; the same seed gives the same examples.
        windows_per_clip: Windows of each clip; several are spread over it, a single one lies
            anywhere when the clips are varied, and in the middle when not.
    """
    rng = np.random.default_rng([seed, *shard.name.encode()])
    frames = config.sampling.frames
    examples = []
    for clip in shard.clips:
        spare = len(clip.images) - frames
        if windows_per_clip > 1:
            firsts = np.linspace(0, spare, windows_per_clip).round().astype(int).tolist()
        else:
            firsts = [int(rng.integers(0, spare + 1)) if variation.flips else spare // 2]
        examples += [
            example_of(shard, clip, first, config, variation, rng)
            for first in dict.fromkeys(firsts)
        ]
    return examples


def example_of(
    shard: Shard,
    filmed: FilmedClip,
    first: int,
    config: NetworkConfig,
    variation: Variation,
    rng: np.random.Generator,
) -> Example:
    """One example: a window of a clip, as a detector and a camera would show it."""
    clip, middles = cut(filmed, first, config, variation, rng)
    span = slice(first, first + len(clip))
    scores, measures = shard.scores, shard.measures
    movement = _movement(filmed, span)
    if variation.flips and rng.random() < 0.5:
        clip = mirrored(clip)
        scores, measures, movement = scores[::-1], measures[::-1], movement[:, ::-1]
        middles = _mirrored_points(middles, clip.side_px)
    is_shown = shown(clip.view, config)
    held = pack_clips([clip], config)
    return Example(
        child=shard.name,
        view=clip.view,
        tubelets=held.tubelets.half(),
        positions=held.positions,
        scores=np.where(is_shown, scores, np.nan),
        measures=np.where(is_shown, measures, np.nan),
        movement=np.ascontiguousarray(movement),
        points=middles / clip.side_px,
    )


def cut(
    filmed: FilmedClip,
    first: int,
    config: NetworkConfig,
    variation: Variation,
    rng: np.random.Generator,
) -> tuple[Clip, FloatArray]:
    """A window of a clip, sized for the network, with detected points and mask.

    Returns:
        The clip; and the true body points in the middle of each tubelet, in its pixels, shape
        (steps, 23, 2).
    """
    sampling = config.sampling
    span = slice(first, first + sampling.frames)
    is_detected = isinstance(filmed, DetectedClip)
    if isinstance(filmed, DetectedClip):
        points, confidence = filmed.points_px, filmed.confidence
    else:
        points, confidence = detected_points(filmed, rng, variation.detector)
    turn = np.deg2rad(rng.uniform(-1.0, 1.0) * variation.turn_deg)
    grow = 1.0 + rng.uniform(-1.0, 1.0) * variation.scale
    move = rng.uniform(-1.0, 1.0, 2) * variation.shift * sampling.side_px
    images, masks = filmed.images[span], filmed.masks[span]
    side = sampling.side_px
    frames = np.empty((sampling.frames, side, side, 3), np.uint8)
    mask = np.empty((sampling.frames, side, side), np.bool_)
    moved = np.empty((sampling.frames, *points.shape[1:]))
    true = np.empty_like(moved)
    for i, square in enumerate(filmed.squares_px[span]):
        onto = _placing(square, side, sampling.subject_share * grow, turn, move)
        frames[i] = cv2.warpAffine(
            images[i], onto, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        shape = masks[i].astype(np.uint8) * 255
        mask[i] = cv2.warpAffine(shape, onto, (side, side), flags=cv2.INTER_LINEAR) > 127
        moved[i] = points[first + i] @ onto[:, :2].T + onto[:, 2]
        true[i] = filmed.points_px[first + i] @ onto[:, :2].T + onto[:, 2]
    clip = Clip(
        window=Window(0, filmed.view, (first + sampling.frames / 2) / FPS, ClipPhase.UNIFORM),
        frames=_coloured(frames, rng, variation.colour),
        keypoints_px=moved,
        confidence=confidence[span],
        mask=mask if is_detected else detected_masks(mask, rng, variation.detector),
        has_mask=np.asarray(mask.any(axis=(1, 2)) | (not is_detected), np.bool_),
        numbers=np.arange(first, first + sampling.frames),
        times_s=np.arange(first, first + sampling.frames) / FPS,
        squares=filmed.squares_px[span],
    )
    return clip, 0.5 * (true[0::2] + true[1::2])


def _placing(
    square: FloatArray, side: int, share: float, turn: float, move: FloatArray
) -> FloatArray:
    """From a film's pixels to the clip's: the square's middle in the middle, shape (2, 3)."""
    left, top, wide = square
    scale = side * share / wide
    axes = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([left, top]) + wide / 2.0 - 0.5
    return np.column_stack([axes, (side - 1) / 2.0 + move - axes @ middle])


def _mirrored_points(points: FloatArray, side: int) -> FloatArray:
    found = points[:, MIRRORED].copy()
    found[..., 0] = side - 1 - found[..., 0]
    return found


def _movement(filmed: FilmedClip, span: slice) -> FloatArray:
    """Angles in shares of 30 degrees, then sine and cosine of the phase, of each tubelet."""
    turns = 2.0 * np.pi * filmed.phase[span, :, None]
    values = np.concatenate([filmed.angles_deg[span] / 30.0, np.sin(turns), np.cos(turns)], axis=2)
    return np.asarray(0.5 * (values[0::2] + values[1::2]))


def _coloured(images: Image, rng: np.random.Generator, strength: float) -> Image:
    """Pictures in another light, by another camera: the same for all of a clip."""
    if strength <= 0.0:
        return images
    gains = np.exp(strength * (rng.normal(0.0, 0.12) + rng.normal(0.0, 0.06, 3)))
    gamma = float(np.exp(strength * rng.normal(0.0, 0.2)))
    steps = np.linspace(0.0, 1.0, 256)[:, None] ** gamma * gains
    table = np.clip(np.round(255.0 * steps), 0, 255).astype(np.uint8)[None]
    changed = np.stack([cv2.LUT(one, table) for one in images])
    if rng.random() < 0.25 * strength:
        changed = changed[..., rng.permutation(3)]
    if rng.random() < 0.3 * strength:
        sigma = float(rng.uniform(0.4, 1.0))
        changed = np.stack([cv2.GaussianBlur(one, (0, 0), sigma) for one in changed])
    return np.ascontiguousarray(changed, np.uint8)


def with_gain(example: Example, rng: np.random.Generator, strength: float) -> Example:
    """The example a little brighter or darker, at no cost worth speaking of."""
    gain = 1.0 + strength * float(rng.normal(0.0, 0.08))
    shift = strength * float(rng.normal(0.0, 0.08))
    return replace(example, tubelets=example.tubelets * gain + shift)


def children_of(examples: Iterable[Example]) -> tuple[str, ...]:
    """Names of the children of some examples, each once, in order."""
    return tuple(dict.fromkeys(example.child for example in examples))
