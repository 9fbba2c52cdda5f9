"""Earlier visits on paper: totals with MCID and MDC95, items side by side, curves over others."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from gaitdesk.domain.evgs import Score
from gaitdesk.i18n import LANGUAGES
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.pdf import PageSize, Setup, write_pdf
from gaitdesk.report.standing import Standing
from tests.report import made
from tests.report.tags import structure

ANALYSIS = made.analysis(frames=4)


def visit(name, day, score=Score.MODERATE, shift=0.0):
    curves = tuple(replace(one, mean=one.mean + shift) for one in ANALYSIS.curves)
    return ComparedVisit(
        name, day, replace(ANALYSIS, scoresheet=made.all_scored(score), curves=curves)
    )


def printed(tmp_path, standing, setup=None, now=Score.NORMAL):
    analysis = replace(ANALYSIS, scoresheet=made.all_scored(now))
    write_pdf(analysis, tmp_path / "report.pdf", standing=standing, setup=setup or Setup())
    return PdfReader(tmp_path / "report.pdf")


def said(reader):
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


@pytest.fixture
def standing():
    return Standing(
        "now",
        date(2026, 3, 4),
        earlier=(visit("one", "2025-03-10", Score.MARKED, 6), visit("two", "2025-09-15")),
        raters={"one": "Ben", "two": "Ann", "now": "Ann"},
        left_out=("2 visits before these are not shown.",),
    )


def test_totals_and_their_change_stand_with_what_it_means(tmp_path, standing):
    text = said(printed(tmp_path, standing))
    assert "2025-03-10 Ben 34 of 34 34 of 34 −34 over 17 items: beyond MDC95" in text
    assert "2025-09-15 Ann 17 of 34 17 of 34 −17 over 17 items: beyond MDC95" in text
    assert "2026-03-04, this visit Ann 0 of 34 0 of 34 – –" in text
    assert "2.4 points (MCID, Robinson et al. 2017)" in text
    assert "4.78 points (MDC95, Tuna et al.)" in text
    assert "2025-03-10, against this visit. Same rater: no (Ben, then Ann)." in text
    assert "2025-09-15, against this visit. Same rater: yes (Ann)." in text
    assert text.count("Same conditions: yes") == 2
    assert "2 visits before these are not shown." in text


def test_an_unchanged_visit_says_so(tmp_path, standing):
    same = replace(standing, earlier=(visit("two", "2025-09-15"),), raters={}, left_out=())
    text = said(printed(tmp_path, same, now=Score.MODERATE))
    assert text.count("±0 over 17 items: below MCID") == 2
    assert "Same rater: cannot be told" in text
    assert "Proposals among these scores that nobody has confirmed yet: 68." in text


def test_what_differed_between_the_walks_is_named(tmp_path, standing):
    walker = replace(ANALYSIS.conditions, footwear="Shoes", orthosis="Insoles")
    (first, last) = standing.earlier
    shod = replace(last, analysis=replace(last.analysis, conditions=walker))
    text = said(printed(tmp_path, replace(standing, earlier=(first, shod))))
    assert text.count("Same conditions: yes") == 1
    assert "Same conditions: no (footwear: Shoes, then Barefoot)." in text
    assert "Not recorded at both visits: orthosis." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_curves_of_all_visits_are_drawn_and_told(tmp_path, standing, language):
    reader = printed(tmp_path, standing, Setup(PageSize.LETTER, language))
    alts = [figure.held["/Alt"] for figure in structure(reader).all("Figure")]
    told = [alt for alt in alts if "2025-03-10" in alt and "2026-03-04" in alt and "°" in alt]
    assert len(told) == len(ANALYSIS.curves)


def test_a_first_visit_has_nothing_to_be_compared_with(tmp_path):
    text = said(printed(tmp_path, Standing("now", date(2026, 3, 4))))
    assert "Change since earlier visits" not in text
