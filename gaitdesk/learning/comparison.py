"""Two networks on the same patients, item by item: which is better, and how sure that is."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.refusals import LearningRefused
from gaitdesk.i18n import clauses, listed, tr
from gaitdesk.learning.intervals import RESAMPLES, Estimate, draws, interval
from gaitdesk.media.output import atomic_write


@dataclass(frozen=True, slots=True, eq=False)
class TestAnswers:
    """What a network says of the patients who judge it.

    Attributes:
        reader: Name and version of the network.
        cases: The cases.
        patients: Whose each is.
        chances: Of being atypical, NaN where it does not answer, shape (cases, 2, 17).
        scores: What was confirmed: 0, 1, 2 or NaN, shape (cases, 2, 17).
    """

    __test__ = False

    reader: str
    cases: tuple[str, ...]
    patients: tuple[str, ...]
    chances: FloatArray
    scores: FloatArray

    @property
    def known(self) -> BoolArray:
        """Where there are both truth and answer, shape (cases, 2, 17)."""
        return np.isfinite(self.scores) & np.isfinite(self.chances)

    def of(self, cases: Sequence[str]) -> TestAnswers:
        """The same for some of the cases, in this order."""
        rows = [self.cases.index(case) for case in cases]
        return TestAnswers(
            self.reader,
            tuple(cases),
            tuple(self.patients[row] for row in rows),
            self.chances[rows],
            self.scores[rows],
        )


class Verdict(StrEnum):
    """What a difference and its interval say."""

    BETTER = "better"
    NOT_TOLD = "not_told"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class ItemComparison:
    """How much better a network is at one item, or over all.

    Attributes:
        item: The item; None for the mean over items.
        limbs: Limbs both networks answer and of which the truth is known.
        atypical: Of them truly atypical.
        old, new: Share answered rightly, typical and atypical limbs weighing the same.
        difference: New less old, with its interval over patients drawn anew.
        verdict: Worse where the whole interval lies below 0; the mean also where its value does.
    """

    item: Item | None
    limbs: int
    atypical: int
    old: float
    new: float
    difference: Estimate
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two networks on the same patients.

    Attributes:
        old, new: Name and version of each.
        items: Each item of which anything can be said, in the order of the form.
        mean: Over those items.
        patients, cases: How many both were asked about.
    """

    old: str
    new: str
    items: tuple[ItemComparison, ...]
    mean: ItemComparison
    patients: int
    cases: int

    @property
    def worse_items(self) -> tuple[Item, ...]:
        """Items the new network is worse at beyond doubt."""
        return tuple(
            one.item for one in self.items if one.verdict is Verdict.WORSE and one.item is not None
        )

    @property
    def is_worse(self) -> bool:
        """Whether the new network may not take the old one's place without a reason."""
        return bool(self.worse_items) or self.mean.verdict is Verdict.WORSE

    def why_worse(self) -> str:
        """What speaks against the new network, a clause for people; empty where nothing does."""
        parts = []
        if self.worse_items:
            parts.append(
                tr(
                    "it is worse than {old} at %n item(s) ({items})", "", len(self.worse_items)
                ).format(old=self.old, items=listed(str(item.number) for item in self.worse_items))
            )
        if self.mean.verdict is Verdict.WORSE:
            parts.append(
                tr("on average it is right less often than {old} ({new:.2f} after {before:.2f})")
                .format(old=self.old, new=self.mean.new, before=self.mean.old)
            )  # fmt: skip
        return clauses(parts)


