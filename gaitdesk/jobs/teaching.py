"""Training from the window: a process of its own, watched and told what to do."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import IO

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import VARIABLE, language, tr
from gaitdesk.jobs.training_news import (
    Begun,
    Ended,
    Failed,
    News,
    Note,
    Stage,
    Stepped,
    from_line,
)
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.learning.faults import TrainingEnded, TrainingFailed

_PATIENCE_S = 30.0
_LAST_LINES = 40


@dataclass(slots=True)
class Reins:
    """What the panel holds of a training under way; safe to use from the interface thread."""

    _process: subprocess.Popen[str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pause(self) -> None:
        """Wait after the step under way."""
        self._tell("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._tell("resume")

    def keep(self) -> None:
        """Stop, and keep the best network so far."""
        self._tell("keep")

    def cancel(self) -> None:
        """Stop and make no network; the state stays, so that it can go on another day."""
        self._tell("cancel")

    def _hold(self, process: subprocess.Popen[str] | None) -> None:
        with self._lock:
            self._process = process

    def _tell(self, word: str) -> None:
        with self._lock:
            process = self._process
            if process is None or process.stdin is None:
                return
            # A process that has ended hears nothing, and its end is told elsewhere.
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(f"{word}\n")
                process.stdin.flush()


def teach(order: TrainingOrder, reins: Reins | None = None) -> Job[Ended]:
    """Train in a process of its own, which can neither freeze this one nor take it down.

    Closing the job cancels the training; its state stays in the order's folder.

    Args:
        order: What is asked for.
        reins: To pause, resume, keep and cancel by while it runs.

    Yields:
        One event for everything that happens; `found` is one of `training_news`.

    Returns:
        How it ended.

    Raises:
        TrainingFailed: It could not go on; the text says what to do.
        TrainingEnded: The system has ended its process.
    """
    held = reins or Reins()
    process = _process(order)
    held._hold(process)
    heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    complaints: deque[str] = deque(maxlen=_LAST_LINES)
    assert process.stdout is not None
    assert process.stderr is not None
    threads = [
        threading.Thread(target=_listen, args=(process.stdout, heard), daemon=True),
        threading.Thread(target=complaints.extend, args=(process.stderr,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    ended: Ended | None = None
    done, total = 0, 0
    try:
        yield Progress(0, None, tr("Starting the training process"))
        while True:
            try:
                line = heard.get(timeout=0.5)
            except queue.Empty:
                continue
            if line is None:
                break
            news = from_line(line)
            if isinstance(news, Failed):
                raise TrainingFailed(news.text)
            if isinstance(news, Ended):
                ended = news
            if isinstance(news, Stepped):
                done, total = news.done, news.total
            if news is not None:
                yield Progress(done, total or None, _words(news), news)
        code = process.wait()
        if ended is None:
            raise TrainingEnded(code) from RuntimeError("".join(complaints))
        return ended
    finally:
        held._hold(None)
        _end(process)
        for thread in threads:
            thread.join()
        for pipe in (process.stdout, process.stderr):
            pipe.close()


def _process(order: TrainingOrder) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gaitdesk", *order.words(), "--news"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, VARIABLE: language(), "PYTHONIOENCODING": "utf-8"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _listen(pipe: IO[str], heard: queue.SimpleQueue[str | None]) -> None:
    for line in pipe:
        heard.put(line)
    heard.put(None)


def _end(process: subprocess.Popen[str]) -> None:
    """Let the process keep its state and leave; it is ended where it does not in time."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        # The end of its input is a cancel.
        process.stdin.close()
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _words(news: News) -> str:
    if isinstance(news, Stage | Note):
        return news.text
    if isinstance(news, Stepped):
        return tr("Training, epoch {epoch}").format(epoch=news.epoch)
    if isinstance(news, Begun):
        return tr("Training begins")
    return tr("Training")
