"""A kept visit is read by the network at any time; what persons said meanwhile stays."""

from __future__ import annotations

import hashlib
import io
import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gaitdesk.childgait import reader as reading
from gaitdesk.childgait.shown import DROPPED_GREY
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import network as module
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.network import NetworkAnswers, beside, keep_answers, read_by_network
from gaitdesk.jobs.seen import with_reading
from gaitdesk.jobs.seen_files import kept_reading, known_films
from gaitdesk.store.edits import Edit, Kind, cell_key
from gaitdesk.store.erasing import READINGS
from gaitdesk.store.store import Store
from tests.childgait.stick import PaintedFilm, film, small_network
from tests.report import made

ITEM = Item.SWING_KNEE_FLEXION
NEAR = Side.RIGHT, ITEM


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """A visit whose rules say 2 everywhere, read by a network that finds all of it typical.

    The data folder, the visit and the answers; the form is still as the rules filled it.
    """
    folder = tmp_path_factory.mktemp("data")
    path = folder / "stick.mp4"
    path.write_bytes(b"stands for a film")
    shown = film()
    walk = replace(
        made.analysis(),
        films=(replace(shown, video=replace(shown.video, path=path)),),
        sync=(),
        cycles=(),
        curves=(),
        scoresheet=rules(),
    )
    session = finish(keep_analysis(walk, Keeping(folder, day=date(2026, 5, 4))))
    network = replace(small_network(bias=-6.0), is_for_demonstration=True, weights="of a file")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(module, "wanted_network", lambda readers, name: network)
        monkeypatch.setattr(reading, "VideoReader", lambda video: PaintedFilm(shown))
        steps = []
        answers = finish(read_by_network(session, folder), steps.append)
    assert steps[-1].total == 1000
    return folder, session, answers


def rules(score=Score.MARKED) -> Scoresheet:
    proposal = made.all_scored(score).get(Side.LEFT, ITEM).proposed[0]
    sheet = Scoresheet()
    for side in Side:
        for item in Item:
            sheet = sheet.with_cell(side, item, ItemScore.from_proposal(proposal))
    return sheet


@pytest.fixture
def store(answered, tmp_path):
    """A store with the visit of its own, and the answers to it."""
    folder, session, answers = answered
    with Store.open(folder) as old:
        sheet = old.sheet(session)
    with Store.open(tmp_path / "own") as own:
        patient = own.add_patient("P-1")
        with Store.open(folder) as old:
            visit = replace(old.visit(session), patient=patient)
        fresh = own.add_session(visit)
        own.import_sheet(fresh, sheet, "Analysis")
        yield own, fresh, NetworkAnswers(fresh, answers.proposals, answers.reading, {})


def test_reading_leaves_the_form_as_it_is(answered):
    folder, session, answers = answered
    with Store.open(folder) as held:
        origins = {
            one.origin for cell in held.sheet(session).cells.values() for one in cell.proposed
        }
    assert origins == {Origin.RULES}
    assert set(answers.proposals) == set(rules().cells)


def test_both_answers_stand_in_the_form_and_a_dispute_goes_to_the_reviewer(store):
    own, session, answers = store
    keep_answers(own, answers)
    cell = own.sheet(session).get(*NEAR)
    assert [one.origin for one in cell.proposed] == [Origin.RULES, Origin.NETWORK]
    assert (cell.state, cell.reason) == (State.REVIEWER_DECIDES, Reason.READERS_DISAGREE)


def test_what_a_person_said_meanwhile_stays_and_can_be_undone(store):
    own, session, answers = store
    before = own.sheet(session).get(*NEAR)
    mine = replace(
        before,
        score=Score.MODERATE,
        direction=Direction.REDUCED,
        origin=Origin.REVIEWER,
        is_confirmed=True,
        comment="stiff",
    )
    own.record(session, Edit("mine", Kind.CELL, cell_key(*NEAR), before, mine))
    keep_answers(own, answers)
    cell = own.sheet(session).get(*NEAR)
    assert (cell.score, cell.origin, cell.comment) == (Score.MODERATE, Origin.REVIEWER, "stiff")
    assert cell.is_confirmed
    assert [one.origin for one in cell.proposed] == [Origin.RULES, Origin.NETWORK]
    own.undo(session)
    undone = own.sheet(session).get(*NEAR)
    assert not undone.is_confirmed
    assert [one.origin for one in undone.proposed] == [Origin.RULES, Origin.NETWORK]


