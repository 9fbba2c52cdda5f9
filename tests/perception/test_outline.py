"""Of everybody's pixels the child's own are kept, in every frame the child was followed in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side, landmark
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.better import BetterEyes, seen_better
from gaitdesk.perception.masks import overlap_share
from gaitdesk.perception.outline import REACH, REACH_OF_LIMBS, outlined_anew, own_part
from gaitdesk.perception.parts import BodyParts
from tests.perception.annotated import annotated_frames
from tests.perception.test_parts import BEHIND, HERE, PartNetwork, package, person

WIDTH, HEIGHT, SIZE = 400, 300, 90
EXTENT_PX = 1.5 * SIZE
FRAMES = 6


def body(at=(200, 150), size=SIZE):
    """Body points of the figure that `person` draws; its head is its collar."""
    points = np.full((LANDMARK_COUNT, 2), np.nan)
    for side, x in ((Side.LEFT, -0.17), (Side.RIGHT, 0.17)):
        for part, y in {"shoulder": -0.4, "hip": 0.1, "knee": 0.55, "ankle": 0.9}.items():
            points[landmark(side, part)] = (at[0] + x * size, at[1] + y * size)
    points[Landmark.NOSE] = (at[0], at[1] - 0.4 * size)
    return points


def packed(pixels):
    found = FrameMask.of(pixels)
    assert found is not None
    return found


def test_who_stands_apart_is_left_out():
    _, child = person(at=(120, 150))
    _, other = person(at=(300, 150))
    own = own_part(packed(child | other), body((120, 150)))
    np.testing.assert_array_equal(own.full(HEIGHT, WIDTH), child)


def test_who_touches_is_left_out_but_for_a_rim():
    _, child = person(at=(150, 150))
    helper = np.zeros_like(child)
    # A large helper beside the child, with an arm across the child's shoulder.
    helper[20:290, 190:300] = True
    helper[105:120, 150:300] = True
    everybody = packed(child | helper)
    for before, reach in ((None, REACH_OF_LIMBS), (packed(child), REACH)):
        own = own_part(everybody, body((150, 150)), before).full(HEIGHT, WIDTH)
        assert (own & child).sum() == child.sum()
        wrong = own & ~child
        off = cv2.distanceTransform((~child).astype(np.uint8), cv2.DIST_L2, 3)
        # `box_of` adds a tenth of the body on all sides.
        assert off[wrong].max() <= 1.2 * reach * EXTENT_PX + 1
        assert wrong.sum() < 0.1 * helper.sum()


def test_what_the_default_missed_is_kept():
    _, child = person()
    sleeve = np.zeros_like(child)
    # Beyond the limbs, by less than clothes and hair reach.
    sleeve[110:150, 223:230] = True
    whole = child | sleeve
    before = child.copy()
    before[200:] = False
    own = own_part(packed(whole), body(), packed(before))
    np.testing.assert_array_equal(own.full(HEIGHT, WIDTH), whole)


def test_where_the_child_is_not_there_is_no_mask():
    _, other = person(at=(330, 150))
    assert own_part(packed(other), body((100, 150))) is None
    away = packed(other)
    _, child = person(at=(100, 150))
    assert own_part(away, body((100, 150)), packed(child)) is None


def test_people_outlined_by_hand_are_kept_by_their_limbs_alone():
    kept = []
    for one in annotated_frames():
        corners = np.concatenate([*one.polygons, np.zeros((1, 2))])
        pixels = one.mask(int(corners[:, 1].max()) + 2, int(corners[:, 0].max()) + 2)
        if np.isfinite(one.points_px).all(axis=1).sum() >= 12 and pixels.any():
            own = own_part(packed(pixels), one.points_px)
            kept.append(own.full(*pixels.shape).sum() / pixels.sum())
    assert len(kept) >= 30
    assert np.median(kept) > 0.98
    assert np.percentile(kept, 10) > 0.94


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return BodyParts(package(tmp_path_factory.mktemp("models") / "tiny", PartNetwork()), HERE)


def places():
    return [(80 + 40 * frame, 150) for frame in range(FRAMES)]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A child walking past somebody who stands, and what belongs to the child."""
    path = tmp_path_factory.mktemp("film") / "walk.mp4"
    truth = []
    with FilmWriter(path) as writer:
        for at in places():
            image, other = person(at=(350, 150), size=60)
            child, pixels = person(at=at)
            image[pixels] = child[pixels]
            truth.append(pixels)
            writer.write(image)
            assert (image[~(pixels | other)] == BEHIND).all()
    return probe(path), truth


def followed(missing=()):
    points = np.stack([body(at) for at in places()])
    for frame in missing:
        points[frame] = np.nan
    return PoseTrack(points, np.isfinite(points).all(axis=2).astype(float))


def nothing(video):
    return MaskTrack(video.width, video.height, (None,) * video.frame_count)


def test_a_film_goes_in_and_the_child_s_masks_come_out(film, model):
    video, truth = film
    steps = []
    model.at_once = 4
    found = finish(outlined_anew(video, followed((3,)), nothing(video), model), steps.append)
    assert found.frames[3] is None
    for frame in (0, 1, 2, 4):
        assert overlap_share(found.at(frame), truth[frame]) > 0.9
    assert (steps[-1].done, steps[-1].total) == (FRAMES, FRAMES)
    assert "tiny 1 outlines the child, frame 5 of 6" in [step.text for step in steps]


def test_better_eyes_outline_with_parts_what_no_model_follows(film, model):
    video, truth = film
    better = BetterEyes(outlines=model)
    steps = []
    track = followed()
    points, mask = finish(seen_better(video, track, nothing(video), better), steps.append)
    assert points is track
    assert overlap_share(mask.at(1), truth[1]) > 0.9
    assert steps[-1].done == steps[-1].total
    assert better.device == "this processor"
    assert better.provenances == (model.provenance,)
    assert finish(seen_better(video, track, None, better))[1] is None
