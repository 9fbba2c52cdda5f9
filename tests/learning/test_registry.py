"""Networks trained here: kept with their card, put into use only with cause, and taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import torch

from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.card import load_network, network_names
from gaitdesk.childgait.installed import REGISTRY_FILE, installed_networks
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.refusals import LearningRefused, NetworkWorse
from gaitdesk.learning.registry import Metric, PartCounts, Prevalence, Registry, TrainingCard
from tests.learning.children import small_config
from tests.learning.test_comparison import answers

SHIPPED = "childgait-phantom 1"
CARD = TrainingCard(
    id="first",
    parent=SHIPPED,
    licence="CC-BY-NC-4.0",
    licence_text="As its parent.\n",
    is_non_commercial=True,
    sources=("clinic",),
    counts=(PartCounts("train", 30, 41, 500, 1300), PartCounts("test", 8, 9, 90, 300)),
    prevalence=(Prevalence(Item.HEEL_LIFT, 80, 44),),
    metrics=(Metric("balanced accuracy", "test", 0.81, 0.7, 0.9),),
    division_seed=3,
    seed=7,
    recipe="standard",
    learned=("person:a", "film:b"),
)


@pytest.fixture
def registry(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("GAITDESK_MODELS", raising=False)
    hours = iter(range(1000))
    begun = datetime(2026, 11, 22, 8, tzinfo=UTC)
    return Registry(now=lambda: begun + timedelta(hours=next(hours)))


def added(registry, id, skill=None, seed=1):
    torch.manual_seed(len(id))
    model = ChildGaitModel(small_config()).eval()
    kept = registry.add(model, Calibration(), replace(CARD, id=id))
    if skill is not None:
        registry.keep_answers(answers(kept.reader, skill, seed=seed))
    return kept


def test_a_network_is_kept_with_all_that_is_to_be_known_of_it(registry):
    kept = added(registry, "first")
    (held,) = registry.models
    assert held == kept
    assert held.card.checksum == held.package.files[0].sha256
    assert held.card.code.startswith("GaitDesk ")
    assert replace(held.card, made_at="", code="", checksum="") == CARD
    assert held.package.licence == "CC-BY-NC-4.0"
    assert "41 cases" in held.package.trained_on
    assert any("commercial" in limit for limit in held.package.limits)


def test_a_network_that_was_only_trained_reads_nothing_unless_it_is_named(registry):
    added(registry, "first")
    assert network_names()[0] == "childgait-phantom"
    assert network_names()[-1] == "first"
    assert load_network("first").name == "first 1"
    assert registry.active is None
    assert registry.current == SHIPPED


def test_the_network_in_use_is_the_one_that_reads(registry):
    registry.keep_answers(answers(SHIPPED, 0.6, seed=2))
    added(registry, "first", 0.9)
    turn = registry.activate("first", who="Rater A")
    assert (turn.active, turn.before, turn.who, turn.evidence) == ("first", "", "Rater A", "")
    assert load_network().name == "first 1"
    assert installed_networks()[0].is_active
    assert registry.active is not None
    assert registry.current == "first 1"


def test_a_worse_network_needs_a_typed_reason_which_is_kept(registry):
    registry.keep_answers(answers(SHIPPED, 0.95, seed=2))
    added(registry, "first", 0.6)
    for reason in (None, "", "   "):
        with pytest.raises(NetworkWorse, match="on average") as refused:
            registry.activate("first", reason)
    assert refused.value.items
    assert registry.current == SHIPPED
    assert registry.turns == ()
    turn = registry.activate("first", " Trial over the holidays ", "Rater A")
    assert turn.reason == "Trial over the holidays"
    assert "on average" in turn.evidence
    assert Registry().turns == (turn,)
    assert registry.current == "first 1"


def test_a_network_that_was_not_compared_needs_a_reason_too(registry):
    added(registry, "first")
    with pytest.raises(NetworkWorse, match="not compared"):
        registry.activate("first")
    registry.activate("first", "No test set yet")
    assert registry.current == "first 1"


def test_one_step_leads_back_to_the_network_before(registry):
    registry.keep_answers(answers(SHIPPED, 0.6, seed=2))
    for id, skill in (("first", 0.8), ("second", 0.95)):
        added(registry, id, skill)
        registry.activate(id)
    now = registry.back("Rater B")
    assert now is not None
    assert now.id == "first"
    assert registry.back() is None
    assert registry.current == SHIPPED
    with pytest.raises(LearningRefused, match="No other network"):
        registry.back()
    assert [one.is_back for one in registry.turns] == [False, False, True, True]
    assert registry.turns[2].who == "Rater B"
    registry.activate("second")
    assert registry.back() is None


def test_turns_that_were_changed_are_found_out(registry):
    added(registry, "first")
    registry.activate("first", "Trial")
    assert registry.is_whole()
    path = registry.folder / REGISTRY_FILE
    held = json.loads(path.read_text(encoding="utf-8"))
    held["turns"][0]["reason"] = "Better in every way"
    path.write_text(json.dumps(held), encoding="utf-8")
    assert not registry.is_whole()


def test_a_damaged_network_is_not_put_into_use(registry):
    kept = added(registry, "first")
    weights = kept.package.path_of("network.safetensors")
    content = bytearray(weights.read_bytes())
    content[-3] ^= 255
    weights.write_bytes(bytes(content))
    with pytest.raises(ModelPackageInvalid):
        registry.activate("first", "Trial")
    assert registry.turns == ()
    assert registry.current == SHIPPED


def test_where_files_of_the_network_in_use_are_missing_the_shipped_one_reads(registry):
    kept = added(registry, "first")
    registry.activate("first", "Trial")
    kept.package.path_of("network.safetensors").unlink()
    assert load_network().name == SHIPPED
    assert registry.current == SHIPPED


def test_a_damaged_card_hides_its_network_alone(registry):
    added(registry, "first")
    added(registry, "second")
    (registry.folder / "first" / "training.json").write_text("{", encoding="utf-8")
    assert [one.id for one in registry.models] == ["second"]


@pytest.mark.parametrize("id", ["", "../out", "a/b", ".hidden", "x" * 80, "näme"])
def test_an_id_that_is_no_plain_name_is_refused(registry, id):
    with pytest.raises(LearningRefused):
        registry.add(ChildGaitModel(small_config()), Calibration(), replace(CARD, id=id))
    assert registry.models == ()


def test_names_are_not_given_twice(registry):
    first = registry.new_id()
    added(registry, first)
    assert registry.new_id() != first
    with pytest.raises(LearningRefused, match="already"):
        added(registry, first)
    with pytest.raises(LearningRefused, match="Choose one of"):
        registry.activate("unknown", "x")
