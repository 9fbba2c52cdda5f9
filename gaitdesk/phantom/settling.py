"""A planned walk settled on the floor: the smooth motion nearest to its plan that feet can do.

Joint curves averaged over children, or bent to a pattern, do not fit each other and the floor:
carried out blindly, feet slide and sink. Pelvis and leg angles of all frames are therefore
settled together by damped Gauss-Newton least squares. The floor's demands and the angles that
decide an item weigh so much that they hold to a fraction of a millimetre and degree; nearness
to the plan and smoothness share out what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import solveh_banded
from scipy.sparse import coo_matrix, csr_matrix

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import BoolArray, FloatArray, IntArray
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.gait import Variable
from gaitdesk.phantom.gaitcurves import normal_deg
from gaitdesk.phantom.leg import Angles, Leg, leg_at
from gaitdesk.phantom.skeleton import Build
from gaitdesk.phantom.steps import Plan
from gaitdesk.phantom.timeline import LegTimeline

# Unknowns of a frame: pelvis x, y, z, tilt; then thigh, knee, foot, lean of the left, of the right.
PER_FRAME = 12
_X, _Y, _Z, _TILT = range(4)
_HALF_BAND = 3 * PER_FRAME - 1

# One standard deviation each demand is held to: metres in leg lengths of 0.65 m, radians.
_DEG = np.pi / 180.0
_FLOOR = 0.0002
_ITEM = 0.04 * _DEG
_FREE_HEIGHT = 0.0004
_PITCH = 0.1 * _DEG
_HIP, _KNEE, _ANKLE = 4.0 * _DEG, 4.0 * _DEG, 5.0 * _DEG
# A pelvis tilts little from child to child; left loose it would take over what hips should do.
_TILT_FREE, _TILT_BEND = 1.0 * _DEG, 40.0 * _DEG
_SIDEWAYS = 0.002
_SWAY = 0.004
_AHEAD = 0.05
_STEP = 0.004
# Bends of a curve away from its plan, a second squared.
_THIGH_BEND, _KNEE_BEND = 600.0 * _DEG, 1600.0 * _DEG
_FOOT_BEND = 4000.0 * _DEG
_LEAN_BEND = 400.0 * _DEG
_RISE_BEND, _AHEAD_BEND, _SWAY_BEND = 1.2, 0.8, 0.6


# Far from the answer, stiff demands lead astray: the first rounds are this much more lenient.
_EASING = (40.0, 40.0, 20.0, 20.0, 10.0, 10.0, 5.0, 5.0, 2.0, 2.0, 1.0)
_LONGEST_MOVE, _HALVINGS, _AT_REST, _WORTH_A_ROUND = 0.35, 5, 1e-4, 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Pelvis and leg angles of every frame.

    Attributes:
        unknowns: Shape (frames, 12), metres and radians; the order is that of this module.
        stretch: Factor of the planned step lengths, left and right, shape (2,).
    """

    unknowns: FloatArray
    stretch: FloatArray


@dataclass(slots=True)
class _Demands:
    """Residuals and their derivatives, gathered block by block."""

    residuals: list[FloatArray] = field(default_factory=list)
    rows: list[IntArray] = field(default_factory=list)
    columns: list[IntArray] = field(default_factory=list)
    slopes: list[FloatArray] = field(default_factory=list)
    count: int = 0
    ease: float = 1.0

    def add(self, residual: FloatArray, columns: IntArray, slopes: FloatArray, sd: float) -> None:
        """Demand that `residual` (m,) vanish; it depends on `columns` (m, k) by `slopes` (m, k)."""
        m = len(residual)
        if not m:
            return
        self.residuals.append(residual / sd)
        rows = np.arange(self.count, self.count + m)
        self.rows.append(np.repeat(rows, columns.shape[1]))
        self.columns.append(columns.ravel())
        self.slopes.append((slopes / sd).ravel())
        self.count += m

    @property
    def cost(self) -> float:
        """Sum of squares."""
        return float(sum(np.dot(r, r) for r in self.residuals))

    def gathered(self, unknowns: int) -> tuple[csr_matrix, FloatArray]:
        """Derivatives (residuals, unknowns) and residuals."""
        entries = np.concatenate(self.slopes)
        places = (np.concatenate(self.rows), np.concatenate(self.columns))
        matrix = coo_matrix((entries, places), shape=(self.count, unknowns)).tocsr()
        return matrix, np.concatenate(self.residuals)


