"""A phantom's visit of four films, painted quickly instead of rendered: two walks, two cameras."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import BONES, Landmark, Side
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.jobs.analysing import AnalysisOrder, concluded, with_gait
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.look import Look
from gaitdesk.phantom.patterns import limbs_of
from gaitdesk.phantom.session import Staging, Visit, unfilmed
from gaitdesk.scoring.calibration import calibration_of

STAGING = Staging(fps=30, width=320, height=180)


def painted_visit(
    folder: Path, staging: Staging = STAGING, distance_m: float = 1.2, *, is_one_way: bool = True
) -> Analysis:
    """The visit read by the rules from exact body points, its films in a folder.

    Args:
        folder: Where the films go.
        staging: How it is filmed.
        distance_m: How far the child walks before it turns.
        is_one_way: Whether only one pass of each film is taken for a walk, there in the first
            and back in the second, so that each limb is near a camera once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = AnalysisOrder(())
    calibration = calibration_of("exact")
    films: list[FilmAnalysis] = []
    links = []
    for number, pattern in enumerate(("crouch", "true_equinus")):
        limbs = limbs_of(pattern, Side.LEFT)
        visit = Visit(
            pattern, 9, build_of(9, 1), limbs, Look(), distance_m=distance_m, staging=staging
        )
        truth = unfilmed(visit)
        first = len(films)
        order = replace(order, patient=truth.patient)
        links += [
            replace(one, sagittal=first + one.sagittal, coronal=first + one.coronal)
            for one in truth.sync
        ]
        for film in truth.films:
            shown = _painted(film, folder / f"{pattern}-{film.video.path.name}")
            found = with_gait(shown, True, calibration, truth.patient)
            passes = (found.passes[number],) if is_one_way else found.passes
            films.append(replace(found, passes=passes))
    analysis = concluded(films, links, order, calibration)
    return replace(analysis, provenance=replace(analysis.provenance, models=("exact", "phantom")))


def _painted(film: FilmAnalysis, path: Path) -> FilmAnalysis:
    """A film of thick limbs before stripes, and what is exactly known of it."""
    masks = []
    with FilmWriter(path, round(film.video.fps)) as writer:
        for points in film.pose.points_px:
            height, width = film.video.height, film.video.width
            mask = np.zeros((height, width), np.uint8)
            for start, end in BONES:
                places = [tuple(int(v) for v in np.round(points[p])) for p in (start, end)]
                cv2.line(mask, *places, 1, max(3, height // 32))
            nose = tuple(int(v) for v in np.round(points[Landmark.NOSE]))
            cv2.circle(mask, nose, max(4, height // 24), 1, -1)
            picture = np.repeat(40 + 60 * (np.arange(width) // 32 % 2), 3).astype(np.uint8)
            picture = np.tile(picture.reshape(1, width, 3), (height, 1, 1))
            picture[mask > 0] = 230
            writer.write(picture)
            masks.append(FrameMask.of(mask > 0))
    video = probe(path)
    assert video.frame_count == len(masks)
    held = MaskTrack(video.width, video.height, tuple(masks))
    return FilmAnalysis(video, film.plane, film.pose, held)
