"""Short person-centred clips of a walk: what the network looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from gaitdesk.domain.anatomy import MIRRORED, Plane, Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.recording import View

CLIP_LENGTHS = (8, 16, 32)

_MIRRORED_VIEW = {
    View.SAGITTAL_LEFT: View.SAGITTAL_RIGHT,
    View.SAGITTAL_RIGHT: View.SAGITTAL_LEFT,
}


class ClipPhase(StrEnum):
    """What a clip is centred on."""

    INITIAL_CONTACT = "initial_contact"
    MID_STANCE = "mid_stance"
    FOOT_OFF = "foot_off"
    MID_SWING = "mid_swing"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How clips are cut; stored with a model, because it must be fed what it learned from.

    Attributes:
        frames: Pictures a clip.
        rate_hz: Pictures a second, whatever the film's own rate.
        side_px: Width and height of a picture.
        subject_share: Height of the child as a share of the picture's.
        hop: Pictures from one uniform clip to the next; 0 for none.
        phases: Moments of the gait cycle that get a clip of their own.
        most_per_pass: Clips of one pass, spread evenly over it; 0 for no limit.

    Source:
        ChildGait-Video (2026): 16 frames at 30 Hz, the child filling 85 % of the height.
    """

    frames: int = 16
    rate_hz: float = 30.0
    side_px: int = 224
    subject_share: float = 0.85
    hop: int = 8
    phases: tuple[ClipPhase, ...] = (
        ClipPhase.INITIAL_CONTACT,
        ClipPhase.MID_STANCE,
        ClipPhase.FOOT_OFF,
        ClipPhase.MID_SWING,
    )
    most_per_pass: int = 16

    def __post_init__(self) -> None:
        if self.frames not in CLIP_LENGTHS:
            raise ValueError(f"clips have 8, 16 or 32 frames, not {self.frames}")
        if not self.rate_hz > 0 or self.side_px < 16 or not 0.2 <= self.subject_share <= 1.0:
            raise ValueError("clips need a rate, a size and a share of the picture")
        if self.hop < 0 or (self.hop == 0 and not self.phases):
            raise ValueError("clips need a hop or phases")

    @property
    def duration_s(self) -> float:
        """Time from the first to the last picture of a clip."""
        return (self.frames - 1) / self.rate_hz


@dataclass(frozen=True, slots=True)
class Window:
    """Where a clip is to be cut.

    Attributes:
        film: Index of the film in the analysis.
        view: How the camera saw the child.
        centre_s: Time of the clip's middle in the film.
        phase: What the clip is centred on.
        side: Whose event that is; None for uniform clips.
    """

    film: int
    view: View
    centre_s: float
    phase: ClipPhase = ClipPhase.UNIFORM
    side: Side | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A few pictures of one walking child, the child in the middle of each.

    Attributes:
        window: What it was cut for.
        frames: Shape (T, S, S, 3), RGB, 8 bits.
        keypoints_px: Shape (T, 23, 2), pixels of the clip, NaN where missing.
        confidence: Shape (T, 23), 0 to 1.
        mask: Shape (T, S, S), True on the child.
        has_mask: Whether the film had a mask of that picture, shape (T,).
        numbers: Frame of the film each picture comes from, shape (T,).
        times_s: Its time in the film, shape (T,).
        squares: Left, top and side of the square each picture shows, film pixels, shape (T, 3).
        is_mirrored: Whether the pictures were flipped; keypoints and view were flipped along.
    """

    window: Window
    frames: Image
    keypoints_px: FloatArray
    confidence: FloatArray
    mask: BoolArray
    has_mask: BoolArray
    numbers: IntArray
    times_s: FloatArray
    squares: FloatArray
    is_mirrored: bool = False

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def film(self) -> int:
        """Index of the film it comes from."""
        return self.window.film

    @property
    def view(self) -> View:
        """How the camera saw the child."""
        return self.window.view

    @property
    def plane(self) -> Plane:
        """The plane it shows."""
        return self.window.view.plane

    @property
    def near_side(self) -> Side | None:
        """The limb near the camera; None in coronal views."""
        return self.window.view.near_side

    @property
    def side_px(self) -> int:
        """Width and height of its pictures."""
        return int(self.frames.shape[1])


def mirrored(clip: Clip) -> Clip:
    """The clip of the mirrored child: left is right in pictures, points and view.

    Scores that go with it change sides too; `Side.opposite` tells which.
    """
    points = clip.keypoints_px[:, MIRRORED].copy()
    points[..., 0] = clip.side_px - 1 - points[..., 0]
    window = replace(
        clip.window,
        view=_MIRRORED_VIEW.get(clip.view, clip.view),
        side=None if clip.window.side is None else clip.window.side.opposite,
    )
    return replace(
        clip,
        window=window,
        frames=np.ascontiguousarray(clip.frames[:, :, ::-1]),
        keypoints_px=points,
        confidence=clip.confidence[:, MIRRORED],
        mask=np.ascontiguousarray(clip.mask[:, :, ::-1]),
        is_mirrored=not clip.is_mirrored,
    )
