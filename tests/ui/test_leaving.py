"""No way out of a visit loses what was written: kept, or shown with what can be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.errors import StoreFull
from gaitdesk.domain.narrative import Narrative
from gaitdesk.store.corrections import corrections
from gaitdesk.store.narratives import narrative
from gaitdesk.store.store import Store
from gaitdesk.ui.clash import Clash
from gaitdesk.ui.scoring.answers import CELLS
from tests.small_disk import disk_of

WORDS = "late heel"
FIRST, SECOND = CELLS[0], CELLS[1]
FRAME = 20


@pytest.fixture
def full(monkeypatch, tmp_path):
    """Lets nothing be kept while it holds anything."""
    reasons = [StoreFull(tmp_path, 0)]
    whole = Store.record_many

    def record_many(self, *arguments, **named):
        if reasons:
            raise reasons[0]
        return whole(self, *arguments, **named)

    monkeypatch.setattr(Store, "record_many", record_many)
    return reasons


def comment_field(window):
    return window.work.item.findChild(QPlainTextEdit)


def write(qtbot, window, words=WORDS):
    """Write a comment on the first cell, and stay in its field."""
    window.work.form.focus_cell(FIRST)
    qtbot.keyClick(window.work.form.cell(*FIRST), Qt.Key.Key_C)
    qtbot.keyClicks(comment_field(window), words)


def come_to(qtbot, window, cell):
    """Go to a cell, and wait until its item is shown."""
    window.work.form.focus_cell(cell)
    qtbot.waitUntil(lambda: window.work.item.cell == cell)


def kept_comment(kept, cell=FIRST):
    with Store.open(kept[0]) as store:
        held = store.sheet(kept[1]).get(*cell)
    return held.comment if held is not None else ""


def test_a_window_does_not_close_over_words_that_cannot_be_kept(qtbot, visit_window, kept, full):
    write(qtbot, visit_window)
    visit_window.close()
    dialog = visit_window.leaving.dialog
    assert visit_window.isVisible()
    assert "full" in dialog.message.text
    assert WORDS in dialog.words.toPlainText()
    assert "Comment" in dialog.words.toPlainText()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible(), "it is as full as before"
    full.clear()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not visit_window.isVisible()
    assert kept_comment(kept) == WORDS


def test_going_back_leaves_the_words_in_their_field(qtbot, visit_window, kept, full):
    write(qtbot, visit_window)
    visit_window.close()
    qtbot.keyClick(visit_window.leaving.dialog, Qt.Key.Key_Escape)
    assert visit_window.leaving.dialog is None
    assert visit_window.isVisible()
    assert comment_field(visit_window).toPlainText() == WORDS
    full.clear()
    visit_window.close()
    assert not visit_window.isVisible()
    assert kept_comment(kept) == WORDS


def test_words_can_be_copied_and_given_up(qtbot, visit_window, kept, full):
    write(qtbot, visit_window)
    visit_window.close()
    dialog = visit_window.leaving.dialog
    dialog.copy_button.click()
    assert WORDS in QGuiApplication.clipboard().text()
    dialog.leave_button.click()
    assert not visit_window.isVisible()
    assert kept_comment(kept) == ""


@pytest.mark.parametrize("way", ["start", "films", "visit"])
def test_a_visit_is_not_left_over_words_that_cannot_be_kept(
    qtbot, visit_window, kept, full, analysis, way
):
    write(qtbot, visit_window)
    ways = {
        "start": visit_window.show_start,
        "films": lambda: visit_window.import_films([analysis.films[0].video.path]),
        "visit": lambda: visit_window.open_anew(kept[1]),
    }
    ways[way]()
    assert visit_window.visit == kept[1]
    assert WORDS in visit_window.leaving.dialog.words.toPlainText()
    full.clear()
    visit_window.leaving.dialog.again_button.click()
    assert kept_comment(kept) == WORDS
    front = {"start": visit_window.start, "films": visit_window.importing}
    page = front.get(way, visit_window.work)
    qtbot.waitUntil(lambda: visit_window.pages.currentWidget() is page and not visit_window.is_busy)


def test_words_stay_with_their_item_while_others_are_looked_at(qtbot, visit_window, kept, full):
    write(qtbot, visit_window)
    come_to(qtbot, visit_window, SECOND)
    assert "full" in visit_window.work.message.text
    assert comment_field(visit_window).toPlainText() == ""
    come_to(qtbot, visit_window, FIRST)
    assert comment_field(visit_window).toPlainText() == WORDS
    come_to(qtbot, visit_window, SECOND)
    full.clear()
    assert visit_window.settle() == ()
    assert kept_comment(kept) == WORDS
    assert comment_field(visit_window).toPlainText() == ""


def test_what_another_answer_waits_for_is_on_record_before_the_window_closes(
    qtbot, visit_window, kept, full
):
    held = visit_window.document.sheet
    clash = Clash(FIRST, held.get(*SECOND), held.get(*FIRST), "Dr. Wu", None)
    visit_window.work.clashes.add([clash])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "record", lambda *_: (_ for _ in ()).throw(full[0]))
        visit_window.close()
        assert visit_window.isVisible()
        qtbot.keyClick(visit_window.leaving.dialog, Qt.Key.Key_Escape)
    full.clear()
    visit_window.close()
    assert not visit_window.isVisible()
    with Store.open(kept[0]) as store:
        assert any(one.what.startswith("clash/") for one in store.history(kept[1]))


def test_an_answer_that_could_not_be_chosen_is_offered_again(qtbot, visit_window, full):
    held = visit_window.document.sheet
    clash = Clash(FIRST, held.get(*SECOND), held.get(*FIRST), "Dr. Wu", None)
    panel = visit_window.work.clashes
    panel.add([clash])
    ((mine, _),) = panel.buttons.values()
    mine.click()
    assert [one.cell for one in panel.clashes] == [FIRST]
    full.clear()


def test_a_tried_offset_that_cannot_be_kept_is_held(qtbot, visit_window, full, monkeypatch):
    viewer = visit_window.work.viewer
    refusals = list(full)

    def correct(self, edit):
        raise refusals[0]

    monkeypatch.setattr("gaitdesk.ui.kept.KeptRecord.correct", correct)
    viewer._sync_panel.nudge(1)
    visit_window.close()
    assert visit_window.isVisible()
    assert " s" in visit_window.leaving.dialog.words.toPlainText()
    visit_window.leaving.dialog.leave_button.click()
    assert not visit_window.isVisible()


@pytest.fixture
def knee_in_hand(qtbot, visit_window):
    """The window with a knee moved by key and not put down, and its pane."""
    viewer = visit_window.work.viewer
    pane = viewer.panes[0]
    viewer.go_to(0, FRAME)
    qtbot.waitUntil(lambda: pane.shown_frame == FRAME)
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_D)
    viewer.correcting.grip.choose(Landmark.RIGHT_KNEE)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert pane.joints.is_busy
    return visit_window


def test_a_joint_put_down_on_leaving_that_cannot_be_kept_is_held(knee_in_hand, kept, monkeypatch):
    window, place = knee_in_hand, knee_in_hand.work.viewer.panes[0].joints._drag.place
    with monkeypatch.context() as patched:
        patched.setattr("gaitdesk.ui.kept.KeptRecord.correct", refused)
        window.close()
        assert window.isVisible()
        words = window.leaving.dialog.words.toPlainText()
        assert f"Move right knee in frame {FRAME + 1}" in words
        assert f"x {place[0]:.0f}" in words
        window.leaving.dialog.again_button.click()
        assert window.isVisible()
    window.leaving.dialog.again_button.click()
    assert not window.isVisible()
    ((move,),) = made_corrections(kept).values()
    assert move.place_px == pytest.approx(place)


def test_a_joint_that_is_moved_again_is_held_once_and_can_be_given_up(
    qtbot, knee_in_hand, kept, monkeypatch
):
    window = knee_in_hand
    pane = window.work.viewer.panes[0]
    monkeypatch.setattr("gaitdesk.ui.kept.KeptRecord.correct", refused)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    window.close()
    assert window.leaving.dialog.words.toPlainText().count("right knee") == 1
    window.leaving.dialog.leave_button.click()
    assert not window.isVisible()
    assert made_corrections(kept) == {}


def test_a_joint_that_is_held_is_kept_with_what_comes_next(qtbot, knee_in_hand, kept, monkeypatch):
    window = knee_in_hand
    pane = window.work.viewer.panes[0]
    with monkeypatch.context() as patched:
        patched.setattr("gaitdesk.ui.kept.KeptRecord.correct", refused)
        qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert made_corrections(kept) == {}
    window.work.form.focus_cell(FIRST)
    qtbot.keyClick(window.work.form.cell(*FIRST), Qt.Key.Key_2)
    assert len(made_corrections(kept)[0]) == 1
    assert window.settle() == ()


def refused(self, edit):
    raise StoreFull(Path("disk"), 0)


def made_corrections(kept):
    with Store.open(kept[0]) as store:
        return corrections(store, kept[1])


def test_undo_by_key_takes_back_what_is_typed_and_no_score(qtbot, visit_window):
    qtbot.keyClick(visit_window.work.form.cell(*FIRST), Qt.Key.Key_2)
    scored = visit_window.document.sheet
    write(qtbot, visit_window)
    field = comment_field(visit_window)
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.toPlainText() == ""
    assert visit_window.document.sheet == scored


def test_a_comment_that_is_undone_from_the_menu_does_not_come_back(qtbot, visit_window, kept):
    write(qtbot, visit_window)
    field = comment_field(visit_window)
    # As the menu does that takes the keyboard for a while.
    field.finished.emit(field.toPlainText())
    assert kept_comment(kept) == WORDS
    visit_window.undo_action.trigger()
    assert field.toPlainText() == ""
    field.finished.emit(field.toPlainText())
    assert kept_comment(kept) == ""
    visit_window.redo_action.trigger()
    assert field.toPlainText() == WORDS


def test_findings_that_are_being_written_are_kept_when_the_window_closes(qtbot, visit_window, kept):
    visit_window.records.ask_words()
    visit_window.records.dialog.findings.setPlainText(WORDS)
    visit_window.close()
    assert not visit_window.isVisible()
    with Store.open(kept[0]) as store:
        assert narrative(store, kept[1]) == Narrative(findings=WORDS)


def test_findings_that_cannot_be_kept_stay_on_the_screen(qtbot, visit_window, full):
    visit_window.records.ask_words()
    writing = visit_window.records.dialog
    writing.findings.setPlainText(WORDS)
    visit_window.close()
    assert WORDS in visit_window.leaving.dialog.words.toPlainText()
    qtbot.keyClick(visit_window.leaving.dialog, Qt.Key.Key_Escape)
    assert writing.findings.toPlainText() == WORDS
    qtbot.keyClick(writing, Qt.Key.Key_Escape)
    assert writing.isVisible(), "one key does not throw words away"
    assert "not kept" in writing.message.text
    qtbot.keyClick(writing, Qt.Key.Key_Escape)
    assert not writing.isVisible()


def test_a_disk_that_is_full_at_the_end_of_the_day(qtbot, open_window, analysis, tmp_path):
    from gaitdesk.domain.progress import finish
    from gaitdesk.jobs.keeping import Keeping, keep_analysis

    with disk_of(6000, tmp_path / "disk") as disk:
        data = disk / "data"
        session = finish(keep_analysis(analysis, Keeping(data)))
        window = open_window(data)
        window.open_visit(session)
        qtbot.waitUntil(lambda: window.document is not None and not window.is_busy)
        write(qtbot, window, "x" * 200_000 if False else WORDS)
        fill(disk / "others")
        window.close()
        dialog = window.leaving.dialog
        assert "full" in dialog.message.text
        (disk / "others").unlink()
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        assert not window.isVisible()
        assert kept_comment((data, session)) == WORDS


def fill(path):
    """Take all room that is left on a disk."""
    with path.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                continue
