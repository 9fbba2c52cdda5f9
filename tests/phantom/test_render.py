from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.progress import finish
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.phantom.body import figure
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.camera import coronal_camera, sagittal_camera
from gaitdesk.phantom.company import bystander, holding_on, therapist, walking_frame
from gaitdesk.phantom.light import Light, floor_shade, shade_from_above, to_light, to_screen
from gaitdesk.phantom.look import Look
from gaitdesk.phantom.patterns import limbs_of
from gaitdesk.phantom.raster import Window, rasterize, window_of
from gaitdesk.phantom.render import Actor, Shot, frames, write_film
from gaitdesk.phantom.rooms import backdrop, furnished_room, plain_room
from gaitdesk.phantom.sheet import Panel, contact_sheet
from gaitdesk.phantom.skeleton import Segment, segment
from gaitdesk.phantom.walker import walk

SIZE = {"width": 480, "height": 270}
BUILD = build_of(8)
ROOM = plain_room()
STILL = Shot(start_s=1.5, duration_s=0.01, noise=0.0)


@pytest.fixture(scope="module")
def walked():
    return walk(BUILD, limbs_of("normal"), duration_s=3.0, variability=0.0)


@pytest.fixture(scope="module")
def child(walked):
    return Actor(figure(BUILD, Look()), walked.motion)


@pytest.fixture(scope="module")
def side():
    camera = sagittal_camera(BUILD.leg_length, **SIZE)
    return camera, backdrop(ROOM, camera)


@pytest.fixture(scope="module")
def front():
    camera = coronal_camera(BUILD.leg_length, **SIZE)
    return camera, backdrop(ROOM, camera)


def _first(actors, view, shot=STILL):
    return next(frames(actors, *view, ROOM.light, shot))


