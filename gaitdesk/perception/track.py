"""Who is who through a film, and which of them is the patient."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.shapes import Point
from gaitdesk.perception.people import Sighting, colour_difference

LONGEST_GAP_S = 1.0
FASTEST_BODIES_PER_S = 2.0
DEAREST_LINK = 1.0
SAME_CLOTHES = 0.3
EDGE_BODIES = 0.6
WALKED_BODIES = 0.35
CLOSE_MERIT = 0.6
WALKS_TOO = 3.0
CHILD_LEAST, CHILD_MOST = 0.5, 0.9
"""Height of a child over that of the adult beside them."""
BESIDE_BODIES = 1.2
FEWEST_BESIDE = 2
APART_BODIES = 0.25


@dataclass(slots=True, eq=False)
class Trail:
    """One person's sightings in order of time.

    Attributes:
        sightings: At least one.
    """

    sightings: list[Sighting] = field(default_factory=list)

    @property
    def first(self) -> Sighting:
        """The earliest sighting."""
        return self.sightings[0]

    @property
    def last(self) -> Sighting:
        """The latest sighting."""
        return self.sightings[-1]

    @property
    def colours(self) -> FloatArray:
        """Mean colours, shape as a sighting's."""
        return np.asarray(np.mean([each.colours for each in self.sightings], axis=0))

    @property
    def body_px(self) -> float:
        """Typical extent of the body, pixels."""
        return float(np.median([each.body_px for each in self.sightings]))

    def bodies_travelled(self, width: int, height: int) -> float:
        """Distance between the farthest places of the walk, in body heights.

        Depth counts as well: how far away a person is follows from how small they look, taking
        the camera to see about as far across as it stands away (a phone's field of view).
        Sizes are smoothed, so that jumping and bending are not taken for walking.
        """
        if len(self.sightings) < 2:
            return 0.0
        places = np.array([each.centre for each in self.sightings])
        body_px = _steadied(np.array([each.body_px for each in self.sightings]))
        across = (_steadied(places[:, 0]) - width / 2) / body_px
        depth = max(width, height) / body_px
        ground = np.column_stack([across, depth])
        low, high = np.percentile(ground, [5, 95], axis=0)
        return float(math.hypot(*(high - low)))


def link(frames: list[list[Sighting]], times_s: FloatArray) -> list[Trail]:
    """Join sightings of the same person by place, size and colours.

    Args:
        frames: Sightings of each looked-at frame, in order of time.
        times_s: Time of every frame of the film.
    """
    trails: list[Trail] = []
    for found in frames:
        if not found:
            continue
        now_s = times_s[found[0].frame]
        open_trails = [
            trail for trail in trails if now_s - times_s[trail.last.frame] <= LONGEST_GAP_S
        ]
        taken: set[int] = set()
        if open_trails:
            cost = np.array(
                [[_link_cost(trail, each, times_s) for each in found] for trail in open_trails]
            )
            for row, column in zip(*linear_sum_assignment(cost), strict=True):
                if cost[row, column] < DEAREST_LINK:
                    open_trails[row].sightings.append(found[column])
                    taken.add(int(column))
        trails += [Trail([each]) for i, each in enumerate(found) if i not in taken]
    return trails


def choose_patient(
    trails: list[Trail],
    width: int,
    height: int,
    choose: Point | None = None,
    frame: int | None = None,
) -> list[Trail]:
    """The patient's trails: the person who walks, before and after any absence.

    Args:
        trails: Everyone's trails.
        width: Width of the picture, pixels.
        height: Its height.
        choose: A place on the patient in the first frame that shows someone there; the walker
            is taken when None.
        frame: A frame in which people were looked for; the place is then where the patient is
            in it.

    Returns:
        Trails of one person in order of time, empty when there is none. Of an adult and a child
        who walk side by side it is the child.
    """
    lasting = [trail for trail in trails if len(trail.sightings) >= 2] or trails
    if not lasting:
        return []
    if choose is None:
        main = max(lasting, key=lambda trail: walking_merit(trail, width, height))
        main = _child_beside(main, lasting, width, height)
    else:
        main = min(trails, key=lambda trail: _distance_to(trail, choose, frame))
    chosen = [main]
    for trail in sorted(lasting, key=lambda trail: -len(trail.sightings)):
        if all(_could_be_one(trail, other, width) for other in chosen):
            chosen.append(trail)
    return sorted(chosen, key=lambda trail: trail.first.frame)


def walking_merit(trail: Trail, width: int, height: int) -> float:
    """How much a trail looks like the patient's walk; only comparisons mean anything.

    Far walking counts most; among people who walk, or who all stand, the one seen longer and
    larger wins.
    """
    travelled = trail.bodies_travelled(width, height)
    seen = math.log(len(trail.sightings) + 1)
    return (WALKED_BODIES + travelled) * seen * math.sqrt(trail.body_px)


