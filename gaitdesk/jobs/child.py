"""A job in a process of its own: neither its work nor its libraries hold the window up."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import signal
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from gaitdesk.domain.errors import ProcessLost
from gaitdesk.domain.progress import Job, Progress

T = TypeVar("T")

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
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_work, args=(theirs, module, name, arguments), daemon=True)
    try:
        child.start()
        theirs.close()
        step = first
        while True:
            if not ours.poll(LOOK_S):
                yield step
                continue
            try:
                kind, said = ours.recv()
            except (EOFError, ConnectionError) as gone:
                raise ProcessLost from gone
            if kind == "step":
                step = said
                yield step
            elif kind == "done":
                return said
            else:
                raise _as_it_was(*said)
    finally:
        ours.close()
        child.join(PATIENCE_S)
        if child.is_alive():
            child.kill()
            child.join()
        child.close()


def _work(pipe: Connection, module: str, name: str, arguments: tuple[object, ...]) -> None:
    """What the child does; when nobody listens any more, it stops."""
    # Ctrl-C is for the window, whose end is noticed here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _step_back()
    with contextlib.suppress(ConnectionError):
        try:
            make: Callable[..., Job[object]] = getattr(importlib.import_module(module), name)
            said: tuple[str, object] = ("done", _reported(make(*arguments), pipe))
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits for the job decides
            said = ("failed", _packed(error))
        pipe.send(said)


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
