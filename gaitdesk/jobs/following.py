"""Correct once, and everything follows: a visit after all that persons said of its films."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.correction import Correction, JointMove, MaskClick, SideSwap
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.evgs import Cell, Origin, Proposal, Scoresheet
from gaitdesk.domain.memory import Memory, walk_digest
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.i18n import noted, tr
from gaitdesk.jobs.analysing import proposed_link, with_gait_again
from gaitdesk.jobs.correcting import filled, keypoints_of, recalculated
from gaitdesk.jobs.keeping import Kept, open_kept
from gaitdesk.jobs.known import Known, known_answers, note_read, read_states
from gaitdesk.perception.correct import corrected, of_chosen_person
from gaitdesk.scoring.calibration import Calibration, calibration_of
from gaitdesk.store import cells
from gaitdesk.store.corrections import standing_corrections
from gaitdesk.store.edits import Kind, SessionId
from gaitdesk.store.forms import to_text
from gaitdesk.store.store import Store

_FILMS = Memory(24)
_CYCLES = Memory(2000)
"""What follows from films and cycles, as long as the program runs: some megabytes at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A visit with all that was corrected in it, and what follows.

    Attributes:
        analysis: What follows; it has no cycles where the corrections leave none. Its form is
            the one in the store.
        corrections: Corrections of the films by their key, in the order they were made in.
        is_behind: Whether the store holds machines' answers from before a correction.
        is_unread: Whether the network's answers are among those.
    """

    analysis: Analysis
    corrections: Mapping[str, Correction]
    is_behind: bool = False
    is_unread: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Now:
    """A visit worked out.

    Attributes:
        kept: What it was worked out from.
        analysis: What follows.
        rules: The form as the rules would fill it; None where no gait cycle is left.
        known: What of the network's answers still holds.
    """

    kept: Kept
    analysis: Analysis
    rules: Scoresheet | None
    known: Known

    @property
    def is_unread(self) -> bool:
        """Whether the network is to read something again."""
        return self.rules is not None and bool(self.known.outdated)

    def form(self, answers: Mapping[Cell, Proposal]) -> Scoresheet | None:
        """The form as the machines would fill it with these answers of the network."""
        if self.analysis is self.kept.placed:
            return self.kept.made.scoresheet
        if self.rules is None:
            return None
        return filled(self.rules, answers, self.kept.made.scoresheet)


def look(store: Store, session: SessionId) -> Job[Outcome]:
    """What follows from everything that was corrected in a visit; nothing is kept of it.

    Yields:
        Each film in which gait is found anew.

    Raises:
        AnalysisUnreadable: Files of the analysis are missing, or are not those that were kept.
    """
    now = yield from _worked_out(store, session)
    held = now.kept.placed.scoresheet
    return Outcome(
        replace(now.analysis, scoresheet=held),
        _corrections(store, session),
        now.is_unread or _differs(held, now.form(now.known.answers)),
        now.is_unread,
    )


def recalculate(session: SessionId, folder: Path | None = None, rater: str = "") -> Job[Outcome]:
    """Work out what follows from the corrections of a visit, and keep what the rules answer now.

    What a person has said or confirmed stays. The network's answers to what changed are not
    waited for: see `gaitdesk.jobs.rereading`. Where no gait cycle is left, all scores stand as
    they were.

    Raises:
        GaitDeskError: As `look` and the store.
    """
    with Store.open(folder, rater=rater) as store:
        now = yield from _worked_out(store, session)
        yield Progress(0, None, tr("Keeping the new answers"))
        return _keep(store, session, now)


def _worked_out(store: Store, session: SessionId) -> Job[_Now]:
    kept = open_kept(store, session)
    analysis, rules = kept.placed, None
    if _is_corrected(kept) or kept.events or kept.sync or _has_later_rules(kept):
        films, links = yield from _films_now(kept)
        yield Progress(0, None, tr("Working out what follows"))
        analysis, rules = _concluded(replace(kept.placed, films=tuple(films), sync=links))
    known = known_answers(
        kept.made,
        kept.placed.scoresheet,
        analysis.films,
        kept.corrections,
        read_states(store, session),
    )
    return _Now(kept, analysis, rules, known)


def _films_now(kept: Kept) -> Job[tuple[list[FilmAnalysis], tuple[Sync, ...]]]:
    """Films with all that was corrected in them and the gait that is found then; their links."""
    patient = kept.placed.patient
    calibration = calibration_of(keypoints_of(kept.made))
    films = list(kept.placed.films)
    moved = set()
    for index, found in enumerate(kept.placed.films):
        own = kept.corrections.get(index, ())
        films[index] = film = corrected(found, own, kept.runs)
        if any(isinstance(one, JointMove | SideSwap) for one in of_chosen_person(own)[1]):
            yield Progress(
                0,
                None,
                tr("Finding gait anew in {name}").format(name=film.video.path.name),
            )
            films[index] = film = _with_gait_again(found, film, calibration, patient)
            moved.add(index)
        films[index] = replace(film, events=kept.events.get(index, film.events))
    return films, tuple(_link_now(link, kept, films, moved) for link in kept.placed.sync)


def _with_gait_again(
    found: FilmAnalysis, film: FilmAnalysis, calibration: Calibration, patient: Patient
) -> FilmAnalysis:
    """As `with_gait_again`; it is remembered, so that a film is not searched for another's sake."""
    own = (walk_digest(found), walk_digest(film), found.is_camera_fixed, film.notes)
    limits = (calibration.sole_deg, calibration.contact_s, calibration.foot_off_s)
    again = _FILMS.recall(
        (*own, *limits, patient.height_m),
        lambda: with_gait_again(found, replace(film, mask=None), calibration, patient),
    )
    return replace(again, video=film.video, mask=film.mask, people=film.people)


