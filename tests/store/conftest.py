"""A store in a folder of its own, and a visit in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gaitdesk.store.edits import SessionId
from gaitdesk.store.store import Store
from tests.store import made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "desk"


@pytest.fixture
def store(folder):
    with Store.open(folder, rater="Rater A") as opened:
        yield opened


@pytest.fixture
def session(store) -> SessionId:
    return made.visit(store)