def compared(
    old: TestAnswers, new: TestAnswers, resamples: int = RESAMPLES, seed: int = 0
) -> Comparison:
    """Two networks compared over the cases both were asked about, limb by limb.

    Args:
        old: What the network in use says.
        new: What the other says.
        resamples: Draws of patients.
        seed: Of what is drawn.

    Raises:
        LearningRefused: They have no case in common, or no answer of which the truth is known.
    """
    cases = [case for case in new.cases if case in set(old.cases)]
    first, second = old.of(cases), new.of(cases)
    known = first.known & second.known
    if not known.any():
        raise LearningRefused(
            tr(
                "{new} and {old} have no confirmed case of the test set in common. Confirm"
                " scoresheets of its patients, then compare again."
            ).format(new=new.reader, old=old.reader)
        )
    # What was confirmed last is what both are judged by.
    atypical = second.scores >= 1
    weights = draws(second.patients, resamples, seed)
    items, drawn = [], []
    for column, item in enumerate(Item):
        part = known[:, :, column]
        if not part.any():
            continue
        truth = atypical[:, :, column]
        before, old_drawn = _fair(first.chances[:, :, column] > 0.5, truth, part, weights)
        after, new_drawn = _fair(second.chances[:, :, column] > 0.5, truth, part, weights)
        drawn.append((old_drawn, new_drawn))
        difference = Estimate(after - before, *interval(new_drawn - old_drawn))
        count, positive = int(part.sum()), int((truth & part).sum())
        items.append(
            ItemComparison(
                item, count, positive, before, after, difference, _verdict(difference)
            )
        )  # fmt: skip
    return Comparison(
        old.reader,
        new.reader,
        tuple(items),
        _mean(items, drawn),
        len(set(second.patients)),
        len(cases),
    )


def _fair(
    said: BoolArray, truth: BoolArray, known: BoolArray, weights: FloatArray
) -> tuple[float, FloatArray]:
    """Share right, both kinds weighing the same, where there is one kind only that one's.

    Returns:
        As it is; and in each draw, shape (resamples,).
    """
    cases = len(truth)
    sums = []
    for kind in (truth & known, ~truth & known):
        asked = kind.reshape(cases, -1).sum(axis=1).astype(np.float64)
        right = (kind & (said == truth)).reshape(cases, -1).sum(axis=1).astype(np.float64)
        sums.append((asked, right))
    every = np.concatenate([np.ones((1, cases)), weights])
    shares = np.stack([_ratio(every @ right, every @ asked) for asked, right in sums])
    counted = np.isfinite(shares).sum(axis=0)
    mean = _ratio(np.nansum(shares, axis=0), counted.astype(np.float64))
    return float(mean[0]), mean[1:]


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.where(whole > 0, part / np.maximum(whole, 1e-12), np.nan)


def _verdict(difference: Estimate) -> Verdict:
    if difference.high < 0:
        return Verdict.WORSE
    return Verdict.BETTER if difference.low > 0 else Verdict.NOT_TOLD


def _mean(
    items: Sequence[ItemComparison], drawn: Sequence[tuple[FloatArray, FloatArray]]
) -> ItemComparison:
    before = float(np.mean([one.old for one in items]))
    after = float(np.mean([one.new for one in items]))
    apart = np.stack([new - old for old, new in drawn])
    known = np.isfinite(apart)
    each = _ratio(np.where(known, apart, 0.0).sum(axis=0), known.sum(axis=0).astype(np.float64))
    difference = Estimate(after - before, *interval(each))
    # One number alone, unlike seventeen, is not below zero by mere chance of many.
    verdict = Verdict.WORSE if difference.value < -1e-9 else _verdict(difference)
    limbs = sum(one.limbs for one in items)
    return ItemComparison(
        None, limbs, sum(one.atypical for one in items), before, after, difference, verdict
    )


def save_answers(path: Path, answers: TestAnswers) -> None:
    """Keep what a network says of the test set.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take it.
    """
    with atomic_write(path) as draft, draft.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            reader=np.array(answers.reader),
            cases=np.array(answers.cases, dtype=np.str_),
            patients=np.array(answers.patients, dtype=np.str_),
            chances=answers.chances,
            scores=answers.scores,
        )


def load_answers(path: Path) -> TestAnswers | None:
    """What was kept; None where nothing was, or nothing that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            answers = TestAnswers(
                str(held["reader"]),
                tuple(str(one) for one in held["cases"]),
                tuple(str(one) for one in held["patients"]),
                held["chances"].astype(np.float64),
                held["scores"].astype(np.float64),
            )
    except (OSError, EOFError, KeyError, ValueError, TypeError, zipfile.BadZipFile):
        return None
    shape = (len(answers.cases), 2, len(Item))
    is_whole = answers.chances.shape == answers.scores.shape == shape
    return answers if is_whole and len(answers.patients) == len(answers.cases) else None
