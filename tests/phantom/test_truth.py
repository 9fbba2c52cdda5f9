from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.evgs import Item, Origin, State
from gaitdesk.domain.gait import EventKind, Parameter, Variable
from gaitdesk.domain.recording import View
from gaitdesk.gait.angles import track_of
from gaitdesk.phantom.camera import coronal_camera, sagittal_camera
from gaitdesk.phantom.patterns import PATTERNS
from gaitdesk.phantom.skeleton import one_after_the_other, turned_round
from gaitdesk.phantom.truth import truth_of, unrendered_film
from tests.phantom.walks import made

LATE_S, DRIFT_MS_PER_S = 0.4, 0.5


@cache
def analysis(pattern="winters_3"):
    there = made(pattern, Side.RIGHT, duration_s=5.0).motion
    motion = one_after_the_other([there, turned_round(there)])
    end = motion.times_s[-1]
    fps = 60.0
    side_s = np.arange(0.0, end, 1 / fps)
    front_s = LATE_S + np.arange(0.0, end - LATE_S, 1 / fps) / (1 + DRIFT_MS_PER_S / 1000)
    height = motion.build.leg_length
    films = [
        unrendered_film(motion, Plane.SAGITTAL, sagittal_camera(height), side_s),
        unrendered_film(motion, Plane.CORONAL, coronal_camera(height), front_s),
    ]
    return truth_of(motion, films)


def test_two_walks_give_all_four_views():
    side, front = analysis().films
    assert [one.view for one in side.passes] == [View.SAGITTAL_RIGHT, View.SAGITTAL_LEFT]
    assert [one.direction for one in side.passes] == [1, -1]
    assert [one.view for one in front.passes] == [View.CORONAL_FRONT, View.CORONAL_BACK]


def test_every_item_of_both_limbs_has_its_true_score():
    sheet = analysis().scoresheet
    for side in Side:
        for item, score in PATTERNS["winters_3"].expected(side, Side.RIGHT).items():
            cell = sheet.get(side, item)
            assert cell is not None
            assert cell.state is State.SCORED
            assert cell.origin is Origin.PHANTOM
            assert cell.score is score


def test_evidence_lies_in_the_items_plane_and_shows_its_limb():
    found = analysis()
    for (side, item), cell in found.scoresheet.cells.items():
        evidence = cell.proposed[0].evidence
        assert evidence is not None
        film = found.films[evidence.film]
        assert film.plane is item.plane
        one = next(p for p in film.passes if p.first_frame <= evidence.frame <= p.last_frame)
        assert one.view.near_side in (None, side)
        assert film.video.times_s[evidence.frame] == pytest.approx(evidence.time_s, abs=0.02)


def test_the_clocks_of_both_films_are_related_as_they_run():
    (sync,) = analysis().sync
    assert sync.offset_s == pytest.approx(-LATE_S, abs=0.002)
    assert sync.drift_ms_per_s == pytest.approx(DRIFT_MS_PER_S, abs=0.01)


def test_events_of_both_films_are_the_same_moments():
    found = analysis()
    side, front = found.films
    (sync,) = found.sync
    for event in side.events:
        moved = sync.to_coronal(event.time_s)
        if 0.1 < moved < front.video.duration_s - 0.1:
            nearest = min(
                abs(other.time_s - moved)
                for other in front.events
                if other.side is event.side and other.kind is event.kind
            )
            assert nearest < 0.02


def test_at_a_contact_the_foot_is_at_its_lowest_in_the_picture():
    side = analysis("normal").films[0]
    for event in side.events:
        if event.kind is EventKind.INITIAL_CONTACT:
            heel = side.pose.of(Landmark[f"{event.side.name}_HEEL"])
            assert heel[event.frame, 1] > np.nanquantile(heel[:, 1], 0.5)


def test_projected_angles_of_the_near_limb_are_nearly_those_in_space():
    side = analysis("normal").films[0]
    for one in side.passes:
        near = one.view.near_side
        frames = np.arange(one.first_frame, one.last_frame + 1)
        middle = frames[len(frames) // 3 : 2 * len(frames) // 3]
        for variable in (Variable.KNEE_FLEXION, Variable.TRUNK_FORWARD_LEAN):
            seen = track_of(side.angles, variable, near)
            true = next(
                t.values
                for t in side.angles
                if t.variable is variable and t.side is near and not t.is_projected
            )
            assert seen is not None
            assert np.abs(seen[middle] - true[middle]).max() < 6.0


def test_cycles_name_the_sagittal_film_and_lie_inside_it():
    found = analysis()
    assert {cycle.side for cycle in found.cycles} == set(Side)
    for cycle in found.cycles:
        assert cycle.film == 0
        assert 0.0 <= cycle.start_s < cycle.end_s <= found.films[0].video.duration_s
        assert cycle.foot_off_s is not None
        assert 55.0 < cycle.pct(cycle.foot_off_s) < 72.0


def test_stride_and_support_add_up():
    values = {(s.parameter, s.side): s.measure.value for s in analysis("normal").spatiotemporal}
    for side in Side:
        assert values[Parameter.STANCE, side] + values[Parameter.SWING, side] == pytest.approx(100)
        both = values[Parameter.SINGLE_SUPPORT, side] + values[Parameter.DOUBLE_SUPPORT, side]
        assert both == pytest.approx(values[Parameter.STANCE, side], abs=0.5)
    assert values[Parameter.SPEED, None] == pytest.approx(
        values[Parameter.STRIDE_LENGTH, Side.LEFT] / values[Parameter.STRIDE_TIME, Side.LEFT],
        rel=0.03,
    )


def test_the_normal_curve_of_the_knee_looks_like_one():
    curve = next(
        c
        for c in analysis("normal").curves
        if c.variable is Variable.KNEE_FLEXION and c.side is Side.RIGHT
    )
    assert curve.mean.max() == pytest.approx(60, abs=2)
    assert 66 <= np.argmax(curve.mean) <= 78
    assert curve.mean[25:45].min() == pytest.approx(7, abs=1.5)


def test_a_measure_comes_with_each_score():
    sheet = analysis("normal").scoresheet
    cell = sheet.get(Side.LEFT, Item.SWING_KNEE_FLEXION)
    assert cell is not None
    measure = cell.proposed[0].measure
    assert measure is not None
    assert measure.value == pytest.approx(60, abs=0.5)
