from __future__ import annotations

import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.patterns import NUMBER_FIELDS
from gaitdesk.phantom.reading import answers, measured
from gaitdesk.phantom.sweeps import edges_of, swept
from gaitdesk.phantom.walker import walk
from gaitdesk.scoring.criteria import score_of


def scores_beside(item, edge):
    found = []
    for value in (edge - 0.3, edge + 0.3):
        one = walk(
            build_of(9), swept(item, value), variability=0, corrections=6, duration_s=2.6
        ).motion
        means = measured(one)
        for side in Side:
            near = 0.4 if item is Item.TRUNK_LATERAL_SHIFT else 0.15
            assert means[side, item] == pytest.approx(value, abs=near)
        found.append(score_of(item, answers(one)[Side.LEFT, item])[0])
    return found


@pytest.mark.parametrize(
    ("item", "edge"),
    [
        (Item.STANCE_DORSIFLEXION, 25.5),
        (Item.TERMINAL_SWING_KNEE, 15.5),
        (Item.SWING_KNEE_FLEXION, 49.5),
        (Item.PELVIC_OBLIQUITY, -0.5),
        (Item.TRUNK_LATERAL_SHIFT, 45.0),
    ],
)
def test_a_band_is_left_at_its_edge(item, edge):
    assert edge in edges_of(item)
    below, above = scores_beside(item, edge)
    assert below != above


@pytest.mark.parametrize("item", sorted(NUMBER_FIELDS))
def test_every_item_with_a_measure_has_edges_and_limbs_beside_them(item):
    edges = edges_of(item)
    assert len(edges) >= 3
    for edge in edges:
        limbs = swept(item, edge)
        assert getattr(limbs[Side.LEFT], NUMBER_FIELDS[item]) == edge


def test_an_item_without_a_measure_cannot_be_swept():
    with pytest.raises(ValueError, match="no measure"):
        swept(Item.HEEL_LIFT, 1.0)
