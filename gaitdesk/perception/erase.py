"""People painted out of a picture, so that a model sees whom they stand before."""

from __future__ import annotations

import cv2
import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.perception.model import PersonPose, Region

CROP_MARGIN = 1.3
SMALL_SIDE = 180
ON_PERSON = -1.0
"""Log-odds from which a pixel is painted over; a rim of the person would still be seen as them."""
FAR_OFF = -20.0
RIM = 3
PAINT_REACH = 3


def erased(image: Image, people: tuple[PersonPose, ...], within: Region) -> Image:
    """A copy of a picture with people painted over by what lies around them.

    What the paint looks like does not matter: a body half hidden behind a blurred patch is still
    read as one body, while a second body before it draws the points onto itself.

    Args:
        image: The picture.
        people: Whom to paint out; those without mask logits stay.
        within: Where the picture will be looked at; it is left as it is far from there.

    Source:
        Telea (2004), An image inpainting technique based on the fast marching method, Journal of
        Graphics Tools 9(1), 23-34.
    """
    height, width = image.shape[:2]
    half = CROP_MARGIN * within.size / 2
    left, right = (int(np.clip(within.x + side, 0, width)) for side in (-half, half))
    top, bottom = (int(np.clip(within.y + side, 0, height)) for side in (-half, half))
    if left >= right or top >= bottom:
        return image
    size = (right - left, bottom - top)
    scale = min(1.0, SMALL_SIDE / max(size))
    small_size = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    to_small = np.array([small_size[0] / size[0], small_size[1] / size[1]])
    hole = np.zeros((small_size[1], small_size[0]), np.uint8)
    for person in people:
        if person.mask_logits is None:
            continue
        place = person.seen_in.affine(person.mask_logits.shape[0])
        place[:, 2] -= (left, top)
        odds = cv2.warpAffine(
            person.mask_logits.astype(np.float32),
            place * to_small[:, None],
            small_size,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(FAR_OFF,),
        )
        hole |= (odds > ON_PERSON).astype(np.uint8)
    if not hole.any():
        return image
    hole = np.asarray(cv2.dilate(hole, np.ones((RIM, RIM), np.uint8)), np.uint8)
    crop = image[top:bottom, left:right]
    small = np.asarray(cv2.resize(crop, small_size, interpolation=cv2.INTER_AREA), np.uint8)
    filled = cv2.inpaint(small, hole, PAINT_REACH, cv2.INPAINT_TELEA)
    paint = cv2.resize(filled, size, interpolation=cv2.INTER_LINEAR)
    is_hole = cv2.resize(hole, size, interpolation=cv2.INTER_NEAREST) > 0
    result = image.copy()
    result[top:bottom, left:right][is_hole] = paint[is_hole]
    return result