def _link_now(link: Sync, kept: Kept, films: list[FilmAnalysis], moved: set[int]) -> Sync:
    """A link as somebody stated it, or as body points and events propose it now."""
    said = kept.sync.get((link.sagittal, link.coronal), link)
    if said.source is SyncSource.USER or not moved & {link.sagittal, link.coronal}:
        return said
    first, second = films[link.sagittal], films[link.coronal]
    clocks = tuple((one.video.start_s, one.video.recorded_at) for one in (first, second))
    return _FILMS.recall(
        (
            link.sagittal,
            link.coronal,
            walk_digest(first),
            first.events,
            walk_digest(second),
            clocks,
        ),
        lambda: proposed_link(films, link.sagittal, link.coronal),
    )


def _is_corrected(kept: Kept) -> bool:
    """Whether anything was corrected that something follows from; from a click nothing does."""
    made = [one for own in kept.corrections.values() for one in own]
    return not all(isinstance(one, MaskClick) for one in made)


def _has_later_rules(kept: Kept) -> bool:
    """Whether other rules than those of the analysis have answered since.

    Their answers were to corrections that are all taken back by now.
    """
    first, held = (
        {
            proposal.reader
            for cell in sheet.cells.values()
            for proposal in cell.proposed
            if proposal.origin is Origin.RULES
        }
        for sheet in (kept.made.scoresheet, kept.placed.scoresheet)
    )
    return bool(held - first)


def _concluded(analysis: Analysis) -> tuple[Analysis, Scoresheet | None]:
    """What follows, and the form as the rules would fill it; none where no gait cycle is left."""
    try:
        anew = recalculated(analysis, _CYCLES)
    except TooFewSteps:
        return replace(analysis, cycles=(), curves=(), spatiotemporal=(), variable_scores=()), None
    return anew, anew.scoresheet


def _keep(store: Store, session: SessionId, now: _Now) -> Outcome:
    """Keep what the machines answer now; what follows is shown with the form that stands then."""
    with store.together():
        sheet = now.form(now.known.answers)
        if sheet is not None:
            store.import_sheet(session, sheet, noted("After a correction"))
            note_read(store, session, now.known.read)
        return Outcome(
            replace(now.analysis, scoresheet=store.sheet(session)),
            _corrections(store, session),
            now.is_unread,
            now.is_unread,
        )


def _corrections(store: Store, session: SessionId) -> Mapping[str, Correction]:
    return MappingProxyType(standing_corrections(store, session))


def _differs(held: Scoresheet, sheet: Scoresheet | None) -> bool:
    """Whether the form would change if it were to hold what the machines answer now."""
    if sheet is None:
        return False
    return any(
        to_text(Kind.CELL, held.get(*place))
        != to_text(Kind.CELL, cells.answered_anew(held.get(*place), fresh))
        for place, fresh in sheet.cells.items()
    )
