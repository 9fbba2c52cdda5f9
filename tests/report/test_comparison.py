"""Visits side by side: only what both scored is compared, and the table says the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, Reason, Score, State
from gaitdesk.domain.patient import Conditions
from gaitdesk.report.change import Way, caveats, change, common_items, signed_points, way
from gaitdesk.report.comparison import (
    ComparedVisit,
    comparison_csv,
    measured_places,
    scored_variables,
    variable_score,
)
from tests.report import made

NORMAL = made.all_scored(Score.NORMAL)
WORSE = made.all_scored(Score.MODERATE)


def without(sheet, side, item):
    """The sheet with one cell that cannot be scored."""
    cell = replace(
        sheet.get(side, item),
        state=State.NOT_SCORABLE,
        score=None,
        direction=None,
        reason=Reason.OCCLUDED,
    )
    return sheet.with_cell(side, item, cell)


@pytest.fixture
def visits(tmp_path):
    analysis = made.analysis(tmp_path)
    return [
        ComparedVisit("one", "2026-01-05", replace(analysis, scoresheet=NORMAL)),
        ComparedVisit(
            "two",
            "2026-05-04",
            replace(
                analysis,
                scoresheet=without(WORSE, Side.LEFT, Item.HEEL_LIFT),
                variable_scores=(),
            ),
        ),
    ]


def test_an_item_goes_worse_better_or_stays():
    place = Side.LEFT, Item.STANCE_KNEE_EXTENSION
    assert way(*place, NORMAL, WORSE) is Way.WORSE
    assert way(*place, WORSE, NORMAL) is Way.BETTER
    assert way(*place, WORSE, WORSE) is Way.SAME


def test_varus_after_valgus_is_no_same_score():
    place = Side.LEFT, Item.HINDFOOT_VARUS_VALGUS
    valgus = replace(WORSE.get(*place), direction=Direction.VALGUS)
    varus = replace(valgus, direction=Direction.VARUS)
    before, now = WORSE.with_cell(*place, valgus), WORSE.with_cell(*place, varus)
    assert way(*place, before, now) is Way.OTHERWISE


def test_what_one_visit_did_not_score_is_compared_with_nothing():
    gap = without(WORSE, Side.LEFT, Item.HEEL_LIFT)
    assert way(Side.LEFT, Item.HEEL_LIFT, NORMAL, gap) is None
    assert len(common_items(Side.LEFT, (NORMAL, gap))) == 16
    assert change(Side.LEFT, NORMAL, gap).points == 16
    assert change(Side.RIGHT, NORMAL, gap).points == 17


def test_points_bear_their_sign():
    assert [signed_points(points) for points in (3, 0, -2)] == ["+3", "±0", "−2"]


def test_differing_items_are_said():
    gap = without(WORSE, Side.LEFT, Item.HEEL_LIFT)
    assert "16 (left)" in " ".join(caveats(NORMAL, gap))


def test_the_table_holds_every_item_value_and_score(visits):
    text = comparison_csv(visits, 0)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\N{BYTE ORDER MARK}"))))
    kinds = [row["kind"] for row in rows]
    assert kinds.count("item") == 34
    assert kinds.count("spatiotemporal") == len(measured_places(visits)) > 0
    assert kinds.count("gait variable score") == len(scored_variables(visits)) > 0
    row = next(row for row in rows if (row["limb"], row["code"]) == ("left", "KEX"))
    assert (row["visit_1"], row["visit_2"], row["change_2"]) == ("0", "1", "worse")
    gap = next(row for row in rows if (row["limb"], row["code"]) == ("left", "HL"))
    assert (gap["visit_2"], gap["change_2"]) == ("", "")


def test_the_table_tells_who_scored_and_whether_the_walks_were_alike(visits):
    first, second = visits
    shod = replace(second.analysis, conditions=Conditions("Shoes", "None"))
    visits = [replace(first, raters="Ben"), replace(second, analysis=shod, raters="Ann, Ben")]
    rows = list(csv.DictReader(io.StringIO(comparison_csv(visits, 0)[1:])))
    (raters,) = [row for row in rows if row["kind"] == "raters"]
    assert (raters["visit_1"], raters["change_2"]) == ("Ben", "same: no")
    (alike,) = [row for row in rows if row["kind"] == "conditions"]
    assert alike["change_2"] == "same: no"
    walked = {row["code"]: row for row in rows if row["kind"] == "condition"}
    assert (walked["footwear"]["visit_2"], walked["footwear"]["change_2"]) == ("Shoes", "different")
    assert walked["aid"]["change_2"] == ""


def test_a_visit_without_curves_has_no_variable_score(visits):
    like = scored_variables(visits)[0]
    assert variable_score(visits[0], like) is not None
    assert variable_score(visits[1], like) is None
