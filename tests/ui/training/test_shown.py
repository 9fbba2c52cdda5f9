"""The page shows what it is given, says what to do where there is nothing, and announces wishes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt

from gaitdesk.childgait.installed import InstalledNetwork
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.jobs.training_news import Paused, Stepped
from gaitdesk.learning.priorities import CellDoubt, NextCase
from gaitdesk.learning.published import published_rows
from gaitdesk.learning.recipe import Preset
from gaitdesk.learning.results import Metric, ReaderAnswers, result_of
from gaitdesk.learning.sources import Source, WhyOut
from gaitdesk.ui.records.words import NOTHING, number_words
from gaitdesk.ui.training.data_tab import DataTab
from gaitdesk.ui.training.measures_view import MeasuresView
from gaitdesk.ui.training.next_tab import NextTab
from gaitdesk.ui.training.outlook_view import source_name, why_name
from gaitdesk.ui.training.plan_form import PlanForm
from gaitdesk.ui.training.reason_dialog import ReasonDialog
from gaitdesk.ui.training.run_view import RunView
from gaitdesk.ui.training.sources_form import SourcesForm
from gaitdesk.ui.training.training_tab import TrainingTab
from tests.ui.training import made


@pytest.fixture
def shown(qtbot, appearance):
    """Shows a widget until the test is over."""

    def show(widget):
        qtbot.addWidget(widget)
        widget.resize(1200, 800)
        widget.show()
        return widget

    return show


def _rows(table):
    return [
        tuple(table.item(row, column).text() for column in range(table.columnCount()))
        for row in range(table.rowCount())
    ]


def test_what_there_is_to_learn_from_is_counted_item_by_item(shown):
    tab = shown(DataTab())
    assert "look at the data" in tab.empty.text()
    tab.show_outlook(made.outlook())
    assert "41 patients" in tab.view.said
    assert "114 limbs" in tab.view.said
    rows = _rows(tab.view.items)
    assert len(rows) == len(Item)
    assert rows[0] == ("\N{FIGURE SPACE}1  Initial contact", "114", "5", "⚠  4 %")
    assert rows[1] == ("\N{FIGURE SPACE}2  Heel lift", "112", "34", "30 %")
    assert "learn little" in tab.view.items.item(0, 0).toolTip()


def test_what_is_left_out_stands_with_its_reason(shown):
    tab = shown(DataTab())
    tab.show_outlook(made.outlook())
    rows = _rows(tab.view.left_out)
    assert [one[0][:10] for one in rows] == ["Child-0031", "Child-0040", "Child-0042"]
    assert rows[1][1] == (
        "Nothing confirmed. No score of this visit is confirmed; confirm or correct its form."
    )


def test_a_desk_without_confirmed_forms_is_told_what_to_do(shown):
    tab = shown(DataTab())
    tab.show_outlook(made.outlook(patients=0, cases=0))
    assert "no confirmed scoresheet yet" in tab.message.text
    assert not tab.next_button.isVisible()
    tab.show_outlook(made.outlook(patients=0, cases=0, excluded=()))
    assert "There is no visit at this desk yet" in tab.empty.text()


def test_sources_are_remembered_and_other_sources_make_what_was_seen_void(qtbot, shown, tmp_path):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    tab = shown(DataTab())
    tab.sources.remember_in(settings)
    tab.show_outlook(made.outlook())
    with qtbot.waitSignal(tab.changed):
        tab.sources.phantoms.add(tmp_path / "cohort one")
    tab.sources.phantoms.add(tmp_path / "cohort two")
    tab.sources.clinic.click()
    assert not tab.view.isVisible()
    later = shown(SourcesForm())
    later.remember_in(settings)
    assert later.phantoms.folders == (tmp_path / "cohort one", tmp_path / "cohort two")
    assert not later.clinic.isChecked()
    later.phantoms.list.setCurrentRow(0)
    qtbot.keyClick(later.phantoms.list, Qt.Key.Key_Delete)
    assert later.phantoms.folders == (tmp_path / "cohort two",)
    later.phantoms.remove_marked()
    assert later.is_empty


def test_a_plan_names_its_network_preset_and_only_the_numbers_set_by_hand(shown, tmp_path):
    plan = shown(PlanForm())
    plan.show_networks(
        [
            InstalledNetwork("trained-1", "trained-1 1", True, False, is_active=True),
            InstalledNetwork("childgait-phantom", "childgait-phantom 1", True, True),
            InstalledNetwork("lost", "lost 1", False, False),
        ]
    )
    assert plan.start.count() == 2
    assert plan.network == "trained-1"
    assert plan.given.given() == {}
    assert not plan.details.isVisible()
    plan.fold.click()
    assert plan.details.isVisible()
    plan.presets[Preset.QUICK].click()
    plan.details.fields["epochs"].setValue(3)
    plan.details.fields["rate"].setValue(3e-4)
    plan.details.fields["adapters"].setValue(0)
    assert plan.preset is Preset.QUICK
    assert plan.given.given() == {"epochs": 3, "rate": pytest.approx(3e-4), "adapters": 0}
    weights = tmp_path / "vit_b_k710.pth"
    weights.write_bytes(b"")
    plan.choose(str(weights))
    plan.show_networks([InstalledNetwork("childgait-phantom", "childgait-phantom 1", True, True)])
    assert Path(plan.network) == weights


def test_memory_is_told_plainly_and_another_plan_asks_for_another_look(shown):
    tab = shown(TrainingTab())
    assert not tab.start_button.isEnabled()
    tight = "8 clips at once would need 12.1 GB. It learns the same."
    tab.show_outlook(made.outlook(suggestion=tight))
    assert tab.plan.memory_words.startswith("About 2.9 GB of 11.4 GB")
    assert tab.plan.memory_words.endswith(tight)
    assert tab.start_button.isEnabled()
    tab.show_outlook(made.outlook(is_possible=False, suggestion="Close other programs."))
    assert not tab.start_button.isEnabled()
    tab.plan.details.fields["adapters"].setValue(8)
    assert "look at the data" in tab.plan.memory_words
    assert tab.data_button.isVisible()
    assert tab.start_button.isEnabled()
    tab.show_outlook(made.outlook(patients=1))
    assert not tab.start_button.isEnabled()


def test_a_training_shows_its_loss_its_items_and_the_time_left(shown):
    run = shown(RunView())
    for one in made.news(3):
        run.show_news(one)
    assert len(run.loss.losses) == 36
    assert [one.number for one in run.items.epochs] == [1, 2, 3]
    assert run.said == "Epoch 3, step 36 of 288"
    assert run.left_words == "about 14 min left"
    assert "computed in 2 pieces" in run.notes
    run.item.setCurrentIndex(4)
    lines = run.items.getPlotItem().listDataItems()
    assert len(lines) >= len(Item) + 1


def test_pausing_and_stopping_are_announced_once_and_shown_at_once(qtbot, shown):
    run = shown(RunView())
    assert not run.pause_button.isEnabled()
    for one in made.news(1):
        run.show_news(one)
    with qtbot.waitSignal(run.pause_asked):
        run.pause_button.click()
    run.show_news(Paused(True))
    assert run.pause_button.text() == "&Go on"
    assert "takes no processor" in run.said
    with qtbot.waitSignal(run.resume_asked):
        run.pause_button.click()
    run.show_news(Paused(False))
    with qtbot.waitSignal(run.keep_asked):
        run.keep_button.click()
    run.show_news(Stepped(13, 288, 2, 0.5, 1e-4, 600.0))
    assert "Stopping" in run.said
    assert not run.cancel_button.isEnabled()


def test_a_training_that_goes_on_shows_the_epochs_of_the_day_before(shown):
    run = shown(RunView())
    run.begin([made.epoch(1), made.epoch(2)])
    assert [one.number for one in run.items.epochs] == [1, 2]
    run.show_news(made.epoch(3))
    run.show_news(made.epoch(2))
    assert [one.number for one in run.items.epochs] == [1, 2, 3]


def test_a_loss_is_counted_in_ones_in_every_appearance(qtbot, shown):
    run = shown(RunView())
    for one in made.news(2):
        run.show_news(one)
    axis = run.loss.getPlotItem().getAxis("left")
    qtbot.waitUntil(lambda: 0.0 < axis.range[0] < axis.range[1] < 1.0)
    for _ in range(2):
        run.paint()
        assert axis.autoSIPrefixScale == 1.0
        assert axis.tickStrings([0.5], axis.scale * axis.autoSIPrefixScale, 0.1) == ["0.5"]


def test_a_number_that_is_none_is_left_out_of_the_curve(shown):
    run = shown(RunView())
    run.show_news(Stepped(1, 10, 1, float("nan"), 1e-4))
    assert run.loss.losses == ()
    run.show_news(replace(made.epoch(1), balanced_accuracy=None, items=(None,) * 17))
    assert len(run.items.epochs) == 1


def test_a_reason_is_typed_before_a_worse_network_is_put_into_use(qtbot, shown):
    dialog = shown(ReasonDialog("it is worse at HL"))
    assert dialog.message.text == "it is worse at HL"
    assert not dialog.use_button.isEnabled()
    dialog.reason.setPlainText("  \n ")
    assert not dialog.use_button.isEnabled()
    dialog.reason.setPlainText(" our children wear shoes\n")
    with qtbot.waitSignal(dialog.given) as given:
        dialog.use_button.click()
    assert given.args == ["our children wear shoes"]


def test_visits_to_correct_are_opened_by_enter_the_most_doubtful_first(qtbot, shown):
    tab = shown(NextTab())
    assert "No visit waits" in tab.empty.text()
    doubt = CellDoubt((Side.LEFT, Item.HEEL_LIFT), 0.97, 0.6)
    tab.show_cases(
        (
            NextCase("b7", "Child-0007, 2026-05-04", 12.34, 0.7, 0.3, 20, (doubt,), True),
            NextCase("a1", "Child-0009, 2026-05-04", 0.0, 0.0, 0.0, 34, (), False),
        )
    )
    rows = _rows(tab.table)
    assert rows[0][:2] == ("Child-0007, 2026-05-04", "12.3")
    assert rows[0][5] == "2 Heel lift, left"
    assert "Let the network read it first" in rows[1][5]
    with qtbot.waitSignal(tab.opened) as opened:
        qtbot.keyClick(tab.table, Qt.Key.Key_Return)
    assert opened.args == ["b7"]


def test_every_source_and_every_reason_has_words():
    assert len({source_name(one.value) for one in Source}) == len(Source)
    assert len({why_name(one.value) for one in WhyOut}) == len(WhyOut)


def test_the_page_loads_none_of_the_libraries_of_the_work():
    program = (
        "import sys\n"
        "import gaitdesk.ui.training.page, gaitdesk.ui.training.network_steps\n"
        "import gaitdesk.ui.training.teaching\n"
        "print([n for n in ('cv2', 'av', 'scipy', 'torch', 'reportlab') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_measure_of_every_reader_stands_beside_what_was_published(shown):
    old, new = (
        result_of(ReaderAnswers.of_chances(one.reader, one.chances), one.scores, one.patients, 50)
        for one in (made.answers("old 1", 0.3), made.answers("new 1", 2.0, 1))
    )
    view = shown(MeasuresView())
    view.show_readers([("before", old), ("new", new)], Item.HEEL_LIFT)
    rows = _rows(view.table)
    left = new.row(Item.HEEL_LIFT, Side.LEFT)
    shown_row = next(one for one in rows if one[:2] == ("new", "left"))
    assert [shown_row[2], shown_row[3], shown_row[-1]] == [
        str(left.answered),
        number_words(left.value(Metric.ACCURACY).value),
        number_words(left.value(Metric.KAPPA).value),
    ]
    own = [one for one in rows if one[0] == "published: ChildGait-Video"]
    accuracy = {one.side: one.of(Item.HEEL_LIFT) for one in published_rows()[-2:]}
    assert [one[3] for one in own] == [number_words(accuracy[side]) for side in Side]
    assert {one[4] for one in own} == {NOTHING}
    view.show_readers([("before", old)], None)
    assert [one[:2] for one in _rows(view.table)][:2] == [
        ("before", "both limbs"),
        ("published: ChildGait-Video", "left"),
    ]
