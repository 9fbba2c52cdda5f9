"""The window with a visit open: keys become edits, edits are kept, and undo takes them back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.correction import SideSwap
from gaitdesk.domain.evgs import Direction, Item, Origin, Reason, Score, State
from gaitdesk.store.corrections import new_correction
from gaitdesk.store.edits import Edit, Kind, cell_key
from gaitdesk.store.store import Store
from gaitdesk.ui.main_window import MainWindow
from gaitdesk.ui.scoring.answers import CELLS, with_score


def press(qtbot, window, *keys):
    """Press keys on whatever has the keyboard."""
    for key in keys:
        qtbot.keyClick(window.focusWidget(), key)


def test_a_visit_opens_on_the_first_cell_that_waits(visit_window):
    assert visit_window.work.form.focused == (Side.LEFT, Item.INITIAL_CONTACT)
    assert visit_window.focusWidget() is visit_window.work.form.cell(*CELLS[0])


def test_a_digit_scores_the_cell_with_the_keyboard(qtbot, visit_window):
    press(qtbot, visit_window, Qt.Key.Key_2)
    cell = visit_window.document.sheet.get(Side.LEFT, Item.INITIAL_CONTACT)
    assert (cell.score, cell.direction) == (Score.MARKED, Direction.TOE)
    assert cell.origin is Origin.REVIEWER
    assert cell.is_confirmed


def test_enter_confirms_and_goes_on(qtbot, visit_window):
    press(qtbot, visit_window, Qt.Key.Key_Return)
    assert visit_window.document.sheet.get(*CELLS[0]).is_confirmed
    assert visit_window.work.form.focused == CELLS[1]


def test_every_edit_is_in_the_store_at_once(qtbot, visit_window, kept):
    folder, session = kept
    press(qtbot, visit_window, Qt.Key.Key_0, Qt.Key.Key_Down, Qt.Key.Key_Space)
    with Store.open(folder) as store:
        assert store.sheet(session) == visit_window.document.sheet
        assert store.sheet(session).get(*CELLS[0]).score is Score.NORMAL


def test_undo_and_redo_by_key(qtbot, visit_window):
    before = visit_window.document.sheet
    press(qtbot, visit_window, Qt.Key.Key_2)
    after = visit_window.document.sheet
    visit_window.undo_action.trigger()
    assert visit_window.document.sheet == before
    visit_window.redo_action.trigger()
    assert visit_window.document.sheet == after
    assert not visit_window.redo_action.isEnabled()


def test_undo_and_redo_by_key_where_the_films_fill_the_screen(qtbot, visit_window):
    before = visit_window.document.sheet
    press(qtbot, visit_window, Qt.Key.Key_2)
    after = visit_window.document.sheet
    viewer = visit_window.work.viewer
    viewer.actions_offered.full_screen.trigger()
    screen = viewer.panes[0].window()
    assert screen is not visit_window
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.keyClick(screen, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert visit_window.document.sheet == before
    qtbot.keyClick(screen, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert visit_window.document.sheet == after
    viewer.actions_offered.full_screen.trigger()
    assert viewer.panes[0].window() is visit_window


def test_undo_reaches_back_before_the_start_of_the_window(qtbot, kept, visit_window, open_window):
    before = visit_window.document.sheet
    press(qtbot, visit_window, Qt.Key.Key_2)
    folder, session = kept
    later = open_window(folder)
    later.open_visit(session)
    qtbot.waitUntil(lambda: later.document is not None, timeout=150_000)
    assert later.undo_action.isEnabled()
    later.undo()
    assert later.document.sheet == before


def test_what_another_desk_changed_is_said_and_not_overwritten(qtbot, visit_window, kept):
    folder, session = kept
    with Store.open(folder, rater="somebody") as store:
        sheet = store.sheet(session)
        other = with_score(sheet, *CELLS[0], Score.NORMAL, Direction.HEEL)
        edit = Edit(
            "other desk", Kind.CELL, cell_key(*CELLS[0]), sheet.get(*CELLS[0]), other.get(*CELLS[0])
        )
        store.record(session, edit)
    press(qtbot, visit_window, Qt.Key.Key_2)
    assert "somebody" in visit_window.work.message.text
    assert visit_window.document.sheet.get(*CELLS[0]).score is Score.NORMAL
    with Store.open(folder) as store:
        assert store.sheet(session).get(*CELLS[0]).score is Score.NORMAL


def test_not_scorable_asks_why(qtbot, visit_window):
    press(qtbot, visit_window, Qt.Key.Key_N)
    popup = visit_window.work.form.popup
    assert popup.marked is Reason.OCCLUDED
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    cell = visit_window.document.sheet.get(*CELLS[0])
    assert (cell.state, cell.reason) == (State.NOT_SCORABLE, Reason.OCCLUDED)


def test_a_comment_by_key_goes_back_to_the_form(qtbot, visit_window):
    press(qtbot, visit_window, Qt.Key.Key_C)
    qtbot.keyClicks(visit_window.focusWidget(), "late heel")
    press(qtbot, visit_window, Qt.Key.Key_Escape)
    assert visit_window.document.sheet.get(*CELLS[0]).comment == "late heel"
    assert visit_window.focusWidget() is visit_window.work.form.cell(*CELLS[0])


@pytest.mark.parametrize("leave", [MainWindow.show_start, MainWindow.close])
def test_a_comment_that_is_being_written_is_kept_when_the_visit_is_left(
    qtbot, visit_window, kept, leave
):
    press(qtbot, visit_window, Qt.Key.Key_C)
    qtbot.keyClicks(visit_window.focusWidget(), "late heel")
    leave(visit_window)
    folder, session = kept
    with Store.open(folder) as store:
        assert store.sheet(session).get(*CELLS[0]).comment == "late heel"


def test_accepting_all_confident_is_one_step(qtbot, visit_window):
    before = visit_window.document.sheet
    press(qtbot, visit_window, Qt.Key.Key_A)
    confirmed = [cell for cell in visit_window.document.sheet.cells.values() if cell.is_confirmed]
    assert len(confirmed) == 28
    visit_window.undo()
    assert visit_window.document.sheet == before


def test_a_question_mark_opens_the_list_of_keys_once(qtbot, visit_window):
    qtbot.keyClick(visit_window, "?")
    first = visit_window.shortcuts
    assert first is not None
    visit_window.help.show_shortcuts()
    assert visit_window.shortcuts is first
    first.close()
    qtbot.waitUntil(lambda: visit_window.shortcuts is None)


def test_a_moved_event_is_kept_worked_out_and_undone(qtbot, visit_window):
    work = visit_window.work
    before = [film.events for film in visit_window.reviewed.films]
    event = next(one for one in before[0] if one.frame == 30)
    work.viewer.event_moved.emit(0, event, 33)
    qtbot.waitUntil(lambda: not visit_window.is_busy, timeout=150_000)
    assert "Move" in visit_window.document.undo_text
    moved = visit_window.reviewed.films[0].events
    assert [one.frame for one in moved if one not in before[0]] == [33]
    assert "no gait cycle" in work.message.text
    visit_window.undo()
    qtbot.waitUntil(lambda: not visit_window.is_busy, timeout=150_000)
    assert 30 in [one.frame for one in visit_window.reviewed.films[0].events]


def frames_of(window):
    """Frames of the gait events in the first film, as they are kept."""
    return [one.frame for one in window.reviewed.films[0].events]


def test_events_moved_right_after_one_another_all_stay_moved(qtbot, visit_window):
    viewer, before = visit_window.work.viewer, frames_of(visit_window)
    first, second = visit_window.reviewed.films[0].events[:2]
    for event in (first, second):
        viewer.event_moved.emit(0, event, event.frame + 1)
    qtbot.waitUntil(lambda: not visit_window.is_busy)
    assert frames_of(visit_window) == [first.frame + 1, second.frame + 1, *before[2:]]
    visit_window.undo()
    qtbot.waitUntil(lambda: not visit_window.is_busy)
    assert frames_of(visit_window) == [first.frame + 1, *before[1:]]


def test_an_event_stays_chosen_while_keys_move_it(qtbot, visit_window):
    timeline, before = visit_window.work.viewer.timeline, frames_of(visit_window)
    event = visit_window.reviewed.films[0].events[1]
    timeline.choose(0, event)
    for _ in range(3):
        qtbot.keyClick(timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    chosen = (event.side, event.kind, event.frame + 3)
    for is_worked_out in (False, True):
        if is_worked_out:
            qtbot.waitUntil(lambda: not visit_window.is_busy)
        _, held = timeline.selected_event
        assert (held.side, held.kind, held.frame) == chosen
    assert sorted(frames_of(visit_window)) == sorted([*before[:1], event.frame + 3, *before[2:]])
    qtbot.keyClick(timeline, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not visit_window.is_busy)
    assert sorted(frames_of(visit_window)) == sorted([*before[:1], *before[2:]])


def test_exchanged_sides_are_kept_and_can_be_undone(qtbot, visit_window):
    swap = SideSwap(0, 3, 9)
    visit_window.work.viewer.corrected.emit(new_correction("Exchange left and right", swap))
    qtbot.waitUntil(lambda: not visit_window.is_busy, timeout=150_000)
    assert visit_window.document.undo_text == "Exchange left and right"
