from __future__ import annotations

import pytest

from gaitdesk.ui.viewer.timeline_room import pictures_height
from gaitdesk.ui.viewer.tracks import THIN, THUMBS


@pytest.mark.parametrize(
    ("height", "text", "is_column", "expected"),
    [
        (620, 1.0, False, THUMBS),
        (560, 1.0, False, THIN),
        (400, 1.0, False, 0),
        (620, 1.0, True, THIN),
        (620, 1.5, False, 0),
        (900, 1.5, False, round(1.5 * THUMBS)),
    ],
)
def test_a_lower_viewer_has_a_thin_strip_of_pictures_and_a_low_one_none(
    height, text, is_column, expected
):
    assert pictures_height(height, text, is_column=is_column) == expected
