"""A visit whose film shows two people, on a desk of its own."""

from __future__ import annotations

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from tests.jobs import two_people


@pytest.fixture(scope="session")
def analysis(tmp_path_factory):
    """Of two people who walk past each other; the films are never touched."""
    return two_people.analysis(tmp_path_factory.mktemp("films"))


@pytest.fixture
def desk(tmp_path):
    """Where a data folder comes to be."""
    return tmp_path / "desk"


@pytest.fixture
def session(analysis, desk):
    """The visit of two people, kept."""
    return finish(keep_analysis(analysis, Keeping(desk, "Rater A")))
