"""The network reads a visit again where a correction changed its clips, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType, SimpleNamespace

import pytest

from gaitdesk.childgait.clips import Sampling
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import SideSwap
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.jobs import rereading
from gaitdesk.jobs.correcting import network_answers
from gaitdesk.jobs.following import look
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.network import NetworkAnswers, keep_answers
from gaitdesk.jobs.seen import KeptReading, ReadingHead
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.edits import Edit, Kind
from gaitdesk.store.store import Store
from tests.report import made

NETWORK = "net 1"
EVEN, AT_EVENTS = Sampling(phases=()), Sampling(hop=0)


def answer(score):
    return Proposal(Origin.NETWORK, NETWORK, State.SCORED, score=score, direction=Direction.NORMAL)


@pytest.fixture
def desk(tmp_path):
    """A visit that a network has read: everything is normal."""
    folder = tmp_path / "films"
    folder.mkdir()
    walk = made.analysis(folder, frames=160, height=90)
    for number, film in enumerate(walk.films):
        film.video.path.write_bytes(bytes([number]) * 1000)
    films = tuple(replace(one, video=replace(one.video, sha256="")) for one in walk.films)
    cells = {cell: ItemScore.from_proposal(answer(Score.NORMAL)) for cell in walk.scoresheet.cells}
    walk = replace(walk, films=films, scoresheet=Scoresheet(MappingProxyType(cells)))
    place = tmp_path / "desk"
    return place, finish(keep_analysis(walk, Keeping(place, "Rater A", day=date(2026, 3, 4))))


@pytest.fixture
def read(monkeypatch):
    """A network that finds everything marked; what it was asked, and how it cuts clips."""
    asked = SimpleNamespace(times=0, sampling=EVEN, name=NETWORK)

    def wanted(readers, name):
        assert name == "net"
        model = SimpleNamespace(config=SimpleNamespace(sampling=asked.sampling))
        return SimpleNamespace(name=asked.name, model=model)

    def reading(visit, network):
        asked.times += 1
        yield Progress(0, 1000, "")
        answers = {(side, item): answer(Score.MARKED) for side in Side for item in Item}
        head = ReadingHead(NETWORK, "", "", False, (), ())
        return NetworkAnswers(visit.session, answers, KeptReading(head, {}), visit.states)

    monkeypatch.setattr(rereading, "wanted_network", wanted)
    monkeypatch.setattr(rereading, "read_films", reading)
    return asked


def swap_sides(desk):
    folder, session = desk
    with Store.open(folder, rater="Rater A") as store:
        record_correction(store, session, new_correction("x", SideSwap(0, 20, 60)))


def move_event(desk):
    folder, session = desk
    with Store.open(folder, rater="Rater A") as store:
        first, *others = finish(look(store, session)).analysis.films[0].events
        moved = (replace(first, frame=first.frame + 3, time_s=first.time_s + 0.05), *others)
        store.record(session, Edit("Move", Kind.EVENTS, "0", None, moved))


def reread(desk):
    """Let the network read again, and put what it says into the form."""
    folder, session = desk
    answers = finish(rereading.reread(session, folder))
    if answers is not None:
        with Store.open(folder) as store:
            keep_answers(store, answers)
    return answers


def seen(desk):
    folder, session = desk
    with Store.open(folder) as store:
        return finish(look(store, session))


def test_nothing_is_read_where_nothing_was_corrected(desk, read):
    assert not seen(desk).is_unread
    assert reread(desk) is None
    assert read.times == 0


def test_a_correction_is_read_once(desk, read):
    swap_sides(desk)
    assert seen(desk).is_unread
    assert reread(desk) is not None
    after = seen(desk)
    assert not after.is_unread
    answers = network_answers(after.analysis.scoresheet).values()
    assert {one.score for one in answers} == {Score.MARKED}
    assert reread(desk) is None
    assert read.times == 1


def test_a_moved_event_is_not_read_again_where_clips_are_cut_evenly(desk, read):
    move_event(desk)
    assert seen(desk).is_unread
    assert reread(desk) is None
    assert read.times == 0
    assert not seen(desk).is_unread


def test_a_moved_event_is_read_again_where_clips_are_cut_at_events(desk, read):
    read.sampling = AT_EVENTS
    move_event(desk)
    assert reread(desk) is not None
    assert read.times == 1


def test_what_is_undone_needs_no_reading(desk, read):
    swap_sides(desk)
    reread(desk)
    folder, session = desk
    with Store.open(folder, rater="Rater A") as store:
        store.undo(session)
    assert not seen(desk).is_unread
    assert seen(desk).is_behind


def test_another_version_of_the_network_does_not_answer_for_it(desk, read):
    swap_sides(desk)
    read.name = "net 2"
    with pytest.raises(ModelPackageInvalid, match="another version"):
        reread(desk)
    assert read.times == 0


def test_reading_can_be_stopped_and_is_outstanding_still(desk, read):
    swap_sides(desk)
    folder, session = desk
    job = rereading.reread(session, folder)
    next(job)
    job.close()
    assert seen(desk).is_unread
