"""What the window asks of the store, and the jobs that fill it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gaitdesk
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.background import Background, Referral
from gaitdesk.domain.correction import Correction, MaskRun, MaskWanted, PersonChoice
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.refusals import BlindReading
from gaitdesk.i18n import aside, noted, phrase, tr
from gaitdesk.jobs.at_desk import AtDesk
from gaitdesk.jobs.child import Apart, in_child
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.store import training_cases
from gaitdesk.store.corrections import standing_corrections
from gaitdesk.store.edits import (
    Edit,
    Identity,
    Kind,
    PatientId,
    ReadingId,
    SessionId,
    SessionSummary,
    Visit,
)
from gaitdesk.store.facts import ReadingFacts, Role
from gaitdesk.store.narratives import narrative
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault
from gaitdesk.store.wanted import note_wanted, wanted_person
from gaitdesk.ui.beforehand import load
from gaitdesk.ui.kept import KeptRecord
from gaitdesk.ui.patients.patient_field import KnownChild, known_children
from gaitdesk.ui.records.consensus_record import ConsensusRecord
from gaitdesk.ui.records.hiding import without_answers

if TYPE_CHECKING:
    from gaitdesk.jobs.following import Outcome
    from gaitdesk.jobs.network import NetworkAnswers
    from gaitdesk.jobs.order import AnalysisOrder

SHOWN_BY = (
    "gaitdesk.jobs.following",
    "gaitdesk.ui.viewer.viewer",
    "gaitdesk.ui.plots.curve_panel",
    "gaitdesk.ui.report.preview",
)
"""Modules with large libraries that read and show a visit."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenVisit:
    """A visit as the window shows it.

    Attributes:
        session: Which one.
        title: Child and day.
        analysis: What was found in its films.
        before: Sheet of the patient's visit before; None where this is the first.
        before_words: Which visit that was.
        corrections: Corrections of its films by their key, in the order they were made in.
        is_behind: Whether the form shows machines' answers from before a correction.
        is_unread: Whether the network's answers are among those.
        reading: The reading whose sheet is shown; None for the visit's own.
        facts: What that reading is.
    """

    session: SessionId
    title: str
    analysis: Analysis
    before: Scoresheet | None
    before_words: str
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    is_behind: bool = False
    is_unread: bool = False
    reading: ReadingId | None = None
    facts: ReadingFacts | None = None

    @property
    def is_blind(self) -> bool:
        """Whether other readers' and machines' scores are hidden from who reads it."""
        return self.facts is not None and self.facts.is_blind and not self.facts.is_finished

    @property
    def is_consensus(self) -> bool:
        """Whether two readings are brought together in it."""
        return self.facts is not None and self.facts.role is Role.CONSENSUS

    @property
    def missing_films(self) -> tuple[str, ...]:
        """Names of films that are not where they were."""
        paths = [film.video.path for film in self.analysis.films]
        return tuple(path.name for path in paths if not path.is_file())


