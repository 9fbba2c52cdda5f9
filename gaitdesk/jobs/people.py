"""Films followed anew for another person, kept beside the store by what is in them.

They stay although nobody chooses that person any more: what is undone can be done again without
following anyone anew. They go when the patient is erased.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.correction import Correction
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.patient import Patient
from gaitdesk.i18n import tr
from gaitdesk.perception.correct import of_chosen_person
from gaitdesk.report.interchange import (
    ANALYSIS_FILE,
    KEYPOINTS_FILE,
    read_analysis,
    write_analysis,
)
from gaitdesk.store.erasing import PEOPLE

_FILES = (ANALYSIS_FILE, KEYPOINTS_FILE)
_MOST_READ = 4


def keep_followed(film: FilmAnalysis, provenance: Provenance, folder: Path) -> str:
    """Keep a film as it was followed; when this returns, it is on the disk.

    Args:
        film: The film, with passes, events and angles.
        provenance: What followed it, and when.
        folder: The data folder.

    Returns:
        The name it is kept under: a hash of its content.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the files.
    """
    people = folder / PEOPLE
    draft = people / f".{uuid.uuid4().hex}"
    try:
        write_analysis(Analysis(Patient(), (film,), provenance=provenance), draft)
        name = _content_hash(draft)
        if not (people / name).exists():
            draft.replace(people / name)
        return name
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def followed_film(folder: Path, name: str, film: FilmAnalysis) -> FilmAnalysis:
    """A film as `keep_followed` kept it.

    Args:
        folder: The data folder.
        name: What it is kept under.
        film: The same film as the analysis found it, which says where it lies now.

    Raises:
        AnalysisUnreadable: The files are missing, or are not those that were kept.
    """
    held = _read(folder / PEOPLE / name)
    return FilmAnalysis(
        video=film.video,
        plane=film.plane,
        pose=held.pose,
        mask=held.mask,
        people=held.people,
        passes=held.passes,
        events=held.events,
        angles=held.angles,
        notes=held.notes,
        is_camera_fixed=held.is_camera_fixed,
    )


def of_patient(folder: Path, film: FilmAnalysis, corrections: Sequence[Correction]) -> FilmAnalysis:
    """A film with what was found of the person chosen last.

    Args:
        folder: The data folder.
        film: As the analysis found it.
        corrections: Of this film, in the order they were made in.

    Raises:
        AnalysisUnreadable: As `followed_film`.
    """
    choice, _ = of_chosen_person(corrections)
    if choice is None or not choice.followed:
        return film
    return followed_film(folder, choice.followed, film)


# What stands under a hash never changes.
@lru_cache(maxsize=_MOST_READ)
def _read(place: Path) -> FilmAnalysis:
    if _content_hash(place) != place.name:
        raise AnalysisUnreadable(
            tr(
                "{name} is missing, or is not the file that was kept; undo the choice of the"
                " person, or choose them again"
            ).format(name=place)
        )
    return read_analysis(place).films[0]


def _content_hash(place: Path) -> str:
    """One hash of both files; empty where one is missing."""
    whole = hashlib.sha256()
    try:
        for name in _FILES:
            whole.update(hashlib.sha256((place / name).read_bytes()).digest())
    except OSError:
        return ""
    return whole.hexdigest()
