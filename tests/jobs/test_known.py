"""The network's answers hold as long as nothing they rest on was corrected."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.correction import JointMove, SideSwap
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
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs.known import Read, cause_of, known_answers, note_read, read_states
from tests.report import made
from tests.store import made as stored

SWAP = SideSwap(0, 3, 9)
MOVE = JointMove(0, Landmark.LEFT_KNEE, 10, Point(20.0, 30.0), 4, 16)
NETWORK = "net 1"


def read_by_network(score, reader=NETWORK):
    """A form in which the network has given every item the same score."""
    answer = Proposal(Origin.NETWORK, reader, State.SCORED, score=score, direction=Direction.NORMAL)
    cells = {(side, item): ItemScore.from_proposal(answer) for side in Side for item in Item}
    return Scoresheet(MappingProxyType(cells))


@pytest.fixture(scope="module")
def walk():
    return replace(made.analysis(height=90), scoresheet=read_by_network(Score.NORMAL))


def ask(walk, held=Score.MARKED, corrections=None, read=None, films=None):
    return known_answers(
        walk, read_by_network(held), films or walk.films, corrections or {}, read or {}
    )


def test_nothing_corrected_leaves_the_first_answers(walk):
    known = ask(walk)
    assert not known.outdated
    assert {one.score for one in known.answers.values()} == {Score.NORMAL}


def test_a_corrected_film_outdates_the_items_read_from_it_and_no_others(walk):
    known = ask(walk, corrections={0: (SWAP,)})
    items = {item for _, item in known.outdated}
    sagittal = {item for item in Item if item.plane is Plane.SAGITTAL}
    assert items == sagittal | {Item.PELVIC_ROTATION}


def test_what_was_read_after_the_correction_holds(walk):
    read = {0: Read(cause_of(walk.films[0], (SWAP,)), "clips")}
    known = ask(walk, corrections={0: (SWAP,)}, read=read)
    assert not known.outdated
    assert known.read == read
    assert known.answers[Side.LEFT, Item.SWING_KNEE_FLEXION].score is Score.MARKED
    assert known.answers[Side.LEFT, Item.PELVIC_OBLIQUITY].score is Score.NORMAL


def test_another_correction_after_reading_outdates_it_again(walk):
    read = {0: Read(cause_of(walk.films[0], (SWAP,)), "clips")}
    known = ask(walk, corrections={0: (SWAP, MOVE)}, read=read)
    assert (Side.LEFT, Item.SWING_KNEE_FLEXION) in known.outdated
    assert known.read == {}


def test_taking_everything_back_restores_the_first_answers_and_forgets_the_later_state(walk):
    read = {0: Read(cause_of(walk.films[0], (SWAP,)), "clips")}
    known = ask(walk, read=read)
    assert not known.outdated
    assert {one.score for one in known.answers.values()} == {Score.NORMAL}
    assert known.read == {}


def test_moved_events_may_move_clips(walk):
    first, *others = walk.films[0].events
    moved = replace(walk.films[0], events=(replace(first, frame=first.frame + 3), *others))
    assert ask(walk, films=(moved, *walk.films[1:])).outdated


def test_another_network_that_has_read_since_is_not_replaced_by_the_first(walk):
    held = read_by_network(Score.MARKED, "net 2")
    known = known_answers(walk, held, walk.films, {}, {})
    assert {one.reader for one in known.answers.values()} == {"net 2"}


def test_without_a_network_there_is_nothing_to_read_again(walk):
    alone = replace(walk, scoresheet=Scoresheet())
    known = known_answers(alone, Scoresheet(), walk.films, {0: (SWAP,)}, {})
    assert not known.outdated
    assert not known.answers


def test_states_that_were_read_are_noted_and_no_part_of_undo(tmp_path):
    with stored.opened(tmp_path / "desk") as store:
        session = stored.visit(store)
        note_read(store, session, {0: Read("a", "b"), 2: Read("c", "d")})
        assert read_states(store, session) == {0: Read("a", "b"), 2: Read("c", "d")}
        assert not store.undo_stack(session).undoable
        note_read(store, session, {})
        assert read_states(store, session) == {}
