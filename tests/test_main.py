"""Which words open the window, and which are for the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gaitdesk.__main__ import has_screen, is_for_window


@pytest.fixture(autouse=True)
def _screen(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--demo"],
        ["--data-folder", "there"],
        ["--data-folder=there"],
        ["--demo", "--data-folder=x"],
    ],
)
def test_for_the_window(words):
    assert is_for_window(words)


@pytest.mark.parametrize(
    "words",
    [
        ["analyse", "--sagittal", "a.mp4"],
        ["analyze"],
        ["--help"],
        ["--version"],
        ["--data-folder", "there", "--help"],
        ["--demo", "--out", "results"],
        ["doctor"],
    ],
)
def test_for_the_command_line(words):
    assert not is_for_window(words)


def test_a_film_opens_the_window(tmp_path):
    film = tmp_path / "walk.mp4"
    assert not is_for_window([str(film)])
    film.write_bytes(b"")
    assert is_for_window([str(film)])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen")
def test_without_a_screen_the_demonstration_stays_in_the_terminal(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not has_screen()
    assert not is_for_window(["--demo"])


def test_choosing_loads_neither_the_window_nor_the_work():
    program = (
        "import sys\n"
        "from gaitdesk.__main__ import is_for_window\n"
        "is_for_window([])\n"
        "print([n for n in ('PySide6', 'numpy', 'argparse') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
