from __future__ import annotations

import math

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.evgs import Direction, Evidence, Item, Origin, Proposal, Score, State
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.shapes import Arc, Label
from gaitdesk.gait.angles import knee_flexion_deg
from gaitdesk.ui.viewer.evidence import (
    MEASURED_COLOUR,
    RANGE_COLOURS,
    evidence_shapes,
    evidence_words,
)
from tests.report import made

FRAME = 30


@pytest.fixture(scope="module")
def films():
    return made.analysis(frames=60, height=360).films


def proposal(value, unit=Unit.DEGREE, direction=Direction.NORMAL):
    return Proposal(
        Origin.RULES,
        "rules 1",
        State.SCORED,
        Score.NORMAL,
        direction,
        measure=Measure(value, unit, 4.0),
        evidence=Evidence(0, FRAME, 0.5),
    )


def test_the_drawn_knee_angle_is_the_angle_of_the_points(films):
    flexion = float(knee_flexion_deg(films[0].pose, Side.RIGHT, 1)[FRAME])
    shapes = evidence_shapes(
        films[0], FRAME, Side.RIGHT, Item.STANCE_KNEE_EXTENSION, proposal(flexion)
    )
    arc = next(s for s in shapes if isinstance(s, Arc) and s.colour == MEASURED_COLOUR)
    knee = films[0].pose.points_px[FRAME, landmark(Side.RIGHT, "knee")]
    assert arc.centre == pytest.approx(tuple(knee))
    assert arc.span_deg == pytest.approx(flexion, abs=0.01)


def test_a_limb_at_a_limit_lies_on_the_limit_that_is_drawn(films):
    flexion = float(knee_flexion_deg(films[0].pose, Side.RIGHT, 1)[FRAME])
    shapes = evidence_shapes(
        films[0], FRAME, Side.RIGHT, Item.STANCE_KNEE_EXTENSION, proposal(flexion)
    )
    normal = next(
        s for s in shapes if isinstance(s, Arc) and s.colour == RANGE_COLOURS[Score.NORMAL]
    )
    measured = next(s for s in shapes if isinstance(s, Arc) and s.colour == MEASURED_COLOUR)
    # Normal reaches from -0.5 to 15.5 degrees of flexion.
    assert normal.start_deg - measured.start_deg == pytest.approx(-0.5)
    assert normal.span_deg == pytest.approx(16.0)


def test_the_normal_range_bears_the_numbers_of_the_form(films):
    shapes = evidence_shapes(films[0], FRAME, Side.RIGHT, Item.STANCE_DORSIFLEXION, proposal(12.0))
    assert {s.text for s in shapes if isinstance(s, Label)} == {"12°", "5°", "25°"}


@pytest.mark.parametrize("item", [Item.TRUNK_SAGITTAL, Item.STANCE_HIP_EXTENSION])
def test_forward_is_towards_where_the_child_walks(films, item):
    shapes = evidence_shapes(films[0], FRAME, Side.RIGHT, item, proposal(3.0))
    normal = next(
        s for s in shapes if isinstance(s, Arc) and s.colour == RANGE_COLOURS[Score.NORMAL]
    )
    start = math.radians(normal.start_deg)
    end = math.radians(normal.start_deg + normal.span_deg)
    # Both grow forward, and the child walks to image right.
    assert math.cos(end) > math.cos(start)


def test_an_item_without_an_angle_has_words_alone(films):
    answer = proposal(31.0, Unit.MILLIMETRE, Direction.MODERATE)
    item = Item.TRUNK_LATERAL_SHIFT
    assert evidence_shapes(films[1], FRAME, Side.LEFT, item, answer) == ()
    assert "31" in evidence_words(Side.LEFT, item, answer)


def test_a_joint_that_was_not_found_has_no_drawing(films):
    points = films[0].pose.points_px[FRAME].copy()
    points[landmark(Side.LEFT, "knee")] = np.nan
    item = Item.STANCE_KNEE_EXTENSION
    assert evidence_shapes(films[0], FRAME, Side.LEFT, item, proposal(5.0), points) == ()


def test_words_tell_item_limb_measure_and_what_is_normal():
    words = evidence_words(Side.RIGHT, Item.STANCE_KNEE_EXTENSION, proposal(28.0))
    assert words.replace("\N{NO-BREAK SPACE}", " ") == (
        "Peak knee extension in stance, right: 28° ± 4° flexion, normal 0° to 15°"
    )
