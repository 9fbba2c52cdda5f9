"""Training a ChildGait-Video network: one epoch after the other, from any start, resumable."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.childgait.packing import PackedClips
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import noted, tr
from gaitdesk.learning.adapters import add_adapters, merged
from gaitdesk.learning.averaging import Average, learning_weights, put
from gaitdesk.learning.dataset import Example, packed, with_gain
from gaitdesk.learning.evaluation import ChildAnswers, by_child, quality
from gaitdesk.learning.faults import TrainingDiverged, TrainingMemoryShort
from gaitdesk.learning.keeping import STATE_FILE, Origin, keep_state, kept_state
from gaitdesk.learning.lessons import Lessons
from gaitdesk.learning.losses import answer_weights, asked_answers, scores_of, summed_loss
from gaitdesk.learning.optimising import keep_encoder, parameter_groups, schedule
from gaitdesk.learning.ranks import ALONE, Ranks
from gaitdesk.learning.read_once import ReadOnce, clip_means
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.tutor import Tutor
from gaitdesk.perception.compute import ComputeDevice, is_out_of_memory, memory_free_bytes

PROCESSOR = ComputeDevice(torch.device("cpu"), torch.float32, "cpu")
_VALIDATION_BATCH = 32


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch brought.

    Attributes:
        number: From 1.
        loss: Mean over its clips, of the answers alone.
        tutoring_loss: Likewise of what only phantoms can teach.
        balanced_accuracy: Of the averaged network on the validation children, mean over items.
        seconds: How long it took.
        items: Balanced accuracy likewise of each item, NaN where the children are all of one kind.
    """

    number: int
    loss: float
    tutoring_loss: float
    balanced_accuracy: float
    seconds: float
    items: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a training, for whoever watches.

    Attributes:
        epoch: It lies in, from 1.
        loss: Of the answers.
        rate: Greatest learning rate.
        note: What should be known besides, a sentence; empty most of the time.
    """

    epoch: int
    loss: float
    rate: float
    note: str = ""


class Wish(StrEnum):
    """What whoever watches a training wants of it."""

    GO_ON = "go on"
    KEEP = "keep"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The outcome of training.

    Attributes:
        model: The best averaged network, its weights plain.
        epochs: What each epoch brought.
        best: Number of the epoch it is from.
        steps: Steps taken.
        wish: That it ended by; to go on where it ended by itself.
    """

    model: ChildGaitModel
    epochs: tuple[Epoch, ...]
    best: int
    steps: int
    wish: Wish = Wish.GO_ON


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a training is carried out, none of which changes what is learned.

    Attributes:
        where: What it runs on.
        ranks: The processes that share the work.
        save_s: Seconds after which the state is kept within an epoch; it is after each anyway.
        wish: Asked after each step. To keep ends training with the best so far, the epoch under
            way counted; to cancel ends it with its state kept, so that it can go on another day.
    """

    where: ComputeDevice = PROCESSOR
    ranks: Ranks = ALONE
    save_s: float = 120.0
    wish: Callable[[], Wish] = lambda: Wish.GO_ON


AS_USUAL = Conduct()


def train(
    model: ChildGaitModel,
    lessons: Lessons,
    recipe: Recipe,
    folder: Path | None = None,
    conduct: Conduct = AS_USUAL,
) -> Job[Trained]:
    """Train a network.

    Everything drawn follows from the recipe's seed, the epoch, the step and the clip, so that a
    training that was interrupted anywhere and goes on from its folder ends where an uninterrupted
    one does: with the same weights, bit for bit, on the same processor.

    Args:
        model: Where it starts; it is changed.
        lessons: What it learns from.
        recipe: How.
        folder: Keeps the state; one that holds a state is continued.
        conduct: Where, and how often the state is kept.

    Yields:
        One event a step, with the `Step`, and one after each epoch, with the `Epoch`; before, one
        a batch of clips where they are read once for all steps.

    Raises:
        CheckpointNotKept, OutputNotWritable: The folder cannot take the state.
        CheckpointOfAnother, CheckpointDamaged: The folder's state is not this training's.
        TrainingMemoryShort: Memory runs out for a single clip.
        TrainingDiverged: The loss is no number any more.
    """
    started = time.monotonic()
    run = _Run(model, lessons, recipe, conduct, lambda: time.monotonic() - started)
    state = None if folder is None else folder / STATE_FILE
    if state is not None and (held := kept_state(state, run.origin)) is not None:
        run.restore(held)
    saved = started
    for read in run.reading():
        yield Progress(read, run.to_read, tr("Reading clips"))
        if run.is_cancelled():
            return run.trained()
    while run.is_wanted():
        began = time.monotonic()
        for step in run.steps_left():
            yield Progress(run.steps, run.steps_in_all, tr("Training"), step)
            if run.heard() is not Wish.GO_ON:
                break
            if state is not None and time.monotonic() - saved >= conduct.save_s:
                _keep(state, run, conduct.ranks)
                saved = time.monotonic()
        if run.wish is Wish.CANCEL:
            if state is not None:
                _keep(state, run, conduct.ranks)
            break
        epoch = run.validated(time.monotonic() - began)
        if state is not None:
            _keep(state, run, conduct.ranks)
            saved = time.monotonic()
        yield Progress(run.steps, run.steps_in_all, tr("Training"), epoch)
    return run.trained()


def _keep(path: Path, run: _Run, ranks: Ranks) -> None:
    if ranks.is_first:
        keep_state(path, run.origin, run.state(), run.epoch_number)


def logits_of(
    model: ChildGaitModel, examples: Sequence[Example], batch: int = _VALIDATION_BATCH
) -> Job[FloatArray]:
    """What a network says of examples, shape (examples, 2, 17, levels).

    Yields:
        One event a batch.
    """
    model.eval()
    said = []
    for start in range(0, len(examples), batch):
        part = examples[start : start + batch]
        said.append(_said(model, part))
        yield Progress(start + len(part), len(examples), tr("Reading clips"))
    levels = model.config.levels
    return np.concatenate(said) if said else np.empty((0, 2, 17, levels))


@torch.inference_mode()
def _said(model: ChildGaitModel, part: Sequence[Example], is_mixed: bool = False) -> FloatArray:
    device = next(model.parameters()).device
    clips = packed(part).to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=is_mixed):
        logits = model(clips, [one.view.plane for one in part])
    return np.asarray(logits.double().cpu().numpy())


def item_accuracies(answers: ChildAnswers) -> tuple[float, ...]:
    """Balanced accuracy of each item, NaN where the truth has one kind only."""
    found = []
    for item in range(answers.scores.shape[2]):
        known = answers.known[:, :, item]
        truth = answers.atypical[:, :, item][known]
        found.append(quality(truth, answers.logits[:, :, item, 0][known] > 0).balanced_accuracy)
    return tuple(found)


class _Run:
    """A training under way."""

    def __init__(
        self,
        model: ChildGaitModel,
        lessons: Lessons,
        recipe: Recipe,
        conduct: Conduct,
        elapsed_s: Callable[[], float],
    ) -> None:
        self._recipe, self._lessons, self._conduct = recipe, lessons, conduct
        self._elapsed_s = elapsed_s
        self._device = conduct.where.device
        self._is_mixed = recipe.is_mixed and conduct.where.dtype == torch.bfloat16
        every = [ways[0] for ways in lessons.training]
        torch.manual_seed(recipe.seed)
        if recipe.drop_path > 0:
            _drop_paths(model, recipe.drop_path)
        if recipe.adapters:
            add_adapters(model, recipe.adapters)
        if recipe.layer_decay == 0.0:
            keep_encoder(model)
        self._model = model.to(self._device)
        self._tutor = (
            Tutor(model.config, every).to(self._device) if recipe.tutoring > 0 and every else None
        )
        taught = [] if self._tutor is None else list(self._tutor.parameters())
        self._average = Average(self._model, recipe.average)
        weights = answer_weights(every, model.config.levels, recipe.greatest_weight)
        self._weights = weights.to(self._device)
        groups = parameter_groups(self._model, recipe)
        if taught:
            groups.append({"params": taught, "share": 1.0})
        self._learning = [one for group in groups for one in group["params"]]
        self._optimizer = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98))
        self._once = ReadOnce(lessons) if recipe.is_from_all_at_once else None
        self._steps_each = (
            math.ceil(len(lessons.training) / recipe.batch) if self._once is None else recipe.rounds
        )
        self._pieces = max(recipe.pieces, conduct.ranks.count)
        self._best = learning_weights(self._model)
        self._best_epoch = 0
        self._epochs: list[Epoch] = []
        self._losses: list[tuple[float, float]] = []
        self._note = ""
        self.wish = Wish.GO_ON
        self.origin = Origin.of(model, recipe, every, lessons.validation)

    @property
    def epoch_number(self) -> int:
        """Of the epoch under way, from 1."""
        return len(self._epochs) + 1

    @property
    def steps(self) -> int:
        """Steps taken."""
        return len(self._epochs) * self._steps_each + len(self._losses)

    @property
    def steps_in_all(self) -> int:
        """Steps to be taken if all epochs are."""
        return self._recipe.epochs * self._steps_each

    @property
    def to_read(self) -> int:
        """Clips that are read once for all steps, each way of one counted."""
        return 0 if self._once is None else len(self._once.examples)

    def reading(self) -> Iterator[int]:
        """Read those clips; how many are read is told after each batch."""
        if self._once is not None and self.is_wanted():
            batch = math.ceil(self._recipe.batch / self._pieces)
            yield from self._once.read(self._model, batch, is_mixed=self._is_mixed)

    def is_cancelled(self) -> bool:
        """Whether whoever watches wants it to end before its first step."""
        if self._conduct.ranks.agreed(self._conduct.wish()) is not Wish.CANCEL:
            return False
        self.wish = Wish.CANCEL
        return True

    def is_wanted(self) -> bool:
        """Whether another epoch is to begin, or the one begun to go on."""
        recipe = self._recipe
        has_time = recipe.seconds is None or self._elapsed_s() < recipe.seconds
        return self._conduct.ranks.agreed(
            has_time
            and self.wish is Wish.GO_ON
            and len(self._epochs) < recipe.epochs
            and len(self._epochs) - self._best_epoch < recipe.patience
        )

    def heard(self) -> Wish:
        """What whoever watches wants, the same in all processes."""
        self.wish = self._conduct.ranks.agreed(self._conduct.wish())
        return self.wish

    def steps_left(self) -> Iterator[Step]:
        """Take the steps of the epoch under way that were not taken yet."""
        recipe, epoch = self._recipe, len(self._epochs)
        rng = np.random.default_rng([recipe.seed, epoch, 101])
        order = rng.permutation(len(self._lessons.training)).tolist()
        self._model.train()
        for turn in range(len(self._losses), self._steps_each):
            part = order[turn * recipe.batch : (turn + 1) * recipe.batch]
            if self._once is not None:
                part = list(range(self.to_read))
            self._losses.append(self._step(part, epoch, self.steps))
            if not math.isfinite(sum(self._losses[-1])):
                raise TrainingDiverged(epoch + 1)
            rate = recipe.rate * schedule(self._passed(self.steps - 1), recipe.warm_up)
            note, self._note = self._note, ""
            yield Step(epoch + 1, self._losses[-1][0], rate, note)

    def _step(self, clips: Sequence[int], epoch: int, step: int) -> tuple[float, float]:
        recipe = self._recipe
        rate = recipe.rate * schedule(self._passed(step), recipe.warm_up)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["share"]
        while (found := self._gradients_or_none(clips, epoch, step)) is None:
            self._lighten(len(clips))
        self._conduct.ranks.add_gradients(self._learning)
        nn.utils.clip_grad_norm_(self._learning, recipe.clip_norm)
        self._optimizer.step()
        self._average.follow(step)
        return found

    def _gradients_or_none(
        self, clips: Sequence[int], epoch: int, step: int
    ) -> tuple[float, float] | None:
        """Loss of a step, its gradients left with the weights; None when memory ran out."""
        try:
            return self._gradients(clips, epoch, step)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        self._optimizer.zero_grad(set_to_none=True)
        return None

    def _gradients(self, clips: Sequence[int], epoch: int, step: int) -> tuple[float, float]:
        recipe, ranks = self._recipe, self._conduct.ranks
        pieces = [part.tolist() for part in np.array_split(clips, self._pieces) if len(part)]
        own = [
            (number, part, [self._shown(clip, epoch) for clip in part])
            for number, part in ranks.own(pieces)
        ]
        asked = torch.zeros(4, dtype=torch.float64)
        for _, _, part in own:
            asked[0] += asked_answers(scores_of(part), self._model.config.levels)
            if self._tutor is not None:
                asked[1:] += self._tutor.asked(packed(part), part)
        asked = ranks.summed(asked.to(self._device)).clamp(min=1.0).float()
        self._optimizer.zero_grad(set_to_none=True)
        found = torch.zeros(2, device=self._device)
        for number, places, part in own:
            torch.manual_seed(_seed(recipe.seed, step, number))
            shown = None if self._once is not None else packed(part).to(self._device)
            with torch.autocast(self._device.type, torch.bfloat16, enabled=self._is_mixed):
                answers, tutoring = self._losses_of(shown, places, part, asked)
            torch.autograd.backward(answers + recipe.tutoring * tutoring)
            found += torch.stack([answers.detach(), tutoring.detach()])
        loss, taught = ranks.summed(found).tolist()
        return loss, taught

    def _losses_of(
        self,
        clips: PackedClips | None,
        places: Sequence[int],
        part: Sequence[Example],
        asked: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """What a piece adds to the loss of its step, and what to that of the tutor.

        Args:
            clips: The piece; None where its clips were read once.
            places: Which clips they are.
            part: What is true of them.
            asked: How many answers the step asks for, and numbers of each kind.
        """
        if clips is None:
            assert self._once is not None
            answers, _ = self._answer_loss(self._once.means(places), part, asked)
            return answers, answers.new_zeros(())
        tokens = self._model.encoder.tokens(clips)
        answers, pooled = self._answer_loss(clip_means(tokens, clips.lengths), part, asked)
        if self._tutor is None:
            return answers, answers.new_zeros(())
        sums = self._tutor(tokens, pooled, clips, part)
        return answers, (sums / asked[1:]).sum()

    def _answer_loss(
        self, means: Tensor, part: Sequence[Example], asked: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What a piece adds to the loss of its step, and what the heads were given."""
        model = self._model
        pooled = model.encoder.fc_norm(means)
        logits = model.answers(pooled, [one.view.plane for one in part]).float()
        scores = scores_of(part).to(self._device)
        answers = summed_loss(logits, scores, self._weights, self._recipe.focal) / asked[0]
        return answers, pooled

    def _shown(self, clip: int, epoch: int) -> Example:
        """A clip as this epoch shows it, whoever asks and in whatever order."""
        recipe = self._recipe
        if self._once is not None:
            return self._once.examples[clip]
        rng = np.random.default_rng([recipe.seed, epoch, clip, 103])
        ways = self._lessons.training[clip]
        return with_gain(ways[int(rng.integers(len(ways)))], rng, recipe.gain)

    def _lighten(self, clips: int) -> None:
        """Go on with pieces half as large, if there can be any."""
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        largest = math.ceil(clips / self._pieces)
        if largest <= 1 or self._conduct.ranks.count > 1:
            raise TrainingMemoryShort(self._advice(), memory_free_bytes(self._device))
        self._pieces *= 2
        self._note = noted(
            "Memory ran out with {count} clips at once; training goes on with {half}."
        ).format(count=largest, half=math.ceil(clips / self._pieces))

    def _advice(self) -> str:
        if self._conduct.ranks.count > 1:
            return tr("Start it again in more pieces (--pieces); it goes on from its checkpoint.")
        if not self._recipe.adapters and self._recipe.layer_decay > 0.0:
            return tr(
                "Train with adapters (rank 8 under Details, or --adapters 8), or close other"
                " programs."
            )
        return tr("Close other programs, or start from a smaller network.")

    def _passed(self, step: int) -> float:
        """Share of the training that is over, by steps or by time."""
        recipe = self._recipe
        passed = (step + 1) / self.steps_in_all
        if recipe.seconds:
            passed = max(passed, self._conduct.ranks.agreed(self._elapsed_s()) / recipe.seconds)
        return passed

    def validated(self, seconds: float) -> Epoch:
        """Close the epoch under way: check the averaged network, and keep it if it is the best."""
        loss, tutoring = np.mean(self._losses, axis=0).tolist() if self._losses else (math.nan,) * 2
        items: tuple[float, ...] = ()
        with self._average.in_place():
            if self._conduct.ranks.is_first and self._lessons.validation:
                items = self._validation()
        items = self._conduct.ranks.agreed(items)
        known = [one for one in items if math.isfinite(one)]
        reached = float(np.mean(known)) if known else math.nan
        before = [one.balanced_accuracy for one in self._epochs]
        epoch = Epoch(self.epoch_number, loss, tutoring, reached, seconds, items)
        self._epochs.append(epoch)
        self._losses = []
        if math.isnan(reached) or not before or reached > max(before):
            self._best = {name: one.clone() for name, one in self._average.weights.items()}
            self._best_epoch = epoch.number
        return epoch

    def _validation(self) -> tuple[float, ...]:
        examples = self._lessons.validation
        self._model.eval()
        logits = np.concatenate(
            [
                _said(self._model, examples[start : start + _VALIDATION_BATCH], self._is_mixed)
                for start in range(0, len(examples), _VALIDATION_BATCH)
            ]
        )
        return item_accuracies(by_child(examples, logits))

    def state(self) -> dict[str, Any]:
        """All that is needed to go on."""
        return {
            "model": learning_weights(self._model),
            "average": self._average.weights,
            "tutor": {} if self._tutor is None else self._tutor.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "best": self._best,
            "best_epoch": self._best_epoch,
            "pieces": self._pieces,
            "losses": self._losses,
            "epochs": [
                [e.number, e.loss, e.tutoring_loss, e.balanced_accuracy, e.seconds, list(e.items)]
                for e in self._epochs
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state that was kept."""
        put(self._model, state["model"])
        self._average.restore(state["average"])
        if self._tutor is not None:
            self._tutor.load_state_dict(state["tutor"])
        self._optimizer.load_state_dict(state["optimizer"])
        for name, kept in self._best.items():
            kept.copy_(state["best"][name])
        self._best_epoch = int(state["best_epoch"])
        self._pieces = max(int(state["pieces"]), self._conduct.ranks.count)
        self._losses = [(float(loss), float(taught)) for loss, taught in state["losses"]]
        self._epochs = [
            Epoch(number, loss, tutoring, reached, seconds, tuple(items))
            for number, loss, tutoring, reached, seconds, items in state["epochs"]
        ]

    def trained(self) -> Trained:
        """The best network, plain and on the processor."""
        put(self._model, self._best)
        plain = merged(self._model).cpu().eval()
        return Trained(plain, tuple(self._epochs), self._best_epoch, self.steps, self.wish)


def _drop_paths(model: ChildGaitModel, greatest: float) -> None:
    """Let clips skip blocks, more often the higher up."""
    blocks: list[Any] = list(model.encoder.blocks)
    for block, rate in zip(blocks, np.linspace(0, greatest, len(blocks)), strict=True):
        block.drop_path = float(rate)


def _seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1)[0])
