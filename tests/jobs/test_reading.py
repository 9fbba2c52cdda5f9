"""The network reads only where it is asked, and says in one sentence what it lacks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from gaitdesk.childgait import reader as reading
from gaitdesk.cli import main
from gaitdesk.commands.form import reader_lines
from gaitdesk.domain.analysis import Analysis, Provenance
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import LibraryMissing, ModelPackageInvalid
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Reason, Scoresheet, State
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.reading import Readers, wanted_network, with_network
from tests.childgait.stick import PaintedFilm, film, small_network
from tests.report import made

ITEM = Item.SWING_KNEE_FLEXION


@pytest.fixture(scope="module")
def read():
    """A walk whose rules say 2 everywhere, read by a network that finds all of it typical."""
    sheet = Scoresheet()
    for side in Side:
        for item in Item:
            proposal = made.all_scored(made.Score.MARKED).get(Side.LEFT, ITEM).proposed[0]
            sheet = sheet.with_cell(side, item, ItemScore.from_proposal(proposal))
    walk = Analysis(
        Patient(),
        (film(),),
        scoresheet=sheet,
        provenance=Provenance(models=("pose",), device="CPU"),
    )
    network = replace(small_network(bias=-6.0), is_for_demonstration=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(reading, "VideoReader", lambda video: PaintedFilm(film()))
        return finish(with_network(walk, network, Readers.BOTH))


def test_both_answers_stand_in_the_form_and_a_dispute_goes_to_the_reviewer(read):
    analysis, _ = read
    cell = analysis.scoresheet.get(Side.RIGHT, ITEM)
    assert [one.origin for one in cell.proposed] == [Origin.RULES, Origin.NETWORK]
    assert (cell.state, cell.reason) == (State.REVIEWER_DECIDES, Reason.READERS_DISAGREE)
    far = analysis.scoresheet.get(Side.LEFT, ITEM)
    assert far.state is State.SCORED


def test_the_terminal_marks_where_the_readers_disagree(read):
    lines = reader_lines(read[0])
    row = next(line for line in lines if f" {ITEM.value} " in line)
    assert "≠ rules: 2" in row
    assert "atypical" in row
    disputed = sum(
        cell.reason is Reason.READERS_DISAGREE for cell in read[0].scoresheet.cells.values()
    )
    assert f"disagree on {disputed} item" in lines[1]


def test_where_only_the_rules_read_the_terminal_says_nothing_of_readers():
    assert reader_lines(made.analysis()) == []


def test_a_network_for_demonstration_is_said_to_be_one(read):
    analysis, sheets = read
    assert any("not for clinical use" in note for note in analysis.films[0].notes)
    assert analysis.provenance.models == ("pose", "test network")
    assert list(sheets) == ["network-sagittal.png"]


def test_the_rules_alone_need_no_network():
    assert wanted_network(Readers.RULES) is None
    code = (
        "import sys; from gaitdesk.jobs import analysing, reading;"
        "reading.wanted_network(reading.Readers.RULES); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_torch_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LibraryMissing, match=r"torch.*pip install.*--reader rules"):
        wanted_network(Readers.BOTH)


def test_a_network_that_is_not_there_is_named():
    with pytest.raises(ModelPackageInvalid, match="no-such-network"):
        wanted_network(Readers.CHILDGAIT, "no-such-network")


def test_a_network_named_for_the_rules_is_not_understood(capsys, tmp_path):
    words = ["analyse", "--sagittal", "a.mp4", "--out", str(tmp_path), "--network", "x"]
    assert main(words) == 2
    assert "--reader both" in capsys.readouterr().err