@dataclass(frozen=True, slots=True, eq=False)
class Pelvis:
    """What of the pelvis is not settled but set, arrays of shape (frames,).

    Attributes:
        obliquity: Left side up, radians.
        rotation: Left side forward, radians.
        sway_m: Toward the child's left.
        ahead_m: Planned place along the walkway.
    """

    obliquity: FloatArray
    rotation: FloatArray
    sway_m: FloatArray
    ahead_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A walk to settle."""

    build: Build
    plan: Plan
    times_s: FloatArray
    pelvis: Pelvis
    legs: tuple[LegTimeline, LegTimeline]


def settle(task: Task, start: Settled | None = None, rounds: int = 30) -> Settled:
    """Find the motion.

    Args:
        task: What is planned.
        start: A motion near the answer; a guess from the plan without one.
        rounds: At most so many Gauss-Newton steps.
    """
    state = _guess(task) if start is None else start
    choices = _choices(task, state, is_planned=start is None)
    demands = _demanded(task, state, choices)
    for k in range(rounds):
        is_easing = start is None and k < len(_EASING)
        if is_easing:
            choices = _choices(task, state, is_planned=k < len(_EASING) - 1, ease=_EASING[k])
            demands = _demanded(task, state, choices)
        move, stretch = _newton_step(task, demands)
        largest = float(np.abs(move).max())
        share = min(1.0, _LONGEST_MOVE / max(largest, 1e-9))
        before = demands.cost
        for _ in range(_HALVINGS):
            tried = Settled(state.unknowns + share * move, state.stretch + share * stretch)
            demands = _demanded(task, tried, choices)
            if demands.cost < before:
                break
            share /= 2.0
        gained = 1.0 - demands.cost / before
        state = tried
        if largest < _AT_REST or (gained < _WORTH_A_ROUND and not is_easing):
            break
    return state


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """Where the settling has a choice that must not flicker from round to round.

    Attributes:
        deciding: For each limb, the frame at which each bound's extreme is reached.
        heel_lowest: For each limb, whether the heel is the foot's lowest place, (frames,).
        ease: By what the demands of floor and items are more lenient than they will be.
    """

    deciding: tuple[tuple[int, ...], ...]
    heel_lowest: tuple[BoolArray, ...]
    ease: float


def _choices(task: Task, state: Settled, *, is_planned: bool, ease: float = 1.0) -> _Choices:
    """The choices as the motion now is; the deciding frames as planned if `is_planned`."""
    deciding, heel_lowest = [], []
    for index, timeline in enumerate(task.legs):
        angles = _angles(state, index)
        by_item = _planned_angles(timeline) if is_planned else _deciding_angles(state, index)
        deciding.append(
            tuple(
                bound.frames[0]
                + int(np.argmax(bound.sign * by_item[bound.item][0][slice(*bound.frames)]))
                for bound in timeline.bounds
            )
        )
        leg = _leg(task, state, timeline, angles)
        heel_lowest.append(leg.heel_m[:, 2] < leg.pad_m[:, 2])
    return _Choices(tuple(deciding), tuple(heel_lowest), ease)


def _angles(state: Settled, index: int) -> Angles:
    at = 4 + 4 * index
    u = state.unknowns
    return u[:, at], u[:, at + 1], u[:, at + 2], u[:, at + 3]


def _leg(task: Task, state: Settled, timeline: LegTimeline, angles: Angles) -> Leg:
    pelvis = task.pelvis
    return leg_at(
        task.build,
        timeline,
        state.unknowns[:, :3],
        pelvis.obliquity,
        pelvis.rotation,
        angles,
    )


_Combination = tuple[FloatArray, tuple[int, ...], tuple[float, ...]]


def _deciding_angles(state: Settled, index: int) -> dict[Item, _Combination]:
    """Hip, knee and ankle angle by the items they decide: values, unknowns, slopes."""
    at = 4 + 4 * index
    thigh, knee, pitch, _ = _angles(state, index)
    hip_of = (thigh + state.unknowns[:, _TILT], (at, _TILT), (1.0, 1.0))
    knee_of = (knee, (at + 1,), (1.0,))
    ankle_of = (pitch - thigh + knee, (at + 2, at, at + 1), (1.0, -1.0, 1.0))
    return {
        Item.STANCE_DORSIFLEXION: ankle_of,
        Item.SWING_DORSIFLEXION: ankle_of,
        Item.STANCE_KNEE_EXTENSION: knee_of,
        Item.SWING_KNEE_FLEXION: knee_of,
        Item.STANCE_HIP_EXTENSION: hip_of,
        Item.SWING_HIP_FLEXION: hip_of,
    }


def _planned_angles(timeline: LegTimeline) -> dict[Item, _Combination]:
    hip, knee, ankle = (
        (values, (), ()) for values in (timeline.hip_deg, timeline.knee_deg, timeline.ankle_deg)
    )
    return {
        Item.STANCE_DORSIFLEXION: ankle,
        Item.SWING_DORSIFLEXION: ankle,
        Item.STANCE_KNEE_EXTENSION: knee,
        Item.SWING_KNEE_FLEXION: knee,
        Item.STANCE_HIP_EXTENSION: hip,
        Item.SWING_HIP_FLEXION: hip,
    }


def _demanded(task: Task, state: Settled, choices: _Choices) -> _Demands:
    demands = _Demands(ease=choices.ease)
    _body_demands(task, state, demands)
    for index in range(2):
        _leg_demands(task, state, index, choices, demands)
    return demands


def _guess(task: Task) -> Settled:
    frames = len(task.times_s)
    unknowns = np.zeros((frames, PER_FRAME))
    unknowns[:, _X] = task.pelvis.ahead_m
    unknowns[:, _Y] = task.pelvis.sway_m
    unknowns[:, _TILT] = 12.0 * _DEG
    reach = np.zeros((frames, 2))
    for index, leg in enumerate(task.legs):
        thigh = (leg.hip_deg - 12.0) * _DEG
        knee = leg.knee_deg * _DEG
        pitch = leg.ankle_deg * _DEG + thigh - knee
        pitch[leg.heel_on & leg.pad_on] = 0.0
        at = 4 + 4 * index
        unknowns[:, at], unknowns[:, at + 1], unknowns[:, at + 2] = thigh, knee, pitch
        reach[:, index] = (
            task.build.thigh * np.cos(thigh)
            + task.build.shank * np.cos(thigh - knee)
            + task.build.ankle_height
        )
    unknowns[:, _Z] = reach.max(axis=1)
    return Settled(unknowns, np.ones(2))


def _newton_step(task: Task, demands: _Demands) -> tuple[FloatArray, FloatArray]:
    frames = len(task.times_s)
    total = frames * PER_FRAME + 2
    matrix, residual = demands.gathered(total)
    normal = (matrix.T @ matrix).tocoo()
    gradient = matrix.T @ residual
    banded = frames * PER_FRAME
    is_band = (normal.row < banded) & (normal.col < banded) & (normal.row >= normal.col)
    band = np.zeros((_HALF_BAND + 1, banded))
    band[normal.row[is_band] - normal.col[is_band], normal.col[is_band]] = normal.data[is_band]
    band[0] += 1e-6 * band[0].max() * 1e-3 + 1.0
    edge = normal.tocsc()[:, banded:].toarray()
    solved = solveh_banded(
        band, np.column_stack([-gradient[:banded], edge[:banded]]), lower=True, check_finite=False
    )
    # The two step-length factors touch every frame; they are eliminated last.
    small = edge[banded:] - edge[:banded].T @ solved[:, 1:]
    right = -gradient[banded:] - edge[:banded].T @ solved[:, 0]
    stretch = np.linalg.solve(small, right)
    move = solved[:, 0] - solved[:, 1:] @ stretch
    return move.reshape(frames, PER_FRAME), stretch


def _columns(frames: IntArray, *which: int) -> IntArray:
    return np.stack([frames * PER_FRAME + k for k in which], axis=1)


def _bend(demands: _Demands, values: FloatArray, which: int, dt: float, sd: float) -> None:
    """Demand little second derivative of a curve that moves one to one with an unknown."""
    bend = (values[2:] - 2.0 * values[1:-1] + values[:-2]) / dt**2
    middle = np.arange(1, len(values) - 1)
    columns = np.stack([(middle + k) * PER_FRAME + which for k in (-1, 0, 1)], axis=1)
    slopes = np.broadcast_to(np.array([1.0, -2.0, 1.0]) / dt**2, columns.shape)
    demands.add(bend, columns, slopes, sd)


def _body_demands(task: Task, state: Settled, demands: _Demands) -> None:
    frames = np.arange(len(task.times_s))
    dt = float(task.times_s[1] - task.times_s[0])
    scale = task.build.leg_length / 0.65
    u, pelvis = state.unknowns, task.pelvis
    ones = np.ones((len(frames), 1))
    # The pelvis keeps near the planned place, whatever the step lengths become.
    demands.add(u[:, _Y] - pelvis.sway_m, _columns(frames, _Y), ones, _SWAY * scale)
    tilt = _planned_tilt(task)
    demands.add(u[:, _TILT] - tilt, _columns(frames, _TILT), ones, _TILT_FREE)
    _bend(demands, u[:, _X], _X, dt, _AHEAD_BEND * scale)
    _bend(demands, u[:, _Y] - pelvis.sway_m, _Y, dt, _SWAY_BEND * scale)
    _bend(demands, u[:, _Z], _Z, dt, _RISE_BEND * scale)
    _bend(demands, u[:, _TILT] - tilt, _TILT, dt, _TILT_BEND)
    last = len(frames) * PER_FRAME
    demands.add(state.stretch - 1.0, np.array([[last], [last + 1]]), np.ones((2, 1)), _STEP)


def _planned_tilt(task: Task) -> FloatArray:
    """Pelvic tilt as planned, radians."""
    return normal_deg(Variable.PELVIC_TILT, task.legs[0].phase) * _DEG


def _leg_demands(
    task: Task, state: Settled, index: int, choices: _Choices, demands: _Demands
) -> None:
    timeline = task.legs[index]
    dt = float(task.times_s[1] - task.times_s[0])
    frames = np.arange(len(task.times_s))
    at = 4 + 4 * index
    angles = _angles(state, index)
    thigh, knee, pitch, lean = angles
    tilt = state.unknowns[:, _TILT]
    hip_off = thigh + tilt - timeline.hip_deg * _DEG
    knee_off = knee - timeline.knee_deg * _DEG
    ankle_off = pitch - thigh + knee - timeline.ankle_deg * _DEG
    ones = np.ones((len(frames), 1))
    demands.add(hip_off, _columns(frames, at, _TILT), np.tile([1.0, 1.0], (len(frames), 1)), _HIP)
    demands.add(knee_off, _columns(frames, at + 1), ones, _KNEE)
    demands.add(
        ankle_off,
        _columns(frames, at + 2, at, at + 1),
        np.tile([1.0, -1.0, 1.0], (len(frames), 1)),
        _ANKLE,
    )
    _bend(demands, thigh - timeline.hip_deg * _DEG, at, dt, _THIGH_BEND)
    _bend(demands, knee_off, at + 1, dt, _KNEE_BEND)
    _bend(demands, pitch, at + 2, dt, _FOOT_BEND)
    _bend(demands, lean, at + 3, dt, _LEAN_BEND)
    _extremes(timeline, demands, choices.deciding[index], _deciding_angles(state, index))
    _terminal_swing(timeline, demands, at + 1, knee)
    for values, limit, sign in (
        (pitch, timeline.pitch_least_deg, -1.0),
        (pitch, timeline.pitch_most_deg, 1.0),
    ):
        beyond = sign * (values - limit * _DEG)
        hit = np.flatnonzero(beyond > 0.0)
        demands.add(
            beyond[hit], _columns(hit, at + 2), np.full((len(hit), 1), sign), demands.ease * _PITCH
        )
    leg = _leg(task, state, timeline, angles)
    _floor_demands(task, state, index, leg, choices.heel_lowest[index], demands)


def _extremes(
    timeline: LegTimeline,
    demands: _Demands,
    deciding: tuple[int, ...],
    by_item: dict[Item, _Combination],
) -> None:
    """Demand the extremes that decide the sagittal items."""
    hits: dict[tuple[int, ...], list[tuple[IntArray, FloatArray, float]]] = {}
    slopes_of = {}
    for bound, frame in zip(timeline.bounds, deciding, strict=True):
        values, which, slopes = by_item[bound.item]
        first, end = bound.frames
        beyond = bound.sign * (values[first:end] - bound.target_deg * _DEG)
        is_hit = beyond > 0.0
        is_hit[frame - first] = True
        hit = np.flatnonzero(is_hit)
        hits.setdefault(which, []).append((hit + first, beyond[hit], bound.sign))
        slopes_of[which] = np.array(slopes)
    for which, found in hits.items():
        signs = np.concatenate([np.full(len(frames), sign) for frames, _, sign in found])
        demands.add(
            np.concatenate([beyond for _, beyond, _ in found]),
            _columns(np.concatenate([frames for frames, _, _ in found]), *which),
            signs[:, None] * slopes_of[which],
            demands.ease * _ITEM,
        )


def _terminal_swing(timeline: LegTimeline, demands: _Demands, which: int, knee: FloatArray) -> None:
    """Demand the knee's angle just before each contact."""
    for instant in timeline.instants:
        k, share = instant.frame, instant.share
        value = (1.0 - share) * knee[k] + share * knee[k + 1]
        columns = np.array([[k * PER_FRAME + which, (k + 1) * PER_FRAME + which]])
        slopes = np.array([[1.0 - share, share]])
        demands.add(
            np.array([value - instant.target_deg * _DEG]), columns, slopes, demands.ease * _ITEM
        )


