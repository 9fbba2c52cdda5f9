"""Visits that are scored, signed and read twice, and windows in which somebody sits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.store import vault
from gaitdesk.store.edits import Edit, Kind, cell_key
from gaitdesk.store.store import Store
from gaitdesk.ui.desk import Desk
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.scoring import answers

PASSPHRASE = "seven grey herons"
FIRST, SECOND = "Dr. Lin", "Dr. Okafor"
APART = ((Side.LEFT, Item.HEEL_LIFT), (Side.RIGHT, Item.STANCE_KNEE_EXTENSION))


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch):
    """Passphrases that would be guessed fast, so that tests need not wait for them."""
    monkeypatch.setattr(vault, "WORK", 2)


def scored(sheet, score=Score.MODERATE, apart=()):
    """A sheet in which a person gave every item one score, and a few another one."""
    for side, item in answers.CELLS:
        given = Score.MARKED if (side, item) in apart else score
        if given not in answers.scores(item):
            given = answers.scores(item)[0]
        way = answers.directions(item, given)[0]
        sheet = answers.with_score(sheet, side, item, given, way)
    return sheet


def keep(store, session, after, reading=None):
    """Keep a sheet as one step."""
    before = store.sheet(session, reading)
    edits = [
        Edit("Score", Kind.CELL, cell_key(*cell), before.get(*cell), after.get(*cell))
        for cell in answers.CELLS
        if before.get(*cell) != after.get(*cell)
    ]
    store.record_many(session, edits, reading)


@pytest.fixture
def scored_visit(kept):
    """A visit that its first reader has scored; the folder and the visit."""
    folder, session = kept
    with Store.open(folder, rater=FIRST) as store:
        keep(store, session, scored(store.sheet(session)))
    return folder, session


@pytest.fixture
def read_blind(scored_visit):
    """A visit that waits for its second reader; folder, visit and reading."""
    folder, session = scored_visit
    with Store.open(folder, rater=FIRST) as store:
        return folder, session, store.readings.assign(session, SECOND)


@pytest.fixture
def read_twice(read_blind):
    """A visit that both have read and see two items otherwise; folder, visit and reading."""
    folder, session, reading = read_blind
    with Store.open(folder, rater=SECOND) as store:
        keep(store, session, scored(store.sheet(session, reading), apart=APART), reading)
        store.readings.finish(session, reading)
    return folder, session, reading


@pytest.fixture
def sit_down(qtbot, appearance):
    """Opens windows in which somebody sits; all of them are closed after the test."""
    opened = []

    def sit(folder, rater):
        window = MainWindow(Desk(folder, rater), appearance, LastResort())
        qtbot.addWidget(window)
        opened.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield sit
    for one in opened:
        one.close()


@pytest.fixture
def at_visit(qtbot, sit_down):
    """Opens a visit in a window in which somebody sits."""

    def at(folder, session, rater, reading=None):
        window = sit_down(folder, rater)
        window.open_anew(session, reading)
        qtbot.waitUntil(lambda: window.visit == session and not window.is_busy, timeout=150_000)
        return window

    return at


def press(qtbot, window, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    """Press keys on whatever has the keyboard."""
    for key in keys:
        qtbot.keyClick(window.focusWidget(), key, modifier)


def type_into(qtbot, field, words):
    """Type words into a field that was emptied."""
    field.clear()
    qtbot.keyClicks(field, words)
