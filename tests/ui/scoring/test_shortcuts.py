"""Every key that works in the whole window stands in the list of keys."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

from gaitdesk.ui.scoring.shortcuts import SECOND_KEYS, keys, keys_in_menus


def test_every_key_of_the_films_is_listed(visit_window):
    assert keys_in_menus(visit_window.work.viewer.listed_actions) == ()


def test_every_key_of_the_window_is_shown(qtbot, visit_window):
    visit_window.help.show_shortcuts()
    shown = {label.text() for label in visit_window.shortcuts.findChildren(QLabel)}
    shown = {part.replace("−", "-") for words in shown for part in words.split()}
    for action in visit_window.actions():
        for sequence in action.shortcuts():
            assert sequence.toString() in shown | SECOND_KEYS, action.text()


def test_a_key_that_only_a_menu_offers_is_listed_by_its_name(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    new = QAction("Weigh the child …", owner)
    new.setShortcut(QKeySequence("Ctrl+Alt+W"))
    known = QAction("Undo", owner)
    known.setShortcut(QKeySequence("Ctrl+Z"))
    assert keys_in_menus([new, known]) == (("Ctrl+Alt+W", "Weigh the child"),)


def test_no_key_is_named_twice_in_a_group():
    for _, entries in keys():
        names = [key for key, _ in entries]
        assert len(names) == len(set(names))
