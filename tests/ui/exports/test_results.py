"""Results leave the window's folder dialog like any other export: with consent, and noted."""

from __future__ import annotations

from gaitdesk.store.facts import ExportForm, Purpose
from tests.ui.exports.conftest import GIVEN


def test_results_are_saved_with_consent_and_noted(qtbot, visit_window, tmp_path):
    window = visit_window
    store, session = window._desk.store, window.visit
    window.results.save(tmp_path / "out")
    qtbot.waitUntil(lambda: not window.is_busy, timeout=90_000)
    assert "no consent is recorded" in window.work.message.text
    assert not (tmp_path / "out").exists()
    store.consents.record(store.visit(session).patient, Purpose.CARE, GIVEN)
    window.results.save(tmp_path / "out")
    qtbot.waitUntil(lambda: not window.is_busy, timeout=200_000)
    assert (tmp_path / "out" / "report.pdf").is_file()
    (entry,) = store.exports.of(session)
    assert entry.new.form is ExportForm.RESULTS
    assert len(entry.new.sha256) == len(list((tmp_path / "out").iterdir()))
