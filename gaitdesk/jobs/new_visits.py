"""New visits, from their films to their place in the store: what the window has done elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import tr
from gaitdesk.jobs import analysing
from gaitdesk.jobs.eyes import better_eyes
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.jobs.order import AnalysisOrder
from gaitdesk.jobs.reading import Readers
from gaitdesk.perception import blazepose
from gaitdesk.perception.package import find_package
from gaitdesk.store.edits import SessionId

KEEPING_AT = 990
"""What a new visit has come to when it is kept, in thousandths."""


def analyse_and_keep(
    order: AnalysisOrder, folder: Path | None, rater: str, day: date
) -> Job[SessionId]:
    """Analyse films, and keep what was found as a new visit.

    Args:
        order: What is to be analysed.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        day: Day of the visit.

    Raises:
        GaitDeskError: As `analyse` and `keep_analysis`.
    """
    yield Progress(0, 1000, tr("Loading the model"))
    threads = max(1, analysing.AT_ONCE // len(order.films))
    model = blazepose.BlazePose(find_package("blazepose"), threads)
    better = better_eyes(order.pose, order.mask, order.words)
    analysis = yield from portion(analysing.analyse(order, model, better), 0.0, KEEPING_AT)
    if order.readers is Readers.CHILDGAIT:
        # Whoever wants the network alone is not shown what the rules say.
        analysis = replace(analysis, scoresheet=Scoresheet())
    return (yield from _kept(analysis, Keeping(folder, rater, day=day)))


def demonstrate_and_keep(films: Path, folder: Path | None, rater: str, day: date) -> Job[SessionId]:
    """Film a made-up child, analyse the films like any others, and keep the visit.

    Args:
        films: Folder for the films and what is found in them.
        folder: The data folder; None takes the user's own.
        rater: Who is at the desk.
        day: Day of the visit.

    Raises:
        GaitDeskError: As filming and analysing.
    """
    yield Progress(0, 1000, tr("Choosing a child"))
    # Nobody waits for this who analyses films of their own.
    from gaitdesk.jobs import phantoming

    order = phantoming.PhantomOrder("crouch", distance_m=4.0)
    job = phantoming.demonstrate(order, films)
    _, analysis, _ = yield from portion(job, 0.0, KEEPING_AT)
    return (yield from _kept(analysis, Keeping(folder, rater, day=day)))


def _kept(analysis: Analysis, keeping: Keeping) -> Job[SessionId]:
    yield Progress(KEEPING_AT, 1000, tr("Keeping the visit"))
    return (yield from keep_analysis(analysis, keeping))
