"""How a measured number becomes the number the bands are meant for, item by item.

The bands of the score are a clinician's visual degrees. A keypoint model has its own zero and its
own error for each angle, so each source of keypoints carries a calibration, made on a phantom
cohort whose truth is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gaitdesk.domain.evgs import Item, Score
from gaitdesk.i18n import noted
from gaitdesk.paths import resources_folder
from gaitdesk.scoring.circumstances import Aid


@dataclass(frozen=True, slots=True)
class Bend:
    """How much a circumstance bends a measure.

    Attributes:
        usual: The circumstance as it usually is.
        slope: What is added to the measure for each unit more than that.
    """

    usual: float
    slope: float


@dataclass(frozen=True, slots=True)
class ItemCalibration:
    """A line from measured to true, and what remains around it.

    Attributes:
        gain, offset: true = gain * measured + offset, and what the circumstances add.
        error: One standard deviation of the truth around the line, in the item's unit.
        edges: For an item judged by what is seen, where its options meet on the measured scale;
            empty takes those of `criteria.SEEN_RANGES`.
        second_edge, second_error: Where an item's second number changes its option, and how
            sharply; None takes `criteria.SECOND_EDGES`.
        aids, second_aids: What circumstances add to the number, and to the second one.
        drift_doubt: See `limbs.limb_reading`.
        limbs: How many limbs of the cohort it rests on; 0 for a published figure.
        cycles: How many cycles of a limb it typically rests on.
        centre, spread: Mean and standard deviation of the measured number in the cohort; a spread
            of 0 where it is not known.
        examples: How many limbs of the cohort truly had each answer, see `certainty.supported`;
            empty for a published figure.
        least_certainty: Chance of being right from which an answer is given; None takes that of
            the whole calibration.
        least_abnormal_certainty: Likewise for an answer other than 0; None makes no difference.
    """

    gain: float = 1.0
    offset: float = 0.0
    error: float = 5.0
    edges: tuple[float, ...] = ()
    second_edge: float | None = None
    second_error: float = 5.0
    aids: Mapping[Aid, Bend] = field(default_factory=dict)
    second_aids: Mapping[Aid, Bend] = field(default_factory=dict)
    drift_doubt: float | None = None
    limbs: int = 0
    cycles: float = 2.0
    centre: float = 0.0
    spread: float = 0.0
    examples: Mapping[str, int] = field(default_factory=dict)
    least_certainty: float | None = None
    least_abnormal_certainty: float | None = None


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
        least_certainty: Chance of being right from which an answer is given, for items without
            one of their own; below it the item is left to the reviewer.
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

    def least_certainty_of(self, item: Item, score: Score = Score.NORMAL) -> float:
        """Chance of being right from which an item is answered with a score."""
        own = self.items[item]
        least = self.least_certainty if own.least_certainty is None else own.least_certainty
        if score is Score.NORMAL or own.least_abnormal_certainty is None:
            return least
        return own.least_abnormal_certainty


# One standard deviation of two-dimensional video against three-dimensional analysis.
PUBLISHED = Calibration(
    keypoints="any",
    made_from=noted("published errors of two-dimensional video, no calibration of its own"),
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
        items={Item(code): _item_from(values) for code, values in held["items"].items()},
    )


def _item_from(values: Mapping[str, Any]) -> ItemCalibration:
    """One item's calibration from its part of the file; an older file lacks some of it."""
    known = {**values, "edges": tuple(values["edges"])}
    for name in ("aids", "second_aids"):
        known[name] = {Aid(aid): Bend(**bend) for aid, bend in values.get(name, {}).items()}
    return ItemCalibration(**known)


def calibration_text(calibration: Calibration) -> str:
    """The calibration as the JSON text of its file."""
    held = asdict(calibration)
    held["items"] = {item.value: asdict(one) for item, one in calibration.items.items()}
    return json.dumps(held, indent=1) + "\n"
