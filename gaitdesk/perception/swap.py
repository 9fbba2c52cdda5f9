"""Left and right put back where a model changed them over, as at every crossing of the legs."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import BoolArray, FloatArray, IntArray
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.perception.crossing import collapsed, crossed_over, merged_at_edge

TRUNK_PARTS = ("shoulder", "hip", "elbow", "wrist", "ear", "eye")
LEG_PARTS = ("knee", "ankle", "heel", "big_toe", "small_toe")

FEWEST_FRAMES = 6
LONGEST_LINK_S = 0.2
DEAREST_JUMP = 0.4
PACE_KEPT = 0.85
TRUST_PER_S = 1.0
TRUNK_TRUST_PER_S = 4.0
"""Trunks hardly ever turn round, and how they walk tells which side is shown."""
APART = 0.2
BROAD = 0.25
"""Shoulder or hip width in leg lengths from which a trunk is seen from front or back."""
FRONT_PARTS = 2
"""Of the trunk's parts the first, shoulders and hips, which arms do not move."""
FARTHEST_JUMP = 0.6
"""Leg lengths between two frames that nobody covers walking, at 20 frames a second and more."""
FASTEST_TURN = 0.3
"""Leg lengths by which shoulders and hips change sides between two frames only where the film was
cut; who turns round takes half a second for it, and passes through a side view."""
APPROACH_WINDOW_S = 1.5
SHORTEST_APPROACH_S = 1.0
APPROACH_PER_S = 0.12
"""Growth a second that surely is approach: half of slow walking 4 m from the camera."""
EDGE_DOUBT = 0.25
"""Factor on the confidence of a leg that may be either; a skeleton is not drawn from the rest."""
ROUNDING = 0.02
"""In leg lengths: distances well below it count little, as they are noise."""


def repaired(track: PoseTrack, times_s: FloatArray) -> tuple[PoseTrack, BoolArray]:
    """The track with left and right as continuous motion demands.

    The trunk comes first: a model that takes a front for a back changes over the whole body,
    and seen from the front shoulders never cross. The legs follow, believed to hang on the
    trunk as the model hung them; in a side view, where the trunk tells nothing, the model's own
    names are believed instead.

    Args:
        track: Body points as a model gave them.
        times_s: Time of each frame, shape (frames,).

    Returns:
        The repaired track, in which frames that show both legs in one place by mistake have no
        legs; and the frames in which the legs were changed over, shape (frames,).
    """
    if len(track) < FEWEST_FRAMES:
        return track, np.zeros(len(track), np.bool_)
    scale_px = leg_length_px(track)
    if not np.isfinite(scale_px):
        return track, np.zeros(len(track), np.bool_)
    trunk, sure = _limbs(track, TRUNK_PARTS, scale_px)
    told = _told(trunk)
    is_trunk = swapped(trunk, sure, times_s, told * against_walk(track, times_s), TRUNK_TRUST_PER_S)
    legs, sure = _limbs(track, LEG_PARTS, scale_px)
    is_blurred = collapsed(legs, sure, times_s)
    sure = np.where(is_blurred[:, None, None], 0.0, sure)
    believed = np.where(is_trunk, told, 0.0)
    is_leg = np.zeros(len(track), np.bool_)
    turned = np.where(is_trunk[:, None, None, None], trunk[:, ::-1], trunk)
    for walk in np.split(np.arange(len(track)), cuts(turned, times_s)):
        if len(walk) >= FEWEST_FRAMES:
            is_leg[walk] = _legs_changed(legs[walk], sure[walk], times_s[walk], believed[walk])
    points, confidence = track.points_px.copy(), track.confidence.copy()
    for parts, frames in ((TRUNK_PARTS, is_trunk), (LEG_PARTS, is_leg)):
        for side in Side:
            for part in parts:
                here, there = landmark(side, part), landmark(side.opposite, part)
                points[frames, here] = track.points_px[frames, there]
                confidence[frames, here] = track.confidence[frames, there]
    for side in Side:
        for part in LEG_PARTS:
            points[is_blurred, landmark(side, part)] = np.nan
            confidence[is_blurred, landmark(side, part)] = 0.0
    return PoseTrack(points, confidence), is_leg


def cuts(trunk: FloatArray, times_s: FloatArray) -> IntArray:
    """Frames that go on with another walk: a film that was stopped, and started again later.

    From one frame to the next the trunk is then somewhere else, or its front has become its back.
    What the legs did before tells nothing of them there.

    Args:
        trunk: Places in leg lengths, left and right as they are, shape (frames, 2, parts, 2).
        times_s: Time of each frame, shape (frames,).

    Returns:
        The first frame of each walk but the first, in ascending order.
    """
    middle = trunk[:, :, :FRONT_PARTS].mean(axis=(1, 2))
    across = (trunk[:, 0, :FRONT_PARTS, 0] - trunk[:, 1, :FRONT_PARTS, 0]).mean(axis=1)
    known = np.flatnonzero(np.isfinite(middle).all(axis=1) & np.isfinite(across))
    moved = np.linalg.norm(np.diff(middle[known], axis=0), axis=1)
    turned = np.abs(np.diff(across[known]))
    is_over = np.diff(np.sign(across[known])) != 0
    is_next = np.diff(times_s[known]) <= LONGEST_LINK_S
    is_cut = is_next & ((moved > FARTHEST_JUMP) | (is_over & (turned > FASTEST_TURN)))
    return np.asarray(known[1:][is_cut], np.int64)


