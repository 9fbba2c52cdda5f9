"""A made-up child's visit for pictures of the window: filmed, and read by the rules."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.analysing import AnalysisOrder, concluded, with_gait
from gaitdesk.jobs.phantoming import PhantomOrder, ordered_visit
from gaitdesk.phantom.session import Staging, cameras_of, film_plane, motion_of
from gaitdesk.phantom.truth import TrueFilm, truth_of
from gaitdesk.scoring.calibration import calibration_of

ORDER = PhantomOrder(
    "crouch", distance_m=2.2, staging=Staging(width=960, height=540, fps=50, coronal_fps=25)
)
"""Two strides there and back: enough to be scored, and filmed in half a minute."""


def phantom_visit(folder: Path) -> Analysis:
    """Film a phantom, one camera a process, and read its exact body points by the rules."""
    visit = ordered_visit(ORDER)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        films = pool.starmap(_filmed, [(plane, folder) for plane in Plane])
    child = Patient("Child-0417", visit.age_years, 1.29)
    truth = truth_of(motion_of(visit), films, child, Conditions("Barefoot", "None"))
    calibration = calibration_of("")
    order = AnalysisOrder((), truth.patient, truth.conditions)
    read = [with_gait(film, True, calibration, order.patient) for film in truth.films]
    return concluded(read, truth.sync, order, calibration)


def _filmed(plane: Plane, folder: Path) -> TrueFilm:
    visit = ordered_visit(ORDER)
    motion = motion_of(visit)
    return finish(film_plane(visit, motion, plane, cameras_of(visit, motion)[plane], folder))
