"""Which model is to follow the mask, in which frames, and from what was said there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.breaking import BreakingRow, Lines, together
from gaitdesk.ui.viewer.frame_range import FrameRange


@dataclass(frozen=True, slots=True)
class Follower:
    """A model that can follow a mask here.

    Attributes:
        name: Of its package.
        reads: Whether it also finds the child by words.
    """

    name: str
    reads: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of the child in the frames chosen, from which a model can begin.

    Attributes:
        clicks, painted: Clicks, and frames that were painted.
        clicks_here: Clicks in the frame shown.
        is_painted_here: Whether that frame was painted.
    """

    clicks: int = 0
    painted: int = 0
    clicks_here: int = 0
    is_painted_here: bool = False


class FollowRow(Lines):
    """Offers to follow the mask; there is nothing to be seen of it where no model is here.

    Attributes:
        models: The model that follows.
        frames: Frames to follow it in.
        follow: Asks for it.
        told: What it would begin from.
        missing: What to do where no model is here.

    Signals:
        wanted: The mask is to be followed now.
        changed: Another model was chosen, or other frames.
    """

    wanted = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told = Told()
        self.missing = ""
        self._followers: tuple[Follower, ...] = ()
        self._stretch: tuple[int, int] | None = None
        self.models = QComboBox()
        self.models.setAccessibleName(tr("Model that follows the mask"))
        self.frames = FrameRange(
            tr("First frame to follow the mask in"), tr("Last frame to follow the mask in")
        )
        self.follow = QPushButton(tr("Follow from here  (Ctrl+Enter)"))
        self.follow.setToolTip(
            tr(
                "The model makes the mask of these frames anew, from all that was clicked and"
                " painted in them. Frames that were painted keep their mask, and what was erased in"
                " many frames at once stays erased."
            )
        )
        row = BreakingRow(self, 8)
        for part in (self.models, together(QLabel(tr("In frames")), self.frames), self.follow):
            row.addWidget(part)
        self.models.currentIndexChanged.connect(self.changed)
        self.frames.changed.connect(self.changed)
        self.follow.clicked.connect(self.wanted)
        self.show_told(Told())
        self.hide()

    @property
    def is_here(self) -> bool:
        """Whether there is a model that follows."""
        return bool(self._followers)

    @property
    def follower(self) -> str:
        """Name of the model that is to follow; empty where there is none."""
        return str(self.models.currentData() or "")

    @property
    def reads(self) -> bool:
        """Whether that model finds the child by words."""
        return any(one.reads for one in self._followers if one.name == self.follower)

    def show_followers(self, followers: Sequence[Follower], used: str, missing: str) -> None:
        """Offer models.

        Args:
            followers: Those that are here.
            used: The one to offer first, if it is among them.
            missing: What to do where there is none.
        """
        chosen = self.follower or used
        self._followers, self.missing = tuple(followers), missing
        blocker = QSignalBlocker(self.models)
        self.models.clear()
        for one in followers:
            self.models.addItem(one.name, one.name)
        self.models.setCurrentIndex(max(0, self.models.findData(chosen)))
        del blocker
        self.setVisible(self.is_here)
        self.changed.emit()

    def show_film(self, count: int, stretch: tuple[int, int]) -> None:
        """Show in which frames can be followed; those chosen stay as long as the stretch does.

        Args:
            count: Of the film.
            stretch: First and last frame, from 0, of the time in which the child is there.
        """
        is_new = stretch != self._stretch or count != self.frames.count
        self._stretch = stretch
        self.frames.offer(count, stretch if is_new else None)

    def show_told(self, told: Told, words: str = "") -> None:
        """Offer to begin where there is something to begin from.

        Args:
            told: What was said in the frames chosen.
            words: What the child is called besides; empty for nothing.
        """
        self.told = told
        self.follow.setEnabled(self.is_here and bool(told.clicks or told.painted or words))


def painted_words(frames: int) -> str:
    """What follows from frames that were painted."""
    return tr(
        "%n painted frame(s) among those chosen. Follow from here carries their mask through the"
        " others; undo takes that back.",
        "",
        frames,
    )
