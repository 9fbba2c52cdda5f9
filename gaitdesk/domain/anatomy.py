"""Sides, planes and the body points that every keypoint model is mapped to."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Side(StrEnum):
    """A limb of the child, never of the picture."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def opposite(self) -> Side:
        """The other limb."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Plane(StrEnum):
    """The anatomical plane a camera looks at."""

    SAGITTAL = "sagittal"
    CORONAL = "coronal"


class Landmark(IntEnum):
    """Body points, in the order of the first 23 of COCO-WholeBody.

    Source:
        Jin et al. (2020), Whole-Body Human Pose Estimation in the Wild, ECCV.
    """

    NOSE = 0
    LEFT_EYE = 1
    RIGHT_EYE = 2
    LEFT_EAR = 3
    RIGHT_EAR = 4
    LEFT_SHOULDER = 5
    RIGHT_SHOULDER = 6
    LEFT_ELBOW = 7
    RIGHT_ELBOW = 8
    LEFT_WRIST = 9
    RIGHT_WRIST = 10
    LEFT_HIP = 11
    RIGHT_HIP = 12
    LEFT_KNEE = 13
    RIGHT_KNEE = 14
    LEFT_ANKLE = 15
    RIGHT_ANKLE = 16
    LEFT_BIG_TOE = 17
    LEFT_SMALL_TOE = 18
    LEFT_HEEL = 19
    RIGHT_BIG_TOE = 20
    RIGHT_SMALL_TOE = 21
    RIGHT_HEEL = 22


LANDMARK_COUNT = len(Landmark)


def landmark(side: Side, part: str) -> Landmark:
    """The body point `part` ("hip", "big_toe", ...) of a limb."""
    return Landmark[f"{side.name}_{part.upper()}"]


MIRRORED: tuple[Landmark, ...] = tuple(
    Landmark[
        point.name.replace("LEFT", "RIGHT")
        if "LEFT" in point.name
        else point.name.replace("RIGHT", "LEFT")
    ]
    for point in Landmark
)
"""For each landmark, the one on the other side; midline points map to themselves."""

LIMB_PARTS = ("hip", "knee", "ankle", "big_toe", "small_toe", "heel")

BONES: tuple[tuple[Landmark, Landmark], ...] = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    *(
        (landmark(side, start), landmark(side, end))
        for side in Side
        for start, end in (
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("ankle", "heel"),
            ("heel", "big_toe"),
            ("ankle", "big_toe"),
        )
    ),
)
"""Pairs of landmarks joined by a line in the skeleton overlay."""
