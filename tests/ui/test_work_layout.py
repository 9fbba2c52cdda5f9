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


def test_the_timeline_is_a_panel_where_films_and_form_are_too_high_together(
    qtbot, open_window, tmp_path
):
    window = open_window(tmp_path / "data")
    window.pages.setCurrentWidget(window.work)
    window.drawer.show(is_shown=False)
    for piece in window.work.preparing():
        piece()
    desk, tabs, viewer = window.work.desk, window.work.tabs, window.work.viewer
    window.resize(em(window, 48), em(window, 60))
    qtbot.waitUntil(lambda: desk.room is Room.SMALL and not desk.is_part_out)
    assert viewer.isAncestorOf(viewer.timeline)
    window.resize(em(window, 48), em(window, 29))
    qtbot.waitUntil(lambda: desk.is_part_out)
    assert tabs.tabText(tabs.indexOf(viewer.timeline)) == "Timeline"
    assert tabs.currentWidget() is not viewer.timeline
    desk.show_panel(1)
    assert tabs.currentWidget() is window.work.totals
    window.resize(em(window, 48), em(window, 60))
    qtbot.waitUntil(lambda: not desk.is_part_out)
    assert viewer.isAncestorOf(viewer.timeline)
    assert not viewer.timeline.isHidden()


def test_nothing_scrolls_sideways_at_twice_the_text(qtbot, open_window, tmp_path, appearance):
    appearance.set_text_share(2.0)
    window = open_window(tmp_path / "data")
    for piece in window.work.preparing():
        piece()
    viewer, bench = window.work.viewer, window.work.viewer.bench
    viewer.actions_offered.sync.setChecked(True)
    for tool in (
        bench,
        bench.brush_panel,
        bench.click_panel,
        bench.person_panel,
        viewer.correcting,
    ):
        tool.show()
    for page in (window.start, window.importing, window.work, window.comparing):
        assert page.minimumSizeHint().width() <= 1280
