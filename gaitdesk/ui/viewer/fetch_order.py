"""Which frames of a film are wanted next, in which order, and how many of them find room."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

# Of the frames kept near, so many lie behind the playhead.
_SHARE_BEHIND = 0.3
# So much of the memory for them is for slides, but never fewer than these.
_SHARE_SLIDES = 0.2
_FEWEST_SLIDES, _MOST_SLIDES = 14, 48
# So many frames are fetched in one go at most, and so many of a film that plays: one by one would
# cost far more, and all at once would take the processor from what is being shown.
_MOST_RUN = 48
_PLAYED_RUN = 8
_CLOSE = 6
_BYTES_A_PIXEL = 3


@dataclass(frozen=True, slots=True)
class Room:
    """How many frames of a film memory holds near the playhead.

    Attributes:
        frames: Frames, whole.
        behind: So many of them lie behind the playhead.
        slides: So many of the nearest are kept as the pane shows them as well.
    """

    frames: int
    behind: int
    slides: int

    @classmethod
    def shared_out(
        cls, limit_bytes: int, size: tuple[int, int], pane_px: tuple[int, int] | None
    ) -> Room:
        """Share memory out between frames and slides, and those ahead and behind.

        Args:
            limit_bytes: Most bytes of both.
            size: Width and height of the film's picture, pixels.
            pane_px: Width and height of the pane, pixels of the screen; None where not known.
        """
        slides = slide_bytes = 0
        if pane_px is not None:
            slide_bytes = 4 * pane_px[0] * pane_px[1]
            fitting = int(_SHARE_SLIDES * limit_bytes) // slide_bytes
            slides = min(max(_FEWEST_SLIDES, fitting), _MOST_SLIDES)
        left_bytes = limit_bytes - slides * slide_bytes
        frames = max(4, left_bytes // (_BYTES_A_PIXEL * size[0] * size[1]) - 2)
        return cls(frames, int(frames * _SHARE_BEHIND), slides)

    @property
    def weight_behind(self) -> float:
        """A frame behind counts as so many times as far as one ahead.

        What is let go of by it is never what would be fetched again.
        """
        return (self.frames - self.behind - 1) / self.behind


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """What is wanted of a film where its playhead is.

    Attributes:
        count: Frames of the film.
        room: How many of them memory holds.
        at: The frame shown.
        direction: Which way it goes: +1 or -1.
        is_playing: Whether more frames are wanted at once.
        loop: Frames that are played again and again; empty for none.
        reach: So many frames are fetched ahead while it plays, and the rest when it stands.
    """

    count: int
    room: Room
    at: int = 0
    direction: int = 1
    is_playing: bool = False
    loop: range = range(0)
    reach: int = 90

    @property
    def fits(self) -> bool:
        """Whether the whole film is kept."""
        return self.count <= self.room.frames

    @property
    def is_straight_on(self) -> bool:
        """Whether the film plays, and what was shown is not shown again soon."""
        return self.is_playing and not self.loop

    def close(self) -> range:
        """Frames that a few steps either way lead to."""
        return range(self.count)[max(0, self.at - _CLOSE) : self.at + _CLOSE + 1]

    def ahead(self) -> range:
        """All frames from the one shown on, the way it goes."""
        return range(self.at, self.count if self.direction > 0 else -1, self.direction)

    def to_come(self) -> tuple[range, ...]:
        """Frames to come as far as they find room, in the order they are wanted."""
        room = self.room.frames
        if not self.is_playing or self.at not in self.loop:
            return (self.ahead()[: room if self.fits else room - self.room.behind],)
        loop = self.loop if self.direction > 0 else self.loop[::-1]
        ahead = loop[loop.index(self.at) :]
        again = loop[: len(loop) - len(ahead)]
        return ahead[:room], again[: max(0, room - len(ahead))]

    def behind(self) -> range:
        """Frames that were just seen, in the order they would be wanted."""
        step = -self.direction
        seen = range(self.at, self.count if step > 0 else -1, step)
        return seen[1 : 1 + (self.room.frames if self.fits else self.room.behind)]

    def is_wanted(self, frame: int) -> bool:
        """Whether a frame is to be kept here."""
        return any(frame in part for part in (*self.to_come(), self.behind()))

    @property
    def sure_ahead(self) -> int:
        """So many frames to come are fetched for certain while the playhead stands.

        Where memory ends, a few are fetched together once the playhead has moved on.
        """
        parts = [part for part in self.to_come() if part]
        count = sum(map(len, parts))
        return count if not parts or not self._grows(parts[-1][-1]) else max(1, count - _PLAYED_RUN)

    def _grows(self, last: int) -> bool:
        """Whether frames after the last one to come will be wanted as the playhead moves."""
        loop = self.loop if self.is_playing and self.at in self.loop else range(self.count)
        return last not in (loop[0], loop[-1])

    def is_short(self, is_kept: Callable[[int], bool]) -> bool:
        """Whether a film plays, and of the frames to be fetched ahead the nearer half is not there.

        Args:
            is_kept: Tells whether a frame is kept already.
        """
        if not self.is_playing:
            return False
        to_come = itertools.chain.from_iterable(self.to_come())
        return not all(map(is_kept, itertools.islice(to_come, self.reach // 2)))

    def next_run(self, is_kept: Callable[[int], bool]) -> range | None:
        """The frames to decode next, from the first to the last; None where there are enough.

        Args:
            is_kept: Tells whether a frame is kept already.
        """
        to_come = self.to_come()
        passed = 0
        for part in to_come if self.is_playing else (*to_come, self.behind()):
            missing = next((i for i, frame in enumerate(part) if not is_kept(frame)), None)
            if missing is None:
                passed += len(part)
                continue
            order = part[missing:]
            kept = (i for i, frame in enumerate(order[:_MOST_RUN]) if is_kept(frame))
            run = order[: next(kept, _MOST_RUN)]
            if self.is_playing:
                # Both cores are needed for what is shown now.
                ahead = passed + missing
                is_soon = ahead < sum(map(len, to_come)) // 2
                is_growing = len(run) == len(order) and self._grows(order[-1])
                if ahead >= self.reach or (len(run) < _PLAYED_RUN and is_growing and not is_soon):
                    return None
                if 2 * ahead > self.reach:
                    run = run[:_PLAYED_RUN]
            return run if run.step > 0 else run[::-1]
        return None
