"""`gaitdesk verify`: its words and its exit code."""

from __future__ import annotations

import pytest

from gaitdesk import cli
from gaitdesk.domain.evgs import Score
from gaitdesk.store.store import Store
from tests.store.made import score, visit
from tests.store.test_verify import behind_its_back


@pytest.fixture
def told(folder, capsys):
    with Store.open(folder, rater="Rater A") as store:
        score(store, visit(store), Score.MARKED)

    def run() -> tuple[int, str]:
        code = cli.main(["verify", "--data-folder", str(folder)])
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


def test_a_whole_store_is_said_to_be_whole(told):
    code, words = told()
    assert code == 0
    assert "38 entries, each as it was written" in words


def test_a_changed_entry_is_named_with_time_and_visit(told, folder):
    behind_its_back(folder, "UPDATE journal SET reason = 'agreed' WHERE seq = 38")
    code, words = told()
    assert code == 1
    assert "! Entry 38 was changed after it was written." in words
    (line,) = [one for one in words.splitlines() if one.startswith("First bad entry: 38; time 2")]
    assert len(line.rpartition(" ")[2]) == 32


def test_no_store_is_told_as_that(capsys, tmp_path):
    assert cli.main(["verify", "--data-folder", str(tmp_path)]) == 2
    assert "There is no store in" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
