"""What the network saw, and which part of it an answer rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gaitdesk.childgait.clips import Clip, Window
from gaitdesk.childgait.heads import ITEMS, SIDES
from gaitdesk.childgait.model import ChildGaitModel, kept_of
from gaitdesk.childgait.packing import CHANNELS, MEAN, STD, PackedClips, pack
from gaitdesk.childgait.prompting import prompted
from gaitdesk.childgait.shown import DROPPED_GREY
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.evgs import Item


@dataclass(frozen=True, slots=True, eq=False)
class SeenClip:
    """A clip as the network saw it, without what was dropped, so that many can be held.

    Attributes:
        window: Where it was cut.
        numbers, times_s: Frames of the film and their times, shape (T,).
        squares: Left, top and side of what each picture shows, film pixels, shape (T, 3).
        kept: Which tubelets the network saw, shape (T / 2, G, G).
        patches: Their prompted pixels, shape (kept, 2, p, p, 3).
        masked_share: Share of the pictures for which there was a mask.
    """

    window: Window
    numbers: IntArray
    times_s: FloatArray
    squares: FloatArray
    kept: BoolArray
    patches: Image
    masked_share: float

    @property
    def patch_px(self) -> int:
        """Width and height of a patch."""
        return int(self.patches.shape[2])

    def frames(self) -> Image:
        """The pictures, black where nothing was seen, shape (T, S, S, 3)."""
        steps, grid, _ = self.kept.shape
        tubelet, patch = self.patches.shape[1:3]
        tiles = np.zeros((steps, grid, grid, tubelet, patch, patch, CHANNELS), np.uint8)
        tiles[self.kept] = self.patches
        frames = tiles.transpose(0, 3, 1, 4, 2, 5, 6)
        return frames.reshape(steps * tubelet, grid * patch, grid * patch, CHANNELS)

    def packed(self) -> PackedClips:
        """The network's input."""
        return pack([self.frames()], [self.kept], self.patch_px)


def seen(clip: Clip, model: ChildGaitModel) -> SeenClip:
    """A clip as a network sees it."""
    config = model.config
    kept = kept_of(clip, config)
    steps, grid, _ = kept.shape
    patch, tubelet = config.encoder.patch_px, config.encoder.tubelet
    tiles = prompted(clip, config.prompting).reshape(
        steps, tubelet, grid, patch, grid, patch, CHANNELS
    )
    return SeenClip(
        window=clip.window,
        numbers=clip.numbers,
        times_s=clip.times_s,
        squares=clip.squares,
        kept=kept,
        patches=np.ascontiguousarray(tiles.transpose(0, 2, 4, 1, 3, 5, 6)[kept]),
        masked_share=float(clip.has_mask.mean()),
    )


def input_pictures(packed: PackedClips, grid: tuple[int, int, int], patch_px: int) -> Image:
    """The network's input of one clip as pictures, its numbers turned back into colours.

    Args:
        packed: One clip.
        grid: Tubelets along time, down and across.
        patch_px: Width and height of a patch.

    Returns:
        Shape (T, S, S, 3); grey where the network saw nothing.
    """
    if len(packed.lengths) != 1:
        raise ValueError("one clip at a time")
    steps, rows, columns = grid
    values = packed.tubelets.detach().float().cpu().numpy()
    tubelet = values.shape[1] // (CHANNELS * patch_px**2)
    pixels = values.reshape(-1, CHANNELS, tubelet, patch_px, patch_px).transpose(0, 2, 3, 4, 1)
    shown = np.clip(np.round(255.0 * (pixels * np.array(STD) + np.array(MEAN))), 0, 255)
    tiles = np.full(
        (steps * rows * columns, tubelet, patch_px, patch_px, CHANNELS), DROPPED_GREY, np.uint8
    )
    tiles[packed.positions.cpu().numpy()] = shown.astype(np.uint8)
    tiles = tiles.reshape(steps, rows, columns, tubelet, patch_px, patch_px, CHANNELS)
    frames = tiles.transpose(0, 3, 1, 4, 2, 5, 6)
    return frames.reshape(steps * tubelet, rows * patch_px, columns * patch_px, CHANNELS)


def relevance(
    model: ChildGaitModel, clip: SeenClip, targets: Sequence[tuple[Side, Item]]
) -> FloatArray:
    """How much each place of a clip speaks for or against an item being atypical.

    What each token of the last block adds to the answer is exact to first order: the gradient
    of the logit times the token. Attention rollout then says of which places in the picture
    that token speaks.

    Args:
        model: The network.
        clip: What it saw.
        targets: Limb and item of each answer asked about.

    Returns:
        Shape (targets, T / 2, G, G); positive where it speaks for atypical, 0 where nothing was
        seen.

    Source:
        Abnar & Zuidema (2020), ACL, 4190-4197: attention rollout.
    """
    for _, item in targets:
        if item not in model.config.items(clip.window.view.plane):
            raise ValueError(f"{item} is not read from {clip.window.view}")
    device = next(model.parameters()).device
    packed = clip.packed().to(device)
    with torch.no_grad():
        tokens, (attention,) = model.encoder.tokens_with_attention(packed)
        mixing = torch.eye(attention.shape[-1], device=device)
        for block in attention.float():
            mixing = 0.5 * (mixing + block @ mixing)
    leaves = tokens.detach().float().requires_grad_()
    pooled = model.encoder.fc_norm(leaves.mean(0, keepdim=True))
    answers = model.answers(pooled, [clip.window.view.plane])
    maps = np.zeros((len(targets), *clip.kept.shape))
    for place, (side, item) in enumerate(targets):
        logit = answers[0, SIDES.index(side), ITEMS.index(item), 0]
        (slope,) = torch.autograd.grad(logit, leaves, retain_graph=True)
        said = (slope * (leaves - leaves.mean(0))).sum(1).detach()
        maps[place][clip.kept] = (said @ mixing).cpu().numpy()
    return maps


def deciding_step(relevances: FloatArray, is_atypical: bool) -> int:
    """The tubelet in time that speaks loudest for an answer.

    Args:
        relevances: Of one answer, shape (T / 2, G, G).
        is_atypical: What the answer is.
    """
    toward = relevances if is_atypical else -relevances
    return int(np.argmax(np.maximum(toward, 0.0).sum(axis=(1, 2))))
