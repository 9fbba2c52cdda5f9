"""Several connections in one process and another process beside it: no edit is lost between."""

from __future__ import annotations

import subprocess
import sys

from gaitdesk.store.store import Store

_OTHER = """
import sys
from pathlib import Path
from gaitdesk.store.store import Store
with Store.open(Path(sys.argv[1])) as store:
    print([one.pseudonym for one in store.patients()])
"""


def seen_elsewhere(folder):
    """Pseudonyms that another process finds in the store, which it then closes."""
    return subprocess.run(
        [sys.executable, "-c", _OTHER, str(folder)], capture_output=True, text=True, check=True
    ).stdout


def test_a_second_connection_that_closes_does_not_give_up_the_first(tmp_path):
    with Store.open(tmp_path) as window:
        window.add_patient("before")
        with Store.open(tmp_path) as job:
            job.add_patient("by the job")
        # As the last to close, the other process would take the write-ahead log away.
        assert "by the job" in seen_elsewhere(tmp_path)
        window.add_patient("after")
        assert "after" in seen_elsewhere(tmp_path)


def test_a_file_is_looked_at_again_once_nobody_has_it_open(tmp_path):
    Store.open(tmp_path).close()
    for _ in range(2):
        with Store.open(tmp_path) as store:
            store.close()
            store.close()
    with Store.open(tmp_path) as store:
        assert store.patients() == ()
