"""What corrections in the films are called."""

from __future__ import annotations

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import JointMove, SideSwap
from gaitdesk.i18n import in_english, noted, tr
from gaitdesk.ui.viewer.joint_drag import joint_name, part_name


def correction_words(correction: JointMove | SideSwap) -> str:
    """What was done by hand, and in which frames, counted from 1."""
    first, last = correction.first_frame + 1, correction.last_frame + 1
    if isinstance(correction, JointMove):
        return tr("{joint} moved by hand in frame {frame}; frames {first} to {last} follow").format(
            joint=joint_name(correction.point), frame=correction.frame + 1, first=first, last=last
        )
    if correction.is_legs_alone:
        return tr("Legs exchanged in frames {first} to {last}").format(first=first, last=last)
    return tr("Left and right exchanged in frames {first} to {last}").format(first=first, last=last)


def move_text(move: JointMove) -> str:
    """What moving a joint is called in the journal."""
    left = noted("Move left {part} in frame {frame}")
    right = noted("Move right {part} in frame {frame}")
    return _sided(move, left, right, noted("Move nose in frame {frame}"))


def reach_text(move: JointMove) -> str:
    """What changing how far a move reaches is called in the journal."""
    left = noted("Change the reach of a move: left {part}, frame {frame}")
    right = noted("Change the reach of a move: right {part}, frame {frame}")
    return _sided(move, left, right, noted("Change the reach of a move: nose, frame {frame}"))


def removal_text(move: JointMove) -> str:
    """What taking a move away is called in the journal."""
    left = noted("Take a move away: left {part}, frame {frame}")
    right = noted("Take a move away: right {part}, frame {frame}")
    return _sided(move, left, right, noted("Take a move away: nose, frame {frame}"))


def _sided(move: JointMove, left: str, right: str, nose: str) -> str:
    # The side stands in the sentence: whoever reads it in another language has words for parts.
    frame = move.frame + 1
    if move.point is Landmark.NOSE:
        return nose.format(frame=frame)
    with in_english():
        part = part_name(move.point)
    sentence = left if move.point.name.startswith("LEFT") else right
    return sentence.format(part=part, frame=frame)
