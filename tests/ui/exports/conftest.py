"""A visit, its store, and dialogs opened on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QSettings

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.video import probe
from gaitdesk.store import vault
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.exports.dialog import ExportDialog

DAY = date(2026, 1, 5)
GIVEN = Consent(True, DAY, Giver.PARENT)


@pytest.fixture
def kept(tmp_path, analysis):
    """A data folder with one visit whose films are known by their true content."""
    films = tuple(
        replace(film, video=replace(film.video, sha256=probe(film.video.path).sha256))
        for film in analysis.films
    )
    folder = tmp_path / "data"
    whole = replace(analysis, films=films)
    return folder, finish(keep_analysis(whole, Keeping(folder, day=date(2026, 5, 4))))


@pytest.fixture
def store(kept, monkeypatch):
    """The store of the visit that is kept."""
    monkeypatch.setattr(vault, "WORK", 2)
    folder, _ = kept
    with Store.open(folder, rater="Dr. Lin") as store:
        yield store


@pytest.fixture
def visit(store, kept):
    """The visit as a list shows it."""
    return next(one for one in store.sessions() if one.id == kept[1])


@pytest.fixture
def agree(store, visit):
    """Records consent for purposes, by default all."""

    def agree(*purposes: Purpose) -> None:
        for purpose in purposes or Purpose:
            store.consents.record(visit.visit.patient, purpose, GIVEN)

    return agree


@pytest.fixture
def settings(tmp_path):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("exports", str(tmp_path / "out"))
    return settings


@pytest.fixture
def show(qtbot, appearance):
    """Shows a dialog, and closes it after the test."""
    shown = []

    def show(dialog):
        shown.append(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    yield show
    for dialog in shown:
        try:
            dialog.close()
        except RuntimeError:
            # It is gone already.
            continue


@pytest.fixture
def dialog(show, store, visit, settings):
    """The exports of the visit."""
    return show(ExportDialog(lambda: store, visit, settings, LastResort()))