def _legs_changed(
    legs: FloatArray, sure: FloatArray, times_s: FloatArray, believed: FloatArray
) -> BoolArray:
    """Frames of one walk in which the legs are changed over; arguments as for `swapped`."""
    is_leg = swapped(legs, sure, times_s, believed, TRUST_PER_S)
    turn = is_leg[:, None, None]
    legs = np.where(turn[..., None], legs[:, ::-1], legs)
    sure = np.where(turn, sure[:, ::-1], sure)
    # A frame mended one way is believed the other way round from here.
    is_leg ^= crossed_over(legs, sure, times_s, np.where(is_leg, 1.0 - believed, believed))
    return is_leg


def with_doubted_edges(track: PoseTrack) -> PoseTrack:
    """The track with hardly any confidence in legs of which the picture shows only one.

    At its edge the model draws the leg that has left onto the one still in it, and nothing tells
    whose it is. The places stay: they show that a foot has gone by.

    Args:
        track: Left and right already repaired, and smoothed.
    """
    scale_px = leg_length_px(track)
    if not np.isfinite(scale_px):
        return track
    confidence = track.confidence.copy()
    is_merged = merged_at_edge(*_limbs(track, LEG_PARTS, scale_px))
    for side in Side:
        for part in LEG_PARTS:
            confidence[is_merged, landmark(side, part)] *= EDGE_DOUBT
    return PoseTrack(track.points_px, confidence)


def against_walk(track: PoseTrack, times_s: FloatArray) -> FloatArray:
    """How surely left and right contradict the walk, 0 to 1, shape (frames,).

    Whoever comes nearer, and so larger, shows their front, with their left at image right; who
    goes away shows their back. People in gait films walk forwards.
    """
    shoulders, hips, ankles = (
        np.stack([track.of(landmark(side, part)) for side in Side])
        for part in ("shoulder", "hip", "ankle")
    )
    trunk = np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0), axis=-1)
    legs = np.linalg.norm(hips - ankles, axis=-1).max(axis=0)
    size = np.log(np.maximum(trunk + legs, 1.0))
    known = np.isfinite(size)
    surely = np.zeros(len(track))
    order = shoulders[0, :, 0] - shoulders[1, :, 0] + hips[0, :, 0] - hips[1, :, 0]
    for frame in np.flatnonzero(known & np.isfinite(order)):
        near = known & (np.abs(times_s - times_s[frame]) <= APPROACH_WINDOW_S)
        span_s = np.ptp(times_s[near])
        if span_s < SHORTEST_APPROACH_S:
            continue
        pace_per_s = float(np.polyfit(times_s[near] - times_s[frame], size[near], 1)[0])
        if pace_per_s * order[frame] < 0:
            surely[frame] = min(1.0, abs(pace_per_s) / APPROACH_PER_S)
    return surely


def _told(trunk: FloatArray) -> FloatArray:
    """How much the trunk tells of left and right: 0 seen from the side, 1 from the front."""
    width = np.linalg.norm(trunk[:, 0, :2] - trunk[:, 1, :2], axis=-1).mean(axis=-1)
    return np.asarray(np.clip(np.nan_to_num(width) / BROAD, 0.0, 1.0))


def _limbs(
    track: PoseTrack, parts: tuple[str, ...], scale_px: float
) -> tuple[FloatArray, FloatArray]:
    """Places in leg lengths, shape (frames, 2, parts, 2), and confidence of left and right."""
    points = [[landmark(side, part) for part in parts] for side in Side]
    return track.points_px[:, points] / scale_px, track.confidence[:, points]


def swapped(
    both: FloatArray,
    sure: FloatArray,
    times_s: FloatArray,
    believed: FloatArray,
    trust_per_s: float,
) -> BoolArray:
    """Frames in which left and right are changed over.

    Of all ways to name the two limbs in every frame, the one is taken in which they move most
    steadily: each place is compared with where the two frames before lead to. What is believed
    beforehand counts a little, so that it decides where motion does not. The best way is found
    exactly, by dynamic programming over pairs of frames.

    Args:
        both: Places of both limbs in leg lengths, shape (frames, 2, parts, 2), NaN if missing.
        sure: Their confidence, shape (frames, 2, parts).
        times_s: Time of each frame, shape (frames,).
        believed: How surely they are changed over, 0 not at all to 1, shape (frames,).
        trust_per_s: What contradicting a sure belief for a second costs, in leg lengths.

    Returns:
        Shape (frames,).
    """
    known: BoolArray = np.isfinite(both).all(axis=-1) & (sure > 0)
    frames = np.flatnonzero(np.any(np.all(known, axis=1), axis=-1))
    result = np.zeros(len(both), np.bool_)
    breaks = np.flatnonzero(np.diff(times_s[frames]) > LONGEST_LINK_S) + 1
    for chain in np.split(frames, breaks):
        if len(chain) > 2:
            result[chain] = _steadiest(
                both[chain],
                sure[chain] * known[chain],
                times_s[chain],
                believed[chain],
                trust_per_s,
            )
    return result


