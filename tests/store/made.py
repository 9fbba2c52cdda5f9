"""Stores, visits and edits made for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import (
    Cell,
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.patient import Conditions
from gaitdesk.store.edits import Edit, Kind, SessionId, Visit, cell_key
from gaitdesk.store.facts import Signature
from gaitdesk.store.store import Store
from gaitdesk.store.vault import Vault

PASSPHRASE = "seven grey herons"
KNEE: Cell = (Side.LEFT, Item.STANCE_KNEE_EXTENSION)
HIP: Cell = (Side.RIGHT, Item.STANCE_HIP_EXTENSION)
KNEE_KEY = cell_key(*KNEE)
CELLS: tuple[Cell, ...] = tuple((side, item) for side in Side for item in Item)


def opened(folder: Path, rater: str = "Rater A", vault: Vault | None = None) -> Store:
    """A store that does not wait for the disk: what a power cut leaves is not tested."""
    store = Store.open(folder, rater=rater, vault=vault)
    store.database.run("PRAGMA synchronous = OFF")
    return store


def proposal(score: Score = Score.NORMAL, reader: str = "rules 1", origin=Origin.RULES) -> Proposal:
    """What a machine says of a knee, or of anything else."""
    return Proposal(
        origin,
        reader,
        State.SCORED,
        score,
        Direction.NORMAL if score is Score.NORMAL else Direction.FLEXION,
        measure=Measure(12.5, Unit.DEGREE, 3.0),
        confidence=0.8,
    )


def prefilled() -> Scoresheet:
    """A form as the reader leaves it: every cell proposed, none confirmed."""
    cell = ItemScore.from_proposal(proposal())
    return Scoresheet(MappingProxyType(dict.fromkeys(CELLS, cell)))


def visit(store: Store, pseudonym: str = "C-12", day: date = date(2026, 3, 4)) -> SessionId:
    """A visit whose form is pre-filled."""
    session = store.add_session(
        Visit(store.add_patient(pseudonym), day, 8.5, 1.29, Conditions("barefoot", "none", ""))
    )
    store.import_sheet(session, prefilled(), "Analysed")
    return session


def said(cell: ItemScore | None, score: Score) -> ItemScore:
    """The cell after a reviewer has said `score`."""
    way = Direction.NORMAL if score is Score.NORMAL else Direction.FLEXION
    held = cell or ItemScore(State.REVIEWER_DECIDES, Origin.RULES)
    return replace(
        held,
        state=State.SCORED,
        origin=Origin.REVIEWER,
        score=score,
        direction=way,
        reason=None,
        is_confirmed=True,
    )


def scoring(store: Store, session: SessionId, score: Score, cell: Cell = KNEE) -> Edit:
    """The edit by which a reviewer scores a cell as it stands."""
    old = store.sheet(session).get(*cell)
    return Edit(
        f"Score {cell[1].value} {int(score)}", Kind.CELL, cell_key(*cell), old, said(old, score)
    )


def score(store: Store, session: SessionId, value: Score, cell: Cell = KNEE) -> int:
    """Score a cell; the number of the entry."""
    return store.record(session, scoring(store, session, value, cell))


def score_all(store: Store, session: SessionId, value: Score = Score.MODERATE) -> None:
    """Score every cell of a visit as one step."""
    store.record_many(session, [scoring(store, session, value, cell) for cell in CELLS])


def sign(store: Store, session: SessionId, **given: Any) -> Signature:
    """Sign a visit as its author."""
    return store.signing.sign(
        session, PASSPHRASE, **{"name": "Dr. A. Reader", "role": "Physiotherapist", **given}
    )
