from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Cell, Item, Score, Scoresheet, State
from gaitdesk.domain.gait import Parameter, Spatiotemporal
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.recording import View
from gaitdesk.gait.norms import SpeedGroup, normal_curve
from gaitdesk.i18n import LANGUAGES, language, speaking
from gaitdesk.paths import resources_folder
from gaitdesk.report import lettering, words
from gaitdesk.report.charts import ScoreBars
from gaitdesk.report.content import Norms, report_content
from gaitdesk.report.pdf import PageSize, Setup, write_pdf
from gaitdesk.report.standing import Decision, Standing, Version, document_hash
from gaitdesk.report.stills import HEIGHT_PX, WIDTH_PX, Still
from gaitdesk.report.visit_record import Signoff
from gaitdesk.scoring.calibration import PUBLISHED
from tests.report import made

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
FONTS = resources_folder() / "fonts"
FILES_BY_FACE = {
    "OpenSans": "OpenSans-Regular.ttf",
    "OpenSans-Bold": "OpenSans-Bold.ttf",
    "DroidSansFallback": "DroidSansFallbackFull.ttf",
}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return made.analysis(frames=12)


@pytest.fixture(scope="module")
def report(analysis, tmp_path_factory) -> PdfReader:
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    write_pdf(analysis, path, stills=stills_of(analysis))
    return PdfReader(path)


def stills_of(analysis: Analysis) -> dict[Cell, Still]:
    return {
        (side, item): Still(side, item, 0, 41, 0.683, grey(side, item), cell.state is State.SCORED)
        for (side, item), cell in analysis.scoresheet.cells.items()
        if cell.score is not Score.NORMAL and cell.proposed[-1].evidence is not None
    }


def grey(side: Side, item: Item) -> np.ndarray:
    shade = 60 + 5 * item.number + 90 * (side is Side.RIGHT)
    return np.full((HEIGHT_PX, WIDTH_PX, 3), shade, np.uint8)


