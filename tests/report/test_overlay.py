from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.gait import EventKind, GaitEvent, Variable
from gaitdesk.domain.progress import finish
from gaitdesk.domain.shapes import Arc, Dot, Label, Stroke
from gaitdesk.gait.overlay import angles_at, degrees_words, event_rail, events_near, joint_angles
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.overlay import SIDE_COLOURS, skeleton
from gaitdesk.report.overlay import draw_frame, overlay_film
from tests.report import made


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    made_film = made.analysis(tmp_path_factory.mktemp("films"), frames=24, height=180).films[0]
    with FilmWriter(made_film.video.path, made.FPS) as writer:
        for frame in range(24):
            writer.write(made.picture(made_film, frame))
    return made_film


def test_the_near_limb_is_thicker_and_drawn_last(film):
    shapes = skeleton(film.pose.points_px[3], film.pose.confidence[3], Side.RIGHT)
    lines = [one for one in shapes if isinstance(one, Stroke)]
    width = {
        side: {one.width_px for one in lines if one.colour == SIDE_COLOURS[side]} for side in Side
    }
    assert min(width[Side.RIGHT]) > max(width[Side.LEFT])
    last_far = max(i for i, one in enumerate(shapes) if one.colour == SIDE_COLOURS[Side.LEFT])
    first_near = min(i for i, one in enumerate(shapes) if one.colour == SIDE_COLOURS[Side.RIGHT])
    assert last_far < first_near


def test_points_that_are_missing_or_doubtful_are_not_drawn(film):
    points, confidence = film.pose.points_px[3].copy(), film.pose.confidence[3].copy()
    points[Landmark.LEFT_KNEE] = np.nan
    confidence[Landmark.RIGHT_KNEE] = 0.05
    shapes = skeleton(points, confidence, None)
    knees = {tuple(film.pose.points_px[3, p]) for p in (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)}
    centres = {tuple(one.centre) for one in shapes if isinstance(one, Dot)}
    assert not knees & centres
    assert all(np.isfinite(one.points).all() for one in shapes if isinstance(one, Stroke))
    assert skeleton(np.full_like(points, np.nan), confidence, None) == ()


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


def test_an_overlay_film_has_the_frames_and_size_of_the_film(film, tmp_path):
    path = tmp_path / "overlay.mp4"
    with VideoReader(film.video) as reader:
        assert finish(overlay_film(film, reader, path)) == path
    video = probe(path)
    assert (video.frame_count, video.width, video.height) == (24, film.video.width, 180)
    assert video.times_s == pytest.approx(film.video.times_s, abs=1e-3)


def test_a_film_stopped_half_way_leaves_nothing(film, tmp_path):
    with VideoReader(film.video) as reader:
        job = overlay_film(film, reader, tmp_path / "overlay.mp4")
        next(job)
        next(job)
        job.close()
    assert list(tmp_path.iterdir()) == []


def test_drawing_changes_the_child_and_leaves_the_room(film):
    plain = made.picture(film, 5)
    drawn = draw_frame(film, 5, plain.copy())
    changed = (drawn != plain).any(axis=2)
    assert changed[film.mask.at(5)].mean() > 0.95
    assert not changed[60:130, 200:].any()


def test_a_film_in_which_nobody_was_found_can_be_drawn(film):
    nobody = replace(film, pose=type(film.pose).empty(24), mask=None, passes=(), events=())
    plain = made.picture(film, 5)
    assert (draw_frame(nobody, 5, plain.copy()) != plain).any()
