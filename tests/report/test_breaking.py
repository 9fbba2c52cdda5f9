"""Lines of Chinese end where a reader expects it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.report.breaking import NEVER_FIRST, NEVER_LAST, line_ends, may_break

TEXTS = st.text(st.sampled_from("膝关节（屈曲），。GaitDesk 12.5° ± 3"), min_size=1, max_size=60)


def lines(text, room):
    wide = [1.0 if ord(one) >= 0x2E80 else 0.5 for one in text]
    ends = line_ends(text, wide, [room])
    return [text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)], wide


@given(TEXTS, st.floats(1.0, 20.0))
def test_nothing_is_lost_and_no_line_is_too_long(text, room):
    found, _ = lines(text, room)
    assert "".join(found) == text
    for line in found:
        # A space at the end of a line takes no room.
        shown = line.rstrip(" ")
        assert len(shown) <= 1 or sum(1 if ord(o) >= 0x2E80 else 0.5 for o in shown) <= room + 1e-6


@given(TEXTS)
def test_no_line_begins_or_ends_with_a_forbidden_mark_where_there_is_a_choice(text):
    found, _ = lines(text, 12.0)
    for line, following in pairwise(found):
        if any(may_break(a, b) for a, b in pairwise(line)):
            assert may_break(line[-1], following[0])


def test_words_and_numbers_stay_whole():
    found, _ = lines("置信度 GaitDesk 膝屈曲", 5.0)
    assert found == ["置信度 ", "GaitDesk ", "膝屈曲"]
    assert lines("最大踝背屈：1 减小", 5.0)[0] == ["最大踝背", "屈：1 减小"]


def test_a_word_longer_than_a_line_breaks_where_it_is_full():
    assert lines("ab" * 6, 2.0)[0] == ["abab", "abab", "abab"]


@pytest.mark.parametrize("mark", sorted(NEVER_FIRST - NEVER_LAST))
def test_no_line_begins_with_a_mark_of_that_kind(mark):
    assert not may_break("膝", mark)


def test_brackets_hold_on_to_what_is_in_them():
    assert not may_break("（", "膝")
    assert may_break("）", "膝")
