"""What is done to joints reads the same in every journal, and in each reader's language."""

from __future__ import annotations

import re

import pytest

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import JointMove
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import retold
from gaitdesk.ui.viewer.correction_words import move_text, reach_text, removal_text
from gaitdesk.ui.viewer.joint_drag import joint_name

MOVES = [JointMove(0, point, 11, Point(1.0, 2.0), 8, 14) for point in Landmark]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("text", [move_text, reach_text, removal_text])
def test_the_journal_says_it_in_english_and_it_is_retold_whole(chinese, text):
    for move in MOVES:
        written = text(move)
        assert not CHINESE.search(written)
        told = retold(written)
        assert CHINESE.search(told)
        assert not re.search("[A-Za-z]", told), told
        assert joint_name(move.point) in told
        assert "12" in told


def test_the_journal_names_the_joint_and_counts_frames_from_one():
    knee = next(move for move in MOVES if move.point is Landmark.LEFT_KNEE)
    assert move_text(knee) == "Move left knee in frame 12"
    assert reach_text(knee) == "Change the reach of a move: left knee, frame 12"
    assert removal_text(knee) == "Take a move away: left knee, frame 12"
    assert move_text(MOVES[Landmark.NOSE]) == "Move nose in frame 12"
