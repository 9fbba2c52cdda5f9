"""What a quick look at a film says before it is analysed, and for which items it matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import tr
from gaitdesk.report.words import number
from gaitdesk.ui.patients.findings import FINE, SHORTEST_S, Finding

if TYPE_CHECKING:
    from gaitdesk.jobs.glancing import ChildSeen, Glance

SMALL_PX = 190.0
"""Lower than this, the keypoint model is shown the child larger than it was filmed.

BlazePose looks at 256 pixels around a child who fills three quarters of them.
"""
STRIDE_S = 1.0
"""A stride of a walking child; two of them are wanted."""
LEAST_ACROSS = 0.5
"""Who walks less far across a film from the side has made no full stride, in heights."""
LEAST_STEP = 0.25
"""Feet that come this far apart walk, on the spot as on a treadmill, in heights."""
LEAST_GROWTH = 1.15
"""Who walks towards a camera or away from it becomes larger or smaller by more than this."""
FRONTAL_DEG, LATERAL_DEG = 55.0, 30.0
"""From here on a trunk is seen from the front or behind; up to here, from the side.

Measured: walks filmed from the side 7 to 15 degrees, from front and behind 63 to 87.
"""
FAR_ACROSS = 1.5
"""Who goes as far across the picture is not filmed from the front, however the trunk is turned."""

HINDFOOT = (Item.HINDFOOT_VARUS_VALGUS, Item.FOOT_ROTATION)
OVER_THE_FLOOR = (Item.INITIAL_CONTACT, Item.HEEL_LIFT, Item.TRUNK_LATERAL_SHIFT)
"""Items that rest on a foot's speed or the trunk's way over the floor."""


def items_of(plane: Plane) -> tuple[Item, ...]:
    """Items that are read from films of a plane."""
    return tuple(item for item in Item if item.plane is plane)


def seen_findings(glance: Glance, plane: Plane, chosen: Point | None = None) -> tuple[Finding, ...]:
    """What the pictures looked at say of a film, the worst first.

    Args:
        glance: What a few pictures show.
        plane: The view the film is given as.
        chosen: Where the patient is in the picture shown, once somebody has said so.
    """
    child = glance.of(chosen)
    if child is None:
        return (_nobody(glance, plane), *_camera(glance))
    found = [
        *_several(glance, plane, chosen),
        *_plane(child, plane),
        *_size(child, plane),
        *_length(glance, child, plane),
        *_walk(child, plane),
        *_camera(glance),
    ]
    return tuple(found)


def _nobody(glance: Glance, plane: Plane) -> Finding:
    return Finding(
        tr(
            "Nobody is seen in %n picture(s) spread over the film. Check that it is the right film"
            " and upright; the whole child must be in the picture.",
            "",
            len(glance.looks),
        ),
        items_of(plane),
    )


def _several(glance: Glance, plane: Plane, chosen: Point | None) -> list[Finding]:
    if glance.people < 2 or chosen is not None:
        return []
    return [
        Finding(
            tr(
                "%n people are seen at once: click on the child in the picture, or press its"
                " number. Otherwise whoever walks farthest is taken.",
                "",
                glance.people,
            ),
            items_of(plane),
        )
    ]


def _plane(child: ChildSeen, plane: Plane) -> list[Finding]:
    """Whether the trunk, and the way it goes, fit the view that was chosen."""
    turned = child.turned_deg
    if math.isnan(turned):
        return []
    is_frontal = turned >= FRONTAL_DEG and child.heights_across < FAR_ACROSS
    if plane is Plane.SAGITTAL and is_frontal:
        return [
            Finding(
                tr(
                    "This looks like a film from the front or behind, and is given as one from the"
                    " side. Choose the other view."
                ),
                items_of(plane),
            )
        ]
    if plane is Plane.CORONAL and turned <= LATERAL_DEG:
        return [
            Finding(
                tr(
                    "This looks like a film from the side, and is given as one from front or back."
                    " Choose the other view."
                ),
                items_of(plane),
            )
        ]
    return _aside(turned, plane)


def _aside(turned: float, plane: Plane) -> list[Finding]:
    """Whether the camera stands so far aside that angles will not be proposed as scores."""
    from gaitdesk.gait.direction import MOST_ASIDE_CORONAL_DEG, MOST_ASIDE_SAGITTAL_DEG

    is_side = plane is Plane.SAGITTAL
    aside, most = (
        (turned, MOST_ASIDE_SAGITTAL_DEG) if is_side else (90.0 - turned, MOST_ASIDE_CORONAL_DEG)
    )
    if aside <= most:
        return []
    words = tr(
        "The child is seen about {degrees}° aside of a true side view, so its angles will not be"
        " proposed as scores. Put the camera square to the walk next time."
    )
    if not is_side:
        words = tr(
            "The child is seen about {degrees}° aside of a true view from front or back, so its"
            " angles will not be proposed as scores. Put the camera in line with the walk next"
            " time."
        )
    return [Finding(words.format(degrees=number(aside)), items_of(plane))]


def _size(child: ChildSeen, plane: Plane) -> list[Finding]:
    if child.height_px >= SMALL_PX:
        return []
    return [
        Finding(
            tr(
                "The child is only {height} pixels tall; {needed} are needed to see the foot well."
                " Go nearer, zoom in, or film in a larger picture next time."
            ).format(height=number(child.height_px), needed=number(SMALL_PX)),
            FINE if plane is Plane.SAGITTAL else HINDFOOT,
        )
    ]


def _length(glance: Glance, child: ChildSeen, plane: Plane) -> list[Finding]:
    if math.isnan(child.whole_s) or child.whole_s >= SHORTEST_S:
        return []
    if child.whole_s and glance.duration_s < SHORTEST_S:
        # That the film is so short has been said.
        return []
    if not child.whole_s:
        words = tr(
            "The child is never in the picture from head to feet, so no gait cycle may be found."
            " Go farther away or hold the camera upright next time."
        )
    else:
        words = tr(
            "The whole child is in the picture for about {seconds} s, some {strides} stride(s); two"
            " full strides are wanted. Choose a longer walk."
        ).format(seconds=number(child.whole_s, 1), strides=number(child.whole_s / STRIDE_S, 1))
    return [Finding(words, items_of(plane))]


def _walk(child: ChildSeen, plane: Plane) -> list[Finding]:
    """Whether the child gets anywhere; a treadmill is told by its feet from the side alone."""
    if plane is Plane.SAGITTAL:
        is_still = child.heights_across < LEAST_ACROSS and child.step_heights < LEAST_STEP
    else:
        is_still = child.growth < LEAST_GROWTH and child.heights_across < LEAST_ACROSS
    if not is_still:
        return []
    words = tr(
        "The child hardly gets anywhere, so too few gait cycles are likely. Choose a film of"
        " level walking."
    )
    if plane is Plane.CORONAL:
        words = tr(
            "The child hardly comes nearer or goes away, so too few gait cycles are likely, unless"
            " it walks on a treadmill. Choose a film of level walking."
        )
    return [Finding(words, items_of(plane))]


def _camera(glance: Glance) -> list[Finding]:
    if glance.is_camera_fixed is not False:
        return []
    return [
        Finding(
            tr(
                "The camera moves: distances, speed and the mask are less sure. Put it on a stand"
                " next time."
            ),
            OVER_THE_FLOOR,
        )
    ]
