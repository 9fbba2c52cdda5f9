"""What was worked out once is not worked out again, until it is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gaitdesk.domain.memory import Memory, walk_digest
from gaitdesk.domain.pose import PoseTrack
from tests.childgait.stick import film


class Work:
    """Gives its key back, and counts."""

    def __init__(self, memory):
        self.memory = memory
        self.done = []

    def __call__(self, key):
        def make():
            self.done.append(key)
            return [key]

        return self.memory.recall(key, make)


def test_what_is_held_is_not_made_again():
    work = Work(Memory(3))
    assert work("a") == ["a"]
    assert work("a") is work("a")
    assert work.done == ["a"]


def test_the_one_that_was_not_asked_for_longest_is_forgotten():
    work = Work(Memory(2))
    for key in "abac":
        work(key)
    assert work.done == ["a", "b", "c"]
    work("a")
    assert work.done == ["a", "b", "c"]
    work("b")
    assert work.done == ["a", "b", "c", "b"]
    assert len(work.memory) == 2


def test_a_memory_for_nothing_holds_nothing():
    work = Work(Memory(0))
    work("a"), work("a")
    assert work.done == ["a", "a"]
    assert len(work.memory) == 0


def test_what_failed_is_tried_again():
    memory = Memory(2)
    with pytest.raises(ZeroDivisionError):
        memory.recall("a", lambda: 1 // 0)
    assert memory.recall("a", lambda: 1) == 1


def with_point_moved(shown):
    points = shown.pose.points_px.copy()
    points[30, 3] += 0.01
    return replace(shown, pose=PoseTrack(points, shown.pose.confidence))


def test_a_walk_is_known_by_its_points_and_passes_and_not_by_its_mask():
    shown = film()
    assert walk_digest(shown) == walk_digest(replace(shown, mask=None, notes=("a note",)))
    assert walk_digest(shown) != walk_digest(with_point_moved(shown))
    assert walk_digest(shown) != walk_digest(replace(shown, passes=()))
