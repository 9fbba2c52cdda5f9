"""From the window: exports, consent, films, reminders, and the end of a patient."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gaitdesk.store import vault
from gaitdesk.store.consents import today
from gaitdesk.store.edits import Identity
from gaitdesk.store.erasing import FILMS
from gaitdesk.store.facts import ExportForm, Purpose
from gaitdesk.store.store import Store
from gaitdesk.ui.exports.consent_dialog import ConsentDialog
from gaitdesk.ui.exports.dialog import ExportDialog
from gaitdesk.ui.exports.due_dialog import DueDialog
from gaitdesk.ui.exports.erase_dialog import EraseDialog
from gaitdesk.ui.records.passphrase_dialogs import UnlockDialog
from tests.store.made import PASSPHRASE


def answered(dialog) -> None:
    """Press the button of what the dialog says."""
    buttons = dialog.message.findChildren(QPushButton)
    next(one for one in buttons if one.text() and one.text() != "Close").click()


def opened(window, kind):
    dialog = window.exporting.dialog
    assert isinstance(dialog, kind)
    return dialog


@pytest.fixture
def patient(visit_window):
    window = visit_window
    return window._desk.store.visit(window.visit).patient


def test_from_a_blocked_export_to_consent_and_back(qtbot, visit_window):
    window = visit_window
    window.actions_offered.export.trigger()
    dialog = opened(window, ExportDialog)
    dialog.choose(ExportForm.CSV)
    assert not dialog.export_button.isEnabled()
    answered(dialog)
    consent = opened(window, ConsentDialog)
    consent.decision.purposes.setCurrentIndex(list(Purpose).index(Purpose.CARE))
    consent.decision.button.click()
    consent.close()
    assert opened(window, ExportDialog) is dialog
    assert dialog.export_button.isEnabled()
    dialog.close()
    assert window.exporting.dialog is None


def test_a_locked_name_is_unlocked_on_the_way(qtbot, visit_window, patient, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)
    window = visit_window
    store = window._desk.store
    store.keys.add(PASSPHRASE)
    store.set_identity(patient, Identity("Ada Moss"))
    store.vault.lock()
    window.exporting.ask_consent()
    consent = opened(window, ConsentDialog)
    consent.decision.button.click()
    consent.close()
    window.exporting.offer()
    dialog = opened(window, ExportDialog)
    dialog.choices.name.setChecked(True)
    answered(dialog)
    asking = opened(window, UnlockDialog)
    asking.passphrase.setText(PASSPHRASE)
    with qtbot.waitSignal(window.exporting.names_unlocked, timeout=90_000):
        asking.accept_button.click()
    qtbot.waitUntil(lambda: window.exporting.dialog is dialog, timeout=150_000)
    assert dialog.export_button.isEnabled()
    dialog.close()


def test_films_copied_in_are_the_ones_that_are_shown(qtbot, open_window, kept):
    folder, session = kept
    window = open_window(folder)
    window.open_visit(session)
    qtbot.waitUntil(lambda: window.document is not None, timeout=90_000)
    window.actions_offered.films.trigger()
    dialog = window.exporting.dialog
    with qtbot.waitSignal(dialog.copied, timeout=90_000):
        dialog.copy_button.click()
    qtbot.waitUntil(lambda: window.document is not None and not window.is_busy, timeout=90_000)
    paths = {film.video.path for film in window.reviewed.films}
    assert {one.parent for one in paths} == {(folder / FILMS).absolute()}
    dialog.close()


def test_a_moved_film_is_found_again_from_the_dialog(qtbot, open_window, kept, tmp_path):
    folder, session = kept
    with Store.open(folder) as store:
        (name, film), *_ = store.films(session).items()
        elsewhere = tmp_path / "stick" / "another name.mp4"
        elsewhere.parent.mkdir()
        shutil.copy(film.path, elsewhere)
        store.move_film(session, name, tmp_path / "gone.mp4")
    window = open_window(folder)
    window.open_visit(session)
    qtbot.waitUntil(lambda: window.document is not None, timeout=90_000)
    window.exporting.show_films()
    with qtbot.waitSignal(window.exporting.films_asked) as asked:
        window.exporting.dialog.look_button.click()
    assert asked.args == [session]
    assert window.exporting.dialog is None


@pytest.fixture(autouse=True)
def _no_folder_is_asked_for(monkeypatch):
    """The system's own dialog would wait for somebody."""
    from PySide6.QtWidgets import QFileDialog

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")


def test_who_is_due_is_said_at_the_start_and_erased_from_there(qtbot, open_window, kept):
    folder, session = kept
    with Store.open(folder) as store:
        patient = store.visit(session).patient
        (pseudonym,) = (one.pseudonym for one in store.patients())
        store.consents.keep_until(patient, today() - timedelta(days=2))
    window = open_window(folder)
    assert "1 patient is past the last day" in window.start.message.text
    answered(window.start)
    due = opened(window, DueDialog)
    due.erase_button.click()
    erasing = opened(window, EraseDialog)
    erasing.reason.setText("past the last day")
    erasing.typed.setText(pseudonym)
    with qtbot.waitSignal(window.exporting.erased, timeout=90_000):
        erasing.erase_button.click()
    erasing.close()
    assert due.table.rowCount() == 0
    due.close()
    assert window.browser.visits == ()
    assert not window.start.message.isVisible()


def test_an_open_visit_is_left_before_its_patient_is_erased(qtbot, visit_window, patient):
    window = visit_window
    window.actions_offered.consent.trigger()
    opened(window, ConsentDialog).erase_button.click()
    erasing = opened(window, EraseDialog)
    erasing.reason.setText("asked for")
    erasing.typed.setText(erasing.typed.placeholderText())
    with qtbot.waitSignal(window.exporting.erased, timeout=90_000):
        qtbot.keyClick(erasing.erase_button, Qt.Key.Key_Space)
    assert window.visit is None
    assert window.pages.currentWidget() is window.start
    erasing.close()
    assert not window._desk.store.patients()


def test_without_a_visit_the_research_table_is_what_is_offered(window):
    assert not window.actions_offered.consent.isEnabled()
    assert not window.actions_offered.films.isEnabled()
    window.actions_offered.export.trigger()
    assert opened(window, ExportDialog).offer.form is ExportForm.RESEARCH
