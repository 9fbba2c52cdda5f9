"""Which leg is which after the legs have crossed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gaitdesk.domain.arrays import BoolArray, FloatArray, IntArray

APART = 0.12
"""Leg lengths between the two legs' points, on average, from which they count as apart."""
COLLAPSE_S = 0.05
COLLAPSE_SHARE = 0.5
COLLAPSE_FROM = 0.24
"""Leg lengths apart from which legs cannot meet within 0.05 s at common speeds."""
CUT_CONFIDENCE = 0.2
"""No leg is believed more where the edge of the picture cuts most of the person off."""
WINDOW_S = 0.14
LONGEST_CROSSING_S = 0.3
TRUST_PER_S = 2.0
LONGEST_TRUST_S = 0.6
EVIDENCE = 4.0
NOISE = 0.008
SHORTEST_SPELL_S = 0.12
FEWEST_FRAMES = 3


def crossed_over(
    both: FloatArray, sure: FloatArray, times_s: FloatArray, believed: FloatArray
) -> BoolArray:
    """Frames in which left and right are changed over since a crossing was read wrongly.

    While the legs hide each other the model draws both onto the one it sees, so that single
    frames cannot tell whether they passed or turned back. The frames before and after can: one
    smooth curve through both is tried for each reading. Between crossings the names given are
    believed the more, the longer they last.

    Args:
        both: Places of both legs in leg lengths, shape (frames, 2, parts, 2), NaN if missing;
            single wrong frames are mended already.
        sure: Their confidence, shape (frames, 2, parts).
        times_s: Time of each frame, shape (frames,).
        believed: How surely they are changed over, 0 to 1, shape (frames,).

    Returns:
        Shape (frames,).
    """
    apart = separation(both, sure)
    spells = _spells(apart > APART, times_s)
    if not spells:
        return np.zeros(len(both), np.bool_)
    gaps_s = np.diff(times_s, append=times_s[-1:])
    # cost[spell, name]: what naming a spell against what is believed costs.
    cost = np.zeros((len(spells), 2))
    for i, spell in enumerate(spells):
        share = float(np.mean(believed[spell]))
        trust = TRUST_PER_S * min(float(gaps_s[spell].sum()), LONGEST_TRUST_S)
        cost[i] = trust * share, trust * (1.0 - share)
    evidence = [_passing(both, sure, times_s, before, after) for before, after in pairwise(spells)]
    names = _cheapest(cost, evidence)
    return _spread(names, spells, both, sure, times_s)


def separation(both: FloatArray, sure: FloatArray) -> FloatArray:
    """Mean distance between the two legs' points, shape (frames,); 0 where unknown."""
    weight = np.where(np.isfinite(both).all(axis=(1, 3)), sure.min(axis=1), 0.0)
    apart = np.nan_to_num(np.linalg.norm(both[:, 0] - both[:, 1], axis=-1))
    return np.asarray((apart * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-6))


def collapsed(both: FloatArray, sure: FloatArray, times_s: FloatArray) -> BoolArray:
    """Frames in which a model drew both legs in one place though they are apart just then.

    Legs need time to come together; when they are apart shortly before and after, a frame that
    shows them together is wrong.

    Returns:
        Shape (frames,).
    """
    apart = separation(both, sure)
    reach = max(2, round(COLLAPSE_S / max(float(np.median(np.diff(times_s))), 1e-3)))
    padded = np.pad(apart, reach, constant_values=0.0)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    before, after = around[:, :reach].max(axis=1), around[:, reach + 1 :].max(axis=1)
    near = np.minimum(before, after)
    return np.asarray((apart < COLLAPSE_SHARE * near) & (near > COLLAPSE_FROM))


def merged_at_edge(both: FloatArray, sure: FloatArray) -> BoolArray:
    """Frames in which the picture's edge cuts the person and both legs are drawn in one place.

    The model then draws the leg that has left the picture onto the one still in it, and nothing
    tells whose it is.

    Returns:
        Shape (frames,).
    """
    is_known = np.isfinite(both).all(axis=(1, 3)) & (sure.min(axis=1) > 0)
    is_cut = sure.max(axis=(1, 2)) <= CUT_CONFIDENCE
    return np.asarray(is_cut & is_known.any(axis=1) & (separation(both, sure) < APART))


