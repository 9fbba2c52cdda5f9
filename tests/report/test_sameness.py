"""Whether two visits are alike is said only where it is known."""

from __future__ import annotations

from gaitdesk.domain.patient import Conditions
from gaitdesk.report.sameness import (
    conditions_sentence,
    flag,
    rater_sentence,
    same_rater,
    walked_alike,
)

BAREFOOT = Conditions("Barefoot", "None")


def test_walks_are_alike_where_all_that_was_recorded_is_the_same():
    found = walked_alike(BAREFOOT, Conditions("barefoot ", "None", "another note"))
    assert found.is_same
    assert "Same conditions: yes" in conditions_sentence(found)


def test_what_differs_is_named_with_both_values():
    found = walked_alike(BAREFOOT, Conditions("Barefoot", "Walker", orthosis="Insoles"))
    assert found.is_same is False
    said = conditions_sentence(found)
    assert "walking aid: None, then Walker" in said
    assert "Not recorded at both visits: orthosis" in said


def test_without_footwear_nobody_can_tell():
    found = walked_alike(Conditions(aid="None"), Conditions(aid="None"))
    assert (found.is_same, found.unknown) == (None, ("footwear",))
    assert "cannot be told" in conditions_sentence(found)


def test_the_same_people_are_one_rater_in_any_order():
    assert same_rater("Ann, Ben", "Ben, Ann") is True
    assert same_rater("Ann", "Ann, Ben") is False
    assert same_rater("", "Ann") is None
    assert "Ann, then Ben" in rater_sentence("Ann", "Ben")
    assert [flag(one) for one in (True, False, None)] == ["yes", "no", "unknown"]
