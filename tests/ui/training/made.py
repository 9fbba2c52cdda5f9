"""News, outlooks and networks by formula, for tests and pictures of the training page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from gaitdesk.childgait.answers import Calibration
from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.refusals import ConsentMissing
from gaitdesk.i18n import phrase, tr
from gaitdesk.jobs.outlook_facts import (
    ItemShare,
    Lacking,
    LeftOut,
    Outlook,
    SourceCount,
    StartFacts,
)
from gaitdesk.jobs.training_news import Begun, EpochEnded, News, Note, Stage, Stepped
from gaitdesk.learning.comparison import TestAnswers
from gaitdesk.learning.registry import (
    Metric,
    PartCounts,
    Prevalence,
    RegisteredModel,
    Registry,
    TrainingCard,
)
from gaitdesk.learning.sources import Source, WhyOut
from gaitdesk.store.consents import purpose_words
from gaitdesk.store.facts import Purpose
from tests.learning.children import small_config

STEPS_AN_EPOCH = 12


def outlook(**given: object) -> Outlook:
    """Forty-one patients of two sources, with items that are rare and cases that are left out."""
    facts: dict[str, object] = {
        "patients": 41,
        "cases": 58,
        "clips": 431,
        "limbs": 114,
        "scores": 1702,
        "sources": (
            SourceCount(Source.CLINIC.value, 29, 46),
            SourceCount(Source.PHANTOM.value, 12, 12),
        ),
        "prevalence": tuple(
            ItemShare(item, 114 - 2 * number, (29 * number + 5) % 71)
            for number, item in enumerate(Item)
        ),
        "missing": Lacking(unconfirmed=196, not_scorable=61, blank=13),
        "joined": 2,
        "excluded": (
            _out(phrase(("Child-0031", "2026-03-02")), WhyOut.NO_CONSENT,
                 str(ConsentMissing("Child-0031", purpose_words(Purpose.TRAINING),
                                    tr("no consent is recorded")))),
            _out(phrase(("Child-0040", "2026-04-11")), WhyOut.NOTHING_CONFIRMED,
                 tr("No score of this visit is confirmed; confirm or correct its form.")),
            _out(phrase(("Child-0042", "2026-05-04")), WhyOut.NO_CLIPS,
                 tr("No pass shows the whole child for long enough, straight enough; film the walk"
                    " again, or mend who is followed.")),
        ),
        "start": StartFacts("childgait-phantom 1.0", "Apache-2.0", is_for_demonstration=True),
        "needed_bytes": 2_900_000_000,
        "free_bytes": 11_400_000_000,
        "epochs": 24,
        "batch": 8,
    }  # fmt: skip
    return Outlook(**{**facts, **given})  # type: ignore[arg-type]


def nothing_confirmed() -> Outlook:
    """A desk with visits of which none may be learned from."""
    return replace(
        Outlook(), excluded=outlook().excluded, start=outlook().start, epochs=24, batch=8
    )


def _out(name: str, why: WhyOut, text: str) -> LeftOut:
    return LeftOut(name, why.value, text)


def epoch(number: int, epochs: int = 24) -> EpochEnded:
    """An epoch of a training that gets better, and not everywhere."""
    share = number / epochs
    items = tuple(
        None if column == 13 else 0.5 + 0.4 * share**0.6 * np.cos(0.3 * column) ** 2
        + 0.03 * np.sin(number + 2 * column)
        for column in range(len(Item))
    )  # fmt: skip
    known = [one for one in items if one is not None]
    mean = float(np.mean(known))
    return EpochEnded(number, 0.69 * np.exp(-share), mean, items, 41.0, number == epochs)


def news(epochs: int, of: int = 24) -> list[News]:
    """What a training says until so many epochs are over."""
    rng = np.random.default_rng(3)
    total = of * STEPS_AN_EPOCH
    said: list[News] = [
        Stage("Cutting clips of Child-0007, 2026-05-04", 320),
        Stage("Reading clips"),
        Begun(29, 6, 431, "childgait-phantom 1.0", "CPU", total),
    ]
    for number in range(1, epochs + 1):
        for step in range(1, STEPS_AN_EPOCH + 1):
            done = (number - 1) * STEPS_AN_EPOCH + step
            loss = 0.25 + 0.45 * np.exp(-3 * done / total) + 0.03 * rng.normal()
            said.append(Stepped(done, total, number, float(loss), 1e-4, 3.4 * (total - done)))
        said.append(epoch(number, of))
    words = tr(
        "{batch} clips at once would need {needed:.1f} GB, and {free:.1f} GB are free, so each step"
        " is computed in {pieces} pieces. It learns the same."
    )
    said.insert(3, Note(words.format(batch=8, needed=12.1, free=11.4, pieces=2)))
    return said


def network(registry: Registry, id: str) -> RegisteredModel:
    """A small network with a card, as a training leaves one."""
    torch.manual_seed(1)
    card = TrainingCard(
        id=id,
        made_at="2026-11-22T21:40:00+00:00",
        parent="childgait-phantom 1.0",
        licence="Apache-2.0",
        licence_text="Apache\n",
        sources=("clinic", "phantom"),
        counts=(
            PartCounts("train", 29, 46, 340, 1300),
            PartCounts("val", 6, 6, 51, 200),
            PartCounts("test", 6, 6, 40, 202),
        ),
        prevalence=(Prevalence(Item.HEEL_LIFT, 70, 31),),
        metrics=(Metric("balanced accuracy", "val", 0.74),),
    )
    return registry.add(ChildGaitModel(small_config()), Calibration(), card)


def answers(reader: str, sharpness: float, seed: int = 0, children: int = 30) -> TestAnswers:
    """What a network says of children: the sharper, the more often it is right."""
    truth_rng, rng = np.random.default_rng(11), np.random.default_rng([seed, 5])
    scores = (truth_rng.random((children, 2, len(Item))) < 0.4).astype(float)
    scores[0, 0, :3] = np.nan
    logits = sharpness * (2 * (scores >= 1) - 1) + 1.3 * rng.normal(size=scores.shape)
    names = tuple(f"case-{number}" for number in range(children))
    chances = 1 / (1 + np.exp(-logits))
    return TestAnswers(reader, names, tuple(f"patient-{name}" for name in names), chances, scores)


def desk_networks(folder: Path, *, is_better: bool = True) -> Registry:
    """A desk with an old network in use and a new one, both asked about the test set."""
    registry = Registry(folder / "models")
    old, new = network(registry, "trained-2026-06-01-1"), network(registry, "trained-2026-11-22-1")
    registry.activate(old.id, "the first one", "Dr. Lin")
    registry.keep_answers(answers(old.reader, 0.7, 1))
    registry.keep_answers(answers(new.reader, 1.5 if is_better else 0.1, 2))
    return registry
