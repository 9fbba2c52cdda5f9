"""What there is to learn from is told before a training begins, and so is what it takes."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.progress import finish
from gaitdesk.jobs import outlook
from gaitdesk.jobs.gathering import learning_folder
from gaitdesk.jobs.outlook import look_ahead
from gaitdesk.jobs.training_order import Details
from gaitdesk.learning import sizing
from gaitdesk.learning.sources import Source
from gaitdesk.store.facts import Purpose
from tests.jobs.kept_visit import consent
from tests.jobs.lessons import desk_with_children
from tests.store.made import opened, visit


def test_a_cohort_is_counted_by_child_limb_and_item(tmp_path):
    found = finish(look_ahead(desk_with_children(tmp_path, children=5)))
    assert (found.patients, found.cases, found.clips, found.limbs) == (5, 5, 20, 10)
    assert found.scores == 5 * 34
    assert [(one.source, one.patients) for one in found.sources] == [(Source.PHANTOM, 5)]
    assert {(one.limbs, one.atypical) for one in found.prevalence} == {(10, 6)}
    assert [one.item for one in found.prevalence] == list(Item)
    assert found.is_enough
    assert found.start.name == "start.safetensors"
    assert (found.epochs, found.batch) == (2, 8)
    assert pickle.loads(pickle.dumps(found)) == found


def test_looking_draws_nobody_into_a_test_set_and_begins_no_training(tmp_path):
    order = desk_with_children(tmp_path)
    finish(look_ahead(order))
    assert not list(learning_folder(order.data_folder).glob("test-set*"))
    assert not order.out.exists()


def test_a_desk_without_a_confirmed_form_says_why_each_visit_is_left_out(tmp_path):
    order = replace(desk_with_children(tmp_path), has_clinic=True, phantoms=())
    with opened(order.data_folder) as store:
        session = visit(store, "Child-0007")
        consent(store, session, Purpose.TRAINING)
    found = finish(look_ahead(order))
    assert not found.is_enough
    assert found.cases == 0
    assert [one.name.split(",")[0] for one in found.excluded] == ["Child-0007"]
    assert "confirm or correct its form" in found.excluded[0].text


def test_too_little_memory_is_told_with_what_is_done_about_it(tmp_path, monkeypatch):
    order = desk_with_children(tmp_path)
    needs = finish(look_ahead(order)).needed_bytes
    monkeypatch.setattr(sizing, "memory_free_bytes", lambda _: 0.9 * needs)
    tight = finish(look_ahead(order))
    assert tight.is_possible
    assert tight.pieces > 1
    assert "pieces" in tight.suggestion
    monkeypatch.setattr(sizing, "memory_free_bytes", lambda _: 1000)
    none = finish(look_ahead(order))
    assert not none.is_possible
    assert "Close other programs" in none.suggestion


def test_a_number_out_of_range_is_refused_before_anything_runs(tmp_path):
    order = replace(desk_with_children(tmp_path), details=Details(epochs=0))
    with pytest.raises(OptionInvalid, match="epochs = 0"):
        finish(look_ahead(order))


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(outlook, "missing_libraries", lambda: ["torch"])
    with pytest.raises(Exception, match="torch"):
        finish(look_ahead(desk_with_children(tmp_path)))
