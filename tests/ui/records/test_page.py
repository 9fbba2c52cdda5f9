"""The page of the records: readings that wait, agreement, the training set, and the check."""

from __future__ import annotations

import sqlite3

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gaitdesk.domain.evgs import ItemScore, Origin, Proposal, Score, Scoresheet, State
from gaitdesk.store import training_cases
from gaitdesk.store.store import STORE_FILE, Store
from gaitdesk.ui.records.readings_tab import State as Standing
from gaitdesk.ui.records.records import first_in
from gaitdesk.ui.scoring import answers
from tests.ui.records.conftest import APART, FIRST, SECOND, keep, scored


@pytest.fixture
def taught(kept):
    """A made-up child whose every score is 1, kept as a training case; folder and visit."""
    folder, session = kept
    truth = {}
    for side, item in answers.CELLS:
        score = Score.MODERATE if Score.MODERATE in answers.scores(item) else Score.NORMAL
        way = answers.directions(item, score)[0]
        known = Proposal(Origin.PHANTOM, "phantom", State.SCORED, score, way, confidence=1.0)
        truth[side, item] = ItemScore.from_proposal(known)
    with Store.open(folder, rater=FIRST) as store:
        own = store.sheet(session)
        store.import_sheet(session, training_cases.with_truth(own, truth), "Training case")
        training_cases.mark(store, session)
    return folder, session


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.records.tabs.jobs.is_busy, timeout=150_000)


def test_a_reading_that_waits_is_opened_by_enter(qtbot, read_blind, sit_down):
    folder, session, reading = read_blind
    window = sit_down(folder, SECOND)
    window.records.offered.readings.trigger()
    tab = window.records_page.readings
    assert [row.state for row in tab.rows] == [Standing.WAITS_FOR_ME]
    assert FIRST not in [tab.table.item(0, column).text() for column in range(5)]
    qtbot.keyClick(tab.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.visit == session and not window.is_busy, timeout=150_000)
    assert window.review.visit.reading == reading


def test_agreement_counts_the_machine_as_one_more_reader(qtbot, read_twice, sit_down):
    folder, _, _ = read_twice
    window = sit_down(folder, FIRST)
    window.records.offered.agreement.trigger()
    idle(qtbot, window)
    found = window.records_page.agreement.found
    assert [found.pairs.itemText(row) for row in range(found.pairs.count())] == [
        f"{FIRST} and {SECOND}",
        f"{FIRST} and rules 1",
        f"{SECOND} and rules 1",
    ]
    table = found.table
    assert table.rowCount() == 18
    assert [table.item(17, column).text() for column in (0, 1, 2)] == ["All items", "34", "94 %"]
    assert "ICC(2,1)" in found.said


def test_a_trainee_reads_blind_and_then_sees_what_was_right(qtbot, taught, at_visit, sit_down):
    folder, session = taught
    # Opened in any way, a made-up child whose answers are known is read blind first.
    window = at_visit(folder, session, SECOND)
    assert window.review.visit.is_blind
    assert window.document.sheet.cells == {}
    reading = window.review.visit.reading
    with Store.open(folder, rater=SECOND) as store:
        keep(store, session, scored(Scoresheet(), apart=APART), reading)
        with pytest.raises(Exception, match="once you have finished"):
            training_cases.lessons(store, session)
        store.readings.finish(session, reading)
    window.records.offered.training.trigger()
    tab = window.records_page.training
    assert tab.said == f"{SECOND} has read 1 of 1 training case."
    wrong = [one for one in tab.lessons.lessons if not one.is_right]
    assert {one.cell for one in wrong} == set(APART)
    assert tab.lessons.lessons[0] in wrong
    assert tab.lessons.said.startswith("32 of 34 scores right")
    assert tab.agreement.pairs.itemText(0) == f"right answers and {SECOND}"
    placed = next(one for one in tab.lessons.lessons if one.shown and one.shown.evidence)
    tab.lessons.chosen.emit(placed)
    qtbot.waitUntil(
        lambda: (
            window.review.visit is not None
            and not window.is_busy
            and window.review.visit.reading is None
        ),
        timeout=150_000,
    )
    qtbot.waitUntil(lambda: window.work.form.focused == placed.cell)


def test_training_cases_stay_out_of_the_agreement_of_the_clinic(taught):
    folder, session = taught
    with Store.open(folder, rater=SECOND) as store:
        reading = training_cases.begin(store, session)
        keep(store, session, scored(Scoresheet()), reading)
        store.readings.finish(session, reading)
        from gaitdesk.store.agreeing import agreement

        assert agreement(store).pairs == ()
        pair = training_cases.agreement_with_answers(store).pairs[0]
        assert pair.all_items.agreement.exact == 1.0


def test_a_case_without_known_answers_is_refused(kept):
    folder, session = kept
    with (
        Store.open(folder, rater=FIRST) as store,
        pytest.raises(Exception, match="right answers of this visit are not known"),
    ):
        training_cases.mark(store, session)


def test_the_check_says_in_one_sentence_what_it_found(qtbot, scored_visit, sit_down):
    folder, _ = scored_visit
    window = sit_down(folder, FIRST)
    window.records.offered.check.trigger()
    check = window.records_page.check
    qtbot.keyClick(check.button, Qt.Key.Key_Space)
    idle(qtbot, window)
    assert check.verdict.text.startswith("The records are whole: ")
    with sqlite3.connect(folder / STORE_FILE) as other:
        other.execute("DROP TRIGGER IF EXISTS journal_is_append_only_update")
        names = [
            name for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]
        for name in names:
            other.execute(f"DROP TRIGGER {name}")
        other.execute("UPDATE journal SET reason = 'because' WHERE seq = 7")
    qtbot.keyClick(check.button, Qt.Key.Key_Space)
    idle(qtbot, window)
    assert "entry 7 is the first bad one; the 6 before it" in check.verdict.text
    assert "put back the last backup" in check.details
    assert check.button.isEnabled()


def test_the_check_can_be_stopped(qtbot, scored_visit, sit_down):
    folder, _ = scored_visit
    window = sit_down(folder, FIRST)
    window.records.offered.check.trigger()
    window.records_page.check.button.click()
    window.records_page.progress.cancel_asked.emit()
    idle(qtbot, window)
    check = window.records_page.check
    assert "stopped" in check.verdict.text or "whole" in check.verdict.text
    qtbot.keyClick(window.records_page, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.start


def test_signing_in_as_somebody_else_puts_the_visit_away(qtbot, scored_visit, at_visit):
    window = at_visit(*scored_visit, FIRST)
    window.records.offered.who.trigger()
    dialog = window.records.people.dialog
    dialog.who.setCurrentText(SECOND)
    qtbot.keyClick(dialog.accept_button, Qt.Key.Key_Space)
    assert window.desk.rater == SECOND
    assert window.visit is None


def test_keys_begin_at_what_takes_them_and_not_at_a_sentence(qtbot):
    tab, otherwise, off, on = QWidget(), QLineEdit(), QPushButton("off"), QPushButton("on")
    for widget in (tab, otherwise):
        qtbot.addWidget(widget)
    inside = QVBoxLayout(tab)
    for widget in (QLabel("a sentence"), off, on):
        inside.addWidget(widget)
    off.setEnabled(False)
    assert first_in(tab, otherwise) is on
    on.setEnabled(False)
    assert first_in(tab, otherwise) is otherwise
