"""The rule-based reader against phantoms: its calibration, and how well it then agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item, Proposal, State
from gaitdesk.domain.gait import EventKind, GaitEvent, Variable
from gaitdesk.gait.angles import hindfoot_pitch_deg
from gaitdesk.i18n import noted
from gaitdesk.jobs.analysing import concluded, synchronize, with_gait
from gaitdesk.jobs.order import AnalysisOrder
from gaitdesk.media.sync import stated_sync
from gaitdesk.scoring.agreement import Agreement
from gaitdesk.scoring.calibration import PUBLISHED, Calibration
from gaitdesk.scoring.examples import FEWEST_LIMBS, MEASURED, Example, item_calibration
from gaitdesk.scoring.measures import foot_to_leg
from gaitdesk.scoring.reader import (
    FEWEST_CYCLES,
    SLOWEST_FPS,
    are_clear,
    read_cycles,
    trusted_readings,
    walks_of,
)

# Events further apart than this are not the same event.
SAME_EVENT_S = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """One phantom visit, as it truly was and as its keypoints show it.

    Attributes:
        truth: The truth, its films in the order of `films`.
        films: The films with the pose that was found in them.
        is_synchronized: Whether the truth's synchronization is used rather than proposed anew.
    """

    truth: Analysis
    films: tuple[FilmAnalysis, ...]
    is_synchronized: bool = True


def exact_specimen(truth: Analysis) -> Specimen:
    """What a reader with faultless keypoints would be given."""
    return Specimen(
        truth, tuple(FilmAnalysis(film.video, film.plane, film.pose) for film in truth.films)
    )


def read(specimen: Specimen, calibration: Calibration) -> Analysis:
    """Everything that follows from a specimen's keypoints."""
    order = AnalysisOrder((), specimen.truth.patient)
    films = [with_gait(film, True, calibration, order.patient) for film in specimen.films]
    if specimen.is_synchronized:
        sync = tuple(
            replace(
                stated_sync(link.sagittal, link.coronal, link.offset_s),
                drift_ms_per_s=link.drift_ms_per_s,
            )
            for link in specimen.truth.sync
        )
    else:
        sync = synchronize(films, None)
    return concluded(films, sync, order, calibration)


def calibrated(
    specimens: Sequence[Specimen],
    keypoints: str,
    aim: float = 0.95,
) -> Calibration:
    """The calibration that brings keypoints closest to the truth of some phantoms.

    First the sole of the foot and the times of events, then, with those in force, each item.

    Args:
        specimens: Phantom visits; none of them may be measured on afterwards.
        keypoints: Name of the source of keypoints.
        aim: Share of the answers given that is to be right, for each item.
    """
    made_from = noted("calibrated on %n phantom child(ren)", len(specimens))
    start = replace(PUBLISHED, keypoints=keypoints, made_from=made_from)
    analyses = [read(specimen, start) for specimen in specimens]
    truths = [specimen.truth for specimen in specimens]
    start = replace(
        start,
        sole_deg=_sole_deg(truths, analyses),
        contact_s=-_lateness_s(truths, analyses, EventKind.INITIAL_CONTACT),
        foot_off_s=-_lateness_s(truths, analyses, EventKind.FOOT_OFF),
        foot_to_leg=_foot_to_leg(analyses),
    )
    items = {}
    for item, own in examples_of(specimens, start).items():
        enough = len(own) >= FEWEST_LIMBS
        items[item] = item_calibration(item, own, aim) if enough else start.items[item]
    return replace(start, items=items)


def examples_of(
    specimens: Sequence[Specimen], calibration: Calibration
) -> dict[Item, list[Example]]:
    """Every limb that the reader would judge, with its truth, for each item it can read."""
    examples: dict[Item, list[Example]] = {item: [] for item in calibration.items}
    for child, specimen in enumerate(specimens):
        analysis = read(specimen, calibration)
        readings = read_cycles(
            analysis.films, analysis.cycles, analysis.sync, calibration.foot_to_leg
        )
        for (side, item), cell in specimen.truth.scoresheet.cells.items():
            own = [r for r in readings if r.side is side and r.item is item]
            if not own or item not in examples or not cell.proposed:
                continue
            own = trusted_readings(own, analysis.films)
            is_fast = analysis.films[own[0].film].video.fps >= SLOWEST_FPS.get(item, 0.0)
            if is_fast and len(own) >= FEWEST_CYCLES and are_clear(own):
                examples[item].append(Example(child, tuple(own), cell.proposed[0]))
    return examples


