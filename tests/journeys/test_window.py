"""From films to a printed report through the window, with the plug pulled in the middle."""

from __future__ import annotations

import subprocess
import sys

import pypdf
import pytest

from gaitdesk.store.store import Store
from tests.conftest import ROOT

CELLS = 34


def desk(*words):
    """A process in which somebody works at the desk."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.at_the_desk", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A data folder after a process that scored 34 cells was killed; what it had said."""
    folder = tmp_path_factory.mktemp("desk")
    films = folder / "films"
    films.mkdir()
    said = []
    with desk("score", folder / "data", films) as process:
        for line in process.stdout:
            if line.strip() == "all":
                process.kill()
                break
            said.append(line.strip())
    return folder, said


def held_in(data):
    """Every cell of the only visit, as the process said them."""
    from gaitdesk.ui.scoring.answers import CELLS as ORDER

    with Store.open(data) as store:
        (visit,) = store.sessions()
        sheet = store.sheet(visit.id)
    cells = [sheet.get(*cell) for cell in ORDER]
    return [
        f"{number} {cell.score} {cell.direction} {cell.is_confirmed}"
        for number, cell in enumerate(cells)
    ]


def test_nothing_confirmed_is_lost_to_kill_9(killed):
    folder, said = killed
    assert len(said) == CELLS
    assert all(line.endswith("True") for line in said)
    assert held_in(folder / "data") == said


def test_ten_steps_are_undone_after_the_restart_and_the_report_is_saved(killed):
    folder, said = killed
    out = folder / "results"
    with desk("undo", folder / "data", out) as process:
        lines = process.stdout.read().splitlines()
    assert process.returncode == 0
    assert lines[: CELLS - 10] == said[: CELLS - 10]
    assert not any(line.endswith("True") for line in lines[CELLS - 10 : CELLS])
    assert held_in(folder / "data") == lines[:CELLS]
    report = pypdf.PdfReader(out / "report.pdf")
    printed = "\n".join(page.extract_text() for page in report.pages)
    assert "24 of 34 items confirmed" in printed
