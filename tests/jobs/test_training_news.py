"""News reach the other process as they were; lines of others are passed over."""

from __future__ import annotations

import math

import pytest

from gaitdesk.jobs.training_news import (
    Begun,
    Ended,
    EpochEnded,
    Failed,
    Note,
    Paused,
    Stage,
    Stepped,
    from_line,
    number_or_none,
    to_line,
)

EVERY = (
    Stage("Reading clips", 3, 10),
    Begun(4, 1, 30, "childgait-phantom 1", "a processor", 100),
    Stepped(3, 10, 1, 0.7, 1e-3, None),
    EpochEnded(1, 0.7, 0.61, (0.5, None, 1.0), 2.0, True),
    Note("Memory ran out."),
    Paused(True),
    Ended("trained-1", "/models/trained-1", 3, 8, 0.7),
    Failed("DiskFull", "Free some space."),
)


@pytest.mark.parametrize("news", EVERY, ids=lambda one: type(one).__name__)
def test_news_are_one_line_and_come_back_as_they_were(news):
    line = to_line(news)
    assert "\n" not in line
    assert from_line(line) == news


@pytest.mark.parametrize(
    "line", ["", "Epoch 3", "[]", "{}", '{"news": "Unknown"}', '{"news": "Note"}', "null"]
)
def test_what_is_no_news_is_passed_over(line):
    assert from_line(line) is None


def test_no_number_that_json_lacks_is_written():
    assert number_or_none(math.nan) is None
    assert number_or_none(0.5) == 0.5
    with pytest.raises(ValueError, match="JSON"):
        to_line(Stepped(1, 2, 1, math.nan, 0.1))
