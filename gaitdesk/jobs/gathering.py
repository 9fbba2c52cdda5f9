"""Everything a desk may learn from: confirmed visits, phantom cohorts, labelled sets of others."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.coding import encode
from gaitdesk.domain.errors import AnalysisUnreadable, OptionInvalid
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.domain.refusals import BlindReading, ConsentMissing, NamesLocked, PatientErased
from gaitdesk.i18n import phrase, tr
from gaitdesk.jobs.foreign import foreign_cases, is_foreign_set
from gaitdesk.jobs.keeping import open_analysis
from gaitdesk.jobs.reporting import reading_in_force
from gaitdesk.learning.cases import CutPlan, Missing, cut_key, labels_of
from gaitdesk.learning.shards import SUFFIX, load_shard, true_values
from gaitdesk.learning.sources import Case, Excluded, Gathered, Source, WhyOut, gathered
from gaitdesk.paths import user_folder
from gaitdesk.perception.package import sha256_of
from gaitdesk.report.interchange import ANALYSIS_FILE, read_analysis
from gaitdesk.store.corrections import standing_corrections
from gaitdesk.store.edits import SessionId, SessionSummary
from gaitdesk.store.erasing import LEARNING
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault

TRUTH_FOLDER = "truth"

_SALT = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class GatherOrder:
    """What is to be learned from.

    Attributes:
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        vault: Where names are unlocked; left locked, one child under two pseudonyms is known by
            films alone.
        has_clinic: Whether the desk's own confirmed visits count.
        phantoms: Folders of phantom cohorts: clips, or films with their truth.
        foreign: Folders of labelled sets in the layout of ChildGait-Video's challenge.
        plan: How films are cut.
    """

    folder: Path | None = None
    rater: str = ""
    vault: Vault = field(default_factory=Vault)
    has_clinic: bool = True
    phantoms: tuple[Path, ...] = ()
    foreign: tuple[Path, ...] = ()
    plan: CutPlan = field(default_factory=CutPlan)


def learning_folder(folder: Path | None = None) -> Path:
    """Where clips for learning are kept: inside the data folder, a file for each visit.

    They show children. They can be deleted: gathering cuts them anew.
    """
    return (folder or user_folder()) / LEARNING


def gather(order: GatherOrder) -> Job[Gathered]:
    """Everything that can be learned from, cut and ready, and everything that cannot, with why.

    Yields:
        Progress in thousandths.

    Raises:
        OptionInvalid: A folder holds no cohort or set.
        DiskFull, OutputNotWritable: The folder cannot take the clips.
        GaitDeskError: As the store.
    """
    cases: list[Case] = []
    excluded: list[Excluded] = []
    if order.has_clinic:
        found, out = yield from portion(clinic_cases(order), 0.0, 50.0)
        cases += found
        excluded += out
    for place in order.phantoms:
        cases += yield from portion(phantom_cases(place, order.plan), 50.0, 50.0)
    for place in order.foreign:
        if not is_foreign_set(place):
            raise OptionInvalid(
                tr(
                    "{folder} holds no labelled set: track1_train.json and a folder dataset are"
                    " expected in it."
                ).format(folder=place)
            )
        found, out = yield from portion(foreign_cases(place, order.plan), 50.0, 50.0)
        cases += found
        excluded += out
    job = gathered(cases, learning_folder(order.folder), order.plan, excluded)
    return (yield from portion(job, 100.0, 900.0))


def clinic_cases(order: GatherOrder) -> Job[tuple[list[Case], list[Excluded]]]:
    """The desk's own visits whose patients' consent covers learning, and the others with why.

    The form of a visit is the one that was signed last; else the last consensus; else its own.

    Yields:
        One event a visit.
    """
    cases: list[Case] = []
    out: list[Excluded] = []
    with Store.open(order.folder, rater=order.rater, vault=order.vault) as store:
        summaries = sorted(store.sessions(), key=lambda one: (one.pseudonym, one.visit.day, one.id))
        for number, summary in enumerate(summaries):
            yield Progress(number, len(summaries), tr("Collecting scores"))
            found = _case(store, summary, order)
            if isinstance(found, Case):
                cases.append(found)
            else:
                out.append(found)
    return cases, out


def agreed_sheet(store: Store, session: SessionId) -> Scoresheet:
    """The form of a visit that was agreed on last.

    Raises:
        BlindReading: Who is at the desk reads this visit blind, and has not finished.
    """
    store.readings.check_may_see(session)
    versions = store.signing.versions(session)
    if versions:
        return versions[-1].sheet
    reading = reading_in_force(store, session)
    return store.sheet(session, reading)


def _case(store: Store, summary: SessionSummary, order: GatherOrder) -> Case | Excluded:
    session = summary.id
    name = phrase((summary.pseudonym, summary.visit.day.isoformat()))

    def left_out(why: WhyOut, text: str) -> Excluded:
        return Excluded(session, name, Source.CLINIC, why, text)

    try:
        store.consents.check(session, Purpose.TRAINING)
    except (ConsentMissing, PatientErased) as refusal:
        return left_out(WhyOut.NO_CONSENT, str(refusal))
    try:
        scores, missing = labels_of(agreed_sheet(store, session))
    except BlindReading as refusal:
        return left_out(WhyOut.READ_BLIND, str(refusal))
    if missing.count == scores.size:
        return left_out(
            WhyOut.NOTHING_CONFIRMED,
            tr("No score of this visit is confirmed; confirm or correct its form."),
        )
    analyses = list(store.analyses(session).values())
    films = sorted(store.films(session).values(), key=lambda one: one.index)
    if not analyses or not films:
        return left_out(
            WhyOut.NO_ANALYSIS,
            tr("This visit has no analysed film; analyse one, and gather again."),
        )
    corrected = {
        what: [type(one).__name__, encode(one)]
        for what, one in standing_corrections(store, session).items()
    }
    rests_on = {
        "films": [[one.index, one.sha256] for one in films],
        "analysis": sorted(analyses[-1].sha256),
        "corrections": corrected,
    }
    places = [one.index for one in films]
    return Case(
        id=session,
        name=name,
        source=Source.CLINIC,
        persons=_persons(store, summary),
        contents=tuple(one.sha256 for one in films),
        scores=scores,
        missing=missing,
        key=cut_key(order.plan, rests_on),
        films=lambda: _films(order, session, places),
    )


def _films(
    order: GatherOrder, session: SessionId, places: Sequence[int]
) -> tuple[FilmAnalysis, ...]:
    """Films of a visit as they were corrected, where they are now."""
    with Store.open(order.folder, rater=order.rater, vault=order.vault) as store:
        films = open_analysis(store, session).films
    return tuple(films[place] for place in places if place < len(films))


def _persons(store: Store, summary: SessionSummary) -> frozenset[str]:
    """Whatever names the patient; names themselves only as long as they are unlocked."""
    patient = summary.visit.patient
    names: set[str] = {patient}
    try:
        known = store.identity(patient)
    except NamesLocked:
        known = None
    if known is not None:
        if known.record_number:
            names.add(_sealed(f"record {known.record_number.strip().casefold()}"))
        if known.birth_day is not None:
            words = " ".join(sorted(known.name.casefold().split()))
            names.add(_sealed(f"name {words} {known.birth_day.isoformat()}"))
    return frozenset(names)


def _sealed(text: str) -> str:
    """A name as a digest that means nothing once this program has ended."""
    return "named:" + hashlib.blake2b(text.encode(), key=_SALT).hexdigest()


def phantom_cases(folder: Path, plan: CutPlan) -> Job[list[Case]]:
    """Children of a phantom cohort: clips made for learning, or films with their truth.

    Yields:
        One event a child.

    Raises:
        OptionInvalid: The folder holds neither.
    """
    shards = sorted(folder.glob(f"*{SUFFIX}"))
    filmed = sorted(folder.glob(f"*/{TRUTH_FOLDER}/{ANALYSIS_FILE}"))
    if not shards and not filmed:
        raise OptionInvalid(
            tr("{folder} holds no phantom cohort; gaitdesk phantom cohort makes one.").format(
                folder=folder
            )
        )
    cases = []
    for number, path in enumerate(shards):
        yield Progress(number, len(shards) + len(filmed), tr("Reading clips"))
        cases.append(_of_shard(path))
    for number, path in enumerate(filmed):
        yield Progress(
            len(shards) + number, len(shards) + len(filmed), tr("Reading {name}").format(name=path)
        )
        cases.append(_of_films(path.parent, plan))
    return cases


def _of_shard(path: Path) -> Case:
    try:
        shard = load_shard(path)
    except ValueError as error:
        raise OptionInvalid(
            tr("{file} is damaged ({reason}); remove it, and make it again.").format(
                file=path, reason=error
            )
        ) from error
    content = sha256_of(path)
    return Case(
        id=f"phantom-{content[:16]}",
        name=shard.name,
        source=Source.PHANTOM,
        persons=frozenset({f"phantom {content}"}),
        contents=(content,),
        scores=shard.scores,
        missing=Missing(),
        key=shard.key,
        films=tuple,
        shard=path,
        split=shard.split,
    )


def _of_films(truth: Path, plan: CutPlan) -> Case:
    digest = sha256_of(truth / ANALYSIS_FILE)
    made = read_analysis(truth)
    videos = [truth.parent / film.video.path.name for film in made.films]
    if not all(path.is_file() for path in videos):
        raise AnalysisUnreadable(
            tr("films of the phantom {name} are missing").format(name=truth.parent.name)
        )
    contents = tuple(sha256_of(path) for path in videos)
    films = tuple(
        replace(film, video=replace(film.video, path=path))
        for film, path in zip(made.films, videos, strict=True)
    )
    return Case(
        id=f"phantom-{digest[:16]}",
        name=truth.parent.name,
        source=Source.PHANTOM,
        persons=frozenset({f"phantom {digest}"}),
        contents=contents,
        scores=true_values(made)[0],
        missing=Missing(),
        key=cut_key(plan, [digest, *contents]),
        films=lambda: films,
    )
