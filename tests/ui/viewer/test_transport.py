from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from gaitdesk.ui.viewer.actions import make_actions
from gaitdesk.ui.viewer.transport import Transport
from tests.ui.viewer.conftest import WAIT_MS


@pytest.fixture
def owner(qtbot):
    one = QWidget()
    qtbot.addWidget(one)
    return one


@pytest.fixture
def actions(owner):
    made = make_actions(owner, owner)
    made.paint(owner.palette())
    return made


@pytest.fixture
def transport(qtbot, actions):
    one = Transport(actions.playing_groups(), actions.viewing_groups())
    qtbot.addWidget(one)
    one.show()
    return one


def folded(transport):
    return [fold.is_folded for fold in transport._folds]


def at_width(qtbot, transport, width):
    transport.setFixedWidth(width)
    qtbot.waitUntil(lambda: transport.width() == width, timeout=WAIT_MS)
    return transport._row.line_count(width)


def whole_width(transport):
    transport._show_folds(0)
    return transport._row.sizeHint().width()


def test_with_room_for_all_no_button_is_folded(qtbot, transport):
    assert at_width(qtbot, transport, whole_width(transport)) == 1
    assert folded(transport) == [False, False]


def test_layouts_fold_before_tools_and_only_as_far_as_it_spares_a_line(qtbot, transport):
    whole = whole_width(transport)
    assert at_width(qtbot, transport, whole - 1) == 1
    assert folded(transport) == [True, False]
    less = transport._row.sizeHint().width()
    assert at_width(qtbot, transport, less - 1) == 1
    assert folded(transport) == [True, True]
    assert at_width(qtbot, transport, whole) == 1
    assert folded(transport) == [False, False]


def test_a_fold_offers_all_it_stands_for_and_shows_which_is_on(qtbot, transport, actions):
    layouts, tools = transport._folds
    assert tools.menu().actions() == list(actions.viewing_groups()[1])
    assert actions.full_screen in layouts.menu().actions()
    assert not tools.isChecked()
    actions.brush.setChecked(True)
    assert tools.isChecked()
    assert tools.icon().cacheKey() == actions.brush.icon().cacheKey()
    for action in tools.menu().actions():
        action.setEnabled(False)
    assert not tools.isEnabled()
    assert layouts.isEnabled()


def test_the_button_that_opens_the_drawings_is_never_folded(qtbot, transport, actions):
    at_width(qtbot, transport, whole_width(transport) // 2)
    assert folded(transport)[0]
    assert transport.button(actions.overlays).isVisibleTo(transport)
