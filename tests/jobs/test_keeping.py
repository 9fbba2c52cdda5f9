"""An analysis is kept whole or not at all, and comes back with what was corrected."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import AnalysisUnreadable, DiskFull, VideoUnreadable
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import SyncSource
from gaitdesk.domain.refusals import BlindReading, ReadingRefused
from gaitdesk.jobs import keeping
from gaitdesk.jobs.keeping import Keeping, find_films, keep_analysis, open_analysis
from gaitdesk.jobs.reporting import standing_analysis
from gaitdesk.store.edits import Edit, Kind, cell_key, sync_key
from gaitdesk.store.narratives import narrative_edits
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify
from tests.report import made
from tests.report.made import analysis as made_analysis
from tests.store.made import said

CELL = Side.LEFT, Item.STANCE_KNEE_EXTENSION


@pytest.fixture
def desk(tmp_path):
    return tmp_path / "desk"


@pytest.fixture
def analysis(tmp_path):
    """An analysis whose films are small files of known content."""
    folder = tmp_path / "films"
    folder.mkdir()
    whole = made_analysis(folder, frames=40)
    for number, film in enumerate(whole.films):
        film.video.path.write_bytes(bytes([number]) * 5000)
    films = tuple(replace(one, video=replace(one.video, sha256="")) for one in whole.films)
    return replace(whole, films=films)


@pytest.fixture
def session(analysis, desk):
    return finish(keep_analysis(analysis, Keeping(desk, "Rater A", day=date(2026, 3, 4))))


def test_an_analysis_comes_back_as_it_was_kept(analysis, session, desk):
    with Store.open(desk) as store:
        again = open_analysis(store, session)
        assert verify(store).is_whole
        (summary,) = store.sessions()
    assert again.scoresheet == analysis.scoresheet
    assert (again.patient, again.conditions) == (analysis.patient, analysis.conditions)
    assert [one.video.path for one in again.films] == [one.video.path for one in analysis.films]
    np.testing.assert_array_equal(again.films[0].pose.points_px, analysis.films[0].pose.points_px)
    assert summary.films == tuple(one.video.path.name for one in analysis.films)
    assert summary.visit.day == date(2026, 3, 4)


def test_all_that_the_head_tells_and_persons_wrote_comes_back(analysis, desk):
    told = made.told(analysis)
    session = finish(keep_analysis(told, Keeping(desk, "Rater A", day=date(2026, 5, 4))))
    with Store.open(desk, rater="Rater A") as store:
        store.record_many(session, narrative_edits(Narrative(), told.narrative))
        again = open_analysis(store, session)
        for part in ("patient", "conditions", "background", "referral", "narrative"):
            assert getattr(again, part) == getattr(told, part)
        store.record(session, Edit("", Kind.EVENTS, "0", None, told.films[0].events))
        anew = standing_analysis(store, session)
        for part in ("patient", "conditions", "background", "referral", "narrative"):
            assert getattr(anew, part) == getattr(told, part)


def test_what_one_reader_writes_is_not_in_the_reading_of_another(session, desk):
    words = Narrative(findings="crouch", recommendations="orthoses")
    with Store.open(desk, rater="Rater A") as store, Store.open(desk, rater="Rater B") as second:
        store.record_many(session, narrative_edits(Narrative(), words))
        reading = store.readings.assign(session, "Rater B")
        assert open_analysis(second, session, reading).narrative == Narrative()
        own = Narrative(findings="jump")
        second.record_many(session, narrative_edits(Narrative(), own), reading)
        assert open_analysis(second, session, reading).narrative == own
        assert open_analysis(store, session).narrative == words


def test_a_blind_reader_opens_their_own_sheet_alone(analysis, session, desk):
    with Store.open(desk, rater="Rater A") as store, Store.open(desk, rater="Rater B") as second:
        reading = store.readings.assign(session, "Rater B")
        with pytest.raises(BlindReading):
            open_analysis(second, session)
        with pytest.raises(ReadingRefused, match="Rater B has not finished"):
            open_analysis(store, session, reading)
        own = open_analysis(second, session, reading)
        assert own.scoresheet.cells == {}
        assert [one.video.path for one in own.films] == [one.video.path for one in analysis.films]
        assert open_analysis(store, session).scoresheet == analysis.scoresheet
        second.readings.finish(session, reading)
        assert open_analysis(second, session).scoresheet == analysis.scoresheet
        assert open_analysis(store, session, reading).scoresheet.cells == {}


def test_films_are_known_by_their_content(analysis, session, desk):
    with Store.open(desk) as store:
        films = list(store.films(session).values())
    assert [one.sha256 for one in films] == [
        hashlib.sha256(one.video.path.read_bytes()).hexdigest() for one in analysis.films
    ]
    assert [one.size_bytes for one in films] == [5000] * len(films)


def test_what_was_corrected_is_in_what_comes_back(analysis, session, desk):
    events = analysis.films[0].events[1:]
    sync = replace(analysis.sync[0], offset_s=0.25, source=SyncSource.USER)
    with Store.open(desk) as store:
        cell = store.sheet(session).get(*CELL)
        visit = store.visit(session)
        shod = replace(visit, conditions=Conditions("shoes"))
        edits = [
            Edit("", Kind.CELL, cell_key(*CELL), cell, said(cell, Score.MARKED)),
            Edit("", Kind.EVENTS, "0", None, events),
            Edit("", Kind.SYNC, sync_key(sync.sagittal, sync.coronal), None, sync),
            Edit("", Kind.VISIT, "", visit, shod),
        ]
        store.record_many(session, edits)
        again = open_analysis(store, session)
        assert again.scoresheet.get(*CELL).score is Score.MARKED
        assert again.films[0].events == events
        assert again.sync[0] == sync
        assert again.conditions.footwear == "shoes"
        store.undo(session)
        assert open_analysis(store, session).films[0].events == analysis.films[0].events


def test_a_second_analysis_leaves_what_a_person_has_said(analysis, session, desk):
    with Store.open(desk, rater="Rater A") as store:
        cell = store.sheet(session).get(*CELL)
        store.record(session, Edit("", Kind.CELL, cell_key(*CELL), cell, said(cell, Score.MARKED)))
    cells = {
        key: replace(one, proposed=tuple(replace(p, note="again") for p in one.proposed))
        for key, one in analysis.scoresheet.cells.items()
    }
    second = replace(analysis, scoresheet=replace(analysis.scoresheet, cells=cells))
    keep = Keeping(desk, "Rater A", session)
    assert finish(keep_analysis(second, keep)) == session
    with Store.open(desk, rater="Rater A") as store:
        sheet = store.sheet(session)
        assert sheet.get(*CELL).score is Score.MARKED
        assert {p.note for one in sheet.cells.values() for p in one.proposed} == {"again"}
        assert len(store.films(session)) == len(analysis.films)
        assert len(store.analyses(session)) == 2
        step = store.undo(session)
        assert step.entries[0].new.proposed == cells[CELL].proposed
        assert step.entries[0].new.state is cells[CELL].state
        assert verify(store).is_whole


def test_a_moved_film_is_found_by_its_content(analysis, session, desk, tmp_path):
    film = analysis.films[0].video.path
    (tmp_path / "archive" / "2026").mkdir(parents=True)
    (tmp_path / "archive" / "decoy.mp4").write_bytes(b"x" * 5000)
    moved = film.rename(tmp_path / "archive" / "2026" / "renamed.bin")
    assert [one.path for one in finish(find_films(session, [], desk))] == [film]
    assert finish(find_films(session, [tmp_path / "archive"], desk)) == ()
    with Store.open(desk) as store:
        assert open_analysis(store, session).films[0].video.path == moved
        assert verify(store).is_whole
    assert finish(find_films(session, [], desk)) == ()


def test_a_film_that_is_gone_is_told_and_nothing_kept(analysis, desk):
    analysis.films[0].video.path.unlink()
    with pytest.raises(VideoUnreadable, match="not there any more"):
        finish(keep_analysis(analysis, Keeping(desk)))
    assert not desk.exists()


def test_files_that_cannot_be_written_leave_no_visit(analysis, desk, monkeypatch):
    def full(analysis, folder):
        (folder / "half").mkdir(parents=True)
        raise DiskFull(folder, 0)

    monkeypatch.setattr(keeping, "write_analysis", full)
    with pytest.raises(DiskFull):
        finish(keep_analysis(analysis, Keeping(desk)))
    with Store.open(desk) as store:
        assert store.sessions() == ()
    assert list((desk / keeping.ANALYSES).iterdir()) == []


def test_an_analysis_changed_by_hand_is_refused(session, desk):
    (file,) = (desk / keeping.ANALYSES).glob("*/analysis.json")
    file.write_text(file.read_text().replace("12", "13", 1))
    with Store.open(desk) as store, pytest.raises(AnalysisUnreadable, match="not the file"):
        open_analysis(store, session)


def test_the_day_is_the_one_the_films_state(analysis, desk):
    films = tuple(
        replace(one, video=replace(one.video, recorded_at="2025-07-01T09:30:00+00:00"))
        for one in analysis.films
    )
    session = finish(keep_analysis(replace(analysis, films=films), Keeping(desk)))
    with Store.open(desk) as store:
        assert store.visit(session).day == date(2025, 7, 1)
