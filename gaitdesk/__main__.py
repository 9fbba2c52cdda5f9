"""`python -m gaitdesk` opens the window, or runs the command that is named."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_FOR_THE_COMMAND_LINE = frozenset({"-h", "--help", "--version"})


def main(words: Sequence[str] | None = None) -> int:
    """Open the window, or run one command; the exit code."""
    typed = list(sys.argv[1:] if words is None else words)
    if not is_for_window(typed):
        # Imported where it is needed: neither the window nor a command pays for the other.
        from gaitdesk.cli import main as run_command

        return run_command(typed)
    if importlib.util.find_spec("PySide6") is None:
        print(  # noqa: T201 - there is no other place to say it
            "The window needs PySide6, which is not installed here. Start GaitDesk with"
            " installers/run.py, which installs it, or name a command; --help lists them.",
            file=sys.stderr,
        )
        return 1
    from gaitdesk.ui.app import main as open_window

    return open_window(typed)


def is_for_window(typed: Sequence[str]) -> bool:
    """Whether words ask for the window: none at all, its own options, or films.

    Without a screen, `--demo` is the demonstration on the command line.
    """
    if _FOR_THE_COMMAND_LINE & set(typed):
        return False
    if "--demo" in typed:
        own = {"--demo", "--data-folder"}
        is_plain = all(word.partition("=")[0] in own or not word.startswith("-") for word in typed)
        return is_plain and has_screen()
    return not typed or typed[0].startswith("--data-folder") or Path(typed[0]).is_file()


def has_screen() -> bool:
    """Whether a window can be seen by anybody."""
    if sys.platform in ("win32", "darwin"):
        return True
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in named)


if __name__ == "__main__":
    # A program frozen into one file starts its child processes by starting itself.
    multiprocessing.freeze_support()
    sys.exit(main())
