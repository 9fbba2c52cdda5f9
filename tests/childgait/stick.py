"""A stick child in front of stripes, as a film and as clips, so that every pixel is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import torch

from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.card import Network
from gaitdesk.childgait.clips import Clip, ClipPhase, Sampling, Window
from gaitdesk.childgait.config import NetworkConfig, config_of
from gaitdesk.childgait.encoder import EncoderSize
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import BONES, LANDMARK_COUNT, Landmark, Plane, Side
from gaitdesk.domain.gait import EventKind, GaitEvent, Pass
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import View
from tests.made import StickWalk

SIDE_PX = 112
FLESH_PX = 22
FIRST, LAST = 20, 219


@cache
def film(direction: int = 1, *, with_mask: bool = True, fps: float = 60.0) -> FilmAnalysis:
    """A side view of the stick child, four seconds long."""
    made = StickWalk(fps=fps, direction=direction)
    pose = made.pose()
    points = pose.points_px.copy()
    trunk = points[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=1)
    for point in (Landmark.NOSE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR):
        points[:, point] = trunk - [0.0, 40.0]
    pose = PoseTrack(points, np.where(np.isfinite(points[..., 0]), 0.95, 0.0))
    video = made.video(Path("stick.mp4"))
    events = []
    for side in Side:
        for kind, times_s in (
            (EventKind.INITIAL_CONTACT, made.contacts_s(side)),
            (EventKind.FOOT_OFF, made.foot_offs_s(side)),
        ):
            events += [GaitEvent(side, kind, video.frame_at(t), float(t)) for t in times_s]
    view = View.SAGITTAL_RIGHT if direction > 0 else View.SAGITTAL_LEFT
    last = min(LAST, video.frame_count - 1)
    return FilmAnalysis(
        video=video,
        plane=Plane.SAGITTAL,
        pose=pose,
        mask=MaskTrack(
            1280,
            720,
            tuple(
                FrameMask.of(body(one)) if FIRST <= number <= LAST else None
                for number, one in enumerate(points)
            ),
        )
        if with_mask
        else None,
        passes=(Pass(view, FIRST, last, direction),),
        events=tuple(sorted(events, key=lambda event: event.time_s)),
    )


def body(points):
    """Thick limbs along the bones, shape (720, 1280)."""
    return drawn(np.zeros((720, 1280), np.uint8), points, 1) > 0


def drawn(canvas, points, colour):
    """The stick child on a canvas."""
    for start, end in BONES:
        if np.isfinite(points[[start, end]]).all():
            places = [tuple(int(v) for v in np.round(points[p])) for p in (start, end)]
            cv2.line(canvas, *places, colour, FLESH_PX)
    cv2.circle(canvas, tuple(int(v) for v in points[Landmark.NOSE]), 30, colour, -1)
    return canvas


class PaintedFilm:
    """Stands in for a reader: stripes behind, the child in white; it counts what is read."""

    def __init__(self, shown: FilmAnalysis) -> None:
        self.shown = shown
        self.read: list[int] = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def frames(self, start, stop):
        for number in range(start, stop):
            self.read.append(number)
            yield number, picture(self.shown.pose.points_px[number])


_STRIPES = np.repeat(
    (40 + 60 * (np.arange(1280) // 32 % 2)).astype(np.uint8)[None, :, None], 720, axis=0
).repeat(3, axis=2)


def picture(points):
    """One picture of the stick child."""
    return drawn(_STRIPES.copy(), points, (255, 255, 255))


def standing_clip(
    frames: int = 8,
    *,
    view: View = View.SAGITTAL_RIGHT,
    has_mask: bool = True,
    side_px: int = SIDE_PX,
) -> Clip:
    """A child that stands still on noise: head, trunk and two legs."""
    rng = np.random.default_rng(3)
    scale = side_px / 112.0
    points = np.full((LANDMARK_COUNT, 2), np.nan)
    x = {Side.LEFT: 60.0, Side.RIGHT: 50.0}
    for side in Side:
        for part, y in (("SHOULDER", 28), ("HIP", 55), ("KNEE", 78), ("ANKLE", 98), ("HEEL", 103)):
            points[Landmark[f"{side.name}_{part}"]] = x[side], y
        points[Landmark[f"{side.name}_BIG_TOE"]] = x[side] + 9, 103
    points[Landmark.NOSE] = 57, 14
    mask = np.zeros((side_px, side_px), np.bool_)
    mask[round(8 * scale) : round(106 * scale), round(44 * scale) : round(68 * scale)] = True
    return Clip(
        window=Window(0, view, 1.0, ClipPhase.MID_STANCE, view.near_side),
        frames=rng.integers(0, 256, (frames, side_px, side_px, 3), dtype=np.uint8),
        keypoints_px=np.repeat(scale * points[None], frames, axis=0),
        confidence=np.repeat(np.where(np.isfinite(points[:, 0]), 0.9, 0.0)[None], frames, axis=0),
        mask=np.repeat((mask & has_mask)[None], frames, axis=0),
        has_mask=np.full(frames, has_mask),
        numbers=np.arange(frames) * 2 + 10,
        times_s=1.0 + np.arange(frames) / 30.0,
        squares=np.repeat([[100.0, 50.0, 448.0]], frames, axis=0),
    )


def small_config(*, is_ordinal: bool = False) -> NetworkConfig:
    """A network of two small blocks that reads clips of 8 pictures."""
    sampling = Sampling(frames=8, side_px=SIDE_PX, most_per_pass=5)
    config = config_of("tiny", sampling, is_ordinal=is_ordinal)
    encoder = EncoderSize("test", 2, 48, 3, 96, 16, side_px=SIDE_PX, frames=8)
    return replace(config, encoder=encoder, hidden=16)


def small_network(bias: float = 0.0, *, is_ordinal: bool = False) -> Network:
    """A network that knows nothing; `bias` is added to every logit."""
    torch.manual_seed(7)
    model = ChildGaitModel(small_config(is_ordinal=is_ordinal)).eval()
    with torch.no_grad():
        for head in model.heads.values():
            head.mlp[-1].bias += bias
    return Network("test 1", model, Calibration(), "test network")


def without_points(clip: Clip) -> Clip:
    """A clip of which no body point is known."""
    return replace(
        clip,
        keypoints_px=np.full_like(clip.keypoints_px, np.nan),
        confidence=np.zeros_like(clip.confidence),
    )
