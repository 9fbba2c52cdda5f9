"""What the EVGS asks of one cycle, measured on the motion itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.evgs import Direction, Item
from gaitdesk.domain.gait import GaitCycle, Variable
from gaitdesk.phantom.contacts import Foot, cycles_of, events_of, foot_of, mid_stance_s
from gaitdesk.phantom.kinematics import angles_deg, forwards
from gaitdesk.phantom.skeleton import Motion, takes_of
from gaitdesk.scoring.criteria import BANDS, SECOND_EDGES, edges_of

# The form gives no limits for these; the numbers are our choice, as are those in `criteria`.
SEEN_LIFTED = 0.011
"""Leg lengths the heel must be off the floor to be seen to have left it."""

TOGETHER_S = 0.025
"""Heel and toes that land within this time land together."""

KNEECAP_AHEAD_DEG, KNEECAP_SEEN_DEG = 8.0, 25.0
"""Up to the first the kneecap looks ahead; up to the second it is turned but wholly seen."""

LEAST_SHIFT_MM, MOST_SHIFT_MM, MARKED_SHIFT_MM = edges_of(Item.TRUNK_LATERAL_SHIFT)
"""Trunk shift toward the stance leg: reduced below the first, normal to the second, moderate to
the third."""

DRAGGING, LEAST_CLEARANCE = (edge / 100.0 for edge in edges_of(Item.FOOT_CLEARANCE))
"""Leg lengths between floor and the lowest place of the foot in the middle half of swing: on the
floor below the first, reduced below the second."""

GREATEST_CLEARANCE = SECOND_EDGES[Item.FOOT_CLEARANCE] / 100.0
"""Likewise at its highest: above this the step is high."""

_DRAGGED_SHARE = 0.8
_TERMINAL_SWING = 0.03


@dataclass(frozen=True, slots=True)
class ItemReading:
    """One item read from one cycle.

    Attributes:
        answer: Degrees for the items judged by an angle, otherwise the option seen.
        value: The number behind it: degrees, millimetres of trunk shift, leg lengths of
            clearance, or per cent of the cycle of heel lift.
        time_s: When it can be seen.
    """

    answer: float | Direction
    value: float
    time_s: float


Cell = tuple[Side, Item]


def read_cycles(motion: Motion) -> tuple[tuple[GaitCycle, Mapping[Item, ItemReading]], ...]:
    """Every item of every cycle that lies in the motion with all its events."""
    found = []
    for take in takes_of(motion):
        ahead = forwards(take)
        angles = {side: angles_deg(ahead, side) for side in Side}
        feet = {side: foot_of(ahead, side) for side in Side}
        for cycle in cycles_of(events_of(ahead)):
            reading = _Reader(ahead, cycle, angles[cycle.side], feet[cycle.side]).read()
            if reading is not None:
                found.append((cycle, reading))
    return tuple(found)


ReadCycles = Sequence[tuple[GaitCycle, Mapping[Item, ItemReading]]]


def measured(motion: Motion) -> dict[Cell, float]:
    """Mean over the cycles of the number behind each item, of both limbs."""
    return mean_values(read_cycles(motion))


def mean_values(read: ReadCycles) -> dict[Cell, float]:
    """The same from cycles already read."""
    values: dict[Cell, list[float]] = {}
    for cycle, reading in read:
        for item, one in reading.items():
            values.setdefault((cycle.side, item), []).append(one.value)
    return {cell: float(np.mean(numbers)) for cell, numbers in values.items()}


def answers(motion: Motion) -> dict[Cell, float | Direction]:
    """The answer of each item: the mean angle, or what most cycles show."""
    return answers_of(read_cycles(motion))


def answers_of(read: ReadCycles) -> dict[Cell, float | Direction]:
    """The same from cycles already read."""
    means = mean_values(read)
    found: dict[Cell, float | Direction] = {}
    for (side, item), mean in means.items():
        if item in BANDS:
            found[side, item] = mean
        elif item is Item.KNEE_PROGRESSION:
            found[side, item] = kneecap_option(mean)
        elif item is Item.TRUNK_LATERAL_SHIFT:
            found[side, item] = shift_option(mean)
        else:
            seen = [one[item].answer for cycle, one in read if cycle.side is side]
            found[side, item] = Counter(seen).most_common(1)[0][0]
    return found


def kneecap_option(external_deg: float) -> Direction:
    """How the kneecap is seen from in front."""
    if abs(external_deg) <= KNEECAP_AHEAD_DEG:
        return Direction.NORMAL
    if external_deg > 0:
        hidden = external_deg > KNEECAP_SEEN_DEG
        return Direction.EXTERNAL_HIDDEN if hidden else Direction.EXTERNAL
    hidden = external_deg < -KNEECAP_SEEN_DEG
    return Direction.INTERNAL_HIDDEN if hidden else Direction.INTERNAL


def shift_option(shift_mm: float) -> Direction:
    """How far the trunk goes over the stance leg."""
    if shift_mm < LEAST_SHIFT_MM:
        return Direction.REDUCED
    if shift_mm <= MOST_SHIFT_MM:
        return Direction.NORMAL
    return Direction.MODERATE if shift_mm <= MARKED_SHIFT_MM else Direction.MARKED


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    motion: Motion
    cycle: GaitCycle
    angles: Mapping[Variable, FloatArray]
    foot: Foot

    def read(self) -> dict[Item, ItemReading] | None:
        """Every item; None where the feet never pass each other."""
        mid = mid_stance_s(self.motion, self.cycle)
        c = self.cycle
        if mid is None or c.foot_off_s is None:
            return None
        if c.opposite_foot_off_s is None or c.opposite_contact_s is None:
            return None
        stance = self._frames(c.start_s, c.foot_off_s)
        swing = self._frames(c.foot_off_s, c.end_s)
        single = self._frames(c.opposite_foot_off_s, c.opposite_contact_s)
        late = c.end_s - _TERMINAL_SWING * c.duration_s
        knee, hip = self.angles[Variable.KNEE_FLEXION], self.angles[Variable.HIP_FLEXION]
        ankle, lean = (
            self.angles[Variable.ANKLE_DORSIFLEXION],
            self.angles[Variable.TRUNK_FORWARD_LEAN],
        )
        shift = self._most(self.angles[Variable.TRUNK_SHIFT], single, 1.0)
        turn = self._at(Variable.KNEE_PROGRESSION, mid)
        foot = self._at(Variable.FOOT_PROGRESSION, mid)
        forward, backward = self._most(lean, stance, 1.0), self._most(lean, stance, -1.0)
        return {
            Item.INITIAL_CONTACT: self._initial_contact(stance),
            Item.HEEL_LIFT: self._heel_lift(stance, mid, c.opposite_contact_s),
            Item.STANCE_DORSIFLEXION: self._most(ankle, stance, 1.0),
            Item.HINDFOOT_VARUS_VALGUS: self._at(Variable.HINDFOOT_VALGUS, mid),
            Item.FOOT_ROTATION: ItemReading(foot.value - turn.value, foot.value - turn.value, mid),
            Item.FOOT_CLEARANCE: self._clearance(swing),
            Item.SWING_DORSIFLEXION: self._most(ankle, swing, 1.0),
            Item.KNEE_PROGRESSION: ItemReading(kneecap_option(turn.value), turn.value, mid),
            Item.STANCE_KNEE_EXTENSION: self._most(knee, single, -1.0),
            Item.TERMINAL_SWING_KNEE: self._at(Variable.KNEE_FLEXION, late),
            Item.SWING_KNEE_FLEXION: self._most(knee, swing, 1.0),
            Item.STANCE_HIP_EXTENSION: self._most(hip, stance, -1.0),
            Item.SWING_HIP_FLEXION: self._most(hip, swing, 1.0),
            Item.PELVIC_OBLIQUITY: self._at(Variable.PELVIC_OBLIQUITY, mid),
            Item.PELVIC_ROTATION: self._at(Variable.PELVIC_ROTATION, mid),
            Item.TRUNK_SAGITTAL: forward if forward.value >= -backward.value else backward,
            Item.TRUNK_LATERAL_SHIFT: ItemReading(
                shift_option(shift.value), shift.value, shift.time_s
            ),
        }

    def _frames(self, start_s: float, end_s: float) -> IntArray:
        times = self.motion.times_s
        return np.flatnonzero((times >= start_s) & (times <= end_s))

    def _most(self, values: FloatArray, frames: IntArray, sign: float) -> ItemReading:
        best = int(frames[np.argmax(sign * values[frames])])
        return ItemReading(
            float(values[best]), float(values[best]), float(self.motion.times_s[best])
        )

    def _at(self, variable: Variable, time_s: float) -> ItemReading:
        value = float(np.interp(time_s, self.motion.times_s, self.angles[variable]))
        return ItemReading(value, value, time_s)

    def _initial_contact(self, stance: IntArray) -> ItemReading:
        heights = self.foot.sole_m[:, :, 2]
        last = len(stance)
        heel = np.flatnonzero(heights[stance, 0] < self.foot.touching_m)
        fore = np.flatnonzero(
            np.minimum(heights[stance, 1], heights[stance, 2]) < self.foot.touching_m
        )
        dt = float(np.median(np.diff(self.motion.times_s)))
        heel_s = dt * (heel[0] if len(heel) else last)
        fore_s = dt * (fore[0] if len(fore) else last)
        apart = fore_s - heel_s
        seen = Direction.FLATFOOT
        if abs(apart) > TOGETHER_S:
            seen = Direction.HEEL if apart > 0 else Direction.TOE
        pitch = self._at(Variable.FOOT_PITCH, self.cycle.start_s).value
        return ItemReading(seen, pitch, self.cycle.start_s)

    def _heel_lift(self, stance: IntArray, level_s: float, opposite_s: float) -> ItemReading:
        seen_m = SEEN_LIFTED * self.motion.build.leg_length
        times = self.motion.times_s[stance]
        heel = self.foot.sole_m[stance, 0, 2]
        fore = self.foot.sole_m[stance, 1:, 2].min(axis=1)
        if not (fore < seen_m).any():
            return ItemReading(Direction.NO_FOREFOOT_CONTACT, 100.0, level_s)
        down = np.flatnonzero(heel < seen_m)
        if not len(down):
            return ItemReading(Direction.NO_HEEL_CONTACT, 0.0, level_s)
        k = int(down[-1])
        lift_s = float(times[k])
        if k + 1 < len(stance):
            share = (seen_m - heel[k]) / (heel[k + 1] - heel[k])
            lift_s += float(share) * float(times[k + 1] - times[k])
        seen = Direction.NORMAL
        if lift_s < level_s:
            seen = Direction.EARLY
        elif lift_s >= opposite_s:
            seen = Direction.DELAYED
        return ItemReading(seen, self.cycle.pct(lift_s), lift_s)

    def _clearance(self, swing: IntArray) -> ItemReading:
        heights = self.foot.lowest_m[swing] / self.motion.build.leg_length
        first, last = round(0.25 * len(swing)), round(0.75 * len(swing))
        middle = slice(first, max(last, first + 1))
        k = first + int(np.argmin(heights[middle]))
        least, greatest = float(heights[k]), float(heights[middle].max())
        time = float(self.motion.times_s[swing[k]])
        if (heights < DRAGGING).mean() > _DRAGGED_SHARE:
            return ItemReading(Direction.NONE, least, time)
        is_high, is_low = greatest > GREATEST_CLEARANCE, least < LEAST_CLEARANCE
        options = {
            (False, False): Direction.FULL,
            (False, True): Direction.REDUCED,
            (True, False): Direction.HIGH_STEPS,
            (True, True): Direction.REDUCED_AND_HIGH,
        }
        return ItemReading(options[is_high, is_low], least, time)
