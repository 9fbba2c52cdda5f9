from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.phantom import body as body_module
from gaitdesk.phantom.anatomy import resting
from gaitdesk.phantom.body import LEFT_LEG, RIGHT_LEG, figure
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.look import Hair, Look, Orthosis, Top, varied_look
from gaitdesk.phantom.skeleton import SEGMENT_COUNT, Segment, hang_together, segment
from gaitdesk.phantom.surface import distance_at, ellipsoid, sample, skin
from gaitdesk.phantom.weights import BONE_COUNT, bone_weights, bones, helper

BUILD = build_of(8)


@pytest.fixture(scope="module")
def child():
    return figure(BUILD, Look())


def _pose(**turned):
    rotations = np.broadcast_to(np.eye(3), (1, SEGMENT_COUNT, 3, 3)).copy()
    for name, matrix in turned.items():
        rotations[0, Segment[name]] = matrix
    return hang_together(BUILD, np.zeros(1), np.array([[0, 0, BUILD.leg_length]]), rotations)


def _moved(child, motion):
    turn, shift = bones(
        BUILD, child.rest_origins_m, child.rest_rotations, motion.origins_m, motion.rotations
    )
    points = np.einsum("vb,bij,vj->vi", child.weights, turn[0], child.rest_m, optimize=True)
    return points + child.weights @ shift[0]


def _about_y(deg):
    c, s = np.cos(np.deg2rad(deg)), np.sin(np.deg2rad(deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def test_the_surface_of_a_ball_is_a_ball():
    solid = ellipsoid((0.1, 0, 0), (0.05, 0.05, 0.05), 0.0)
    field, corner = sample([solid], np.array([0, -0.1, -0.1]), np.array([0.2, 0.1, 0.1]), 0.01)
    surface = skin(field, corner, 0.01)
    away = surface.points_m - np.array([0.1, 0, 0])
    radius = np.linalg.norm(away, axis=1)
    assert np.abs(radius - 0.05).max() < 0.001
    assert np.einsum("ij,ij->i", surface.normals, away / radius[:, None]).min() > 0.97
    a, b, c = (surface.points_m[surface.triangles[:, i]] for i in range(3))
    assert np.einsum("ij,ij->i", np.cross(b - a, c - a), a - [0.1, 0, 0]).min() > 0
    assert len(surface.points_m) - len(surface.triangles) / 2 == 2


def test_a_standing_child_is_as_tall_as_its_build_and_stands_on_the_floor(child):
    points = _moved(child, _pose())
    assert points[:, 2].min() == pytest.approx(0.0, abs=0.006)
    assert points[:, 2].max() == pytest.approx(BUILD.height, abs=0.03)


def test_weights_share_each_place_among_bones(child):
    assert child.weights.shape == (len(child.rest_m), BONE_COUNT)
    assert child.weights.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert child.weights.min() >= 0


def test_a_leg_follows_its_own_bones_only(child):
    for side, limb in ((Side.LEFT, LEFT_LEG), (Side.RIGHT, RIGHT_LEG)):
        vertices = np.unique(child.triangles[child.limb == limb])
        low = vertices[child.rest_m[vertices, 2] < -0.3 * BUILD.thigh]
        others = [segment(side.opposite, part) for part in ("thigh", "shank", "hindfoot", "toes")]
        others.append(helper(side.opposite, "hip"))
        assert child.weights[low][:, others].max() == 0


def test_every_joint_lies_inside_the_body():
    rest = resting(BUILD, 1.0)
    solids = body_module.body_solids(rest, Look())
    inside = [part for part in Segment if "TOES" not in part.name]
    assert (distance_at(solids, rest.motion.origins_m[0, inside]) < -0.008).all()


def test_bending_the_knee_moves_what_lies_below_it_alone(child):
    straight, bent = (
        _moved(child, _pose()),
        _moved(
            child,
            _pose(**{name: _about_y(40) for name in ("LEFT_SHANK", "LEFT_HINDFOOT", "LEFT_TOES")}),
        ),
    )
    way = np.linalg.norm(bent - straight, axis=1)
    knee = BUILD.leg_length - BUILD.thigh
    below = (straight[:, 2] < knee - 0.10) & (straight[:, 1] > 0.005)
    above = straight[:, 2] > knee + 0.10
    assert way[below].min() > 0.04
    assert way[above].max() < 1e-6


def test_the_kneecap_turns_with_the_thigh_and_not_with_the_shank():
    c, s = np.cos(0.5), np.sin(0.5)
    torsion = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    motion = _pose(LEFT_SHANK=torsion, LEFT_HINDFOOT=torsion, LEFT_TOES=torsion)
    rest = resting(BUILD, 1.0).motion
    turn, _ = bones(BUILD, rest.origins_m[0], rest.rotations[0], motion.origins_m, motion.rotations)
    kneecap = turn[0, helper(Side.LEFT, "kneecap")] @ rest.rotations[0, Segment.LEFT_THIGH]
    assert kneecap == pytest.approx(np.eye(3), abs=1e-9)


def test_bones_at_rest_do_not_move_the_body(child):
    rest = resting(BUILD, 1.0).motion
    turn, shift = bones(
        BUILD, child.rest_origins_m, child.rest_rotations, rest.origins_m, rest.rotations
    )
    assert turn[0] == pytest.approx(np.broadcast_to(np.eye(3), turn[0].shape), abs=1e-9)
    assert shift == pytest.approx(0, abs=1e-9)


def test_weights_are_the_same_for_a_place_wherever_it_is_asked():
    rest = resting(BUILD, 1.0)
    points = rest.motion.origins_m[0]
    assert bone_weights(rest, points) == pytest.approx(
        np.concatenate([bone_weights(rest, points[i : i + 1]) for i in range(len(points))])
    )


def test_the_same_seed_gives_the_same_look_and_other_seeds_others():
    assert varied_look(4) == varied_look(4)
    assert len({varied_look(seed) for seed in range(20)}) == 20
    assert {varied_look(seed).hair for seed in range(60)} == set(Hair)
    assert {varied_look(seed).top for seed in range(60)} == set(Top)


def test_an_orthosis_covers_the_limb_that_wears_it():
    worn = figure(BUILD, Look(orthosis=Orthosis.LEFT))
    bare = figure(BUILD, Look())
    added = worn.rest_m[len(bare.rest_m) :]
    assert len(added) > 300
    assert (added[:, 1] > 0).all()
    assert added[:, 2].max() < -BUILD.thigh
