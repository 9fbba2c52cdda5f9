"""The themes: every text can be read on its ground, and every line be seen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Score
from gaitdesk.ui import theme
from gaitdesk.ui.theme import DARK, LIGHT, contrast, em

TEXT, LINE = 4.5, 3.0
THEMES = pytest.mark.parametrize("worn", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)


def test_contrast_of_a_colour_with_itself_is_1():
    assert contrast("#336699", "#336699") == 1.0


def test_contrast_of_a_known_grey():
    # The lightest grey that WCAG lets stand as text on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@THEMES
@pytest.mark.parametrize("ground", ["window", "surface", "raised", "hover", "chosen"])
@pytest.mark.parametrize("ink", ["ink", "soft", "left", "right", "marked_line"])
def test_text_can_be_read_on_every_ground(worn, ground, ink):
    assert contrast(getattr(worn, ink), getattr(worn, ground)) >= TEXT


@THEMES
@pytest.mark.parametrize(
    ("ink", "ground"),
    [("on_accent", "accent"), ("on_warning", "warning"), ("on_error", "error"), ("ink", "band")],
)
def test_text_can_be_read_on_coloured_grounds(worn, ink, ground):
    assert contrast(getattr(worn, ink), getattr(worn, ground)) >= TEXT


@THEMES
@pytest.mark.parametrize("score", list(Score))
def test_scores_can_be_read_filled_and_outlined(worn, score):
    assert contrast(worn.score_ink(score), worn.score_ground(score)) >= TEXT
    assert contrast(worn.score_line(score), worn.surface) >= LINE


@THEMES
@pytest.mark.parametrize("line", ["outline", "focus", "good"])
@pytest.mark.parametrize("ground", ["window", "surface", "hover"])
def test_lines_that_mean_something_can_be_seen(worn, line, ground):
    assert contrast(getattr(worn, line), getattr(worn, ground)) >= LINE


@THEMES
@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
def test_a_button_that_is_on_has_a_bar_at_its_foot_that_can_be_seen(qtbot, appearance, worn, kind):
    appearance.choose(worn)
    button = kind()
    qtbot.addWidget(button)
    button.setText("Erase")
    button.setCheckable(True)
    button.resize(120, 40)
    off = button.grab().toImage()
    button.setChecked(True)
    on = button.grab().toImage()
    bar = on.pixelColor(60, 38).name()
    assert bar == worn.accent.lower()
    assert off.pixelColor(60, 37).name() != on.pixelColor(60, 37).name() == bar
    assert contrast(bar, on.pixelColor(60, 5).name()) >= LINE
    assert min(contrast(bar, ground) for ground in (worn.window, worn.surface)) >= LINE


@THEMES
@pytest.mark.parametrize("side", list(Side))
def test_curves_can_be_seen_over_the_norm(worn, side):
    assert contrast(worn.side(side), worn.band) >= LINE


def seen_without_red_or_green(colour, is_red_missing):
    """What a colour looks like to a colour-blind eye (Vienot et al. 1999), as linear RGB."""
    linear = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
    red, green, blue = linear
    if is_red_missing:
        mixed = 0.11238 * red + 0.88762 * green
        return mixed, mixed, 0.00401 * red - 0.00401 * green + blue
    mixed = 0.29275 * red + 0.70725 * green
    return mixed, mixed, -0.02234 * red + 0.02234 * green + blue


@THEMES
@pytest.mark.parametrize("is_red_missing", [True, False])
def test_colour_blind_eyes_tell_scores_and_limbs_apart(worn, is_red_missing):
    pairs = [
        (worn.normal, worn.moderate),
        (worn.moderate, worn.marked),
        (worn.normal, worn.marked),
        (worn.left, worn.right),
    ]
    for one, other in pairs:
        seen = [seen_without_red_or_green(colour, is_red_missing) for colour in (one, other)]
        gap = sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5
        assert gap > 0.06


def test_everything_grows_with_the_text(qtbot, appearance):
    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()
    before, height = em(label, 10), label.sizeHint().height()
    appearance.set_text_share(2.0)
    assert em(label, 10) == pytest.approx(2 * before, abs=10)
    assert label.sizeHint().height() > 1.7 * height
    assert QFontInfo(label.font()).family() == theme.FONT_FAMILIES[0]


def test_text_stays_within_bounds(appearance):
    appearance.set_text_share(9.0)
    assert appearance.text_share == theme.LARGEST_TEXT
    appearance.set_text_share(0.1)
    assert appearance.text_share == theme.SMALLEST_TEXT


def test_choosing_a_theme_is_announced(qtbot, appearance):
    with qtbot.waitSignal(appearance.changed) as changed:
        appearance.choose(DARK)
    assert changed.args == [DARK]
    assert theme.current() is DARK
