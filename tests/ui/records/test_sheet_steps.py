"""A sheet is signed, no longer changes, is amended; two readers are settled by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from shiboken6 import isValid

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.store.facts import Meaning
from gaitdesk.store.store import Store
from gaitdesk.ui.records.standing import Step
from gaitdesk.ui.scoring.answers import CELLS
from tests.ui.records.conftest import APART, FIRST, PASSPHRASE, SECOND, press, type_into


def sign(qtbot, window, passphrase=PASSPHRASE, *, is_new=False):
    """Sign the open sheet by keyboard."""
    window.records.offered.sign.trigger()
    dialog = window.records.steps.dialog
    type_into(qtbot, dialog.name, "Dr. Wei Lin")
    dialog.role.setCurrentText("Physiotherapist")
    if is_new:
        type_into(qtbot, dialog.new_passphrase.first, passphrase)
        type_into(qtbot, dialog.new_passphrase.second, passphrase)
    else:
        type_into(qtbot, dialog.passphrase, passphrase)
    assert dialog.problem == ""
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.is_working
    qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.is_working, timeout=120_000)
    return dialog


def test_a_sheet_with_items_that_wait_cannot_be_signed(qtbot, kept, at_visit):
    window = at_visit(*kept, FIRST)
    window.records.offered.sign.trigger()
    dialog = window.records.steps.dialog
    assert "34 still waiting" in dialog.summary
    assert "Not ready to be signed" in dialog.summary
    assert not dialog.accept_button.isEnabled()
    assert "34 items still wait" in dialog.problem
    dialog.reject()


def test_a_sheet_is_signed_read_only_amended_and_signed_again(qtbot, scored_visit, at_visit):
    folder, session = scored_visit
    window = at_visit(folder, session, FIRST)
    work = window.work

    # The first signature makes the key.
    window.records.offered.sign.trigger()
    dialog = window.records.steps.dialog
    assert "34 scored, 0 not scorable, 0 still waiting" in dialog.summary
    assert dialog.sentence.text().startswith("“I have reviewed every item")
    dialog.reject()
    sign(qtbot, window, is_new=True)
    assert window.records.is_fixed
    assert work.band.words.startswith("Signed by Dr. Wei Lin, Physiotherapist, at 20")
    assert work.band.words.endswith("as author · version 1")

    # No key changes it, and why is said.
    before = window.document.sheet
    work.form.focus_cell(CELLS[0])
    press(qtbot, window, Qt.Key.Key_0, Qt.Key.Key_N, Qt.Key.Key_A, Qt.Key.Key_Space)
    assert window.document.sheet == before
    assert work.form.popup is None
    assert "choose Amend and give the reason" in work.band.why
    assert not window.undo_action.isEnabled()
    assert not window.network_action.isEnabled()
    film = window.review.visit.analysis.films[0]
    work.viewer.event_moved.emit(0, film.events[0], film.events[0].frame + 1)
    work.item.commented.emit(*CELLS[0], "late")
    assert window.document.sheet == before
    with Store.open(folder, rater=FIRST) as store:
        assert store.sheet(session) == before

    # An amendment needs its reason, and opens the sheet.
    qtbot.mouseClick(work.band.buttons[Step.AMEND], Qt.MouseButton.LeftButton)
    asking = window.records.steps.dialog
    assert not asking.accept_button.isEnabled()
    qtbot.keyClicks(asking.reason, "Second film found")
    qtbot.keyClick(asking.accept_button, Qt.Key.Key_Space)
    assert not window.records.is_fixed
    assert "version 2 in the making, because “Second film found”" in work.band.words
    side, item = Side.LEFT, Item.STANCE_KNEE_EXTENSION
    work.form.focus_cell((side, item))
    press(qtbot, window, Qt.Key.Key_2)
    if work.form.popup is not None:
        qtbot.keyClick(work.form.popup, Qt.Key.Key_Return)
    assert window.document.sheet.get(side, item).score is Score.MARKED

    # A wrong passphrase signs nothing.
    dialog = sign(qtbot, window, "seven grey heron")
    assert "This is not the passphrase of Dr. Lin" in dialog.message.text
    assert not window.records.is_fixed
    dialog.reject()
    sign(qtbot, window)
    assert work.band.words.endswith("version 2")

    # Both versions stay readable, with what changed.
    window.records.offered.versions.trigger()
    versions = window.records.steps.dialog
    assert versions.verdict.text.startswith("Every signature holds")
    assert versions.said == "1 item differs."
    versions.only_changed.setChecked(True)
    assert versions.table.rowCount() == 1
    assert versions.table.item(0, 3).text().startswith("2 ")
    versions.close()
    with Store.open(folder, rater=FIRST) as store:
        first, second = store.signed_versions(session)
        assert first.sheet == before
        assert second.reason == "Second film found"
        assert second.signatures[0].signature.meaning is Meaning.AUTHORSHIP


def test_two_readers_are_compared_and_settled_by_keyboard(qtbot, read_twice, at_visit):
    folder, session, _ = read_twice
    window = at_visit(folder, session, FIRST)
    panel = window.work.readers
    assert window.work.band.words == f"Also read by {SECOND}."
    assert panel.title.startswith(f"2 of 34 answers differ between {FIRST} and {SECOND}.")
    assert {panel._cells[0], panel._cells[1]} == set(APART)

    window.records.offered.compare.trigger()
    qtbot.waitUntil(
        lambda: window.review.visit is not None and window.review.visit.is_consensus,
        timeout=150_000,
    )
    qtbot.waitUntil(lambda: window.work.form.isVisible())
    consensus = window.review.visit.reading
    assert "2 items are still to be settled" in window.work.band.words
    first, second = panel._cells[:2]
    assert panel.cell == first
    panel.table.setFocus()

    # A reason is typed, then one reader's word is taken.
    qtbot.keyClick(panel.table, Qt.Key.Key_R)
    qtbot.keyClicks(panel.reason, "Heel is late in frame 31")
    qtbot.keyClick(panel.reason, Qt.Key.Key_Return)
    qtbot.keyClick(panel.table, Qt.Key.Key_Right)
    own = window.document.sheet
    assert own.get(*first).score is Score.MARKED
    assert panel.cell == second
    assert panel.reason.text() == ""
    with Store.open(folder, rater=FIRST) as store:
        entry = [one for one in store.history(session) if one.reason][-1]
        assert entry.reason == "Heel is late in frame 31"

    # Undo asks the question again; a third answer may stand instead.
    window.undo()
    assert not window.document.sheet.get(*first).is_confirmed
    panel.table.setCurrentCell(0, 0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Left)
    assert window.document.sheet.get(*first).score is Score.MODERATE
    qtbot.keyClick(panel.table, Qt.Key.Key_0)
    if window.work.form.popup is not None:
        qtbot.keyClick(window.work.form.popup, Qt.Key.Key_Return)
    assert window.document.sheet.get(*second).score is Score.NORMAL
    assert "everything is settled" in window.work.band.words

    # Finished, it no longer changes and is in force.
    window.records.offered.finish.trigger()
    qtbot.keyClick(window.records.steps.dialog.accept_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.records.is_fixed and not window.is_busy, timeout=150_000)
    with Store.open(folder, rater=FIRST) as store:
        assert store.readings.in_force(session) == consensus
        assert len(store.readings.choices(session, consensus)) == 34


def test_a_visit_is_given_to_a_second_reader_by_keyboard(qtbot, scored_visit, at_visit):
    folder, session = scored_visit
    window = at_visit(folder, session, FIRST)
    window.records.offered.assign.trigger()
    dialog = window.records.steps.dialog
    assert dialog.is_blind.isChecked()
    qtbot.keyClicks(dialog.reader, FIRST)
    qtbot.keyClick(dialog.accept_button, Qt.Key.Key_Space)
    assert "knows this visit already" in dialog.message.text
    type_into(qtbot, dialog.reader, SECOND)
    qtbot.keyClick(dialog.accept_button, Qt.Key.Key_Space)
    with Store.open(folder, rater=SECOND) as store:
        assert [one for one, _ in store.readings.waiting()] == [session]
    assert f"{SECOND} reads this visit too." in window.work.band.words
