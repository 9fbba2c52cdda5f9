"""Findings and recommendations are written, kept, refused and taken back."""

from __future__ import annotations

from datetime import date

from gaitdesk.domain.errors import StoreFull
from gaitdesk.domain.narrative import Narrative
from gaitdesk.store.edits import Identity, SessionId
from gaitdesk.store.narratives import narrative
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.records.small_dialogs import NameDialog
from gaitdesk.ui.report.narrative_dialog import NarrativeDialog

WORDS = Narrative("Crouch gait", "knees flexed", "hindfoot unseen", "repeat in orthoses")


def test_what_is_written_is_what_is_kept(qtbot, appearance):
    kept = []
    dialog = NarrativeDialog("Child-0417", WORDS, kept.append)
    qtbot.addWidget(dialog)
    assert dialog.narrative == WORDS
    dialog.recommendations.setPlainText("  physiotherapy\n")
    dialog.keep_button.click()
    assert kept[0].recommendations == "physiotherapy"


def test_what_could_not_be_kept_is_said_and_stays(qtbot, appearance, tmp_path):
    def keep(words):
        raise StoreFull(tmp_path, 0)

    dialog = NarrativeDialog("Child-0417", WORDS, keep)
    qtbot.addWidget(dialog)
    dialog.keep_button.click()
    assert str(tmp_path) in dialog.message.text
    assert dialog.narrative == WORDS


def test_words_are_kept_with_the_visit_and_undone(qtbot, visit_window, kept):
    session, store = kept[1], visit_window._desk.store
    visit_window.records.ask_words()
    dialog = visit_window.records.dialog
    dialog.findings.setPlainText("knees flexed")
    dialog.recommendations.setPlainText("repeat in orthoses")
    dialog.keep_button.click()
    qtbot.waitUntil(lambda: visit_window.records.dialog is None, timeout=150_000)
    written = Narrative(findings="knees flexed", recommendations="repeat in orthoses")
    assert narrative(store, session) == written
    assert "Write findings" in visit_window.undo_action.text()
    visit_window.undo()
    assert narrative(store, session) == Narrative()


def test_who_referred_the_child_is_kept_with_its_name(qtbot, appearance):
    first, second, kept = SessionId("one"), SessionId("two"), []
    known = Identity("Moss, Ada", date(2017, 9, 1)).referred(first, "Dr. Low")
    dialog = NameDialog("Child-0417", second, known, kept.append, LastResort())
    qtbot.addWidget(dialog)
    assert dialog.referrer.text() == ""
    dialog.referrer.setText("Dr. Hart, Leeds")
    dialog.begin()
    assert (kept[0].name, kept[0].referrer(first)) == ("Moss, Ada", "Dr. Low")
    assert kept[0].referrer(second) == "Dr. Hart, Leeds"


def test_a_name_with_nothing_in_it_is_erased(qtbot, appearance):
    kept = []
    dialog = NameDialog("Child-0417", SessionId("one"), Identity("Moss"), kept.append, LastResort())
    qtbot.addWidget(dialog)
    dialog.name.clear()
    dialog.begin()
    assert kept == [None]
