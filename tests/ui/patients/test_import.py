"""Films in: a card for each, an order from the cards, and an analysis that can be stopped."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.progress import Progress
from gaitdesk.jobs import analysing
from gaitdesk.jobs.analysing import Walked
from gaitdesk.jobs.reading import Readers
from gaitdesk.perception.sight import Sight
from gaitdesk.ui.patients.import_page import MOST_FILMS, ImportPage
from gaitdesk.ui.patients.reader_choice import BOTH, RULES
from gaitdesk.ui.patients.start_page import StartPage
from tests.jobs.glances import Walker, glance


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
    page.stop()


@pytest.fixture
def answers_at_once(monkeypatch, analysis):
    """Lets the analysis give a result without looking at a film."""

    def analyse(order, model, better=None):
        yield Progress(1, 2, "looking")
        return analysis

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)


def read(qtbot, page):
    """Wait until every film has been read."""
    qtbot.waitUntil(lambda: all(card.is_ready for card in page.cards), timeout=150_000)


def test_films_become_cards_with_a_view_each(qtbot, page, paths):
    page.add_films(paths)
    assert [card.plane for card in page.cards] == [Plane.SAGITTAL, Plane.CORONAL]
    assert not page.analyse_button.isEnabled()
    read(qtbot, page)
    assert page.analyse_button.isEnabled()


def test_a_film_is_not_added_twice(page, paths):
    page.add_films([paths[0], paths[0]])
    assert not page.message.isHidden()
    assert f"{paths[0].name} is here already" in page.message.text
    page.add_films([paths[0]])
    assert len(page.cards) == 1


def test_a_copy_of_a_film_is_told(qtbot, page, paths, tmp_path):
    copied = tmp_path / "again.mp4"
    copied.write_bytes(paths[0].read_bytes())
    page.add_films([paths[0], copied])
    qtbot.waitUntil(lambda: "are the same film" in page.said)
    assert "again.mp4" in page.said


def test_there_is_an_end_to_the_films_of_a_visit(page, tmp_path):
    page.add_films([tmp_path / f"film-{number}.mp4" for number in range(MOST_FILMS + 2)])
    assert len(page.cards) == MOST_FILMS
    assert "at most" in page.message.text


def test_what_is_no_film_is_said_on_its_card(qtbot, page, tmp_path):
    path = tmp_path / "notes.mp4"
    path.write_text("not a film")
    page.add_films([path])
    qtbot.waitUntil(lambda: bool(page.cards[0].findings), timeout=150_000)
    assert page.cards[0].findings[0].is_fatal
    assert not page.analyse_button.isEnabled()
    assert "marked ✕" in page.said


def test_a_defect_while_a_film_is_read_is_told_as_one(qtbot, page, paths, monkeypatch):
    def preview(path, turn, is_mirrored):
        yield Progress(0, None, "reading")
        raise ValueError("what nobody expected")

    monkeypatch.setattr("gaitdesk.ui.patients.film_card.preview", preview)
    with qtbot.captureExceptions() as caught:
        page.add_films(paths[:1])
        qtbot.waitUntil(lambda: bool(caught))
    assert "nobody expected" in str(caught[0][1])
    (told,) = page.cards[0].findings
    assert "defect" in told.text
    assert told.is_fatal


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
    qtbot.waitUntil(lambda: window.document is not None, timeout=150_000)
    assert window.pages.currentWidget() is window.work
    assert len(window.browser.visits) == 1
    assert window.importing.cards == ()


def test_what_a_clinician_can_mend_is_said_in_place(qtbot, window, paths, monkeypatch):
    def analyse(order, model, better=None):
        yield Progress(0, None, "looking")
        raise TooFewSteps("side.mp4", 1)

    monkeypatch.setattr(analysing, "analyse", analyse)
    monkeypatch.setattr("gaitdesk.perception.blazepose.BlazePose", lambda *_: None)
    window.import_films(paths)
    read(qtbot, window.importing)
    window.importing.analyse_button.click()
    qtbot.waitUntil(lambda: not window.is_busy, timeout=150_000)
    assert "two full strides" in window.importing.message.text
    assert len(window.importing.cards) == 2
    assert window.importing.analyse_button.isEnabled()


def test_an_analysis_can_be_stopped_and_started_again(qtbot, window, paths, monkeypatch):
    cleaned = []

    def analyse(order, model, better=None):
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
    qtbot.waitUntil(lambda: window.importing.progress.text == "looking", timeout=150_000)
    window.importing.progress.cancel_asked.emit()
    qtbot.waitUntil(lambda: not window.is_busy, timeout=150_000)
    assert cleaned == [True]
    assert window.browser.visits == ()
    assert window.importing.analyse_button.isEnabled()


def test_the_first_page_offers_films_and_a_demonstration(qtbot, appearance):
    page = StartPage()
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.demo_asked):
        qtbot.mouseClick(page.demo_button, Qt.MouseButton.LeftButton)


def looked_at(qtbot, page):
    """Wait until every film has been looked at."""
    qtbot.waitUntil(
        lambda: all(card.is_ready and not card.wants_glance for card in page.cards),
        timeout=150_000,
    )


def test_a_card_says_what_a_look_at_the_film_shows(qtbot, page, paths, looked):
    looked[0] = glance(Walker((640, 300), (640, 420), (240, 400), turned_deg=85.0, step=0.1))
    page.add_films(paths[:1])
    looked_at(qtbot, page)
    assert any("looks like a film from the front" in one.text for one in page.cards[0].findings)
    page.cards[0].choose_plane(Plane.CORONAL)
    assert not any("looks like" in one.text for one in page.cards[0].findings)


def test_the_child_is_chosen_by_click_or_number_and_the_choice_is_ordered(
    qtbot, page, paths, looked
):
    looked[0] = glance(Walker(), Walker((800, 330), (805, 330), colour=3))
    page.add_films(paths[:1])
    looked_at(qtbot, page)
    card = page.cards[0]
    picture = card.picture
    assert picture.can_choose
    assert card.choice.patient_at is None
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.middle_of(1).toPoint())
    assert picture.choice == 1
    assert card.choice.patient_at == looked[0].choices[1].centre
    assert card.choice.patient_in == looked[0].frame
    assert not any("2 people" in one.text for one in card.findings)
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_1)
    assert card.choice.patient_at == looked[0].choices[0].centre
    qtbot.keyClick(picture, Qt.Key.Key_Backspace)
    assert card.choice.patient_at is None
    assert any("2 people" in one.text for one in card.findings)


def test_films_are_looked_at_one_after_the_other_until_the_analysis_begins(
    qtbot, page, paths, monkeypatch
):
    running, most, ended = [], [], []

    def glancing(video, model, known=None):
        running.append(video)
        most.append(len(running))
        try:
            while True:
                yield Progress(1, 8, "looking")
        finally:
            running.remove(video)
            ended.append(video)

    monkeypatch.setattr("gaitdesk.jobs.glancing.glancing", glancing)
    page.add_films(paths)
    qtbot.waitUntil(lambda: bool(running), timeout=150_000)
    page.cards[0].removed.emit()
    qtbot.waitUntil(lambda: len(most) == 2 or bool(running), timeout=150_000)
    assert max(most) == 1
    qtbot.waitUntil(lambda: page.cards[0].is_ready, timeout=150_000)
    page.show_busy(True)
    qtbot.waitUntil(lambda: not page.is_looking, timeout=150_000)
    assert not running


def test_a_look_that_fails_leaves_the_film_usable(qtbot, page, paths, monkeypatch):
    def glancing(video, model, known=None):
        yield Progress(0, 8, "looking")
        raise ValueError("what nobody expected")

    monkeypatch.setattr("gaitdesk.jobs.glancing.glancing", glancing)
    page.add_films(paths[:1])
    looked_at(qtbot, page)
    assert page.analyse_button.isEnabled()
    assert any("could not be looked at" in one.text for one in page.cards[0].findings)


def test_what_is_being_found_is_shown_on_the_cards(qtbot, page, paths, analysis):
    page.add_films(paths)
    looked_at(qtbot, page)
    page.show_busy(True)
    before = [card.picture.grab().toImage() for card in page.cards]
    sight = Sight(paths[1], 11, np.full((90, 160, 3), 200, np.uint8))
    page.show_found(Progress(1, 2, "following", sight))
    after = [card.picture.grab().toImage() for card in page.cards]
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert "Frame 12" in page.cards[1].facts
    page.show_found(Progress(1, 2, "events", Walked(analysis.films)))
    assert "gait event" in page.cards[0].facts
    page.show_busy(False)
    assert "frames/s" in page.cards[0].facts


@pytest.mark.usefixtures("answers_at_once")
def test_who_reads_is_ordered_and_remembered(qtbot, open_window, tmp_path, paths):
    window = open_window(tmp_path / "data")
    window.import_films(paths[:1])
    readers = window.importing.readers
    assert readers.choice == BOTH
    assert "not for clinical use" in readers.words
    box = readers.findChild(QComboBox)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    box.activated.emit(box.currentIndex())
    assert readers.choice == RULES
    read(qtbot, window.importing)
    with qtbot.waitSignal(window.importing.ordered) as ordered:
        window.importing.analyse_button.click()
    assert ordered.args[0].readers is Readers.RULES
    qtbot.waitUntil(lambda: window.document is not None and not window.is_busy)
    window.close()
    later = open_window(tmp_path / "data")
    later.import_films(paths[:1])
    assert later.importing.readers.choice == RULES


def test_without_torch_the_rules_read_and_it_is_said_what_to_install(page, paths, monkeypatch):
    monkeypatch.setattr("gaitdesk.jobs.reading.missing_libraries", lambda: ["torch"])
    page.add_films(paths[:1])
    assert page.readers.choice == RULES
    assert "torch" in page.readers.words
    assert "pip install" in page.readers.words


def test_tab_goes_through_the_films_before_the_fields_below(page, paths):
    page.add_films(paths)
    chain = [page.message.last_button]
    while (following := chain[-1].nextInFocusChain()) is not chain[0]:
        chain.append(following)
    first, second = (card.controls[1:] for card in page.cards)
    wanted = [*first, *second, page.fields.patient_field.edit, page.analyse_button]
    assert [one for one in chain if one in wanted] == wanted