def test_reading_twice_leaves_one_answer_of_the_network(store):
    own, session, answers = store
    keep_answers(own, answers)
    once = own.sheet(session)
    keep_answers(own, answers)
    assert own.sheet(session) == once


def test_a_network_alone_fills_a_form_that_nobody_has_read(answered):
    proposals = answered[2].proposals
    cell = beside(Scoresheet(), proposals).get(*NEAR)
    assert (cell.origin, cell.score) == (Origin.NETWORK, Score.NORMAL)
    assert len(cell.proposed) == 1


def test_what_it_saw_is_kept_and_found_again(answered):
    folder, session, answers = answered
    found = kept_reading(folder, session)
    assert found.head == answers.reading.head
    seen, first = found.seen(NEAR), answers.reading.seen(NEAR)
    assert np.array_equal(seen.pictures, first.pictures)
    assert np.array_equal(seen.heat, first.heat)
    assert seen.head.atypical == pytest.approx(answers.proposals[NEAR].atypical)
    assert found.seen((Side.LEFT, ITEM)) is None
    size = sum(one.stat().st_size for one in (folder / READINGS / session).iterdir())
    assert size < 20_000_000


def test_what_it_saw_lies_in_the_frames_of_the_film(answered):
    seen = answered[2].reading.seen(NEAR)
    shapes = seen.shapes()
    assert sorted(shapes) == list(range(int(seen.numbers[0]), int(seen.numbers[-1]) + 1))
    assert seen.heat.max() == pytest.approx(1.0)
    assert any(shapes.values())
    grey = (seen.pictures == DROPPED_GREY).all(axis=-1)
    assert 0.2 < grey.mean() < 1.0
    tinted = seen.tinted()
    assert tinted.shape == seen.pictures.shape
    assert (tinted != seen.pictures).any()


@pytest.fixture
def copy(answered, tmp_path):
    """The folder of a reading of its own, and the file of its film."""
    folder, session, _ = answered
    place = tmp_path / READINGS / session
    shutil.copytree(folder / READINGS / session, place)
    assert kept_reading(tmp_path, session) is not None
    (film,) = place.glob("*.npz")
    return place, film


def cut(place, film):
    film.write_bytes(film.read_bytes()[:-400])


def turned(place, film):
    content = bytearray(film.read_bytes())
    content[len(content) // 2] ^= 1
    film.write_bytes(content)


def foreign(place, film):
    """A whole file by its right name that holds something else."""
    stream = io.BytesIO()
    np.savez_compressed(stream, head=np.zeros(3, np.uint8), kept0=np.zeros(2))
    renamed(place, film, stream.getvalue())


def pickled(place, film):
    stream = io.BytesIO()
    np.savez_compressed(stream, head=np.array([{}]))
    renamed(place, film, stream.getvalue())


def no_archive(place, film):
    renamed(place, film, b"this is no archive")


def renamed(place, film, content):
    name = hashlib.sha256(content).hexdigest()
    (place / f"{name}.npz").write_bytes(content)
    head = place / "reading.json"
    head.write_text(head.read_text(encoding="utf-8").replace(film.stem, name), encoding="utf-8")
    film.unlink()


def elsewhere(place, film):
    head = place / "reading.json"
    words = head.read_text(encoding="utf-8").replace(film.stem, f"../{film.stem}")
    head.write_text(words, encoding="utf-8")
    film.rename(place.parent / film.name)


HARMS = {
    "missing": lambda place, film: film.unlink(),
    "cut": cut,
    "one bit turned": turned,
    "foreign": foreign,
    "pickled": pickled,
    "no archive": no_archive,
    "elsewhere": elsewhere,
    "no json": lambda place, film: (place / "reading.json").write_text("{", encoding="utf-8"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_reading_that_was_harmed_is_as_if_there_were_none(copy, harm):
    place, film = copy
    HARMS[harm](place, film)
    assert kept_reading(place.parent.parent, place.name) is None
    assert not known_films(place)


def test_the_report_tells_of_the_network_once(answered):
    read = answered[2].reading
    told = with_reading(made.analysis(), read)
    assert told.provenance.models[-1] == read.head.provenance
    assert any("not for clinical use" in note for note in told.films[0].notes)
    again = with_reading(told, read)
    assert again.provenance == told.provenance
    assert again.films[0].notes == told.films[0].notes
    assert with_reading(told, None) is told
