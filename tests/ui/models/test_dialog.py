"""The page of models: files get in and are checked, and what was chosen looks at the next films."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog

from gaitdesk.domain.progress import finish
from gaitdesk.jobs import eyes
from gaitdesk.jobs.analysing import AnalysisOrder
from gaitdesk.perception import package as packages
from gaitdesk.perception.parcels import take_in
from gaitdesk.perception.sam3 import TASK as MASKS
from gaitdesk.perception.sapiens import TASK
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.models.choice import EyesChoice, keep_choice, read_choice
from gaitdesk.ui.models.dialog import ModelsDialog
from tests.perception.eyes import package_of
from tests.perception.test_parcels import CONTENT, DESCRIPTION, STATED, parcel, zipped

WAIT_MS = 120_000
ASKED = (
    DESCRIPTION.replace('"pose"', f'"{TASK}"')
    .replace("limits = []", 'limits = ["It sees dots alone."]')
    .replace("found_at", 'acceptance = "Not for sale."\nfound_at')
)


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def dialog(qtbot, tmp_path, monkeypatch, settings):
    """The dialog of a desk that knows one model whose files are not here."""
    shipped = tmp_path / "shipped"
    (shipped / "tiny").mkdir(parents=True)
    (shipped / "tiny" / "package.toml").write_text(ASKED)
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path / "data"))
    for place in (packages, eyes):
        monkeypatch.setattr(place, "model_folders", lambda: (tmp_path / "data" / "models", shipped))
    made = ModelsDialog(settings, "Dr Lee", LastResort())
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def files(dialog) -> str:
    return dialog.table.item(0, 3).text()


def taken(qtbot, dialog, source):
    dialog.take_in(source)
    qtbot.waitUntil(lambda: not dialog.jobs.is_busy, timeout=WAIT_MS)


def test_a_model_that_is_not_here_says_which_file_goes_where(dialog):
    assert files(dialog) == "not here"
    for words in ("tiny.safetensors", "the publisher's page", "To be accepted: Not for sale.",
                  "The whole licence: the publisher's page"):  # fmt: skip
        assert words in dialog.facts.text()
    assert dialog.points_box.count() == 1


def test_files_are_taken_in_accepted_checked_and_chosen(qtbot, dialog, tmp_path, settings):
    bare = tmp_path / "downloads"
    bare.mkdir()
    (bare / "tiny.safetensors").write_bytes(CONTENT)
    taken(qtbot, dialog, bare)
    assert dialog.message.text == "tiny 1 is here now."
    assert files(dialog).startswith("here")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert "Licence accepted by Dr Lee" in dialog.facts.text()
    assert not dialog.accept_button.isEnabled()
    qtbot.mouseClick(dialog.check_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.jobs.is_busy, timeout=WAIT_MS)
    assert dialog.message.text == "tiny: every file is as stated"
    dialog.points_box.setFocus()
    qtbot.keyClick(dialog.points_box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: read_choice(settings) == EyesChoice("tiny", ""), timeout=WAIT_MS)
    order = read_choice(settings).asked_of(AnalysisOrder(()))
    assert (order.pose, order.mask) == ("tiny", None)


def test_a_model_is_packed_and_taken_in_elsewhere(qtbot, dialog, tmp_path, monkeypatch):
    assert not dialog.pack_button.isEnabled()
    taken(qtbot, dialog, parcel(tmp_path / "whole", description=ASKED + STATED))
    packed = tmp_path / "tiny.zip"
    chosen = (str(tmp_path / "tiny"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    qtbot.mouseClick(dialog.pack_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.jobs.is_busy, timeout=WAIT_MS)
    assert dialog.message.text == f"tiny is packed in {packed}."
    elsewhere = finish(take_in(packed, folder=tmp_path / "elsewhere"))
    assert elsewhere.is_present
    elsewhere.verify()


def test_a_wrong_package_is_refused_in_a_sentence(qtbot, dialog, tmp_path):
    wrong = parcel(tmp_path / "wrong", content=CONTENT[::-1], description=ASKED + STATED)
    taken(qtbot, dialog, zipped(wrong, tmp_path / "wrong.zip"))
    assert "Nothing was taken in" in dialog.message.text
    assert files(dialog) == "not here"


def test_a_chosen_model_that_has_gone_is_still_shown_as_chosen(qtbot, dialog, settings):
    keep_choice(settings, EyesChoice("tiny", ""))
    dialog.show_models()
    assert dialog.points_box.currentData() == "tiny"
    assert EyesChoice().asked_of(AnalysisOrder(())) == AnalysisOrder(())


def test_words_are_offered_to_a_model_that_reads_and_asked_for_with_it(qtbot, dialog, settings):
    assert not dialog.words_edit.isEnabled()
    table = '[masks]\nfamily = "sam3"\n'
    places = packages.model_folders()
    package_of(places[0] / "reader", {"config.json": b'{"model_type": "sam3_video"}',
               "tokenizer.json": b"{}"}, task=MASKS, tables=table)  # fmt: skip
    dialog.show_models()
    dialog.masks_box.setCurrentIndex(dialog.masks_box.findData("reader"))
    dialog.masks_box.activated.emit(dialog.masks_box.currentIndex())
    assert dialog.words_edit.isEnabled()
    dialog.words_edit.setText(" child ")
    dialog.words_edit.editingFinished.emit()
    assert read_choice(settings) == EyesChoice("", "reader", "child")
    assert read_choice(settings).asked_of(AnalysisOrder(())).words == "child"
    assert EyesChoice("", "", "child").asked_of(AnalysisOrder(())).words is None


def test_a_model_of_body_parts_makes_masks_and_reads_no_words(qtbot, dialog, settings):
    places = packages.model_folders()
    package_of(places[0] / "parts", {"parts.pt2": b"PK"}, task=eyes.PARTS)
    dialog.show_models()
    assert dialog.points_box.findData("parts") < 0
    dialog.masks_box.setCurrentIndex(dialog.masks_box.findData("parts"))
    dialog.masks_box.activated.emit(dialog.masks_box.currentIndex())
    assert not dialog.words_edit.isEnabled()
    assert read_choice(settings).asked_of(AnalysisOrder(())).mask == "parts"


def test_what_a_model_is_for_stands_above_what_it_cannot_do(dialog):
    assert dialog.facts.text().splitlines()[:2] == ["tests", "\N{MIDDLE DOT} It sees dots alone."]


def test_the_window_offers_the_page_and_asks_for_what_was_chosen(qtbot, window, monkeypatch):
    window.show_models()
    (dialog,) = window.findChildren(ModelsDialog)
    assert dialog.isVisible()
    dialog.close()
    keep_choice(window._settings, EyesChoice("tiny", "squares"))
    asked = []
    monkeypatch.setattr(window.opening, "analyse", lambda order, day: asked.append(order))
    window.importing.ordered.emit(AnalysisOrder(()), "2026-05-04")
    assert (asked[0].pose, asked[0].mask) == ("tiny", "squares")
