"""What the floors promise beyond what their import rules can see."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tomllib

import pytest

import gaitdesk
from tests.conftest import ROOT

WINDOW = ("PySide6", "shiboken6", "pyqtgraph")
HEAVY = (*WINDOW, "torch", "transformers", "matplotlib", "pydicom", "fhir", "pydantic")
NETWORK_FLOORS = ("childgait", "learning")
"""Those that hold a network, and are imported where it is about to run."""
NETWORK_MODULES = (
    "gaitdesk.perception.compute",
    "gaitdesk.perception.repvit",
    "gaitdesk.jobs.training",
    "gaitdesk.jobs.attending",
)
"""Where networks run, and what a training's own process runs: no other module loads them."""
OF_TRANSFORMERS = ("gaitdesk.perception.edgetam",)
"""What is built of transformers' classes, and imported where such a network is opened."""


def modules_below_the_window() -> list[str]:
    """Every module of the package but the window's and the network's."""
    return [
        name
        for name in all_modules()
        if name.split(".")[1] not in ("ui", *NETWORK_FLOORS)
        and name not in (*NETWORK_MODULES, *OF_TRANSFORMERS)
    ]


def modules_of_the_network() -> list[str]:
    """Every module that may load torch."""
    floors = [name for name in all_modules() if name.split(".")[1] in NETWORK_FLOORS]
    return [*floors, *NETWORK_MODULES]


def all_modules() -> list[str]:
    """Every module of the package that can be imported without starting anything."""
    found = [one.name for one in pkgutil.walk_packages(gaitdesk.__path__, "gaitdesk.")]
    return [name for name in found if not name.endswith("__main__")]


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Names of all modules in a fresh interpreter that has imported all below the window."""
    return loaded_with(modules_below_the_window())


def loaded_with(modules: list[str]) -> set[str]:
    """Names of all modules in a fresh interpreter that has imported these."""
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
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


def test_what_runs_a_network_is_loaded_when_it_is_about_to_run(loaded):
    assert {"gaitdesk.perception.sapiens", "gaitdesk.jobs.teaching"} <= loaded
    assert loaded.isdisjoint((*NETWORK_MODULES, *OF_TRANSFORMERS))


def test_the_network_loads_neither_the_window_nor_transformers():
    names = {name.split(".")[0] for name in loaded_with(modules_of_the_network())}
    assert names & {*WINDOW, "transformers", "matplotlib"} == set()
    assert "torch" in names


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


def test_every_package_but_the_window_is_forbidden_to_know_qt():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    forbidden = next(
        one["source_modules"]
        for one in contracts["tool"]["importlinter"]["contracts"]
        if one["type"] == "forbidden"
    )
    packages = {
        f"gaitdesk.{one.name}"
        for one in pkgutil.iter_modules(gaitdesk.__path__)
        if one.name not in ("ui", "__main__")
    }
    assert set(forbidden) == packages
