"""The form in a terminal, whose Han signs are two columns wide."""

from __future__ import annotations

import pytest

from gaitdesk.commands.form import form_lines, summary
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import columns_of, speaking
from tests.report import made


@pytest.fixture(params=["en", "zh_CN"])
def spoken(request):
    with speaking(request.param):
        yield


def test_the_right_limb_stands_in_one_column_in_either_language(spoken):
    lines = form_lines(made.analysis())
    head, *rows = lines[1 : 2 + len(Item)]
    left = columns_of(head) - columns_of(head.split()[-1])
    for row in rows:
        before = next(place for place in range(len(row)) if columns_of(row[:place]) == left)
        assert row[before - 1] == " "
        assert row[before] != " "


def test_a_film_and_its_limbs_are_told_in_chinese(chinese):
    lines = summary(made.analysis())
    assert any(line.startswith("side.mp4：") for line in lines)
    assert any(line.startswith("左侧：") for line in lines)


def test_the_passes_of_a_film_are_parted_from_each_other(chinese):
    line = next(line for line in summary(made.analysis()) if line.startswith("side.mp4"))
    assert "镜头；" in line
