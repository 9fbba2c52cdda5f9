"""How far the readers of a store agree, the machine counted as one more reader."""

from __future__ import annotations

from collections.abc import Iterable

from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.scoring.comparing import Agreements, compared, machine_sheet, machines
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import Role
from gaitdesk.store.store import Store


def agreement(
    store: Store, sessions: Iterable[SessionId] | None = None, *, has_machines: bool = True
) -> Agreements:
    """How far readers agree over visits that somebody has read for a second time.

    Two readers are compared over the visits both have read, item by item where both have scored.

    Args:
        store: The store.
        sessions: Visits to be counted; None takes all that were read twice.
        has_machines: Whether each machine that answered counts as a reader.

    Raises:
        BlindReading: Who is at the desk has yet to read one of the given visits blind.
    """
    if sessions is None:
        cases = [one.id for one in store.sessions() if store.readings.is_open_to_all(one.id)]
    else:
        cases = list(sessions)
        for session in cases:
            store.readings.check_may_see(session)
    visits = [_readers(store, session, has_machines) for session in cases]
    names = dict.fromkeys(name for visit in visits for name in visit)
    return compared({name: [visit.get(name) for visit in visits] for name in names})


def _readers(store: Store, session: SessionId, has_machines: bool) -> dict[str, Scoresheet]:
    """Each reader's sheet of one visit by name."""
    found = {}
    first = store.readings.first_reader(session)
    if first:
        found[first] = store.readings.sheet(session, None)
    for reading, facts in store.readings.of(session).items():
        if facts.role is Role.SECOND and facts.is_finished:
            found[facts.reader] = store.readings.sheet(session, reading)
    if has_machines:
        own = store.sheet(session)
        found.update({name: machine_sheet(own, name) for name in machines([own])})
    return found
