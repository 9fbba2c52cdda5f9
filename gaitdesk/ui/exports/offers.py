"""Everything that can leave the desk: what it holds, what it is for, and what it needs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.errors import ExchangeLibraryMissing, GaitDeskError
from gaitdesk.domain.refusals import NamesLocked, PassphraseNeeded
from gaitdesk.i18n import listed, tr
from gaitdesk.store.consents import purpose_words
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store

_CARE = (Purpose.CARE,)
_ANY = (Purpose.CARE, Purpose.RESEARCH, Purpose.TRAINING)
_OTHERS = (Purpose.RESEARCH, Purpose.TRAINING)
_LEARNING = (Purpose.TRAINING, Purpose.RESEARCH)


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can leave the desk.

    Attributes:
        form: What it is.
        purposes: What it may be for; consent must cover the one chosen.
        leaving: How much of who the patient is goes along, unless the name is asked for.
        ending: Of the file; empty for a folder.
        needs: Module and name of a library that it takes; both empty for none.
        can_name: Whether the patient's name may stand in the place of the pseudonym.
        shows_films: Whether pictures of the films go along, so that the films must be there.
        can_choose_frames: Whether frames in which nothing was corrected may be left out.
    """

    form: ExportForm
    purposes: tuple[Purpose, ...] = _CARE
    leaving: Leaving = Leaving.PSEUDONYMOUS
    ending: str = ""
    needs: tuple[str, str] = ("", "")
    can_name: bool = False
    shows_films: bool = False
    can_choose_frames: bool = False

    @property
    def is_of_all(self) -> bool:
        """Whether it is made of all visits that are kept, rather than of one."""
        return self.form is ExportForm.RESEARCH

    def leaving_when(self, is_named: bool) -> Leaving:
        """How much of who the patient is goes along."""
        return Leaving.IDENTIFIED if is_named and self.can_name else self.leaving


OFFERS = (
    Offer(ExportForm.REPORT, ending=".pdf", can_name=True, shows_films=True),
    Offer(ExportForm.CSV, _ANY, ending=".csv"),
    Offer(ExportForm.JSON, _ANY, ending=".json"),
    Offer(ExportForm.COCO, _ANY, ending=".json"),
    Offer(
        ExportForm.DICOM,
        ending=".dcm",
        needs=("pydicom", "pydicom"),
        can_name=True,
        shows_films=True,
    ),
    Offer(
        ExportForm.FHIR,
        ending=".json",
        needs=("fhir", "fhir.resources"),
        can_name=True,
        shows_films=True,
    ),
    Offer(ExportForm.CASE, _OTHERS, Leaving.DEIDENTIFIED, ".zip", shows_films=True),
    Offer(
        ExportForm.LABELS,
        _LEARNING,
        Leaving.DEIDENTIFIED,
        shows_films=True,
        can_choose_frames=True,
    ),
    Offer(ExportForm.CHALLENGE, _LEARNING, Leaving.DEIDENTIFIED, shows_films=True),
    Offer(ExportForm.RESEARCH, (Purpose.RESEARCH,)),
)
"""In the order in which they are offered."""


def title(form: ExportForm) -> str:
    """What an export is called in the list."""
    return {
        ExportForm.REPORT: tr("Report, PDF"),
        ExportForm.RESULTS: tr("All results, in a folder"),
        ExportForm.CSV: tr("Scores as a table, CSV"),
        ExportForm.JSON: tr("Analysis, JSON"),
        ExportForm.COCO: tr("Body points, COCO"),
        ExportForm.DICOM: tr("Report for the archive, DICOM"),
        ExportForm.FHIR: tr("Report for the record, FHIR"),
        ExportForm.CASE: tr("Case with heads hidden"),
        ExportForm.LABELS: tr("Training data, COCO"),
        ExportForm.CHALLENGE: tr("Training data, CGV layout"),
        ExportForm.RESEARCH: tr("Research table, all visits"),
    }[form]