def leg_length_px(track: PoseTrack) -> float:
    """Hip to knee to ankle, the median of both legs over the film; NaN where never seen."""
    lengths = [
        np.linalg.norm(track.of(landmark(side, "hip")) - track.of(landmark(side, "knee")), axis=1)
        + np.linalg.norm(
            track.of(landmark(side, "knee")) - track.of(landmark(side, "ankle")), axis=1
        )
        for side in Side
    ]
    known = np.concatenate(lengths)
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else float("nan")


def _steadiest(
    both: FloatArray,
    sure: FloatArray,
    times_s: FloatArray,
    believed: FloatArray,
    trust_per_s: float,
) -> BoolArray:
    places = np.nan_to_num(both)
    gaps_s = np.diff(times_s)
    belief = trust_per_s * _belief(places, sure, gaps_s)
    # doubt[frame, name]: what it costs to name the limbs against what is believed.
    doubt = np.stack([belief * believed, belief * (1.0 - believed)], axis=1)
    first = _jumps(places[1:], sure[1:], [(places[:-1], sure[:-1])], None)
    bend = _jumps(
        places[2:], sure[2:], [(places[1:-1], sure[1:-1]), (places[:-2], sure[:-2])], gaps_s
    )
    # best[a, b]: cheapest way up to a frame named b whose forerunner is named a.
    best = np.array(
        [[doubt[0, a] + doubt[1, b] + first[0, int(a != b)] for b in (0, 1)] for a in (0, 1)]
    )
    came_from: list[IntArray] = []
    for frame in range(2, len(places)):
        total = np.empty((2, 2, 2))
        for c in (0, 1):
            for b in (0, 1):
                for a in (0, 1):
                    total[a, b, c] = (
                        best[a, b] + bend[frame - 2, int(b != c), int(a != c)] + doubt[frame, c]
                    )
        came_from.append(total.argmin(axis=0))
        best = total.min(axis=0)
    names = list(np.unravel_index(int(best.argmin()), (2, 2)))
    for choice in reversed(came_from):
        names.insert(0, choice[names[0], names[1]])
    return np.array(names, np.bool_)


def _belief(places: FloatArray, sure: FloatArray, gaps_s: FloatArray) -> FloatArray:
    """Seconds for which names are told by each frame; none where the limbs coincide."""
    weight = sure.min(axis=1)
    apart = np.linalg.norm(places[:, 0] - places[:, 1], axis=-1)
    shown = np.minimum(apart / APART, 1.0) * weight
    shares = shown.sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-6)
    step_s = np.concatenate([gaps_s[:1], gaps_s])
    return np.asarray(step_s * shares)


def _jumps(
    now: FloatArray,
    sure: FloatArray,
    before: list[tuple[FloatArray, FloatArray]],
    gaps_s: FloatArray | None,
) -> FloatArray:
    """How far limbs are from where earlier frames lead, for each way to name those.

    Args:
        now: Shape (frames, 2, parts, 2).
        sure: Shape (frames, 2, parts).
        before: The frame before and, for steady motion, the one before that.
        gaps_s: Time between all frames; needed with two earlier frames.

    Returns:
        Shape (frames, 2) or (frames, 2, 2): whether each earlier frame is named the other way.
    """
    cost = np.zeros((len(now), *(2,) * len(before)))
    for names in np.ndindex(*cost.shape[1:]):
        turned = [
            (place[:, ::-1], weight[:, ::-1]) if name else (place, weight)
            for (place, weight), name in zip(before, names, strict=True)
        ]
        lead = turned[0][0]
        trust = np.minimum(sure, turned[0][1])
        if gaps_s is not None:
            pace = PACE_KEPT * np.minimum(gaps_s[1:] / gaps_s[:-1], 2.0)
            has_pace = turned[1][1] > 0
            moved = (turned[0][0] - turned[1][0]) * pace[:, None, None, None]
            lead = lead + np.where(has_pace[..., None], moved, 0.0)
        miss = np.linalg.norm(now - lead, axis=-1)
        miss = np.minimum(np.hypot(miss, ROUNDING) - ROUNDING, DEAREST_JUMP)
        cost[(slice(None), *names)] = (miss * trust).sum(axis=(1, 2))
    return cost
