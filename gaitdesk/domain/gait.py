"""Passes, gait events, cycles, angles and curves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.measure import Measure
from gaitdesk.domain.recording import View


class EventKind(StrEnum):
    """Whether the foot meets or leaves the ground."""

    INITIAL_CONTACT = "initial_contact"
    FOOT_OFF = "foot_off"


@dataclass(frozen=True, slots=True)
class GaitEvent:
    """A foot meeting or leaving the ground.

    Attributes:
        side: The foot it concerns.
        kind: Whether it meets or leaves the ground.
        frame: Index into the film, from 0.
        time_s: Time of the event in the film; between frames where that is known.
        confidence: 0 to 1; low where the detectors disagree.
    """

    side: Side
    kind: EventKind
    frame: int
    time_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Pass:
    """One walk across the picture in one direction.

    Attributes:
        view: How the camera saw the child.
        first_frame, last_frame: Frames of the pass, both included.
        direction: Walking direction in the picture: +1 to image right, -1 to image left, 0 for
            coronal views.
        confidence: 0 to 1, of the view and direction.
    """

    view: View
    first_frame: int
    last_frame: int
    direction: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class GaitCycle:
    """From one initial contact of a foot to the next of the same foot.

    Times are of the film the cycle was seen in; None where an event was not found.

    Attributes:
        side: The foot.
        film: Index of the film in the analysis.
        start_s, end_s: The two initial contacts.
        foot_off_s: When the foot left the ground in between.
        opposite_foot_off_s, opposite_contact_s: The other foot's events in between.
        confidence: 0 to 1.
        mid_stance_s: When the other, swinging foot passes this one, as seen from the side.
        mid_swing_s: When this foot, swinging, passes the other one: the other limb's mid-stance.
    """

    side: Side
    film: int
    start_s: float
    end_s: float
    foot_off_s: float | None = None
    opposite_foot_off_s: float | None = None
    opposite_contact_s: float | None = None
    confidence: float = 1.0
    mid_stance_s: float | None = None
    mid_swing_s: float | None = None

    @property
    def duration_s(self) -> float:
        """Stride time."""
        return self.end_s - self.start_s

    def pct(self, time_s: float) -> float:
        """Per cent of the cycle at a time."""
        return 100.0 * (time_s - self.start_s) / self.duration_s


class Variable(StrEnum):
    """An angle that is followed through the walk; the named direction is positive."""

    TRUNK_FORWARD_LEAN = "trunk_forward_lean_deg"
    TRUNK_LATERAL_LEAN = "trunk_lateral_lean_deg"
    PELVIC_TILT = "pelvic_tilt_deg"
    PELVIC_OBLIQUITY = "pelvic_obliquity_deg"
    PELVIC_ROTATION = "pelvic_rotation_deg"
    HIP_FLEXION = "hip_flexion_deg"
    HIP_ADDUCTION = "hip_adduction_deg"
    HIP_ROTATION = "hip_rotation_deg"
    KNEE_FLEXION = "knee_flexion_deg"
    ANKLE_DORSIFLEXION = "ankle_dorsiflexion_deg"
    FOOT_PITCH = "foot_pitch_deg"
    FOOT_PROGRESSION = "foot_progression_deg"
    KNEE_PROGRESSION = "knee_progression_deg"
    HINDFOOT_VALGUS = "hindfoot_valgus_deg"
    TRUNK_SHIFT = "trunk_shift_mm"


@dataclass(frozen=True, slots=True, eq=False)
class AngleTrack:
    """One angle in every frame of a film.

    Signs: flexion, dorsiflexion, adduction, internal rotation, forward, valgus, and "this side
    up / forward" for the pelvis are positive; knee and foot progression external positive.

    Attributes:
        variable: Which angle.
        side: Whose limb, or whose point of view for pelvis and trunk.
        values: Shape (frames,), NaN where unknown; degrees, millimetres for the trunk shift.
        is_projected: Whether the angle is measured in the picture; False for the joint's own
            angle in space.
    """

    variable: Variable
    side: Side
    values: FloatArray
    is_projected: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class CycleCurve:
    """One angle over the gait cycle, averaged over the cycles used.

    Attributes:
        variable, side: Which angle of which limb.
        mean, sd: At 0, 1, ... 100 % of the cycle, shape (101,); NaN where unknown.
        cycles: How many cycles went in.
        foot_off_pct: Mean foot off, NaN where unknown.
        mid_stance_pct, mid_swing_pct: Mean moments at which the feet pass, NaN where unknown.
    """

    variable: Variable
    side: Side
    mean: FloatArray
    sd: FloatArray
    cycles: int
    foot_off_pct: float
    mid_stance_pct: float = np.nan
    mid_swing_pct: float = np.nan


class Parameter(StrEnum):
    """A spatiotemporal parameter."""

    CADENCE = "cadence"
    SPEED = "speed"
    STRIDE_TIME = "stride_time"
    STRIDE_LENGTH = "stride_length"
    STEP_LENGTH = "step_length"
    STEP_TIME = "step_time"
    STANCE = "stance"
    SWING = "swing"
    DOUBLE_SUPPORT = "double_support"
    SINGLE_SUPPORT = "single_support"


@dataclass(frozen=True, slots=True)
class Spatiotemporal:
    """One spatiotemporal parameter.

    Attributes:
        parameter: Which.
        side: The limb, None where it concerns the walk.
        measure: Value with unit and error.
    """

    parameter: Parameter
    side: Side | None
    measure: Measure


@dataclass(frozen=True, slots=True)
class VariableScore:
    """Gait Variable Score of one projected angle: RMS distance from the normal mean.

    Source:
        Baker et al. (2009), Gait & Posture 30(3), 265-269.
    """

    variable: Variable
    side: Side
    score_deg: float
