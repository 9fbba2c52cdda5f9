"""A network trained here beside the one it would take the place of, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gaitdesk.childgait.installed import installed_networks
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.jobs.gathering import GatherOrder
from gaitdesk.jobs.judging import JudgeOrder, judge
from gaitdesk.learning.comparison import Comparison, TestAnswers, compared
from gaitdesk.learning.registry import RegisteredModel, Registry
from gaitdesk.learning.results import ReaderAnswers, ReaderResult, result_of


@dataclass(frozen=True, slots=True)
class OldAndNew:
    """Two networks on the frozen test set.

    Attributes:
        comparison: Item by item, with intervals.
        old, new: Each by itself: confusion, calibration and what abstaining brings.
        others: Further readers, as the rules and guessing; empty where they were not asked this
            time.
    """

    comparison: Comparison
    old: ReaderResult
    new: ReaderResult
    others: tuple[ReaderResult, ...] = ()


def kept_comparison(folder: Path, id: str) -> Job[OldAndNew | None]:
    """A network beside the other one, by what both were heard to say of the test set.

    Args:
        folder: Where the networks lie.
        id: The network. One that is in use stands beside the one it took the place of.

    Returns:
        None where one of the two was not asked.

    Raises:
        LearningRefused: There is no such network, or the two have no case in common.
    """
    yield Progress(0, 3, tr("Counting"))
    registry = Registry(folder)
    chosen = registry.model(id)
    new = registry.answers_of(chosen.reader)
    old = registry.answers_of(other_than(registry, chosen))
    if new is None or old is None:
        return None
    comparison = compared(old, new)
    cases = [case for case in new.cases if case in set(old.cases)]
    yield Progress(1, 3, tr("Counting"))
    before = _result(old.of(cases), new.of(cases))
    yield Progress(2, 3, tr("Counting"))
    return OldAndNew(comparison, before, _result(new.of(cases), new.of(cases)))


def compare_now(
    folder: Path, id: str, data_folder: Path, rater: str, phantoms: tuple[Path, ...] = ()
) -> Job[OldAndNew | None]:
    """Ask both networks about the frozen test set, then as `kept_comparison`.

    Args:
        folder: Where the networks lie.
        id: The network.
        data_folder: The desk's records.
        rater: Who is at the desk.
        phantoms: Cohorts that judge where the clinic has no patients of its own.

    Yields:
        Progress in thousandths.

    Raises:
        LearningRefused: No case is left to judge by, or there is no such network.
        GaitDeskError: As judging.
    """
    registry = Registry(folder)
    chosen = registry.model(id)
    other = other_than(registry, chosen).rpartition(" ")[0]
    names = tuple(dict.fromkeys(one for one in (other, chosen.id) if one))
    gathering = GatherOrder(folder=data_folder, rater=rater, phantoms=phantoms)
    found = yield from portion(judge(JudgeOrder(gathering, names), registry), 0.0, 980.0)
    told = yield from portion(kept_comparison(folder, id), 980.0, 20.0)
    if told is None:
        return None
    readers = {told.old.reader, told.new.reader}
    others = tuple(one for one in found.evaluation.results if one.reader not in readers)
    return OldAndNew(told.comparison, told.old, told.new, others)


def other_than(registry: Registry, chosen: RegisteredModel) -> str:
    """Name and version of the network to compare with; empty where there is none.

    That is the one in use; for the one in use, the one it took the place of.
    """
    if not chosen.is_active:
        return registry.current
    before = next((one.before for one in reversed(registry.turns) if one.active == chosen.id), "")
    if before:
        return next((one.reader for one in registry.models if one.id == before), "")
    return next(
        (
            one.reader
            for one in installed_networks()
            if one.is_present and not (one.is_candidate or one.is_active)
        ),
        "",
    )


def _result(said: TestAnswers, truth: TestAnswers) -> ReaderResult:
    """How good a network is, by what was confirmed last."""
    answers = ReaderAnswers.of_chances(said.reader, said.chances)
    return result_of(answers, truth.scores, truth.patients)
