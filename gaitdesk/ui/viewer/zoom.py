"""How much of a film its pane shows: the whole, what was chosen by hand, or the child."""

from __future__ import annotations

from gaitdesk.domain.mask import MaskTrack
from gaitdesk.ui.viewer.following import Cut, Whereabouts
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.slides import Staging

# Enlarged so little more than the whole, a picture is shown whole.
_NEARLY_WHOLE = 1.001


class Zoom:
    """Keeps what was chosen, and makes of it how frames lie in the pane.

    Attributes:
        cut: How much of the body is kept in the middle; None where the child is not followed.
        by_hand: Where the picture was put by hand; None where it was not.
        whereabouts: Where the child is; None where that is not known.
        staging: How the pane shows frames now.
    """

    def __init__(self) -> None:
        self.cut: Cut | None = None
        self.by_hand: Framing | None = None
        self.whereabouts: Whereabouts | None = None
        self.staging = Staging((16, 9), (16.0, 9.0))

    def stage(
        self,
        size: tuple[int, int],
        room: tuple[float, float],
        ratio: float,
        masks: MaskTrack | None,
        opacity: float,
        covered: float,
    ) -> None:
        """Show frames by what was chosen; see `Staging` for the values."""
        self.staging = Staging(
            size=size,
            room=room,
            ratio=ratio,
            by_hand=self.by_hand,
            cut=self.cut,
            whereabouts=self.whereabouts,
            masks=masks,
            opacity=opacity,
            covered=covered,
        )

    def show_whole(self) -> None:
        """Show the whole picture."""
        self.cut = self.by_hand = None

    def is_following(self, cut: Cut) -> bool:
        """Whether the child is kept in the middle already, as large as that."""
        return self.cut is cut and self.by_hand is None

    def follow(self, cut: Cut) -> None:
        """Keep the child in the middle."""
        self.cut, self.by_hand = cut, None

    def move(self, framing: Framing, size: tuple[int, int], room: tuple[float, float]) -> None:
        """Put the picture where it was moved to, without an empty edge."""
        self.by_hand = framing.held(size, room)

    def enlarge(self, framing: Framing, size: tuple[int, int], room: tuple[float, float]) -> None:
        """Put the picture where it was enlarged to; one that is hardly enlarged is whole."""
        is_whole = framing.scale <= self.staging.whole.scale * _NEARLY_WHOLE
        self.by_hand = None if is_whole else framing.held(size, room)

    def hold(self, size: tuple[int, int], room: tuple[float, float]) -> None:
        """Keep what was put by hand within a pane of another size."""
        if self.by_hand is not None:
            self.by_hand = self.by_hand.held(size, room)
