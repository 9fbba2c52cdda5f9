from __future__ import annotations

from dataclasses import replace

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
    Total,
)
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.i18n import speaking
from gaitdesk.report.answers import (
    both_limbs,
    cell_text,
    is_withheld,
    limit_words,
    measured_words,
    shown_proposal,
)
from tests.report import made


def cell(item: Item, answer: float | Direction | Reason) -> ItemScore:
    return ItemScore.from_proposal(made.answered(item, answer, made.Evidence(0, 41, 0.7)))


def test_a_score_says_its_direction_and_what_was_measured():
    said = cell_text(cell(Item.STANCE_KNEE_EXTENSION, 28.4), Item.STANCE_KNEE_EXTENSION)
    assert (said.mark, said.score) == ("2", Score.MARKED)
    assert said.finding == "flexion · 28° ± 5°"
    assert said.detail == "confidence 86 % · film 1, frame 42, 0.70 s"


def test_the_sign_of_an_angle_is_a_word():
    measure = Measure(-8.4, Unit.DEGREE, 5.0)
    assert measured_words(Item.STANCE_HIP_EXTENSION, measure) == "8° ± 5° extension"
    assert measured_words(Item.STANCE_KNEE_EXTENSION, measure) == "8° ± 5° hyperextension"
    assert measured_words(Item.PELVIC_OBLIQUITY, measure) == "8° ± 5° down"
    assert measured_words(Item.PELVIC_OBLIQUITY, measure, "down") == "8° ± 5°"
    assert measured_words(Item.TRUNK_SAGITTAL, Measure(0.2, Unit.DEGREE, 3.0)) == "0° ± 3°"
    shift = Measure(-26.0, Unit.MILLIMETRE, 8.0)
    assert measured_words(Item.TRUNK_LATERAL_SHIFT, shift) == "−26 ± 8\u00a0mm"


def test_a_cell_without_a_reason_says_its_state_alone():
    left = cell(Item.TERMINAL_SWING_KNEE, Reason.NEAR_BOUNDARY)
    told = cell_text(replace(left, reason=None), Item.TERMINAL_SWING_KNEE)
    assert told.finding == "Reviewer decides"


def test_a_reason_follows_its_state_as_the_language_writes_it():
    with speaking("zh_CN"):
        told = cell_text(
            cell(Item.TERMINAL_SWING_KNEE, Reason.NEAR_BOUNDARY), Item.TERMINAL_SWING_KNEE
        )
    assert told.finding == "由复核者判定：接近评分界限"


def test_an_open_question_gives_its_reason_and_what_the_machine_leans_to():
    said = cell_text(cell(Item.TERMINAL_SWING_KNEE, Reason.NEAR_BOUNDARY), Item.TERMINAL_SWING_KNEE)
    assert (said.mark, said.score) == ("?", None)
    assert said.finding == "Reviewer decides: near a boundary between scores"
    assert said.detail == "16° ± 5° flexion · leans to 1 · film 1, frame 42, 0.70 s"


def test_a_number_without_a_unit_is_kept_from_the_form():
    seen = replace(
        made.answered(Item.HEEL_LIFT, Direction.EARLY), measure=Measure(-0.26, Unit.NONE, 0.3)
    )
    assert cell_text(ItemScore.from_proposal(seen), Item.HEEL_LIFT).finding == "early"


def test_not_scorable_and_not_assessed_are_told_apart():
    missing = cell_text(cell(Item.FOOT_ROTATION, Reason.VIEW_NOT_RECORDED), Item.FOOT_ROTATION)
    assert (missing.mark, missing.finding) == ("–", "Not scorable: view not recorded")
    assert cell_text(None, Item.FOOT_ROTATION).finding == "Not assessed"


def test_a_correction_shows_what_the_machine_had_said():
    machine = cell(Item.HEEL_LIFT, Direction.EARLY)
    corrected = replace(
        machine, origin=Origin.REVIEWER, score=Score.NORMAL, direction=Direction.NORMAL
    )
    said = cell_text(corrected, Item.HEEL_LIFT)
    assert (said.mark, said.finding) == ("0", "normal")
    assert said.detail.startswith("reviewer · machine said 1")


