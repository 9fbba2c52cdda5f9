"""Every key that works in the whole window stands in the list of keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gaitdesk.ui.scoring.shortcuts import keys

ELSEWHERE = {
    *("Ctrl+Space", "Alt+Right", "Alt+Left", "Ctrl+Y", "Ctrl+=", "Ctrl+0", "Ctrl+Q"),
    *(f"Ctrl+{number}" for number in range(1, 5)),
}
"""Second keys of something that is listed, or of what every program does."""


def listed():
    """Every key the list names."""
    words = [key for _, entries in keys() for key, _ in entries]
    return {part.replace("−", "-") for key in words for part in key.split()}


@pytest.mark.parametrize("of_films", [True, False])
def test_every_key_of_the_window_is_listed(visit_window, of_films):
    owner = visit_window.work.viewer if of_films else visit_window
    actions = owner.listed_actions if of_films else owner.actions()
    missing = [
        (keys_.toString(), action.text())
        for action in actions
        if action.shortcutContext() == Qt.ShortcutContext.WindowShortcut
        for keys_ in action.shortcuts()
        if keys_.toString() not in listed() | ELSEWHERE
    ]
    assert missing == []


def test_no_key_is_named_twice_in_a_group():
    for _, entries in keys():
        names = [key for key, _ in entries]
        assert len(names) == len(set(names))
