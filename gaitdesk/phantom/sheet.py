"""The contact sheet: every pattern in both views, at the moments a rater looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.shapes import Colour, Label, Point
from gaitdesk.i18n import in_english, tr
from gaitdesk.media.paint import paint
from gaitdesk.phantom.body import Figure
from gaitdesk.phantom.camera import Camera
from gaitdesk.phantom.render import Actor, Shot, frames
from gaitdesk.phantom.rooms import Backdrop, Room, backdrop
from gaitdesk.phantom.skeleton import Motion, at_times, turned_round
from gaitdesk.phantom.walker import Walk

_WIDTH, _HEIGHT = 190, 300
_CAPTION, _GAP = 26, 6
_DISTANCE_M = 4.2
_LENS_M = 0.6
_WHITE = Colour(255, 255, 255)
_SIDE, _FRONT, _KNEES, _HEELS = range(4)
_PAN_DEG = {_SIDE: 90.0, _FRONT: 180.0, _KNEES: 180.0, _HEELS: 0.0}
_SEEN = {_SIDE: (0.5, 1.22), _FRONT: (0.5, 1.22), _KNEES: (0.21, 0.62), _HEELS: (0.15, 0.50)}
"""Of the child's height: the height looked at, and how much of it fills the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One pattern on the sheet.

    Attributes:
        caption: Its name, for people.
        figure: The child's body.
        walk: How it walks.
        side: The limb to be looked at.
    """

    caption: str
    figure: Figure
    walk: Walk
    side: Side


def contact_sheet(panels: Sequence[Panel], room: Room, *, columns: int = 2) -> Job[Image]:
    """A picture of all panels: seven stills each.

    From the side: initial contact, mid-stance, late stance and swing of the limb looked at; then
    its mid-stance from the front, the kneecaps, and the heels from behind.

    Yields:
        One event a panel.
    """
    tallest = max(panel.figure.build.height for panel in panels)
    cameras = {view: _camera(tallest, view) for view in _PAN_DEG}
    views = {view: (camera, backdrop(room, camera)) for view, camera in cameras.items()}
    cells = []
    for done, panel in enumerate(panels):
        cells.append(_row(panel, room, views))
        yield Progress(done + 1, len(panels), tr("Drawing the contact sheet"))
    height, width = cells[0].shape[:2]
    rows = -(-len(cells) // columns)
    sheet: Image = np.full(
        (rows * (height + _GAP) + _GAP, columns * (width + 2 * _GAP), 3), 255, np.uint8
    )
    for index, cell in enumerate(cells):
        # Down the first column, then the next, as a list is read.
        row, column = index % rows, index // rows
        top, left = _GAP + row * (height + _GAP), _GAP + column * (width + 2 * _GAP)
        sheet[top : top + height, left : left + width] = cell
    return sheet


@in_english()
def _row(panel: Panel, room: Room, views: dict[int, tuple[Camera, Backdrop]]) -> Image:
    strides = panel.walk.plan.strides[panel.side]
    middle = panel.walk.motion.times_s[-1] / 2
    stride = min(strides, key=lambda one: abs(one.mid_stance_s - middle))
    length = stride.duration_s
    from_side = [
        (tr("contact"), stride.start_s + 0.01 * length),
        (tr("mid-stance"), stride.mid_stance_s),
        (tr("late stance"), stride.start_s + 0.48 * length),
        (tr("swing"), stride.start_s + 0.73 * length),
    ]
    motion = panel.walk.motion
    # The limb looked at is the one near the camera.
    near = motion if panel.side is Side.RIGHT else turned_round(motion)
    moments = [(near, time_s, _SIDE) for _, time_s in from_side]
    moments += [(motion, stride.mid_stance_s, view) for view in (_FRONT, _KNEES, _HEELS)]
    stills = [
        _still(panel.figure, walked, room, time_s, views[view]) for walked, time_s, view in moments
    ]
    names = [name for name, _ in from_side] + [tr("from the front"), tr("kneecaps"), tr("heels")]
    gap = np.full((_HEIGHT, 2, 3), 255, np.uint8)
    strip = np.concatenate([part for still in stills for part in (still, gap)][:-1], axis=1)
    head = np.full((_CAPTION, strip.shape[1], 3), 255, np.uint8)
    whole = np.concatenate([head, strip])
    labels = [Label(Point(8.0, 13.0), panel.caption, _WHITE)]
    labels += [
        Label(Point(index * (_WIDTH + 2) + 6.0, _CAPTION + _HEIGHT - 12.0), name, _WHITE)
        for index, name in enumerate(names)
    ]
    return paint(whole, labels)


def _camera(height_m: float, view: int) -> Camera:
    pan_deg = _PAN_DEG[view]
    pan = np.deg2rad(pan_deg)
    aim, span = (share * height_m for share in _SEEN[view])
    return Camera(
        (float(-_DISTANCE_M * np.cos(pan)), float(-_DISTANCE_M * np.sin(pan)), _LENS_M),
        pan_deg,
        tilt_deg=float(np.rad2deg(np.arctan2(aim - _LENS_M, _DISTANCE_M))),
        focal_px=_HEIGHT * _DISTANCE_M / span,
        width=_WIDTH,
        height=_HEIGHT,
    )


def _still(
    figure: Figure, motion: Motion, room: Room, time_s: float, behind: tuple[Camera, Backdrop]
) -> Image:
    x, y, _ = at_times(motion, np.array([time_s])).origins_m[0, 0]
    centred = Motion(
        motion.build, motion.times_s, motion.origins_m - np.array([x, y, 0.0]), motion.rotations
    )
    camera, backdrop_seen = behind
    shot = Shot(fps=60, start_s=time_s, duration_s=1 / 60, shutter=0.0, noise=0.0)
    still = next(frames([Actor(figure, centred)], camera, backdrop_seen, room.light, shot))
    return still.image
