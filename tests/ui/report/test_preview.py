"""The report before it is printed: its pages are those of the file that is saved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pypdf
import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.report.pdf import PageSize
from gaitdesk.ui.errors import LastResort
from gaitdesk.ui.report.pages import report_pages
from gaitdesk.ui.report.preview import ReportDialog


@pytest.fixture
def dialog(qtbot, appearance, analysis):
    dialog = ReportDialog(analysis, LastResort())
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def test_every_page_of_the_file_is_drawn(analysis, tmp_path):
    path, pages = finish(report_pages(analysis, tmp_path, PageSize.A4))
    assert len(pages) == len(pypdf.PdfReader(path).pages)
    assert all(np.ptp(page) > 100 for page in pages)
    height, width = pages[0].shape[:2]
    assert height / width == pytest.approx(2**0.5, abs=0.01)


def test_the_report_is_shown_and_saved(qtbot, dialog, tmp_path):
    qtbot.waitUntil(lambda: dialog.file is not None, timeout=30_000)
    assert len(dialog.pages) >= 3
    dialog.save_to(tmp_path / "kept.pdf")
    assert (tmp_path / "kept.pdf").read_bytes() == dialog.file.read_bytes()
    dialog.save_to(tmp_path / "no" / "such" / "folder.pdf")
    assert "Choose another place" in dialog.message.text


def test_closing_takes_the_scratch_file_away(qtbot, dialog):
    folder = dialog.folder
    assert folder.is_dir()
    dialog.close()
    assert not folder.exists()


def test_a_film_that_is_gone_is_said(qtbot, appearance, analysis, tmp_path):
    films = tuple(
        replace(film, video=replace(film.video, path=tmp_path / film.video.path.name))
        for film in analysis.films
    )
    dialog = ReportDialog(replace(analysis, films=films), LastResort())
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.message.text), timeout=30_000)
    assert "side.mp4" in dialog.message.text
    dialog.close()
