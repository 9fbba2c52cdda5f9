"""`python -m gaitdesk` opens the window, or runs the command that is named.

The installer asks `is_for_window` and `language_in` before any library is there, so what stands
above the functions is Python's own.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_NOT_UNDERSTOOD = 2
_FOR_THE_COMMAND_LINE = frozenset({"-h", "--help", "--version"})


def main(words: Sequence[str] | None = None) -> int:
    """Open the window, or run one command; the exit code."""
    from gaitdesk.i18n import LANGUAGES, VARIABLE, listed, speak, system_language, tr

    language, typed = language_in(sys.argv[1:] if words is None else words)
    if language is not None:
        if language not in LANGUAGES:
            speak(system_language())
            _say(
                tr("--language takes one of {languages}, not {value}.").format(
                    languages=listed(LANGUAGES), value=language
                )
            )
            return _NOT_UNDERSTOOD
        os.environ[VARIABLE] = language
    if not is_for_window(typed):
        speak(system_language())
        # Imported where it is needed: neither the window nor a command pays for the other.
        from gaitdesk.cli import main as run_command

        return run_command(typed)
    if importlib.util.find_spec("PySide6") is None:
        speak(system_language())
        _say(
            tr(
                "The window needs PySide6, which is not installed here. Start GaitDesk with"
                " installers/run.py, which installs it, or name a command; --help lists them."
            )
        )
        return 1
    from gaitdesk.ui.app import main as open_window

    return open_window(typed)


def language_in(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The language asked for with `--language`, and the other words.

    It is heard before anything else, or the first sentences would be in another language.
    """
    rest = list(words)
    for place, word in enumerate(rest):
        name, _, value = word.partition("=")
        if name == "--language":
            if value or place + 1 == len(rest):
                return value, rest[:place] + rest[place + 1 :]
            return rest[place + 1], rest[:place] + rest[place + 2 :]
    return None, rest


def _say(words: str) -> None:
    print(words, file=sys.stderr)  # noqa: T201 - there is no other place to say it


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
