from __future__ import annotations

from gaitdesk import cli
from gaitdesk.domain.evgs import Score
from gaitdesk.store.edits import Edit, Kind, cell_key
from tests.store.made import CELLS, HIP, KNEE, opened, said, score_all


def test_a_terminal_shows_how_far_readers_agree(store, session, folder, capsys):
    score_all(store, session)
    reading = store.readings.assign(session, "Rater B")
    with opened(folder, "Rater B") as second:
        for cell in CELLS:
            value = Score.MARKED if cell in (KNEE, HIP) else Score.MODERATE
            edit = Edit("Score", Kind.CELL, cell_key(*cell), None, said(None, value))
            second.record(session, edit, reading)
        second.readings.finish(session, reading)
    assert cli.main(["agreement", "--data-folder", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1] == "Rater A and Rater B"
    knee = next(line for line in told if line.startswith("KEX"))
    assert knee.split() == ["KEX", "2", "50", "%", "0.00", "0.00", "0.00"]
    everything = next(line for line in told if line.startswith("all"))
    assert everything.split()[:4] == ["all", "34", "94", "%"]
    assert "Rater B less Rater A: 1.00 points on average, 95 % from 1.00 to 1.00" in told
    assert any("Rater B and rules 1" in line for line in told)
    assert any(line.startswith("All readers together: ICC(2,1)") for line in told)


def test_a_terminal_says_that_nothing_was_read_twice(store, folder, capsys):
    assert cli.main(["agreement", "--data-folder", str(folder)]) == 0
    assert capsys.readouterr().out.strip() == "No visit was read by two readers yet."
