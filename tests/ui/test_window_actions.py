"""What may be done now is offered, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMainWindow

from gaitdesk.ui.window_actions import Standing, make_actions

START = Standing(
    is_free=True,
    is_start=True,
    is_open=False,
    is_second_reading=False,
    is_blind=False,
    can_compare=False,
    can_read=False,
    undo_text=None,
    redo_text=None,
)
OPEN = replace(START, is_start=False, is_open=True, can_compare=True, can_read=True)
CHANGING = ("open", "demo", "close", "save", "report", "export", "films", "consent", "due")
CHANGING += ("undo", "redo", "compare", "details", "network")


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


def offered(window, now):
    actions = make_actions(window)
    actions.suit(now)
    return {name for name in CHANGING if getattr(actions, name).isEnabled()}


def test_to_begin_with_films_come_in_and_records_go_out(window):
    assert offered(window, START) == {"open", "demo", "export", "due"}


def test_an_open_visit_offers_everything_but_what_was_not_done(window):
    assert offered(window, OPEN) == set(CHANGING) - {"undo", "redo"}


def test_while_a_job_runs_only_the_network_and_undo_are_left(window):
    busy = replace(OPEN, is_free=False, undo_text="Score heel lift")
    assert offered(window, busy) == {"network", "undo"}


def test_a_blind_reader_saves_no_results(window):
    blind = replace(OPEN, is_blind=True, is_second_reading=True)
    assert offered(window, OPEN) - offered(window, blind) == {"save", "report", "details"}


def test_undo_says_what_it_takes_back(window):
    actions = make_actions(window)
    actions.suit(replace(OPEN, undo_text="Score heel lift"))
    assert actions.undo.text() == "Undo: Score heel lift"
    assert actions.redo.text() == "Redo"
