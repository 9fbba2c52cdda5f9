"""Stills of the deciding frames: cut around the child, overlaid, with the face hidden."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.evgs import Cell, Evidence, Item, Region, Score, State
from gaitdesk.domain.gait import Variable
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.gait.overlay import joint_angles
from gaitdesk.i18n import tr
from gaitdesk.media.paint import paint
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.overlay import line_scale, skeleton
from gaitdesk.report.answers import shown_proposal
from gaitdesk.report.masking import hide_heads

WIDTH_PX, HEIGHT_PX = 720, 504
"""Size of a still; one shape for all, so that left and right can be compared."""

_SHOWN_ANGLE = {
    Item.STANCE_DORSIFLEXION: Variable.ANKLE_DORSIFLEXION,
    Item.SWING_DORSIFLEXION: Variable.ANKLE_DORSIFLEXION,
    Item.STANCE_KNEE_EXTENSION: Variable.KNEE_FLEXION,
    Item.TERMINAL_SWING_KNEE: Variable.KNEE_FLEXION,
    Item.SWING_KNEE_FLEXION: Variable.KNEE_FLEXION,
    Item.STANCE_HIP_EXTENSION: Variable.HIP_FLEXION,
    Item.SWING_HIP_FLEXION: Variable.HIP_FLEXION,
}
"""The joint angle drawn into an item's still."""

_LEG_REGIONS = frozenset({Region.FOOT_ANKLE, Region.KNEE})
# Height of the cut in body heights (head to heel): the legs from the hips down, or all of it.
_LEG_CUT, _BODY_CUT = 0.74, 1.22
# Large enough to be read when three rows of stills share a page.
_ANGLE_SCALE = 2.3
# From the shoulders to the floor is so much of a child's height.
_SHOULDER_SHARE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """The deciding frame of one item of one limb.

    Attributes:
        side, item: Whose.
        film, frame, time_s: Where it stands, film and frame from 0.
        picture: RGB with overlay, faces hidden.
        is_scored: Whether the item has a score; otherwise the reviewer decides.
    """

    side: Side
    item: Item
    film: int
    frame: int
    time_s: float
    picture: Image
    is_scored: bool


def collect_stills(analysis: Analysis) -> Job[dict[Cell, Still]]:
    """Stills of all items that are not normal, and of those the reviewer must decide.

    Yields:
        One step a still.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
    """
    wanted = _wanted(analysis)
    stills: dict[Cell, Still] = {}
    for number, film in enumerate(analysis.films):
        here = sorted(
            (evidence.frame, cell)
            for cell, evidence in wanted.items()
            if evidence.film == number and 0 <= evidence.frame < film.video.frame_count
        )
        if not here:
            continue
        with VideoReader(film.video) as video:
            for frame, cell in here:
                yield Progress(len(stills), len(wanted), tr("Taking stills"))
                side, item = cell
                held = analysis.scoresheet.cells[cell]
                proposal = shown_proposal(held)
                measure = proposal.measure if proposal is not None else None
                picture = still_picture(film, video.frame(frame), frame, cell, measure)
                is_scored = held.state is State.SCORED
                time_s = float(film.video.times_s[frame])
                stills[cell] = Still(side, item, number, frame, time_s, picture, is_scored)
    return stills


def _wanted(analysis: Analysis) -> dict[Cell, Evidence]:
    wanted = {}
    for cell, held in analysis.scoresheet.cells.items():
        proposal = shown_proposal(held)
        if proposal is None or proposal.evidence is None:
            continue
        if held.score is Score.NORMAL or held.state is State.NOT_SCORABLE:
            continue
        if proposal.evidence.film < len(analysis.films):
            wanted[cell] = proposal.evidence
    return wanted


def still_picture(
    film: FilmAnalysis, image: Image, frame: int, cell: Cell, measure: Measure | None = None
) -> Image:
    """One frame with faces hidden, skeleton and the measured angle, cut to what the item shows.

    Args:
        film: What was found in the film.
        image: The picture.
        frame: Its number, from 0.
        cell: Limb and item; the limb is drawn thicker.
        measure: What the item was judged by.
    """
    side, item = cell
    points = film.pose.points_px[frame]
    mask = film.mask.frames[frame] if film.mask is not None else None
    hidden = hide_heads(image, points, mask, is_alone=film.people == 1)
    left, top, width, height = _cut(film, frame, item)
    picture = _cut_out(hidden, left, top, width, height)
    moved = (points - np.array([left, top])) * (WIDTH_PX / width)
    scale = line_scale(HEIGHT_PX)
    shapes = skeleton(moved, film.pose.confidence[frame], side, scale)
    if item in _SHOWN_ANGLE and measure is not None and measure.unit is Unit.DEGREE:
        angles = {_SHOWN_ANGLE[item]: measure.value} if np.isfinite(measure.value) else {}
        shapes += joint_angles(moved, angles, side, _ANGLE_SCALE * scale)
    return paint(picture, shapes)


def _cut(film: FilmAnalysis, frame: int, item: Item) -> tuple[float, float, float, float]:
    """Left, top, width and height of the cut, in pixels of the picture.

    The cut's size follows the body's size in that frame, so that the child is equally large in
    every still.
    """
    points = film.pose.points_px[frame]
    hips = points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    body_px = _body_height(points)
    if not np.isfinite(body_px) or not np.isfinite(hips).all():
        height = float(film.video.height)
        width = height * WIDTH_PX / HEIGHT_PX
        return (film.video.width - width) / 2, 0.0, width, height
    is_leg = item.region in _LEG_REGIONS
    height = (_LEG_CUT if is_leg else _BODY_CUT) * body_px
    width = height * WIDTH_PX / HEIGHT_PX
    above = 0.1 * body_px if is_leg else 0.62 * body_px
    return float(hips[0]) - width / 2, float(hips[1]) - above, width, height


def _body_height(points_px: FloatArray) -> float:
    """Head to heel, pixels, from trunk, thigh and shank of the limb that is known."""
    trunk = points_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
    hips = points_px[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    legs = []
    for side in ("LEFT", "RIGHT"):
        hip, knee, ankle = (
            points_px[Landmark[f"{side}_{part}"]] for part in ("HIP", "KNEE", "ANKLE")
        )
        legs.append(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle))
    known = [leg for leg in legs if np.isfinite(leg)]
    if not known:
        return float("nan")
    return float((np.linalg.norm(trunk - hips) + max(known)) / _SHOULDER_SHARE)


def _cut_out(image: Image, left: float, top: float, width: float, height: float) -> Image:
    """The cut at the still's size; grey where it reaches past the picture."""
    zoom_x, zoom_y = WIDTH_PX / width, HEIGHT_PX / height
    move = np.array([[zoom_x, 0.0, -left * zoom_x], [0.0, zoom_y, -top * zoom_y]])
    return cv2.warpAffine(
        image,
        move,
        (WIDTH_PX, HEIGHT_PX),
        flags=cv2.INTER_AREA if zoom_x < 1 else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(200, 204, 207),
    ).astype(np.uint8)
