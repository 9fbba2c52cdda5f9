"""Cases to learn from, whatever their source: cut once, kept as shards, labelled anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.errors import AnalysisUnreadable, VideoUnreadable
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.learning.cases import CutPlan, Missing, cut_case
from gaitdesk.learning.patients import (
    FilmTrace,
    Link,
    Traces,
    keys_by_patient,
    links_of,
    patients_of,
)
from gaitdesk.learning.prints import SUFFIX as PRINT_SUFFIX
from gaitdesk.learning.prints import FilmPrint, load_print, print_of, save_print
from gaitdesk.learning.shards import SUFFIX, Shard, load_shard, relabel_shard, save_shard
from gaitdesk.learning.splitting import (
    FROZEN_FILE,
    Division,
    PatientLabels,
    divided,
    standing_division,
)
from gaitdesk.phantom.cohort import Split

if TYPE_CHECKING:
    # They load torch, and whoever only gathers cases has no need of it.
    from gaitdesk.childgait.config import NetworkConfig
    from gaitdesk.learning.dataset import Variation
    from gaitdesk.learning.lessons import Lessons

OTHERS_FILE = "test-set-others.json"
"""The test set where none of the cases are the clinic's own."""


class Source(StrEnum):
    """Where a case comes from."""

    CLINIC = "clinic"
    PHANTOM = "phantom"
    FOREIGN = "foreign"


class WhyOut(StrEnum):
    """Why nothing is learned from a case."""

    NO_CONSENT = "no_consent"
    READ_BLIND = "read_blind"
    NOTHING_CONFIRMED = "nothing_confirmed"
    NO_ANALYSIS = "no_analysis"
    NO_FILM = "no_film"
    NO_CLIPS = "no_clips"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Excluded:
    """A case nothing is learned from.

    Attributes:
        case: Its id.
        name: As people know it.
        source: Where it comes from.
        why: The kind of reason.
        text: The reason, one sentence that says what would mend it.
    """

    case: str
    name: str
    source: Source
    why: WhyOut
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A scored case before it is cut.

    Attributes:
        id: Under which its shard is kept; a name of a file.
        name: As people know it.
        source: Where it comes from.
        persons: Whatever names the patient.
        contents: SHA-256 of each film.
        scores: 0, 1, 2 or NaN, shape (2, 17).
        missing: Cells without a label.
        key: Digest of all its clips rest on; see `gaitdesk.learning.cases.cut_key`.
        films: Opens what was found in its films; may raise `AnalysisUnreadable`.
        shard: A shard of others that holds its clips already; None has it cut.
        split: What a cohort's plan lets it be used for; None where there is no plan.
    """

    id: str
    name: str
    source: Source
    persons: frozenset[str]
    contents: tuple[str, ...]
    scores: FloatArray
    missing: Missing
    key: str
    films: Callable[[], Sequence[FilmAnalysis]]
    shard: Path | None = None
    split: Split | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A case that is ready to be learned from.

    Attributes:
        case: Its id, and the name of its shard.
        name: As people know it.
        source: Where it comes from.
        patient: Whose it is; cases of one child have the same.
        path: Its shard.
        clips: How many it holds.
        scores: 0, 1, 2 or NaN, shape (2, 17).
        missing: Cells without a label.
        traces: What it is known by.
        split: What a cohort's plan lets it be used for; None where there is no plan.
    """

    case: str
    name: str
    source: Source
    patient: str
    path: Path
    clips: int
    scores: FloatArray
    missing: Missing
    traces: Traces
    split: Split | None = None

    def shard(self) -> Shard:
        """Its clips with its scores.

        Raises:
            ValueError: The file is damaged.
        """
        held = load_shard(self.path)
        return Shard(self.case, held.split, held.clips, self.scores, held.measures, held.key)


