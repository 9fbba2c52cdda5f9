"""A training as a process of its own: what it says goes out as lines, what is wanted comes in."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import TextIO

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import tr
from gaitdesk.jobs.training import train_network
from gaitdesk.jobs.training_news import Ended, Failed, News, Paused, Stage, to_line
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.learning.ranks import joined
from gaitdesk.learning.training import Wish
from gaitdesk.perception.compute import is_out_of_memory

PAUSE, RESUME, KEEP, CANCEL = "pause", "resume", "keep", "cancel"
_LOOK_S = 0.05


class Wishes:
    """What whoever watches wants, as it comes in line by line.

    Args:
        source: Where the lines come from; at its end, training is cancelled, so that it never
            outlives the window. None where nobody watches.
    """

    def __init__(self, source: TextIO | None) -> None:
        self.wish = Wish.GO_ON
        self.is_paused = False
        if source is not None:
            threading.Thread(target=self._listen, args=(source,), daemon=True).start()

    def _listen(self, source: TextIO) -> None:
        for line in source:
            self.hear(line.strip())
        self.hear(CANCEL)

    def hear(self, word: str) -> None:
        """Take one line; what is none of the four words is passed over."""
        if word in (PAUSE, RESUME):
            self.is_paused = word == PAUSE
        elif word in (KEEP, CANCEL):
            self.is_paused = False
            # Whoever cancels after all gets that; whoever has cancelled does not keep.
            if self.wish is not Wish.CANCEL:
                self.wish = Wish.KEEP if word == KEEP else Wish.CANCEL


def attend(order: TrainingOrder, say: Callable[[News], None], wishes: Wishes) -> Ended:
    """Train as ordered, as one of the processes that torchrun has started, or alone.

    Args:
        order: What is asked for.
        say: Told everything that happens, by the first process.
        wishes: What is wanted.

    Raises:
        GaitDeskError: As `train_network`.
    """
    with joined(order.device) as ranks:
        job = train_network(order, ranks, lambda: wishes.wish)
        is_waiting = False
        with contextlib.closing(job):
            while True:
                try:
                    step = next(job)
                except StopIteration as end:
                    ended: Ended = end.value
                    break
                if not ranks.is_first:
                    continue
                if step.found is not None:
                    say(step.found)  # type: ignore[arg-type]
                while wishes.is_paused:
                    if not is_waiting:
                        is_waiting = True
                        say(Paused(True))
                    time.sleep(_LOOK_S)
                if is_waiting:
                    is_waiting = False
                    say(Paused(False))
                if wishes.wish is Wish.CANCEL and isinstance(step.found, Stage):
                    # Nothing has been learned yet that could be kept.
                    ended = Ended("", "", 0, 0, is_cancelled=True)
                    break
        if ranks.is_first:
            say(ended)
        return ended


def attended(order: TrainingOrder, source: TextIO, sink: TextIO) -> int:
    """As `attend`, in lines of JSON; the exit code of the process.

    Args:
        order: What is asked for.
        source: Where wishes come from.
        sink: Where news go to.
    """

    def say(news: News) -> None:
        sink.write(to_line(news) + "\n")
        sink.flush()

    try:
        ended = attend(order, say, Wishes(source))
    except GaitDeskError as problem:
        say(Failed(type(problem).__name__, str(problem)))
        return 1
    except (MemoryError, RuntimeError) as problem:
        if not is_out_of_memory(problem):
            raise
        say(
            Failed(
                "TrainingMemoryShort",
                tr(
                    "Memory ran out. Close other programs, or train with adapters and in more"
                    " pieces, and start it again: it goes on from its last checkpoint."
                ),
            )
        )
        return 1
    return 130 if ended.is_cancelled else 0
