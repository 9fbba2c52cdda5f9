from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    State,
)
from gaitdesk.domain.patient import Patient
from gaitdesk.report.csv import scoresheet_csv, totals_csv
from tests.report import made


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def row(analysis: Analysis, side: Side, item: Item) -> dict[str, str]:
    found = [
        one
        for one in rows(scoresheet_csv(analysis))
        if one["limb"] == side.value and one["code"] == item.value
    ]
    assert len(found) == 1
    return found[0]


def test_there_is_one_row_for_each_item_of_each_limb():
    found = rows(scoresheet_csv(made.analysis()))
    assert [(one["limb"], one["code"]) for one in found] == [
        (side.value, item.value) for side in Side for item in Item
    ]
    assert [int(one["number"]) for one in found[:17]] == list(range(1, 18))


def test_a_scored_row_says_what_was_measured_and_where():
    found = row(made.analysis(), Side.RIGHT, Item.STANCE_KNEE_EXTENSION)
    assert found["score"] == "2"
    assert found["direction"] == "flexion"
    assert (found["measured"], found["unit"], found["error"]) == ("28.4", "°", "5.0")
    # Frame 74 from 0 of the first film.
    assert (found["film"], found["frame"], found["time_s"]) == ("1", "75", "1.2333")
    assert (found["origin"], found["confidence"]) == ("rules", "0.86")


def test_a_row_left_to_the_reviewer_has_a_reason_and_no_score():
    found = row(made.analysis(), Side.LEFT, Item.TERMINAL_SWING_KNEE)
    assert (found["score"], found["state"]) == ("", "reviewer_decides")
    assert (found["reason"], found["machine_score"]) == ("near_boundary", "1")


def test_an_item_nobody_looked_at_is_told_from_a_normal_one():
    found = row(Analysis(Patient(), ()), Side.LEFT, Item.HEEL_LIFT)
    assert (found["score"], found["state"]) == ("", "not_assessed")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_can_be_taken_for_a_formula(start):
    made_one = made.analysis()
    held = ItemScore(
        State.SCORED,
        Origin.REVIEWER,
        Score.NORMAL,
        made.Direction.NORMAL,
        comment=f'{start}HYPERLINK("http://x","y")',
    )
    sheet = made_one.scoresheet.with_cell(Side.LEFT, Item.HEEL_LIFT, held)
    found = row(replace(made_one, scoresheet=sheet), Side.LEFT, Item.HEEL_LIFT)
    assert found["comment"].startswith("'" + start)


def test_negative_angles_stay_numbers():
    found = row(made.analysis(), Side.LEFT, Item.STANCE_HIP_EXTENSION)
    assert float(found["measured"]) == -8.4


def test_totals_stand_in_a_table_of_their_own():
    found = {(one["limb"], one["group"]): one for one in rows(totals_csv(made.analysis()))}
    assert found["right", "all"]["points"] == "18"
    assert found["right", "all"]["possible"] == "30"
    assert found["right", "all"]["headline"] == "shown"
    # Four of the left limb's items carry no score.
    assert found["left", "all"]["scored"] == "13"
    assert found["left", "all"]["headline"] == "withheld"
    assert found["both", "all"]["headline"] == "withheld"


def test_regions_add_up_to_the_whole_and_so_do_planes():
    found = {
        (one["limb"], one["group"]): int(one["points"]) for one in rows(totals_csv(made.analysis()))
    }
    regions = ("foot_ankle", "knee", "hip", "pelvis", "trunk")
    for limb in ("left", "right", "both"):
        whole = found[limb, "all"]
        assert sum(found[limb, region] for region in regions) == whole
        assert found[limb, "sagittal"] + found[limb, "coronal"] == whole


def test_each_reader_has_columns_of_its_own():
    made_one = made.analysis()
    rules = made.answered(Item.HEEL_LIFT, Direction.NORMAL)
    network = Proposal(
        Origin.NETWORK,
        "test network 1",
        State.REVIEWER_DECIDES,
        reason=Reason.ATYPICAL,
        atypical=0.93,
        spread=0.04,
    )
    held = replace(ItemScore.from_proposal(rules), proposed=(rules, network))
    sheet = made_one.scoresheet.with_cell(Side.LEFT, Item.HEEL_LIFT, held)
    found = row(replace(made_one, scoresheet=sheet), Side.LEFT, Item.HEEL_LIFT)
    assert (found["rules_score"], found["rules_reason"]) == ("0", "")
    assert (found["network_score"], found["network_reason"]) == ("", "atypical")
    assert (found["network_atypical"], found["network_spread"]) == ("0.93", "0.04")
