"""From the installer into the program: hand over, and turn what went wrong into a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from installers.environment import clean_variables
from installers.errors import InstallFailed


def become(command: list[str]) -> int:
    """Run a command in place of this process; its exit code, where there is one to give."""
    variables = clean_variables(dict(os.environ))
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], command, variables)
    # Windows cannot replace a process, so this one waits; Ctrl-C is for the program to answer.
    with subprocess.Popen(command, env=variables) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:
                continue


def guarded(main: Callable[[list[str]], int], words: list[str]) -> int:
    """What `main` returns, or an exit code after a sentence that says what to do."""
    try:
        return main(words)
    except InstallFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(
            f"Installing stopped: {problem}. Check that there is room on the disk and that this"
            " folder can be written, then start again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start the same command again to go on.", file=sys.stderr)
        return 130
