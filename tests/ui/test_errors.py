"""The last resort: what nobody expected is shown, can be copied, and betrays no patient."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from gaitdesk.ui.errors import LastResort, details_of


@pytest.fixture
def last_resort(qtbot):
    held = LastResort()
    held.install()
    yield held
    held.remove()
    if held.dialog is not None:
        held.dialog.close()
        qtbot.waitUntil(lambda: held.dialog is None)


def defect():
    try:
        raise ValueError("Anna-Schmidt.mp4 is strange")
    except ValueError as error:
        return error


def test_details_name_the_place_and_not_the_patient():
    said = details_of(defect())
    assert "ValueError" in said
    assert "defect" in said
    assert "Anna" not in said
    assert "/" not in said.partition("ValueError")[2].replace("gaitdesk/", "").replace(
        "tests/", ""
    ).replace("test_errors.py", "")


def test_what_nobody_caught_is_shown_with_details_to_copy(qtbot, last_resort):
    error = defect()
    sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: last_resort.dialog is not None)
    copy = next(one for one in last_resort.dialog.findChildren(QPushButton) if "Copy" in one.text())
    copy.click()
    assert QGuiApplication.clipboard().text() == last_resort.dialog.details


def test_other_threads_are_heard_in_the_interface_thread(qtbot, last_resort):
    def broken():
        raise defect()

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: last_resort.dialog is not None)
    assert "ValueError" in last_resort.dialog.details


def test_a_second_defect_does_not_bury_the_first(qtbot, last_resort):
    last_resort.show_error(defect())
    first = last_resort.dialog
    last_resort.show_error(KeyError("other"))
    assert last_resort.dialog is first


def test_stopping_is_no_defect(qtbot, last_resort):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    qtbot.wait(20)
    assert last_resort.dialog is None


def test_what_qt_says_is_logged(last_resort, caplog):
    with caplog.at_level("WARNING", "gaitdesk.ui"):
        qWarning("a widget is unhappy")
    assert "a widget is unhappy" in caplog.text
