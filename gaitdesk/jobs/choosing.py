"""Another person than the one followed is the patient: who is there, and following them anew."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import gaitdesk
from gaitdesk.domain.analysis import Analysis, FilmAnalysis, Provenance
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.correction import PersonChoice
from gaitdesk.domain.errors import PatientNotVisible, PersonNotFollowed
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.recording import Sync, SyncSource, Video
from gaitdesk.i18n import in_english, noted, tr
from gaitdesk.jobs.analysing import follow_film, proposed_link, with_gait
from gaitdesk.jobs.eyes import better_eyes, eyes_of, points_by, provenances
from gaitdesk.jobs.keeping import kept_analysis, open_analysis
from gaitdesk.jobs.people import Draft, drafted, followed_film
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.model import PoseModel
from gaitdesk.perception.package import find_package
from gaitdesk.perception.present import Present, present_in
from gaitdesk.report.words import plane_word
from gaitdesk.scoring.calibration import calibration_of
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.edits import Edit, Kind, SessionId, sync_key
from gaitdesk.store.store import Store
from gaitdesk.store.wanted import note_wanted


@functools.cache
def embedded_model() -> PoseModel:
    """The embedded default, loaded once."""
    return BlazePose(find_package("blazepose"))


def people_in_frame(
    video: Video, frame: int, model: PoseModel | None = None
) -> Job[tuple[Present, ...]]:
    """Everyone who can be seen in one frame, from left to right.

    Args:
        video: The film.
        frame: The frame, from 0.
        model: Finds people; None takes the embedded default.

    Raises:
        VideoUnreadable: The film can no longer be decoded.
        ModelPackageInvalid: The model is missing.
    """
    yield Progress(0, None, tr("Looking for people"))
    model = embedded_model() if model is None else model
    with VideoReader(video) as reader:
        image = reader.frame(frame)
    yield Progress(0, None, tr("Looking for people"))
    return present_in(image, frame, model)


def choose_person(
    session: SessionId,
    wanted: PersonChoice,
    folder: Path | None = None,
    rater: str = "",
    model: PoseModel | None = None,
    better: BetterEyes | None = None,
) -> Job[bool]:
    """Take another person of a film for the patient, as one step that one undo takes back.

    They are followed through the whole film, and then seen by the models that saw the films of
    this visit; unless they were before: then what was found is still there. Events that were
    corrected on the earlier patient are put aside, and an offset between two films that nobody has
    stated is proposed anew from the new patient's motion.

    Whom somebody pointed at is noted first, so that a process that is killed meanwhile can go on:
    see `gaitdesk.store.wanted`. A job that is closed leaves the note.

    Args:
        session: The visit.
        wanted: Who was pointed at.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        model: Finds and follows people; None takes the embedded default.
        better: Models that look at them once more; None takes those the analysis names.

    Returns:
        Whether anything was changed; False where they are the patient already.

    Raises:
        PersonNotFollowed: They cannot be followed; nothing was changed.
        ModelPackageInvalid: A model that saw the films is not here any more; the text says which
            file goes where, and nothing was changed.
        GaitDeskError: As `open_analysis`, the reader of films, and the store.
    """
    with Store.open(folder, rater=rater) as store:
        note_wanted(store, session, wanted)
        try:
            finder = model or embedded_model()
            is_changed = yield from _choose(store, session, wanted, finder, better)
        except Exception:
            note_wanted(store, session, None)
            raise
        return is_changed


def _choose(
    store: Store,
    session: SessionId,
    wanted: PersonChoice,
    model: PoseModel,
    better: BetterEyes | None,
) -> Job[bool]:
    analysis = open_analysis(store, session)
    film = analysis.films[wanted.film]
    people = yield from people_in_frame(film.video, wanted.frame, model)
    if not people:
        raise PersonNotFollowed(film.video.path, wanted.frame)
    person = min(people, key=lambda each: math.dist(each.place_px, wanted.place_px))
    if person.is_at(film.pose.points_px[wanted.frame]):
        note_wanted(store, session, None)
        return False
    name, followed = _known(store, session, wanted, person)
    if followed is not None:
        choice = replace(wanted, place_px=person.place_px, followed=name)
        _keep(store, session, analysis, choice, followed)
    else:
        if better is None:
            yield Progress(0, 1000, tr("Loading the model"))
            better = better_eyes(*eyes_of(analysis.provenance.models))
        followed = yield from _followed(analysis, wanted, person, model, better)
        yield Progress(995, 1000, tr("Keeping what was found"))
        provenance = Provenance(
            software=f"GaitDesk {gaitdesk.__version__}",
            models=provenances(model, better),
            device=model.device if better is None else better.device or model.device,
            made_at=datetime.now().astimezone().isoformat(),
        )
        with drafted(followed, provenance, store.folder) as draft:
            choice = replace(wanted, place_px=person.place_px, followed=draft.name)
            _keep(store, session, analysis, choice, followed, draft)
    return True


def _keep(
    store: Store,
    session: SessionId,
    analysis: Analysis,
    choice: PersonChoice,
    followed: FilmAnalysis,
    draft: Draft | None = None,
) -> None:
    """Keep a choice, and what was followed for it where that is new, together or not at all."""
    films = list(analysis.films)
    films[choice.film] = followed
    links = _related_anew(films, analysis.sync, choice.film)
    with store.together():
        _record(store, session, choice, links, followed.plane)
        note_wanted(store, session, None)
        if draft is not None:
            draft.keep()


def _known(
    store: Store, session: SessionId, wanted: PersonChoice, person: Present
) -> tuple[str, FilmAnalysis | None]:
    """Under which name somebody was followed before, and the film; None where they never were."""
    own = kept_analysis(store, session).films[wanted.film]
    if person.is_at(own.pose.points_px[wanted.frame]):
        return "", own
    names = dict.fromkeys(
        entry.new.followed
        for entry in reversed(store.history(session))
        if entry.kind is Kind.PERSON and entry.new is not None and entry.new.film == wanted.film
    )
    for name in filter(None, names):
        held = followed_film(store.folder, name, own)
        if person.is_at(held.pose.points_px[wanted.frame]):
            return name, held
    return "", None


def _followed(
    analysis: Analysis,
    wanted: PersonChoice,
    person: Present,
    model: PoseModel,
    better: BetterEyes | None,
) -> Job[FilmAnalysis]:
    film = analysis.films[wanted.film]
    job = follow_film(film.video, film.plane, model, person.place_px, wanted.frame, better)
    try:
        followed, is_fixed = yield from portion(job, 0.0, 990.0)
    except PatientNotVisible as error:
        raise PersonNotFollowed(film.video.path, wanted.frame) from error
    if not person.is_at(followed.pose.points_px[wanted.frame]):
        raise PersonNotFollowed(film.video.path, wanted.frame)
    yield Progress(990, 1000, tr("Finding gait cycles"))
    calibration = calibration_of(points_by(model, better))
    return with_gait(followed, is_fixed, calibration, analysis.patient)


def _related_anew(
    films: Sequence[FilmAnalysis], links: Sequence[Sync], film: int
) -> tuple[Sync, ...]:
    """Links of a film to others as its patient's motion proposes them, but for those stated."""
    return tuple(
        proposed_link(films, link.sagittal, link.coronal)
        for link in links
        if film in (link.sagittal, link.coronal) and link.source is not SyncSource.USER
    )


def _record(
    store: Store,
    session: SessionId,
    choice: PersonChoice,
    links: Sequence[Sync],
    plane: Plane,
) -> None:
    """Keep a choice and what it puts aside as one step."""
    with in_english():
        words = plane_word(plane)
    text = noted("Choose another person, {plane} film").format(plane=words)
    edits = []
    events = store.value(session, Kind.EVENTS, str(choice.film))
    if events is not None:
        edits.append(Edit(text, Kind.EVENTS, str(choice.film), events, None))
    for link in links:
        what = sync_key(link.sagittal, link.coronal)
        edits.append(Edit(text, Kind.SYNC, what, store.value(session, Kind.SYNC, what), link))
    record_correction(store, session, new_correction(text, choice), edits)
