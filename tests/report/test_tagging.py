"""What readers aloud are told of a report: every word has its place, every figure its words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from gaitdesk.i18n import LANGUAGES
from gaitdesk.report.pdf import PageSize, Setup, write_pdf
from tests.report import made
from tests.report.tags import code, marks, structure
from tests.report.test_pdf import stills_of


@pytest.fixture(scope="module", params=list(LANGUAGES))
def report(request, tmp_path_factory) -> PdfReader:
    analysis = made.analysis(frames=12)
    # Long enough for a table that goes on over pages.
    note = replace(analysis.conditions, note="note " * 700)
    path = tmp_path_factory.mktemp("tagged") / "report.pdf"
    write_pdf(
        replace(analysis, conditions=note),
        path,
        stills=stills_of(analysis),
        setup=Setup(PageSize.LETTER, request.param),
    )
    return PdfReader(path)


@pytest.fixture(scope="module")
def document(report):
    return structure(report)


def test_the_file_says_that_it_is_tagged(report, document):
    root = report.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert all(page["/Tabs"] == "/S" for page in report.pages)
    assert document.role == "Document"


def test_nothing_is_drawn_outside_the_structure_but_decoration(report):
    for page in report.pages:
        depth = 0
        for line in code(page).split("\n"):
            if re.search(r"\b(BDC|BMC)$", line):
                depth += 1
            elif line.strip() == "EMC":
                depth -= 1
            elif re.search(r"\b(Tj|TJ|Do|S|f|B|f\*|B\*)\b", line):
                assert depth == 1, line
            assert depth in (0, 1)
        assert depth == 0


def test_each_piece_of_a_page_is_one_of_an_element_and_found_from_it(report, document):
    held = [piece for tag in document.walk() for piece in tag.pieces]
    assert len(held) == len(set(held))
    numbers = report.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for index, page in enumerate(report.pages):
        drawn = marks(page)
        assert drawn == list(range(len(drawn)))
        assert {number for place, number in held if place == index} == set(drawn)
        owners = parents[page["/StructParents"]].get_object()
        assert len(owners) == len(drawn)
    owner = {piece: tag.held for tag in document.walk() for piece in tag.pieces}
    assert all(
        parents[place].get_object()[number].get_object() == held
        for (place, number), held in owner.items()
    )


def test_headings_go_down_without_a_gap_and_are_listed(report, document):
    levels = [tag.role for tag in document.walk() if re.fullmatch(r"H\d", tag.role)]
    assert levels[0] == "H1"
    assert levels.count("H1") == 1
    assert set(levels) == {"H1", "H2"}
    (title, below) = report.outline
    assert report.get_destination_page_number(title) == 0
    assert len(below) == levels.count("H2")
    places = [report.get_destination_page_number(one) for one in below]
    assert places == sorted(places)
    assert places[-1] == len(report.pages) - 1


def test_every_figure_has_words_and_a_place(document):
    figures = document.all("Figure")
    assert len(figures) > 12
    for figure in figures:
        assert len(figure.held["/Alt"]) > 5
        left, bottom, right, top = (float(one) for one in figure.attribute("Layout", "BBox"))
        assert 0 <= left < right <= 612
        assert 0 <= bottom < top <= 792


def test_tables_are_grids_with_heads(document):
    tables = document.all("Table")
    assert len(tables) >= 6
    for table in tables:
        rows = [row for row in table.kids if row.role == "TR"]
        assert rows == table.kids
        widths = set()
        for row in rows:
            assert all(cell.role in ("TH", "TD") for cell in row.kids)
            widths.add(sum(int(cell.attribute("Table", "ColSpan") or 1) for cell in row.kids))
        assert len(widths) == 1, table.attribute("Table", "Summary")
        heads = [cell for cell in table.walk() if cell.role == "TH"]
        assert heads
        assert {cell.attribute("Table", "Scope") for cell in heads} <= {"/Column", "/Row"}


def test_a_table_that_goes_on_is_one_table_with_one_head(report, document):
    going_on = [
        table
        for table in document.all("Table")
        if len({place for tag in table.walk() for place, _ in tag.pieces}) > 1
    ]
    assert going_on
    for table in going_on:
        said = [
            row
            for row in table.kids
            if all(
                cell.attribute("Table", "Scope") == "/Column"
                for cell in row.kids
                if cell.role == "TH"
            )
            and all(cell.role == "TH" for cell in row.kids)
        ]
        assert len(said) <= 1
