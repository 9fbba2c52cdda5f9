"""How many frames must be there before a film begins to play, so that none is missing later."""

from __future__ import annotations

import math

AHEAD_S = 1.5
"""So much of what is played next is there before playing begins, at any speed."""

# Of the rate at which frames came before the film plays, so much is left once it is drawn as well.
_LEFT_SHARE = 0.6


def head_start(to_play: int, played_per_s: float, fetched_per_s: float, room: int) -> int:
    """Frames to have before playing begins.

    Where frames come more slowly than they are played, as with large films on a small machine,
    those that would be missing in the end have to be there from the start.

    Args:
        to_play: Frames up to the end of the film, or of the stretch played again and again.
        played_per_s: Frames played a second.
        fetched_per_s: Frames that came a second lately, while nothing played; 0 for not known.
        room: Most frames that memory holds ahead.
    """
    least = math.ceil(AHEAD_S * played_per_s)
    if fetched_per_s > 0:
        late_share = 1.0 - _LEFT_SHARE * fetched_per_s / played_per_s
        least = max(least, math.ceil(late_share * to_play))
    return min(to_play, room, least)
