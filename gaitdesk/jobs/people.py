"""Films followed anew for another person, kept beside the store by what is in them.

They stay although nobody chooses that person any more: what is undone can be done again without
following anyone anew. They go when the patient is erased.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A film as it was followed, on the disk and not in its place yet.

    Attributes:
        name: What it is kept under: a hash of its content.
    """

    name: str
    _at: Path

    def keep(self) -> None:
        """Let it be in its place, unless the same is there already.

        Together with the entry that names it: what lies there without one is a stray.
        """
        place = self._at.with_name(self.name)
        if not place.exists():
            self._at.replace(place)


@contextlib.contextmanager
def drafted(film: FilmAnalysis, provenance: Provenance, folder: Path) -> Iterator[Draft]:
    """Write a film as it was followed; what is not kept in the block is gone at its end.

    Args:
        film: The film, with passes, events and angles.
        provenance: What followed it, and when.
        folder: The data folder.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the files.
    """
    draft = folder / PEOPLE / f".{uuid.uuid4().hex}"
    try:
        write_analysis(Analysis(Patient(), (film,), provenance=provenance), draft)
        yield Draft(_content_hash(draft), draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def followed_film(folder: Path, name: str, film: FilmAnalysis) -> FilmAnalysis:
    """A film as `Draft.keep` kept it.

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
