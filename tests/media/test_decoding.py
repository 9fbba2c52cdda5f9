from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.media.decoding import presentation_times

MS = Fraction(1, 1000)


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100_000)), min_size=1, max_size=50))
def test_times_always_ascend(stamps):
    times_s = presentation_times(stamps, MS, 25.0)
    assert len(times_s) == len(stamps)
    assert (np.diff(times_s) > 0).all()


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=50, unique=True))
def test_sound_stamps_are_kept_as_they_are(stamps):
    stamps.sort()
    assert presentation_times(stamps, MS, 25.0).tolist() == [float(s * MS) for s in stamps]


def test_missing_stamps_lie_evenly_between_their_neighbours():
    times_s = presentation_times([None, 40, None, None, 100, 100, None], MS, 25.0)
    assert times_s == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14])


def test_without_any_stamp_the_stated_rate_decides():
    assert presentation_times([None] * 3, MS, 50.0) == pytest.approx([0, 0.02, 0.04])
