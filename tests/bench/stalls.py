"""Where the interface thread is while it does not answer: stacks, by processor time spent in them.

`python -m tests bench window --stacks FILE` writes them for every tick that took long.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, deque
from pathlib import Path
from typing import TextIO

EVERY_S = 0.001
LEAST_S = 0.0005
"""Processor time below which a look tells nothing."""
DEEPEST = 14
SHOWN = 12
"""So many stacks are told of a tick."""


class Stalls:
    """Looks at the stack of the thread that makes it, from another thread.

    Looks are weighed by the processor time the watched thread used before them: what it spends
    waiting for other threads and programs is no fault of its own.

    Args:
        out: Where slow ticks are told.
        limit_ms: Processor time from which a tick is slow.
    """

    def __init__(self, out: TextIO, limit_ms: float) -> None:
        self._out, self._limit_ms = out, limit_ms
        self._thread = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._thread)
        self._looks: deque[tuple[float, float, tuple[str, ...]]] = deque(maxlen=4000)
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        last_s = time.clock_gettime(self._clock)
        while True:
            time.sleep(EVERY_S)
            now_s = time.clock_gettime(self._clock)
            if now_s - last_s < LEAST_S:
                continue
            frame, stack = sys._current_frames().get(self._thread), []
            while frame is not None and len(stack) < DEEPEST:
                code = frame.f_code
                stack.append(f"{Path(code.co_filename).name}:{code.co_name}:{frame.f_lineno}")
                frame = frame.f_back
            self._looks.append((now_s, now_s - last_s, tuple(stack)))
            last_s = now_s

    def tell(self, step: str, began_s: float, ended_s: float, wall_ms: float) -> None:
        """Tell where a tick was spent, if it was slow.

        Args:
            step: What was being done.
            began_s: Processor time of the watched thread at the tick before.
            ended_s: The same at this one.
            wall_ms: Time that passed meanwhile.
        """
        took_ms = 1000 * (ended_s - began_s)
        if took_ms < self._limit_ms:
            return
        spent: Counter[tuple[str, ...]] = Counter()
        for at_s, used_s, stack in list(self._looks):
            if began_s <= at_s <= ended_s:
                spent[stack] += 1000 * used_s  # type: ignore[assignment]
        self._out.write(f"\n{step}: {took_ms:.0f} ms of processor time, {wall_ms:.0f} ms in all\n")
        for stack, used_ms in spent.most_common(SHOWN):
            self._out.write(f"  {used_ms:5.1f}  {' < '.join(stack)}\n")
        self._out.flush()
