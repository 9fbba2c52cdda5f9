"""A look at a film that takes no time, for tests that are about something else."""

from __future__ import annotations

import pytest

from gaitdesk.domain.progress import Progress
from gaitdesk.jobs import glancing as module
from tests.jobs.glances import Walker, glance


@pytest.fixture(autouse=True)
def looked(monkeypatch):
    """What every look sees: a list that may be changed, its first entry the glance."""
    seen = [glance(Walker())]

    def glancing(video, model, known=None):
        yield Progress(0, 8, "looking")
        return seen[0]

    monkeypatch.setattr(module, "glancing", glancing)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)
    return seen
