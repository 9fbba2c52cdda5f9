"""A patient never stands on both sides of a division, and the test set stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.evgs import Item
from gaitdesk.domain.refusals import LearningRefused
from gaitdesk.learning.patients import FilmTrace, Traces, keys_by_patient, patients_of
from gaitdesk.learning.splitting import (
    PatientLabels,
    divided,
    folds,
    frozen_of,
    load_frozen,
    save_frozen,
    standing_division,
)
from gaitdesk.phantom.cohort import Split


def patients(count: int, seed: int = 0, shares=None, first: int = 0) -> list[PatientLabels]:
    """Patients whose items are atypical with given shares, some scores missing."""
    rng = np.random.default_rng(seed)
    share = np.linspace(0.1, 0.7, len(Item)) if shares is None else shares
    found = []
    for number in range(first, first + count):
        scores = (rng.random((2, len(Item))) < share).astype(float)
        scores[rng.random(scores.shape) < 0.1] = np.nan
        found.append(PatientLabels(f"p{number:03d}", frozenset({f"person:p{number}"}), scores))
    return found


visits = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=24
)
"""Visits as child, film and score; the same film may stand under several children's names."""


@settings(max_examples=80, deadline=None)
@given(visits, st.integers(0, 50))
def test_a_child_is_never_on_both_sides_also_by_renamed_copies_of_a_film(held, seed):
    traces = [
        Traces(f"v{i}", frozenset({f"child{child}"}), (FilmTrace(f"film{film}"),))
        for i, (child, film, _) in enumerate(held)
    ]
    owner = patients_of(traces)
    keys = keys_by_patient(traces, owner)
    labels = [
        PatientLabels(
            name,
            keys[name],
            np.concatenate(
                [
                    np.full((2, len(Item)), float(score))
                    for i, (_, _, score) in enumerate(held)
                    if owner[f"v{i}"] == name
                ]
            ),
        )
        for name in sorted(set(owner.values()))
    ]
    division = divided(labels, seed)
    sides = {one.case: division.parts[owner[one.case]] for one in traces}
    for one in traces:
        for other in traces:
            if one.keys & other.keys:
                assert sides[one.case] is sides[other.case]
    assert set(division.parts) == set(owner.values())


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_same_seed_divides_alike_in_whatever_order_patients_come(count, seed, random):
    own = patients(count)
    shuffled = list(own)
    random.shuffle(shuffled)
    assert divided(own, seed).parts == divided(shuffled, seed).parts


def test_another_seed_divides_otherwise():
    own = patients(40)
    assert len({tuple(sorted(divided(own, seed).of(Split.TEST))) for seed in range(6)}) > 1


def test_parts_have_their_shares_and_each_answer_about_as_often():
    own = patients(120, seed=4)
    division = divided(own, 1)
    sizes = {part: len(division.of(part)) for part in Split}
    assert sizes[Split.TRAIN] == pytest.approx(84, abs=4)
    assert sizes[Split.TEST] == pytest.approx(18, abs=3)
    dealt = unlikeness(own, division.of(Split.TEST))
    rng = np.random.default_rng(0)
    names = [one.name for one in own]
    by_chance = [unlikeness(own, rng.choice(names, sizes[Split.TEST], False)) for _ in range(50)]
    assert dealt < 0.85 * np.mean(by_chance)


def unlikeness(own, chosen) -> float:
    """How far the shares of atypical limbs among some patients are from those of all."""
    every = np.stack([one.scores for one in own])
    part = np.stack([one.scores for one in own if one.name in set(chosen)])

    def shares(scores):
        return np.nanmean(np.where(np.isnan(scores), np.nan, scores >= 1), axis=(0, 1))

    return float(np.abs(shares(part) - shares(every)).mean())


def test_a_rare_answer_reaches_every_part():
    own = patients(40, shares=np.full(len(Item), 0.3), seed=2)
    rare = 5
    for number, one in enumerate(own):
        one.scores[:, rare] = 1.0 if number < 3 else 0.0
    division = divided(own, 0, (0.4, 0.3, 0.3))
    parts = [division.parts[one.name] for one in own[:3]]
    assert set(parts) == set(Split)


