"""The drawing of an item's limits: its sectors are the bands, and a value points into its own."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.scoring.criteria import BANDS, band_of
from gaitdesk.ui.scoring.dial import Dial, described, posture, sectors

ANGLED = sorted(BANDS)


@given(st.sampled_from(ANGLED), st.floats(-120, 120))
def test_a_value_lies_in_the_sector_of_its_score(item, value):
    band = band_of(item, value)
    inside = [one for one in sectors(item) if one.low - 1e-9 <= value <= one.high + 1e-9]
    if inside and not any(
        abs(value - edge) < 1e-6 for one in inside for edge in (one.low, one.high)
    ):
        assert [one.score for one in inside] == [band.score]


@pytest.mark.parametrize("item", ANGLED)
def test_sectors_meet_without_gaps(item):
    held = sectors(item)
    for one, after in pairwise(held):
        assert one.high == after.low
    assert all(math.isfinite(one.low) and math.isfinite(one.high) for one in held)


@pytest.mark.parametrize("item", ANGLED)
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("value", [-90.0, -12.0, 0.0, 33.4, 120.0])
def test_any_value_can_be_drawn(qtbot, appearance, item, side, value):
    dial = Dial()
    qtbot.addWidget(dial)
    dial.show_item(side, item, Measure(value, Unit.DEGREE, 5.0))
    dial.resize(200, 160)
    assert not dial.grab().toImage().allGray()


def test_a_limb_that_is_turned_out_points_away_from_the_middle(appearance):
    from gaitdesk.ui.scoring.dial import _Drawing

    image = QImage(200, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    tips = {
        side: _Drawing(painter, QRectF(image.rect()), Item.FOOT_ROTATION, side, QFont())
        for side in Side
    }
    assert tips[Side.LEFT]._unit(20.0).x() < 0 < tips[Side.RIGHT]._unit(20.0).x()
    painter.end()


def test_items_without_an_angle_have_no_dial(qtbot, appearance):
    dial = Dial()
    qtbot.addWidget(dial)
    dial.show_item(Side.LEFT, Item.INITIAL_CONTACT, None)
    assert dial.isHidden()
    with pytest.raises(ValueError, match="what is seen"):
        posture(Item.INITIAL_CONTACT)


def test_the_drawing_is_also_said():
    said = described(Item.STANCE_KNEE_EXTENSION, Measure(-7.0, Unit.DEGREE, 4.0))
    assert said == "Measured: 7° ± 4° hyperextension"
