"""What a network is shown, taken away piece by piece, on cases of this desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gaitdesk.domain.progress import Job, portion
from gaitdesk.domain.refusals import LearningRefused
from gaitdesk.i18n import tr
from gaitdesk.jobs.gathering import GatherOrder, gather, learning_folder
from gaitdesk.jobs.reading import Readers, wanted_network
from gaitdesk.learning.cases import plan_for
from gaitdesk.learning.shards import Shard
from gaitdesk.learning.sources import Sample, dividing
from gaitdesk.phantom.cohort import Split

if TYPE_CHECKING:
    # It loads torch, which is for where a network runs.
    from gaitdesk.learning.ablation import Arm


@dataclass(frozen=True, slots=True)
class AblationOrder:
    """What is to be compared.

    Attributes:
        gathering: The cases.
        steps: Of each network.
        seed: Of everything drawn.
    """

    gathering: GatherOrder = field(default_factory=GatherOrder)
    steps: int = 300
    seed: int = 0


def ablate(order: AblationOrder) -> Job[tuple[Arm, ...]]:
    """Train the network in use with 8, 16 and 32 pictures, unprompted and unpruned, and compare.

    Yields:
        Progress in thousandths.

    Raises:
        LearningRefused: There are no cases to learn from, or none to judge by.
        LibraryMissing, ModelPackageInvalid, CheckpointRefused: The network cannot run.
        GaitDeskError: As gathering.
    """
    from gaitdesk.learning.ablation import ablated

    network = wanted_network(Readers.CHILDGAIT)
    assert network is not None
    plan = plan_for(network.model.config)
    gathering = replace(order.gathering, plan=plan)
    held = yield from portion(gather(gathering), 0.0, 200.0)
    division = dividing(held, learning_folder(gathering.folder), order.seed)
    # The test set is kept for networks that may be used; here those judge who choose elsewhere.
    learning = _shards(held.of(division, Split.TRAIN))
    judging = _shards(held.of(division, Split.VALIDATION))
    if not learning or not judging:
        raise LearningRefused(
            tr(
                "There are too few cases to compare by: some are needed to learn from and others"
                " to judge by. Confirm more scoresheets, or name phantoms with --phantoms."
            )
        )
    job = ablated(network.model, learning, judging, order.steps, seed=order.seed)
    return (yield from portion(job, 200.0, 800.0))


def _shards(samples: Sequence[Sample]) -> list[Shard]:
    return [one.shard() for one in samples]
