"""The report before it is printed: its pages are those of the file that is saved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pypdf
import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.progress import finish
from gaitdesk.jobs import reporting
from gaitdesk.jobs.stationery import read_stationery
from gaitdesk.report.pdf import PLAIN, PageSize
from gaitdesk.store.facts import ExportForm, Leaving, Purpose
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.report import pages
from gaitdesk.ui.report.pages import Reported, report_pages
from gaitdesk.ui.report.preview import ReportDialog
from tests.jobs.kept_visit import consent


@pytest.fixture
def visit(kept, analysis):
    folder, session = kept
    with Store.open(folder) as store:
        consent(store, session, Purpose.CARE)
    return Reported(analysis, session, folder)


@pytest.fixture
def dialog(qtbot, appearance, visit, monkeypatch):
    def no_stills(_):
        return {}
        yield

    # What is on the pages is tested elsewhere; here they only have to be there.
    monkeypatch.setattr(reporting, "collect_stills", no_stills)
    monkeypatch.setattr(pages, "SHOWN_DPI", 25.0)
    dialog = ReportDialog(visit, LastResort())
    qtbot.addWidget(dialog)
    # It is the test that lets go of it.
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.file is not None)
    yield dialog
    dialog.close()


def test_every_page_of_the_file_is_drawn(analysis, tmp_path):
    shown = finish(report_pages(Reported(analysis), tmp_path, PLAIN))
    assert len(shown.pages) == len(pypdf.PdfReader(shown.path).pages)
    for page in shown.pages:
        assert np.ptp(np.frombuffer(page.constBits(), np.uint8)) > 100
    first = shown.pages[0]
    assert first.height() / first.width() == pytest.approx(2**0.5, abs=0.01)


def test_pages_keep_their_colours():
    drawn = np.zeros((2, 3, 4), np.uint8)
    drawn[1, 2] = (10, 20, 230, 0)
    assert pages.screen_picture(drawn).pixelColor(2, 1).getRgb() == (230, 20, 10, 255)


def test_the_report_is_shown_saved_and_noted(qtbot, dialog, visit, tmp_path):
    assert len(dialog.pages) >= 3
    dialog.save_to(tmp_path / "kept.pdf")
    qtbot.waitUntil(lambda: "Saved as" in dialog.message.text)
    assert (tmp_path / "kept.pdf").read_bytes() == dialog.file.read_bytes()
    with visit.opened() as store:
        (entry,) = store.exports.of(visit.session)
    assert (entry.new.form, entry.new.leaving) == (ExportForm.REPORT, Leaving.PSEUDONYMOUS)
    with visit.opened() as store:
        printed = pypdf.PdfReader(tmp_path / "kept.pdf").metadata.keywords.rpartition(":")[2]
        assert [one.id for one in store.exports.with_digest(printed[:16])] == [entry.id]


def test_a_place_that_cannot_be_written_is_said(qtbot, dialog, visit, tmp_path):
    (tmp_path / "file").write_text("")
    dialog.save_to(tmp_path / "file" / "report.pdf")
    qtbot.waitUntil(lambda: bool(dialog.message.text))
    assert "report.pdf" in dialog.message.text
    with visit.opened() as store:
        assert store.exports.of(visit.session) == ()


def test_nothing_is_saved_without_consent(qtbot, dialog, visit, tmp_path):
    with visit.opened() as store:
        consent(store, visit.session, Purpose.CARE, is_given=False)
    dialog.save_to(tmp_path / "kept.pdf")
    qtbot.waitUntil(lambda: "consent was withdrawn" in dialog.message.text)
    assert not (tmp_path / "kept.pdf").exists()


def test_paper_and_language_are_kept_for_the_next_report(qtbot, dialog, visit):
    dialog._paper.setCurrentIndex(dialog._paper.findData(PageSize.LETTER))
    dialog._language.setCurrentIndex(dialog._language.findData("zh_CN"))
    qtbot.waitUntil(lambda: dialog.file is not None)
    reader = pypdf.PdfReader(dialog.file)
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == [612.0, 792.0]
    kept = read_stationery(visit.folder)
    assert (kept.page_size, kept.language) == (PageSize.LETTER, "zh_CN")


def test_a_typed_letterhead_stands_on_the_page(qtbot, dialog, visit):
    dialog.ask_letterhead()
    asked = dialog.letterhead
    asked.clinic.setText("Northfield")
    asked.address.setPlainText("12 Mill Lane\n\n  NF1 2AB ")
    asked.keep()
    qtbot.waitUntil(lambda: dialog.file is not None)
    text = pypdf.PdfReader(dialog.file).pages[0].extract_text()
    assert all(one in text for one in ("Northfield", "12 Mill Lane", "NF1 2AB"))
    assert read_stationery(visit.folder).lines == ("12 Mill Lane", "NF1 2AB")


def test_a_logo_that_is_no_picture_is_refused_and_nothing_changes(qtbot, dialog, visit, tmp_path):
    (tmp_path / "logo.png").write_text("no picture")
    dialog.ask_letterhead()
    dialog.letterhead.take(tmp_path / "logo.png")
    assert "logo.png cannot be used: it is no picture" in dialog.letterhead.message.text
    assert dialog.letterhead.logo == ""
    dialog.letterhead.reject()


@pytest.mark.parametrize("is_by_key", [True, False], ids=["Escape", "closing the window"])
def test_it_goes_and_takes_the_scratch_file_away(qtbot, dialog, is_by_key):
    folder = dialog.folder
    assert folder.is_dir()
    if is_by_key:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    assert dialog.isHidden()
    assert not folder.exists()


def test_a_film_that_is_gone_is_said(qtbot, appearance, analysis, tmp_path):
    films = tuple(
        replace(film, video=replace(film.video, path=tmp_path / film.video.path.name))
        for film in analysis.films
    )
    dialog = ReportDialog(Reported(replace(analysis, films=films)), LastResort())
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.message.text))
    assert "side.mp4" in dialog.message.text
    dialog.close()
