"""What there is to learn from, and whether learning fits into memory, told before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.domain.errors import LibraryMissing
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.jobs.gathering import GatherOrder, gather
from gaitdesk.jobs.outlook_facts import (
    ItemShare,
    Lacking,
    LeftOut,
    Outlook,
    SourceCount,
    StartFacts,
)
from gaitdesk.jobs.reading import missing_libraries
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.learning.cases import plan_for
from gaitdesk.learning.sources import Gathered, Sample, Source

if TYPE_CHECKING:
    # They load torch, which is for where a network runs.
    from gaitdesk.learning.recipe import Recipe
    from gaitdesk.learning.sizing import Fit
    from gaitdesk.learning.starts import Start

_LOOKED_AT = 4
"""Cases whose clips are measured for how much memory they take."""


def look_ahead(order: TrainingOrder) -> Job[Outlook]:
    """Gather what an order would learn from, as the training itself will, and say what it is.

    Clips that are cut now are not cut again by the training. Nobody is drawn into a test set.

    Args:
        order: The training that is thought of; its folder is not touched.

    Yields:
        Progress in thousandths.

    Raises:
        LibraryMissing: torch is not installed.
        ModelPackageInvalid, CheckpointRefused: The network to begin with cannot be used.
        OptionInvalid: A folder holds no cohort or set, or a number is out of range.
        GaitDeskError: As gathering.
    """
    missing = missing_libraries()
    if missing:
        raise LibraryMissing(missing)
    from gaitdesk.learning.starts import started

    yield Progress(0, 1000, tr("Loading the network"))
    begun = started(order.start, order.seed)
    gathering = GatherOrder(
        folder=order.data_folder,
        has_clinic=order.has_clinic,
        phantoms=order.phantoms,
        foreign=order.foreign,
        plan=plan_for(begun.model.config),
    )
    held = yield from portion(gather(gathering), 50.0, 900.0)
    yield Progress(950, 1000, tr("Reckoning with memory"))
    facts = StartFacts(
        begun.name,
        begun.licence,
        begun.is_non_commercial,
        begun.is_for_demonstration,
        begun.has_heads,
    )
    recipe, fit = _fit(order, begun, held)
    return _outlook(held, facts, recipe, fit)


def _outlook(held: Gathered, start: StartFacts, recipe: Recipe, fit: Fit | None) -> Outlook:
    samples = held.samples
    scored = [np.isfinite(one.scores) for one in samples]
    lacking = [one.missing for one in samples]
    clips = sum(one.clips for one in samples)
    return Outlook(
        patients=len({one.patient for one in samples}),
        cases=len(samples),
        clips=clips,
        limbs=sum(int(one.any(axis=1).sum()) for one in scored),
        scores=sum(int(one.sum()) for one in scored),
        sources=_by_source(samples),
        prevalence=tuple(ItemShare(one.item, one.limbs, one.atypical) for one in held.prevalence()),
        missing=Lacking(
            sum(one.unconfirmed for one in lacking),
            sum(one.not_scorable for one in lacking),
            sum(one.blank for one in lacking),
        ),
        joined=len(held.links),
        excluded=tuple(LeftOut(one.name, one.why.value, one.text) for one in held.excluded),
        start=start,
        needed_bytes=0 if fit is None else fit.needed_bytes,
        free_bytes=0 if fit is None else fit.free_bytes,
        suggestion="" if fit is None else fit.suggestion,
        is_possible=fit is None or fit.is_possible,
        epochs=recipe.epochs,
        batch=clips if recipe.is_from_all_at_once else recipe.batch,
        pieces=recipe.pieces if fit is None else fit.recipe.pieces,
        adapters=recipe.adapters,
    )


def _by_source(samples: Sequence[Sample]) -> tuple[SourceCount, ...]:
    found = []
    for source in Source:
        own = [one for one in samples if one.source is source]
        if own:
            found.append(SourceCount(source.value, len({one.patient for one in own}), len(own)))
    return tuple(found)


def _fit(order: TrainingOrder, begun: Start, held: Gathered) -> tuple[Recipe, Fit | None]:
    """The recipe, and how it stands against memory; the latter None where there are no clips."""
    from gaitdesk.jobs.training import recipe_for
    from gaitdesk.learning.dataset import AS_FILMED, examples_of
    from gaitdesk.learning.sizing import fitted
    from gaitdesk.perception.compute import compute_device

    recipe = recipe_for(order, begun, len({one.patient for one in held.samples}))
    looked_at = held.samples[:_LOOKED_AT]
    lengths = [
        len(example.positions)
        for one in looked_at
        for example in examples_of(one.shard(), begun.model.config, AS_FILMED, order.seed)
    ]
    if not lengths:
        return recipe, None
    where = compute_device(order.device)
    # The longest of a few stand for all, so that what is told is not too little.
    longest = [max(lengths)] * recipe.batch
    return recipe, fitted(begun.model.config.encoder, longest, recipe, where)
