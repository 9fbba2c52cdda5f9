"""Clips cut out of a film while it is read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from gaitdesk.childgait.clips import Clip, Sampling, Window
from gaitdesk.childgait.framing import squares_of
from gaitdesk.childgait.windows import find_windows
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader


def frame_numbers(times_s: FloatArray, centre_s: float, sampling: Sampling) -> IntArray:
    """Frames of a film nearest to the even times of a clip, shape (T,).

    Args:
        times_s: Presentation time of each frame, ascending; they may be uneven.
        centre_s: Middle of the clip.
        sampling: How clips are cut.
    """
    wanted = centre_s + (np.arange(sampling.frames) - (sampling.frames - 1) / 2) / sampling.rate_hz
    after = np.clip(np.searchsorted(times_s, wanted), 1, len(times_s) - 1)
    is_nearer_before = wanted - times_s[after - 1] <= times_s[after] - wanted
    return np.asarray(np.where(is_nearer_before, after - 1, after), np.int64)


def clips_of(
    reader: VideoReader, film: FilmAnalysis, windows: Sequence[Window], sampling: Sampling
) -> Iterator[Clip]:
    """Clips of one film in the order of time, cut while the film is read once.

    Only pictures of clips under way are held.

    Args:
        reader: Of that film.
        film: The film with passes, body points and mask.
        windows: Where to cut, all of this film.
        sampling: How clips are cut.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
    """
    squares = squares_of(film, sampling.subject_share)
    pending = planned(film, windows, squares, sampling)
    cut: dict[int, _Cut] = {}
    for start, stop in _runs([numbers for _, numbers in pending]):
        wanted = {int(n) for _, numbers in pending for n in numbers if start <= n < stop}
        for number, image in reader.frames(start, stop):
            if number not in wanted:
                continue
            cut[number] = _cut(image, film, number, squares[number], sampling.side_px)
            while pending and int(pending[0][1][-1]) <= number:
                window, numbers = pending.pop(0)
                yield _joined(window, film, numbers, squares[numbers], cut)
            oldest = min((int(numbers[0]) for _, numbers in pending), default=number + 1)
            for old in [held for held in cut if held < oldest]:
                del cut[old]


def planned(
    film: FilmAnalysis, windows: Sequence[Window], squares: FloatArray, sampling: Sampling
) -> list[tuple[Window, IntArray]]:
    """Clips that can be cut out of a film, and their frames, in the order of time.

    Args:
        film: The film.
        windows: Where to cut.
        squares: See `squares_of`; a clip of frames without one cannot be cut.
        sampling: How clips are cut.
    """
    found = []
    for window in sorted(windows, key=lambda one: one.centre_s):
        numbers = frame_numbers(film.video.times_s, window.centre_s, sampling)
        if np.isfinite(squares[numbers]).all():
            found.append((window, numbers))
    return found


def cut_clips(film: FilmAnalysis, index: int, sampling: Sampling) -> Job[tuple[Clip, ...]]:
    """All clips of a film, held at once: about 3 MB for 16 frames at 224 x 224.

    Yields:
        One step a clip.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
    """
    windows = find_windows(film, index, sampling)
    clips: list[Clip] = []
    with VideoReader(film.video) as reader:
        for clip in clips_of(reader, film, windows, sampling):
            clips.append(clip)
            yield Progress(len(clips), len(windows), tr("Cutting clips"))
    return tuple(clips)


_Cut = tuple[Image, BoolArray, bool]
"""One picture, its mask, and whether the film had one."""

# Frames between two clips that are read rather than jumped over.
_SHORT_GAP = 60


def _runs(needed: Sequence[IntArray]) -> list[tuple[int, int]]:
    """Stretches of a film that hold all frames needed: first, and one past the last."""
    runs: list[tuple[int, int]] = []
    for number in sorted({int(n) for numbers in needed for n in numbers}):
        if runs and number - runs[-1][1] <= _SHORT_GAP:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs


def _cut(image: Image, film: FilmAnalysis, number: int, square: FloatArray, side_px: int) -> _Cut:
    left, top, side = (int(value) for value in square)
    picture = resized(cropped(image, left, top, side), side_px)
    held = None if film.mask is None else film.mask.frames[number]
    if held is None:
        return picture, np.zeros((side_px, side_px), np.bool_), False
    mask = resized(_cropped_mask(held, left, top, side), side_px) > 127
    return picture, mask, True


def cropped(image: Image, left: int, top: int, side: int) -> Image:
    """A square of a picture; what lies outside repeats the picture's edge."""
    height, width = image.shape[:2]
    if min(left, top) >= 0 and left + side <= width and top + side <= height:
        return image[top : top + side, left : left + side]
    rows = np.clip(np.arange(top, top + side), 0, height - 1)
    columns = np.clip(np.arange(left, left + side), 0, width - 1)
    return np.asarray(image[rows[:, None], columns])


def resized(image: Image, side_px: int) -> Image:
    """A square picture in another size: averaged when it shrinks, cubic when it grows."""
    if image.shape[0] == side_px:
        return image
    method = cv2.INTER_AREA if image.shape[0] > side_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (side_px, side_px), interpolation=method), np.uint8)


def _cropped_mask(held: FrameMask, left: int, top: int, side: int) -> Image:
    """A square of a mask as 0 and 255; nobody is outside the picture."""
    square = np.zeros((side, side), np.uint8)
    x0, x1 = max(left, held.left), min(left + side, held.left + held.width)
    y0, y1 = max(top, held.top), min(top + side, held.top + held.height)
    if x0 < x1 and y0 < y1:
        box = held.box()[y0 - held.top : y1 - held.top, x0 - held.left : x1 - held.left]
        square[y0 - top : y1 - top, x0 - left : x1 - left] = 255 * box.astype(np.uint8)
    return square


def _joined(
    window: Window,
    film: FilmAnalysis,
    numbers: IntArray,
    squares: FloatArray,
    cut: dict[int, _Cut],
) -> Clip:
    parts = [cut[int(number)] for number in numbers]
    frames = np.stack([picture for picture, _, _ in parts])
    # Pixels are squares whose middles have whole numbers, before and after the change of size.
    scale = frames.shape[1] / squares[:, 2]
    corner = squares[:, None, :2] - 0.5
    points = (film.pose.points_px[numbers] - corner) * scale[:, None, None] - 0.5
    return Clip(
        window=window,
        frames=frames,
        keypoints_px=points,
        confidence=film.pose.confidence[numbers],
        mask=np.stack([mask for _, mask, _ in parts]),
        has_mask=np.array([has for _, _, has in parts]),
        numbers=numbers,
        times_s=film.video.times_s[numbers],
        squares=squares,
    )
