"""The other clinic differs from the first in clothes, room, camera and children, not in truth."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.evgs import Item
from gaitdesk.phantom.clips import USUAL_SITE, stage_of
from gaitdesk.phantom.cohort import PREVALENCE, plan_cohort, prevalence_of
from gaitdesk.phantom.elsewhere import (
    OTHER_PREVALENCE,
    OTHER_SITE,
    other_room,
    other_visit,
    plan_other_cohort,
)
from gaitdesk.phantom.session import visit_of

PLANS = plan_other_cohort(40, 5)


def test_the_same_seed_gives_the_same_children_and_no_child_of_the_first_clinic():
    assert plan_other_cohort(40, 5) == PLANS
    names = {plan.name for plan in PLANS}
    assert len(names) == 40
    assert not names & {plan.name for plan in plan_cohort(40, 5)}


def test_what_is_frequent_there_is_rare_here():
    here = prevalence_of(PLANS)
    nearer = [
        abs(here[item] - OTHER_PREVALENCE[item]) < abs(here[item] - PREVALENCE[item])
        for item in Item
        if abs(OTHER_PREVALENCE[item] - PREVALENCE[item]) > 0.2
    ]
    assert np.mean(nearer) >= 0.75
    assert here[Item.KNEE_PROGRESSION] < 0.5 < PREVALENCE[Item.KNEE_PROGRESSION]


def test_legs_and_arms_are_covered_and_the_camera_hangs_under_the_ceiling_in_a_corner():
    for plan in PLANS[:10]:
        usual, other = visit_of(plan), other_visit(plan)
        assert other.look.shorts_length > 1.2 > usual.look.shorts_length
        assert 2.3 < other.staging.lens_share * plan.build.leg_length < 2.7
        assert other.staging.tilt_deg < -20
        assert other.staging.oblique_deg > 15 > abs(usual.staging.oblique_deg)
        assert other.limbs == usual.limbs


def test_the_room_is_darker():
    for plan in PLANS[:5]:
        room, usual = other_room(other_visit(plan)), USUAL_SITE.room(visit_of(plan))
        assert max(room.wall_colour) < min(usual.wall_colour)
        assert sum(room.light.above) < 0.9 * sum(usual.light.above)


def test_the_walk_and_its_scores_are_those_of_the_plan_wherever_it_is_filmed():
    here, there = stage_of(PLANS[0], OTHER_SITE), stage_of(PLANS[0])
    assert np.array_equal(here.motion.origins_m, there.motion.origins_m)
    assert {cell: held.proposed[0].score for cell, held in here.truth.scoresheet.cells.items()} == {
        cell: held.proposed[0].score for cell, held in there.truth.scoresheet.cells.items()
    }
