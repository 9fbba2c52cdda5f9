"""Cross-validation by patient, where patients are too few to set any aside for long."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gaitdesk.childgait.model import ChildGaitModel
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.progress import Job
from gaitdesk.learning.dataset import Example
from gaitdesk.learning.evaluation import ChildAnswers, by_child
from gaitdesk.learning.lessons import Lessons
from gaitdesk.learning.recipe import Recipe
from gaitdesk.learning.sources import Gathered, lessons_from
from gaitdesk.learning.splitting import Division, folds
from gaitdesk.learning.training import Conduct, Trained, Wish, logits_of, train
from gaitdesk.phantom.cohort import Split


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """What cross-validation has found.

    Attributes:
        epochs: After which the folds were best, their median; so long all patients are to be
            learned from.
        answers: On every patient, of the network that had not learned from it.
        lessons: All patients to learn from, and none to choose by.
        division: Likewise; the test patients stay what they are.
        wish: That it ended by.
        kept: The network of the fold in which it was told to keep the best; lessons and division
            are then that fold's, whose patients to choose by it has not learned from.
    """

    epochs: int
    answers: ChildAnswers
    lessons: Lessons
    division: Division
    wish: Wish = Wish.GO_ON
    kept: Trained | None = None


def crossed(
    held: Gathered,
    division: Division,
    model: ChildGaitModel,
    recipe: Recipe,
    count: int,
    folder: Path,
    conduct: Conduct,
    ways: int = 4,
) -> Job[Crossed]:
    """Train as often as there are folds, each time without the patients of one.

    Each fold's state is kept in a folder of its own, so that it goes on where it stopped. All of
    a patient's cases are in one fold.

    Args:
        held: The cases.
        division: Whose test patients are left out.
        model: Where each training starts; it is not changed.
        recipe: How.
        count: Folds.
        folder: Keeps the states.
        conduct: How it is carried out.
        ways: Of showing each clip.

    Yields:
        As `train`.

    Raises:
        LearningRefused: There are fewer patients than folds.
        GaitDeskError: As `train`.
    """
    patients = [one for one in held.patients() if division.parts[one.name] is not Split.TEST]
    examples: list[Example] = []
    logits: list[FloatArray] = []
    best: list[int] = []
    wish = Wish.GO_ON
    for number, fold in enumerate(folds(patients, count, recipe.seed), 1):
        lessons = lessons_from(held, fold, model.config, ways=ways, seed=recipe.seed)
        place = folder / f"fold-{number}"
        trained: Trained = yield from train(deepcopy(model), lessons, recipe, place, conduct)
        wish = trained.wish
        if wish is Wish.CANCEL:
            break
        said = yield from logits_of(trained.model, lessons.validation)
        examples += lessons.validation
        logits.append(said)
        best.append(max(1, trained.best))
        if wish is Wish.KEEP:
            own = Division({**division.parts, **fold.parts}, division.seed)
            answers = by_child(lessons.validation, said)
            return Crossed(max(1, trained.best), answers, lessons, own, wish, trained)
    learning = {one.name: Split.TRAIN for one in patients}
    everyone = Division({**division.parts, **learning}, division.seed)
    lessons = lessons_from(held, everyone, model.config, ways=ways, seed=recipe.seed)
    found = np.concatenate(logits) if logits else np.empty((0, 2, 17, model.config.levels))
    epochs = int(np.median(best)) if best else 1
    return Crossed(epochs, by_child(examples, found), lessons, everyone, wish)
