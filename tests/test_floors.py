"""What the floors promise beyond what their import rules can see."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import gaitdesk

HEAVY = ("PySide6", "shiboken6", "pyqtgraph", "torch", "transformers", "matplotlib")


def modules_below_the_window() -> list[str]:
    """Every module of the package but the window's."""
    found = [one.name for one in pkgutil.walk_packages(gaitdesk.__path__, "gaitdesk.")]
    return [name for name in found if name.split(".")[1] != "ui" and not name.endswith("__main__")]


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Names of all modules in a fresh interpreter that has imported them all."""
    program = (
        "import importlib, sys\n"
        f"for name in {modules_below_the_window()!r}: importlib.import_module(name)\n"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_every_module_below_the_window_is_looked_at(loaded):
    assert set(modules_below_the_window()) <= loaded
    assert {"gaitdesk.cli", "gaitdesk.jobs.analysing", "gaitdesk.domain.evgs"} <= loaded


@pytest.mark.parametrize("library", HEAVY)
def test_no_floor_below_the_window_loads(loaded, library):
    assert [name for name in loaded if name.split(".")[0] == library] == []


def test_help_is_shown_before_any_library_of_the_work_is_loaded():
    program = (
        "import sys\n"
        "from gaitdesk.cli import main\n"
        "main([])\n"
        "print([n for n in ('cv2', 'av', 'scipy', 'reportlab') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