def said(reader: PdfReader) -> str:
    """All words, with runs of white space made one."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def written(analysis: Analysis, tmp_path: Path, **more) -> PdfReader:
    write_pdf(analysis, tmp_path / "report.pdf", **more)
    return PdfReader(tmp_path / "report.pdf")


def test_every_page_names_the_child_and_its_number(report):
    pages = len(report.pages)
    for number, page in enumerate(report.pages, 1):
        text = page.extract_text()
        assert "Child-0417" in text
        assert f"Page {number} of {pages}" in text
        assert "DRAFT" in text
        assert "not a medical device" in text


def test_the_document_states_title_author_and_language(report):
    assert report.metadata.title == "Gait analysis from video: Child-0417"
    assert report.metadata.author.startswith("GaitDesk")
    assert report.trailer["/Root"]["/Lang"] == "en-GB"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_fonts_are_embedded_in_part(analysis, tmp_path, language):
    reader = written(analysis, tmp_path, setup=Setup(language=language))
    fonts = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        held = font.get_object()
        assert re.match(r"/[A-Z]{6}\+", held["/BaseFont"]), "a part of a font, and no other"
        assert "/FontFile2" in held["/FontDescriptor"]
        assert "/ToUnicode" in held


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_is_in_the_font_it_is_written_in(analysis, tmp_path, language):
    reader = written(analysis, tmp_path, setup=Setup(language=language))
    shown: dict[str, set[str]] = {}

    def take(text, _matrix, _place, font, _size):
        if font is not None:
            shown.setdefault(font["/BaseFont"].partition("+")[2], set()).update(text)

    for page in reader.pages:
        page.extract_text(visitor_text=take)
    assert ("DroidSansFallback" in shown) == (language == "zh_CN")
    for font, signs in shown.items():
        face = TTFont(font, str(FONTS / FILES_BY_FACE[font])).face
        written_signs = {one for one in signs if not one.isspace()}
        assert lettering.UNKNOWN_SIGN not in written_signs
        assert all(ord(one) in face.charToGlyph for one in written_signs), font


def test_the_pages_show_the_hash_of_what_they_say(analysis, report, tmp_path):
    digest = document_hash(analysis)
    assert all(f"Document {digest[:16]}" in page.extract_text() for page in report.pages)
    assert f"sha256:{digest}" in report.metadata.keywords
    chinese = write_pdf(analysis, tmp_path / "chinese.pdf", setup=Setup(language="zh_CN"))
    assert chinese == digest
    sheet = made.all_scored(Score.MARKED)
    assert document_hash(replace(analysis, scoresheet=sheet)) != digest


def test_all_items_stand_with_score_direction_and_measure(report):
    text = said(report)
    for item in Item:
        assert words.item_name(item) in text
    assert "flexion · 28° ± 5°" in text
    assert "normal · 8° ± 5° extension" in text
    assert "Reviewer decides: not measurable from body points" in text


def test_totals_say_what_was_possible_and_withhold_what_is_not_known(report):
    text = said(report)
    assert "18 of 30 possible" in text
    assert "15 of 17 items scored" in text
    assert "The total of the left limb is withheld: 4 of 17 items carry no score" in text
    assert "14 of 22" in text  # sagittal items of the right limb


@pytest.mark.parametrize(
    ("calibration", "said"),
    [
        ("calibrated on 1 phantom child", "以 1 名虚拟患儿校准"),
        ("calibrated on 18 phantom children", "以 18 名虚拟患儿校准"),
        (PUBLISHED.made_from, "采用二维视频的已发表误差，无专门校准"),
    ],
)
def test_what_the_scores_were_calibrated_on_reads_in_the_language_of_the_report(
    analysis, calibration, said
):
    made_by = replace(analysis.provenance, models=(calibration,))
    with speaking("zh_CN"):
        assert ("模型", said) in report_content(replace(analysis, provenance=made_by)).provenance


def test_whose_norms_and_which_views_read_in_the_language_of_the_report(analysis):
    there, back = (replace(analysis.films[0].passes[0], view=view) for view in tuple(View)[:2])
    walked = replace(analysis.films[0], passes=(there, back))
    with speaking("zh_CN"):
        content = report_content(replace(analysis, films=(walked, analysis.films[1])))
        views = [words.view_words(one.view) for one in walked.passes]
    assert content.parameter_source.startswith("3–4 岁据 Dusing & Thorpe")
    assert content.films[0][2] == "；".join(views)


@pytest.mark.parametrize(
    ("speed", "group"),
    [(0.4, SpeedGroup.VERY_SLOW), (1.0, SpeedGroup.FREE), (2.0, SpeedGroup.VERY_FAST)],
)
def test_the_band_is_of_children_who_walk_as_fast(analysis, tmp_path, speed, group):
    asked = []

    def course(variable, at):
        asked.append(at)
        return normal_curve(variable, at)

    walked = Spatiotemporal(Parameter.SPEED, None, Measure(speed, Unit.METRE_PER_SECOND, 0.05))
    rest = (one for one in analysis.spatiotemporal if one.parameter is not Parameter.SPEED)
    written(replace(analysis, spatiotemporal=(walked, *rest)), tmp_path, norms=Norms(curve=course))
    assert set(asked) == {group}


def test_a_unit_stays_with_its_number(report):
    lines = [line.strip() for page in report.pages for line in page.extract_text().splitlines()]
    assert any(re.search(r"frame \d+, \d+\.\d\d\ss$", line) for line in lines)
    assert not {"s", "%"} & set(lines)


def test_no_line_is_drawn_through_the_number_beside_a_bar(tmp_path):
    canvas = Recorded(str(tmp_path / "bars.pdf"))
    lettering.register_fonts()
    rows = [("Hip", {Side.LEFT: 18.3, Side.RIGHT: 18.5}), ("Knee", {Side.LEFT: 29.2})]
    bars = ScoreBars(rows, 240)
    bars.canv = canvas
    bars.draw()
    upright = [(x, low, high) for x, low, _, high in canvas.lines]
    assert len({x for x, _, _ in upright}) == 7, "one line each from 0° to 30°"
    numbers = [(x, y, text) for x, y, text in canvas.strings if text.startswith(("L ", "R "))]
    assert len(numbers) == 3
    for x, y, text in numbers:
        end = x + lettering.width_of(text, lettering.REGULAR, 6.8)
        assert not [at for at, low, high in upright if x <= at <= end and low < y + 5 and high > y]


class Recorded(Canvas):
    """A canvas that remembers lines and words."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.lines: list[tuple[float, float, float, float]] = []
        self.strings: list[tuple[float, float, str]] = []

    def line(self, *given: float) -> None:
        self.lines.append(given)

    def drawString(self, x: float, y: float, text: str, *_: object, **__: object) -> None:  # noqa: N802
        self.strings.append((x, y, text))


