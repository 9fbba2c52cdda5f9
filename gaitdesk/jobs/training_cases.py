"""Training cases made of made-up children: filmed, analysed, and kept with what is true of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.jobs.at_desk import AtDesk
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.phantoming import PhantomOrder, film_and_analyse
from gaitdesk.store import training_cases
from gaitdesk.store.edits import SessionId

FOLDER = "training-cases"
"""Folder inside the data folder that holds their films."""

WALKS: tuple[tuple[str, float, Side], ...] = (
    ("crouch", 1.0, Side.LEFT),
    ("normal", 1.0, Side.LEFT),
    ("true_equinus", 1.0, Side.LEFT),
    ("stiff_knee", 1.0, Side.RIGHT),
    ("winters_2a", 1.0, Side.RIGHT),
    ("jump", 0.7, Side.LEFT),
    ("in_toe_femoral", 1.0, Side.LEFT),
    ("winters_4", 1.0, Side.LEFT),
    ("recurvatum", 1.0, Side.RIGHT),
    ("out_toe_planovalgus", 1.0, Side.LEFT),
)
"""Pattern, severity and affected limb of each case in turn; then again with other children."""

AGES = (8.0, 6.0, 11.0, 9.0, 7.0, 12.0, 10.0)
_PSEUDONYM = "Training-{number:02d}"


def training_order(number: int) -> PhantomOrder:
    """The made-up child of a case, by its number from 0; the same one on every machine."""
    pattern, severity, side = WALKS[number % len(WALKS)]
    age = AGES[number % len(AGES)]
    return PhantomOrder(pattern, severity, side, age_years=age, seed=5000 + number, distance_m=4.0)


def make_training_cases(desk: AtDesk, count: int) -> Job[tuple[SessionId, ...]]:
    """Film made-up children and keep their visits as training cases.

    Each case is kept as soon as it is whole; a job that is stopped leaves those that are.

    Args:
        desk: Where they are kept.
        count: How many more.

    Yields:
        How far filming and analysing are.

    Raises:
        GaitDeskError: As filming, analysing and the store.
    """
    with desk.opened() as store:
        known = {one.pseudonym for one in store.patients()}
    made: list[SessionId] = []
    number = 0
    share = 1000.0 / max(1, count)
    while len(made) < count:
        name = _PSEUDONYM.format(number=number + 1)
        if name not in known:
            start = share * len(made)
            job = _make_one(desk, training_order(number), name)
            made.append((yield from portion(job, start, share)))
        number += 1
    return tuple(made)


def _make_one(desk: AtDesk, order: PhantomOrder, name: str) -> Job[SessionId]:
    folder = desk.folder / FOLDER / name
    truth, analysis = yield from portion(film_and_analyse(order, folder), 0.0, 980.0)
    yield Progress(985, 1000, tr("Keeping the training case"))
    sheet = training_cases.with_truth(analysis.scoresheet, truth.scoresheet.cells)
    patient = replace(analysis.patient, pseudonym=name)
    day = datetime.now().astimezone().date()
    keeping = Keeping(desk.folder, rater=desk.rater, day=day)
    job = keep_analysis(replace(analysis, patient=patient, scoresheet=sheet), keeping)
    session = yield from portion(job, 985.0, 15.0)
    with desk.opened() as store:
        training_cases.mark(store, session)
    return session
