"""How good a network's answers are: by item and limb, against truth and against other readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.learning.dataset import Example, children_of


@dataclass(frozen=True, slots=True, eq=False)
class ChildAnswers:
    """What all clips of each child say together, beside the truth.

    Attributes:
        children: Names, in the order of the other attributes' first axis.
        logits: Mean over clips, each plane weighing the same, NaN where no clip answers, shape
            (children, 2, 17, levels).
        scores: 0, 1, 2 or NaN, shape (children, 2, 17).
    """

    children: tuple[str, ...]
    logits: FloatArray
    scores: FloatArray

    @property
    def atypical(self) -> BoolArray:
        """Whether the truth is 1 or 2, shape (children, 2, 17)."""
        return self.scores >= 1

    @property
    def known(self) -> BoolArray:
        """Where there are both truth and answer, shape (children, 2, 17)."""
        return np.isfinite(self.scores) & np.isfinite(self.logits[..., 0])


def by_child(examples: Sequence[Example], logits: FloatArray) -> ChildAnswers:
    """The answers of clips gathered by child, as the reader combines them.

    Args:
        examples: The clips.
        logits: What was said of each, shape (clips, 2, 17, levels).
    """
    children = children_of(examples)
    found = np.full((len(children), *logits.shape[1:]), np.nan)
    scores = np.full((len(children), *logits.shape[1:3]), np.nan)
    for row, child in enumerate(children):
        own = [i for i, example in enumerate(examples) if example.child == child]
        planes = []
        for plane in Plane:
            part = [i for i in own if examples[i].view.plane is plane]
            if part:
                asked = np.stack([np.isfinite(examples[i].scores) for i in part])[..., None]
                planes.append(_mean(np.where(asked, logits[part], np.nan)))
        found[row] = _mean(np.stack(planes))
        known = np.stack([examples[i].scores for i in own])
        scores[row] = _mean(known)
    return ChildAnswers(children, found, scores)


def _mean(values: FloatArray) -> FloatArray:
    """Mean along the first axis of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good yes-or-no answers are.

    Attributes:
        count: Answers.
        atypical: Of them truly atypical.
        accuracy, balanced_accuracy, sensitivity, specificity, f1, macro_f1: Shares, 0 to 1; NaN
            where the truth has one kind only.
        auroc: Area under the curve of sensitivity over false alarms; NaN likewise, and without
            chances.
    """

    count: int
    atypical: int
    accuracy: float
    balanced_accuracy: float
    sensitivity: float
    specificity: float
    f1: float
    macro_f1: float
    auroc: float


def quality(truth: BoolArray, answers: BoolArray, chances: FloatArray | None = None) -> Quality:
    """The quality of some answers.

    Args:
        truth: Whether each is atypical, shape (answers,).
        answers: What was said, shape (answers,).
        chances: How likely atypical it was said to be, on any scale, shape (answers,).
    """
    hits = float((truth & answers).sum())
    false_alarms = float((~truth & answers).sum())
    misses = float((truth & ~answers).sum())
    passes = float((~truth & ~answers).sum())
    sensitivity = _share(hits, hits + misses)
    specificity = _share(passes, passes + false_alarms)
    f1 = _share(2 * hits, 2 * hits + false_alarms + misses)
    other_f1 = _share(2 * passes, 2 * passes + false_alarms + misses)
    return Quality(
        count=len(truth),
        atypical=int(truth.sum()),
        accuracy=_share(hits + passes, float(len(truth))),
        balanced_accuracy=0.5 * (sensitivity + specificity),
        sensitivity=sensitivity,
        specificity=specificity,
        f1=f1,
        macro_f1=0.5 * (f1 + other_f1),
        auroc=float("nan") if chances is None else auroc(truth, chances),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def auroc(truth: BoolArray, chances: FloatArray) -> float:
    """How often a truly atypical limb is given a greater chance than a typical one; ties half.

    NaN where all are of one kind.
    """
    above, below = chances[truth], chances[~truth]
    if not len(above) or not len(below):
        return float("nan")
    order = np.sign(above[:, None] - below[None, :])
    return float(0.5 * (1.0 + order.mean()))


def mean_balanced_accuracy(answers: ChildAnswers) -> float:
    """Balanced accuracy, mean over the items that have both kinds."""
    found = []
    for item in range(answers.scores.shape[2]):
        known = answers.known[:, :, item]
        truth = answers.atypical[:, :, item][known]
        said = answers.logits[:, :, item, 0][known] > 0
        if truth.any() and not truth.all():
            found.append(quality(truth, said).balanced_accuracy)
    return float(np.mean(found)) if found else float("nan")


def mean_auroc(answers: ChildAnswers) -> float:
    """Area under the curve, mean over the items that have both kinds."""
    found = [
        auroc(answers.atypical[:, :, item][known], answers.logits[:, :, item, 0][known])
        for item in range(answers.scores.shape[2])
        for known in [answers.known[:, :, item]]
    ]
    kept = [value for value in found if np.isfinite(value)]
    return float(np.mean(kept)) if kept else float("nan")