def holds(form: ExportForm) -> str:
    """What is in an export, in a sentence or two."""
    return {
        ExportForm.REPORT: tr(
            "The printed report of this visit: form, totals, curves, and stills with the face"
            " under a mosaic. Comments go along as they were typed."
        ),
        ExportForm.RESULTS: tr("Everything that was found, with films that show the child."),
        ExportForm.CSV: tr(
            "Every item of both limbs with its score, its direction and what the readers said."
            " Comments go along as they were typed."
        ),
        ExportForm.JSON: tr(
            "Everything that was found in the films but body points: events, cycles, angles and"
            " scores, in a documented form. Films are called by their number."
        ),
        ExportForm.COCO: tr(
            "Where every joint and the silhouette is in every frame, without any picture. How a"
            " child walks can identify them."
        ),
        ExportForm.DICOM: tr(
            "The printed report wrapped for an archive of pictures (PACS): DICOM Encapsulated PDF."
        ),
        ExportForm.FHIR: tr(
            "The printed report with every score as an observation, for a hospital's record"
            " system: a FHIR bundle."
        ),
        ExportForm.CASE: tr(
            "The films with a mosaic over every head and all around the child, body points and"
            " scores, under a pseudonym made for this case. Frames in which the head was lost are"
            " grey. No sound, place, day or device."
        ),
        ExportForm.LABELS: tr(
            "Pictures with heads hidden, and where every joint and the body is in them, to train"
            " other models with. What a person corrected is marked. In a folder."
        ),
        ExportForm.CHALLENGE: tr(
            "The films with heads hidden, body points and masks of every frame, and the scores that"
            " a person gave or confirmed, in the layout of ChildGait-Video's challenge. GaitDesk"
            " learns from such a folder too."
        ),
        ExportForm.RESEARCH: tr(
            "Two tables with the scores of every visit whose patient has agreed: no name, no day"
            " and no comment."
        ),
    }[form]


def leaving_words(leaving: Leaving) -> str:
    """How much of who the patient is goes along, for people."""
    return {
        Leaving.IDENTIFIED: tr("Identified: the patient's name goes along"),
        Leaving.PSEUDONYMOUS: tr("Pseudonymous: your pseudonym in the place of the name"),
        Leaving.DEIDENTIFIED: tr("Faces under a mosaic, another pseudonym; still not anonymous"),
    }[leaving]


def purpose_title(purpose: Purpose) -> str:
    """A purpose as it begins a line."""
    words = purpose_words(purpose)
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot leave the desk now.

    Attributes:
        text: The exact sentence.
        mends: What mends it: "consent", "films", "names", or nothing that the window can do.
    """

    text: str
    mends: str = ""


def obstacle(
    store: Store, session: SessionId | None, offer: Offer, purpose: Purpose, is_named: bool = False
) -> Obstacle | None:
    """What stands in the way of an export; None where nothing does.

    Args:
        store: The store, by whoever is at the desk.
        session: The visit; None where none is open.
        offer: The export.
        purpose: What for.
        is_named: Whether the patient's name shall go along.
    """
    module, library = offer.needs
    if module and importlib.util.find_spec(module) is None:
        return Obstacle(str(ExchangeLibraryMissing([library])))
    if offer.is_of_all:
        return _none_agreed(store)
    if session is None:
        return Obstacle(tr("No visit is open. Open the visit that is to be exported first."))
    try:
        store.readings.check_may_see(session)
    except GaitDeskError as refusal:
        return Obstacle(str(refusal))
    try:
        store.consents.check(session, purpose)
    except GaitDeskError as refusal:
        return Obstacle(str(refusal), "consent")
    nameless = _nameless(store, session) if is_named and offer.can_name else None
    if nameless is not None:
        return nameless
    missing = missing_films(store, session) if offer.shows_films else ()
    if missing:
        return Obstacle(
            tr(
                "Not found where they were: {names}. Look for the films first; nothing was written."
            ).format(names=listed(missing)),
            "films",
        )
    return None


def _nameless(store: Store, session: SessionId) -> Obstacle | None:
    """Why the patient's name cannot go along; None where it can."""
    if store.vault.is_locked:
        if not store.keys.has_passphrase():
            return Obstacle(str(PassphraseNeeded(store.rater)))
        return Obstacle(str(NamesLocked()), "names")
    if store.identity(store.visit(session).patient) is None:
        return Obstacle(
            tr(
                "No name of this patient is kept. Leave the name out, or keep it first: Records,"
                " Name of the child."
            )
        )
    return None


def agreed(store: Store) -> tuple[int, int]:
    """How many patients have agreed to research, and how many there are."""
    patients = store.patients()
    given = sum(store.consents.is_given(one.id, Purpose.RESEARCH) for one in patients)
    return given, len(patients)


def _none_agreed(store: Store) -> Obstacle | None:
    if agreed(store)[0]:
        return None
    return Obstacle(
        tr(
            "No patient has agreed to research, so there is nothing to export. Record the consent"
            " with each patient first."
        )
    )


def missing_films(store: Store, session: SessionId) -> tuple[str, ...]:
    """Names of films of a visit that are not where they were."""
    paths: Iterable[Path] = (store.folder / one.path for one in store.films(session).values())
    return tuple(path.name for path in paths if not path.is_file())
