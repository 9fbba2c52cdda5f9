"""What corrections in the films are called."""

from __future__ import annotations

from gaitdesk.domain.correction import JointMove, SideSwap
from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.joint_drag import joint_name


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