@settings(max_examples=40, deadline=None)
@given(st.integers(6, 25), st.integers(0, 20), st.integers(0, 10), st.integers(0, 5))
def test_a_patient_of_the_frozen_test_set_never_trains_later(count, added, seed, later_seed):
    own = patients(count, seed)
    frozen = frozen_of(divided(own, seed), own)
    grown = own + patients(added, seed + 1, first=count)
    division = divided(grown, later_seed, frozen=frozen)
    assert division.of(Split.TEST) == divided(own, seed).of(Split.TEST)
    assert set(division.parts) == {one.name for one in grown}


def test_who_is_later_known_to_be_a_test_patient_leaves_training():
    own = patients(20)
    frozen = frozen_of(divided(own, 0), own)
    tested = next(one for one in own if frozen.holds(one))
    both = PatientLabels("p999", frozenset({"person:other", *tested.keys}), tested.scores)
    merged = [one for one in own if one is not tested] + [both]
    assert divided(merged, 3, frozen=frozen).parts["p999"] is Split.TEST
    grown = frozen.grown(merged)
    under_other_name = PatientLabels("p998", frozenset({"person:other"}), tested.scores)
    assert grown.holds(under_other_name)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(6, 30), st.integers(0, 5))
def test_in_cross_validation_each_patient_validates_once(count, size, seed):
    own = patients(size, seed)
    divisions = folds(own, count, seed)
    validating = [name for one in divisions for name in one.of(Split.VALIDATION)]
    assert sorted(validating) == [one.name for one in own]
    for division in divisions:
        assert len(division.of(Split.TRAIN)) + len(division.of(Split.VALIDATION)) == size
        assert len(division.of(Split.VALIDATION)) == pytest.approx(size / count, abs=1.01)


def test_more_folds_than_patients_are_refused():
    with pytest.raises(LearningRefused, match="5-fold"):
        folds(patients(4), 5)


def test_a_frozen_test_set_is_read_as_it_was_kept(tmp_path):
    own = patients(12)
    frozen = frozen_of(divided(own, 2), own, "2026-11-22T10:00:00+01:00")
    path = tmp_path / "test-set.json"
    assert load_frozen(path) is None
    save_frozen(path, frozen)
    assert load_frozen(path) == frozen


@pytest.mark.parametrize("text", ["", "{", "[]", '{"keys": 3}', '{"keys": [], "form": 9}'])
def test_a_damaged_test_set_is_not_silently_made_anew(tmp_path, text):
    path = tmp_path / "test-set.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LearningRefused, match="test-set"):
        load_frozen(path)


def test_few_patients_are_all_learned_from_or_chosen_by(tmp_path):
    path = tmp_path / "test-set.json"
    division = standing_division(patients(19), path)
    assert division.of(Split.TEST) == ()
    later = standing_division(patients(90), path)
    assert later.of(Split.TEST)
    assert not set(later.of(Split.TEST)) & set(division.parts)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 25), min_size=2, max_size=6), st.integers(0, 5))
def test_whoever_was_learned_from_never_judges_and_the_other_way_round(
    tmp_path_factory, adds, seed
):
    path = tmp_path_factory.mktemp("desk") / "test-set.json"
    own: list[PatientLabels] = []
    trained: set[str] = set()
    judging: set[str] = set()
    for round_, more in enumerate(adds):
        own += patients(more, first=len(own))
        division = standing_division(own, path, seed + round_)
        trained |= {*division.of(Split.TRAIN), *division.of(Split.VALIDATION)}
        judging |= set(division.of(Split.TEST))
        assert set(division.of(Split.TEST)) == judging
        assert not judging & trained


def test_the_test_set_grows_with_the_clinic(tmp_path):
    path = tmp_path / "test-set.json"
    first = standing_division(patients(20), path, 1)
    later = standing_division(patients(220), path, 1)
    assert set(first.of(Split.TEST)) < set(later.of(Split.TEST))
    assert len(later.of(Split.TEST)) == pytest.approx(0.15 * 220, abs=14)