def _sole_deg(truths: Sequence[Analysis], analyses: Sequence[Analysis]) -> float:
    """Foot pitch that the keypoints show while the true sole is flat, of limbs near the camera."""
    apart: list[float] = []
    for truth, analysis in zip(truths, analyses, strict=True):
        for true_film, film in zip(truth.films, analysis.films, strict=True):
            for one in film.passes:
                side = one.view.near_side
                if side is None:
                    continue
                frames = slice(one.first_frame, one.last_frame + 1)
                shown = hindfoot_pitch_deg(film.pose, one, side)
                true = _true_pitch_deg(true_film, side)[frames]
                flat = np.isfinite(shown) & (np.abs(true) < 1.0)
                apart += list((shown - true)[flat])
    return float(np.median(apart)) if apart else 0.0


def _foot_to_leg(analyses: Sequence[Analysis]) -> float:
    """Usual length of a near foot: most are turned a little, some much."""
    shares = [
        foot_to_leg(walk, walk.one.view.near_side)
        for analysis in analyses
        for walk in walks_of(analysis.films)
        if walk.one.view.near_side is not None
    ]
    known = [share for share in shares if np.isfinite(share)]
    return float(np.quantile(known, 0.6)) if known else PUBLISHED.foot_to_leg


def _true_pitch_deg(film: FilmAnalysis, side: Side) -> FloatArray:
    for track in film.angles:
        if track.variable is Variable.FOOT_PITCH and track.side is side and not track.is_projected:
            return track.values
    return np.full(film.video.frame_count, np.nan)


def event_errors_s(truth: FilmAnalysis, found: FilmAnalysis, kind: EventKind) -> list[float]:
    """How late each true event near the camera was found; missed ones are left out."""
    late: list[float] = []
    for one in found.passes:
        sides = [one.view.near_side] if one.view.near_side else list(Side)
        for side in sides:
            own = _of(found.events, side, kind)
            for event in _of(truth.events, side, kind):
                if own and one.first_frame <= event.frame <= one.last_frame:
                    nearest = min(own, key=lambda e: abs(e.time_s - event.time_s))
                    late.append(nearest.time_s - event.time_s)
    return [error for error in late if abs(error) <= SAME_EVENT_S]


def _of(events: Sequence[GaitEvent], side: Side, kind: EventKind) -> list[GaitEvent]:
    return [event for event in events if event.side is side and event.kind is kind]


def _lateness_s(truths: Sequence[Analysis], analyses: Sequence[Analysis], kind: EventKind) -> float:
    late = [
        error
        for truth, analysis in zip(truths, analyses, strict=True)
        for true_film, film in zip(truth.films, analysis.films, strict=True)
        if film.passes and film.passes[0].view.near_side is not None
        for error in event_errors_s(true_film, film, kind)
    ]
    return float(np.median(late)) if late else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class ItemResult:
    """How well one item was read over a cohort.

    Attributes:
        item: The item.
        agreement: Truth against answers given, over the limbs answered.
        left: Limbs left to the reviewer.
        errors: Measured minus true of all limbs measured, in the measure's unit; empty for
            items without a number that both have.
    """

    item: Item
    agreement: Agreement
    left: int
    errors: tuple[float, ...]

    @property
    def left_share(self) -> float:
        """Share of limbs left to the reviewer."""
        return self.left / max(1, self.left + self.agreement.count)


def pooled(parts: Sequence[ItemResult]) -> ItemResult:
    """The results of one item over several cohorts as those of one cohort."""
    return ItemResult(
        parts[0].item,
        Agreement(np.sum([part.agreement.confusion for part in parts], axis=0)),
        sum(part.left for part in parts),
        tuple(error for part in parts for error in part.errors),
    )


def agreement_with(
    specimens: Sequence[Specimen], calibration: Calibration
) -> tuple[ItemResult, ...]:
    """What the reader answers for some phantoms against the truth, item by item."""
    return agreement_of(specimens, [read(specimen, calibration) for specimen in specimens])


def agreement_of(
    specimens: Sequence[Specimen], analyses: Sequence[Analysis]
) -> tuple[ItemResult, ...]:
    """The same for analyses already made, one a specimen."""
    pairs: dict[Item, list[tuple[Proposal, Proposal]]] = {item: [] for item in Item}
    for specimen, analysis in zip(specimens, analyses, strict=True):
        for (side, item), cell in specimen.truth.scoresheet.cells.items():
            answer = analysis.scoresheet.get(side, item)
            if answer is not None and cell.proposed:
                pairs[item].append((cell.proposed[0], answer.proposed[0]))
    return tuple(_result(item, pairs[item]) for item in Item)


def _result(item: Item, pairs: Sequence[tuple[Proposal, Proposal]]) -> ItemResult:
    true, given, errors = [], [], []
    for truth, answer in pairs:
        if truth.score is None:
            continue
        if answer.state is State.SCORED and answer.score is not None:
            true.append(int(truth.score))
            given.append(int(answer.score))
        if item in MEASURED and truth.measure is not None and answer.measure is not None:
            errors.append(answer.measure.value - MEASURED[item] * truth.measure.value)
    scored = [truth for truth, _ in pairs if truth.score is not None]
    return ItemResult(item, Agreement.of(true, given), len(scored) - len(true), tuple(errors))
