"""Curves and walk: what is drawn is what was measured, and the cursor is where the films are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import Variable
from gaitdesk.ui.parts.box import Frame
from gaitdesk.ui.plots.curve_panel import MOST_COLUMNS, SHOWN, CurvePanel, CurveTitle
from gaitdesk.ui.plots.curve_plot import LEAST_WIDTH
from gaitdesk.ui.plots.walk_panel import WalkPanel
from gaitdesk.ui.theme import DARK, em
from tests.report import made

ANALYSIS = made.analysis(frames=20, height=90)


@pytest.fixture
def panel(qtbot, appearance):
    panel = CurvePanel()
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.show_analysis(ANALYSIS)
    panel.show()
    qtbot.waitUntil(lambda: panel.is_whole)
    return panel


def test_every_measured_angle_has_its_plot(panel):
    measured = {curve.variable for curve in ANALYSIS.curves}
    assert [plot.variable for plot in panel.plots] == [one for one in SHOWN if one in measured]


def test_cursors_are_where_the_films_are(panel):
    panel.show_times({0: 0.6})
    for plot in panel.plots:
        assert plot.cursors[Side.LEFT] == pytest.approx(50)
        assert plot.cursors[Side.RIGHT] == pytest.approx(0)


def test_cursors_hide_between_cycles(panel):
    panel.show_times({0: 0.05})
    assert all(plot.cursors == {} for plot in panel.plots)


def test_a_click_asks_for_the_moment_of_the_nearer_limb(qtbot, panel):
    panel.show_times({0: 0.6})
    plot = next(one for one in panel.plots if one.variable is Variable.KNEE_FLEXION)
    right = next(
        curve
        for curve in ANALYSIS.curves
        if curve.variable is Variable.KNEE_FLEXION and curve.side is Side.RIGHT
    )
    point = plot.getPlotItem().vb.mapViewToScene(QPointF(40.0, float(right.mean[40])))
    with qtbot.waitSignal(panel.moment_asked) as asked:
        plot.ask_place(point)
    assert asked.args[0] == 0
    assert asked.args[1] == pytest.approx(0.6 + 0.4, abs=0.02)


def test_curves_follow_the_theme(panel, appearance):
    appearance.choose(DARK)
    panel.paint()
    plot = panel.plots[0]
    assert plot.backgroundBrush().color().name().upper() == DARK.surface.upper()


def test_an_analysis_without_curves_says_so(qtbot, appearance):
    panel = CurvePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(replace(ANALYSIS, curves=()))
    assert panel.plots == ()
    assert "No curve" in panel.legend


def test_where_curves_are_gone_before_they_were_drawn_no_empty_plot_is_left(qtbot, appearance):
    panel = CurvePanel()
    qtbot.addWidget(panel)
    panel.show_analysis(ANALYSIS)
    assert panel.findChildren(Frame)
    panel.show_analysis(replace(ANALYSIS, curves=()))
    assert all(box.isHidden() for box in panel.findChildren(Frame))
    assert panel.is_whole
    assert "No curve" in panel.legend


def test_the_walk_is_shown_with_the_norms_of_the_age(qtbot, appearance):
    panel = WalkPanel()
    qtbot.addWidget(panel)
    panel.show_analysis(ANALYSIS)
    rows = {
        panel.table.item(row, 0).text(): [
            panel.table.item(row, column).text().replace("\N{NO-BREAK SPACE}", " ")
            for column in range(1, 5)
        ]
        for row in range(panel.table.rowCount())
    }
    assert rows["Stance"][:2] == ["61 ± 2 %", "66 ± 2 %"]
    assert rows["Walking speed"][2:] == ["0.92 ± 0.06 m/s", "1.20 to 1.50 m/s"]


def test_as_many_plots_stand_beside_each_other_as_have_room_for_their_titles(qtbot, panel):
    titles = panel.findChildren(CurveTitle)
    assert titles
    needed = max(em(panel, LEAST_WIDTH), *(title.least_width for title in titles))
    for columns in (MOST_COLUMNS, 1, 2):
        panel.setFixedWidth(round((columns + 0.7) * needed))
        qtbot.waitUntil(lambda columns=columns: panel.columns == columns)
        qtbot.waitUntil(
            lambda: all(title.width() >= title.least_width for title in titles), timeout=30_000
        )
        qtbot.waitUntil(
            lambda columns=columns: len({title.x() for title in titles}) == columns,
            timeout=30_000,
        )
        assert all("−" in title.text() for title in titles)
