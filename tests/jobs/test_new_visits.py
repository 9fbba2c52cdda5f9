"""New visits come into the store, with the form that the chosen readers leave."""

from __future__ import annotations

from datetime import date

import pytest

from gaitdesk.domain.progress import Progress, finish
from gaitdesk.jobs import analysing, new_visits, phantoming
from gaitdesk.jobs.order import AnalysisOrder, FilmChoice
from gaitdesk.jobs.reading import Readers
from gaitdesk.store.store import Store
from tests.report import made

DAY = date(2026, 3, 4)


@pytest.fixture
def analysis(tmp_path):
    """What is found in two small files."""
    whole = made.analysis(tmp_path, frames=40)
    for film in whole.films:
        film.video.path.write_bytes(b"film")
    return whole


@pytest.fixture
def found(monkeypatch, analysis):
    """Lets every analysis find this, and says with how many threads a model was asked for."""
    threads = []

    def analyse(order, model, better=None):
        yield Progress(1, 2, "looking")
        return analysis

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr(
        "gaitdesk.perception.blazepose.BlazePose", lambda _, count: threads.append(count)
    )
    return threads


@pytest.mark.parametrize("readers", Readers)
def test_films_become_a_visit_whose_form_the_rules_fill_where_they_may(
    tmp_path, found, analysis, readers
):
    films = tuple(FilmChoice(film.video.path, film.plane) for film in analysis.films)
    order = AnalysisOrder(films, readers=readers)
    steps = []
    job = new_visits.analyse_and_keep(order, tmp_path / "desk", "Rater A", DAY)
    session = finish(job, steps.append)
    with Store.open(tmp_path / "desk") as store:
        (visit,) = store.sessions()
        assert (visit.id, visit.visit.day) == (session, DAY)
        is_filled = any(cell.score is not None for cell in store.sheet(session).cells.values())
    assert is_filled is not (readers is Readers.CHILDGAIT)
    # Two films share the two threads.
    assert found == [1]
    done = [step.done for step in steps if step.total == 1000]
    assert done == sorted(done)


def test_a_made_up_child_becomes_a_visit(tmp_path, monkeypatch, analysis):
    asked = []

    def demonstrate(order, folder):
        asked.append((order.pattern, folder))
        yield Progress(1, 1, "")
        return analysis, analysis, ()

    monkeypatch.setattr(phantoming, "demonstrate", demonstrate)
    films = tmp_path / "films"
    job = new_visits.demonstrate_and_keep(films, tmp_path / "desk", "Rater A", DAY)
    session = finish(job)
    assert asked == [("crouch", films)]
    with Store.open(tmp_path / "desk") as store:
        assert [visit.id for visit in store.sessions()] == [session]
