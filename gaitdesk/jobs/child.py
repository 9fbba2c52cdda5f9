"""A job in a process of its own: neither its work nor its libraries hold the window up."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from gaitdesk.domain.errors import ProcessLost
from gaitdesk.domain.progress import Job, Progress

T = TypeVar("T")
_Asked = tuple[str, str, tuple[object, ...]]

LOOK_S = 0.1
"""How often whoever waits for the child can stop it."""
REPORT_S = 0.05
"""Progress is sent no oftener than this."""
PATIENCE_S = 3.0
"""So long a child that is not wanted any more may take to clean up."""
NICENESS = 5
"""How far the child steps back behind the window where processors are scarce."""


def in_child(first: Progress, module: str, name: str, *arguments: object) -> Job[Any]:
    """A job run in a process of its own, with what it reports, returns and raises.

    Nothing of it is loaded here. When this job is closed, the other one is closed at its next
    step, and ended if that takes long.

    Args:
        first: What to report until the job does; starting a process takes a while.
        module: Where the function is that makes the job.
        name: Of the function.
        arguments: For the function; they, what the job reports and its result can be pickled.

    Raises:
        ProcessLost: The process is gone, as where memory ran out.
        Exception: What the job raised; where it arose in the child stands in its `frames_there`.
    """
    child = _Child()
    try:
        return (yield from child.doing(first, (module, name, arguments)))
    finally:
        child.end()


class Apart:
    """A process for one job after the other: what one has loaded is there for the next.

    Several threads may ask it; who asks while it is busy gets a process that ends with the job.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resting: _Child | None = None

    def job(self, first: Progress, module: str, name: str, *arguments: object) -> Job[Any]:
        """A job as by `in_child`; its process rests afterwards, unless the job was closed."""
        with self._lock:
            child, self._resting = self._resting, None
        if child is None or not child.is_alive:
            child = _Child()
        try:
            return (yield from child.doing(first, (module, name, arguments)))
        finally:
            with self._lock:
                if child.is_free and self._resting is None:
                    self._resting, child = child, None
            if child is not None:
                child.end()

    def let_go(self) -> None:
        """Let the process end that rests, if there is one; nobody waits for it."""
        with self._lock:
            child, self._resting = self._resting, None
        if child is not None:
            child.let_go()


class _Child:
    """A process that does what it is asked, one job after the other.

    Attributes:
        is_free: Whether its last job has come to an end.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self.is_free = True
        try:
            self._process.start()
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive()

    def doing(self, first: Progress, asked: _Asked) -> Job[Any]:
        """A job of it, as by `in_child`."""
        self.is_free = False
        step = first
        try:
            self._pipe.send(asked)
            while True:
                if not self._pipe.poll(LOOK_S):
                    yield step
                    continue
                kind, said = self._pipe.recv()
                if kind == "step":
                    yield said
                    # What was found is told once.
                    step = replace(said, found=None)
                    continue
                self.is_free = True
                break
        except (EOFError, ConnectionError) as gone:
            raise ProcessLost from gone
        if kind == "failed":
            raise _as_it_was(*said)
        return said

    def let_go(self) -> None:
        """Ask nothing any more: it ends by itself at its next step."""
        self._pipe.close()

    def end(self) -> None:
        """Let it go, and end it when that takes long."""
        self.let_go()
        self._process.join(PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _work(pipe: Connection) -> None:
    """What the child does; when nobody listens any more, it stops."""
    # Ctrl-C is for the window, whose end is noticed here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _step_back()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            pipe.send(_done(pipe.recv(), pipe))


def _done(asked: _Asked, pipe: Connection) -> tuple[str, object]:
    """Do a job, and say how it ended."""
    module, name, arguments = asked
    try:
        make: Callable[..., Job[object]] = getattr(importlib.import_module(module), name)
        return "done", _reported(make(*arguments), pipe)
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001 - whoever waits for the job decides
        return "failed", _packed(error)


def _reported(job: Job[T], pipe: Connection) -> T:
    """Run a job to its end, telling of its steps."""
    last_s = 0.0
    try:
        while True:
            step = next(job)
            if time.monotonic() - last_s >= REPORT_S or step.found is not None:
                last_s = time.monotonic()
                pipe.send(("step", step))
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        job.close()


def _step_back() -> None:
    """Let the window go first where processors are scarce."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
        return
    with contextlib.suppress(ImportError):
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)


def _packed(error: Exception) -> tuple[type[Exception], tuple[Any, ...], dict[str, Any]]:
    """An error in parts: those of GaitDesk cannot be made anew from their words alone."""
    parts = (type(error), error.args, dict(vars(error)))
    try:
        pickle.loads(pickle.dumps(parts))
    except Exception:  # noqa: BLE001 - a library's error may hold anything
        parts = (RuntimeError, (type(error).__name__,), {})
    parts[2]["frames_there"] = [
        (frame.name, frame.filename, frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return parts


def _as_it_was(
    kind: type[Exception], arguments: tuple[Any, ...], held: dict[str, Any]
) -> Exception:
    error = kind.__new__(kind)
    error.args = arguments
    vars(error).update(held)
    return error
