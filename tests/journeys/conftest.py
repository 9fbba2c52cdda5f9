"""Films that several journeys share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import FILMS
from tests.journeys import films as made


@pytest.fixture(scope="session")
def street() -> Path:
    """The street film, in which a woman walks from right to left."""
    path = FILMS / "sports2d_demo" / "demo.mp4"
    if not path.is_file():
        pytest.skip(f"development films are not at {FILMS}")
    return path


@pytest.fixture(scope="session")
def short_walk(street, tmp_path_factory) -> Path:
    """Three seconds of the street film at half its size."""
    path = tmp_path_factory.mktemp("short") / "walk.mp4"
    return made.slice_of(street, path, 70, 162, made.half)
