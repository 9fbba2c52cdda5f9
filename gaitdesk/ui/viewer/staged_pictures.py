"""The frames kept near the playhead of a film, the nearest of them made ready for the pane."""

from __future__ import annotations

from collections.abc import Iterable

from gaitdesk.domain.arrays import Image
from gaitdesk.media.places import Places
from gaitdesk.ui.viewer.pictures import NearPictures, Picture
from gaitdesk.ui.viewer.slides import Staging, slide_of


class StagedPictures:
    """Keeps frames whole, and makes of those wanted soon what the pane shows of them.

    The thread that decodes works on it; another may say how the pane shows frames.

    Args:
        limit_bytes: Most memory of frames and of slides.
        places: Memory for slides.

    Attributes:
        near: The frames.
        slides: Slides are made of so many of the nearest frames.
    """

    def __init__(self, limit_bytes: int, places: Places) -> None:
        self.near = NearPictures(limit_bytes)
        self.slides = 0
        self._places = places
        self._staging: Staging | None = None
        # Frames whose slides, where they are kept, are of this staging.
        self._made: tuple[Staging | None, set[int]] = (None, set())

    @property
    def pane_px(self) -> tuple[int, int] | None:
        """Width and height of the pane, pixels of the screen; None where it is not known."""
        return None if self._staging is None else self._staging.pane_px

    def stage(self, staging: Staging) -> None:
        """From now on make pictures as a pane shows them; those kept are made anew."""
        self._staging = staging

    def keep(self, frame: int, image: Image) -> Picture:
        """Put a frame among the near ones, as the pane shows it as well where it is wanted soon."""
        image.flags.writeable = False
        picture = Picture(frame, image)
        if self._staging is not None and self.near.distance(frame) < self.slides // 2:
            picture = self._with_slide(picture, self._staging)
        self.near.put(picture)
        return picture

    def make_one_anew(self, frames: Iterable[int] | None = None) -> bool:
        """Make one picture as the pane shows it now; False where all are.

        Args:
            frames: Frames in the order they are wanted; None takes the nearest.
        """
        staging = self._staging
        if staging is None:
            return False
        right = self._made[1] if staging is self._made[0] else ()
        for frame in self.near.nearest(self.slides) if frames is None else frames:
            picture = self.near.get(frame)
            if picture is None or (picture.slide is not None and frame in right):
                continue
            self.near.put(self._with_slide(picture, staging))
            return True
        return False

    def _with_slide(self, picture: Picture, staging: Staging) -> Picture:
        """The same picture with its slide, the one it has where that is still right."""
        if staging is not self._made[0]:
            self._made = (staging, set())
        self._made[1].add(picture.frame)
        showing = staging.showing(picture.frame)
        if picture.slide is not None and picture.slide.showing == showing:
            return picture
        slide = slide_of(picture.whole, showing, self._places)
        return Picture(picture.frame, picture.whole, slide)
