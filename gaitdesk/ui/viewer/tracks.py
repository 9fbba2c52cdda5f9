"""What the timeline shows of each film, and where on it: all but the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import Correction, JointMove, SideSwap
from gaitdesk.domain.evgs import Cell
from gaitdesk.domain.gait import EventKind, GaitEvent
from gaitdesk.report.answers import shown_proposal
from gaitdesk.ui.viewer.axis import TimeAxis

RULER, HANDLE = 21, 8
"""Heights of the ruler with letters of usual size, screen points, and in it of the playhead's
handle, which stands below the numbers."""
MARKS, THUMBS, LIMB, KEPT, GAP = 15, 28, 15, 3, 7
"""Heights of a track's rows with letters of usual size, screen points: passes and deciding frames,
pictures, a limb, cache."""
THIN = 16
"""Height of the pictures where the films need the room."""
CLOSE = 0.8
"""How much of their height rows keep where there is no room for pictures."""
GUTTER = 62
CORRECTED_REACH = 6
"""So far above the pictures the mark of a correction is taken hold of."""
_EDGE = 10
_SNAP = 6.0
_RULER_WORDS = 62.0
_RULER_STEPS_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Seconds on the axis against screen points, and how high the tracks are.

    Attributes:
        start_s, end_s: What is in view.
        width: Of the widget, screen points.
        thumbs: Height of the small pictures; 0 leaves them out where there is little room.
        text: How large letters are, 1.0 as they come; marks and rows grow with them.
    """

    start_s: float
    end_s: float
    width: float
    thumbs: int = THUMBS
    text: float = 1.0

    def grown(self, points: float) -> float:
        """A length that is `points` where letters have their usual size."""
        return points * self.text

    def _row(self, points: float) -> int:
        return round(self.grown(points) * (1.0 if self.thumbs else CLOSE))

    @property
    def ruler(self) -> int:
        """Height of the numbers along the top."""
        return round(self.grown(RULER))

    @property
    def handle(self) -> int:
        """Height of the playhead's handle, at the foot of the ruler."""
        return round(self.grown(HANDLE))

    @property
    def gutter(self) -> int:
        """Width of the names on the left."""
        return round(self.grown(GUTTER))

    @property
    def marks(self) -> int:
        """Height of the row of passes and deciding frames."""
        return self._row(MARKS)

    @property
    def limb(self) -> int:
        """Height of a limb's row."""
        return self._row(LIMB)

    @property
    def track(self) -> int:
        """Height of a track."""
        return self.marks + self.thumbs + 2 * self.limb + KEPT + self._row(GAP)

    @property
    def kept_top(self) -> int:
        """Upper edge of the strip of frames that are kept, below that of its track."""
        return self.marks + self.thumbs + 2 * self.limb

    def top_of(self, slot: int) -> int:
        """Upper edge of a track."""
        return self.ruler + slot * self.track

    def limb_middle(self, slot: int, side: Side) -> float:
        """Height of the middle of a limb's row."""
        row = 0 if side is Side.LEFT else 1
        return self.top_of(slot) + self.marks + self.thumbs + (row + 0.5) * self.limb

    def track_at(self, y: float, count: int) -> int | None:
        """The track at a height; None on the ruler and below."""
        slot = int((y - self.ruler) // self.track)
        return slot if y >= self.ruler and slot < count else None

    @property
    def points_per_s(self) -> float:
        """Screen points a second."""
        return max(1.0, self.width - self.gutter - _EDGE) / max(1e-6, self.end_s - self.start_s)

    def x(self, time_s: float) -> float:
        """Where a moment lies."""
        return self.gutter + (time_s - self.start_s) * self.points_per_s

    def time_s(self, x: float) -> float:
        """The moment at a place."""
        return self.start_s + (x - self.gutter) / self.points_per_s

    def zoomed(self, factor: float, x: float, whole: tuple[float, float]) -> TimeScale:
        """Closer or wider around a place, within the whole axis."""
        at_s = self.time_s(x)
        shortest_s, longest_s = 0.2, max(0.2, whole[1] - whole[0])
        span_s = min(max((self.end_s - self.start_s) / factor, shortest_s), longest_s)
        share = (at_s - self.start_s) / max(1e-6, self.end_s - self.start_s)
        start_s = at_s - share * span_s
        return replace(self, start_s=start_s, end_s=start_s + span_s).within(whole)

    def moved(self, seconds: float, whole: tuple[float, float]) -> TimeScale:
        """Scrolled, within the whole axis."""
        start_s, end_s = self.start_s + seconds, self.end_s + seconds
        return replace(self, start_s=start_s, end_s=end_s).within(whole)

    def within(self, whole: tuple[float, float]) -> TimeScale:
        """The same span, or less, inside the whole axis."""
        span_s = min(self.end_s - self.start_s, whole[1] - whole[0])
        start_s = min(max(self.start_s, whole[0]), whole[1] - span_s)
        return replace(self, start_s=start_s, end_s=start_s + span_s)

    def ruler_step_s(self) -> float:
        """Seconds between numbers on the ruler, so that they stand well apart."""
        return next(
            (
                step
                for step in _RULER_STEPS_S
                if step * self.points_per_s >= self.grown(_RULER_WORDS)
            ),
            _RULER_STEPS_S[-1],
        )


@dataclass(frozen=True, slots=True)
class Deciding:
    """A frame that decides items.

    Attributes:
        frame: The frame of its film, from 0.
        cells: Which items of which limb it decides.
    """

    frame: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A stretch of a film that was corrected by hand.

    Attributes:
        first_frame, last_frame: The frames it holds in, from 0, both included.
        frame: The frame to go to.
        correction: What was corrected.
    """

    first_frame: int
    last_frame: int
    frame: int
    correction: JointMove | SideSwap


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One film on the timeline.

    Attributes:
        slot: Its place on the axis.
        name: What it is called, short.
        film: What was found in it.
        deciding: Its deciding frames.
        corrected: Where sides were exchanged and joints moved in it.
    """

    slot: int
    name: str
    film: FilmAnalysis
    deciding: tuple[Deciding, ...]
    corrected: tuple[Corrected, ...] = ()

    def stances_s(self, side: Side) -> tuple[tuple[float, float], ...]:
        """Film times between which the foot stands on the ground."""
        own = sorted((e for e in self.film.events if e.side is side), key=lambda e: e.time_s)
        return tuple(
            (first.time_s, second.time_s)
            for first, second in pairwise(own)
            if first.kind is EventKind.INITIAL_CONTACT and second.kind is EventKind.FOOT_OFF
        )

    def swings_s(self, side: Side) -> tuple[tuple[float, float], ...]:
        """Film times between which the foot swings."""
        own = sorted((e for e in self.film.events if e.side is side), key=lambda e: e.time_s)
        return tuple(
            (first.time_s, second.time_s)
            for first, second in pairwise(own)
            if first.kind is EventKind.FOOT_OFF and second.kind is EventKind.INITIAL_CONTACT
        )


def deciding_frames(analysis: Analysis, film: int) -> tuple[Deciding, ...]:
    """Frames of a film that decide items, in order."""
    found: dict[int, list[Cell]] = {}
    for cell, held in analysis.scoresheet.cells.items():
        proposal = shown_proposal(held)
        evidence = None if proposal is None else proposal.evidence
        if evidence is not None and evidence.film == film:
            found.setdefault(evidence.frame, []).append(cell)
    return tuple(Deciding(frame, tuple(cells)) for frame, cells in sorted(found.items()))


def corrected_frames(standing: Iterable[Correction], film: int) -> tuple[Corrected, ...]:
    """Where sides were exchanged and joints moved in a film, in the order they were made in."""
    return tuple(
        Corrected(
            one.first_frame,
            one.last_frame,
            one.frame if isinstance(one, JointMove) else one.first_frame,
            one,
        )
        for one in standing
        if isinstance(one, JointMove | SideSwap) and one.film == film
    )


def event_at(
    tracks: Sequence[Track], axis: TimeAxis, scale: TimeScale, x: float, y: float
) -> tuple[Track, GaitEvent] | None:
    """The gait event drawn at a place, the nearest."""
    best: tuple[float, Track, GaitEvent] | None = None
    for track in tracks:
        for event in track.film.events:
            away = abs(scale.x(axis.to_axis(track.slot, event.time_s)) - x)
            above = abs(scale.limb_middle(track.slot, event.side) - y)
            is_near = away <= scale.grown(7.0) and above <= scale.limb / 2
            if is_near and (best is None or away < best[0]):
                best = away, track, event
    return None if best is None else best[1:]


def deciding_at(
    tracks: Sequence[Track], axis: TimeAxis, scale: TimeScale, x: float, y: float
) -> tuple[Track, Deciding] | None:
    """The deciding frame marked at a place, the nearest."""
    best: tuple[float, Track, Deciding] | None = None
    for track in tracks:
        top = scale.top_of(track.slot)
        if not top <= y < top + scale.marks:
            continue
        for mark in track.deciding:
            away = abs(scale.x(axis.time_of(track.slot, mark.frame)) - x)
            if away <= scale.grown(6.0) and (best is None or away < best[0]):
                best = away, track, mark
    return None if best is None else best[1:]


def corrected_at(
    tracks: Sequence[Track], axis: TimeAxis, scale: TimeScale, x: float, y: float
) -> tuple[Track, Corrected] | None:
    """The correction marked at a place; of several the shortest, which others would hide."""
    best: tuple[int, Track, Corrected] | None = None
    for track in tracks:
        bottom = scale.top_of(track.slot) + scale.marks
        if not bottom - scale.grown(CORRECTED_REACH) <= y < bottom:
            continue
        for mark in track.corrected:
            left, right = corrected_ends(track, axis, scale, mark)
            frames = mark.last_frame - mark.first_frame
            if left - 2.0 <= x <= right + 2.0 and (best is None or frames < best[0]):
                best = frames, track, mark
    return None if best is None else best[1:]


def corrected_ends(
    track: Track, axis: TimeAxis, scale: TimeScale, mark: Corrected
) -> tuple[float, float]:
    """Where the mark of a correction begins and ends; one of a single frame can be seen, too."""
    last = track.film.video.frame_count - 1
    left, right = (
        scale.x(axis.time_of(track.slot, min(frame, last)))
        for frame in (mark.first_frame, mark.last_frame)
    )
    middle, half = (left + right) / 2, max(2.5, (right - left) / 2)
    return middle - half, middle + half


def is_cache_at(scale: TimeScale, count: int, y: float) -> bool:
    """Whether the strip of frames that can be shown at once lies at a height."""
    slot = scale.track_at(y, count)
    return slot is not None and y >= scale.top_of(slot) + scale.kept_top


def snapped_frame(
    tracks: Sequence[Track],
    axis: TimeAxis,
    scale: TimeScale,
    track: Track,
    event: GaitEvent,
    x: float,
) -> int:
    """The frame an event is dropped on: that under the hand.

    Where the other film shows the same foot doing the same within a few screen points, it is the
    frame of that moment.
    """
    time_s = scale.time_s(x)
    for other in tracks:
        if other.slot == track.slot:
            continue
        for twin in other.film.events:
            if twin.side is event.side and twin.kind is event.kind:
                twin_s = axis.to_axis(other.slot, twin.time_s)
                if abs(scale.x(twin_s) - x) <= _SNAP:
                    time_s = twin_s
    return axis.nearest(track.slot, time_s).frame


def neighbour_event_s(
    tracks: Iterable[Track], axis: TimeAxis, time_s: float, direction: int
) -> float | None:
    """The next moment, or the last one before, at which a film shows a gait event."""
    moments = {
        axis.time_of(track.slot, event.frame)
        for track in tracks
        for event in track.film.events
        if 0 <= event.frame < track.film.video.frame_count
    }
    beyond = [moment for moment in moments if (moment - time_s) * direction > 1e-4]
    if not beyond:
        return None
    return min(beyond) if direction > 0 else max(beyond)


def thumbnail_frames(track: Track, axis: TimeAxis, scale: TimeScale) -> tuple[int, ...]:
    """Frames whose small pictures fill the part of the track in view, left to right."""
    if not scale.thumbs:
        return ()
    video = track.film.video
    width = thumbnail_width(track, scale.thumbs)
    first_s = max(scale.start_s, axis.time_of(track.slot, 0))
    last_s = min(scale.end_s, axis.time_of(track.slot, video.frame_count - 1))
    count = int((last_s - first_s) * scale.points_per_s // width)
    if count < 1:
        return ()
    middles = first_s + (np.arange(count) + 0.5) * width / scale.points_per_s
    return tuple(axis.nearest(track.slot, float(moment)).frame for moment in middles)


def thumbnail_width(track: Track, height: int = THUMBS) -> int:
    """Width of a small picture so high, screen points."""
    video = track.film.video
    return max(8, round(height * video.width / max(1, video.height)))
