"""An analysis goes into the store and comes out of it; films that were moved are found again."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.correction import Correction
from gaitdesk.domain.errors import AnalysisUnreadable, VideoUnreadable
from gaitdesk.domain.gait import GaitEvent
from gaitdesk.domain.mask import MaskTrack
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Sync
from gaitdesk.i18n import noted, tr
from gaitdesk.jobs.mask_files import runs_of
from gaitdesk.jobs.people import of_patient
from gaitdesk.perception.correct import corrected
from gaitdesk.report.interchange import read_analysis, write_analysis
from gaitdesk.store.corrections import corrections
from gaitdesk.store.edits import (
    AnalysisFacts,
    FilmFacts,
    FilmId,
    Kind,
    ReadingId,
    SessionId,
    Visit,
)
from gaitdesk.store.erasing import ANALYSES
from gaitdesk.store.narratives import narrative
from gaitdesk.store.store import Store

_CHUNK_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where an analysis is to be kept.

    Attributes:
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        session: The visit it belongs to; None makes a new one.
        day: Day of a new visit; None takes the one the films state, or else the analysis.
    """

    folder: Path | None = None
    rater: str = ""
    session: SessionId | None = None
    day: date | None = None


def keep_analysis(analysis: Analysis, keeping: Keeping) -> Job[SessionId]:
    """Keep an analysis: its files beside the store, its films by content, its scores in the form.

    In a visit that is already kept, what a person has said or confirmed stays, and only the
    machine's answers beside it are renewed. All of it is kept, or nothing.

    Yields:
        Each part of a film that is read for its content hash.

    Raises:
        VideoUnreadable: A film is no longer there.
        GaitDeskError: As the store and `write_analysis`.
    """
    films = []
    for index, film in enumerate(analysis.films):
        films.append((yield from _facts(index, film)))
    yield Progress(0, None, tr("Keeping the analysis"))
    with Store.open(keeping.folder, rater=keeping.rater) as store:
        name = uuid.uuid4().hex
        place, draft = Path(ANALYSES) / name, store.folder / ANALYSES / f".{name}"
        try:
            written = write_analysis(analysis, draft)
            facts = AnalysisFacts(
                place,
                tuple((one.name, _digest(one)) for one in written),
                analysis.provenance.software,
                analysis.provenance.made_at,
            )
            with store.together():
                session = keeping.session or _new_session(store, analysis, keeping.day)
                _keep_films(store, session, films)
                store.add_analysis(session, facts)
                store.import_sheet(session, analysis.scoresheet, noted("Analysis"))
                # Together with its entry: what lies there without one is a stray.
                draft.replace(store.folder / place)
        except BaseException:
            for left in (draft, store.folder / place):
                shutil.rmtree(left, ignore_errors=True)
            raise
    return session


def _new_session(store: Store, analysis: Analysis, day: date | None) -> SessionId:
    patient = store.add_patient(analysis.patient.pseudonym)
    visit = Visit.of(
        patient,
        day or _day_of(analysis),
        analysis.patient,
        analysis.conditions,
        analysis.background,
        analysis.referral,
    )
    return store.add_session(visit)


def _day_of(analysis: Analysis) -> date:
    """The day the films state, or else that of the analysis, or today."""
    stated = [film.video.recorded_at for film in analysis.films]
    for text in (*stated, analysis.provenance.made_at):
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            continue
    return datetime.now(UTC).astimezone().date()


def _facts(index: int, film: FilmAnalysis) -> Job[FilmFacts]:
    path = film.video.path.absolute()
    try:
        size_bytes = path.stat().st_size
        sha256 = film.video.sha256 or (yield from _content_hash(path))
    except OSError as error:
        raise VideoUnreadable(
            path, tr("the film is not there any more; put it back and try again.")
        ) from error
    return FilmFacts(index, sha256, size_bytes, path, film.plane)


