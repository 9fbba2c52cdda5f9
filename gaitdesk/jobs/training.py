"""Corrected scoresheets become a better network: everything between the records and a package."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import numpy as np

from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import listed, noted, titled, tr
from gaitdesk.jobs.gathering import GatherOrder, gather, learning_folder
from gaitdesk.jobs.training_news import (
    Begun,
    Ended,
    EpochEnded,
    Note,
    Stage,
    Stepped,
    number_or_none,
)
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.learning.calibration import fitted_calibration
from gaitdesk.learning.cases import plan_for
from gaitdesk.learning.crossing import Crossed, crossed
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.evaluation import ChildAnswers, by_child, mean_balanced_accuracy
from gaitdesk.learning.faults import NothingToLearn
from gaitdesk.learning.lessons import Lessons
from gaitdesk.learning.probing import pooled_of, with_adjusted_heads
from gaitdesk.learning.ranks import Ranks
from gaitdesk.learning.recipe import Recipe, recipe_of, ways_of
from gaitdesk.learning.registry import Metric, PartCounts, Prevalence, Registry, TrainingCard
from gaitdesk.learning.sizing import fitted
from gaitdesk.learning.sources import Gathered, Source, dividing, lessons_from, prevalence_of
from gaitdesk.learning.splitting import Division
from gaitdesk.learning.starts import Start, started
from gaitdesk.learning.training import Conduct, Epoch, Step, Trained, Wish, logits_of, train
from gaitdesk.media.output import write_text
from gaitdesk.perception.compute import ComputeDevice, compute_device
from gaitdesk.phantom.cohort import Split

SUMMARY_FILE = "training.json"
MODELS = "models"
FEWEST_PATIENTS = 2
FRESH_HEAD_RATE = 3e-3
"""Learning rate of heads that begin anew, while they learn alone."""
_SAVE_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class _Class:
    """Who learns what: all that a training is made of."""

    gathered: Gathered
    division: Division
    start: Start
    recipe: Recipe
    lessons: Lessons
    device: str

    def counts(self) -> tuple[PartCounts, ...]:
        found = []
        for part in Split:
            own = self.gathered.of(self.division, part)
            patients = len({one.patient for one in own})
            scores = int(sum(np.isfinite(one.scores).sum() for one in own))
            clips = sum(one.clips for one in own)
            found.append(PartCounts(part.value, patients, len(own), clips, scores))
        return tuple(found)


def train_network(
    order: TrainingOrder, ranks: Ranks, wish: Callable[[], Wish] = lambda: Wish.GO_ON
) -> Job[Ended]:
    """Train a network as ordered; a training that was interrupted goes on from its folder.

    Patients of the frozen test set are neither learned from nor chosen by. Where there is none
    yet and there are patients enough, it is drawn and frozen now.

    Args:
        order: What is asked for.
        ranks: The processes that share the work.
        wish: See `Conduct`.

    Yields:
        One event for everything that happens; `found` is one of `training_news`.

    Raises:
        NothingToLearn: There are too few patients.
        TrainingMemoryShort: It would not fit; the sentence says what would.
        GaitDeskError: As gathering and training.
    """
    if (finished := _finished(order)) is not None:
        yield Progress(0, None, tr("Training"), Note(tr("This training has ended before.")))
        return finished
    begun = started(order.start, order.seed)
    held = yield from _gathered(order, begun, ranks)
    division = _division(order, held, ranks)
    where = compute_device(order.device)
    learners = held.of(division, Split.TRAIN)
    if not learners:
        raise NothingToLearn(len(held.patients()), FEWEST_PATIENTS)
    recipe = recipe_for(order, begun, len({one.patient for one in learners}))
    yield _stage(tr("Reading clips"))
    lessons = lessons_from(
        held, division, begun.model.config, Variation(), ways_of(order.preset, recipe), order.seed
    )
    if ranks.is_first:
        lengths = [len(ways[0].positions) for ways in lessons.training]
        fit = fitted(begun.model.config.encoder, lengths, recipe, where)
        pieces = fit.check().pieces
        if fit.suggestion:
            yield Progress(0, None, tr("Training"), Note(fit.suggestion))
    else:
        pieces = 0
    recipe = replace(recipe, pieces=ranks.agreed(pieces))
    subject = _Class(held, division, begun, recipe, lessons, where.name)
    conduct = Conduct(where, ranks, _SAVE_S, wish)
    if not order.folds and not begun.has_heads:
        # Across folds they would have learned from the very patients they are judged by.
        subject = yield from _with_heads(subject, ranks, where)
    across: Crossed | None = None
    if order.folds:
        across = yield from _told(
            crossed(
                subject.gathered,
                subject.division,
                subject.start.model,
                recipe,
                order.folds,
                order.out,
                conduct,
                ways_of(order.preset, recipe),
            ),
            subject,
        )
        if across.wish is Wish.CANCEL:
            return Ended("", "", 0, 0, is_cancelled=True)
        if across.kept is None:
            recipe = replace(recipe, epochs=across.epochs, patience=across.epochs)
        subject = replace(subject, recipe=recipe, lessons=across.lessons, division=across.division)
    if across is not None and across.kept is not None:
        # It is judged as any other is: by those patients it was chosen by.
        trained, across = across.kept, None
    else:
        trained = yield from _told(
            train(subject.start.model, subject.lessons, recipe, order.out, conduct), subject
        )
    if trained.wish is Wish.CANCEL:
        return Ended("", "", trained.best, len(trained.epochs), is_cancelled=True)
    if not ranks.is_first:
        return Ended("", "", trained.best, len(trained.epochs))
    return (yield from _published(order, subject, trained, across))


def _finished(order: TrainingOrder) -> Ended | None:
    """How a training of this folder ended, if its network is still there."""
    try:
        held = json.loads((order.out / SUMMARY_FILE).read_text(encoding="utf-8"))
        model, best, epochs = str(held["model"]), int(held["best"]), len(held["epochs"])
        reached = held["balanced_accuracy"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    folder = _registry(order).folder / model
    if not folder.is_dir():
        return None
    return Ended(model, str(folder), best, epochs, reached)


def _with_heads(subject: _Class, ranks: Ranks, where: ComputeDevice) -> Job[_Class]:
    """Fresh heads learn alone first, or they would spoil what the encoder has learned before.

    Source:
        Kumar et al. (2022), Fine-tuning can distort pretrained features, ICLR.
    """
    shown = [one for ways in subject.lessons.training for one in ways]
    job = pooled_of(subject.start.model.to(where.device), shown)
    with contextlib.closing(job):
        while True:
            try:
                step = next(job)
            except StopIteration as end:
                pooled = end.value
                break
            words = tr("Teaching the heads")
            yield Progress(step.done, step.total, words, Stage(words, step.done, step.total or 0))
    model = with_adjusted_heads(
        subject.start.model.cpu(),
        pooled,
        shown,
        rate=FRESH_HEAD_RATE,
        greatest_weight=subject.recipe.greatest_weight,
        seed=subject.recipe.seed,
    )
    model.load_state_dict(ranks.agreed(model.state_dict()))
    return replace(subject, start=replace(subject.start, model=model))


def _gathered(order: TrainingOrder, begun: Start, ranks: Ranks) -> Job[Gathered]:
    """All cases, gathered by one process for all."""
    held = Gathered()
    if ranks.is_first:
        gathering = GatherOrder(
            folder=order.data_folder,
            has_clinic=order.has_clinic,
            phantoms=order.phantoms,
            foreign=order.foreign,
            plan=plan_for(begun.model.config),
        )
        job = gather(gathering)
        with contextlib.closing(job):
            while True:
                try:
                    step = next(job)
                except StopIteration as end:
                    held = end.value
                    break
                stage = Stage(step.text, step.done, step.total or 0)
                yield Progress(step.done, step.total, step.text, stage)
    held = ranks.agreed(held)
    if len(held.patients()) < FEWEST_PATIENTS:
        raise NothingToLearn(len(held.patients()), FEWEST_PATIENTS)
    for one in held.excluded:
        yield Progress(0, None, tr("Training"), Note(titled(one.name, one.text)))
    return held


def _division(order: TrainingOrder, held: Gathered, ranks: Ranks) -> Division:
    """Who serves for what; the frozen test set is drawn where there is none yet."""
    if not ranks.is_first:
        return ranks.agreed(Division())
    made_at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    folder = learning_folder(order.data_folder)
    return ranks.agreed(dividing(held, folder, order.seed, made_at))


def recipe_for(order: TrainingOrder, begun: Start, children: int) -> Recipe:
    """The preset's recipe with the numbers that were set by hand.

    Args:
        order: What is asked for.
        begun: Where it starts.
        children: To learn from.

    Raises:
        OptionInvalid: A number is out of range.
    """
    size, adapters = begun.model.config.encoder, order.details.adapters
    try:
        recipe = recipe_of(order.preset, size, children, order.seed, adapters)
        if order.details.batch is not None:
            # Who asks for so many clips a step does not get all of them.
            recipe = replace(recipe, rounds=0)
        return replace(recipe, **order.details.given())  # type: ignore[arg-type]
    except ValueError as error:
        raise OptionInvalid(
            tr("One of the numbers given is out of range ({numbers}).").format(
                numbers=listed(f"{k} = {v:g}" for k, v in order.details.given().items())
            )
        ) from error


def _stage(text: str) -> Progress:
    return Progress(0, None, text, Stage(text))


def _told(job: Job, subject: _Class) -> Job:  # type: ignore[type-arg]
    """A training whose steps are told as news."""
    clock = _Clock()
    counts = {one.part: one.patients for one in subject.counts()}
    is_begun, best = False, -1.0
    with contextlib.closing(job):
        while True:
            try:
                step = next(job)
            except StopIteration as end:
                return end.value
            found = step.found
            if isinstance(found, Step):
                if not is_begun:
                    is_begun = True
                    yield replace(step, found=_begun(step, subject, counts))
                if found.note:
                    yield replace(step, found=Note(found.note))
                total = step.total or 0
                left = clock.left_s(step.done, total)
                told = Stepped(step.done, total, found.epoch, found.loss, found.rate, left)
                yield replace(step, found=told)
            elif isinstance(found, Epoch):
                reached = number_or_none(found.balanced_accuracy)
                is_best = reached is None or reached > best
                best = max(best, reached or 0.0)
                yield replace(step, found=_epoch_news(found, reached, is_best))
            else:
                yield replace(step, found=Stage(step.text, step.done, step.total or 0))


def _begun(step: Progress, subject: _Class, counts: dict[str, int]) -> Begun:
    return Begun(
        counts[Split.TRAIN.value],
        counts[Split.VALIDATION.value],
        len(subject.lessons.training),
        subject.start.name,
        subject.device,
        step.total or 0,
        step.done - 1,
    )


def _epoch_news(epoch: Epoch, reached: float | None, is_best: bool) -> EpochEnded:
    items = tuple(number_or_none(one) for one in epoch.items)
    loss = number_or_none(epoch.loss) or 0.0
    return EpochEnded(epoch.number, loss, reached, items, epoch.seconds, is_best)


class _Clock:
    """How long the rest will take, by the steps taken so far."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def left_s(self, done: int, total: int) -> float | None:
        now = time.monotonic()
        if self._first is None or done <= self._first[1]:
            self._first = (now, done)
            return None
        since, first = self._first
        return round((total - done) * (now - since) / (done - first), 1)


