"""The language is chosen in the window, at once, and kept for the next start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QPushButton

from gaitdesk import i18n
from gaitdesk.domain.errors import StoreDamaged
from gaitdesk.domain.evgs import Item
from gaitdesk.store.store import STORE_FILE
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.language_menu import LanguageMenu
from gaitdesk.ui.sitting import Sitting, spoken_language, translate_qt
from gaitdesk.ui.theme import DARK, LIGHT
from gaitdesk.ui.work_layout import Room


@pytest.fixture
def sitting(qtbot, appearance, kept, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(kept[0]))
    monkeypatch.setenv("LANGUAGE", "en")
    appearance.choose(None)
    made = Sitting(appearance, LastResort())
    made.window.show()
    yield made
    made._pause.stop()
    appearance.changed.disconnect(made._on_appearance)
    drop(made)
    i18n.speak("en")
    translate_qt(made._qt_words)


def drop(made: Sitting) -> None:
    """Close the window for good; one that lingers is styled anew with every other."""
    made.window.close()
    made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def choose(menu: LanguageMenu, language: str) -> None:
    next(one for one in menu.actions() if one.data() == language).trigger()


def test_the_window_changes_its_language_at_once_and_keeps_the_visit(qtbot, sitting, kept):
    before = sitting.window
    before.open_visit(kept[1])
    qtbot.waitUntil(lambda: before.visit == kept[1] and not before.is_busy, timeout=120_000)
    choose(before.languages, "zh_CN")
    after = sitting.window
    assert after is not before
    assert not before.isVisible()
    assert after.open_action.text() == "打开视频…"
    qtbot.waitUntil(lambda: after.visit == kept[1] and not after.is_busy, timeout=120_000)
    choose(after.languages, "en")
    assert sitting.window.open_action.text() == "Open films …"
    qtbot.waitUntil(lambda: not sitting.window.is_busy, timeout=120_000)


def test_the_language_is_remembered(sitting, monkeypatch):
    monkeypatch.setenv(i18n.VARIABLE, "")
    choose(sitting.window.languages, "zh_CN")
    monkeypatch.setenv(i18n.VARIABLE, "")
    assert spoken_language() == "zh_CN"
    marked = [one.data() for one in sitting.window.languages.actions() if one.isChecked()]
    assert marked == ["zh_CN"]


def test_what_was_asked_for_by_name_comes_before_what_was_chosen(sitting, monkeypatch):
    choose(sitting.window.languages, "zh_CN")
    monkeypatch.setenv(i18n.VARIABLE, "en")
    assert spoken_language() == "en"


def test_films_being_put_together_are_not_lost_for_a_language(sitting, analysis):
    before = sitting.window
    before.import_films([analysis.films[0].video.path])
    choose(before.languages, "zh_CN")
    assert sitting.window is before
    assert before.statusBar().currentMessage() == "GaitDesk speaks 简体中文 from its next start."
    assert i18n.language() == "en"


def test_the_menu_can_be_found_by_whoever_cannot_read_the_window(qtbot, tmp_path, chinese):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    menu = LanguageMenu(settings)
    qtbot.addWidget(menu)
    assert menu.title() == "语言 / Language"
    assert [one.text() for one in menu.actions()] == ["跟随系统", "English", "简体中文"]


def test_colours_and_text_size_are_as_they_were_left(qtbot, appearance, kept, sitting):
    appearance.choose(DARK)
    appearance.set_text_share(1.3)
    appearance.changed.disconnect(sitting._on_appearance)
    appearance.choose(LIGHT)
    appearance.set_text_share(1.0)
    again = Sitting(appearance, LastResort())
    assert appearance.chosen is DARK
    assert appearance.text_share == pytest.approx(1.3)
    appearance.changed.disconnect(again._on_appearance)
    drop(again)
    appearance.changed.connect(sitting._on_appearance)


def test_qt_says_its_own_words_in_chinese_too(qtbot, chinese):
    from PySide6.QtWidgets import QDialogButtonBox

    words = translate_qt(None)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert [button.text() for button in box.findChildren(QPushButton)] == ["取消"]
    i18n.speak("en")
    translate_qt(words)


def test_larger_text_lays_the_window_out_anew_at_the_same_place(qtbot, sitting, appearance, kept):
    before = sitting.window
    before.open_visit(kept[1])
    qtbot.waitUntil(lambda: before.visit == kept[1] and not before.is_busy)
    cell = before.work.form.focused[0], Item.SWING_KNEE_FLEXION
    before.work.form.focus_cell(cell)
    before.work.tabs.setCurrentIndex(1)
    appearance.set_text_share(1.2)
    qtbot.waitUntil(lambda: sitting.window is not before)
    after = sitting.window
    qtbot.waitUntil(lambda: after.visit == kept[1] and not after.is_busy)
    qtbot.waitUntil(lambda: after.work.form.focused == cell)
    after.resize(1800, 1000)
    qtbot.waitUntil(lambda: after.work.desk.room is Room.WIDE)
    assert after.work.tabs.currentIndex() == 1
    assert after.minimumSizeHint().width() < 1280


def test_a_damaged_store_is_told_before_there_is_a_window(qtbot, appearance, kept, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(kept[0]))
    file = kept[0] / STORE_FILE
    content = bytearray(file.read_bytes())
    content[5000:9000] = b"x" * 4000
    file.write_bytes(content)
    with pytest.raises(StoreDamaged, match="Nothing was changed"):
        Sitting(appearance, LastResort())
    assert file.read_bytes() == content
