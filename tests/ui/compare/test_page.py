"""Visits side by side: form, totals, curves, and films locked to one place of the gait cycle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.domain.gait import GaitCycle, Pass
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import View
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.ui.compare.page import ComparePage
from gaitdesk.ui.compare.phase import cycles_of, length_s, phased
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.theme import current
from tests.report import made


def worse_by(sheet, points):
    """The sheet with some items of the left limb at 1."""
    for item in list(Item)[:points]:
        direction = answers.directions(item, Score.MODERATE)[0]
        sheet = answers.with_score(sheet, Side.LEFT, item, Score.MODERATE, direction)
    return sheet


@pytest.fixture
def visits(analysis):
    normal = made.all_scored(Score.NORMAL)
    return [
        ComparedVisit("one", "2026-01-05", replace(analysis, scoresheet=normal)),
        ComparedVisit("two", "2026-05-04", replace(analysis, scoresheet=worse_by(normal, 6))),
    ]


@pytest.fixture
def page(qtbot, appearance, visits):
    page = ComparePage()
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.show_visits("Child-0417", visits)
    yield page
    page.close_films()


def spoken(page, row, column):
    return page.form.table.item(row, column).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_form_has_a_row_an_item_and_a_column_a_visit_and_limb(page):
    table = page.form.table
    assert table.columnCount() == 1 + 2 * 2
    assert table.rowCount() == 17 + 5 + 1
    assert "worse" in spoken(page, 1, 2)
    assert "worse" not in spoken(page, 1, 1)


def test_another_baseline_turns_worse_into_better(page):
    page.baseline.setCurrentIndex(1)
    assert "better" in spoken(page, 1, 1)


def test_the_change_is_said_in_plain_words(page):
    page.tabs.setCurrentIndex(1)
    assert "+6" in page.totals.words
    assert "beyond rater error" in page.totals.words
    assert "no meaningful change" in page.totals.words


def test_a_limb_is_compared_where_it_was_near_the_camera(tmp_path):
    held = made.analysis(tmp_path, frames=120)
    film = held.films[0]
    there_and_back = (
        Pass(View.SAGITTAL_RIGHT, 0, 59, 1),
        Pass(View.SAGITTAL_LEFT, 60, 119, -1),
    )
    back_s = float(film.video.times_s[60])
    far = GaitCycle(Side.LEFT, 0, 0.1, 0.9, confidence=0.9)
    near = GaitCycle(Side.LEFT, 0, back_s + 0.1, back_s + 0.9, confidence=0.6)
    walked = replace(
        held, films=(replace(film, passes=there_and_back), *held.films[1:]), cycles=(far, near)
    )
    assert cycles_of(walked, Side.LEFT) == (near, far)
    assert cycles_of(replace(walked, cycles=(far,)), Side.LEFT) == (far,)


def test_films_show_the_same_place_of_the_cycle(qtbot, page):
    page.tabs.setCurrentIndex(2)
    page.films.show_place(50.0)
    qtbot.waitUntil(
        lambda: all(pane.shown_frame is not None for pane in page.films.panes), timeout=120_000
    )
    cycle = cycles_of(page.visits[0].analysis, page.films.side)[0]
    middle_s = (cycle.start_s + cycle.end_s) / 2
    expected = page.visits[0].analysis.films[cycle.film].video.frame_at(middle_s)
    qtbot.waitUntil(
        lambda: [pane.shown_frame for pane in page.films.panes] == [expected] * 2, timeout=120_000
    )


def test_playing_goes_through_the_cycle_and_leaving_stops_it(qtbot, page):
    page.tabs.setCurrentIndex(2)
    seen = []
    page.films.place_changed.connect(lambda _, pct: seen.append(pct))
    page.films.toggle()
    qtbot.waitUntil(lambda: len(set(seen)) > 3, timeout=120_000)
    page.tabs.setCurrentIndex(0)
    assert not page.films.is_playing


def test_a_click_on_a_curve_takes_the_films_there(qtbot, page):
    page.tabs.setCurrentIndex(3)
    qtbot.waitUntil(lambda: page.curves.is_whole, timeout=120_000)
    assert page.curves.plots
    assert {plot.shown for plot in page.curves.plots} <= {0, 2}
    page.curves.place_asked.emit(Side.RIGHT, 30.0)
    assert page.tabs.currentIndex() == 2
    assert (page.films.side, page.films.pct) == (Side.RIGHT, 30.0)


def test_the_comparison_is_saved_as_a_table(page, tmp_path):
    page.save_table(tmp_path / "table.csv")
    assert "worse" in (tmp_path / "table.csv").read_text(encoding="utf-8")


def test_a_coronal_film_is_timed_by_the_sagittal_cycle(analysis):
    cycle = next(iter(analysis.cycles))
    side = phased(analysis, cycle, Plane.SAGITTAL)
    front = phased(analysis, cycle, Plane.CORONAL)
    assert side.time_s(0.0) == pytest.approx(cycle.start_s)
    assert side.time_s(100.0) == pytest.approx(cycle.end_s)
    assert front.time_s(25.0) == pytest.approx(analysis.sync[0].to_coronal(side.time_s(25.0)))
    assert length_s([side]) == pytest.approx(cycle.duration_s)


def test_ticked_visits_are_read_and_shown_and_escape_goes_back(
    qtbot, open_window, tmp_path, analysis
):
    folder = tmp_path / "data"
    days = (date(2026, 1, 5), date(2026, 5, 4))
    kept = [finish(keep_analysis(analysis, Keeping(folder, day=day))) for day in days]
    window = open_window(folder)
    for session in kept:
        window.browser.toggle_tick(session)
    window.compare_action.trigger()
    qtbot.waitUntil(lambda: bool(window.comparing.visits), timeout=150_000)
    assert [visit.title for visit in window.comparing.visits] == ["2026-01-05", "2026-05-04"]
    qtbot.keyClick(window.comparing.form.table, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.start)


def test_nothing_is_undone_out_of_sight(qtbot, open_window, tmp_path, analysis):
    folder = tmp_path / "data"
    days = (date(2026, 1, 5), date(2026, 5, 4))
    kept = [finish(keep_analysis(analysis, Keeping(folder, day=day))) for day in days]
    window = open_window(folder)
    window.open_visit(kept[1])
    qtbot.waitUntil(lambda: window.document is not None, timeout=150_000)
    window.work.form.accept_confident()
    qtbot.waitUntil(window.undo_action.isEnabled, timeout=150_000)
    window.compare_open_visit()
    qtbot.waitUntil(lambda: bool(window.comparing.visits), timeout=150_000)
    assert not window.undo_action.isEnabled()
    window.leave_comparison()
    assert window.undo_action.isEnabled()


def test_headings_wear_the_colours_of_their_limbs(page):
    """What is painted counts: a colour given by the theme to all headings would hide them."""
    header = page.form.table.horizontalHeader()
    picture = header.grab().toImage()
    ratio = picture.devicePixelRatio()

    def nearest(column, colour):
        left = round(header.sectionViewportPosition(column) * ratio)
        width = round(header.sectionSize(column) * ratio)
        return min(
            sum(
                abs(one - other)
                for one, other in zip(
                    picture.pixelColor(x, y).getRgb()[:3], colour.getRgb()[:3], strict=True
                )
            )
            for x in range(left, min(left + width, picture.width()))
            for y in range(picture.height() // 2)
        )

    left, right = (QColor(current().side(side)) for side in (Side.LEFT, Side.RIGHT))
    assert nearest(1, left) < 60 < nearest(1, right)
    assert nearest(3, right) < 60 < nearest(3, left)
