"""Another clinic: other clothes, another room, cameras under its ceiling, and other children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from gaitdesk.domain.evgs import Item
from gaitdesk.domain.progress import Job
from gaitdesk.phantom.clips import ClipPlan, FilmedChild, Site, film_clips
from gaitdesk.phantom.cohort import PREVALENCE, SubjectPlan, plan_cohort
from gaitdesk.phantom.light import Light
from gaitdesk.phantom.look import Colour, Top, varied_look
from gaitdesk.phantom.rooms import Room, furnished_room
from gaitdesk.phantom.session import Visit, visit_of

OTHER_PREVALENCE: Mapping[Item, float] = MappingProxyType(
    {item: round(min(0.70, max(0.20, 0.85 - share)), 2) for item, share in PREVALENCE.items()}
)
"""What is frequent at the first clinic is rare here, and the other way round."""

_TROUSERS: tuple[Colour, ...] = (
    (0.10, 0.11, 0.16),
    (0.24, 0.25, 0.28),
    (0.16, 0.20, 0.15),
    (0.30, 0.24, 0.20),
)
_WALLS: tuple[Colour, ...] = ((0.34, 0.42, 0.40), (0.40, 0.33, 0.30), (0.30, 0.33, 0.44))
_CARPETS: tuple[Colour, ...] = ((0.20, 0.22, 0.27), (0.27, 0.22, 0.20), (0.19, 0.25, 0.22))


def plan_other_cohort(subjects: int, seed: int) -> tuple[SubjectPlan, ...]:
    """Children of the other clinic; their names begin with an X.

    Args:
        subjects: How many.
        seed: Of everything drawn.
    """
    plans = plan_cohort(subjects, seed, OTHER_PREVALENCE)
    return tuple(replace(plan, name=plan.name.replace("P", "X")) for plan in plans)


def film_other_clips(plan: SubjectPlan, how: ClipPlan) -> Job[FilmedChild]:
    """As `film_clips`, at the other clinic.

    Yields:
        One event a clip.
    """
    return (yield from film_clips(plan, how, OTHER_SITE))


def other_visit(plan: SubjectPlan) -> Visit:
    """A visit in trousers and long sleeves, filmed from a corner of the room, under its ceiling."""
    usual = visit_of(plan)
    rng = np.random.default_rng([plan.camera_seed, 13])
    staging = replace(
        usual.staging,
        distance_m=float(rng.uniform(3.3, 3.8)),
        # As high for the small as for the tall: nobody moves a camera that hangs.
        lens_share=float(rng.uniform(2.35, 2.60)) / plan.build.leg_length,
        zoom=0.75,
        tilt_deg=float(rng.uniform(-24.0, -21.0)),
        oblique_deg=float(rng.uniform(18.0, 26.0)),
        coronal_oblique_deg=float(rng.uniform(-3.0, 3.0)),
        shutter=float(rng.uniform(0.4, 0.6)),
        noise=float(rng.uniform(3.5, 5.5)),
        clutter=float(rng.uniform(0.7, 1.0)),
    )
    look = replace(
        varied_look(plan.look_seed),
        top=Top.SLEEVES,
        shorts=_TROUSERS[int(rng.integers(len(_TROUSERS)))],
        shorts_length=float(rng.uniform(1.5, 1.85)),
    )
    return replace(usual, staging=staging, look=look)


def other_room(visit: Visit) -> Room:
    """A dark room with a carpet and warm lamps."""
    room = furnished_room(visit.staging.room, visit.staging.clutter)
    rng = np.random.default_rng([visit.staging.room, 2207])
    dim = float(rng.uniform(0.55, 0.75))
    return replace(
        room,
        floor="carpet",
        floor_colour=_CARPETS[int(rng.integers(len(_CARPETS)))],
        wall_colour=_WALLS[int(rng.integers(len(_WALLS)))],
        band_m=0.0,
        light=_warmed(room.light, dim),
    )


def _warmed(light: Light, dim: float) -> Light:
    def times(colour: Colour) -> Colour:
        red, green, blue = colour
        return (dim * 1.15 * red, dim * green, dim * 0.75 * blue)

    return Light(light.towards, times(light.lamp), times(light.above), times(light.below))


OTHER_SITE = Site(other_visit, other_room)