def _floor_demands(
    task: Task,
    state: Settled,
    index: int,
    leg: Leg,
    is_heel: BoolArray,
    demands: _Demands,
) -> None:
    """Demand that the foot stand where it stands, and clear the floor as it is to clear it."""
    scale = task.build.leg_length / 0.65
    timeline = task.legs[index]
    at = 4 + 4 * index
    which = (_X, _Y, _Z, at, at + 1, at + 2, at + 3)
    last = len(task.times_s) * PER_FRAME
    # Where each contact's heel is, and how that moves with the two step-length factors.
    by_side = np.stack(
        [
            np.cumsum(np.where(task.plan.step_sides == k, task.plan.step_lengths_m, 0.0))
            for k in (0, 1)
        ],
        axis=1,
    )
    place_x = by_side @ state.stretch
    outward = 1.0 if timeline.side is Side.LEFT else -1.0
    place_y = outward * task.plan.step_width_m / 2.0
    ahead = 0.7 * task.build.heel_back + task.build.forefoot + 0.9 * task.build.toes
    for is_on, point, slopes, along in (
        (timeline.heel_on, leg.heel_m, leg.heel_slopes, 0.0),
        (timeline.pad_on, leg.pad_m, leg.pad_slopes, ahead),
    ):
        on = np.flatnonzero(is_on)
        if not len(on):
            continue
        step = timeline.step[on]
        yaw = timeline.foot_yaw[on]
        columns = np.concatenate(
            [_columns(on, *which), np.full((len(on), 1), last), np.full((len(on), 1), last + 1)],
            axis=1,
        )
        x_off = point[on, 0] - place_x[step] - along * np.cos(yaw)
        demands.add(
            x_off,
            columns,
            np.concatenate([slopes[on, 0], -by_side[step]], axis=1),
            demands.ease * _FLOOR * scale,
        )
        y_off = point[on, 1] - place_y - along * np.sin(yaw)
        demands.add(y_off, columns[:, :7], slopes[on, 1], demands.ease * _FLOOR * scale)
        demands.add(point[on, 2], columns[:, :7], slopes[on, 2], demands.ease * _FLOOR * scale)
    free = np.flatnonzero(~(timeline.heel_on | timeline.pad_on))
    y_off = leg.heel_m[free, 1] - timeline.heel_y_m[free]
    demands.add(y_off, _columns(free, *which), leg.heel_slopes[free, 1], _SIDEWAYS * scale)
    for point, slopes, floor, is_on in (
        (leg.heel_m, leg.heel_slopes, timeline.heel_floor_m, timeline.heel_on),
        (leg.pad_m, leg.pad_slopes, timeline.pad_floor_m, timeline.pad_on),
    ):
        # A foot may be lower than it is to be; through the floor it cannot go.
        for least, sd in ((floor, _FREE_HEIGHT), (np.zeros_like(floor), 0.3 * _FLOOR)):
            below = np.flatnonzero(~is_on & (point[:, 2] < least))
            demands.add(
                point[below, 2] - least[below],
                _columns(below, *which),
                slopes[below, 2],
                demands.ease * sd * scale,
            )
    lowest = np.where(is_heel, leg.heel_m[:, 2], leg.pad_m[:, 2])
    lowest_slopes = np.where(is_heel[:, None], leg.heel_slopes[:, 2], leg.pad_slopes[:, 2])
    for off, chosen in (
        (lowest - timeline.lowest_m, np.flatnonzero(np.isfinite(timeline.lowest_m))),
        (lowest - timeline.highest_m, np.flatnonzero(lowest > timeline.highest_m)),
    ):
        demands.add(
            off[chosen],
            _columns(chosen, *which),
            lowest_slopes[chosen],
            demands.ease * _FREE_HEIGHT * scale,
        )
