"""The form: keys and mouse become edits that are announced; showing a sheet announces nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, Origin, Reason, Score, State
from gaitdesk.ui.document import MemoryRecord, ScoresheetDocument
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.scoring.cell import cell_words, spoken
from gaitdesk.ui.scoring.form import ScoreForm
from tests.report import made


@pytest.fixture
def document():
    return ScoresheetDocument(MemoryRecord(made.scoresheet(120)))


@pytest.fixture
def form(qtbot, appearance, document):
    """The form bound to a document, with the keyboard on its first cell."""
    form = ScoreForm()
    qtbot.addWidget(form)
    form.resize(640, 700)
    form.edited.connect(document.edit)
    document.changed.connect(form.show_sheet)
    form.show_sheet(document.sheet)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.focus_cell(answers.CELLS[0])
    return form


@pytest.fixture
def press(qtbot, form):
    """Presses keys on the cell that has the keyboard."""

    def press_keys(*keys):
        for key in keys:
            qtbot.keyClick(form.cell(*form.focused), key)

    return press_keys


def test_showing_a_sheet_announces_nothing(qtbot, form):
    with qtbot.assertNotEmitted(form.edited):
        form.show_sheet(made.all_scored(Score.MARKED))


def test_every_cell_says_in_words_what_it_shows(form, document):
    for side, item in answers.CELLS:
        said = form.cell(side, item).accessibleName()
        assert said == spoken(side, item, document.sheet.get(side, item))
        assert side.value in said


def test_an_unambiguous_digit_scores_at_once(press, document):
    press(Qt.Key.Key_0)
    held = document.sheet.get(*answers.CELLS[0])
    assert (held.score, held.direction) == (Score.NORMAL, Direction.HEEL)


def test_an_ambiguous_digit_asks_with_the_measured_side_marked(form, press, document, qtbot):
    form.focus_cell((Side.RIGHT, Item.SWING_KNEE_FLEXION))
    press(Qt.Key.Key_2)
    assert form.popup.marked is Direction.REDUCED
    qtbot.keyClick(form.popup, Qt.Key.Key_Return)
    held = document.sheet.get(Side.RIGHT, Item.SWING_KNEE_FLEXION)
    assert (held.score, held.direction, held.origin) == (
        Score.MARKED,
        Direction.REDUCED,
        Origin.REVIEWER,
    )


def test_the_other_direction_is_one_more_digit_away(form, press, document, qtbot):
    form.focus_cell((Side.RIGHT, Item.SWING_KNEE_FLEXION))
    press(Qt.Key.Key_2)
    qtbot.keyClick(form.popup, Qt.Key.Key_2)
    qtbot.keyClick(form.popup, Qt.Key.Key_Return)
    held = document.sheet.get(Side.RIGHT, Item.SWING_KNEE_FLEXION)
    assert held.direction is Direction.INCREASED


def test_a_letter_takes_the_entry_that_begins_with_it(form, press, document, qtbot):
    form.focus_cell((Side.LEFT, Item.HINDFOOT_VARUS_VALGUS))
    press(Qt.Key.Key_1)
    assert form.popup is not None
    form.popup.hide()
    form.popup.close()
    qtbot.waitUntil(lambda: form.popup is None)
    form.focus_cell((Side.LEFT, Item.PELVIC_ROTATION))
    press(Qt.Key.Key_1)
    qtbot.keyClick(form.popup.focusWidget() or form.popup, Qt.Key.Key_P)
    held = document.sheet.get(Side.LEFT, Item.PELVIC_ROTATION)
    assert held.direction is Direction.PROTRACTION


def test_leaving_the_list_leaves_the_sheet(form, press, document, qtbot):
    before = document.sheet
    press(Qt.Key.Key_Down, Qt.Key.Key_2)
    form.popup.close()
    qtbot.waitUntil(lambda: form.popup is None)
    assert document.sheet == before


def test_the_machines_own_score_needs_no_question(form, press, document):
    form.focus_cell((Side.RIGHT, Item.HEEL_LIFT))
    press(Qt.Key.Key_1)
    assert form.popup is None
    held = document.sheet.get(Side.RIGHT, Item.HEEL_LIFT)
    assert (held.is_confirmed, held.origin) == (True, Origin.RULES)


def test_arrows_stay_on_the_form(form, press):
    press(Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert form.focused == (Side.LEFT, Item.INITIAL_CONTACT)
    press(Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Down)
    assert form.focused == (Side.RIGHT, Item.TRUNK_LATERAL_SHIFT)
    press(Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_Down)
    assert form.focused == (Side.LEFT, Item.HEEL_LIFT)


def test_tab_goes_down_one_limb_and_then_the_other(form):
    place, order = form.cell(*answers.CELLS[0]), []
    while len(order) < len(answers.CELLS):
        if place.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(place)
        place = place.nextInFocusChain()
    assert order == [form.cell(*cell) for cell in answers.CELLS]


def test_space_confirms_and_stays_and_enter_goes_on(form, press, document):
    press(Qt.Key.Key_Space)
    assert document.sheet.get(*answers.CELLS[0]).is_confirmed
    assert form.focused == answers.CELLS[0]
    press(Qt.Key.Key_Return)
    assert form.focused == answers.CELLS[1]
    assert not document.sheet.get(*answers.CELLS[1]).is_confirmed


def test_nothing_can_be_confirmed_where_nothing_is_proposed(form, press, document, qtbot):
    form.focus_cell((Side.LEFT, Item.FOOT_ROTATION))
    before = document.sheet
    with qtbot.waitSignal(form.said) as said:
        press(Qt.Key.Key_Return)
    assert "0, 1 or 2" in said.args[0]
    assert document.sheet == before
    assert form.focused == (Side.LEFT, Item.FOOT_ROTATION)


def test_u_goes_to_what_waits(form, press, document):
    press(Qt.Key.Key_A, Qt.Key.Key_U)
    assert form.focused == answers.open_cells(document.sheet)[0]


def test_not_scorable_takes_its_reason_by_arrow(form, press, document, qtbot):
    press(Qt.Key.Key_N)
    qtbot.keyClick(form.popup.focusWidget() or form.popup, Qt.Key.Key_Down)
    qtbot.keyClick(form.popup, Qt.Key.Key_Return)
    held = document.sheet.get(*answers.CELLS[0])
    assert (held.state, held.reason) == (State.NOT_SCORABLE, answers.REVIEWER_REASONS[1])


def test_keys_with_ctrl_are_left_to_the_window(form, qtbot, document):
    before = document.sheet
    cell = form.cell(*form.focused)
    qtbot.keyClick(cell, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert document.sheet == before


def test_the_whole_form_can_be_scored_by_keyboard(form, press, document, qtbot):
    for number in range(len(answers.CELLS)):
        press((Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2)[number % 3])
        if form.popup is not None:
            qtbot.keyClick(form.popup, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: form.popup is None)
        press(Qt.Key.Key_Return)
    assert answers.open_cells(document.sheet) == ()
    given = [document.sheet.get(*cell).score for cell in answers.CELLS]
    assert given == [list(Score)[number % 3] for number in range(len(answers.CELLS))]


def test_readers_that_disagree_are_named():
    held = made.scoresheet(120).get(Side.LEFT, Item.HEEL_LIFT)
    other = replace(
        held.proposed[0],
        origin=Origin.NETWORK,
        score=Score.MODERATE,
        direction=Direction.EARLY,
    )
    both = replace(
        held,
        state=State.REVIEWER_DECIDES,
        reason=Reason.READERS_DISAGREE,
        score=None,
        direction=None,
        proposed=(*held.proposed, other),
    )
    assert cell_words(Item.HEEL_LIFT, both)[0] == "R 0 · N 1 disagree"
    assert answers.readers_disagree(both)