class Desk:
    """The store in the window's thread; its jobs open the store again in theirs.

    Args:
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk; by default, the name they are signed in with.
        vault: The key of patients' names, where an earlier window of this sitting had one.

    Attributes:
        folder: The data folder.
        vault: The key of patients' names, while it is unlocked; jobs share it.
        apart: The process that looks at films and analyses them.
    """

    def __init__(
        self, folder: Path | None = None, rater: str = "", vault: Vault | None = None
    ) -> None:
        self.vault = Vault() if vault is None else vault
        self._store = Store.open(folder, rater=rater, vault=self.vault)
        self.folder = self._store.folder
        self.apart = Apart()

    @property
    def store(self) -> Store:
        """The store, for the window's own thread."""
        return self._store

    @property
    def rater(self) -> str:
        """Who is at the desk."""
        return self._store.rater

    @property
    def place(self) -> AtDesk:
        """Where jobs find the store, and who lets them."""
        return AtDesk(self.folder, self.rater, self.vault)

    def again(self) -> Store:
        """The store once more, for the thread of a job."""
        return self.place.opened()

    def renewed(self) -> Desk:
        """The same desk for a window that takes this one's place."""
        return Desk(self.folder, self.rater, self.vault)

    def sign_in(self, rater: str, *, keeps_names: bool = False) -> None:
        """Let somebody else be at the desk; names are locked, unless they have unlocked them."""
        store = Store.open(self.folder, rater=rater, vault=self.vault)
        if not keeps_names:
            self.vault.lock()
        self._store.close()
        self._store = store

    def raters(self) -> tuple[str, ...]:
        """Everybody who has ever been at this desk or was asked to read, who is there first."""
        rows = self._store.database.run(
            "SELECT DISTINCT rater FROM journal WHERE rater <> '' ORDER BY rater"
        )
        holders = {one.rater for one in self._store.keys.holders().values()}
        others = {str(name) for (name,) in rows} | holders
        return (self.rater, *sorted(others - {self.rater}))

    def identity(self, patient: PatientId) -> Identity | None:
        """Who a patient is; None where that is not kept, or names are locked now."""
        if self.vault.is_locked:
            return None
        return self._store.identity(patient)

    def names(self) -> Mapping[PatientId, str]:
        """Names of patients for the screen; none while names are locked."""
        return {patient: known.name for patient, known in self._store.readable_identities().items()}

    def close(self) -> None:
        """Let go of the store; nothing waits to be saved."""
        self.apart.let_go()
        self._store.close()

    def find(self, words: str) -> Sequence[SessionSummary]:
        """Visits in which every one of some words occurs, newest first."""
        return self._store.sessions(words)

    def children(self) -> tuple[KnownChild, ...]:
        """Children of whom visits are kept."""
        return known_children(self._store.sessions())

    def head_edit(
        self,
        visit: SessionSummary,
        patient: Patient,
        day: date,
        conditions: Conditions,
        background: Background,
        referral: Referral,
    ) -> Edit:
        """The edit that corrects whose visit it is, when it was, and all that its head says.

        A child that is not known yet is made.
        """
        known = self._store.add_patient(patient.pseudonym)
        new = Visit.of(known, day, patient, conditions, background, referral)
        return Edit(noted("Correct child, day or conditions"), Kind.VISIT, "", visit.visit, new)

    def correct(self, session: SessionId, edit: Edit) -> None:
        """Keep an edit of a visit that is not open.

        Raises:
            EditedElsewhere: Somebody else has changed it since it was listed.
        """
        self._store.record(session, edit)

    def sheet(self, session: SessionId) -> Scoresheet:
        """The sheet of a visit as it stands; for who reads it blind, only their own."""
        own = self._store.readings.blind(session)
        if own is None and training_cases.is_hidden(self._store, session):
            return Scoresheet()
        return self._store.sheet(session, own)

    def record(self, visit: OpenVisit) -> KeptRecord:
        """Where the edits of a visit's sheet are kept."""
        if visit.is_consensus and visit.reading is not None:
            return ConsensusRecord(self._store, visit.session, visit.reading)
        return KeptRecord(self._store, visit.session, visit.reading)

    def analysing(self, order: AnalysisOrder, day: str) -> Job[OpenVisit]:
        """Analyse films, keep what was found as a new visit, and read it.

        Raises:
            GaitDeskError: As `analyse` and the store.
        """
        first = Progress(0, 1000, tr("Loading the model"))
        return (yield from self._made(first, "analyse_and_keep", order, date.fromisoformat(day)))

    def demonstrating(self) -> Job[OpenVisit]:
        """Film a made-up child, analyse the films like any others, and keep the visit.

        Raises:
            GaitDeskError: As filming and analysing.
        """
        first = Progress(0, 1000, tr("Choosing a child"))
        folder, day = self.folder / "demonstration", datetime.now().astimezone().date()
        return (yield from self._made(first, "demonstrate_and_keep", folder, day))

    def _made(self, first: Progress, name: str, wanted: object, day: date) -> Job[OpenVisit]:
        """Have a new visit made in the other process, and read it."""
        keeping = (self.folder, self.rater, day)
        job = self.apart.job(first, "gaitdesk.jobs.new_visits", name, wanted, *keeping)
        with closing(job):
            yield next(job)
            # It has begun; what shows its end is loaded meanwhile.
            load(*SHOWN_BY)
            session = yield from job
        self.apart.let_go()
        return (yield from self.opening(session))

    def opening(self, session: SessionId, reading: ReadingId | None = None) -> Job[OpenVisit]:
        """Read a visit, and the one before it of the same patient.

        Args:
            session: The visit.
            reading: The reading whose sheet is to be shown; None for the visit's own, or for the
                one that who is at the desk has yet to finish blind.

        Raises:
            AnalysisUnreadable: Its analysis is missing or damaged.
            ReadingRefused: The reading is somebody else's, who has not finished.
        """
        from gaitdesk.jobs.following import look

        yield Progress(0, None, tr("Reading the visit"))
        load(*SHOWN_BY)
        with self.again() as store:
            if reading is None and training_cases.is_hidden(store, session):
                reading = training_cases.begin(store, session)
            wanted = reading or store.readings.blind(session)
            store.readings.check_may_open(session, wanted)
            return _opened(store, session, (yield from look(store, session)), wanted)

    def comparing(
        self, sessions: Sequence[SessionId]
    ) -> Job[tuple[str, tuple[ComparedVisit, ...]]]:
        """Read several visits of one child.

        Yields:
            Each visit that is read.

        Returns:
            The child's pseudonym, and the visits, earliest first.

        Raises:
            AnalysisUnreadable: The analysis of one is missing or damaged.
        """
        from gaitdesk.jobs.reporting import decided
        from gaitdesk.report.authorship import names_of

        load("gaitdesk.ui.compare.film_page", "gaitdesk.ui.compare.curve_page")
        wanted = set(sessions)
        with self.again() as store:
            held = [one for one in reversed(store.sessions()) if one.id in wanted]
            for one in held:
                _check_may_compare(store, one.id)
        share = 1000.0 / max(1, len(held))
        visits = []
        for number, summary in enumerate(held):
            visit = yield from portion(self.opening(summary.id), number * share, share)
            title = _title_beside(summary, held)
            with self.again() as store:
                raters = names_of(tuple(decided(store, summary.id, None).values()))
            visits.append(ComparedVisit(summary.id, title, visit.analysis, raters))
        return (held[0].pseudonym if held else "", tuple(visits))

    def recalculating(self, session: SessionId) -> Job[OpenVisit]:
        """Work out a visit anew after a correction, and read it.

        Where no gait cycle is left, the scores stand as they were and the visit has no cycles.
        """
        from gaitdesk.jobs.following import recalculate

        outcome = yield from recalculate(session, self.folder, self.rater)
        with self.again() as store:
            return _opened(store, session, outcome)

    def choosing_person(self, session: SessionId, wanted: PersonChoice) -> Job[bool]:
        """Take another person of a film for the patient; whether they were not before.

        Raises:
            GaitDeskError: As `choose_person`.
        """
        is_changed: bool = yield from self._elsewhere("choosing", "choose_person", session, wanted)
        return is_changed

    def following_mask(self, session: SessionId, wanted: MaskWanted) -> Job[MaskRun]:
        """Follow the patient's mask anew through some frames.

        Raises:
            GaitDeskError: As `follow_mask`.
        """
        run: MaskRun = yield from self._elsewhere("mask_runs", "follow_mask", session, wanted)
        return run

    def _elsewhere(self, module: str, name: str, session: SessionId, wanted: object) -> Job[Any]:
        """A job that looks through a film of a visit, in a process of its own."""
        first = Progress(0, 1000, tr("Loading the model"))
        asked = (session, wanted, self.folder, self.rater)
        return (yield from in_child(first, f"gaitdesk.jobs.{module}", name, *asked))

    def corrections(self, session: SessionId) -> Mapping[str, Correction]:
        """Corrections in force by their key, in the order they were made in."""
        return standing_corrections(self._store, session)

    def wanted_person(self, session: SessionId) -> PersonChoice | None:
        """Whom somebody pointed at without following having come to an end; None for nobody."""
        return wanted_person(self._store, session)

    def forget_wanted(self, session: SessionId) -> None:
        """Note that whoever was pointed at is not wanted any more.

        Raises:
            GaitDeskError: As the store.
        """
        note_wanted(self._store, session, None)

    def finding_films(self, session: SessionId, place: Path) -> Job[OpenVisit]:
        """Look for films of a visit that were moved, and read the visit again.

        Raises:
            GaitDeskError: As `opening`.
        """
        from gaitdesk.jobs.keeping import find_films

        yield from find_films(session, [place], self.folder, self.rater)
        return (yield from self.opening(session))

    def with_visit_before(self, session: SessionId) -> tuple[SessionId, ...]:
        """A visit and the child's visit before it; only itself where it is the first."""
        held = self._store.sessions()
        summary = next(one for one in held if one.id == session)
        own = [one for one in held if one.visit.patient == summary.visit.patient]
        place = own.index(summary)
        # Newest first: the one before in time follows; for the first one, the next visit.
        other = own[place + 1 : place + 2] or own[place - 1 : place]
        return (session, *(one.id for one in other))

    def keep_network(self, answers: NetworkAnswers) -> None:
        """Put what the network says into the form of its visit, beside what stands there now.

        Raises:
            GaitDeskError: As the store.
        """
        from gaitdesk.jobs.network import keep_answers

        keep_answers(self._store, answers)

    def standing(self, session: SessionId, edit: Edit) -> object:
        """What stands in the store for the thing an edit is about; None before its first edit."""
        return self._store.value(session, edit.kind, edit.what)

    @staticmethod
    def about_words() -> str:
        """What this is."""
        return tr(
            "<b>GaitDesk {version}</b><p>Edinburgh Visual Gait Score from two films of one walk."
            "</p><p>Decision support: a clinician decides every score. It is not a medical device."
            "</p>"
        ).format(version=gaitdesk.__version__)


