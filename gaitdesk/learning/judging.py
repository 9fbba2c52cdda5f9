"""Networks asked about cases they have not learned from, and how good their answers are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import torch

from gaitdesk.childgait.card import Network
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.learning.calibration import calibrated
from gaitdesk.learning.comparison import TestAnswers
from gaitdesk.learning.dataset import AS_FILMED, Example, examples_of
from gaitdesk.learning.evaluation import by_child
from gaitdesk.learning.results import Evaluation, ReaderAnswers, majority_answers, result_of
from gaitdesk.learning.sources import Sample
from gaitdesk.learning.training import logits_of

WINDOWS = 2
"""Windows of each clip a network is asked about."""


def ask(network: Network, samples: Sequence[Sample], seed: int = 0) -> Job[TestAnswers]:
    """What a network says of some cases, as it would of a clinic's films.

    Args:
        network: The network.
        samples: The cases.
        seed: Of a phantom's detector errors.

    Yields:
        One event a batch of clips.

    Raises:
        ValueError: A shard is damaged.
    """
    network.model.encoder.compute_in(torch.float32)
    model = network.model.to("cpu").eval()
    shown: list[Example] = []
    said: list[FloatArray] = []
    for number, sample in enumerate(samples):
        yield Progress(number, len(samples), tr("Asking {name}").format(name=network.name))
        own = examples_of(sample.shard(), model.config, AS_FILMED, seed, WINDOWS)
        job = logits_of(model, own)
        start, length = 1000.0 * number / len(samples), 1000.0 / len(samples)
        said.append((yield from portion(job, start, length)))
        # What was shown is many times larger than what is said of it.
        shown += [replace(one, tubelets=one.tubelets[:0].clone()) for one in own]
    chances = np.full((len(samples), 2, 17), np.nan)
    if shown:
        answers = by_child(shown, np.concatenate(said))
        rows = [answers.children.index(sample.case) for sample in samples]
        chances = calibrated(answers, network.calibration)[rows]
        chances[~np.isfinite(answers.logits[rows][..., 0])] = np.nan
    return TestAnswers(
        network.name,
        tuple(one.case for one in samples),
        tuple(one.patient for one in samples),
        chances,
        np.array([one.scores for one in samples]).reshape(-1, 2, 17),
    )


def judged(
    answers: Iterable[TestAnswers],
    others: Iterable[ReaderAnswers] = (),
    learned_from: FloatArray | None = None,
    part: str = "",
) -> Evaluation:
    """Readers side by side.

    Args:
        answers: What each network says; all of the same cases.
        others: What other readers say of these cases, as the rules.
        learned_from: Scores of the patients learned from, for what guessing reaches.
        part: Of the data.
    """
    held = list(answers)
    truth, patients = held[0].scores, held[0].patients
    if any(one.cases != held[0].cases for one in held):
        raise ValueError("readers side by side are asked about the same cases")
    readers = [ReaderAnswers.of_chances(one.reader, one.chances) for one in held]
    readers += others
    if learned_from is not None and len(learned_from):
        readers.append(majority_answers(learned_from, len(truth)))
    results = tuple(result_of(one, truth, patients) for one in readers)
    return Evaluation(len(set(patients)), len(truth), results, part)


def unlearned(samples: Iterable[Sample], learned: Iterable[str]) -> tuple[Sample, ...]:
    """Cases of patients a network has not learned from, by any name or film of theirs.

    Args:
        samples: The cases.
        learned: `TrainingCard.learned` of the network.
    """
    held = list(samples)
    known = set(learned)
    seen = {one.patient for one in held if not one.traces.keys.isdisjoint(known)}
    return tuple(one for one in held if one.patient not in seen)
