"""How a measured number becomes the number the bands are meant for, item by item.

The bands of the score are a clinician's visual degrees. A keypoint model has its own zero and its
own error for each angle, so each source of keypoints carries a calibration, made on a phantom
cohort whose truth is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Item
from gaitdesk.paths import resources_folder


@dataclass(frozen=True, slots=True)
class ItemCalibration:
    """A line from measured to true, and what remains around it.

    Attributes:
        gain, offset: true = gain * measured + offset.
        error: One standard deviation of the truth around the line, in the item's unit.
        edges: For an item judged by what is seen, where its options meet on the measured scale;
            empty takes those of `criteria.SEEN_RANGES`.
        second_edge, second_error: Where an item's second number changes its option, and how
            sharply; None takes `criteria.SECOND_EDGES`.
        limbs: How many limbs of the cohort it rests on; 0 for a published figure.
    """

    gain: float = 1.0
    offset: float = 0.0
    error: float = 5.0
    edges: tuple[float, ...] = ()
    second_edge: float | None = None
    second_error: float = 5.0
    limbs: int = 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibrations of one source of keypoints.

    Attributes:
        keypoints: Name of the source, as "blazepose-full" or "exact".
        made_from: What it rests on, for the report.
        sole_deg: Foot pitch the keypoints show while the sole is flat on the floor.
        contact_s, foot_off_s: What is added to detected event times.
        foot_to_leg: Length of a foot that points straight ahead, heel to big toe, as a share of
            the leg's, hip to ankle.
        least_certainty: Chance of being right from which an answer is given; below it the item
            is left to the reviewer.
        items: One for each item that keypoints can show.
    """

    keypoints: str
    made_from: str
    sole_deg: float
    contact_s: float
    foot_off_s: float
    foot_to_leg: float
    least_certainty: float
    items: Mapping[Item, ItemCalibration]


# One standard deviation of two-dimensional video against three-dimensional analysis.
PUBLISHED = Calibration(
    keypoints="any",
    made_from="published errors of two-dimensional video, no calibration of its own",
    sole_deg=0.0,
    contact_s=0.0,
    foot_off_s=0.0,
    foot_to_leg=0.31,
    least_certainty=0.8,
    items={
        Item.INITIAL_CONTACT: ItemCalibration(error=7.0),
        Item.HEEL_LIFT: ItemCalibration(error=0.3, second_error=7.0),
        Item.STANCE_DORSIFLEXION: ItemCalibration(error=7.0),
        Item.FOOT_CLEARANCE: ItemCalibration(error=2.0, second_error=4.0),
        Item.SWING_DORSIFLEXION: ItemCalibration(error=7.0),
        Item.STANCE_KNEE_EXTENSION: ItemCalibration(error=5.0),
        Item.TERMINAL_SWING_KNEE: ItemCalibration(error=5.0),
        Item.SWING_KNEE_FLEXION: ItemCalibration(error=5.0),
        Item.STANCE_HIP_EXTENSION: ItemCalibration(error=5.0),
        Item.SWING_HIP_FLEXION: ItemCalibration(error=5.0),
        Item.PELVIC_OBLIQUITY: ItemCalibration(error=2.5),
        Item.TRUNK_SAGITTAL: ItemCalibration(error=3.0),
        Item.TRUNK_LATERAL_SHIFT: ItemCalibration(error=20.0),
    },
)


def calibration_path(keypoints: str) -> Path:
    """Where the calibration of a source of keypoints lies."""
    return resources_folder() / "calibration" / f"{keypoints.replace(' ', '-')}.json"


def calibration_of(keypoints: str) -> Calibration:
    """The calibration made for a source of keypoints, or the published errors without one."""
    path = calibration_path(keypoints)
    if not path.is_file():
        return PUBLISHED
    held = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(
        keypoints=held["keypoints"],
        made_from=held["made_from"],
        sole_deg=held["sole_deg"],
        contact_s=held["contact_s"],
        foot_off_s=held["foot_off_s"],
        foot_to_leg=held["foot_to_leg"],
        least_certainty=held["least_certainty"],
        items={
            Item(code): ItemCalibration(**{**values, "edges": tuple(values["edges"])})
            for code, values in held["items"].items()
        },
    )


