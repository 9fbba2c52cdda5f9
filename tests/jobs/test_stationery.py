"""How a clinic sets its reports is kept, and nothing wrong with it stops a report."""

from __future__ import annotations

import pytest

from gaitdesk.domain.errors import LogoUnreadable
from gaitdesk.jobs.stationery import (
    LOGO_FILE,
    SETTINGS_FILE,
    Stationery,
    keep_stationery,
    read_stationery,
    setup_of,
    take_logo,
)
from gaitdesk.report.pdf import PLAIN, PageSize
from tests.report.test_letterhead import picture

SET = Stationery(PageSize.LETTER, "zh_CN", "北田儿童医院", ("Mill Lane 12",), "foot")


def test_what_is_kept_is_read(tmp_path):
    assert read_stationery(tmp_path) == Stationery()
    keep_stationery(tmp_path, SET)
    assert read_stationery(tmp_path) == SET


@pytest.mark.parametrize("content", ["", "[]", '{"page_size": "a0"}', "\ufffd{"])
def test_settings_nobody_can_read_are_as_none(tmp_path, content):
    (tmp_path / SETTINGS_FILE).write_text(content)
    assert read_stationery(tmp_path) == Stationery()


def test_a_logo_is_copied_so_that_its_file_may_go(tmp_path):
    path = picture(tmp_path / "mine.png")
    kept = Stationery(logo=take_logo(tmp_path / "desk", path))
    path.unlink()
    setup, problem = setup_of(kept, tmp_path / "desk")
    assert (kept.logo, problem) == (LOGO_FILE, "")
    assert setup.letterhead.logo.width == 60


def test_a_logo_that_is_none_leaves_the_one_there_was(tmp_path):
    take_logo(tmp_path, picture(tmp_path / "mine.png"))
    (tmp_path / "bad.png").write_text("no picture")
    with pytest.raises(LogoUnreadable):
        take_logo(tmp_path, tmp_path / "bad.png")
    assert setup_of(Stationery(logo=LOGO_FILE), tmp_path)[1] == ""


def test_a_broken_logo_is_said_and_the_rest_stands(tmp_path):
    setup, problem = setup_of(Stationery(clinic="Northfield", logo="gone.png"), tmp_path)
    assert "gone.png cannot be used" in problem
    assert (setup.letterhead.clinic, setup.letterhead.logo) == ("Northfield", None)


def test_a_language_nobody_speaks_is_left_open(tmp_path):
    assert setup_of(Stationery(language="xx"), tmp_path)[0] == PLAIN
