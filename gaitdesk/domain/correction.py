"""What a reviewer corrects in a film: a joint, left and right, the mask, who the patient is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.shapes import Point


@dataclass(frozen=True, slots=True)
class JointMove:
    """A body point put where it belongs in one frame, and less and less so around it.

    Attributes:
        film: Index of the film in the analysis.
        point: The body point.
        frame: The frame in which it was put there, from 0.
        place_px: Where it belongs in that frame.
        first_frame, last_frame: The frames it is moved in, both included; what it is moved by
            fades to nothing just outside them.
    """

    film: int
    point: Landmark
    frame: int
    place_px: Point
    first_frame: int
    last_frame: int

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(0 <= self.first_frame <= self.frame <= self.last_frame, "frames are out of order")
        _check(bool(np.isfinite(self.place_px).all()), "the place is no place")


@dataclass(frozen=True, slots=True)
class SideSwap:
    """Frames in which left and right were taken for each other.

    Attributes:
        film: Index of the film in the analysis.
        first_frame, last_frame: The frames, from 0, both included.
        is_legs_alone: Whether head, trunk and arms were named rightly, as where legs cross.
    """

    film: int
    first_frame: int
    last_frame: int
    is_legs_alone: bool = False

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(0 <= self.first_frame <= self.last_frame, "frames are out of order")


@dataclass(frozen=True, slots=True, eq=False)
class MaskStroke:
    """One stroke of the brush over the patient's outline.

    Attributes:
        film: Index of the film in the analysis.
        frame: The frame, from 0.
        path_px: Places the middle of the brush went through, shape (places, 2), in order.
        radius_px: Of the brush.
        is_added: Whether what was brushed over belongs to the patient, or does not.
        last_frame: The last of the frames it counts in, from `frame` on: what stands still, as a
            chair, is no part of the patient in any of them. None for the one frame.
    """

    film: int
    frame: int
    path_px: FloatArray
    radius_px: float
    is_added: bool
    last_frame: int | None = None

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(self.frame >= 0, "there is no frame before the first")
        is_order = self.last_frame is None or self.last_frame >= self.frame
        _check(is_order, "frames are out of order")
        path = self.path_px
        _check(path.ndim == 2 and path.shape[1:] == (2,) and len(path) > 0, "the path is no path")
        _check(bool(np.isfinite(path).all()), "the path leads nowhere")
        _check(bool(np.isfinite(self.radius_px)) and self.radius_px > 0, "the brush has no size")


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Who of the people in a film is the patient.

    Corrections of the same film made before it were made on somebody else, and do not count.

    Attributes:
        film: Index of the film in the analysis.
        frame: The frame in which they were pointed at, from 0.
        place_px: A place on them.
        followed: Content hash of the files that hold the film followed from there, as
            `gaitdesk.jobs.choosing` keeps them; empty for the patient of the analysis itself.
    """

    film: int
    frame: int
    place_px: Point
    followed: str = ""

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(self.frame >= 0, "there is no frame before the first")
        _check(bool(np.isfinite(self.place_px).all()), "the place is no place")


@dataclass(frozen=True, slots=True)
class MaskClick:
    """A place that is the patient, or is not; by itself it changes nothing.

    A model that follows masks is told of it, and what it finds then is a `MaskRun`.

    Attributes:
        film: Index of the film in the analysis.
        frame: The frame it was clicked in, from 0.
        place_px: The place.
        is_patient: Whether the place is on the patient, or on something else.
    """

    film: int
    frame: int
    place_px: Point
    is_patient: bool

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(self.frame >= 0, "there is no frame before the first")
        _check(bool(np.isfinite(self.place_px).all()), "the place is no place")


@dataclass(frozen=True, slots=True)
class MaskRun:
    """Frames whose mask a model has followed anew, from what was said of some of them.

    What a person painted in these frames before it stands in its masks already; strokes made after
    it count on top of them.

    Attributes:
        film: Index of the film in the analysis.
        first_frame, last_frame: The frames, from 0, both included.
        masks: Content hash of the file that holds the masks, as `gaitdesk.jobs.mask_files` keeps
            them.
        model: What followed them, one line.
    """

    film: int
    first_frame: int
    last_frame: int
    masks: str
    model: str = ""

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(0 <= self.first_frame <= self.last_frame, "frames are out of order")
        _check(bool(self.masks), "the masks are nowhere")


Correction = JointMove | SideSwap | MaskStroke | PersonChoice | MaskClick | MaskRun


@dataclass(frozen=True, slots=True)
class MaskWanted:
    """Frames whose mask is to be followed anew; what comes of it is a `MaskRun`.

    Attributes:
        film: Index of the film in the analysis.
        frame: The frame it was asked for in, from 0.
        first_frame, last_frame: The frames, both included.
        package: Name of the model that is to follow it.
        words: What the patient is called, for a model that reads; empty for clicks alone.
    """

    film: int
    frame: int
    first_frame: int
    last_frame: int
    package: str
    words: str = ""

    def __post_init__(self) -> None:
        _check(self.film >= 0, "there is no film before the first")
        _check(0 <= self.first_frame <= self.last_frame, "frames are out of order")
        _check(self.first_frame <= self.frame <= self.last_frame, "the frame is not one of them")


def frames_of(correction: Correction) -> tuple[int, int]:
    """First and last frame a correction is about, both included."""
    if isinstance(correction, JointMove | SideSwap | MaskRun):
        return correction.first_frame, correction.last_frame
    if isinstance(correction, MaskStroke) and correction.last_frame is not None:
        return correction.frame, correction.last_frame
    return correction.frame, correction.frame


def _check(is_right: bool, otherwise: str) -> None:
    if not is_right:
        raise ValueError(otherwise)
