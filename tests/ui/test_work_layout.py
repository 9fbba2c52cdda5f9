"""Films, panels and form lie side by side where there is room, else behind tabs or stacked."""

from __future__ import annotations

from gaitdesk.ui.theme import em
from gaitdesk.ui.work_layout import Room


def test_the_form_is_the_first_panel_where_there_is_less_room(qtbot, open_window, tmp_path):
    window = open_window(tmp_path / "data")
    window.pages.setCurrentWidget(window.work)
    window.drawer.show(is_shown=False)
    desk, tabs, form = window.work.desk, window.work.tabs, window.work.form
    found = []
    for letters in (110, 72, 48, 110):
        window.resize(em(window, letters), 900)
        desk.show_panel(1)
        desk.bring_form()
        found.append((desk.room, tabs.indexOf(window.work.item), form.isVisible()))
    assert found == [
        (Room.WIDE, 0, True),
        (Room.NARROW, 1, True),
        (Room.SMALL, 1, True),
        (Room.WIDE, 0, True),
    ]
    assert desk.panel == 1


def test_nothing_scrolls_sideways_at_twice_the_text(qtbot, open_window, tmp_path, appearance):
    appearance.set_text_share(2.0)
    window = open_window(tmp_path / "data")
    for page in (window.start, window.importing, window.work, window.comparing):
        assert page.minimumSizeHint().width() <= 1280
