from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.gait import AngleTrack, EventKind, GaitEvent, Variable
from gaitdesk.domain.shapes import Arc, Label
from gaitdesk.gait.overlay import (
    angles_at,
    degrees_words,
    event_rail,
    event_words,
    events_near,
    joint_angles,
)
from tests.report import made


@pytest.fixture(scope="module")
def film():
    return made.analysis(frames=24, height=180).films[0]


def test_an_arc_spans_the_angle_it_is_labelled_with(film):
    points = film.pose.points_px[12]
    angles = angles_at(film.angles, 12, Side.RIGHT)
    shapes = joint_angles(points, angles, Side.RIGHT, shown=[Variable.KNEE_FLEXION])
    (arc,) = [one for one in shapes if isinstance(one, Arc)]
    (label,) = [one for one in shapes if isinstance(one, Label)]
    assert abs(arc.span_deg) == pytest.approx(angles[Variable.KNEE_FLEXION], abs=0.5)
    assert label.text == degrees_words(angles[Variable.KNEE_FLEXION])
    assert tuple(arc.centre) == pytest.approx(tuple(points[Landmark.RIGHT_KNEE]))


def test_no_angle_is_drawn_where_a_point_is_missing(film):
    points = film.pose.points_px[12].copy()
    points[Landmark.RIGHT_ANKLE] = np.nan
    angles = angles_at(film.angles, 12, Side.RIGHT)
    labels = [one for one in joint_angles(points, angles, Side.RIGHT) if isinstance(one, Label)]
    assert len(labels) == 1  # the hip


def test_degrees_carry_a_true_minus_sign():
    assert [degrees_words(v) for v in (12.5, -0.4, -8.6)] == ["13°", "0°", "−9°"]


def test_events_are_named_when_they_happen():
    events = [
        GaitEvent(Side.LEFT, EventKind.INITIAL_CONTACT, 60, 1.0),
        GaitEvent(Side.RIGHT, EventKind.FOOT_OFF, 66, 1.1),
    ]
    assert events_near(events, 1.09) == events[::-1]
    assert events_near(events, 1.5) == []


def test_the_rail_is_thick_in_stance():
    events = [
        GaitEvent(Side.LEFT, EventKind.INITIAL_CONTACT, 0, 1.0),
        GaitEvent(Side.LEFT, EventKind.FOOT_OFF, 0, 1.6),
        GaitEvent(Side.LEFT, EventKind.INITIAL_CONTACT, 0, 2.0),
    ]
    rail = event_rail(events, 4.0, 1000, 500, 1.0)
    thick = [one for one in rail if one.width_px == 4.0]
    assert len(thick) == 1
    start, end = thick[0].points
    assert end.x - start.x == pytest.approx(0.6 / 4.0 * 960)


def test_every_event_has_words_of_its_own():
    said = {event_words(GaitEvent(side, kind, 0, 0.0)) for side in Side for kind in EventKind}
    assert len(said) == 4


def test_angles_in_space_and_unknown_ones_are_not_drawn_over_a_picture():
    tracks = [
        AngleTrack(Variable.KNEE_FLEXION, Side.LEFT, np.array([10.0, np.nan])),
        AngleTrack(Variable.HIP_FLEXION, Side.LEFT, np.array([5.0, 5.0]), is_projected=False),
        AngleTrack(Variable.KNEE_FLEXION, Side.RIGHT, np.array([20.0, 20.0])),
    ]
    assert angles_at(tracks, 0, Side.LEFT) == {Variable.KNEE_FLEXION: 10.0}
    assert angles_at(tracks, 1, Side.LEFT) == {}
