"""Films in: a card for each, an order from the cards, and an analysis that can be stopped."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.progress import Progress
from gaitdesk.jobs import analysing
from gaitdesk.ui.patients.import_page import MOST_FILMS, ImportPage
from gaitdesk.ui.patients.start_page import StartPage


@pytest.fixture
def paths(analysis):
    """A film from the side and one from the front."""
    return [film.video.path for film in analysis.films]


@pytest.fixture
def page(qtbot, appearance):
    page = ImportPage()
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    yield page
    page.clear()


@pytest.fixture
def answers_at_once(monkeypatch, analysis):
    """Lets the analysis give a result without looking at a film."""

    def analyse(order, model):
        yield Progress(1, 2, "looking")
        return analysis

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)


def read(qtbot, page):
    """Wait until every film has been read."""
    qtbot.waitUntil(lambda: all(card.is_ready for card in page.cards), timeout=60_000)


def test_films_become_cards_with_a_view_each(qtbot, page, paths):
    page.add_films(paths)
    assert [card.plane for card in page.cards] == [Plane.SAGITTAL, Plane.CORONAL]
    assert not page.analyse_button.isEnabled()
    read(qtbot, page)
    assert page.analyse_button.isEnabled()


def test_a_film_is_not_added_twice(page, paths):
    page.add_films([paths[0], paths[0]])
    page.add_films([paths[0]])
    assert len(page.cards) == 1


def test_there_is_an_end_to_the_films_of_a_visit(page, tmp_path):
    page.add_films([tmp_path / f"film-{number}.mp4" for number in range(MOST_FILMS + 2)])
    assert len(page.cards) == MOST_FILMS
    assert "at most" in page.message.text


def test_what_is_no_film_is_said_on_its_card(qtbot, page, tmp_path):
    path = tmp_path / "notes.mp4"
    path.write_text("not a film")
    page.add_films([path])
    qtbot.waitUntil(lambda: bool(page.cards[0].findings), timeout=60_000)
    assert page.cards[0].findings[0].is_fatal
    assert not page.analyse_button.isEnabled()


def test_the_order_holds_what_was_chosen(qtbot, page, paths):
    page.add_films(paths)
    page.cards[1].choose_plane(Plane.SAGITTAL)
    read(qtbot, page)
    with qtbot.waitSignal(page.ordered) as ordered:
        qtbot.mouseClick(page.analyse_button, Qt.MouseButton.LeftButton)
    order, day = ordered.args
    assert [film.plane for film in order.films] == [Plane.SAGITTAL, Plane.SAGITTAL]
    assert [film.path for film in order.films] == paths
    assert order.patient.age_years is None
    assert len(day) == len("2026-01-01")


def test_dropped_films_become_cards(qtbot, window, paths):
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        dropped,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    assert [card.path for card in window.importing.cards] == paths
    assert window.pages.currentWidget() is window.importing


@pytest.mark.usefixtures("answers_at_once")
def test_an_analysis_becomes_a_visit_that_is_kept(qtbot, window, paths):
    window.import_films(paths)
    read(qtbot, window.importing)
    qtbot.mouseClick(window.importing.analyse_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document is not None, timeout=60_000)
    assert window.pages.currentWidget() is window.work
    assert len(window.browser.visits) == 1
    assert window.importing.cards == ()


def test_what_a_clinician_can_mend_is_said_in_place(qtbot, window, paths, monkeypatch):
    def analyse(order, model):
        yield Progress(0, None, "looking")
        raise TooFewSteps("side.mp4", 1)

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)
    window.import_films(paths)
    read(qtbot, window.importing)
    window.importing.analyse_button.click()
    qtbot.waitUntil(lambda: not window.is_busy, timeout=60_000)
    assert "two full strides" in window.importing.message.text
    assert len(window.importing.cards) == 2
    assert window.importing.analyse_button.isEnabled()


def test_an_analysis_can_be_stopped_and_started_again(qtbot, window, paths, monkeypatch):
    cleaned = []

    def analyse(order, model):
        try:
            while True:
                yield Progress(1, 1000, "looking")
        finally:
            cleaned.append(True)

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)
    window.import_films(paths)
    read(qtbot, window.importing)
    window.importing.analyse_button.click()
    assert window.is_busy
    qtbot.waitUntil(lambda: window.importing.progress.text == "looking", timeout=60_000)
    window.importing.progress.cancel_asked.emit()
    qtbot.waitUntil(lambda: not window.is_busy, timeout=60_000)
    assert cleaned == [True]
    assert window.browser.visits == ()
    assert window.importing.analyse_button.isEnabled()


def test_the_first_page_offers_films_and_a_demonstration(qtbot, appearance):
    page = StartPage()
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.demo_asked):
        qtbot.mouseClick(page.demo_button, Qt.MouseButton.LeftButton)