def _published(
    order: TrainingOrder, subject: _Class, trained: Trained, across: Crossed | None
) -> Job[Ended]:
    """Calibrate, write down, and keep as a model package that nobody uses until it is activated."""
    begun, examples = subject.start, subject.lessons.validation
    answers: ChildAnswers | None = None if across is None else across.answers
    made_from = noted("patients it has not learned from, by cross-validation")
    if answers is None and examples:
        logits = yield from logits_of(trained.model, examples)
        answers = by_child(examples, logits)
        made_from = noted("patients kept to choose by")
    reached = float("nan") if answers is None else mean_balanced_accuracy(answers)
    calibration = begun.calibration
    if answers is not None:
        calibration = fitted_calibration(answers, made_from)
    yield _stage(tr("Keeping the network"))
    registry = _registry(order)
    sources = tuple(sorted({one.source for one in subject.gathered.samples}))
    learners = subject.gathered.of(subject.division, Split.TRAIN)
    keys = {key for one in learners for key in one.traces.keys}
    keys |= {
        key
        for one in subject.gathered.of(subject.division, Split.VALIDATION)
        for key in one.traces.keys
    }
    card = TrainingCard(
        id=order.name or registry.new_id(),
        parent=begun.name,
        licence=begun.licence,
        licence_text=begun.licence_text,
        is_non_commercial=begun.is_non_commercial or Source.FOREIGN in sources,
        sources=tuple(one.value for one in sources),
        counts=subject.counts(),
        prevalence=tuple(
            Prevalence(one.item, one.limbs, one.atypical) for one in prevalence_of(learners)
        ),
        metrics=(Metric("balanced accuracy", Split.VALIDATION.value, reached),),
        division_seed=subject.division.seed,
        seed=order.seed,
        recipe=json.dumps(asdict(subject.recipe), sort_keys=True),
        learned=tuple(sorted(keys | set(begun.learned))),
        is_for_demonstration=begun.is_for_demonstration and sources == (Source.PHANTOM,),
    )
    kept = registry.add(trained.model, calibration, card)
    summary = {
        "model": kept.id,
        "balanced_accuracy": number_or_none(reached),
        "best": trained.best,
        "epochs": [
            {**asdict(one), "items": [number_or_none(value) for value in one.items]}
            for one in trained.epochs
        ],
    }
    write_text(order.out / SUMMARY_FILE, json.dumps(summary, indent=1) + "\n")
    return Ended(
        kept.id,
        str(kept.package.folder),
        trained.best,
        len(trained.epochs),
        number_or_none(reached),
    )


def _registry(order: TrainingOrder) -> Registry:
    return Registry() if order.data_folder is None else Registry(order.data_folder / MODELS)
