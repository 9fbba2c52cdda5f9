"""How high the pictures of the timeline may be beside the films."""

from __future__ import annotations

from gaitdesk.ui.viewer.tracks import THIN, THUMBS

# Lower than this, screen points with letters of usual size, the pictures of the timeline are a
# thin strip; or there are none.
_ROOMY, _CLOSE = 600, 420
# Films one above the other need so much more height.
_COLUMN = 0.75


def pictures_height(height: float, text: float, *, is_column: bool) -> int:
    """Height of the pictures, screen points; 0 for none.

    Args:
        height: Of the viewer, without what stands between films and timeline.
        text: Size of letters, 1 being the usual one.
        is_column: Whether the films stand one above the other.
    """
    usual = height / text * (_COLUMN if is_column else 1.0)
    pictures = THUMBS if usual >= _ROOMY else THIN if usual >= _CLOSE else 0
    return round(pictures * text)
