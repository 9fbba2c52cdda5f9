from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, State
from gaitdesk.domain.gait import Variable
from gaitdesk.gait.cycles import CORONAL_CURVES
from gaitdesk.jobs.calibrating import (
    Specimen,
    agreement_with,
    calibrated,
    exact_specimen,
    read,
)
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.look import Look
from gaitdesk.phantom.patterns import limbs_of
from gaitdesk.phantom.session import Visit, unfilmed
from gaitdesk.scoring.calibration import PUBLISHED, calibration_of

EXACT = calibration_of("exact")


@pytest.fixture(scope="module")
def specimen():
    build = build_of(9, 1)
    limbs = limbs_of("crouch", Side.LEFT)
    return exact_specimen(unfilmed(Visit("crouch", 9, build, limbs, Look(), distance_m=4.2)))


def test_both_limbs_of_a_phantom_are_read_in_several_cycles(specimen):
    analysis = read(specimen, calibration_of("exact"))
    for side in Side:
        proposal = analysis.scoresheet.get(side, Item.STANCE_KNEE_EXTENSION).proposed[0]
        assert proposal.cycles >= 2
        assert proposal.state is State.SCORED


def test_exact_keypoints_measure_what_is_true(specimen):
    sheet = read(specimen, calibration_of("exact")).scoresheet
    for item, error in (
        (Item.STANCE_KNEE_EXTENSION, 2.0),
        (Item.SWING_KNEE_FLEXION, 4.0),
        (Item.TRUNK_SAGITTAL, 1.5),
        (Item.PELVIC_OBLIQUITY, 1.0),
        (Item.SWING_HIP_FLEXION, 6.0),
    ):
        for side in Side:
            true = specimen.truth.scoresheet.get(side, item).proposed[0].measure.value
            measured = sheet.get(side, item).proposed[0].measure.value
            assert measured == pytest.approx(true, abs=error), (item, side)


def test_curves_of_both_limbs_from_both_films_run_as_they_truly_do(specimen):
    true = {(one.variable, one.side): one.mean for one in specimen.truth.curves}
    drawn = {(one.variable, one.side): one.mean for one in read(specimen, EXACT).curves}
    for variable, error in (
        (Variable.HIP_FLEXION, 4.0),
        (Variable.KNEE_FLEXION, 4.0),
        (Variable.ANKLE_DORSIFLEXION, 4.0),
        (Variable.TRUNK_FORWARD_LEAN, 1.0),
        (Variable.PELVIC_OBLIQUITY, 1.0),
    ):
        for side in Side:
            apart = np.abs(drawn[variable, side] - true[variable, side])
            assert np.nanmean(apart) < error, (variable, side)
    for side in Side:
        assert np.isfinite(drawn[Variable.TRUNK_LATERAL_LEAN, side]).all()


def test_a_film_from_the_front_alone_has_curves_of_the_pelvis(specimen):
    front = tuple(film for film in specimen.films if film.plane is Plane.CORONAL)
    alone = read(Specimen(replace(specimen.truth, sync=()), front), EXACT)
    shown = {(one.variable, one.side) for one in alone.curves}
    assert shown == set(product(CORONAL_CURVES, Side))
    assert {one.film for one in alone.cycles} == {0}


def test_no_answer_given_for_a_crouching_child_is_wrong(specimen):
    for result in agreement_with([specimen], calibration_of("exact")):
        if result.agreement.count:
            assert result.agreement.exact == 1.0, result.item


def test_too_few_children_leave_the_published_errors_in_force(specimen):
    calibration = calibrated([specimen], "test")
    assert calibration.items == PUBLISHED.items
    assert calibration.keypoints == "test"
    assert calibration.made_from == "calibrated on 1 phantom child"


def test_the_synchronization_can_be_left_to_the_motion(specimen):
    own = read(
        type(specimen)(specimen.truth, specimen.films, is_synchronized=False), PUBLISHED
    ).sync[0]
    assert own.offset_s == pytest.approx(specimen.truth.sync[0].offset_s, abs=0.05)
