"""Reads frames and visits corrected by hand: `annotations/*.json`, one file a film or visit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Plane
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.correction import Correction
from gaitdesk.store.edits import Kind
from gaitdesk.store.forms import from_text

FOLDER = Path(__file__).with_name("annotations")
SECOND = FOLDER / "second_reading.json"
SESSION_FILES = "*_session.json"


@dataclass(frozen=True)
class AnnotatedFrame:
    """One frame as a person left it.

    Attributes:
        film: Below the folder of development films.
        frame: From 0.
        points_px: Shape (23, 2); NaN where a point was not judged.
        is_moved: Points that were put elsewhere than proposed, shape (23,).
        is_occluded: Points told from the parts around them, shape (23,).
        polygons: Outlines of the person, each of shape (corners, 2); what lies in two is a hole.
        is_outline_kept: Whether nothing was added to the proposed outline or taken away.
    """

    film: str
    frame: int
    points_px: FloatArray
    is_moved: BoolArray
    is_occluded: BoolArray
    polygons: tuple[FloatArray, ...] = ()
    is_outline_kept: bool = True

    def mask(self, height: int, width: int) -> BoolArray:
        """The person's pixels, shape (height, width)."""
        drawn = np.zeros((height, width), np.uint8)
        cv2.fillPoly(drawn, [one.astype(np.int32) for one in self.polygons], 1)
        return drawn.astype(np.bool_)


def annotated_frames() -> list[AnnotatedFrame]:
    """All frames that were corrected, film by film."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        if path != SECOND and not path.match(SESSION_FILES):
            held = _read(path)
            found += [_frame(held["film"], one) for one in held["frames"]]
    return found


def second_reading() -> list[AnnotatedFrame]:
    """The legs of some of them, annotated again without the proposal."""
    return [_frame(one["film"], one) for one in _read(SECOND)["frames"]]


@dataclass(frozen=True)
class ReviewedSession:
    """A visit that a person corrected whole, from the first frame to the last.

    Attributes:
        name: What it is called.
        films: Below the folder of development films; corrections refer to them by place.
        planes: The plane each was given as.
        corrections: All of them, in the order they were made in, as the journal keeps them.
    """

    name: str
    films: tuple[str, ...]
    planes: tuple[Plane, ...]
    corrections: tuple[Correction, ...]

    def of_film(self, index: int) -> tuple[Correction, ...]:
        """The corrections of one film."""
        return tuple(one for one in self.corrections if one.film == index)


def reviewed_sessions() -> list[ReviewedSession]:
    """All visits that were corrected whole."""
    return [_session(_read(path)) for path in sorted(FOLDER.glob(SESSION_FILES))]


def _session(held: dict[str, Any]) -> ReviewedSession:
    made = [from_text(Kind(one["kind"]), json.dumps(one["value"])) for one in held["corrections"]]
    planes = tuple(Plane(one) for one in held["planes"])
    return ReviewedSession(held["name"], tuple(held["films"]), planes, tuple(made))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _frame(film: str, held: dict[str, Any]) -> AnnotatedFrame:
    points = np.full((LANDMARK_COUNT, 2), np.nan)
    is_moved, is_occluded = np.zeros((2, LANDMARK_COUNT), np.bool_)
    for name, (x, y, *said) in held["points"].items():
        point = Landmark[name.upper()]
        points[point] = x, y
        is_moved[point] = "moved" in "".join(said)
        is_occluded[point] = "occluded" in "".join(said)
    polygons = tuple(np.array(one, np.float64).reshape(-1, 2) for one in held.get("polygons", ()))
    kept = held.get("outline") != "corrected"
    return AnnotatedFrame(film, held["frame"], points, is_moved, is_occluded, polygons, kept)
