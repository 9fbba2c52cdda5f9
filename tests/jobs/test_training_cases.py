"""Training cases are kept one by one; their answers are hidden until they have been read."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from types import MappingProxyType

import pytest

from gaitdesk.domain.evgs import ItemScore, Origin, Proposal, Score, Scoresheet, State
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.domain.refusals import ReadingRefused
from gaitdesk.jobs import training_cases as jobs
from gaitdesk.jobs.at_desk import AtDesk
from gaitdesk.jobs.training_cases import WALKS, make_training_cases, training_order
from gaitdesk.phantom.patterns import PATTERNS
from gaitdesk.store import training_cases
from gaitdesk.store.edits import Edit, Kind, cell_key
from gaitdesk.store.training_cases import Answers
from gaitdesk.store.vault import Vault
from gaitdesk.ui.scoring import answers
from tests.jobs.kept_visit import filmed


@pytest.fixture
def desk(tmp_path):
    return AtDesk(tmp_path / "desk", "Dr. Lin", Vault())


def true(cell):
    """What is true of an item of a made-up child: the first score it can have above normal."""
    _, item = cell
    score = next(one for one in answers.scores(item) if one is not Score.NORMAL)
    way = answers.directions(item, score)[0]
    return ItemScore.from_proposal(Proposal(Origin.PHANTOM, "phantom", State.SCORED, score, way))


@pytest.fixture(autouse=True)
def ordered(monkeypatch):
    """Children that were ordered; they are filmed in grey, for filming takes minutes."""
    orders = []

    def film_and_analyse(order, folder):
        orders.append(order)
        yield Progress(0, 1000, "Filming the phantom")
        analysis = filmed(folder / "phantom")
        analysis = replace(analysis, patient=Patient("phantom", order.age_years, 1.2))
        sheet = Scoresheet(MappingProxyType({cell: true(cell) for cell in answers.CELLS}))
        yield Progress(500, 1000, "Following the patient")
        return replace(analysis, scoresheet=sheet), analysis

    monkeypatch.setattr(jobs, "film_and_analyse", film_and_analyse)
    return orders


def read(store, session):
    """Read a case: every item normal."""
    reading = training_cases.begin(store, session)
    for cell in answers.CELLS:
        before = store.sheet(session, reading)
        given = answers.scores(cell[1])[0]
        way = answers.directions(cell[1], given)[0]
        after = answers.with_score(before, *cell, given, way)
        edit = Edit("Score", Kind.CELL, cell_key(*cell), before.get(*cell), after.get(*cell))
        store.record(session, edit, reading)
    return reading


def test_the_first_cases_show_different_walks_of_known_patterns():
    orders = [training_order(number) for number in range(2 * len(WALKS))]
    assert len({one.pattern for one in orders[: len(WALKS)]}) == len(WALKS)
    assert {one.pattern for one in orders} <= set(PATTERNS)
    assert len({(one.pattern, one.age_years, one.seed) for one in orders}) == len(orders)
    assert training_order(3) == training_order(3)


def test_cases_are_kept_and_more_are_other_children(desk, ordered):
    made = finish(make_training_cases(desk, 2))
    more = finish(make_training_cases(desk, 1))
    assert ordered == [training_order(number) for number in range(3)]
    with desk.opened() as store:
        assert training_cases.sources(store) == dict.fromkeys((*made, *more), Answers.TRUTH)
        names = {one.id: one.pseudonym for one in store.sessions()}
        assert [names[one] for one in (*made, *more)] == [
            "Training-01",
            "Training-02",
            "Training-03",
        ]
        # The name tells nothing of the walk.
        assert not [name for name in names.values() for walk, *_ in WALKS if walk in name]


def test_how_far_it_is_never_goes_back(desk):
    told = []
    job = make_training_cases(desk, 2)
    with contextlib.suppress(StopIteration):
        while True:
            told.append(next(job).done)
    assert told == sorted(told)
    assert told[-1] <= 1000


def test_stopping_leaves_the_cases_that_are_whole(desk):
    job = make_training_cases(desk, 3)
    while True:
        next(job)
        with desk.opened() as store:
            if training_cases.sources(store):
                break
    job.close()
    with desk.opened() as store:
        assert len(training_cases.sources(store)) == 1
        assert len(store.sessions()) == 1


def test_a_trainee_reads_blind_and_then_sees_what_was_right(desk):
    (session,) = finish(make_training_cases(desk, 1))
    trainee = replace(desk, rater="J. Meyer")
    with trainee.opened() as store:
        assert training_cases.is_hidden(store, session)
        reading = read(store, session)
        held = store.sheet(session, reading)
        assert not [one for cell in held.cells.values() for one in cell.proposed]
        with pytest.raises(ReadingRefused):
            training_cases.lessons(store, session)
        store.readings.finish(session, reading)
        lessons = training_cases.lessons(store, session)
        assert len(lessons) == 34
        assert not [one for one in lessons if one.is_right]
        assert {one.right.score for one in lessons} <= {Score.MODERATE, Score.MARKED}
        assert not training_cases.is_hidden(store, session)
