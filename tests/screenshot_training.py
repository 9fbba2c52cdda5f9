"""Pictures of the page on which the network is trained."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from unittest import mock

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import language, phrase
from gaitdesk.jobs.training_folders import in_new_folder, note_epoch
from gaitdesk.jobs.training_news import Paused
from gaitdesk.learning.priorities import CellDoubt, NextCase
from gaitdesk.ui.theme import DARK, LIGHT
from tests.ui.training import made

if TYPE_CHECKING:
    from tests.screenshots import Photographer

SIZE = (1440, 900)


def training(p: Photographer) -> None:
    """Data, plan, a training under way and left off, old against new, and what is next."""
    data = p.scratch / f"training-{language()}"
    with mock.patch.dict(os.environ, {"GAITDESK_DATA": str(data)}):
        window = p.window(data, SIZE)
        window.teaching.show()
        page = window.teaching.page
        p.take(window, "70-training-nothing-yet")
        page.show_tab(page.result)
        p.take(window, "70-training-no-network-yet")
        page.show_tab(page.next)
        p.until(lambda: not window.teaching.is_working)
        p.take(window, "70-training-nothing-to-correct")
        page.show_tab(page.data)
        window.teaching._on_looked(made.nothing_confirmed())
        p.take(window, "71-training-nothing-confirmed")
        window.teaching._on_looked(made.outlook())
        p.take(window, "71-training-data")
        page.show_tab(page.training)
        p.take(window, "72-training-plan")
        page.training.plan.fold.click()
        p.take(window, "72-training-details")
        page.training.plan.fold.click()
        _running(p, window, page)
        _results(p, window, page, data)
        _next(p, window, page)
        window.close()


def _running(p: Photographer, window: Any, page: Any) -> None:
    run = page.training.run
    run.begin()
    page.training.show_running(True)
    page.show_state(True)
    for one in made.news(9):
        run.show_news(one)
    p.take(window, "73-training-under-way")
    run.item.setCurrentIndex(4)
    run.show_news(Paused(True))
    p.take(window, "73-training-paused")
    p.appearance.choose(DARK)
    p.take(window, "73-dark-training")
    p.appearance.choose(LIGHT)
    page.training.show_running(False)
    page.show_state(False)
    left_off = in_new_folder(window.teaching.planned(), window.desk.folder)
    for number in (1, 2, 3):
        note_epoch(left_off.out, made.epoch(number))
    window.teaching.show()
    p.take(window, "74-training-left-off")


def _results(p: Photographer, window: Any, page: Any, data: Any) -> None:
    made.desk_networks(data)
    page.show_tab(page.result)
    p.until(lambda: page.result.view.isVisible())
    page.result.list.setCurrentCell(0, 0)
    p.until(lambda: page.result.view.isVisible() and not window.teaching.is_working)
    p.take(window, "75-training-result")
    pages = page.result.view.pages
    pages.setCurrentIndex(1)
    p.take(window, "75-training-measures")
    pages.setCurrentIndex(0)
    p.appearance.choose(DARK)
    p.take(window, "75-dark-training-result")
    p.appearance.choose(LIGHT)
    made.Registry(data / "models").keep_answers(made.answers(page.result.marked.reader, 0.1, 2))
    window.teaching.networks._shown.clear()
    page.result.list.setCurrentCell(1, 0)
    page.result.list.setCurrentCell(0, 0)
    p.until(lambda: page.result.view.isVisible() and not window.teaching.is_working)
    p.take(window, "76-training-worse")
    page.result.activate_button.click()
    p.until(lambda: window.teaching.networks.dialog is not None)
    p.take(window.teaching.networks.dialog, "76-training-reason")
    window.teaching.networks.close()


def _next(p: Photographer, window: Any, page: Any) -> None:
    doubts = [
        CellDoubt((side, item), 0.9 - 0.1 * number, 0.4)
        for number, (side, item) in enumerate(
            ((Side.LEFT, Item.STANCE_KNEE_EXTENSION), (Side.RIGHT, Item.HEEL_LIFT),
             (Side.LEFT, Item.FOOT_ROTATION))
        )
    ]  # fmt: skip
    page.show_tab(page.next)
    p.until(lambda: not window.teaching.is_working)
    first, second, third = (
        phrase((f"Child-{number:04d}", day))
        for number, day in ((7, "2026-11-02"), (12, "2026-10-19"), (9, "2026-10-01"))
    )
    page.next.show_cases(
        (
            NextCase("a", first, 21.4, 0.71, 0.32, 24, tuple(doubts), True),
            NextCase("b", second, 9.8, 0.55, 0.12, 15, tuple(doubts[1:]), True),
            NextCase("c", third, 0.0, 0.0, 0.0, 34, (), False),
        )
    )
    p.take(window, "77-training-correct-next")
