from __future__ import annotations

import pytest

from gaitdesk.ui.viewer.memory import near_bytes_for, physical_bytes

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("physical", "near"),
    [
        (None, 320_000_000),
        (4 * GB, 320_000_000),
        (8 * GB, 500_000_000),
        (16 * GB, 1_000_000_000),
        (64 * GB, 1_200_000_000),
    ],
)
def test_frames_take_a_sixteenth_of_the_memory_within_bounds(physical, near):
    assert near_bytes_for(physical) == near


def test_the_machine_says_how_much_memory_it_has():
    assert physical_bytes() > GB