def _child_beside(walker: Trail, trails: list[Trail], width: int, height: int) -> Trail:
    """The smallest of those who walk side by side with the walker: adults accompany children."""
    party = [
        trail
        for trail in trails
        if trail is walker
        or (
            _walk_together(trail, walker)
            and trail.bodies_travelled(width, height) > WALKS_TOO * WALKED_BODIES
        )
    ]
    return min(party, key=lambda trail: trail.body_px)


def _walk_together(one: Trail, other: Trail) -> bool:
    """Whether one, clearly smaller but not far away, keeps beside the other all the time."""
    if not CHILD_LEAST * other.body_px < one.body_px < CHILD_MOST * other.body_px:
        return False
    theirs = {each.frame: each for each in other.sightings}
    both = [(each, theirs[each.frame]) for each in one.sightings if each.frame in theirs]
    if len(both) < 0.5 * min(len(one.sightings), len(other.sightings)):
        return False
    apart = [np.linalg.norm(a.centre - b.centre) / b.body_px for a, b in both]
    return float(np.median(apart)) < BESIDE_BODIES


def is_choice_close(trails: list[Trail], patient: list[Trail], width: int, height: int) -> bool:
    """Whether someone else walks nearly as the patient does, so that a person should decide."""
    best = max(walking_merit(trail, width, height) for trail in patient)
    others = [trail for trail in trails if trail not in patient and len(trail.sightings) > 1]
    return any(
        walking_merit(trail, width, height) > CLOSE_MERIT * best
        and trail.bodies_travelled(width, height) > 1.0
        for trail in others
    )


def is_somebody_else(trail: Trail, patient: list[Trail]) -> bool:
    """Whether a trail was seen beside the patient, and is no second reading of their body."""
    own = {each.frame: each for one in patient for each in one.sightings}
    apart = [
        float(np.linalg.norm(each.centre - own[each.frame].centre))
        / max(each.body_px, own[each.frame].body_px)
        for each in trail.sightings
        if each.frame in own
    ]
    return len(apart) >= FEWEST_BESIDE and float(np.median(apart)) > APART_BODIES


def most_at_once(frames: list[list[Sighting]], trails: list[Trail]) -> int:
    """Greatest number of people in one frame, leaving out those seen only once."""
    lasting = {
        id(each) for trail in trails if len(trail.sightings) >= 2 for each in trail.sightings
    }
    counts = [sum(id(each) in lasting for each in found) for found in frames]
    return max([*counts, 1 if trails else 0])


def _link_cost(trail: Trail, seen: Sighting, times_s: FloatArray) -> float:
    gap_s = float(times_s[seen.frame] - times_s[trail.last.frame])
    body_px = 0.5 * (trail.last.body_px + seen.body_px)
    expected = trail.last.centre
    if len(trail.sightings) > 1:
        before = trail.sightings[-2]
        since_s = float(times_s[trail.last.frame] - times_s[before.frame])
        velocity = (trail.last.centre - before.centre) / max(since_s, 1e-3)
        expected = expected + velocity * min(gap_s, 0.5)
    reach = 0.3 + FASTEST_BODIES_PER_S * gap_s
    apart = float(np.linalg.norm(seen.centre - expected)) / body_px / reach
    size = abs(math.log(seen.body_px / trail.last.body_px)) / math.log(2.0)
    clothes = colour_difference(trail.colours, seen.colours)
    return apart + 0.5 * size + clothes


def _could_be_one(trail: Trail, other: Trail, width: int) -> bool:
    """Whether two trails can be the same person, seen before and after an absence."""
    first, second = sorted((trail, other), key=lambda each: each.first.frame)
    if trail is other or first.last.frame >= second.first.frame:
        return False
    if colour_difference(first.colours, second.colours) > SAME_CLOTHES:
        return False
    # Whoever left over the edge comes back over an edge, and not out of the ground.
    left, came = _is_at_edge(first.last, width), _is_at_edge(second.first, width)
    near = float(np.linalg.norm(first.last.centre - second.first.centre))
    return (left and came) or (not left and near < 1.5 * first.last.body_px)


def _is_at_edge(seen: Sighting, width: int) -> bool:
    margin = EDGE_BODIES * seen.body_px
    return bool(seen.centre[0] < margin or seen.centre[0] > width - margin)


def _distance_to(trail: Trail, place: Point, frame: int | None = None) -> tuple[int, float]:
    """Earliest frame in which a person is at the place, or how far off a given one; how near."""
    best = (2**31, math.inf)
    for each in trail.sightings:
        apart = float(np.linalg.norm(each.centre - np.array(place)))
        if frame is None:
            inside = apart < 0.6 * each.body_px
            rank = (each.frame if inside else 2**30, apart)
        else:
            rank = (abs(each.frame - frame), apart)
        best = min(best, rank)
    return best


def _steadied(values: FloatArray, reach: int = 3) -> FloatArray:
    """Running median."""
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(np.median(windows, axis=1))
