"""Corrections are kept one by one, and come back in the order they were made in."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import JointMove, MaskStroke, PersonChoice, SideSwap
from gaitdesk.domain.shapes import Point
from gaitdesk.store.corrections import (
    correction_key,
    corrections,
    new_correction,
    number_of,
    record_correction,
)
from tests.store import made

MOVE = JointMove(0, Landmark.LEFT_KNEE, 10, Point(20.5, 30.0), 4, 16)
SWAP = SideSwap(0, 3, 8)
CHOICE = PersonChoice(0, 2, Point(5.0, 6.0))
ELSEWHERE = SideSwap(1, 0, 2)


def test_a_key_and_its_number():
    assert correction_key(0, 7) == "0/000007"
    assert number_of(correction_key(12, 345)) == 345


def test_order_counts_through_all_kinds_of_a_film(store, session):
    for one in (SWAP, MOVE, ELSEWHERE, CHOICE, MOVE):
        record_correction(store, session, new_correction("x", one))
    assert corrections(store, session) == {0: (SWAP, MOVE, CHOICE, MOVE), 1: (ELSEWHERE,)}


def test_a_stroke_comes_back_as_it_was(store, session):
    stroke = MaskStroke(0, 3, np.array([[1.5, 2.0], [4.0, 8.25]]), 6.5, is_added=False)
    record_correction(store, session, new_correction("Brush", stroke))
    (back,) = corrections(store, session)[0]
    assert (back.frame, back.radius_px, back.is_added) == (3, 6.5, False)
    assert np.array_equal(back.path_px, stroke.path_px)


def test_undo_takes_a_correction_away_and_redo_brings_it_back_to_its_place(store, session):
    record_correction(store, session, new_correction("one", SWAP))
    record_correction(store, session, new_correction("two", MOVE))
    store.undo(session)
    assert corrections(store, session) == {0: (SWAP,)}
    store.undo(session)
    assert corrections(store, session) == {}
    store.redo(session)
    store.redo(session)
    assert corrections(store, session) == {0: (SWAP, MOVE)}


def test_what_one_took_back_can_come_back_beside_what_another_made(store, session, folder):
    record_correction(store, session, new_correction("one", SWAP))
    store.undo(session)
    with made.opened(folder, "Rater B") as other:
        record_correction(other, session, new_correction("two", MOVE))
    store.redo(session)
    assert corrections(store, session) == {0: (SWAP, MOVE)}
