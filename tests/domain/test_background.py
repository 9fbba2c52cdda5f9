"""What is known of a child: partial days, and measures that nobody has."""

from __future__ import annotations

from datetime import date

import pytest

from gaitdesk.domain.background import (
    Background,
    Fms,
    Treatment,
    TreatmentKind,
    first_day,
    is_partial_day,
    months_before,
)
from gaitdesk.domain.patient import Patient


@pytest.mark.parametrize("words", ["2024-05-31", "2024-05", "2024", "2024-02-29", "1900"])
def test_a_day_a_month_or_a_year_is_a_partial_day(words):
    assert is_partial_day(words)


@pytest.mark.parametrize(
    "words",
    ["", "2023-02-29", "2024-13", "2024-5", "31.5.2024", "24", "1899", "2024-05-31 ", "２０２４"],
)
def test_what_the_calendar_lacks_is_none(words):
    assert not is_partial_day(words)


def test_a_partial_day_begins_with_its_first_day():
    assert first_day("2024-05") == date(2024, 5, 1)
    assert first_day("2024") == date(2024, 1, 1)


def test_months_are_counted_where_the_month_is_known():
    visit = date(2026, 5, 4)
    assert months_before("2025-05-04", visit) == 12
    assert months_before("2025-05-05", visit) == 11
    assert months_before("2025-05", visit) == 12
    assert months_before("2025", visit) is None
    assert months_before("", visit) is None


def test_a_treatment_on_no_day_is_refused():
    with pytest.raises(ValueError, match="no day, month or year"):
        Treatment(TreatmentKind.SURGERY, when="last spring")


@pytest.mark.parametrize(
    ("field", "value"),
    [("weight_kg", 0.4), ("weight_kg", 274.0), ("leg_length_left_m", 65.2)],
)
def test_measures_that_nobody_has_are_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} is {value:g}"):
        Patient(**{field: value})


def test_mobility_is_told_from_near_to_far():
    known = Background(fms_5_m=Fms.ALL_SURFACES, fms_500_m=Fms.WHEELCHAIR)
    assert known.fms == (Fms.ALL_SURFACES, None, Fms.WHEELCHAIR)