def test_the_proposal_shown_is_the_one_behind_the_cell():
    rules = made.answered(Item.HEEL_LIFT, Direction.EARLY)
    network = replace(rules, origin=Origin.NETWORK, reader="network")
    held = ItemScore(
        State.SCORED, Origin.RULES, Score.MODERATE, Direction.EARLY, None, (rules, network)
    )
    assert shown_proposal(held) is rules
    assert shown_proposal(replace(held, origin=Origin.REVIEWER)) is network
    assert shown_proposal(ItemScore(State.SCORED, Origin.REVIEWER)) is None


@pytest.mark.parametrize("item", Item)
@pytest.mark.parametrize("score", Score)
def test_every_score_of_every_item_has_limits(item, score):
    assert limit_words(item, score)


def test_limits_are_those_of_the_guide():
    assert limit_words(Item.SWING_KNEE_FLEXION, Score.NORMAL) == "50° to 70° flexion"
    assert limit_words(Item.SWING_KNEE_FLEXION, Score.MARKED) == (
        "34° or less flexion or 86° or more flexion"
    )
    assert limit_words(Item.STANCE_DORSIFLEXION, Score.MODERATE) == (
        "10° plantarflexion to 4° dorsiflexion or 26° to 40° dorsiflexion"
    )
    assert limit_words(Item.STANCE_HIP_EXTENSION, Score.NORMAL) == "0° to 20° extension"
    assert limit_words(Item.TRUNK_SAGITTAL, Score.MARKED) == "16° or more forward"
    assert limit_words(Item.INITIAL_CONTACT, Score.MODERATE) == "flat foot"


@pytest.mark.parametrize(("scored", "withheld"), [(17, False), (14, False), (13, True), (0, True)])
def test_a_total_is_withheld_when_more_than_three_items_are_missing(scored, withheld):
    assert is_withheld(Total(5, 2 * scored, scored, 17)) is withheld


def test_both_limbs_are_the_sum_of_each():
    sheet = made.analysis().scoresheet
    left, right = (sheet.total(side) for side in Side)
    assert both_limbs(sheet) == Total(
        left.points + right.points, left.possible + right.possible, left.scored + right.scored, 34
    )
    assert both_limbs(Scoresheet()) == Total(0, 0, 0, 34)


def network_answer(atypical: float, score: Score | None = None) -> Proposal:
    is_scored = score is Score.NORMAL
    return Proposal(
        Origin.NETWORK,
        "test network 1",
        State.SCORED if is_scored else State.REVIEWER_DECIDES,
        score,
        Direction.NORMAL if is_scored else None,
        None if is_scored else Reason.ATYPICAL,
        atypical=atypical,
        spread=0.04,
    )


def test_what_the_network_says_stands_beside_what_the_rules_say():
    rules = made.answered(Item.SWING_KNEE_FLEXION, 60.0)
    held = replace(
        ItemScore.from_proposal(rules),
        state=State.REVIEWER_DECIDES,
        score=None,
        direction=None,
        reason=Reason.READERS_DISAGREE,
        proposed=(rules, network_answer(0.93)),
    )
    told = cell_text(held, Item.SWING_KNEE_FLEXION)
    assert told.mark == "?"
    assert told.finding == "Reviewer decides: readers disagree"
    assert "rules: 0 normal · network: 93 % ± 4 % atypical" in told.detail.replace("\xa0", " ")


def test_a_network_alone_is_told_with_its_chance():
    told = cell_text(ItemScore.from_proposal(network_answer(0.93)), Item.HINDFOOT_VARUS_VALGUS)
    assert told.finding == "Reviewer decides: atypical, degree to be read"
    assert told.detail.replace("\xa0", " ").startswith("network: 93 % ± 4 % atypical")


def test_rules_alone_are_not_told_twice():
    held = ItemScore.from_proposal(made.answered(Item.SWING_KNEE_FLEXION, 60.0))
    assert "rules" not in cell_text(held, Item.SWING_KNEE_FLEXION).detail
