"""The locked window shows nothing, lets nothing in, loses nothing, and forgets the keys."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout

from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.store.edits import Identity
from gaitdesk.store.narratives import narrative
from gaitdesk.store.store import Store
from gaitdesk.ui.records.lock_screen import Cover
from tests.ui.records.conftest import FIRST, PASSPHRASE, SECOND, press, type_into
from tests.ui.test_leaving import WORDS, comment_field, full, kept_comment, write

__all__ = ["full"]

PATIENCE_MS = 200_000
"""How long a visit may take to be read on a machine that is busy with other things."""


@pytest.fixture
def protected(kept):
    """A visit in a store whose names are sealed; the folder and the visit."""
    folder, session = kept
    with Store.open(folder, rater=FIRST) as store:
        store.keys.add(PASSPHRASE)
        store.keys.add("four black crows", SECOND)
        store.set_identity(store.visit(session).patient, Identity("Anna Beispiel"))
    return folder, session


@pytest.fixture
def desk(qtbot, protected, sit_down):
    """A window whose names have been unlocked, with a visit open."""
    folder, session = protected
    window = sit_down(folder, FIRST)
    qtbot.waitUntil(lambda: window.records.people.lock.screen is not None)
    unlock(qtbot, window, PASSPHRASE)
    window.open_visit(session)
    qtbot.waitUntil(lambda: window.document is not None and not window.is_busy, timeout=PATIENCE_MS)
    return window


def lock_of(window):
    return window.records.people.lock


def unlock(qtbot, window, words):
    """Type a passphrase into the lock screen."""
    field = lock_of(window).screen.passphrase
    type_into(qtbot, field, words)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: lock_of(window).screen is None or bool(lock_of(window).screen.message.text)
    )


def lock(qtbot, window):
    """Press the keys that lock the window."""
    qtbot.keyClick(
        window.focusWidget() or window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier
    )
    assert lock_of(window).screen is not None


def read_aloud(interface):
    """Every name, description and value that a screen reader finds below an interface."""
    if interface.state().invisible:
        return []
    kinds = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)
    found = [interface.text(kind) for kind in kinds]
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and child.isValid():
            found += read_aloud(child)
    return [one for one in found if one]


def heard(*windows):
    """What a screen reader reads of windows, in one piece."""
    return "\n".join(
        words for one in windows for words in read_aloud(QAccessible.queryAccessibleInterface(one))
    )


def listed(window):
    """What the list of visits says, line by line."""
    model = window.browser.list.model()
    return "\n".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def test_names_are_listed_while_they_are_unlocked_and_nowhere_else(qtbot, desk, caplog):
    desk.drawer.show(is_shown=True)
    assert "Anna Beispiel · Child-0417" in listed(desk)
    assert "Anna Beispiel" in heard(desk.browser)
    assert "Beispiel" not in desk.windowTitle()
    store = desk.desk.store
    assert not [
        row for row in store.database.run("SELECT * FROM journal") if "Beispiel" in str(row)
    ]
    lock(qtbot, desk)
    assert "Beispiel" not in listed(desk)
    assert "Beispiel" not in heard(desk)
    unlock(qtbot, desk, PASSPHRASE)
    assert "Anna Beispiel" in listed(desk)
    assert "Beispiel" not in caplog.text
    names = {one.name for one in desk.desk.folder.rglob("*")}
    assert not [one for one in names if "Beispiel" in one]


def test_a_child_is_named_beside_its_visits_and_readings_while_names_are_unlocked(
    qtbot, desk, protected
):
    folder, session = protected
    with Store.open(folder, rater=FIRST) as store:
        store.readings.assign(session, SECOND)
    other = finish(keep_analysis(desk.reviewed, Keeping(folder, day=date(2026, 8, 3))))
    readings = desk.records_page.readings
    desk.records.offered.readings.trigger()
    assert readings.table.item(0, 0).text() == "Anna Beispiel · Child-0417, 2026-05-04"
    desk.compare((session, other))
    qtbot.waitUntil(lambda: len(desk.comparing.visits) == 2, timeout=PATIENCE_MS)
    assert desk.comparing.title == "Anna Beispiel · Child-0417: 2 visits"
    desk.records.offered.lock.trigger()
    assert desk.comparing.title == "Child-0417: 2 visits"
    assert readings.table.item(0, 0).text() == "Child-0417, 2026-05-04"
    unlock(qtbot, desk, PASSPHRASE)
    assert desk.comparing.title == "Anna Beispiel · Child-0417: 2 visits"
    assert readings.table.item(0, 0).text() == "Anna Beispiel · Child-0417, 2026-05-04"


def test_names_go_from_the_list_where_nobody_could_unlock_the_window(qtbot, desk):
    guard = lock_of(desk)
    guard.look()
    desk.desk.store.keys.remove(FIRST)
    assert "Beispiel" in listed(desk)
    desk.desk.vault.expire_after(0.0)
    guard.look()
    assert guard.screen is None
    assert "Beispiel" not in listed(desk)


def test_names_are_asked_for_at_the_start_and_may_stay_locked(qtbot, protected, sit_down):
    folder, session = protected
    window = sit_down(folder, FIRST)
    qtbot.waitUntil(lambda: lock_of(window).screen is not None)
    assert lock_of(window).screen.skip_button.isVisible()
    qtbot.keyClick(lock_of(window).screen.skip_button, Qt.Key.Key_Space)
    assert lock_of(window).screen is None
    assert window.desk.vault.is_locked
    assert window.browser.visits[0].id == session


def test_nobody_is_asked_where_nobody_has_a_passphrase(qtbot, kept, sit_down):
    window = sit_down(kept[0], FIRST)
    qtbot.wait(50)
    assert lock_of(window).screen is None


def test_a_wrong_passphrase_is_told_and_the_window_stays_locked(qtbot, desk):
    lock(qtbot, desk)
    unlock(qtbot, desk, "seven grey heron")
    assert lock_of(desk).screen.message.text == (
        f"This is not the passphrase of {FIRST}. Type it again; mind capital letters and the"
        " keyboard's language. Nothing was changed."
    )
    assert desk.desk.vault.is_locked


def test_a_locked_window_looks_the_same_whatever_lies_behind(qtbot, desk):
    def looks():
        # Without the keyboard there is no cursor that blinks.
        lock_of(desk).screen.passphrase.clearFocus()
        return desk.grab().toImage()

    lock(qtbot, desk)
    desk.statusBar().showMessage("")
    before = looks()
    desk.work.form.show_sheet(type(desk.document.sheet)())
    desk.work.message.say("Anna Beispiel", "error")
    desk.drawer.show(is_shown=True)
    desk.browser.raise_()
    assert looks() == before


def test_a_screen_reader_reads_nothing_but_the_lock_screen(qtbot, desk):
    before = heard(desk)
    assert "Child-0417" in before
    assert "Heel lift" in before
    desk.ask_open_details()
    dialog = desk.details
    qtbot.waitUntil(dialog.isVisible)
    assert "Child-0417" in heard(dialog)
    desk.records.offered.lock.trigger()
    said = heard(desk, dialog)
    for words in ("Child-0417", "Heel lift", "Anna", "2026-05-04", "Undo"):
        assert words not in said
    assert "Passphrase" in said
    unlock(qtbot, desk, PASSPHRASE)
    assert "Child-0417" in heard(dialog)
    dialog.reject()
    assert sorted(heard(desk).split()) == sorted(before.split())


def test_what_is_shown_or_hidden_behind_the_lock_is_so_afterwards(qtbot, desk):
    dialog = QDialog(desk)
    staying, going, coming = QLabel("Child-0417"), QLabel("Child-0009"), QLabel("Child-0021")
    column = QVBoxLayout(dialog)
    for label in (staying, going, coming):
        column.addWidget(label)
    coming.hide()
    dialog.open()
    size = dialog.size()
    desk.records.offered.lock.trigger()
    going.hide()
    coming.show()
    assert "Child" not in heard(desk, dialog)
    unlock(qtbot, desk, PASSPHRASE)
    assert [one.isVisible() for one in (staying, going, coming)] == [True, False, True]
    assert dialog.size().width() >= size.width()
    dialog.close()


def test_a_window_that_was_resized_while_locked_has_its_list_in_place(qtbot, desk):
    desk.resize(1000, 800)
    desk.search_visits()
    assert desk.browser.parentWidget() is desk
    before = desk.browser.height()
    lock(qtbot, desk)
    desk.resize(1000, 700)
    assert not desk.browser.isVisible()
    unlock(qtbot, desk, PASSPHRASE)
    assert desk.browser.isVisible()
    assert desk.browser.height() == before - 100


def test_visits_read_behind_the_lock_are_compared_when_it_is_gone(qtbot, desk, protected):
    folder, session = protected
    held = desk.reviewed
    other = finish(keep_analysis(held, Keeping(folder, day=date(2026, 8, 3))))
    desk.compare((session, other))
    lock(qtbot, desk)
    qtbot.waitUntil(lambda: not desk.is_busy, timeout=PATIENCE_MS)
    qtbot.wait(20)
    assert lock_of(desk).screen.passphrase.hasFocus()
    unlock(qtbot, desk, PASSPHRASE)
    assert desk.comparing.isVisible()
    assert len(desk.comparing.visits) == 2


def test_no_title_names_a_child_while_locked(qtbot, desk):
    title = desk.windowTitle()
    assert "Child-0417" in title
    lock(qtbot, desk)
    assert desk.windowTitle() == "GaitDesk"
    desk.setWindowTitle("Child-0099 – GaitDesk")
    assert desk.windowTitle() == "GaitDesk"
    unlock(qtbot, desk, PASSPHRASE)
    assert desk.windowTitle() == "Child-0099 – GaitDesk"


def test_keys_and_clicks_reach_nothing_but_the_lock_screen(qtbot, desk):
    before, visit = desk.document.sheet, desk.visit
    cell = desk.work.form.cell(*desk.work.form.focused)
    lock(qtbot, desk)
    for target in (cell, desk, desk.work.form):
        QTest.keyClick(target, Qt.Key.Key_2)
        QTest.keyClick(target, Qt.Key.Key_A)
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    field = lock_of(desk).screen.passphrase
    for key in (Qt.Key.Key_W, Qt.Key.Key_D, Qt.Key.Key_P, Qt.Key.Key_B, Qt.Key.Key_Q):
        QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "z?/,.jkl")
    assert desk.document.sheet == before
    assert desk.visit == visit
    assert desk.isVisible()
    assert field.text() == "z?/,.jkl"


def test_tab_stays_on_the_lock_screen(qtbot, desk):
    lock(qtbot, desk)
    screen = lock_of(desk).screen
    for _ in range(7):
        QTest.keyClick(desk.focusWidget(), Qt.Key.Key_Tab)
        assert screen.isAncestorOf(desk.focusWidget())


def test_unlocking_brings_back_what_was_there(qtbot, desk):
    focused = desk.focusWidget()
    before = desk.document.sheet
    lock(qtbot, desk)
    unlock(qtbot, desk, PASSPHRASE)
    assert lock_of(desk).screen is None
    assert desk.findChildren(Cover, options=Qt.FindChildOption.FindDirectChildrenOnly) == [] or all(
        not one.isVisible() for one in desk.findChildren(Cover)
    )
    assert desk.document.sheet == before
    assert desk.focusWidget() is focused
    press(qtbot, desk, Qt.Key.Key_2)
    assert desk.document.sheet != before


def test_locking_forgets_the_key_of_the_names(qtbot, desk):
    patient = desk.desk.store.visit(desk.visit).patient
    assert desk.desk.identity(patient) == Identity("Anna Beispiel")
    lock(qtbot, desk)
    assert desk.desk.vault.is_locked
    assert desk.desk.vault._key is None
    assert desk.desk.identity(patient) is None
    unlock(qtbot, desk, PASSPHRASE)
    assert desk.desk.identity(patient) == Identity("Anna Beispiel")


def test_a_running_job_goes_on_behind_the_lock(qtbot, desk):
    is_done, results = threading.Event(), []

    def job():
        while not is_done.wait(0.01):
            yield Progress(1, 2, "")
        return "found"

    desk.jobs.run(job(), "Analysing", desk.work, results.append)
    lock(qtbot, desk)
    said = [one.text() for one in lock_of(desk).screen.findChildren(QLabel)]
    assert "What is being worked out goes on." in said
    is_done.set()
    qtbot.waitUntil(lambda: not desk.is_busy)
    assert results == ["found"]
    assert lock_of(desk).screen is not None


def test_dialogs_are_covered_too_and_the_passphrase_is_typed_over_a_modal_one(qtbot, desk):
    desk.ask_open_details()
    dialog = desk.details
    qtbot.waitUntil(dialog.isVisible)
    typed = dialog.fields.patient_field.edit.text()
    desk.records.offered.lock.trigger()
    screen = lock_of(desk).screen
    assert screen.window() is dialog
    assert dialog.windowTitle() == desk.windowTitle() == "GaitDesk"
    assert [one.isVisible() for one in desk.findChildren(Cover)] == [True, True]
    unlock(qtbot, desk, PASSPHRASE)
    assert dialog.isVisible()
    assert dialog.fields.patient_field.edit.text() == typed
    dialog.reject()


def test_the_key_locks_over_a_dialog_that_waits_for_an_answer(qtbot, desk):
    desk.ask_open_details()
    dialog = desk.details
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.isModal()
    guard = lock_of(desk)
    guard._hands.watch(dialog.windowHandle())
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_K, control)
    assert guard.screen is None
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_L, control)
    assert guard.screen.window() is dialog
    assert desk.desk.vault.is_locked
    unlock(qtbot, desk, PASSPHRASE)
    dialog.reject()


def test_the_key_locks_in_the_window_itself(qtbot, desk):
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: lock_of(desk).screen is not None)
    assert lock_of(desk).screen.window() is desk
    unlock(qtbot, desk, PASSPHRASE)


def test_a_window_that_opens_meanwhile_is_covered(qtbot, desk):
    lock(qtbot, desk)
    late = QDialog(desk)
    late.setWindowTitle("Child-0417")
    late.show()
    qtbot.waitUntil(lambda: late.windowTitle() == "GaitDesk")
    assert late.findChild(Cover).isVisible()
    unlock(qtbot, desk, PASSPHRASE)
    assert late.windowTitle() == "Child-0417"
    late.close()


def test_a_dialog_that_closes_meanwhile_hands_the_lock_back(qtbot, desk):
    desk.ask_open_details()
    qtbot.waitUntil(desk.details.isVisible)
    desk.records.offered.lock.trigger()
    desk.details.reject()
    qtbot.waitUntil(lambda: lock_of(desk).screen.window() is desk)
    unlock(qtbot, desk, PASSPHRASE)
    assert lock_of(desk).screen is None


def test_an_idle_desk_locks_after_its_minutes_and_a_hand_puts_it_off(qtbot, desk, tmp_path):
    guard = lock_of(desk)
    now = [1000.0]
    guard._clock = lambda: now[0]
    assert guard.minutes == 10
    guard.set_minutes(3)
    now[0] += 170.0
    guard.look()
    assert guard.screen is None
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_Shift)
    now[0] += 170.0
    guard.look()
    assert guard.screen is None
    now[0] += 11.0
    guard.look()
    assert guard.screen is not None
    unlock(qtbot, desk, PASSPHRASE)


def test_the_idle_time_can_be_off_and_is_kept(qtbot, desk):
    guard = lock_of(desk)
    guard.set_minutes(0)
    guard._clock = lambda: 1e9
    guard.look()
    assert guard.screen is None
    kept = QSettings(str(desk.desk.folder / "window.ini"), QSettings.Format.IniFormat)
    assert int(kept.value("lock_minutes")) == 0


def test_somebody_else_signs_in_at_the_locked_window_and_finds_it_tidied(qtbot, desk):
    lock(qtbot, desk)
    screen = lock_of(desk).screen
    screen.who.setCurrentText(SECOND)
    unlock(qtbot, desk, "four black crows")
    assert desk.desk.rater == SECOND
    assert desk.visit is None
    assert not desk.desk.vault.is_locked


def second_is_turned_away(qtbot, desk, why):
    """The second rater tries to sign in at the locked window, and is told why not."""
    lock_of(desk).screen.who.setCurrentText(SECOND)
    field = lock_of(desk).screen.passphrase
    type_into(qtbot, field, "four black crows")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: lock_of(desk).screen is not None and why in lock_of(desk).screen.message.text
    )
    assert desk.desk.rater == FIRST


def test_nobody_takes_the_desk_over_while_work_goes_on(qtbot, desk):
    is_done = threading.Event()

    def job():
        while not is_done.wait(0.01):
            yield Progress(1, 2, "")

    desk.jobs.run(job(), "Analysing", desk.work, lambda _: None)
    lock(qtbot, desk)
    second_is_turned_away(qtbot, desk, "still going on")
    is_done.set()
    qtbot.waitUntil(lambda: not desk.is_busy)


def test_what_is_being_written_is_kept_when_the_window_is_locked(qtbot, desk, protected):
    desk.records.ask_words()
    desk.records.dialog.findings.setPlainText(WORDS)
    lock_of(desk).lock()
    with Store.open(protected[0]) as store:
        assert narrative(store, protected[1]) == Narrative(findings=WORDS)
    unlock(qtbot, desk, PASSPHRASE)
    assert desk.records.dialog.findings.toPlainText() == WORDS
    desk.records.dialog.reject()


def test_nobodys_words_are_kept_in_the_name_of_who_comes_next(qtbot, desk, protected, full):
    write(qtbot, desk)
    lock_of(desk).lock()
    second_is_turned_away(qtbot, desk, "is not kept yet")
    unlock(qtbot, desk, PASSPHRASE)
    assert comment_field(desk).toPlainText() == WORDS
    full.clear()
    assert desk.settle() == ()
    assert kept_comment(protected) == WORDS


def test_without_a_passphrase_the_key_offers_to_set_one(qtbot, kept, sit_down):
    window = sit_down(kept[0], FIRST)
    window.records.offered.lock.trigger()
    dialog = window.records.people.dialog
    assert "cannot be recovered" in " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert not dialog.accept_button.isEnabled()
    type_into(qtbot, dialog.passphrase.first, PASSPHRASE)
    type_into(qtbot, dialog.passphrase.second, "seven grey heron")
    assert dialog.passphrase.problem == "The two are not the same. Type both again."
    type_into(qtbot, dialog.passphrase.second, PASSPHRASE)
    assert dialog.passphrase.words == "Strong."
    dialog.understood.setChecked(True)
    # Whoever shows names hears of it once the key is kept and the dialog closed.
    with qtbot.waitSignal(window.records.people.names_changed):
        qtbot.keyClick(dialog.passphrase.second, Qt.Key.Key_Return)
    assert window.desk.store.keys.is_protected
    window.records.offered.lock.trigger()
    assert lock_of(window).screen is not None


def test_a_shortcut_that_arrives_as_an_event_does_nothing_while_locked(qtbot, desk):
    lock(qtbot, desk)
    taken = lock_of(desk).eventFilter(desk.undo_action, QEvent(QEvent.Type.Shortcut))
    assert taken
