"""What was worked out before, by what it rests on, so that a correction costs what it changes."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis

T = TypeVar("T")


class Memory:
    """Results by what they rest on; those that were not asked for longest are forgotten first.

    Args:
        most: Results that are held; 0 for none.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for a key before, or else what `make` gives now.

        Args:
            key: All that the result rests on.
            make: Works it out; the result is never changed by whoever gets it.
        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return cast("T", self._held[key])
        # Two threads may work out the same; none waits for the other.
        made = make()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made


def walk_digest(film: FilmAnalysis) -> str:
    """A digest of how a child walks through a film: times, body points, passes and angles."""
    whole = hashlib.sha256()
    video = film.video
    whole.update(repr((video.width, video.height, film.plane.value, film.passes)).encode())
    for array in (video.times_s, film.pose.points_px, film.pose.confidence):
        whole.update(np.ascontiguousarray(array, np.float64).tobytes())
    for track in film.angles:
        whole.update(repr((track.variable, track.side, track.is_projected)).encode())
        whole.update(np.ascontiguousarray(track.values, np.float64).tobytes())
    return whole.hexdigest()
