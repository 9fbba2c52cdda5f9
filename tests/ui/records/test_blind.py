"""A blind reader sees the films and an empty form; nothing that others or machines said leaks."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableWidget

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Origin, Score
from gaitdesk.domain.progress import finish
from gaitdesk.report.bundle import write_results
from gaitdesk.report.interchange import write_analysis
from gaitdesk.store.store import Store
from tests.ui.records.conftest import FIRST, SECOND, press

MEASURED = "± 5°"
"""Stands behind every angle that a machine measured, and behind no published limit."""


def everything_said(window):
    """Every word in the window, behind tabs too, with tooltips and names for screen readers."""
    said = []
    for widget in window.findChildren(QLabel) + window.findChildren(QAbstractButton):
        said += [widget.text(), widget.toolTip(), widget.accessibleName()]
    for table in window.findChildren(QTableWidget):
        for row in range(table.rowCount()):
            for column in range(table.columnCount()):
                entry = table.item(row, column)
                if entry is not None:
                    said += [entry.text(), entry.toolTip()]
    for cell in window.work.form._cells.values():
        said += [cell.toolTip(), cell.accessibleName(), cell.accessibleDescription()]
    return said


def test_a_visit_to_be_read_blind_opens_on_an_empty_form(read_blind, at_visit):
    folder, session, reading = read_blind
    window = at_visit(folder, session, SECOND)
    assert window.review.visit.reading == reading
    assert window.document.sheet.cells == {}
    assert "You read this visit blind" in window.work.band.words


def test_no_machine_and_no_first_reader_is_heard_in_the_window(read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    for item in Item:
        for side in Side:
            window.work.form.focus_cell((side, item))
            said = "\n".join(everything_said(window))
            assert "rules 1" not in said
            assert "% sure" not in said
            assert FIRST not in said
            assert MEASURED not in said


def test_the_same_search_finds_them_where_they_may_be_seen(scored_visit, at_visit):
    window = at_visit(*scored_visit, FIRST)
    window.work.form.focus_cell((Side.RIGHT, Item.STANCE_KNEE_EXTENSION))
    said = "\n".join(everything_said(window))
    assert MEASURED in said
    assert "% sure" in said


def test_measures_curves_and_network_have_no_tab(read_blind, at_visit):
    folder, session, _ = read_blind
    work = at_visit(folder, session, SECOND).work
    names = [
        work.tabs.tabText(index)
        for index in range(work.tabs.count())
        if work.tabs.isTabVisible(index)
    ]
    assert not {"Curves", "Walk", "Network", "Readers"} & set(names)


def test_films_carry_no_deciding_mark_and_no_angle(read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    viewer = window.work.viewer
    assert all(not film.angles for film in window.review.visit.analysis.films)
    assert all(not track.deciding for track in viewer._tracks)


def test_nothing_of_it_reaches_a_file(tmp_path, read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    analysis = window.reviewed
    write_analysis(analysis, tmp_path / "json")
    files = finish(write_results(analysis, tmp_path / "all"))
    for file in (*(tmp_path / "json").iterdir(), *files):
        if file.suffix in (".json", ".csv"):
            text = file.read_text(encoding="utf-8")
            assert "rules 1" not in text
            assert FIRST not in text
    held = json.loads((tmp_path / "json" / "analysis.json").read_text())
    assert [film["angles"] for film in held["films"]] == [[], []]
    for part in ("scoresheet", "curves", "variable_scores", "spatiotemporal"):
        assert not held[part]


def test_the_window_gives_nothing_away_while_it_is_read_blind(tmp_path, read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    assert not window.actions_offered.save.isEnabled()
    assert not window.actions_offered.report.isEnabled()
    window.results.save(tmp_path / "out")
    window.results.show_report()
    assert window.report is None
    assert not (tmp_path / "out").exists()
    assert "blind" in window.work.message.text


def test_the_list_of_visits_shows_no_totals_of_others(qtbot, read_blind, sit_down):
    folder, session, _ = read_blind
    window = sit_down(folder, SECOND)
    assert all(
        total.scored == 0 for side in Side for total in [window.desk.sheet(session).total(side)]
    )


def test_visits_read_blind_are_not_compared(qtbot, read_blind, sit_down):
    folder, session, _ = read_blind
    window = sit_down(folder, SECOND)
    window.compare([session, session])
    qtbot.waitUntil(lambda: not window.is_busy)
    assert window.comparing.visits == ()
    assert "blind" in window.comparing.message.text


def test_what_others_keep_meanwhile_is_not_told(qtbot, read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    with Store.open(folder, rater=FIRST) as store:
        cell = store.sheet(session).get(Side.LEFT, Item.HEEL_LIFT)
        assert cell.score is Score.MODERATE
    window.review.elsewhere.look()
    assert FIRST not in window.work.message.text


def test_scores_of_a_blind_reader_are_kept_apart_and_undone(qtbot, read_blind, at_visit):
    folder, session, reading = read_blind
    window = at_visit(folder, session, SECOND)
    cell = window.work.form.focused
    window.work.form.focus_cell(cell)
    press(qtbot, window, Qt.Key.Key_N)
    qtbot.keyClick(window.work.form.popup, Qt.Key.Key_Return)
    with Store.open(folder, rater=SECOND) as store:
        assert store.sheet(session, reading).get(*cell).origin is Origin.REVIEWER
        assert store.sheet(session).get(*cell).score is not None
    window.undo()
    assert window.document.sheet.get(*cell) is None


def test_films_are_not_corrected_from_a_reading(qtbot, read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    film = window.review.visit.analysis.films[0]
    window.work.viewer.event_moved.emit(0, film.events[0], film.events[0].frame + 1)
    assert "corrected in the visit itself" in window.work.message.text
    assert window.document.undo_text is None


def test_finishing_shows_what_was_hidden(qtbot, read_blind, at_visit):
    folder, session, _ = read_blind
    window = at_visit(folder, session, SECOND)
    press(qtbot, window, Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    dialog = window.records.steps.dialog
    qtbot.keyClick(dialog.accept_button, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: window.review.visit is not None and window.review.visit.facts.is_finished,
        timeout=150_000,
    )
    assert window.work.form.is_fixed
    assert f"Reading of {SECOND}, finished" in window.work.band.words
    work = window.work
    assert work.tabs.isTabVisible(work.tabs.indexOf(work.readers))
    assert FIRST in work.readers.title