def test_films_sync_provenance_and_limits_are_stated(report):
    text = said(report)
    assert "Start of film 1 = 0.183 s in film 2, from body motion; confidence 91 %" in text
    assert "Film 2: The child leaves the picture" in text
    assert "BlazePose full 0.10.21" in text
    assert "SHA-256 abab" in text
    assert "2D GVS, sagittal subset" in text
    assert "not the Gait Profile Score" in text
    assert "Schwartz, Rozumalski & Trost (2008)" in text


def test_stills_carry_item_frame_and_limits(report):
    text = said(report)
    assert "Film 1, frame 42, 0.683 s" in text
    assert "0: 0° to 15° flexion | 1: 1° to 10° hyperextension or 16° to 25° flexion" in text
    assert sum(len(page.images) for page in report.pages) == 18


def test_minus_signs_are_printed(report):
    assert "−20" in said(report)


def test_nothing_the_report_says_is_lost_for_want_of_a_letter(report):
    assert lettering.UNKNOWN_SIGN not in said(report)


def test_a_sign_no_font_has_is_seen_to_be_missing(analysis, tmp_path):
    named = replace(analysis, patient=Patient("\N{EGYPTIAN HIEROGLYPH A001} 7"))
    assert f"{lettering.UNKNOWN_SIGN} 7" in said(written(named, tmp_path))


def test_chinese_names_stand_in_an_english_report(analysis, tmp_path):
    named = replace(analysis, patient=Patient("儿童 7"))
    reader = written(named, tmp_path)
    for page in reader.pages:
        assert "儿童7" in re.sub(r"\s", "", page.extract_text())


def test_the_report_has_a_language_of_its_own(analysis, tmp_path):
    before = language()
    reader = written(analysis, tmp_path, setup=Setup(language="zh_CN"))
    text = said(reader)
    assert words.item_name(Item.HEEL_LIFT) not in text
    with speaking("zh_CN"):
        # Lines break between any two signs, so that names may be parted by them.
        packed = re.sub(r"\s", "", text)
        for item in Item:
            assert re.sub(r"\s", "", words.item_name(item)) in packed
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert "Child-0417" in reader.metadata.title
    assert language() == before


def test_markup_in_what_people_type_is_printed_as_typed(analysis, tmp_path):
    typed = replace(analysis, conditions=Conditions("<b>AFO</b> & shoes", "", "a\x00b"))
    text = said(written(typed, tmp_path))
    assert "<b>AFO</b> & shoes" in text
    assert "a b" in text


def test_an_analysis_without_anything_says_so(tmp_path):
    empty = made.nothing_scorable(made.analysis(frames=3))
    text = said(written(empty, tmp_path))
    assert text.count("Not scorable: view not recorded") == 34
    assert "No coronal film was recorded; its items cannot be scored." in text
    assert "No gait cycle was clean enough" in text
    assert "No item has a deciding frame" in text
    assert "withheld" in text


def test_a_sheet_nobody_filled_is_not_shown_as_normal(tmp_path):
    bare = Analysis(Patient(), (), scoresheet=Scoresheet())
    text = said(written(bare, tmp_path))
    assert text.count("Not assessed") == 34
    assert "No pseudonym given" in text