def calibration_text(calibration: Calibration) -> str:
    """The calibration as the JSON text of its file."""
    held = asdict(calibration)
    held["items"] = {item.value: asdict(one) for item, one in calibration.items.items()}
    return json.dumps(held, indent=1) + "\n"


def fitted_line(measured: Sequence[float], true: Sequence[float]) -> tuple[float, float, float]:
    """Gain, offset and remaining error of true against measured, outliers held back.

    Args:
        measured: One number a limb, shape (limbs,).
        true: The truth, shape (limbs,).

    Returns:
        Gain, offset and a robust standard deviation of what remains.

    Raises:
        ValueError: Fewer than ten limbs.
    """
    x, y = np.asarray(measured, np.float64), np.asarray(true, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) < 10:
        raise ValueError(f"{len(x)} limbs are too few to calibrate from")
    weights: FloatArray = np.ones(len(x))
    line = np.array([1.0, 0.0])
    for _ in range(20):
        line = np.polyfit(x, y, 1, w=np.sqrt(weights))
        rest = y - np.polyval(line, x)
        scale = 1.4826 * float(np.median(np.abs(rest))) + 1e-9
        # Huber's weights: full trust within 1.5 standard deviations.
        weights = np.minimum(1.0, 1.5 * scale / np.maximum(np.abs(rest), 1e-9))
    rest = y - np.polyval(line, x)
    # The larger of what the 90th and the 97th per cent ask for: tails are heavier than normal.
    within = max(np.quantile(np.abs(rest), 0.9) / 1.645, np.quantile(np.abs(rest), 0.97) / 2.17)
    return float(line[0]), float(line[1]), float(within)


def fitted_edges(
    measured: Sequence[float], rank: Sequence[int], start: Sequence[float]
) -> tuple[tuple[float, ...], float]:
    """Where ordered options meet on a measured scale, and how sharply: an ordinal probit.

    Args:
        measured: One number a limb, shape (limbs,).
        rank: The true option of each, counted from the lowest, shape (limbs,).
        start: First guess of the edges, ascending; an edge without examples on both of its sides
            keeps its distance to the next one.

    Returns:
        The edges and the standard deviation of the measuring error, in the measured unit.

    Source:
        McCullagh (1980), J R Stat Soc B 42(2), 109-142.
    """
    x, k = np.asarray(measured, np.float64), np.asarray(rank)
    known = np.isfinite(x)
    x, k = x[known], k[known]
    guess = np.asarray(start, np.float64)
    spread = float(np.std(x)) or 1.0

    def parts(p: FloatArray) -> tuple[FloatArray, float]:
        gaps = np.diff(guess, prepend=guess[0])
        edges = p[0] + np.cumsum(np.r_[0.0, np.exp(p[1:-1]) * gaps[1:]])
        return edges, float(np.exp(p[-1]))

    def surprise(p: FloatArray) -> float:
        edges, error = parts(p)
        ends = np.r_[-np.inf, edges, np.inf]
        chance = ndtr((ends[k + 1] - x) / error) - ndtr((ends[k] - x) / error)
        # A faint wish for the guess keeps edges in place that no example speaks of.
        wish = 0.05 * float(np.sum(p[1:-1] ** 2)) + 0.002 * ((p[0] - guess[0]) / spread) ** 2
        wish += 0.05 * float(p[-1] - np.log(0.15 * spread)) ** 2
        return float(wish - np.log(1e-5 + chance).sum())

    starts = [
        np.r_[guess[0], np.zeros(len(guess) - 1), np.log(share * spread)]
        for share in (0.03, 0.1, 0.3, 1.0)
    ]
    tries = [
        minimize(surprise, start, method="Nelder-Mead", options={"maxiter": 4000})
        for start in starts
    ]
    found = min(tries, key=lambda one: float(one.fun))
    edges, error = parts(found.x)
    return tuple(float(edge) for edge in edges), error