def _opened(
    store: Store, session: SessionId, outcome: Outcome, reading: ReadingId | None = None
) -> OpenVisit:
    summary = next(one for one in store.sessions() if one.id == session)
    if reading is not None:
        return _opened_reading(store, summary, outcome, reading)
    before = _before(store, summary)
    return OpenVisit(
        session,
        _title(summary),
        outcome.analysis,
        store.sheet(before.id) if before is not None else None,
        before.visit.day.isoformat() if before is not None else "",
        outcome.corrections,
        outcome.is_behind,
        outcome.is_unread,
    )


def _opened_reading(
    store: Store, summary: SessionSummary, outcome: Outcome, reading: ReadingId
) -> OpenVisit:
    """A visit with the sheet of a reading; a blind one holds nothing that others have said."""
    facts = store.readings.of(summary.id)[reading]
    analysis = replace(
        outcome.analysis,
        scoresheet=store.sheet(summary.id, reading),
        narrative=narrative(store, summary.id, reading),
    )
    is_blind = facts.is_blind and not facts.is_finished
    words = tr("Earlier visits are compared once this reading is finished.") if is_blind else ""
    before = None if is_blind else _before(store, summary)
    return OpenVisit(
        summary.id,
        _title(summary),
        without_answers(analysis) if is_blind else analysis,
        store.sheet(before.id) if before is not None else None,
        before.visit.day.isoformat() if before is not None else words,
        outcome.corrections,
        reading=reading,
        facts=facts,
    )


def _check_may_compare(store: Store, session: SessionId) -> None:
    """Who is at the desk may see what is said of a visit.

    Raises:
        BlindReading: They are yet to read it blind.
    """
    store.readings.check_may_see(session)
    if training_cases.is_hidden(store, session):
        raise BlindReading(store.rater)


def _title_beside(summary: SessionSummary, held: Sequence[SessionSummary]) -> str:
    """What a visit is called beside others: its day, with a number where days are the same."""
    day = summary.visit.day.isoformat()
    same = [one.id for one in held if one.visit.day == summary.visit.day]
    return day if len(same) < 2 else aside(day, str(same.index(summary.id) + 1))


def _title(summary: SessionSummary) -> str:
    return phrase((summary.pseudonym, summary.visit.day.isoformat()))


def _before(store: Store, summary: SessionSummary) -> SessionSummary | None:
    """The patient's last visit before another one; none that is yet to be read blind."""
    return next(
        (
            one
            for one in store.sessions()
            if one.visit.patient == summary.visit.patient
            and store.readings.blind(one.id) is None
            and one.id != summary.id
            and one.scored
            and (one.visit.day, one.edited_at) < (summary.visit.day, summary.edited_at)
        ),
        None,
    )