@dataclass(frozen=True, slots=True)
class ItemPrevalence:
    """How often an item is atypical.

    Attributes:
        item: The item.
        limbs: Limbs with a score.
        atypical: Of them those that score 1 or 2.
    """

    item: Item
    limbs: int
    atypical: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """All cases that can be learned from, and those that cannot.

    Attributes:
        samples: The former.
        excluded: The latter, with the reason.
        links: Cases found to be of one child.
    """

    samples: tuple[Sample, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    links: tuple[Link, ...] = ()

    def patients(self) -> tuple[PatientLabels, ...]:
        """The patients, as a division needs them."""
        keys = keys_by_patient(
            [one.traces for one in self.samples],
            {one.case: one.patient for one in self.samples},
        )
        own: dict[str, list[FloatArray]] = {}
        for one in self.samples:
            own.setdefault(one.patient, []).append(one.scores)
        return tuple(
            PatientLabels(name, keys[name], np.concatenate(scores))
            for name, scores in sorted(own.items())
        )

    def prevalence(self) -> tuple[ItemPrevalence, ...]:
        """How often each item is atypical, over all samples."""
        return prevalence_of(self.samples)

    def of(self, division: Division, part: Split) -> tuple[Sample, ...]:
        """Samples of one part of a division."""
        return tuple(one for one in self.samples if division.parts.get(one.patient) is part)


def prevalence_of(samples: Iterable[Sample]) -> tuple[ItemPrevalence, ...]:
    """How often each item is atypical."""
    scores = [one.scores for one in samples]
    held = np.concatenate(scores) if scores else np.zeros((0, len(Item)))
    return tuple(
        ItemPrevalence(item, int(np.isfinite(column).sum()), int((column >= 1).sum()))
        for item, column in zip(Item, held.T, strict=True)
    )


def gathered(
    cases: Sequence[Case],
    folder: Path,
    plan: CutPlan,
    excluded: Sequence[Excluded] = (),
    *,
    keeps_others: bool = False,
) -> Job[Gathered]:
    """Cut cases that were not cut yet, or rest on something else by now, and say whose they are.

    Stopped at any time, what was cut stays and is not cut again.

    Args:
        cases: The cases.
        folder: Where shards and prints of films are kept.
        plan: How films are cut.
        excluded: Cases that were left out before.
        keeps_others: Whether clips of cases that are not among these stay there. They go by
            default: somebody's consent may have been withdrawn.

    Yields:
        Progress in thousandths, in words what is being cut.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take them.
    """
    out = list(excluded)
    held: list[tuple[Case, Path, int, tuple[FilmTrace, ...]]] = []
    for number, case in enumerate(cases):
        words = tr("Cutting clips of {name}").format(name=case.name)
        yield Progress(round(900 * number / len(cases)), 1000, words)
        path = case.shard or folder / f"{case.id}{SUFFIX}"
        try:
            clips, prints = yield from portion(
                _kept(case, path, folder, plan), 900.0 * number / len(cases), 900.0 / len(cases)
            )
        except (VideoUnreadable, AnalysisUnreadable, ValueError) as problem:
            out.append(_unusable(case, problem))
            continue
        if not clips:
            out.append(
                Excluded(
                    case.id,
                    case.name,
                    case.source,
                    WhyOut.NO_CLIPS,
                    tr(
                        "No pass shows the whole child for long enough, straight enough; film the"
                        " walk again, or mend who is followed."
                    ),
                )
            )
            continue
        held.append((case, path, clips, prints))
    yield Progress(900, 1000, tr("Looking for films of one child"))
    if not keeps_others:
        _drop_others(folder, cases)
    traces = [Traces(case.id, case.persons, prints) for case, _, _, prints in held]
    links = links_of(traces)
    patients = patients_of(traces, links)
    samples = tuple(
        Sample(
            case.id,
            case.name,
            case.source,
            patients[case.id],
            path,
            clips,
            case.scores,
            case.missing,
            trace,
            case.split,
        )
        for (case, path, clips, _), trace in zip(held, traces, strict=True)
    )
    return Gathered(samples, tuple(out), links)


def _kept(
    case: Case, path: Path, folder: Path, plan: CutPlan
) -> Job[tuple[int, tuple[FilmTrace, ...]]]:
    """Have a case's clips and prints on the disk; how many clips there are, and its films."""
    if case.shard is not None:
        clips = len(load_shard(path).clips)
        return clips, tuple(FilmTrace(content) for content in case.contents)
    shard = _usable(path, case)
    prints = [load_print(folder / f"{content}{PRINT_SUFFIX}") for content in case.contents]
    if shard is not None and all(one is not None for one in prints):
        if not np.array_equal(shard.scores, case.scores, equal_nan=True):
            relabel_shard(path, case.scores)
        return len(shard.clips), _traces(case, prints)
    films = case.films()
    for place, film in enumerate(films[: len(prints)]):
        if prints[place] is None:
            made = yield from print_of(film.video)
            save_print(folder / f"{case.contents[place]}{PRINT_SUFFIX}", made)
            prints[place] = made
    if shard is not None:
        return len(shard.clips), _traces(case, prints)
    clips_cut = yield from cut_case(films, plan)
    if clips_cut:
        unknown = np.full_like(case.scores, np.nan)
        save_shard(path, Shard(case.id, Split.TRAIN, clips_cut, case.scores, unknown, case.key))
    return len(clips_cut), _traces(case, prints)


def _usable(path: Path, case: Case) -> Shard | None:
    """The shard that was cut before, where all it rests on is as it was."""
    try:
        shard = load_shard(path)
    except ValueError:
        return None
    return shard if shard.key == case.key and shard.name == case.id else None


def _traces(case: Case, prints: Sequence[FilmPrint | None]) -> tuple[FilmTrace, ...]:
    return tuple(
        FilmTrace(content, looks) for content, looks in zip(case.contents, prints, strict=True)
    )


def _drop_others(folder: Path, cases: Sequence[Case]) -> None:
    shards = {f"{case.id}{SUFFIX}" for case in cases}
    prints = {f"{content}{PRINT_SUFFIX}" for case in cases for content in case.contents}
    for path in [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{PRINT_SUFFIX}")]:
        if path.name not in shards | prints:
            path.unlink(missing_ok=True)


def _unusable(case: Case, problem: Exception) -> Excluded:
    if isinstance(problem, VideoUnreadable):
        why, text = WhyOut.NO_FILM, str(problem)
    elif isinstance(problem, AnalysisUnreadable):
        why, text = WhyOut.NO_ANALYSIS, str(problem)
    else:
        why = WhyOut.DAMAGED
        text = tr("Its kept clips are damaged ({reason}); remove the file, and gather again.")
        text = text.format(reason=problem)
    return Excluded(case.id, case.name, case.source, why, text)


def dividing(gathered_cases: Gathered, folder: Path, seed: int = 0, made_at: str = "") -> Division:
    """Who serves for what, as it was decided before, new patients beside them.

    The clinic's own patients judge; phantoms and children of others are only learned from and
    chosen by, and judge where there are no others. Whom a cohort's plan keeps for testing is
    never learned from.

    Args:
        gathered_cases: The cases.
        folder: Where the test set is kept; see `gaitdesk.learning.splitting.standing_division`.
        seed: Of what is drawn.
        made_at: Now, ISO 8601.

    Raises:
        LearningRefused: The test set that was kept is damaged.
        DiskFull, OutputNotWritable: It cannot be kept.
    """
    samples = gathered_cases.samples
    own = {one.patient for one in samples if one.source is Source.CLINIC}
    spared = {one.patient for one in samples if one.split is Split.TEST} - own
    patients = gathered_cases.patients()
    clinic = [one for one in patients if one.name in own]
    others = [one for one in patients if one.name not in own | spared]
    if own:
        judged = standing_division(clinic, folder / FROZEN_FILE, seed, made_at).parts
        return Division({**judged, **divided(others, seed, (0.85, 0.15, 0.0)).parts}, seed)
    if spared:
        judged = dict.fromkeys(spared, Split.TEST)
        return Division({**judged, **divided(others, seed, (0.85, 0.15, 0.0)).parts}, seed)
    return standing_division(others, folder / OTHERS_FILE, seed, made_at)


def lessons_from(
    gathered_cases: Gathered,
    division: Division,
    config: NetworkConfig,
    variation: Variation | None = None,
    ways: int = 6,
    seed: int = 0,
) -> Lessons:
    """What a network learns from and is chosen by; the test patients are in neither.

    Args:
        gathered_cases: The cases.
        division: Who serves for what.
        config: What the network is fed.
        variation: How clips vary while learning.
        ways: Different ways of showing each clip.
        seed: Of everything drawn.

    Raises:
        ValueError: A shard is damaged.
    """
    from gaitdesk.learning.dataset import Variation
    from gaitdesk.learning.lessons import lessons_of

    training = [one.shard() for one in gathered_cases.of(division, Split.TRAIN)]
    validation = [one.shard() for one in gathered_cases.of(division, Split.VALIDATION)]
    return lessons_of(training, validation, config, variation or Variation(), ways, seed)


def patients_by_case(samples: Iterable[Sample]) -> Mapping[str, str]:
    """Whose each case is."""
    return {one.case: one.patient for one in samples}
