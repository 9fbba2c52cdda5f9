"""Long jobs as generators: they yield `Progress`, return their result, and stop when closed."""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come.

    Attributes:
        done: Steps finished.
        total: Steps in all, None when that cannot be known.
        text: What is being done, for people.
        found: Something that is known already and may be shown; None most of the time. Nothing
            rests on its being seen.
    """

    done: int
    total: int | None
    text: str
    found: object = None


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


def abreast(jobs: Sequence[Job[T]], most: int = 2) -> Job[list[T]]:
    """Jobs side by side, each in a thread of its own; worth it where they wait or leave Python.

    When one fails, or this job is closed, the others stop at their next step and clean up before
    the error goes on.

    Args:
        jobs: None of them started; they must not share what is not safe to share.
        most: How many run at once.

    Yields:
        What the jobs report, with the share done of all of them, in thousandths.

    Returns:
        The results, in the order of the jobs.
    """
    if min(most, len(jobs)) < 2:
        results = []
        for number, job in enumerate(jobs):
            start = 1000.0 * number / len(jobs)
            results.append((yield from portion(job, start, 1000.0 / len(jobs))))
        return results
    crew = _Crew(jobs)
    workers = [
        threading.Thread(target=crew.work, daemon=True, name="job")
        for _ in range(min(most, len(jobs)))
    ]
    for worker in workers:
        worker.start()
    try:
        yield from crew.steps()
        return crew.results
    finally:
        crew.is_stopped.set()
        for worker in workers:
            worker.join()
        for job in jobs:
            job.close()


def portion(job: Job[T], start: float, share: float) -> Job[T]:
    """A job whose progress is a part of a larger one's, in thousandths."""
    try:
        while True:
            try:
                step = next(job)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            part = step.done / step.total if step.total else 0.0
            yield Progress(round(start + share * min(1.0, part)), 1000, step.text, step.found)
    finally:
        job.close()


class _Stopped(BaseException):
    """Leaves a job that is no longer wanted; no `except Exception` on the way may hold it."""


class _Crew(Generic[T]):
    """Jobs, and what the threads that carry them out say of them.

    Attributes:
        results: Result of each job, once all have ended.
        is_stopped: Tells the threads to leave their jobs.
    """

    def __init__(self, jobs: Sequence[Job[T]]) -> None:
        self.results: list[T] = []
        self.is_stopped = threading.Event()
        self._count = len(jobs)
        self._waiting: queue.SimpleQueue[tuple[int, Job[T]]] = queue.SimpleQueue()
        for numbered in enumerate(jobs):
            self._waiting.put(numbered)
        self._said: queue.SimpleQueue[tuple[int, Progress | BaseException | None]] = (
            queue.SimpleQueue()
        )
        self._done: dict[int, T] = {}

    def work(self) -> None:
        """Carry out jobs until none waits; runs in a thread."""
        while True:
            try:
                number, job = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                self._done[number] = finish(job, functools.partial(self._report, number))
            except BaseException as error:  # noqa: BLE001 - raised again where the job is awaited
                self._said.put((number, error))
                return
            self._said.put((number, None))

    def steps(self) -> Job[None]:
        """What the jobs report, until all have ended."""
        shares = [0.0] * self._count
        ended = 0
        while ended < self._count:
            try:
                # Windows lets nobody interrupt a wait without an end.
                number, said = self._said.get(timeout=0.5)
            except queue.Empty:
                continue
            if isinstance(said, BaseException):
                raise said
            if said is None:
                shares[number] = 1.0
                ended += 1
            else:
                if said.total:
                    shares[number] = min(1.0, said.done / said.total)
                yield Progress(round(1000 * sum(shares) / self._count), 1000, said.text, said.found)
        self.results = [self._done[number] for number in range(self._count)]

    def _report(self, number: int, step: Progress) -> None:
        if self.is_stopped.is_set():
            raise _Stopped
        self._said.put((number, step))
