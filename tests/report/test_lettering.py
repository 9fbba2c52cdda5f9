"""Words on paper: each sign in a font that has it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from gaitdesk.i18n import LANGUAGES
from gaitdesk.report.lettering import (
    BOLD,
    HAN,
    REGULAR,
    UNKNOWN_SIGN,
    cut_to_width,
    is_han,
    markup,
    printable,
    register_fonts,
    runs,
    width_of,
)
from tests import translations

signs = st.text(st.sampled_from("Gait 0° ±–“膝屈曲，（）…\U00013000"), max_size=30)


@settings(deadline=None)
@given(signs)
def test_runs_are_the_words_and_each_font_has_its_signs(text):
    words = printable(text)
    pieces = list(runs(words, BOLD))
    assert "".join(piece for _, piece in pieces) == words
    for font, piece in pieces:
        assert all(ord(sign) in pdfmetrics.getFont(font).face.charToGlyph for sign in piece)


@settings(deadline=None)
@given(signs, st.floats(5, 200))
def test_a_line_is_cut_to_its_room(text, room):
    line = cut_to_width(text, room, REGULAR, 8)
    assert width_of(line, REGULAR, 8) <= room or line == "…"


def test_latin_signs_stay_in_the_latin_font():
    assert list(runs("EVGS 膝 2", REGULAR)) == [(REGULAR, "EVGS "), (HAN, "膝"), (REGULAR, " 2")]
    assert is_han("EVGS 膝")
    assert not is_han("EVGS – 2°\n")


def test_what_no_font_has_is_seen_to_be_lost():
    assert printable("a\U00013000\x00b") == f"a{UNKNOWN_SIGN} b"


def test_nothing_is_taken_for_markup():
    assert markup("<b>膝</b>", REGULAR) == f'&lt;b&gt;<font name="{HAN}">膝</font>&lt;/b&gt;'


def test_every_word_of_the_report_can_be_shown_in_every_language():
    register_fonts()
    for language in LANGUAGES:
        for message in translations.catalogue(language):
            if any(place.startswith("gaitdesk/report/") for place, _ in message.locations):
                said = "".join(translations.forms(message))
                assert UNKNOWN_SIGN not in printable(said), message.id
