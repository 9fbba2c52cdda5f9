"""What moves in a film, kept small: by it a film is known again, renamed, cut or coded anew."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from gaitdesk.domain.arrays import FloatArray, Image, IntArray
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import tr
from gaitdesk.media.output import atomic_write
from gaitdesk.media.video import VideoReader

RATE_HZ = 10.0
GRID = (36, 64)
"""Rows and columns of a print's pictures."""

SAME_FILM = 0.75
"""From this likeness on two films are taken to show the same walk.

Source:
    Six films, four of them phantoms, coded anew at half the size, at 12 and 25 frames a second,
    darkened, and cut by a second: 0.83 and above. Four phantoms in one room before one camera, and
    films of different rooms: 0.65 and below.
"""

FORM = 1
SUFFIX = ".print.npz"
_LEAST_S = 1.5
_LEAST_SHARE = 0.5
_LONGEST_S = 60.0
_STILL = 0.05
_COARSE = 1.5
"""Squares over which a picture is smoothed to see what is not: outlines tell more than bulk."""


@dataclass(frozen=True, slots=True, eq=False)
class FilmPrint:
    """The moving part of a film in a few grey squares, ten times a second.

    Attributes:
        moving: What differs from the picture that stands behind, shape (moments, rows * columns).
    """

    moving: npt.NDArray[np.int8]

    @property
    def is_still(self) -> bool:
        """Whether nothing moves, so that the film is like no other."""
        return float(np.abs(self.moving.astype(np.float64)).mean()) < _STILL


def print_of(video: Video) -> Job[FilmPrint]:
    """The print of a film; of a long one, of its first minute.

    Yields:
        One event a moment.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
    """
    moments = moments_of(video)
    wanted = set(moments.tolist())
    small: dict[int, FloatArray] = {}
    with VideoReader(video) as reader:
        for number, image in reader.frames(0, int(moments[-1]) + 1):
            if number in wanted:
                small[number] = squares_of(image)
                yield Progress(
                    len(small), len(wanted), tr("Reading {name}").format(name=video.path.name)
                )
    return print_of_squares(np.stack([small[int(number)] for number in moments]))


def moments_of(video: Video) -> IntArray:
    """Frames a print is made of, ten a second; the same frame twice where a film has fewer."""
    last = min(video.duration_s, _LONGEST_S)
    wanted = np.arange(0.0, last + 0.5 / RATE_HZ, 1.0 / RATE_HZ)
    return np.array([video.frame_at(float(time)) for time in wanted], np.int64)


def squares_of(image: Image) -> FloatArray:
    """A picture as grey squares, shape (rows, columns)."""
    rows, columns = GRID
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA), np.float64)


def print_of_squares(squares: FloatArray) -> FilmPrint:
    """The print of grey squares, shape (moments, rows, columns)."""
    moving = squares - np.median(squares, axis=0)
    # A camera that adapts to the light changes all squares alike.
    moving -= np.median(moving, axis=(1, 2), keepdims=True)
    moving -= np.stack([cv2.GaussianBlur(one, (0, 0), _COARSE) for one in moving])
    return FilmPrint(np.clip(np.round(moving), -127, 127).astype(np.int8).reshape(len(moving), -1))


def likeness(first: FilmPrint, second: FilmPrint) -> float:
    """How much two films show the same movement, at most 1; wherever one begins in the other.

    Correlation of what moves, at the shift in time at which it is greatest; the films must share
    half of the shorter one. 0 where nothing moves.
    """
    if first.is_still or second.is_still:
        return 0.0
    a, b = first.moving.astype(np.float64), second.moving.astype(np.float64)
    shorter = min(len(a), len(b))
    least = int(max(min(shorter, _LEAST_S * RATE_HZ), _LEAST_SHARE * shorter))
    pairs = a @ b.T
    a_energy = np.concatenate([[0.0], np.cumsum((a**2).sum(axis=1))])
    b_energy = np.concatenate([[0.0], np.cumsum((b**2).sum(axis=1))])
    best = 0.0
    for shift in range(least - len(a), len(b) - least + 1):
        start, stop = max(0, -shift), min(len(a), len(b) - shift)
        power = (a_energy[stop] - a_energy[start]) * (
            b_energy[stop + shift] - b_energy[start + shift]
        )
        if power > 0:
            best = max(best, float(np.trace(pairs, shift)) / float(np.sqrt(power)))
    return best


def save_print(path: Path, held: FilmPrint) -> None:
    """Keep a print.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take it.
    """
    with atomic_write(path) as draft, draft.open("wb") as file:
        np.savez_compressed(
            file, allow_pickle=False, form=np.array(FORM, np.int64), moving=held.moving
        )


def load_print(path: Path) -> FilmPrint | None:
    """A print that was kept; None where there is none, or one of another form."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if int(held["form"]) != FORM or held["moving"].ndim != 2:
                return None
            return FilmPrint(held["moving"].astype(np.int8))
    except (OSError, EOFError, KeyError, ValueError, TypeError, zipfile.BadZipFile):
        return None
