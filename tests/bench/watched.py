"""One run of the command line, watched: its words, its time and the memory of all its processes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import psutil

from tests.conftest import ROOT

_EVERY_S = 0.05


@dataclass(frozen=True)
class Watched:
    """What a run took.

    Attributes:
        code: Exit code.
        output, errors: What it said.
        wall_s: Time from start to end.
        cpu_s: Processor time of all its processes.
        peak_bytes: Most resident memory of all its processes together; what two of them share
            counts twice.
    """

    code: int
    output: str
    errors: str
    wall_s: float
    cpu_s: float
    peak_bytes: int


def watch(*words: object, module: str = "gaitdesk") -> Watched:
    """Run a command to its end."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)], stdout=output, stderr=errors, cwd=ROOT
        )
        peak_bytes = 0
        try:
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                peak_bytes = max(peak_bytes, _resident_bytes(process.pid))
                time.sleep(_EVERY_S)
        except BaseException:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.perf_counter() - begun
        output.seek(0)
        errors.seek(0)
        return Watched(
            process.returncode,
            output.read(),
            errors.read(),
            wall_s,
            usage.ru_utime + usage.ru_stime,
            peak_bytes,
        )


def _resident_bytes(pid: int) -> int:
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for one in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
    return total
