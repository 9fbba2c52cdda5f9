"""Files whose entry never came are noticed and removed, and nothing else ever is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.correction import PersonChoice
from gaitdesk.domain.shapes import Point
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.edits import AnalysisFacts, FilmFacts
from gaitdesk.store.erasing import ANALYSES, FILMS, MASKS, PEOPLE
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.store.strays import WORKING_S, remove_strays, strays
from gaitdesk.store.verify import verify

PERSON, FILM = "7f" * 32, "ab" * 32
KILLED = """
import os, signal, sys
from pathlib import Path
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from tests.jobs.kept_visit import filmed

plain = Path.replace

def replace(self, target):
    plain(self, target)
    if Path(target).parent.name == "analyses":
        os.kill(os.getpid(), signal.SIGKILL)

Path.replace = replace
films, desk = map(Path, sys.argv[1:])
finish(keep_analysis(filmed(films), Keeping(desk, "Rater A")))
"""


@pytest.fixture
def named(store, session):
    """A store with a film, an analysis, and a person, each in its place; their places."""
    folder = store.folder
    store.add_analysis(session, AnalysisFacts(Path(ANALYSES) / "one", (("a.json", "00" * 32),)))
    film = (folder / FILMS / f"{FILM}.mp4").absolute()
    store.add_film(session, FilmFacts(0, FILM, 4, film, Plane.SAGITTAL))
    choice = PersonChoice(0, 0, Point(1.0, 2.0), PERSON)
    record_correction(store, session, new_correction("Choose another person", choice))
    places = (folder / ANALYSES / "one", folder / PEOPLE / PERSON, film)
    for place in places:
        laid(place)
    return places


def laid(place: Path, age_s: float = 0.0) -> Path:
    """Something that was put into a place so long ago."""
    if place.suffix:
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"film")
    else:
        place.mkdir(parents=True)
        (place / "analysis.json").write_text("{}")
    then = time.time() - age_s
    os.utime(place, (then, then))
    return place


def test_what_an_entry_names_stays_even_when_it_was_taken_back(store, session, named):
    store.undo(session)
    assert strays(store.database, store.folder, clock=lambda: time.time() + 10 * WORKING_S) == ()
    assert remove_strays(store) == 0
    assert all(place.exists() for place in named)


def test_what_no_entry_names_is_removed_and_the_rest_stays(store, named):
    folder = store.folder
    analysis, person = laid(folder / ANALYSES / "two"), laid(folder / PEOPLE / ("00" * 32))
    assert set(strays(store.database, folder)) == {analysis, person}
    (note,) = verify(store).notes
    assert note.startswith("2 files or folders in the data folder belong to no entry")
    assert remove_strays(store) == 2
    assert [one.name for one in (folder / ANALYSES).iterdir()] == ["one"]
    assert [one.name for one in (folder / PEOPLE).iterdir()] == [PERSON]
    assert verify(store).notes == ()
    assert all(place.exists() for place in named)


def test_what_may_be_in_work_is_left_alone_for_a_day(store, named):
    folder, old = store.folder, WORKING_S + 60.0
    young = [laid(folder / FILMS / "new.mp4"), laid(folder / ANALYSES / ".draft")]
    aged = [
        laid(folder / FILMS / "half.mp4", old),
        laid(folder / MASKS / "lost.npz", old),
        laid(folder / PEOPLE / ".draft", old),
    ]
    assert remove_strays(store) == len(aged)
    assert all(place.exists() for place in young)
    assert not any(place.exists() for place in aged)


def test_nothing_is_removed_where_an_earlier_journal_was_put_back(store, session, named):
    folder = store.folder
    store.close()
    earlier = shutil.copyfile(folder / STORE_FILE, folder / "copy")
    with Store.open(folder) as later:
        facts = AnalysisFacts(Path(ANALYSES) / "late", (("a.json", "00" * 32),))
        later.add_analysis(session, facts)
    late = laid(folder / ANALYSES / "late")
    for name in (STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"):
        (folder / name).unlink(missing_ok=True)
    earlier.rename(folder / STORE_FILE)
    with Store.open(folder) as back:
        assert strays(back.database, folder) == ()
        assert remove_strays(back) == 0
    assert late.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no process is killed like that there")
def test_a_process_killed_between_file_and_entry_leaves_nothing_for_long(tmp_path):
    desk = tmp_path / "desk"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "films"), str(desk)],
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    (left,) = (desk / ANALYSES).iterdir()
    with Store.open(desk, rater="Rater A") as store:
        assert store.sessions() == ()
        assert strays(store.database, desk) == (left,)
        assert verify(store).is_whole
        assert remove_strays(store) == 1
    assert list((desk / ANALYSES).iterdir()) == []
