"""Everything one analysis found out about one walk; also the form of a phantom's truth."""

from __future__ import annotations

from dataclasses import dataclass, field

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.gait import (
    AngleTrack,
    CycleCurve,
    GaitCycle,
    GaitEvent,
    Pass,
    Spatiotemporal,
    VariableScore,
)
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Sync, Video

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class FilmAnalysis:
    """What was found in one film.

    Attributes:
        video: The film.
        plane: The plane it was given as.
        pose: Body points of the patient.
        mask: The patient's mask; None where no mask model ran.
        people: Greatest number of people seen in one frame.
        passes: Walks across the picture.
        events: Gait events seen in this film (for a coronal film: transferred to it).
        angles: Projected angles in every frame, and for a phantom the angles in space.
        notes: What is wrong with the film and what follows, one sentence each.
        is_camera_fixed: Whether the camera stood still.
    """

    video: Video
    plane: Plane
    pose: PoseTrack
    mask: MaskTrack | None = None
    people: int = 0
    passes: tuple[Pass, ...] = ()
    events: tuple[GaitEvent, ...] = ()
    angles: tuple[AngleTrack, ...] = ()
    notes: tuple[str, ...] = ()
    is_camera_fixed: bool = True

    @property
    def found_pct(self) -> float:
        """Share of frames in which the patient was found."""
        return 100.0 * float(self.pose.is_seen.mean()) if len(self.pose) else 0.0


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an analysis.

    Attributes:
        software: Name and version.
        models: Each model's name, version, SHA-256 and licence, one line each.
        device: Where the networks ran.
        made_at: ISO 8601 with zone.
        seconds: How long it took.
    """

    software: str = ""
    models: tuple[str, ...] = ()
    device: str = ""
    made_at: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything one analysis found out about one walk.

    Attributes:
        patient, conditions: Who walked and how.
        films: What each film showed; other values refer to films by index.
        sync: Each coronal film on the time axis of a sagittal one.
        cycles: Gait cycles of the sagittal films.
        curves: Angles over the cycle.
        spatiotemporal: Cadence and the like.
        variable_scores: 2D Gait Variable Scores, sagittal subset.
        scoresheet: The EVGS of both limbs.
        provenance: What made it.
        background: What is known of the child before it walks.
        referral: What the visit is to answer.
        narrative: What the reviewer wrote of the whole.
    """

    patient: Patient
    films: tuple[FilmAnalysis, ...]
    conditions: Conditions = field(default_factory=Conditions)
    sync: tuple[Sync, ...] = ()
    cycles: tuple[GaitCycle, ...] = ()
    curves: tuple[CycleCurve, ...] = ()
    spatiotemporal: tuple[Spatiotemporal, ...] = ()
    variable_scores: tuple[VariableScore, ...] = ()
    scoresheet: Scoresheet = field(default_factory=Scoresheet)
    provenance: Provenance = field(default_factory=Provenance)
    background: Background = field(default_factory=Background)
    referral: Referral = field(default_factory=Referral)
    narrative: Narrative = field(default_factory=Narrative)
