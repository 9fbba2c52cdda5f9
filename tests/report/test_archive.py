"""What archives ask of a report's file (PDF/A-2a): read back, and judged by a validator."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import page as validator
import pytest
from pypdf import PdfReader

from gaitdesk.report.archive import meanings
from gaitdesk.report.comparison import ComparedVisit
from gaitdesk.report.letterhead import Letterhead, read_logo
from gaitdesk.report.pdf import PageSize, Setup, write_pdf
from gaitdesk.report.standing import Standing
from tests.report import made
from tests.report.tags import code
from tests.report.test_letterhead import picture
from tests.report.test_pdf import stills_of

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    analysis = made.analysis(frames=12)
    logo = read_logo(picture(folder / "logo.png", "RGBA", (90, 30), (0, 90, 160, 120)))
    head = Letterhead("Clinic & sons", ("Lane 1",), "foot", logo)
    setup = Setup(language="zh_CN", letterhead=head)
    write_pdf(analysis, folder / "report.pdf", stills=stills_of(analysis), setup=setup)
    return folder / "report.pdf"


@pytest.fixture(scope="module")
def report(path):
    return PdfReader(path)


@pytest.fixture(scope="module")
def facts(report):
    metadata = report.trailer["/Root"]["/Metadata"].get_object()
    assert "/Filter" not in metadata
    return ET.fromstring(metadata.get_data().decode("utf-8"))


def said(facts, name: str) -> str:
    element = facts.find(f".//{name}", NAMES)
    return "".join(element.itertext()).strip()


def test_the_file_says_which_archive_it_is_made_for(facts, report):
    assert (said(facts, "pdfaid:part"), said(facts, "pdfaid:conformance")) == ("2", "A")
    assert report.pdf_header == "%PDF-1.7"
    assert len(report.trailer["/ID"]) == 2
    assert "/Encrypt" not in report.trailer


def test_its_facts_are_the_same_in_both_places(facts, report):
    info = report.metadata
    assert said(facts, "dc:title") == info.title
    assert said(facts, "dc:creator") == info.author
    assert said(facts, "dc:description") == info.subject
    assert said(facts, "pdf:Keywords") == info.keywords
    assert said(facts, "pdf:Producer") == info.producer
    assert said(facts, "xmp:CreatorTool") == info.creator
    assert said(facts, "dc:language") == report.trailer["/Root"]["/Lang"] == "zh-CN"
    written = re.sub(r"\D", "", said(facts, "xmp:CreateDate"))
    assert written[:14] == re.sub(r"\D", "", info["/CreationDate"])[:14]
    assert said(facts, "xmp:ModifyDate") == said(facts, "xmp:CreateDate")


def test_colours_are_defined_by_one_profile(report):
    (intent,) = report.trailer["/Root"]["/OutputIntents"]
    held = intent.get_object()
    assert held["/S"] == "/GTS_PDFA1"
    profile = held["/DestOutputProfile"].get_object()
    content = profile.get_data()
    assert profile["/N"] == 3
    assert (content[36:40], content[16:20], content[12:16]) == (b"acsp", b"RGB ", b"mntr")
    for page in report.pages:
        assert not re.search(r"\b[kK]\n", code(page)), "no colours of the press"


def test_nothing_lets_another_thing_shine_through(report):
    for page in report.pages:
        resources = page["/Resources"]
        assert "/Group" not in page
        for state in resources.get("/ExtGState", {}).values():
            assert set(state.get_object()) <= {"/Type"}
        for thing in resources.get("/XObject", {}).values():
            held = thing.get_object()
            assert held["/Subtype"] == "/Image"
            assert held["/ColorSpace"] == "/DeviceRGB"
            assert not {"/SMask", "/Mask", "/Interpolate"} & set(held)


def test_each_stream_ends_on_a_line_of_its_own_and_is_as_long_as_it_says(path):
    content = path.read_bytes()
    ends = [one.start() for one in re.finditer(rb"endstream", content)]
    assert len(ends) > 10
    assert all(content[end - 2 : end] == b"\r\n" for end in ends)
    for found in re.finditer(rb"/Length (\d+)[^>]*?>>\s*stream\n", content):
        end = found.end() + int(found[1])
        assert content[end : end + 11] == b"\r\nendstream"


def test_nothing_runs_and_nothing_is_attached(report):
    root = report.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert "/Names" not in root or not {"/JavaScript", "/EmbeddedFiles"} & set(root["/Names"])
    assert all("/Annots" not in page for page in report.pages)


def judged(content: bytes) -> validator.ValidationReport:
    """What an independent validator says of a file, by the profile that the file claims."""
    report = validator.validate_pdf_bytes(content)
    assert report.profile == validator.ValidationProfile.PDF_A_2A
    return report


def test_a_validator_finds_nothing_amiss_in_chinese_with_a_logo(path):
    report = judged(path.read_bytes())
    assert report.rules.total > 150
    assert [one.message for one in report.failures] == []
    assert report.is_compliant


def test_nor_in_english_with_earlier_visits_on_letter_paper(tmp_path):
    analysis = made.analysis(frames=12)
    earlier = (ComparedVisit("one", "2025-03-10", analysis),)
    standing = Standing("now", date(2026, 3, 4), earlier=earlier)
    setup = Setup(PageSize.LETTER, "en")
    # Signs beyond those of a Western keyboard: each font has more than one part then.
    head = Letterhead("Łódź · Ελληνικά · Привет · \N{SNOWMAN}", ("Lane 1",), "", None)
    setup = replace(setup, letterhead=head)
    write_pdf(
        analysis,
        tmp_path / "report.pdf",
        stills=stills_of(analysis),
        setup=setup,
        standing=standing,
    )
    report = judged((tmp_path / "report.pdf").read_bytes())
    assert [one.message for one in report.failures] == []


@pytest.mark.parametrize(
    "part", ["OutputIntents", "StructTreeRoot", "MarkInfo", "FontFile2", "ToUnicode"]
)
def test_the_validator_misses_what_is_taken_away(path, part):
    content = path.read_bytes()
    whole = f"/{part} ".encode()
    assert whole in content
    assert not judged(content.replace(whole, whole[:-2] + b"_ ")).is_compliant


def test_a_code_of_a_font_that_stands_for_no_letter_has_no_meaning():
    letters = [0, *range(0x41, 0x41 + 120), 0, 0x1F6B6]
    lines = [f"<{code:02X}> <{letter:04X}>" for code, letter in enumerate(letters)]
    mended = meanings("\n".join(("head", "123 beginbfchar", *lines, "endbfchar", "tail")))
    assert mended.startswith("head\n100 beginbfchar\n<01> <0041>\n")
    assert "<64> <00A4>\nendbfchar\n21 beginbfchar\n<65> <00A5>\n" in mended
    assert mended.endswith("<78> <00B8>\n<7A> <D83DDEB6>\nendbfchar\ntail")
    assert "<0000>" not in mended
