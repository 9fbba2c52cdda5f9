"""One or two films on one real-time axis: which frame each shows at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gaitdesk.domain.recording import Sync, Video

_SAME_S = 1e-6
# A frame stands for so much of the gap to its neighbour beyond the film's ends.
_END_GAPS = 0.75


@dataclass(frozen=True, slots=True)
class Shown:
    """What one film shows at a moment.

    Attributes:
        frame: Its frame, from 0.
        is_within: Whether the film covers the moment; otherwise the frame is its nearest end.
    """

    frame: int
    is_within: bool


@dataclass(frozen=True, slots=True, eq=False)
class TimeAxis:
    """The clock of the first film, and where the second lies on it.

    Attributes:
        videos: One film, or two of the same walk.
        sync: The second film on the first one's clock; None where it was not related, and then
            both start together.
        gaps_s: Typical time from frame to frame of each film.
    """

    videos: tuple[Video, ...]
    sync: Sync | None = None
    gaps_s: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        # Asked for at every frame, and a film's rate takes longer to find than a frame to place.
        gaps_s = tuple(1.0 / (video.fps or 30.0) for video in self.videos)
        object.__setattr__(self, "gaps_s", gaps_s)

    @property
    def start_s(self) -> float:
        """The earliest frame of any film."""
        return min(self.to_axis(slot, 0.0) for slot in range(len(self.videos)))

    @property
    def end_s(self) -> float:
        """The latest frame of any film."""
        return max(
            self.to_axis(slot, float(video.times_s[-1])) for slot, video in enumerate(self.videos)
        )

    def to_film(self, slot: int, time_s: float) -> float:
        """Time in a film of a time on the axis."""
        return time_s if slot == 0 or self.sync is None else self.sync.to_coronal(time_s)

    def to_axis(self, slot: int, film_time_s: float) -> float:
        """Time on the axis of a time in a film."""
        return film_time_s if slot == 0 or self.sync is None else self.sync.to_sagittal(film_time_s)

    def time_of(self, slot: int, frame: int) -> float:
        """Time on the axis of a frame."""
        return self.to_axis(slot, float(self.videos[slot].times_s[frame]))

    def nearest(self, slot: int, time_s: float) -> Shown:
        """The frame nearest to a moment, for a film that stands still."""
        own_s = self.to_film(slot, time_s)
        return Shown(self.videos[slot].frame_at(own_s), self._covers(slot, own_s))

    def latest(self, slot: int, time_s: float) -> Shown:
        """The last frame that is due at a moment, for a film that plays."""
        own_s = self.to_film(slot, time_s)
        times_s = self.videos[slot].times_s
        due = int(np.searchsorted(times_s, own_s + _SAME_S, side="right")) - 1
        return Shown(min(max(due, 0), len(times_s) - 1), self._covers(slot, own_s))

    def stepped(self, slot: int, time_s: float, count: int) -> float:
        """The moment `count` frames of one film further on, or back where negative.

        Outside the film's span it goes by the other film, so that its frames can be reached.
        """
        shown = self.nearest(slot, time_s)
        if not shown.is_within and len(self.videos) > 1:
            other = 1 - slot
            elsewhere = self.nearest(other, time_s)
            if elsewhere.is_within:
                slot, shown = other, elsewhere
        last = self.videos[slot].frame_count - 1
        wanted = shown.frame + count
        if len(self.videos) > 1 and not 0 <= wanted <= last:
            gap_s = self.gaps_s[slot]
            beyond_s = wanted * gap_s if wanted < 0 else (wanted - last) * gap_s
            end_s = self.time_of(slot, 0 if wanted < 0 else last)
            return min(max(end_s + beyond_s, self.start_s), self.end_s)
        return self.time_of(slot, min(max(wanted, 0), last))

    def beat_s(self, time_s: float) -> float:
        """The moment that playing films show at a time: that of the quickest film's frame.

        The others show the frame nearest to it. Frames of all films then change together, and
        two films of one rate leave none out, whatever lies between their frames.
        """
        slot = self._quickest(time_s)
        return time_s if slot is None else self.time_of(slot, self.latest(slot, time_s).frame)

    def next_beat_s(self, time_s: float, direction: int) -> float | None:
        """The next moment at which playing films show other frames; None at the end."""
        slot = self._quickest(time_s)
        moment = None if slot is None else self._next_change_s(slot, time_s, direction)
        if moment is not None:
            return moment
        moments = [
            moment
            for slot in range(len(self.videos))
            if (moment := self._next_change_s(slot, time_s, direction)) is not None
        ]
        return (min if direction > 0 else max)(moments, default=None)

    def _next_change_s(self, slot: int, time_s: float, direction: int) -> float | None:
        video = self.videos[slot]
        now = int(
            np.searchsorted(video.times_s, self.to_film(slot, time_s) + _SAME_S, side="right")
        )
        if direction > 0:
            return self.time_of(slot, now) if now < video.frame_count else None
        return self.time_of(slot, now - 1) - 2 * _SAME_S if now > 0 else None

    def _quickest(self, time_s: float) -> int | None:
        """The film with most frames a second among those that go on at a moment."""
        going = (
            slot
            for slot, video in enumerate(self.videos)
            if video.times_s[0] - _SAME_S
            <= self.to_film(slot, time_s)
            <= video.times_s[-1] + _SAME_S
        )
        return min(going, key=self.gaps_s.__getitem__, default=None)

    def with_offset(self, offset_s: float) -> TimeAxis:
        """The same films with another offset between them."""
        if self.sync is None:
            return self
        return replace(self, sync=replace(self.sync, offset_s=offset_s))

    def _covers(self, slot: int, own_s: float) -> bool:
        video = self.videos[slot]
        gap_s = _END_GAPS * self.gaps_s[slot]
        return bool(video.times_s[0] - gap_s <= own_s <= video.times_s[-1] + gap_s)
