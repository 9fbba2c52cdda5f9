"""Keeping the walking child large and in the middle, as a camera that follows would."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.ndimage import gaussian_filter1d

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import Item, Region
from gaitdesk.ui.viewer.framing import MOST_ZOOM, Framing

# The picture glides rather than bobs with each step.
_GLIDE_S = 0.3
_SIZE_GLIDE_S = 0.8
# From the shoulders to the heels is so much of a child's height.
_SHOULDER_SHARE = 0.8
_LEG_REGIONS = frozenset({Region.FOOT_ANKLE, Region.KNEE})


class Cut(StrEnum):
    """How much of the body fills the pane."""

    BODY = "body"
    LEGS = "legs"


_HEIGHTS = {Cut.BODY: 1.35, Cut.LEGS: 0.85}
"""Height of the pane in body heights."""
_BELOW_HIPS = {Cut.BODY: 0.02, Cut.LEGS: 0.33}
"""The middle of the pane lies so far below the hips, in body heights."""


def cut_for(item: Item) -> Cut:
    """What an item is read from."""
    return Cut.LEGS if item.region in _LEG_REGIONS else Cut.BODY


@dataclass(frozen=True, slots=True, eq=False)
class Whereabouts:
    """Where the child is in every frame of a film, smoothed.

    Attributes:
        hips_px: Middle of the hips, shape (frames, 2).
        height_px: Height of the body, shape (frames,).
    """

    hips_px: FloatArray
    height_px: FloatArray

    def framing(
        self,
        frame: int,
        cut: Cut,
        size: tuple[int, int],
        pane: tuple[float, float],
        covered: float = 0.0,
    ) -> Framing:
        """The framing that shows the child, never wider than the whole picture.

        Args:
            frame: The frame, from 0.
            cut: How much of the body is shown.
            size: Width and height of the picture, pixels.
            pane: Width and height of the pane, screen points.
            covered: So much along its upper edge words cover; the child is kept below.
        """
        whole = Framing.fitting(size, pane)
        shown_px = _HEIGHTS[cut] * float(self.height_px[frame])
        seen = max(1.0, pane[1] - covered)
        # For the sake of words no edge of the pane is left empty that the picture would fill.
        filling = min(pane[0] / size[0], pane[1] / shown_px)
        scale = min(max(seen / shown_px, filling, whole.scale), MOST_ZOOM)
        x, y = (float(place) for place in self.hips_px[frame])
        y += _BELOW_HIPS[cut] * float(self.height_px[frame])
        framing = Framing(scale, pane[0] / 2.0 - scale * x, covered + seen / 2.0 - scale * y)
        return framing.held(size, pane)


def whereabouts(film: FilmAnalysis) -> Whereabouts | None:
    """Where the child is in every frame; None where nobody was found."""
    points = film.pose.points_px
    hips = points[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
    heights = _heights_px(points)
    is_known = np.isfinite(hips).all(axis=1) & np.isfinite(heights) & (heights > 4.0)
    if is_known.sum() < 2:
        return None
    times_s = film.video.times_s
    gap_s = 1.0 / (film.video.fps or 30.0)
    paths = [
        _smooth(values, is_known, times_s, glide_s / gap_s)
        for values, glide_s in (
            (hips[:, 0], _GLIDE_S),
            (hips[:, 1], _GLIDE_S),
            (heights, _SIZE_GLIDE_S),
        )
    ]
    return Whereabouts(np.stack(paths[:2], axis=1), paths[2])


def _heights_px(points_px: FloatArray) -> FloatArray:
    """Height of the body by trunk, thigh and shank of the longer leg, shape (frames,)."""
    shoulders = points_px[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=1)
    hips = points_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
    trunk = np.linalg.norm(shoulders - hips, axis=1)
    legs = [
        np.linalg.norm(points_px[:, hip] - points_px[:, knee], axis=1)
        + np.linalg.norm(points_px[:, knee] - points_px[:, ankle], axis=1)
        for hip, knee, ankle in (
            (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
            (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
        )
    ]
    longer = np.fmax(legs[0], legs[1])
    return np.asarray((trunk + longer) / _SHOULDER_SHARE)


def _smooth(
    values: FloatArray, is_known: BoolArray, times_s: FloatArray, width: float
) -> FloatArray:
    filled = np.interp(times_s, times_s[is_known], values[is_known])
    return np.asarray(gaussian_filter1d(filled, width, mode="nearest"))
