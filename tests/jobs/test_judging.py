"""Networks are judged by children they have not learned from, compared, and put into use."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk import cli
from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.card import network_from
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.evgs import Item, Origin, Score
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import LearningRefused
from gaitdesk.jobs import judging
from gaitdesk.jobs.gathering import GatherOrder
from gaitdesk.jobs.judging import JudgeOrder, correct_next, judge, proposed_by
from gaitdesk.learning.ablation import Arm, ablation_csv, ablation_lines, arms_of
from gaitdesk.learning.comparison import Verdict
from gaitdesk.learning.registry import Registry, TrainingCard
from gaitdesk.learning.results import Metric
from gaitdesk.learning.shards import SUFFIX, save_shard
from gaitdesk.phantom.cohort import Split
from gaitdesk.store.facts import Purpose
from tests.jobs.kept_visit import consent
from tests.learning.children import made_shard, small_config
from tests.store.made import opened, prefilled, score_all, visit


@pytest.fixture
def cohort(tmp_path):
    """Twelve children who judge, red where all is atypical and blue where nothing is."""
    folder = tmp_path / "cohort"
    folder.mkdir()
    for number in range(12):
        split = Split.TEST if number < 9 else Split.TRAIN
        shard = made_shard(number, is_atypical=bool(number % 2), split=split)
        save_shard(folder / f"{shard.name}{SUFFIX}", shard)
    return folder


def trained(registry: Registry, id: str, *, sees: bool, learned: tuple[str, ...] = ()):
    """A network that tells red from blue, or takes one for the other."""
    torch.manual_seed(3)
    model = ChildGaitModel(small_config()).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.0)
        weights = model.encoder.patch_embed.proj.weight
        weights[0, 0], weights[0, 2] = 20.0 / weights[0, 0].numel(), -20.0 / weights[0, 0].numel()
        model.encoder.fc_norm.weight.fill_(1.0)
        for head in model.heads.values():
            first, last = head.mlp[0], head.mlp[-1]
            first.weight[0, 0] = 4.0
            last.weight[:, 0] = 3.0 if sees else -3.0
            last.bias.fill_(-3.0 if sees else 3.0)
    return registry.add(model, Calibration(), TrainingCard(id=id, learned=learned))


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def judged_by(registry, cohort, tmp_path, monkeypatch):
    """Judges the networks of the registry, the one in use first."""

    def run(*names: str, part: str = "test"):
        def wanted(readers, name=None):
            chosen = name or (registry.active.id if registry.active else registry.models[0].id)
            return network_from(registry.model(chosen).package)

        monkeypatch.setattr(judging, "wanted_network", wanted)
        gathering = GatherOrder(tmp_path / "desk", has_clinic=False, phantoms=(cohort,))
        return finish(judge(JudgeOrder(gathering, names, part), registry))

    return run


def test_a_network_that_sees_is_told_from_one_that_does_not(registry, judged_by):
    blind = trained(registry, "blind", sees=False)
    seeing = trained(registry, "seeing", sees=True)
    registry.activate("blind", "Nothing better yet")
    found = judged_by("seeing")
    assert (found.evaluation.patients, found.evaluation.cases) == (9, 9)
    names = [one.reader for one in found.evaluation.results]
    assert names == [blind.reader, seeing.reader, "majority"]
    right = found.evaluation.of(seeing.reader).mean.value(Metric.BALANCED_ACCURACY)
    wrong = found.evaluation.of(blind.reader).mean.value(Metric.BALANCED_ACCURACY)
    assert right.value > 0.95
    assert wrong.value < 0.05
    guess = found.evaluation.of("majority").row(Item.HEEL_LIFT)
    assert guess.value(Metric.BALANCED_ACCURACY).value == pytest.approx(0.5)
    (comparison,) = found.comparisons
    assert comparison.mean.verdict is Verdict.BETTER
    turn = registry.activate("seeing")
    assert (turn.reason, turn.evidence) == ("", "")
    assert registry.comparison("blind") is not None
    with pytest.raises(LearningRefused, match="was not activated"):
        registry.activate("blind")


def test_children_a_network_has_learned_from_do_not_judge_it(registry, judged_by, cohort):
    probe = trained(registry, "probe", sees=True)
    held = judged_by(part="all").gathered
    known = {key for one in held.samples[:3] for key in one.traces.keys}
    (registry.folder / "probe").rename(registry.folder / "gone")
    registry.folder.joinpath("gone", "training.json").unlink()
    learned = trained(registry, "learned", sees=True, learned=tuple(sorted(known)))
    found = judged_by(part="all")
    assert probe.reader != learned.reader
    assert found.unseen == 3
    assert found.evaluation.cases == 9


def test_without_a_case_to_judge_by_it_says_so(registry, judged_by):
    trained(registry, "one", sees=True)
    with pytest.raises(LearningRefused, match="No case is left"):
        judged_by(part="val")
    with pytest.raises(OptionInvalid, match="choose test"):
        judged_by(part="future")


def test_the_command_prints_and_writes_what_was_found(
    registry, cohort, tmp_path, capsys, monkeypatch
):
    trained(registry, "seeing", sees=True)
    registry.activate("seeing", "First")
    out = tmp_path / "out"
    words = ["evaluate", "--without-clinic", "--phantoms", str(cohort), "--out", str(out)]
    assert cli.main(words) == 0
    told = capsys.readouterr().out
    assert "seeing 1" in told
    assert "9 patients, 9 visits" in told
    assert "ChildGait-Video" in told
    held = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    assert held["readers"][0]["reader"] == "seeing 1"
    assert held["readers"][0]["mean"]["balanced_accuracy"]["value"] > 0.95
    assert "arXiv 2608.00371" in held["published"]["source"]
    rows = list(csv.DictReader(io.StringIO((out / "evaluation.csv").read_text(encoding="utf-8"))))
    row = next(
        one
        for one in rows
        if (one["reader"], one["item"], one["side"], one["metric"])
        == ("seeing 1", "HL", "both", "accuracy")
    )
    assert float(row["value"]) == pytest.approx(1.0)
    curves = (out / "curves.csv").read_text(encoding="utf-8")
    assert "calibration" in curves
    assert "abstain" in curves
    confusion = list(
        csv.DictReader(io.StringIO((out / "confusion.csv").read_text(encoding="utf-8")))
    )
    counts = next(
        one
        for one in confusion
        if (one["reader"], one["item"], one["side"]) == ("seeing 1", "HL", "both")
    )
    assert int(counts["atypical_as_atypical"]) > 0
    assert int(counts["typical_as_typical"]) > 0
    assert counts["atypical_as_typical"] == counts["typical_as_atypical"] == "0"


def test_the_registry_is_led_from_the_command_line(registry, capsys):
    trained(registry, "first", sees=True)
    assert cli.main(["registry", "list"]) == 0
    assert "first" in capsys.readouterr().out
    assert cli.main(["registry", "compare", "first"]) == 1
    assert cli.main(["registry", "activate", "first"]) == 1
    assert "not compared" in capsys.readouterr().err
    assert cli.main(["registry", "activate", "first", "--reason", "Trial"]) == 0
    assert "In use: first 1" in capsys.readouterr().out
    assert cli.main(["registry", "list"]) == 0
    assert "Trial" in capsys.readouterr().out
    assert cli.main(["registry", "back"]) == 0
    assert cli.main(["registry", "back"]) == 1
    assert cli.main(["registry"]) == 2


def test_what_the_rules_proposed_is_told_apart_from_what_was_confirmed():
    said = proposed_by(prefilled(), Origin.RULES)
    assert (said == 0.0).all()
    assert np.isnan(proposed_by(prefilled(), Origin.NETWORK)).all()


def test_visits_to_correct_next_are_those_that_may_be_learned_from(tmp_path):
    with opened(tmp_path / "desk") as store:
        waiting, done, refused = (visit(store, name) for name in ("C-1", "C-2", "C-3"))
        for session in (waiting, done):
            consent(store, session, Purpose.TRAINING)
        score_all(store, done, Score.NORMAL)
        score_all(store, refused, Score.NORMAL)
    (found,) = finish(correct_next(tmp_path / "desk"))
    assert found.case == waiting
    assert not found.is_read


def test_the_ablation_changes_one_thing_at_a_time_and_then_all():
    arms = arms_of(small_config(), 16)
    assert [(one.frames, one.is_prompted, one.is_pruned) for one in arms] == [
        (8, True, True),
        (16, True, True),
        (8, False, True),
        (8, True, False),
        (8, False, False),
    ]
    done = [replace(one, tokens=10.0, balanced_accuracy=0.7, auroc=0.8, step_s=0.1) for one in arms]
    assert len(ablation_lines(done)) == 6
    rows = list(csv.DictReader(io.StringIO(ablation_csv(done))))
    assert rows[2]["is_prompted"] == "0"
    assert Arm(8, True, True) == arms[0]
