from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.ui.viewer.framing import MOST_ZOOM, Framing

SIZE, PANE = (1280, 720), (600.0, 500.0)
places = st.tuples(st.floats(0, 600), st.floats(0, 500))


def test_a_fitted_picture_lies_in_the_middle_and_touches_two_edges():
    one = Framing.fitting(SIZE, PANE)
    assert one.left == pytest.approx(0.0)
    assert one.to_pane(640, 360) == pytest.approx((300, 250))


@given(places, st.floats(0.3, 4.0))
def test_what_lies_under_the_cursor_stays_there(place, factor):
    one = Framing.fitting(SIZE, PANE)
    before = one.to_video(*place)
    assert one.zoomed(factor, *place, least=0.01).to_video(*place) == pytest.approx(before)


@given(places)
def test_a_place_goes_to_the_pane_and_back(place):
    one = Framing(1.7, -30.0, 12.0)
    assert one.to_pane(*one.to_video(*place)) == pytest.approx(place)


def test_zoom_has_an_end_on_either_side():
    one = Framing.fitting(SIZE, PANE)
    assert one.zoomed(1e9, 1, 1, one.scale).scale == MOST_ZOOM
    assert one.zoomed(1e-9, 1, 1, one.scale).scale == one.scale


@given(st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_a_moved_picture_leaves_no_empty_edge(dx, dy):
    one = Framing.fitting(SIZE, PANE).zoomed(4.0, 300, 250, 0.1).moved(dx, dy).held(SIZE, PANE)
    assert one.left <= 0 <= one.left + one.scale * SIZE[0] - PANE[0] + 1e-6
    assert one.top <= 0 <= one.top + one.scale * SIZE[1] - PANE[1] + 1e-6