def test_long_words_and_marked_sheets_fit_on_letter(analysis, tmp_path):
    long = replace(
        analysis,
        patient=Patient("x" * 300, 12.0, 1.5),
        conditions=Conditions("orthosis " * 60, "walker " * 40, "note " * 300),
        scoresheet=made.all_scored(Score.MARKED),
    )
    reader = written(long, tmp_path, setup=Setup(PageSize.LETTER), stills=stills_of(long))
    assert "34 of 34 possible" in said(reader)
    assert "68 of 68 possible" in said(reader)
    assert [float(v) for v in reader.pages[0].mediabox[2:]] == [612.0, 792.0]


def test_comments_longer_than_a_page_are_printed_in_full(analysis, tmp_path):
    sheet = analysis.scoresheet
    place = Side.LEFT, Item.HEEL_LIFT
    wordy = replace(sheet.get(*place), is_confirmed=True, comment="a word " * 1200)
    long = replace(
        analysis,
        conditions=Conditions("Barefoot", "", "b word " * 1200),
        scoresheet=sheet.with_cell(*place, wordy),
    )
    standing = Standing(
        comment="c word " * 1200,
        versions=(Version(1, "d word " * 1200, (Signoff("N" * 900, "R" * 900, "review", NOW),)),),
        is_in_force=True,
        decisions={place: Decision("E" * 900, NOW, "f word " * 1200)},
    )
    text = said(written(long, tmp_path, standing=standing))
    # The edge of a page may stand between two words.
    assert all(text.count(f"{one} word") >= 1190 for one in "abcd")
    assert "f word" in text


def test_norms_can_be_left_out(analysis, tmp_path):
    none = Norms(curve=lambda variable, speed: None, age=lambda parameter, age: None)
    text = said(written(analysis, tmp_path, norms=none))
    assert "typically developing children, mean" not in text
    assert "Knee flexion" in text


def test_curves_with_gaps_are_drawn_where_they_are_known(analysis, tmp_path):
    curve = analysis.curves[0]
    mean = curve.mean.copy()
    mean[:5] = mean[40:60] = mean[61:] = np.nan
    nothing = np.full(101, np.nan)
    gappy = (
        replace(curve, mean=mean, foot_off_pct=float("nan")),
        replace(analysis.curves[1], mean=nothing),
    )
    text = said(written(replace(analysis, curves=gappy), tmp_path))
    assert "Hip flexion" in text


def test_a_failed_report_leaves_the_earlier_one(analysis, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"earlier")
    broken = stills_of(analysis)
    cell = next(iter(broken))
    broken[cell] = replace(broken[cell], picture=np.zeros((0, 0, 3), np.uint8))
    with pytest.raises(cv2.error):
        write_pdf(analysis, path, stills=broken)
    assert path.read_bytes() == b"earlier"
    assert [one.name for one in tmp_path.iterdir()] == ["report.pdf"]


def test_confirmation_by_a_reviewer_shows_in_the_status(analysis):
    assert report_content(analysis).status == "Machine proposal, not confirmed"
    cell = replace(analysis.scoresheet.get(Side.LEFT, Item.HEEL_LIFT), is_confirmed=True)
    one = replace(
        analysis, scoresheet=analysis.scoresheet.with_cell(Side.LEFT, Item.HEEL_LIFT, cell)
    )
    assert report_content(one).status == "1 of 34 items confirmed by a reviewer, not signed"


def test_lengths_without_a_height_are_not_held_against_norms(analysis):
    bare = replace(
        analysis,
        spatiotemporal=(
            made.Spatiotemporal(
                made.Parameter.STRIDE_LENGTH,
                Side.LEFT,
                made.Measure(1.4, made.Unit.LEG_LENGTH, 0.1),
            ),
        ),
    )
    assert report_content(bare).parameters == (
        ("Stride length", "1.40 ± 0.10\u00a0leg lengths", "", "", "–"),
    )
