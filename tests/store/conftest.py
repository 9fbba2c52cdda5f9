"""A store in a folder of its own, and a visit in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gaitdesk.store import vault
from gaitdesk.store.edits import SessionId
from tests.store import made


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch):
    """Passphrases that would be guessed fast, so that tests need not wait for them."""
    monkeypatch.setattr(vault, "WORK", 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "desk"


@pytest.fixture
def store(folder):
    with made.opened(folder) as store:
        yield store


@pytest.fixture
def session(store) -> SessionId:
    return made.visit(store)
