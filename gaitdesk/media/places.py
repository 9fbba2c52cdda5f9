"""Memory for pictures that is used again: fresh memory costs more than what is done in it."""

from __future__ import annotations

import math
import mmap
import sys
import weakref
from collections import deque

import numpy as np

from gaitdesk.domain.arrays import Image

_SLAB_BYTES = 16 << 20
# Places begin where pages of memory do.
_ALIGNED = 4096
# A place may be so much larger than the picture in it.
_SLACK = 8


class Places:
    """Gives pictures memory, and takes it back by itself once nothing looks at it any more.

    The system hands memory out page by page, emptied, when it is first written to; for a frame
    of a film that takes several times as long as copying the frame. So a picture gets the place
    of one that is gone, and new memory is asked for in large pages.

    Any thread may use it, and places outlive it for as long as they are looked at.

    Args:
        spare_bytes: Most memory to hold for pictures to come; more than that is given back.
    """

    def __init__(self, spare_bytes: int = 2 * _SLAB_BYTES) -> None:
        self._most_bytes = spare_bytes
        # A deque takes and gives without a lock; one would be held while memory is given back.
        self._spare: dict[int, deque[memoryview]] = {}
        self._lent: dict[int, _Loan] = {}

    def take(self, shape: tuple[int, ...]) -> Image:
        """A picture of a shape, to be written to; what is in it is left from others."""
        count = math.prod(shape)
        if not count:
            return np.empty(shape, np.uint8)
        size = -(-count // _ALIGNED) * _ALIGNED
        place = self._spare_place(size)
        if place is None:
            place = self._new_place(size)
        # Views of the picture all refer to this one, so it lasts as long as they do.
        whole = np.frombuffer(place, np.uint8, count)
        loan = _Loan(whole, self._give_back)
        loan.place = place
        self._lent[id(loan)] = loan
        return whole.reshape(shape)

    @property
    def spare_bytes(self) -> int:
        """Memory held for pictures to come."""
        # A list of the sizes is made in one go, whatever other threads give back meanwhile.
        return sum(size * len(self._spare.get(size, ())) for size in list(self._spare))

    def clear(self) -> None:
        """Give back all memory that nothing looks at."""
        self._spare.clear()

    def _spare_place(self, size: int) -> memoryview | None:
        fitting = [one for one in list(self._spare) if size <= one <= size + size // _SLACK]
        for one in sorted(fitting):
            try:
                return self._spare[one].pop()
            except (IndexError, KeyError):
                continue
        return None

    def _new_place(self, size: int) -> memoryview:
        slab = _slab(max(1, _SLAB_BYTES // size) * size)
        first, *others = (slab[start : start + size] for start in range(0, len(slab), size))
        for place in others:
            self._put_by(place)
        return first

    def _give_back(self, loan: _Loan) -> None:
        del self._lent[id(loan)]
        size = len(loan.place)
        if self.spare_bytes + size > self._most_bytes:
            # Places of a size that may no longer be asked for go first.
            for other in list(self._spare):
                if other != size:
                    self._spare.pop(other, None)
        if self.spare_bytes + size <= self._most_bytes:
            self._put_by(loan.place)

    def _put_by(self, place: memoryview) -> None:
        self._spare.setdefault(len(place), deque()).append(place)


class _Loan(weakref.ref[Image]):
    """Says when nothing looks at a place any more."""

    __slots__ = ("place",)

    place: memoryview


def _slab(size: int) -> memoryview:
    """Fresh memory, in large pages where the system has them."""
    if sys.platform == "win32":
        return memoryview(np.empty(size, np.uint8))
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memoryview(memory)
