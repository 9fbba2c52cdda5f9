from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import pytest

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Direction, Item, Origin, Reason, Region, Score, State
from gaitdesk.domain.gait import EventKind, Parameter, Variable
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.recording import Sync, SyncSource, View
from gaitdesk.report import words

NAMED: list[tuple[type[Enum], Callable]] = [
    (Item, words.item_name),
    (Direction, words.direction_word),
    (Reason, words.reason_words),
    (Score, words.score_word),
    (State, words.state_words),
    (Origin, words.origin_words),
    (Side, words.side_word),
    (Plane, words.plane_word),
    (Region, words.region_name),
    (View, words.view_words),
    (EventKind, words.event_words),
    (SyncSource, words.sync_words),
    (Variable, words.variable_name),
    (Parameter, words.parameter_name),
]


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_every_value_has_words_of_its_own(kind, name):
    said = [name(one) for one in kind]
    assert all(said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_every_word_has_a_chinese_one_of_its_own(kind, name, chinese):
    said = [name(one) for one in kind]
    assert all(any("一" <= letter <= "鿿" for letter in words) for words in said)
    assert len(set(said)) == len(said)


def test_every_unit_has_a_symbol_and_every_angle_two_ends():
    assert {unit: words.unit_symbol(unit) for unit in Unit if not words.unit_symbol(unit)} == {
        Unit.NONE: ""
    }
    for variable in Variable:
        negative, positive = words.variable_ends(variable)
        assert negative
        assert positive != negative


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (12.5, 0, "13"),
        (-12.5, 0, "−13"),
        (-0.4, 0, "0"),
        (1.005, 1, "1.0"),
        (float("nan"), 0, "–"),
        (float("inf"), 2, "–"),
    ],
)
def test_numbers_are_printed_as_they_are_read(value, decimals, said):
    assert words.number(value, decimals) == said


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (Measure(61.6, Unit.DEGREE, 5.0), "62° ± 5°"),
        (Measure(-8.4, Unit.DEGREE, 5.0), "−8° ± 5°"),
        (Measure(1.04, Unit.METRE_PER_SECOND, 0.05), "1.04 ± 0.05\u00a0m/s"),
        (Measure(61.2, Unit.PERCENT, 2.0), "61 ± 2\u00a0%"),
        (Measure(26.0, Unit.MILLIMETRE, float("nan")), "26\u00a0mm"),
        (Measure(float("nan"), Unit.METRE, 0.0), "–"),
    ],
)
def test_a_measure_has_its_error_and_unit(measure, said):
    assert words.measure_words(measure) == said


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (Sync(0, 1, 0.2, 0.9, SyncSource.MOTION), "drift of the clocks not measured"),
        (
            Sync(0, 1, 0.2, 0.9, SyncSource.MOTION, 0.0, 1.5, 8.0),
            "no drift measurable (± 12.0 ms over the shared 8.0 s)",
        ),
        (
            Sync(0, 1, 0.2, 0.9, SyncSource.MOTION, -2.0, 0.5, 20.0),
            "drift −40.0 ± 10.0 ms over the shared 20.0 s",
        ),
        (Sync(0, 1, 0.2, 0.9, SyncSource.CLOCK, 0.13), "drift 0.13 ms/s"),
    ],
)
def test_drift_is_said_over_the_shared_walk_with_its_error(link, said):
    assert words.drift_words(link) == said


def test_the_agreement_of_events_is_said_where_both_films_show_some():
    assert words.residual_words(Sync(0, 1, 0.2, 0.9, SyncSource.MOTION)) == ""
    told = Sync(0, 1, 0.2, 0.9, SyncSource.MOTION, residual_ms=63.7)
    assert words.residual_words(told) == "; gait events of both films agree to 64 ms"
