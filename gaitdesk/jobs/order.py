"""What is asked of an analysis; the window asks it long before the analysis is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs.reading import Readers

# Below this a foot moves a quarter of a stride between two frames.
SLOWEST_FPS = 20.0
FEWEST_FRAMES = 20


@dataclass(frozen=True, slots=True)
class FilmChoice:
    """One film to analyse, as the user chose it.

    Attributes:
        path: The file.
        plane: The plane it was recorded for.
        is_mirrored: Whether the picture is a mirror image.
        rotation_deg: Clockwise turn that makes it upright; None takes the file's word.
        patient_at: A place on the patient in the first frame they are seen in, pixels; None
            takes the person who walks farthest.
        patient_in: A frame; `patient_at` is then a place on the patient in this one.
    """

    path: Path
    plane: Plane
    is_mirrored: bool = False
    rotation_deg: int | None = None
    patient_at: Point | None = None
    patient_in: int | None = None


@dataclass(frozen=True, slots=True)
class AnalysisOrder:
    """What is to be analysed.

    Attributes:
        films: The films of one walk or session, in any order.
        patient, conditions: Who walks and how.
        offset_s: Offset of every coronal film against the sagittal one of the same number; None
            lets it be proposed from the motion.
        readers: Who proposes the scores.
        network: Package of the network; None takes the first that is there.
        pose: Package of a model that sees body points better; None stays with the default.
        mask: Package of a model that follows masks better; None stays with the default.
        words: What the child is called, for a model of masks that reads; None for the box in
            which the default found the child.
        background: What is known of the child before it walks.
        referral: What the visit is to answer.
    """

    films: tuple[FilmChoice, ...]
    patient: Patient = field(default_factory=Patient)
    conditions: Conditions = field(default_factory=Conditions)
    offset_s: float | None = None
    readers: Readers = Readers.RULES
    network: str | None = None
    pose: str | None = None
    mask: str | None = None
    words: str | None = None
    background: Background = field(default_factory=Background)
    referral: Referral = field(default_factory=Referral)


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """What is known of the films before anything is scored.

    Attributes:
        films: The films with passes, events and angles.
    """

    films: tuple[FilmAnalysis, ...]
