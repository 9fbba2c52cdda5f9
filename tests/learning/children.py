"""Made children for the tests of learning: stick figures whose score shows in their pictures."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from gaitdesk.childgait.clips import Sampling
from gaitdesk.childgait.config import NetworkConfig, config_of
from gaitdesk.childgait.pruning import Pruning
from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.recording import View
from gaitdesk.learning.shards import Shard
from gaitdesk.phantom.clips import FOLLOWED, FilmedClip
from gaitdesk.phantom.cohort import Split

SIZE, FRAMES = 64, 10


def small_config() -> NetworkConfig:
    """A network small enough to train in a second."""
    config = config_of(
        "micro",
        Sampling(frames=8, side_px=32, subject_share=0.85),
        pruning=Pruning(foot_patches=0, fewest=4),
        is_ordinal=True,
    )
    encoder = replace(config.encoder, depth=1, width=32, heads=2, mlp_width=32)
    return replace(config, encoder=encoder, hidden=16, dropout=0.0)


def made_points(seed: int) -> np.ndarray:  # type: ignore[type-arg]
    """Body points of somebody who stands upright and sways, shape (frames, 23, 2)."""
    heights = {"EYE": 8, "EAR": 8, "NOSE": 9, "SHOULDER": 18, "ELBOW": 26, "WRIST": 33, "HIP": 34,
               "KNEE": 46, "ANKLE": 56, "HEEL": 58, "BIG_TOE": 59, "SMALL_TOE": 59}  # fmt: skip
    points = np.empty((FRAMES, len(Landmark), 2))
    sway = np.sin(np.arange(FRAMES) * 0.5 + seed)
    for point in Landmark:
        part = point.name.removeprefix("LEFT_").removeprefix("RIGHT_")
        aside = 0 if part == "NOSE" else 4 if point.name.startswith("LEFT") else -4
        points[:, point, 0] = 32 + aside + sway
        points[:, point, 1] = heights[part]
    return points


def made_clip(view: View, seed: int, colour: tuple[int, int, int] = (90, 120, 200)) -> FilmedClip:
    """A clip of a block of one colour before grey."""
    images = np.full((FRAMES, SIZE, SIZE, 3), 128, np.uint8)
    masks = np.zeros((FRAMES, SIZE, SIZE), np.bool_)
    masks[:, 4:61, 22:43] = True
    for image in images:
        cv2.rectangle(image, (22, 4), (42, 60), colour, -1)
    phase = np.stack([np.linspace(0.0, 0.9, FRAMES), np.linspace(0.4, 1.3, FRAMES) % 1.0], axis=1)
    return FilmedClip(
        view=view,
        images=images,
        masks=masks,
        points_px=made_points(seed),
        visible=np.ones((FRAMES, len(Landmark)), np.bool_),
        squares_px=np.tile([4.0, 4.0, 57.0], (FRAMES, 1)),
        angles_deg=np.tile(np.arange(len(FOLLOWED), dtype=float), (FRAMES, len(Side), 1)),
        phase=phase,
    )


def made_shard(number: int, *, is_atypical: bool, split: Split = Split.TRAIN) -> Shard:
    """A child with a clip of each view; who scores 1 throughout is red, who scores 0 is blue."""
    colour = (220, 40, 40) if is_atypical else (40, 40, 220)
    scores = np.full((len(Side), len(Item)), float(is_atypical))
    clips = tuple(made_clip(view, number, colour) for view in View)
    return Shard(f"T{number:03d}", split, clips, scores, 10.0 * scores + number)
