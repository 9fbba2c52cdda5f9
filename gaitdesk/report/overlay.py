"""`overlay-*.mp4`: a film with mask, skeleton, joint angles, gait events and frame number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.shapes import Colour, Label, Point, Shape
from gaitdesk.gait.instants import Instant, instant_dots, instants_near
from gaitdesk.gait.overlay import (
    angles_at,
    event_rail,
    event_words,
    events_near,
    joint_angles,
    rail_cursor,
)
from gaitdesk.i18n import tr
from gaitdesk.media.paint import paint, paint_mask
from gaitdesk.media.video import VideoReader
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.perception.overlay import (
    LEAST_CONFIDENCE,
    MASK_COLOUR,
    SIDE_COLOURS,
    line_scale,
    skeleton,
)

CODING = Coding(quality=23, preset="ultrafast")
"""Sharp enough to judge a foot by, at half the time and twice the size of "superfast"."""

_TINT_SHARE = 0.25
_WORDS_COLOUR = Colour(255, 255, 255)
_LETTERS_PX = 18.0
_WORDS_X = 112.0
_FRAMES_A_STEP = 10


def overlay_film(
    film: FilmAnalysis, reader: VideoReader, path: Path, instants: Sequence[Instant] = ()
) -> Job[Path]:
    """Write a film with everything that was found drawn over it; whole or not at all.

    Args:
        film: What was found.
        reader: The film's pictures.
        path: Where the new film goes, .mp4.
        instants: Mid-stance and mid-swing in this film.

    Yields:
        One step every few frames.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    video = film.video
    total = video.frame_count
    said = tr("Drawing over {name}").format(name=video.path.name)
    fixed = _fixed_shapes(film, instants)
    with FilmWriter(path, video.fps or 30.0, coding=CODING) as writer:
        for frame, image in reader.frames():
            if frame % _FRAMES_A_STEP == 0:
                yield Progress(frame, total, said)
            drawn = draw_frame(film, frame, image, fixed, instants)
            writer.write(drawn, float(video.times_s[frame]))
        yield Progress(total, total, said)
    return path


def draw_frame(
    film: FilmAnalysis,
    frame: int,
    image: Image,
    fixed: tuple[Shape, ...] | None = None,
    instants: Sequence[Instant] = (),
) -> Image:
    """One picture with everything that was found in it.

    Args:
        film: What was found.
        frame: Number of the picture, from 0.
        image: The picture; it is drawn on.
        fixed: Shapes that are the same in every frame, where the caller has them at hand.
        instants: Mid-stance and mid-swing in this film.
    """
    scale = line_scale(film.video.height)
    if film.mask is not None and film.mask.frames[frame] is not None:
        paint_mask(image, film.mask.at(frame), MASK_COLOUR, _TINT_SHARE, 1.5 * scale)
    moving = tuple(_moving_shapes(film, frame, instants))
    return paint(image, (*moving, *(_fixed_shapes(film, instants) if fixed is None else fixed)))


def _moving_shapes(film: FilmAnalysis, frame: int, instants: Sequence[Instant]) -> Iterator[Shape]:
    video = film.video
    scale = line_scale(video.height)
    time_s = float(video.times_s[frame])
    here = next((p for p in film.passes if p.first_frame <= frame <= p.last_frame), None)
    near = here.view.near_side if here is not None else None
    points = film.pose.points_px[frame]
    yield from skeleton(points, film.pose.confidence[frame], near, scale)
    if near is not None:
        # No angle stands at a joint that is not drawn.
        is_sure = film.pose.confidence[frame] >= LEAST_CONFIDENCE
        sure_px = np.where(is_sure[:, None], points, np.nan)
        yield from joint_angles(sure_px, angles_at(film.angles, frame, near), near, scale)
    yield rail_cursor(time_s, video.duration_s, video.width, video.height, scale)
    yield _label(
        tr("Frame {frame} of {frames}   {seconds} s").format(
            frame=frame + 1, frames=video.frame_count, seconds=f"{time_s:.3f}"
        ),
        Point(8 * scale, 22 * scale),
        _WORDS_COLOUR,
        scale,
    )
    for side in Side:
        said = [event_words(e) for e in events_near(film.events, time_s) if e.side is side]
        said += [each.words for each in instants_near(instants, time_s) if each.side is side]
        if said:
            place = Point(_WORDS_X * scale, _row_y(side, scale))
            yield _label(said[0], place, SIDE_COLOURS[side], scale)


def _fixed_shapes(film: FilmAnalysis, instants: Sequence[Instant]) -> tuple[Shape, ...]:
    """The time rails and, above the walk where it hides nobody's feet, the legend."""
    video = film.video
    scale = line_scale(video.height)
    shown = video.duration_s, video.width, video.height, scale
    rails = event_rail(film.events, *shown)
    names = {Side.LEFT: tr("left limb"), Side.RIGHT: tr("right limb")}
    legend = tuple(
        _label(names[side], Point(8 * scale, _row_y(side, scale)), SIDE_COLOURS[side], scale)
        for side in Side
    )
    return (*rails, *instant_dots(instants, *shown), *legend)


def _row_y(side: Side, scale: float) -> float:
    """Height of the line that tells of a limb, under the number of the frame."""
    return (54.0 if side is Side.LEFT else 85.0) * scale


def _label(words: str, place: Point, colour: Colour, scale: float) -> Label:
    return Label(place, words, colour, _LETTERS_PX * scale)
