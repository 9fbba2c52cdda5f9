"""Totals in words, and what a change since the last visit means."""

from __future__ import annotations

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Reason, Score, Scoresheet, Total
from gaitdesk.report.change import Meaning, change
from gaitdesk.ui.scoring import answers
from gaitdesk.ui.scoring.totals import groups, headline_words, part_words
from gaitdesk.ui.scoring.totals_panel import TotalsPanel
from tests.report import made

NORMAL = made.all_scored(Score.NORMAL)


def worse_by(points):
    """The normal sheet with some items of the left limb one point worse."""
    sheet = NORMAL
    for item in list(Item)[:points]:
        direction = answers.directions(item, Score.MODERATE)[0]
        sheet = answers.with_score(sheet, Side.LEFT, item, Score.MODERATE, direction)
    return sheet


@pytest.mark.parametrize(
    ("points", "meaning"),
    [
        (0, Meaning.NONE),
        (2, Meaning.NONE),
        (3, Meaning.POSSIBLE),
        (4, Meaning.POSSIBLE),
        (5, Meaning.BEYOND_ERROR),
        (12, Meaning.BEYOND_ERROR),
    ],
)
def test_what_a_change_means(points, meaning):
    assert change(Side.LEFT, NORMAL, worse_by(points)).meaning is meaning
    assert change(Side.LEFT, worse_by(points), NORMAL).meaning is meaning


def test_better_and_worse_are_told_apart():
    assert "worse" in change(Side.LEFT, NORMAL, worse_by(3)).words
    assert "better" in change(Side.LEFT, worse_by(3), NORMAL).words


def test_only_items_scored_in_both_visits_are_compared():
    now = answers.without_score(worse_by(3), Side.LEFT, next(iter(Item)), Reason.OCCLUDED)
    found = change(Side.LEFT, NORMAL, now)
    assert (found.items, found.points) == (16, 2)


def test_a_part_says_what_was_possible_and_how_much_was_scored():
    assert part_words(Total(3, 8, 4, 7)) == "3 of 8, 4/7 scored"


def test_a_total_with_too_many_gaps_is_withheld(appearance):
    assert "withheld" in headline_words(Side.LEFT, Scoresheet())
    assert "<b>0</b>" in headline_words(Side.LEFT, NORMAL)


def test_the_groups_cover_every_item_three_times():
    counted = [item for _, items in groups() for item in items]
    assert all(counted.count(item) == 3 for item in Item)


def test_the_panel_compares_with_the_visit_before(qtbot, appearance):
    panel = TotalsPanel()
    qtbot.addWidget(panel)
    panel.show_sheet(NORMAL)
    assert "first visit" in panel.change_words
    panel.show_before(NORMAL, "2026-01-02")
    panel.show_sheet(worse_by(5))
    assert "2026-01-02" in panel.change_words
    assert "beyond rater error" in panel.change_words
