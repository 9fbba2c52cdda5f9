"""Readers side by side on the same children: tables of how often each is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item, State
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.jobs.calibrating import exact_specimen, read
from gaitdesk.learning.evaluation import ChildAnswers, Quality, quality
from gaitdesk.learning.shards import Shard, true_values
from gaitdesk.phantom.clips import stage_of
from gaitdesk.phantom.cohort import SubjectPlan
from gaitdesk.scoring.calibration import calibration_of

# Share of a leg by which points are off, as BlazePose's are on phantoms after smoothing.
_STEADY, _WANDER, _MEMORY = 0.017, 0.008, 0.9


def rule_answers(plans: Sequence[SubjectPlan], *, is_exact: bool) -> tuple[FloatArray, FloatArray]:
    """True scores, and those the rule-based reader proposes, NaN where it leaves them open.

    Args:
        plans: The children.
        is_exact: Whether it is given faultless body points, or ones as a detector finds them.

    Returns:
        Each of shape (children, 2, 17).
    """
    calibration = calibration_of("exact" if is_exact else "blazepose-0.10.21")
    found = np.full((len(plans), len(Side), len(Item)), np.nan)
    true = found.copy()
    for row, plan in enumerate(plans):
        truth = stage_of(plan).truth
        true[row] = true_values(truth)[0]
        specimen = exact_specimen(truth)
        if not is_exact:
            rng = np.random.default_rng([plan.motion_seed, 83])
            films = tuple(replace(film, pose=_off(film.pose, rng)) for film in specimen.films)
            specimen = replace(specimen, films=films)
        found[row] = _scores(read(specimen, calibration))
    return true, found


def _scores(analysis: Analysis) -> FloatArray:
    scores = true_values(analysis)[0]
    for (side, item), cell in analysis.scoresheet.cells.items():
        if cell.proposed[0].state is not State.SCORED:
            scores[list(Side).index(side), list(Item).index(item)] = np.nan
    return scores


def _off(pose: PoseTrack, rng: np.random.Generator) -> PoseTrack:
    """Body points with an error of their own and one that wanders."""
    points = pose.points_px
    heights = points[..., 1]
    span = np.fmax.reduce(heights, axis=1) - np.fmin.reduce(heights, axis=1)
    leg_px = 0.5 * np.where(np.isfinite(span), span, np.nanmedian(span))[:, None, None]
    steady = rng.standard_normal((1, *points.shape[1:]))
    wander = rng.standard_normal(points.shape)
    for frame in range(1, len(wander)):
        fresh = np.sqrt(1.0 - _MEMORY**2) * wander[frame]
        wander[frame] = _MEMORY * wander[frame - 1] + fresh
    return replace(pose, points_px=points + leg_px * (_STEADY * steady + _WANDER * wander))


def majority(training: Sequence[Shard]) -> FloatArray:
    """Whether most limbs learned from are atypical, shape (17,)."""
    scores = np.concatenate([shard.scores for shard in training])
    return np.asarray(np.nanmean(np.where(np.isnan(scores), np.nan, scores >= 1), axis=0) > 0.5)


def of_item(answers: ChildAnswers, chances: FloatArray, item: int, side: int | None) -> Quality:
    """Quality of one item, of one limb or both; a chance above one half is a yes."""
    sides = slice(None) if side is None else slice(side, side + 1)
    known = answers.known[:, sides, item]
    truth = answers.atypical[:, sides, item][known]
    said = chances[:, sides, item][known]
    return quality(truth, said > 0.5, said)


def plain_quality(scores: FloatArray, said: FloatArray, item: int) -> tuple[Quality, float]:
    """Quality of scores proposed, and the share that was answered at all."""
    known = np.isfinite(scores[:, :, item])
    given = known & np.isfinite(said[:, :, item])
    truth, answers = scores[:, :, item][given] >= 1, said[:, :, item][given] >= 1
    return quality(truth, answers), float(given.sum() / max(1, known.sum()))


def mean_row(rows: Mapping[Item, Sequence[float]]) -> list[float]:
    """Mean of each column over the items that have it."""
    values = np.array(list(rows.values()), np.float64)
    known = np.isfinite(values)
    return list(np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def cell(value: float, digits: int = 2) -> str:
    """A number in a table; a dash where there is none."""
    return f"{value:.{digits}f}" if np.isfinite(value) else "-"