def _keep_films(store: Store, session: SessionId, films: Sequence[FilmFacts]) -> None:
    """Let a visit have these films; those it has already keep their id."""
    missing = list(films)
    for name, held in store.films(session).items():
        same = next(
            (one for one in missing if (one.index, one.sha256) == (held.index, held.sha256)), None
        )
        if same is None:
            store.remove_film(session, name)
            continue
        missing.remove(same)
        if same.path != held.path:
            store.move_film(session, name, same.path)
    for film in missing:
        store.add_film(session, film)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A visit's analysis, and what persons have said of it since.

    Attributes:
        made: The analysis as it was made.
        placed: The same with films where they are now and of the persons chosen, and with the
            head of the visit, its form and the reviewer's words as they stand.
        corrections: Of each film, in the order they were made in.
        events: Gait events by the index of the film they were corrected in.
        sync: How films were related since, by their indices.
        runs: Masks followed anew, by what corrections call them.
    """

    made: Analysis
    placed: Analysis
    corrections: Mapping[int, tuple[Correction, ...]]
    events: Mapping[int, tuple[GaitEvent, ...]]
    sync: Mapping[tuple[int, int], Sync]
    runs: Mapping[str, MaskTrack] = field(default_factory=dict)


def open_analysis(store: Store, session: SessionId, reading: ReadingId | None = None) -> Analysis:
    """The last analysis of a visit with everything that was corrected since.

    Persons followed, body points, masks, form, gait events, synchronization, films' places,
    patient and conditions are those that stand in the store; what follows from them, as angles
    and curves, is for the caller to work out anew.

    Args:
        store: The store.
        session: The visit.
        reading: The reading whose form it is to hold, and no other; None for the visit's own.

    Raises:
        AnalysisUnreadable: Its files are missing, or are not those that were kept.
        BlindReading: Who is at the desk reads this visit blind, and has not finished.
        ReadingRefused: The reading is somebody else's, who has not finished.
    """
    store.readings.check_may_open(session, reading)
    kept = open_kept(store, session)
    sheet = kept.placed.scoresheet if reading is None else store.sheet(session, reading)
    written = kept.placed.narrative if reading is None else narrative(store, session, reading)
    films = []
    for index, film in enumerate(kept.placed.films):
        mended = corrected(film, kept.corrections.get(index, ()), kept.runs)
        films.append(replace(mended, events=kept.events.get(index, mended.events)))
    links = tuple(kept.sync.get((one.sagittal, one.coronal), one) for one in kept.placed.sync)
    return replace(kept.placed, films=tuple(films), sync=links, scoresheet=sheet, narrative=written)


def kept_analysis(store: Store, session: SessionId) -> Analysis:
    """The last analysis of a visit as it was made.

    Raises:
        AnalysisUnreadable: Its files are missing, or are not those that were kept.
    """
    kept = list(store.analyses(session).values())
    if not kept:
        raise AnalysisUnreadable(tr("this visit has no analysis"))
    folder = store.folder / kept[-1].folder
    for name, digest in kept[-1].sha256:
        if _digest_or_nothing(folder / name) != digest:
            raise AnalysisUnreadable(
                tr("{name} is missing, or is not the file that was kept").format(name=folder / name)
            )
    return read_analysis(folder)


def open_kept(store: Store, session: SessionId) -> Kept:
    """The last analysis of a visit, and what persons have said of it since.

    Raises:
        AnalysisUnreadable: Its files are missing, or are not those that were kept.
    """
    made = kept_analysis(store, session)
    paths = {film.index: film.path for film in store.films(session).values()}
    by_hand = corrections(store, session)
    visit = store.visit(session)
    films = []
    for index, found in enumerate(made.films):
        film = of_patient(store.folder, found, by_hand.get(index, ()))
        films.append(
            replace(film, video=replace(film.video, path=paths.get(index, film.video.path)))
        )
    pseudonym = next(one.pseudonym for one in store.patients() if one.id == visit.patient)
    placed = replace(
        made,
        films=tuple(films),
        patient=visit.child(pseudonym),
        conditions=visit.conditions,
        background=visit.background,
        referral=visit.referral,
        narrative=narrative(store, session),
        scoresheet=store.sheet(session),
    )
    events = store.values(session, Kind.EVENTS).items()
    links = store.values(session, Kind.SYNC).values()
    return Kept(
        made,
        placed,
        by_hand,
        {int(index): own for index, own in events},
        {(link.sagittal, link.coronal): link for link in links},
        runs_of(store.folder, by_hand),
    )


def find_films(
    session: SessionId, places: Sequence[Path], folder: Path | None = None, rater: str = ""
) -> Job[tuple[FilmFacts, ...]]:
    """Look for films of a visit that are not where they were, and note where they are.

    A film is known by its content: files of its length are hashed, whatever their name.

    Args:
        session: The visit.
        places: Folders to search, with all folders inside them.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.

    Yields:
        Each folder searched, and each part of a film read.

    Returns:
        The films that are still missing.
    """
    with Store.open(folder, rater=rater) as store:
        missing = {}
        for name, film in store.films(session).items():
            if not (yield from _is_film(film.path, film)):
                missing[name] = film
        for path in _files(places):
            if not missing:
                break
            yield Progress(0, None, tr("Searching {folder}").format(folder=path.parent))
            found = yield from _film_at(path, missing)
            for name in found:
                store.move_film(session, name, path.absolute())
                del missing[name]
        return tuple(missing.values())


def _film_at(path: Path, missing: dict[FilmId, FilmFacts]) -> Job[tuple[FilmId, ...]]:
    """Which of the films a file is; two views of one visit may be the same file."""
    found = []
    for name, film in missing.items():
        if (yield from _is_film(path, film)):
            found.append(name)
    return tuple(found)


def _is_film(path: Path, film: FilmFacts) -> Job[bool]:
    try:
        if not path.is_file() or path.stat().st_size != film.size_bytes:
            return False
        return (yield from _content_hash(path)) == film.sha256
    except OSError:
        return False


def _files(places: Sequence[Path]) -> Iterator[Path]:
    """All files below some folders; what cannot be read is passed over."""
    for place in places:
        for folder, _, names in os.walk(place):
            for name in sorted(names):
                yield Path(folder) / name


def _content_hash(path: Path) -> Job[str]:
    digest = hashlib.sha256()
    total = path.stat().st_size
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            yield Progress(done, total, tr("Reading {name}").format(name=path.name))
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_or_nothing(path: Path) -> str:
    try:
        return _digest(path)
    except OSError:
        return ""
