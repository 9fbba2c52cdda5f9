"""How far the readers of a store agree, the machine counted as one more reader."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.progress import Job, Progress, finish
from gaitdesk.i18n import after_gap, before_gap, percent, tr
from gaitdesk.scoring.comparing import (
    Agreements,
    Comparison,
    compared,
    machine_sheet,
    machines,
)
from gaitdesk.scoring.reliability import Icc
from gaitdesk.store import training_cases
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import Role
from gaitdesk.store.store import Store


def agreement(
    store: Store, sessions: Iterable[SessionId] | None = None, *, has_machines: bool = True
) -> Agreements:
    """How far readers agree over visits that somebody has read for a second time.

    See `agreeing`.
    """
    return finish(agreeing(store, sessions, has_machines=has_machines))


def agreeing(
    store: Store, sessions: Iterable[SessionId] | None = None, *, has_machines: bool = True
) -> Job[Agreements]:
    """How far readers agree over visits that somebody has read for a second time.

    Two readers are compared over the visits both have read, item by item where both have scored,
    and as they had scored before they were brought to a consensus.

    Args:
        store: The store.
        sessions: Visits to be counted; None takes all that were read twice, without those that
            new raters learn from.
        has_machines: Whether each machine that answered counts as a reader.

    Yields:
        Each visit that is read.

    Raises:
        BlindReading: Who is at the desk has yet to read one of the given visits blind.
    """
    if sessions is None:
        taught = training_cases.sources(store)
        cases = [
            one.id
            for one in store.sessions()
            if one.id not in taught and store.readings.is_open_to_all(one.id)
        ]
    else:
        cases = list(sessions)
        for session in cases:
            store.readings.check_may_see(session)
    visits = []
    for number, session in enumerate(cases):
        yield Progress(number, len(cases), tr("Reading the scores"))
        visits.append(_readers(store, session, has_machines))
    names = dict.fromkeys(name for visit in visits for name in visit)
    return compared({name: [visit.get(name) for visit in visits] for name in names})


def lines(found: Agreements) -> list[str]:
    """What a terminal shows of an agreement."""
    if not found.pairs:
        return [tr("No visit was read by two readers yet.")]
    told = []
    for pair in found.pairs:
        told += [
            "",
            tr("{first} and {second}").format(first=pair.first, second=pair.second),
            f"{'':6}{'n':>5}{after_gap(tr('alike'), 8)}{'κ':>8}{after_gap(tr('κ linear'), 10)}"
            f"{after_gap(tr('κ quadratic'), 13)}",
        ]
        rows = [(item.value, one) for item, one in pair.items.items()]
        for name, one in (*rows, (tr("all"), pair.all_items)):
            agreement = one.agreement
            told.append(
                f"{before_gap(name, 6)}{agreement.count:>5}{_share(agreement.exact):>8}"
                f"{_number(agreement.kappa()):>8}{_number(agreement.linear_kappa):>10}"
                f"{_number(agreement.weighted_kappa):>13}"
            )
        told += _total_lines(pair)
    if len(found.readers) > 2:
        told += ["", tr("All readers together: {icc}").format(icc=_icc(found.icc))]
    return [
        *told,
        "",
        tr("n counts limbs that both have scored; – stands where nothing can be said."),
    ]


def _total_lines(pair: Comparison) -> list[str]:
    totals = pair.totals
    low, high = totals.limits_of_agreement
    told = [
        tr("Totals: {icc}").format(icc=_icc(totals.icc)),
        tr("{second} less {first}: {mean} points on average, 95 % from {low} to {high}").format(
            first=pair.first,
            second=pair.second,
            mean=_number(totals.mean_difference),
            low=_number(low),
            high=_number(high),
        ),
    ]
    if totals.left_out:
        told.append(tr("%n limb(s) without an item that both have scored", "", totals.left_out))
    return told


def _icc(icc: Icc) -> str:
    return tr("ICC(2,1) {value} (95 %: {low} to {high}), {count} limbs").format(
        value=_number(icc.value), low=_number(icc.low), high=_number(icc.high), count=icc.targets
    )


def _share(value: float) -> str:
    return "–" if math.isnan(value) else percent(f"{100 * value:.0f}")


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _readers(store: Store, session: SessionId, has_machines: bool) -> dict[str, Scoresheet]:
    """Each reader's sheet of one visit by name."""
    found = {}
    first = store.readings.first_reader(session)
    if first:
        found[first] = store.readings.independent_sheet(session)
    for reading, facts in store.readings.of(session).items():
        if facts.role is Role.SECOND and facts.is_finished:
            found[facts.reader] = store.readings.sheet(session, reading)
    if has_machines:
        own = store.sheet(session)
        found.update({name: machine_sheet(own, name) for name in machines([own])})
    return found
