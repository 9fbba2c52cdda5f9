"""What is typed of a child and its walk reaches the order, or is refused in one sentence."""

from __future__ import annotations

import argparse
from datetime import date

import pytest

from gaitdesk.commands.visit_facts import (
    add_visit_facts,
    background_from,
    conditions_from,
    patient_from,
    referral_from,
)
from gaitdesk.domain.background import (
    Background,
    Fms,
    Gmfcs,
    Referral,
    Sides,
    Topography,
    Treatment,
    TreatmentKind,
)
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.patient import Conditions, Patient, Sex


def typed(*words):
    parser = argparse.ArgumentParser()
    add_visit_facts(parser)
    return parser.parse_args([str(word) for word in words])


def test_nothing_typed_is_nothing_recorded():
    nothing = typed()
    assert patient_from(nothing) == Patient()
    assert conditions_from(nothing) == Conditions()
    assert background_from(nothing) == Background()
    assert referral_from(nothing) == Referral()


def test_everything_typed_is_recorded():
    told = typed(
        *("--sex", "female", "--weight", 27.4, "--leg-lengths", "65.2,64.5"),
        *("--measured-on", "2026-04-28", "--room", "2", "--orthosis", "AFO"),
        *("--assistance", "None", "--cooperation", "Good", "--diagnosis", "CP"),
        *("--topography", "diplegia", "--gmfcs", "II", "--fms", "6,5,c"),
        *("--operation", "hamstrings/both/2023-11", "--operation", "hip"),
        *("--injection", "calf/left/", "--question", "why?", "--referred-on", "2026-03-30"),
    )
    child = patient_from(told)
    assert (child.sex, child.weight_kg, child.measured_on) == (Sex.FEMALE, 27.4, date(2026, 4, 28))
    assert child.leg_length_left_m == pytest.approx(0.652)
    assert child.leg_length_right_m == pytest.approx(0.645)
    assert conditions_from(told) == Conditions(
        room="2", orthosis="AFO", assistance="None", cooperation="Good"
    )
    assert background_from(told) == Background(
        "CP",
        Topography.DIPLEGIA,
        Gmfcs.II,
        Fms.ALL_SURFACES,
        Fms.LEVEL,
        Fms.CRAWLING,
        (
            Treatment(TreatmentKind.SURGERY, "hamstrings", Sides.BOTH, "2023-11"),
            Treatment(TreatmentKind.SURGERY, "hip"),
            Treatment(TreatmentKind.BOTULINUM_TOXIN, "calf", Sides.LEFT),
        ),
    )
    assert referral_from(told) == Referral("why?", date(2026, 3, 30))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weight", 0.3), "--weight takes kilograms between 1 and 250, not 0.3."),
        (("--leg-lengths", "0.65,0.64"), "--leg-lengths takes centimetres between 15 and 130"),
        (("--leg-lengths", "65"), "as in 65.2,64.5, not 65."),
        (("--measured-on", "28.4.26"), "--measured-on takes a day as in 2026-03-04, not 28.4.26."),
        (("--fms", "6,5"), "--fms takes three ratings"),
        (("--fms", "7,5,1"), "not 7,5,1."),
        (("--operation", "hip/middle/2023"), "a side is left, right or both"),
        (("--injection", "calf/left/spring"), "a month or a year as in"),
    ],
)
def test_what_no_child_has_is_refused_in_one_sentence(words, said):
    told = typed(*words)
    with pytest.raises(OptionInvalid) as refusal:
        (patient_from(told), background_from(told))
    assert said in str(refusal.value)
    assert str(refusal.value).endswith(".")
