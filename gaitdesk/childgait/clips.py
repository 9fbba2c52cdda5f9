"""Short person-centred clips cut out of a film: what the network looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest

import cv2
import numpy as np

from gaitdesk.childgait.framing import squares_of
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import MIRRORED, Plane, Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, Image, IntArray
from gaitdesk.domain.gait import EventKind, Pass
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import View
from gaitdesk.i18n import tr
from gaitdesk.media.video import VideoReader

CLIP_LENGTHS = (8, 16, 32)
LEAST_PASS_CONFIDENCE = 0.5
"""Passes seen from farther aside than this stands for are not what networks are trained on."""

LONGEST_PHASE_S = 1.5
"""A foot that stays on or off the ground for longer was missed leaving or meeting it."""

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


def find_windows(film: FilmAnalysis, index: int, sampling: Sampling) -> tuple[Window, ...]:
    """Where to cut clips out of a film: at known moments of the gait cycle, and evenly.

    In a side view only moments of the limb near the camera count. A window never leaves the part
    of its pass that shows the whole child; one that would by little is moved inside.

    Args:
        film: The film with its passes and events.
        index: Its index in the analysis.
        sampling: How clips are cut.

    Returns:
        Windows in the order of time.
    """
    found: list[Window] = []
    for one in film.passes:
        if one.confidence < LEAST_PASS_CONFIDENCE:
            continue
        first, last = (float(film.video.times_s[number]) for number in _whole(film, one))
        half = sampling.duration_s / 2.0
        slack = 0.5 / sampling.rate_hz
        if last - first < sampling.duration_s - slack:
            continue
        lowest, highest = (
            min(first + half, (first + last) / 2),
            max(last - half, (first + last) / 2),
        )
        own: list[Window] = []
        for phase, side, time_s in _moments(film, one):
            moved = min(max(time_s, lowest), highest)
            if phase in sampling.phases and abs(moved - time_s) <= half / 2:
                own.append(Window(index, one.view, moved, phase, side))
        if sampling.hop:
            steps = int((highest - lowest) * sampling.rate_hz / sampling.hop + 1e-6)
            spare = (highest - lowest) - steps * sampling.hop / sampling.rate_hz
            own += [
                Window(index, one.view, lowest + spare / 2 + k * sampling.hop / sampling.rate_hz)
                for k in range(steps + 1)
            ]
        found += _thinned(own, sampling)
    return tuple(sorted(found, key=lambda window: window.centre_s))


def _whole(film: FilmAnalysis, one: Pass) -> tuple[int, int]:
    """First and last frame of a pass in which the child is not cut off by the picture's edge.

    In a side view the child comes in and goes out at the sides, in front of a camera its feet
    leave the picture last. Where that is so all the time, nothing better can be had.
    """
    if film.mask is None:
        return one.first_frame, one.last_frame
    left, _, right, bottom = film.mask.boxes_px()[one.first_frame : one.last_frame + 1].T
    if one.view.plane is Plane.SAGITTAL:
        is_cut = (left <= 1) | (right >= film.video.width - 1)
    else:
        is_cut = bottom >= film.video.height - 1
    whole = np.flatnonzero(~is_cut)
    if not len(whole):
        return one.first_frame, one.last_frame
    return one.first_frame + int(whole[0]), one.first_frame + int(whole[-1])


def _moments(film: FilmAnalysis, one: Pass) -> Iterator[tuple[ClipPhase, Side, float]]:
    """Moments of the gait cycle inside a pass: what, whose, when."""
    near = one.view.near_side
    for side in Side if near is None else (near,):
        own = sorted(
            (
                event
                for event in film.events
                if event.side is side and one.first_frame <= event.frame <= one.last_frame
            ),
            key=lambda event: event.time_s,
        )
        for event, later in zip_longest(own, own[1:]):
            is_contact = event.kind is EventKind.INITIAL_CONTACT
            yield (
                (ClipPhase.INITIAL_CONTACT if is_contact else ClipPhase.FOOT_OFF),
                side,
                event.time_s,
            )
            if (
                later is not None
                and later.kind is not event.kind
                and later.time_s - event.time_s < LONGEST_PHASE_S
            ):
                middle = ClipPhase.MID_STANCE if is_contact else ClipPhase.MID_SWING
                yield middle, side, (event.time_s + later.time_s) / 2.0


def _thinned(windows: Sequence[Window], sampling: Sampling) -> list[Window]:
    """Windows of one pass without near twins, at most as many as the sampling allows.

    A moment of the gait cycle is worth more than an even place in time.
    """
    kept: list[Window] = []
    closest = 1.0 / sampling.rate_hz
    for window in sorted(windows, key=lambda one: one.phase is ClipPhase.UNIFORM):
        if all(abs(window.centre_s - other.centre_s) >= closest for other in kept):
            kept.append(window)
    kept.sort(key=lambda one: one.centre_s)
    if sampling.most_per_pass and len(kept) > sampling.most_per_pass:
        picks = np.linspace(0, len(kept) - 1, sampling.most_per_pass).round().astype(int)
        kept = [kept[pick] for pick in picks]
    return kept


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
    pending = sorted(
        (
            (window, numbers)
            for window in windows
            if np.isfinite(
                squares[numbers := frame_numbers(film.video.times_s, window.centre_s, sampling)]
            ).all()
        ),
        key=lambda planned: planned[0].centre_s,
    )
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
