"""A case for others: an analysis without names, days and words of the clinic, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gaitdesk import __version__
from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import in_english, tr
from gaitdesk.report.background_words import (
    ASSISTANCE,
    COOPERATION,
    DIAGNOSES,
    MUSCLES,
    ORTHOSES,
    SURGERIES,
    offered_alone,
)
from gaitdesk.report.headless import frames_words

README_FILE = "README.txt"
CASE_FILE = "case.json"
CASE_SCHEMA = "gaitdesk-case"


@dataclass(frozen=True, slots=True)
class CaseFilm:
    """One film of a case.

    Attributes:
        name: Its file.
        frames: How many it has.
        blanked: Those that are grey, because the head could not be located; from 0.
        sha256: Of the file.
    """

    name: str
    frames: int
    blanked: tuple[int, ...]
    sha256: str


def film_name(number: int, film: FilmAnalysis) -> str:
    """File name of a film of a case; it does not repeat the film's own, which may name a child."""
    return f"film-{number + 1}-{film.plane.value}.mp4"


def pseudonymous(analysis: Analysis, pseudonym: str, films: Sequence[CaseFilm]) -> Analysis:
    """The analysis under another pseudonym, without days, places, cameras and free words.

    Body points, events, angles and scores stay; the silhouette, which has a profile, does not.

    Args:
        analysis: What was found.
        pseudonym: What the case is known by.
        films: The films that stand in the place of the analysis' own.
    """
    patient, walked = analysis.patient, analysis.conditions
    # A day of birth could be told from an age with decimals and the season of a film.
    age = None if patient.age_years is None else float(int(patient.age_years))
    return replace(
        analysis,
        patient=replace(patient, pseudonym=pseudonym, age_years=age, measured_on=None),
        conditions=Conditions(
            walked.footwear,
            walked.aid,
            orthosis=offered_alone(walked.orthosis, ORTHOSES),
            assistance=offered_alone(walked.assistance, ASSISTANCE),
            cooperation=offered_alone(walked.cooperation, COOPERATION),
        ),
        background=_coded(analysis.background),
        referral=Referral(),
        narrative=Narrative(),
        films=tuple(
            replace(film, video=_bare(film.video, case), mask=None, notes=())
            for film, case in zip(analysis.films, films, strict=True)
        ),
        scoresheet=Scoresheet(
            MappingProxyType(
                {
                    place: replace(cell, comment="")
                    for place, cell in analysis.scoresheet.cells.items()
                }
            )
        ),
        provenance=replace(analysis.provenance, device="", made_at="", seconds=0.0),
    )


def _coded(background: Background) -> Background:
    """What was chosen from what is offered, without days and without anybody's own words."""
    return replace(
        background,
        diagnosis=offered_alone(background.diagnosis, DIAGNOSES),
        treatments=tuple(
            replace(one, what=offered_alone(one.what, (*SURGERIES, *MUSCLES)), when="")
            for one in background.treatments
        ),
    )


def _bare(video: Video, case: CaseFilm) -> Video:
    return Video(
        path=Path(case.name),
        times_s=video.times_s,
        width=video.width,
        height=video.height,
        codec="h264",
        sha256=case.sha256,
    )


def case_facts(pseudonym: str, films: Sequence[CaseFilm], purpose: str) -> dict[str, Any]:
    """What `case.json` says."""
    return {
        "schema": CASE_SCHEMA,
        "schema_version": 1,
        "is_pseudonymous": True,
        "is_anonymous": False,
        "pseudonym": pseudonym,
        "purpose": purpose,
        "software": f"GaitDesk {__version__}",
        "films": [
            {
                "file": film.name,
                "frames": film.frames,
                "blanked_frames": list(film.blanked),
                "sha256": film.sha256,
            }
            for film in films
        ],
    }


@in_english()
def readme(pseudonym: str, films: Sequence[CaseFilm], purpose: str) -> str:
    """What `README.txt` says."""
    lines = [
        tr("Gait analysis case {pseudonym}").format(pseudonym=pseudonym),
        "",
        tr(
            "This case is pseudonymous, not anonymous: how a person walks can identify them. Keep"
            " it as the consent it was given under asks, which is for {purpose}, and do not try to"
            " find out who it shows."
        ).format(purpose=purpose),
        "",
        tr("What it holds:"),
        *(
            "  "
            + tr("{name}: {frames} frames, heads under a mosaic; no sound").format(
                name=film.name, frames=film.frames
            )
            for film in films
        ),
        "  " + tr("analysis.json, keypoints.coco.json: body points, events, angles and scores"),
        "  " + tr("scoresheet.csv: the scores as a table"),
        "  " + tr("case.json: the same facts as this text, for programs"),
        "",
        tr("Frames that are grey because the head could not be located, counted from 1:"),
        *(f"  {film.name}: {frames_words(film.blanked) or '-'}" for film in films),
        "",
        tr(
            "Taken out: name and earlier pseudonym, all days and times of day, sound, places,"
            " camera and program data of the films, their file names, the silhouette, comments and"
            " notes, who referred the child and why, and of diagnosis and treatments what somebody"
            " typed in words of their own. The age is in whole years. The films were coded anew;"
            " frames and their times are those of the originals, counted from the first."
        ),
        "",
        tr(
            "Not taken out: the body below the head, clothes, and how the child walks. All around"
            " the child is under a mosaic too."
        ),
    ]
    return "\n".join(lines) + "\n"
