"""A visit kept in a store, with films and consent, for what is exported from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.writing import FilmWriter
from gaitdesk.store.edits import SessionId
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.store.store import Store
from tests.report import made

DAY = date(2026, 3, 4)
RATER = "Rater A"


def filmed(folder: Path, frames: int = 12, height: int = 90) -> Analysis:
    """An analysis whose films can be opened: grey, and a little brighter in each frame."""
    folder.mkdir(parents=True, exist_ok=True)
    analysis = made.analysis(folder, frames, height)
    for film in analysis.films:
        with FilmWriter(film.video.path, made.FPS, recorded_at="2026-03-04T10:00:00Z") as writer:
            for number in range(frames):
                shape = (film.video.height, film.video.width, 3)
                writer.write(np.full(shape, 80 + number, np.uint8))
    return analysis


def kept(analysis: Analysis, desk: Path, pseudonym: str = "C-12", day: date = DAY) -> SessionId:
    """The visit that holds an analysis."""
    patient = replace(analysis.patient, pseudonym=pseudonym)
    return finish(keep_analysis(replace(analysis, patient=patient), Keeping(desk, RATER, day=day)))


def consent(store: Store, session: SessionId, purpose: Purpose, is_given: bool = True) -> None:
    """Record what a parent decided."""
    patient = store.visit(session).patient
    store.consents.record(patient, purpose, Consent(is_given, date(2026, 1, 1), Giver.PARENT))
