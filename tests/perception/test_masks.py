"""Masks against drawn truth."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gaitdesk.perception.masks import distance_to_person_px, overlap_share, person_mask
from gaitdesk.perception.model import PersonPose, Region
from gaitdesk.perception.scene import Background

HEIGHT, WIDTH = 480, 640
REGION = Region(320.0, 240.0, 400.0)


def truth():
    """A body of an ellipse and two legs."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(mask, (320, 190), (45, 90), 0, 0, 360, 1, -1)
    cv2.line(mask, (310, 260), (280, 390), 1, 26)
    cv2.line(mask, (330, 260), (370, 390), 1, 26)
    return mask > 0


def room():
    rng = np.random.default_rng(0)
    return cv2.GaussianBlur(rng.integers(90, 180, (HEIGHT, WIDTH, 3)).astype(np.uint8), (9, 9), 0)


def picture(mask):
    image = room()
    image[mask] = (40, 70, 150)
    return image


def seen(mask, *, blur: float, region: Region = REGION) -> PersonPose:
    """A network's logits for a mask, unsure near its edge."""
    side = 256
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(mask.astype(np.float32), region.affine(side), (side, side), flags=flags)
    logits = 14.0 * (cv2.GaussianBlur(crop, (0, 0), blur) - 0.5)
    return PersonPose(np.full((23, 2), np.nan), np.zeros(23), 1.0, region, region, logits)


def behind() -> Background:
    return Background(room(), np.full((HEIGHT, WIDTH), 2.0), np.ones((HEIGHT, WIDTH), bool), 1.0)


def test_a_sure_network_is_followed():
    found = person_mask(picture(truth()), seen(truth(), blur=1.0))
    assert found is not None
    assert overlap_share(found.full(HEIGHT, WIDTH), truth()) > 0.97


def test_a_region_that_is_turned_and_cut_by_the_edge_still_lands_in_place():
    mask = np.roll(truth(), -240, axis=1)
    mask[:, 400:] = False
    region = Region(80.0, 240.0, 420.0, 0.3)
    found = person_mask(picture(mask), seen(mask, blur=1.0, region=region))
    assert found is not None
    assert overlap_share(found.full(HEIGHT, WIDTH), mask) > 0.96


def test_a_still_background_sharpens_what_the_network_leaves_in_doubt():
    alone = person_mask(picture(truth()), seen(truth(), blur=9.0))
    helped = person_mask(picture(truth()), seen(truth(), blur=9.0), behind())
    assert alone is not None
    assert helped is not None
    before = overlap_share(alone.full(HEIGHT, WIDTH), truth())
    after = overlap_share(helped.full(HEIGHT, WIDTH), truth())
    assert after > before + 0.03


def test_a_shadow_on_the_floor_is_not_taken():
    image = picture(truth())
    shadow = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(shadow, (420, 400), (110, 14), 0, 0, 360, 1, -1)
    shade = (shadow > 0) & ~truth()
    image[shade] = (image[shade] * 0.6).astype(np.uint8)
    found = person_mask(image, seen(truth(), blur=4.0), behind())
    assert found is not None
    assert found.full(HEIGHT, WIDTH)[shade].mean() < 0.1


def test_what_is_more_another_persons_is_left_to_them():
    other = np.roll(truth(), 70, axis=1)
    both = truth() | other
    mixed = seen(both, blur=2.0)
    rival = seen(other, blur=1.0)
    kept = person_mask(picture(both), mixed)
    parted = person_mask(picture(both), seen(truth(), blur=2.0), None, (rival,))
    assert kept is not None
    assert parted is not None
    theirs = other & ~truth()
    assert kept.full(HEIGHT, WIDTH)[theirs].mean() > 0.9
    assert parted.full(HEIGHT, WIDTH)[theirs].mean() < 0.1


def test_no_logits_and_no_person_give_no_mask():
    pose = seen(truth(), blur=1.0)
    nothing = seen(np.zeros((HEIGHT, WIDTH), bool), blur=1.0)
    assert person_mask(room(), nothing) is None
    bare = PersonPose(pose.points_px, pose.confidence, 1.0, REGION, REGION, None)
    assert person_mask(room(), bare) is None


def test_distance_to_the_person_is_in_pixels_of_the_picture():
    pose = seen(truth(), blur=1.0)
    points = np.full((23, 2), np.nan)
    points[0], points[1] = (320.0, 190.0), (425.0, 190.0)
    pose = PersonPose(points, np.ones(23), 1.0, REGION, REGION, pose.mask_logits)
    distance = distance_to_person_px(pose)
    assert distance[0] == 0
    assert distance[1] == pytest.approx(60.0, abs=4.0)
    assert np.isnan(distance[2])


def test_overlap_of_equal_and_of_apart_masks():
    assert overlap_share(truth(), truth()) == 1.0
    assert overlap_share(truth(), np.zeros_like(truth())) == 0.0