def test_a_triangle_fills_the_pixels_whose_middle_it_holds():
    points = np.array([[0.5, 0.5], [0.5, 6.5], [6.5, 0.5]], np.float32)
    hits = rasterize(points, np.ones(3, np.float32), np.array([[0, 1, 2]]), Window(0, 0, 8, 8))
    filled = {(int(p % 8), int(p // 8)) for p in hits.pixels}
    assert filled == {(x, y) for x in range(1, 7) for y in range(1, 7) if x + y <= 7}
    assert hits.shares.sum(axis=1) == pytest.approx(1.0)


def test_the_nearer_triangle_is_in_front_in_either_order():
    square = np.array([[0, 0], [0, 9], [9, 0], [0, 0], [0, 9], [9, 0]], np.float32)
    for depths in ((2, 3), (3, 2)):
        depth = np.repeat(np.array(depths, np.float32), 3)
        faces = np.array([[0, 1, 2], [3, 4, 5]])
        hits = rasterize(square, depth, faces, Window(0, 0, 9, 9))
        assert set(hits.triangles) == {int(np.argmin(depths))}
        assert hits.depth == pytest.approx(2.0)


def test_a_triangle_seen_from_behind_is_not_drawn():
    points = np.array([[0, 0], [9, 0], [0, 9]], np.float32)
    hits = rasterize(points, np.ones(3, np.float32), np.array([[0, 1, 2]]), Window(0, 0, 9, 9))
    assert not len(hits.pixels)


def test_shares_are_true_in_perspective():
    """Half-way in the picture between depths 1 and 3 lies a quarter of the way in space."""
    points = np.array([[0, 0], [0, 8], [8, 0]], np.float32)
    hits = rasterize(points, np.array([1, 1, 3], np.float32), np.array([[0, 1, 2]]),
                     Window(0, 0, 9, 9))  # fmt: skip
    middle = hits.pixels == 4
    assert hits.shares[middle][0, 2] == pytest.approx(0.25)
    assert hits.depth[middle] == pytest.approx(1.5)


def test_the_window_holds_what_can_be_seen_and_no_more_than_the_picture():
    points = np.array([[-50.0, 10.2], [20.7, 30.0], [np.nan, np.nan]], np.float32)
    assert window_of(points, 100, 80, margin=0).slices == (slice(10, 31), slice(0, 22))
    assert window_of(points - 200, 100, 80) is None


def test_screen_colours_come_back_from_light():
    steps = np.arange(8, 256, dtype=np.uint8)
    assert np.abs(to_screen(to_light(steps)).astype(int) - steps).max() <= 1


def test_what_faces_the_lamp_is_brighter_and_folds_are_darker():
    light = Light()
    normals = np.array([light.towards, [-n for n in light.towards]], np.float32)
    lit = light.on(normals, np.ones(2, np.float32))
    assert (lit[0] > lit[1]).all()
    assert (light.on(normals, np.full(2, 0.3, np.float32)) < lit).all()


def test_a_place_below_another_is_shaded_and_the_floor_is_dark_where_it_is_touched():
    plate = np.array([(x, y, 1.0) for x in np.arange(-0.3, 0.3, 0.02)
                      for y in np.arange(-0.3, 0.3, 0.02)])  # fmt: skip
    points = np.concatenate([plate, [[0, 0, 0.5]]]).astype(np.float32)
    shade = shade_from_above(points)
    assert shade[-1] < 0.5
    assert shade[:-1] == pytest.approx(1.0)
    touching = plate.copy()
    touching[:, 2] = 0.0
    spot = np.zeros((1, 1, 2), np.float32)
    near = floor_shade(touching.astype(np.float32), (0, 0, 1)).at(spot)
    far = floor_shade(plate.astype(np.float32), (0, 0, 1)).at(spot)
    assert near < far < 1
    assert floor_shade(plate.astype(np.float32), (0, 0, 1)).at(spot + 5) == 1


def test_the_same_seed_gives_the_same_film_and_another_only_other_noise(child, side):
    shot = Shot(start_s=1.0, duration_s=0.05, seed=3)
    once, again = (list(frames([child], *side, ROOM.light, shot)) for _ in range(2))
    assert len(once) == 3
    for a, b in zip(once, again, strict=True):
        assert np.array_equal(a.image, b.image)
        assert np.array_equal(a.mask, b.mask)
    other = _first([child], side, Shot(start_s=1.0, duration_s=0.05, seed=4))
    assert not np.array_equal(other.image, once[0].image)
    assert np.abs(other.image.astype(int) - once[0].image).mean() < 4
    assert np.array_equal(other.mask, once[0].mask)


def test_the_mask_is_where_the_picture_differs_from_the_empty_room(child, front):
    rendered = _first([child], front, Shot(start_s=1.5, duration_s=0.01, noise=0, shutter=0))
    differs = np.abs(rendered.image.astype(int) - front[1].picture).max(axis=2) > 12
    rows = np.flatnonzero(rendered.mask.any(axis=1))
    above = slice(0, rows[-1] - 25)  # the shadow on the floor differs too
    both = (rendered.mask & differs)[above].sum()
    assert both / (rendered.mask | differs)[above].sum() > 0.93


def test_landmarks_fall_on_the_child(child, side, front):
    for view in (side, front):
        rendered = _first([child], view)
        x, y = np.round(rendered.points_px).astype(int).T
        near = np.array(
            [rendered.mask[b - 2 : b + 3, a - 2 : a + 3].any() for a, b in zip(x, y, strict=True)]
        )
        assert near.all()


def test_the_limb_away_from_the_side_camera_is_hidden_where_the_near_one_covers_it(child, side):
    rendered = _first([child], side)
    assert rendered.visible[Landmark.RIGHT_SHOULDER]
    assert not rendered.visible[Landmark.LEFT_SHOULDER]
    assert not rendered.visible[Landmark.LEFT_HIP]
    assert rendered.visible[[Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE, Landmark.NOSE]].all()
    assert not rendered.visible[Landmark.LEFT_EAR]


def test_from_the_front_both_legs_and_the_face_are_seen(child, front):
    visible = _first([child], front).visible
    for part in ("HIP", "KNEE", "ANKLE", "SHOULDER", "EYE", "BIG_TOE"):
        assert visible[Landmark[f"LEFT_{part}"]]
        assert visible[Landmark[f"RIGHT_{part}"]]


def test_an_open_shutter_smears_what_moves(child, side):
    sharp, smeared = (
        _first([child], side, Shot(fps=10, start_s=1.5, duration_s=0.01, noise=0, shutter=share))
        for share in (0.0, 1.0)
    )
    x, y = np.round(sharp.points_px[Landmark.RIGHT_KNEE]).astype(int)
    patch = (slice(y - 14, y + 14), slice(x - 40, x + 40))

    def edges(picture):
        return np.abs(np.diff(picture[patch].astype(float).mean(axis=2), axis=1)).max()

    assert edges(smeared.image) < edges(sharp.image)


def test_a_clock_that_runs_fast_takes_its_frames_closer_together():
    even, fast = Shot(duration_s=2.0), Shot(duration_s=2.0, drift_ms_per_s=5.0, start_s=0.3)
    assert len(even.times_s) == len(fast.times_s) == 120
    assert fast.times_s[0] == 0.3
    assert np.diff(fast.times_s) == pytest.approx(np.diff(even.times_s) / 1.005)


def test_noise_has_the_strength_asked_for(child, side):
    camera, behind = side
    noisy = _first([child], side, Shot(start_s=1.5, duration_s=0.01, noise=3.0))
    clean = _first([child], side)
    difference = noisy.image.astype(float) - clean.image
    assert difference[:60].std() == pytest.approx(3.0, rel=0.25)
    assert camera.width == behind.picture.shape[1]


def test_a_film_is_written_upright_with_its_phone_rotation(child, tmp_path):
    camera = sagittal_camera(BUILD.leg_length, width=216, height=288)
    behind = backdrop(ROOM, camera)
    shot = Shot(fps=30, start_s=1.0, duration_s=0.2, rotation_deg=90)
    path = tmp_path / "walk.mp4"
    filmed = finish(write_film(path, [child], camera, behind, ROOM.light, shot))
    video = probe(path)
    assert (video.width, video.height, video.frame_count) == (216, 288, 6)
    assert video.rotation_deg == 90
    with VideoReader(video) as reader:
        shown = reader.frame(3)
    expected = list(frames([child], camera, behind, ROOM.light, shot))[3].image
    assert np.abs(shown.astype(int) - expected).mean() < 6
    assert filmed.points_px.shape == (6, 23, 2)
    assert filmed.mask.at(3).any()


def test_rooms_differ_by_seed_and_stay_the_same_for_one():
    camera = sagittal_camera(0.7, width=160, height=90)
    pictures = [backdrop(furnished_room(seed, 0.8), camera).picture for seed in (1, 1, 2)]
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


def test_the_backdrop_knows_how_far_the_floor_and_the_wall_are(side):
    camera, behind = side
    low, column = camera.height - 1, camera.width // 2
    x, y = behind.floor_m[low, column]
    pixel, depth = camera.project(np.array([x, y, 0.0]))
    assert pixel == pytest.approx([column, low], abs=0.6)
    assert behind.depth_m[low, column] == pytest.approx(depth, abs=0.02)
    wall = behind.depth_m[20, column]
    assert wall == pytest.approx(ROOM.far_wall_m - camera.position_m[1], abs=0.3)


def test_hands_that_hold_a_frame_reach_its_grips_and_legs_stay(walked):
    held = holding_on(walked.motion)
    legs = [segment(side, part) for side in Side for part in ("thigh", "shank", "hindfoot")]
    assert held.origins_m[:, legs] == pytest.approx(walked.motion.origins_m[:, legs])
    wrist = held.origins_m[:, Segment.RIGHT_HAND, 2]
    assert wrist == pytest.approx(0.555 * BUILD.height, abs=0.02)


def test_company_is_not_part_of_the_child(child, walked, side):
    alone = _first([child], side)
    frame = Actor(child.figure, holding_on(walked.motion))
    actors = [frame, walking_frame(frame.motion)]
    with_frame = _first(actors, side)
    assert not np.array_equal(alone.image, with_frame.image)
    only_child = _first([frame], side).mask
    assert not (with_frame.mask & ~only_child).any()
    assert with_frame.mask.sum() < only_child.sum()


def test_a_therapist_keeps_pace_at_the_childs_side(walked):
    adult = therapist(walked.motion, seed=2).motion
    child_m = walked.motion.origins_m[:, Segment.PELVIS]
    apart = adult.origins_m[:, Segment.PELVIS] - child_m
    assert np.abs(apart[:, 0] + 0.22).max() < 0.25
    assert apart[:, 1] == pytest.approx(0.62, abs=0.12)
    assert adult.build.height > 1.4


def test_a_bystander_stands_on_the_floor_where_it_was_put():
    thing = bystander(5, 1.0, 1.6, -90.0)
    assert thing.points_m[:, 2].min() == pytest.approx(0, abs=0.01)
    assert thing.points_m[:, :2].mean(axis=0) == pytest.approx([1.0, 1.6], abs=0.06)


def test_a_contact_sheet_has_a_row_for_every_pattern(child, walked):
    panels = [Panel(name, child.figure, walked, Side.LEFT) for name in ("one", "two", "three")]
    steps = contact_sheet(panels, ROOM)
    seen = []
    sheet = finish(steps, lambda step: seen.append(step.done))
    assert seen == [1, 2, 3]
    assert sheet.shape[0] > 2 * 300
    assert sheet.shape[2] == 3
