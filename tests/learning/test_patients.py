"""Cases of one child are found whatever they are called, and no others are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.learning.patients import (
    FilmTrace,
    Traces,
    Why,
    keys_by_patient,
    links_of,
    patients_of,
)
from gaitdesk.learning.prints import GRID, print_of_squares

ROWS, COLUMNS = GRID


def walker(seed: int, moments: int = 40, *, start: int = 0, gain: float = 1.0, noise: float = 0.0):
    """Squares of a film in which somebody of a pace and a shape of their own walks across."""
    rng = np.random.default_rng(seed)
    background = np.random.default_rng(0).uniform(40.0, 200.0, (ROWS, COLUMNS))
    speed, size, sway = rng.uniform(0.6, 1.6), rng.uniform(4.0, 10.0), rng.uniform(0.4, 3.0)
    shade = rng.uniform(20.0, 120.0, (5, 5))
    y, x = np.mgrid[:ROWS, :COLUMNS]
    squares = np.empty((moments, ROWS, COLUMNS))
    for k in range(moments):
        time = k + start
        middle = 8.0 + speed * time + sway * np.sin(0.9 * time + seed)
        body = np.exp(-(((x - middle) / 3.2) ** 2) - ((y - 18.0) / size) ** 2)
        texture = shade[(y // 4) % 5, (x + time) % 5]
        squares[k] = gain * (background + body * (texture - background))
    return squares + noise * np.random.default_rng(seed + 99).standard_normal(squares.shape)


def trace(case: str, person: str = "", sha256: str = "", squares=None) -> Traces:
    looks = None if squares is None else print_of_squares(squares)
    films = (FilmTrace(sha256, looks),) if sha256 or looks else ()
    return Traces(case, frozenset({person} if person else ()), films)


def test_a_name_a_file_or_a_film_in_common_makes_one_child():
    traces = [
        trace("a", "Anna", "1" * 64, walker(1)),
        trace("b", "Anna", "2" * 64, walker(2)),
        trace("c", "Berta", "2" * 64),
        trace("d", "Clara", "4" * 64, walker(1, gain=0.7, noise=2.0)),
        trace("e", "Dora", "5" * 64, walker(5)),
    ]
    links = links_of(traces)
    assert {one.why for one in links} == {Why.PERSON, Why.SAME_FILE, Why.SAME_FILM}
    assert patients_of(traces, links) == {"a": "a", "b": "a", "c": "a", "d": "a", "e": "e"}


def test_a_film_that_begins_later_is_known_again():
    traces = [trace("a", "A", "1", walker(3)), trace("b", "B", "2", walker(3, 30, start=9))]
    (link,) = links_of(traces)
    assert link.why is Why.SAME_FILM
    assert link.likeness > 0.95


def test_other_children_in_the_same_room_stay_apart():
    traces = [trace(str(seed), f"P{seed}", str(seed), walker(seed)) for seed in range(10, 18)]
    assert links_of(traces) == ()


def test_films_in_which_nothing_moves_are_like_no_other():
    still = np.full((20, ROWS, COLUMNS), 90.0)
    traces = [trace("a", "A", "1", still), trace("b", "B", "2", still)]
    assert links_of(traces) == ()


def test_real_names_link_cases_but_are_not_kept():
    traces = [trace("a", "named:x"), trace("b", "named:x")]
    patients = patients_of(traces)
    assert patients == {"a": "a", "b": "a"}
    assert keys_by_patient(traces, patients) == {"a": frozenset()}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("123456"), st.booleans()),
        min_size=1,
        max_size=14,
    ),
    st.randoms(use_true_random=False),
)
def test_linked_cases_are_one_patient_in_whatever_order_they_come(cases, random):
    """Renamed copies carry another name and the same content; re-coded ones neither."""
    traces = [
        trace(f"case{i:02d}", person, "" if is_recoded else content)
        for i, (person, content, is_recoded) in enumerate(cases)
    ]
    patients = patients_of(traces)
    for one in traces:
        for other in traces:
            if one.all_keys & other.all_keys:
                assert patients[one.case] == patients[other.case]
    shuffled = list(traces)
    random.shuffle(shuffled)
    assert patients_of(shuffled) == patients
    assert set(patients.values()) <= set(patients)
