"""A patient is erased: name, films copied in and analyses; the journal stays whole."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.os_words import os_words
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.refusals import NotErased
from gaitdesk.i18n import tr
from gaitdesk.store.edits import PatientId
from gaitdesk.store.store import Store


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of a patient's files.

    Attributes:
        removed: Films copied in, and folders of analyses, that were removed.
        left: Films elsewhere that the visits only referred to; they are for the clinic to remove.
    """

    removed: tuple[Path, ...]
    left: tuple[Path, ...]


def erase_patient(
    patient: PatientId, reason: str, folder: Path | None = None, rater: str = ""
) -> Job[Erased]:
    """Erase a patient.

    The name goes first and at once, from the store and from its backups; then films that were
    copied in, and analyses. What remains in the journal is a pseudonym, scores and the fact that
    the patient was erased; it verifies as before. Stopped in the middle, it is done again to
    finish.

    Args:
        patient: Who.
        reason: Why, without a name.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.

    Yields:
        Each file or folder that is removed.

    Raises:
        NotErased: A file could not be removed.
        GaitDeskError: As the store.
    """
    yield Progress(0, None, tr("Erasing the patient"))
    with Store.open(folder, rater=rater) as store:
        store.erase_patient(patient, reason)
        files = store.files_of(patient)
    for number, place in enumerate(files.inside):
        yield Progress(number, len(files.inside), tr("Removing {name}").format(name=place.name))
        try:
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        except OSError as error:
            raise NotErased(place, os_words(error)) from error
    return Erased(files.inside, files.outside)