def _spells(is_apart: BoolArray, times_s: FloatArray) -> list[IntArray]:
    """Runs of frames with the legs apart; shorter ones are taken for noise."""
    frames = np.flatnonzero(is_apart)
    runs = np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1)
    frame_s = float(np.median(np.diff(times_s)))
    return [
        run
        for run in runs
        if len(run) >= FEWEST_FRAMES and np.ptp(times_s[run]) + frame_s > SHORTEST_SPELL_S - 1e-6
    ]


def _passing(
    both: FloatArray, sure: FloatArray, times_s: FloatArray, before: IntArray, after: IntArray
) -> float:
    """Evidence that names carry on over a crossing; negative where they are changed over."""
    if times_s[after[0]] - times_s[before[-1]] > LONGEST_CROSSING_S:
        return 0.0
    before = before[times_s[before] >= times_s[before[-1]] - WINDOW_S]
    after = after[times_s[after] <= times_s[after[0]] + WINDOW_S]
    frames = np.concatenate([before, after])
    kept = _roughness(both[frames], sure[frames], times_s[frames])
    turned = np.concatenate([both[before], both[after][:, ::-1]])
    turned_sure = np.concatenate([sure[before], sure[after][:, ::-1]])
    changed = _roughness(turned, turned_sure, times_s[frames])
    return EVIDENCE * float(np.log((changed + NOISE) / (kept + NOISE)))


def _roughness(both: FloatArray, sure: FloatArray, times_s: FloatArray) -> float:
    """Mean distance, in leg lengths, of limbs from one cubic in time."""
    if len(times_s) < 6:
        return 0.0
    power = np.vander((times_s - times_s.mean()) / np.ptp(times_s), 4)
    flat = both.reshape(len(both), -1)
    weight = np.repeat(sure.reshape(len(sure), -1), 2, axis=1) * np.isfinite(flat)
    flat = np.nan_to_num(flat)
    left = np.zeros_like(flat)
    for column in range(flat.shape[1]):
        root = np.sqrt(weight[:, column])
        if np.count_nonzero(root) < 6:
            weight[:, column] = 0.0
            continue
        fit = np.linalg.lstsq(power * root[:, None], flat[:, column] * root, rcond=None)[0]
        left[:, column] = flat[:, column] - power @ fit
    return float(np.sqrt((weight * left**2).sum() / max(weight.sum(), 1e-9)))


def _cheapest(cost: FloatArray, evidence: list[float]) -> BoolArray:
    """The names of all spells that cost least together, by dynamic programming."""
    best = cost[0].copy()
    came_from = []
    for own, carry_on in zip(cost[1:], evidence, strict=True):
        change = max(carry_on, 0.0) * (1 - np.eye(2)) + max(-carry_on, 0.0) * np.eye(2)
        total = best[:, None] + change
        came_from.append(total.argmin(axis=0))
        best = total.min(axis=0) + own
    name = int(best.argmin())
    names = [name]
    for choice in reversed(came_from):
        name = int(choice[name])
        names.append(name)
    return np.array(names[::-1], np.bool_)


def _spread(
    names: BoolArray,
    spells: list[IntArray],
    both: FloatArray,
    sure: FloatArray,
    times_s: FloatArray,
) -> BoolArray:
    """Names for every frame: a spell's own, and between spells whatever moves more smoothly."""
    result = np.zeros(len(both), np.bool_)
    result[: spells[0][0]] = names[0]
    result[spells[-1][-1] :] = names[-1]
    for name, spell in zip(names, spells, strict=True):
        result[spell] = name
    for i in range(len(spells) - 1):
        between = np.arange(spells[i][-1] + 1, spells[i + 1][0])
        if not len(between):
            continue
        if names[i] == names[i + 1]:
            result[between] = names[i]
            continue
        # The change lies at the frame where the legs come closest.
        closest = int(between[separation(both[between], sure[between]).argmin()])
        result[between] = np.where(between < closest, names[i], names[i + 1])
    return result
