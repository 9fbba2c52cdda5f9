"""The command line as a user starts it: a process of its own, its words and its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import ROOT

LONGEST_S = 240.0


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    output: str
    errors: str

    @property
    def sentence(self) -> str:
        """The one line on standard error."""
        lines = self.errors.splitlines()
        assert len(lines) == 1, f"not one sentence: {self.errors!r}"
        return lines[0]


def started(
    *words: object, module: str = "gaitdesk", clone: Path = ROOT, **environment: str
) -> subprocess.Popen[str]:
    """A command at work, of the program that lies in the folder `clone`."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=clone,
        env={**os.environ, **environment},
        preexec_fn=None if os.name == "nt" else _heard,
    )


def _heard() -> None:
    """Ctrl-C is heard even where the tests themselves run in the background and do not hear it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def ended(process: subprocess.Popen[str]) -> Done:
    """How a started command ends."""
    try:
        output, errors = process.communicate(timeout=LONGEST_S)
    finally:
        process.kill()
    return Done(process.returncode, output, errors)


def run(*words: object, clone: Path = ROOT) -> Done:
    """How a command ends."""
    return ended(started(*words, clone=clone))


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """A command's own processes, those of its children included."""
    try:
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def listing(folder: Path) -> list[str]:
    """Everything in a folder, hidden files too."""
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*"))
