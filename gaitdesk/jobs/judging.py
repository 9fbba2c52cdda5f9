"""Readers judged on cases of this desk, and which visits to correct next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.evgs import Item, Origin, Scoresheet, State
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.refusals import BlindReading, ConsentMissing, LearningRefused, PatientErased
from gaitdesk.i18n import phrase, tr
from gaitdesk.jobs.gathering import GatherOrder, gather, learning_folder
from gaitdesk.jobs.reading import Readers, wanted_network
from gaitdesk.learning.cases import CutPlan, plan_for
from gaitdesk.learning.comparison import Comparison, TestAnswers, compared
from gaitdesk.learning.priorities import NextCase, OpenForm, next_cases
from gaitdesk.learning.registry import Registry
from gaitdesk.learning.results import Evaluation, ReaderAnswers
from gaitdesk.learning.sources import Gathered, Sample, Source, dividing
from gaitdesk.learning.splitting import Division
from gaitdesk.phantom.cohort import Split
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store

if TYPE_CHECKING:
    # It loads torch, which is for where a network runs.
    from gaitdesk.childgait.card import Network

RULES = "rules"
ALL = "all"


@dataclass(frozen=True, slots=True)
class JudgeOrder:
    """What is to be judged.

    Attributes:
        gathering: The cases; how they are cut follows from the networks.
        networks: Model packages; the one in use is always among them.
        part: "test", "val", or "all" for every case the networks have not learned from.
        seed: Of the division, where there is none yet.
    """

    gathering: GatherOrder = field(default_factory=GatherOrder)
    networks: tuple[str, ...] = ()
    part: str = Split.TEST.value
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found.

    Attributes:
        evaluation: Readers side by side.
        comparisons: Each further network against the one in use.
        gathered: The cases, with those left out and why.
        unseen: Cases left out because a network has learned from their patients.
    """

    evaluation: Evaluation
    comparisons: tuple[Comparison, ...]
    gathered: Gathered
    unseen: int


def judge(order: JudgeOrder, registry: Registry | None = None) -> Job[Judged]:
    """Ask networks about cases they have not learned from, beside the rules and mere guessing.

    What networks say of the test set is kept, so that they can be compared when one is activated.

    Args:
        order: What is asked.
        registry: The networks trained here; None takes those of the user's own.

    Yields:
        Progress in thousandths.

    Raises:
        LearningRefused: No case is left to judge by.
        LibraryMissing, ModelPackageInvalid, CheckpointRefused: A network cannot run.
        GaitDeskError: As gathering.
    """
    from gaitdesk.learning.judging import ask, judged

    kept = Registry() if registry is None else registry
    yield Progress(0, 1000, tr("Loading the network"))
    networks = _networks(order.networks)
    plans = [plan_for(network.model.config) for network in networks]
    plan = CutPlan(
        fewest=max(one.fewest for one in plans), side_px=max(one.side_px for one in plans)
    )
    gathering = replace(order.gathering, plan=plan)
    held = yield from portion(gather(gathering), 0.0, 400.0)
    division = Division()
    if order.part != ALL:
        division = dividing(held, learning_folder(gathering.folder), order.seed)
    asked, unseen = _asked(order, held, division, networks, kept)
    answers: list[TestAnswers] = []
    for number, network in enumerate(networks):
        start, length = 400.0 + 590.0 * number / len(networks), 590.0 / len(networks)
        answers.append((yield from portion(ask(network, asked), start, length)))
        if order.part == Split.TEST.value:
            kept.keep_answers(answers[-1])
    yield Progress(990, 1000, tr("Counting"))
    # Where there is no training part, guessing is as good as it can be: it knows these cases.
    guessed = asked if order.part == ALL else held.of(division, Split.TRAIN)
    learned_from = [one.scores for one in guessed]
    evaluation = judged(
        answers,
        _rules(gathering, asked),
        np.stack(learned_from) if learned_from else None,
        order.part,
    )
    against = tuple(compared(answers[0], other) for other in answers[1:])
    return Judged(evaluation, against, held, unseen)


def _networks(names: Sequence[str]) -> list[Network]:
    """The network in use, then those named."""
    found: dict[str, Network] = {}
    for name in (None, *names):
        network = wanted_network(Readers.CHILDGAIT, name)
        assert network is not None
        found.setdefault(network.name, network)
    return list(found.values())


def _asked(
    order: JudgeOrder,
    held: Gathered,
    division: Division,
    networks: Sequence[Network],
    registry: Registry,
) -> tuple[tuple[Sample, ...], int]:
    """Cases to judge by, and how many were left out because they were learned from."""
    from gaitdesk.learning.judging import unlearned

    if order.part == ALL:
        own = held.samples
    elif order.part in (Split.TEST.value, Split.VALIDATION.value):
        own = held.of(division, Split(order.part))
    else:
        raise OptionInvalid(
            tr("{part} is no part of the data; choose test, val or all.").format(part=order.part)
        )
    names = {network.name for network in networks}
    learned = {key for one in registry.models if one.reader in names for key in one.card.learned}
    fresh = unlearned(own, learned)
    if not fresh:
        raise LearningRefused(
            tr(
                "No case is left to judge by. Confirm scoresheets of more patients, or judge by"
                " every case with --part all."
            )
        )
    return fresh, len(own) - len(fresh)


def _rules(gathering: GatherOrder, samples: Sequence[Sample]) -> list[ReaderAnswers]:
    """What the rules proposed for the clinic's own visits; nothing where there are none."""
    if not any(one.source is Source.CLINIC for one in samples):
        return []
    said = np.full((len(samples), len(Side), len(Item)), np.nan)
    with Store.open(gathering.folder, rater=gathering.rater, vault=gathering.vault) as store:
        for row, sample in enumerate(samples):
            if sample.source is Source.CLINIC:
                said[row] = proposed_by(store.sheet(SessionId(sample.case)), Origin.RULES)
    return [ReaderAnswers(RULES, said)] if np.isfinite(said).any() else []


def proposed_by(sheet: Scoresheet, origin: Origin) -> FloatArray:
    """Whether a kind of reader proposes an atypical score: 1, 0, or NaN where it leaves it open.

    Returns:
        Shape (2, 17).
    """
    said = np.full((len(Side), len(Item)), np.nan)
    for (side, item), cell in sheet.cells.items():
        for one in cell.proposed:
            if one.origin is origin and one.state is State.SCORED and one.score is not None:
                said[list(Side).index(side), list(Item).index(item)] = float(one.score >= 1)
    return said


def correct_next(
    folder: Path | None = None, rater: str = "", most: int = 20
) -> Job[tuple[NextCase, ...]]:
    """Visits whose correction may teach most, the first one first.

    Only visits count that may be learned from, and that who is at the desk may see.

    Args:
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        most: How many.

    Yields:
        One event a visit.
    """
    forms: list[OpenForm] = []
    with Store.open(folder, rater=rater) as store:
        summaries = [one for one in store.sessions() if not one.signed]
        for number, summary in enumerate(summaries):
            yield Progress(number, len(summaries), tr("Collecting scores"))
            try:
                store.consents.check(summary.id, Purpose.TRAINING)
                store.readings.check_may_see(summary.id)
            except (ConsentMissing, PatientErased, BlindReading):
                continue
            name = phrase((summary.pseudonym, summary.visit.day.isoformat()))
            forms.append(OpenForm(summary.id, name, store.sheet(summary.id)))
    return next_cases(forms)[:most]
