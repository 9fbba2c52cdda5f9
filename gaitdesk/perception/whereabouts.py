"""Where people are between the frames in which everyone was looked for."""

from __future__ import annotations

import math

import numpy as np

from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.perception.model import Region
from gaitdesk.perception.track import Trail

ASTRAY_BODIES = 0.4
ASTRAY_SIZE = 1.6


def expected_regions(trails: list[Trail], frames: int, beyond: int) -> list[Region | None]:
    """Where one person is in every frame, between and just beyond their sightings.

    Args:
        trails: The person's trails.
        frames: Number of frames of the film.
        beyond: Frames before the first and after the last sighting in which they may be there.

    Returns:
        One region a frame, None where the person is away.
    """
    expected: list[Region | None] = [None] * frames
    for trail in trails:
        seen_at = np.array([each.frame for each in trail.sightings])
        regions = [each.pose.region for each in trail.sightings]
        values = np.array([(each.x, each.y, each.size) for each in regions])
        first = max(0, int(seen_at[0]) - beyond)
        last = min(frames - 1, int(seen_at[-1]) + beyond)
        for frame in range(first, last + 1):
            x, y, size = _between(frame, seen_at, values)
            turn_rad = regions[int(np.abs(seen_at - frame).argmin())].turn_rad
            expected[frame] = Region(x, y, size, turn_rad)
    return expected


def agree(region: Region, expected: Region) -> bool:
    """Whether a region is where, and about as large as, it is expected."""
    apart = math.hypot(region.x - expected.x, region.y - expected.y)
    larger = max(region.size, expected.size) / max(min(region.size, expected.size), 1.0)
    return apart < ASTRAY_BODIES * expected.body_px and larger < ASTRAY_SIZE


def _between(frame: int, seen_at: IntArray, values: FloatArray) -> tuple[float, float, float]:
    """Place and size at a frame: linear between sightings, and on as it went beyond them."""
    x, y, size = (float(np.interp(frame, seen_at, column)) for column in values.T)
    if len(seen_at) > 1 and not seen_at[0] <= frame <= seen_at[-1]:
        end, inner = (0, 1) if frame < seen_at[0] else (-1, -2)
        pace = (values[end] - values[inner]) / (seen_at[end] - seen_at[inner])
        x += float(pace[0] * (frame - seen_at[end]))
        y += float(pace[1] * (frame - seen_at[end]))
    return x, y, size
