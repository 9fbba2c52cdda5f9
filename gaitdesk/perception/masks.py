"""The pixels of the patient, from the network's mask and the still background behind them."""

from __future__ import annotations

import cv2
import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.domain.mask import FrameMask
from gaitdesk.perception.model import PersonPose


def person_mask(image: Image, pose: PersonPose) -> FrameMask | None:
    """The network's own mask of a person on the picture; None when it is empty."""
    if pose.mask_logits is None:
        return None
    height, width = image.shape[:2]
    region, side = pose.seen_in, pose.mask_logits.shape[0]
    logits = cv2.warpAffine(
        pose.mask_logits,
        region.affine(side),
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=-10.0,
    )
    return FrameMask.of(np.asarray(logits > 0))
