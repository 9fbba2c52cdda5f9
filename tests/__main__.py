"""Every gate in one command: `python -m tests [format lint types floors tests]`.

Or one of `bench`, `screenshots` and `translations`.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = max(1, min(4, os.cpu_count() or 1))
GATES: dict[str, list[str]] = {
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "floors": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"],
    # Tests of one file share what was made for them, and so one process. The order is that of
    # `conftest`, which begins with the longest, and not that of the number of tests in a file.
    "tests": [
        sys.executable,
        "-m",
        "pytest",
        f"--numprocesses={WORKERS}",
        "--dist=loadfile",
        "--no-loadscope-reorder",
    ],
}
ROOM = {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // WORKERS))}
"""Threads that a process of tests calculates with: more would wait for those of the others."""
ALONE = [sys.executable, "-m", "pytest", "--last-failed", "--last-failed-no-failures=none"]
LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
DOUBTFUL_AT_MOST = 3
"""So few failures are tried a second time, alone: a window on a crowded machine can be late."""


def main(words: list[str]) -> int:
    """Run the gates named, or all; the number that failed."""
    if words[:1] == ["bench"]:
        sys.argv = ["bench", *words[1:]]
        runpy.run_module("tests.bench", run_name="__main__", alter_sys=True)
        return 0
    if words[:1] == ["screenshots"]:
        # Only the window's pictures need Qt.
        from tests.screenshots import main as take

        return take(words[1:])
    if words[:1] == ["translations"]:
        from tests.translations import refresh

        return min(1, refresh())
    unknown = [word for word in words if word not in GATES]
    if unknown:
        there = ", ".join((*GATES, "bench", "screenshots", "translations"))
        print(f"No gate named {', '.join(unknown)}; there are {there}.")
        return 2
    failed = []
    for name in words or GATES:
        print(f"== {name}", flush=True)
        if not passes(name):
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All gates passed.")
    return len(failed)


def passes(name: str) -> bool:
    """Whether a gate passes; tests that pass only when tried again alone are named."""
    code = subprocess.run(GATES[name], cwd=ROOT, env=ROOM | os.environ, check=False).returncode
    if name != "tests" or code != 1 or not LAST_FAILED.exists():
        return code == 0
    doubtful = list(json.loads(LAST_FAILED.read_text("utf-8")))
    if not 0 < len(doubtful) <= DOUBTFUL_AT_MOST:
        return False
    print("== tests that failed, once more and alone", flush=True)
    if subprocess.run(ALONE, cwd=ROOT, check=False).returncode:
        return False
    print("Failed among others and passed alone, to be mended:", *doubtful, sep="\n  ")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
