"""Films that several journeys share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.phantoming import ORDER_FILE, PhantomOrder, make_phantom
from gaitdesk.media.output import write_text
from gaitdesk.phantom.session import Staging
from tests.conftest import FILMS
from tests.journeys import films as made
from tests.journeys.screen import screen

SMALL = Staging(fps=50.0, coronal_fps=25.0, width=640, height=360, shutter=0.0, clutter=0.2)


@pytest.fixture(scope="session")
def filmed(tmp_path_factory) -> SimpleNamespace:
    """A made-up child's films as the demonstration leaves them: `folder`, and the `order`."""
    folder = tmp_path_factory.mktemp("demo")
    order = PhantomOrder("true_equinus", seed=4, staging=SMALL, distance_m=3.2)
    finish(make_phantom(order, folder / "phantom"))
    write_text(folder / "phantom" / ORDER_FILE, repr(order))
    return SimpleNamespace(folder=folder, order=order)


@pytest.fixture(scope="session")
def x_screen() -> Iterator[dict[str, str]]:
    """The environment of processes that show windows on a screen nobody looks at."""
    with screen() as environment:
        yield environment


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
