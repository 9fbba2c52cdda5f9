"""What every test gets: an own user folder, English, and the development films where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from gaitdesk import i18n

ROOT = Path(__file__).resolve().parent.parent
FILMS = ROOT.parent / "shared" / "videos"
LONGEST = tuple(ROOT / "tests" / name for name in ("journeys", "jobs"))
"""Folders with files of few and long tests, which would keep one processor waiting at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first; others keep their order."""
    items.sort(key=lambda item: not any(map(item.path.is_relative_to, LONGEST)))


@pytest.fixture(autouse=True)
def _throw_away_user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path_factory.mktemp("user")))
    for name in (i18n.VARIABLE, "LANGUAGE"):
        monkeypatch.setenv(name, i18n.ENGLISH)


@pytest.fixture
def chinese(monkeypatch):
    """Chinese is spoken in this test."""
    for name in (i18n.VARIABLE, "LANGUAGE"):
        monkeypatch.setenv(name, "")
    before = i18n.language()
    i18n.speak("zh_CN")
    yield
    i18n.speak(before)


@pytest.fixture
def films() -> Path:
    """Folder of the development films; the test is skipped where it is absent."""
    if not FILMS.is_dir():
        pytest.skip(f"development films are not at {FILMS}")
    return FILMS
