"""The mask followed anew from clicks, the brush or words by a network, as one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.correction import Correction, MaskClick, MaskRun, MaskWanted
from gaitdesk.domain.errors import NobodyClicked, NobodyNamed
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import noted, tr
from gaitdesk.jobs.eyes import package_for
from gaitdesk.jobs.keeping import open_analysis
from gaitdesk.jobs.mask_files import keep_masks
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.clicks import box_at, click_seeds
from gaitdesk.perception.correct import of_chosen_person, painted_masks, with_paint_kept
from gaitdesk.perception.model import FilmMaskModel, MaskSeed
from gaitdesk.perception.named import NamedPeople
from gaitdesk.perception.sam3 import TASK, FilmMasks
from gaitdesk.store.corrections import (
    corrections,
    new_correction,
    record_correction,
    standing_corrections,
)
from gaitdesk.store.edits import SessionId
from gaitdesk.store.store import Store


def follow_mask(
    session: SessionId,
    wanted: MaskWanted,
    folder: Path | None = None,
    rater: str = "",
    model: FilmMaskModel | None = None,
    named: NamedPeople | None = None,
) -> Job[MaskRun]:
    """Follow the patient's mask anew through some frames, as one step that one undo takes back.

    Only those frames are decoded, and only their masks change; all that was clicked and painted in
    them is told to the model. A frame that a person painted keeps its mask, which the model is
    given as it stands: it says more than clicks in the same frame, and the networks take either
    the one or the other there. Only where all was erased and the child was clicked, the click
    counts. A job that is closed changes nothing, and clicks and strokes stay.

    Args:
        session: The visit.
        wanted: In which frames, by which model, and whom besides what was clicked and painted.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        model: Follows masks; None takes the one that is wanted.
        named: Finds who is named; None takes the model's own.

    Returns:
        What was kept.

    Raises:
        NobodyClicked, NobodyNamed: There is nothing to begin from.
        GaitDeskError: As `open_analysis`, `FilmMasks`, `NamedPeople` and the store; nothing was
            changed then.
    """
    with Store.open(folder, rater=rater) as store:
        film, made = _as_it_stands(store, session, wanted)
        span = (wanted.first_frame, wanted.last_frame)
        clicks = [one for one in made if isinstance(one, MaskClick)]
        clicked = click_seeds(clicks, film.mask, span)
        painted = _painted(film, made, span, clicked)
        named_seeds: dict[int, MaskSeed] = {}
        if wanted.words:
            named_seeds = yield from _by_words(film, wanted, named)
        told = {i: MaskSeed(mask=one) for i, one in painted.items() if one is not None}
        seeds = clicked | named_seeds | told
        if not seeds:
            raise NobodyClicked(wanted.first_frame, wanted.last_frame)
        yield Progress(20, 1000, tr("Loading the model"))
        if model is None:
            model = FilmMasks(package_for(wanted.package, TASK))
        track = yield from portion(model.masks(film.video, seeds, span), 50.0, 940.0)
        yield Progress(995, 1000, tr("Keeping what was found"))
        words = f"; words: {wanted.words}" if wanted.words else ""
        # What was painted while the model looked stays as well.
        while True:
            standing = set(standing_corrections(store, session))
            film, made = _as_it_stands(store, session, wanted)
            kept = with_paint_kept(track, _painted(film, made, span, clicked), made)
            run = MaskRun(
                wanted.film, *span, keep_masks(kept, store.folder), model.provenance + words
            )
            with store.together():
                if set(standing_corrections(store, session)) == standing:
                    record_correction(store, session, new_correction(run_words(run), run))
                    return run


def _as_it_stands(
    store: Store, session: SessionId, wanted: MaskWanted
) -> tuple[FilmAnalysis, tuple[Correction, ...]]:
    """The film as it was corrected up to now, and what was corrected on its present patient."""
    film = open_analysis(store, session).films[wanted.film]
    return film, of_chosen_person(corrections(store, session).get(wanted.film, ()))[1]


def _painted(
    film: FilmAnalysis,
    made: Sequence[Correction],
    span: tuple[int, int],
    clicked: Mapping[int, MaskSeed],
) -> dict[int, FrameMask | None]:
    """Masks that stay; where all was erased and the child was clicked, the click counts."""
    painted = painted_masks(made, film.mask, span)
    return {i: one for i, one in painted.items() if one is not None or i not in clicked}


def run_words(run: MaskRun) -> str:
    """What following a mask anew is called."""
    return noted("Follow the mask anew in frames {first} to {last}").format(
        first=run.first_frame + 1, last=run.last_frame + 1
    )


def _by_words(
    film: FilmAnalysis, wanted: MaskWanted, named: NamedPeople | None
) -> Job[dict[int, MaskSeed]]:
    """Whoever is named and stands where the patient was followed, in the frame asked about."""
    yield Progress(0, 1000, tr("Loading the model"))
    if named is None:
        named = NamedPeople(package_for(wanted.package, TASK), wanted.words)
    yield Progress(
        10, 1000, tr("Looking for {words} in frame {frame}").format(
            words=wanted.words, frame=wanted.frame + 1
        )
    )  # fmt: skip
    with VideoReader(film.video) as reader:
        image = reader.frame(wanted.frame)
    box = named.nearest(image, box_at(film.pose, film.mask, wanted.frame))
    if box is None:
        raise NobodyNamed(wanted.words, wanted.frame)
    return {wanted.frame: MaskSeed(box)}
