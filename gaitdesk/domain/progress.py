"""Long jobs as generators: they yield `Progress`, return their result, and stop when closed."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come.

    Attributes:
        done: Steps finished.
        total: Steps in all, None when that cannot be known.
        text: What is being done, for people.
    """

    done: int
    total: int | None
    text: str


Job = Generator[Progress, None, T]


def finish(job: Job[T], show: Callable[[Progress], None] | None = None) -> T:
    """The result of a job run on the spot; `show` is told of each step.

    An exception in `show` (Ctrl-C among them) closes the job, so that it cleans up.
    """
    try:
        while True:
            try:
                step = next(job)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if show is not None:
                show(step)
    finally:
        job.close()
