from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.evgs import Direction, Item, Score
from gaitdesk.scoring.criteria import BANDS, OPTIONS, ranges_of, score_of, whole_degrees

# Last whole degree of each band and its score, read off the published form.
LOW = [(-11, 2), (-10, 1)]
PUBLISHED = {
    Item.STANCE_DORSIFLEXION: [*LOW, (4, 1), (5, 0), (25, 0), (26, 1), (40, 1), (41, 2)],
    Item.HINDFOOT_VARUS_VALGUS: [*LOW, (-1, 1), (0, 0), (5, 0), (6, 1), (15, 1), (16, 2)],
    Item.FOOT_ROTATION: [(-26, 2), (-25, 1), (-1, 1), (0, 0), (20, 0), (21, 1), (40, 1), (41, 2)],
    Item.SWING_DORSIFLEXION: [
        (-21, 2), (-20, 1), (-6, 1), (-5, 0), (15, 0), (16, 1), (30, 1), (31, 2)
    ],
    Item.STANCE_KNEE_EXTENSION: [*LOW, (-1, 1), (0, 0), (15, 0), (16, 1), (25, 1), (26, 2)],
    Item.TERMINAL_SWING_KNEE: [*LOW, (4, 1), (5, 0), (15, 0), (16, 1), (30, 1), (31, 2)],
    Item.SWING_KNEE_FLEXION: [
        (34, 2), (35, 1), (49, 1), (50, 0), (70, 0), (71, 1), (85, 1), (86, 2)
    ],
    Item.STANCE_HIP_EXTENSION: [
        (-36, 2), (-35, 1), (-21, 1), (-20, 0), (0, 0), (1, 1), (15, 1), (16, 2)
    ],
    Item.SWING_HIP_FLEXION: [(9, 2), (10, 1), (24, 1), (25, 0), (45, 0), (46, 1), (60, 1), (61, 2)],
    Item.PELVIC_OBLIQUITY: [*LOW, (-1, 1), (0, 0), (5, 0), (6, 1), (15, 1), (16, 2)],
    Item.PELVIC_ROTATION: [
        (-16, 2), (-15, 1), (-6, 1), (-5, 0), (10, 0), (11, 1), (20, 1), (21, 2)
    ],
    Item.TRUNK_SAGITTAL: [(-90, 1), (-6, 1), (-5, 0), (5, 0), (6, 1), (15, 1), (16, 2)],
}  # fmt: skip


@pytest.mark.parametrize("item", PUBLISHED)
def test_each_band_edge_scores_as_published(item):
    for degrees, score in PUBLISHED[item]:
        assert int(score_of(item, float(degrees))[0]) == score, (item, degrees)


@pytest.mark.parametrize("item", BANDS)
@given(value=st.floats(-180, 180))
def test_every_angle_has_a_score(item, value):
    assert score_of(item, value)[0] in Score


@pytest.mark.parametrize("item", BANDS)
def test_just_below_and_above_an_edge_the_nearest_degree_decides(item):
    for low, high in pairwise(BANDS[item]):
        edge = (low.highest + high.lowest) / 2
        assert score_of(item, edge - 0.1)[1] is low.direction
        assert score_of(item, edge + 0.1)[1] is high.direction


def test_halves_round_away_from_zero():
    assert [whole_degrees(v) for v in (15.5, -10.5, 0.49, -0.49)] == [16, -11, 0, 0]


def test_backward_lean_is_never_marked():
    assert score_of(Item.TRUNK_SAGITTAL, -80.0) == (Score.MODERATE, Direction.BACKWARD)


def test_every_item_is_judged_in_exactly_one_way():
    assert set(BANDS) | set(OPTIONS) == set(Item)
    assert not set(BANDS) & set(OPTIONS)


def test_an_answer_of_the_wrong_kind_is_refused():
    with pytest.raises(ValueError, match="no option"):
        score_of(Item.INITIAL_CONTACT, Direction.VALGUS)
    with pytest.raises(ValueError, match="not by an angle"):
        score_of(Item.INITIAL_CONTACT, 12.0)


@pytest.mark.parametrize("item", [*BANDS, Item.INITIAL_CONTACT, Item.TRUNK_LATERAL_SHIFT])
def test_ranges_leave_no_gap(item):
    ranges = ranges_of(item)
    assert ranges[0][0] == -math.inf
    assert ranges[-1][1] == math.inf
    for (_, end, _, _), (start, _, _, _) in pairwise(ranges):
        assert end == start
