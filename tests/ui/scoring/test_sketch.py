"""The drawings of what is seen: every item has one, every answer its own, with its score."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, ItemScore, Origin, Score, State
from gaitdesk.scoring.criteria import BANDS, OPTIONS
from gaitdesk.ui import theme
from gaitdesk.ui.scoring.figures import MIRRORED, draw_figure
from gaitdesk.ui.scoring.item_panel import ItemPanel
from gaitdesk.ui.scoring.sketch import ROWS, Sketch, given_answer, sketched
from tests.report import made

SEEN = sorted(OPTIONS)
SHEET = made.scoresheet(120)


def answer(item, direction, *, is_confirmed=False):
    score = OPTIONS[item][direction]
    return ItemScore(State.SCORED, Origin.RULES, score, direction, is_confirmed=is_confirmed)


def painted(item, direction, side=Side.RIGHT, colours=theme.LIGHT):
    image = QImage(120, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(colours.surface))
    painter = QPainter(image)
    draw_figure(painter, QRectF(image.rect()), item, direction, side, colours)
    painter.end()
    return image


def shown(qtbot, item, held, side=Side.LEFT):
    sketch = Sketch()
    qtbot.addWidget(sketch)
    sketch.show_item(side, item, held)
    sketch.resize(260, 240)
    return sketch.grab().toImage()


@pytest.mark.parametrize("item", list(Item))
def test_every_item_of_the_form_has_one_drawing(qtbot, appearance, item):
    panel = ItemPanel()
    qtbot.addWidget(panel)
    panel.show_cell((Side.RIGHT, item), SHEET)
    assert panel._dial.isHidden() is (item not in BANDS)
    assert panel._sketch.isHidden() is (item in BANDS)
    drawing = panel._dial if item in BANDS else panel._sketch
    drawing.resize(260, 240)
    full = drawing.grab().toImage()
    blank = QImage(full.size(), full.format())
    blank.fill(full.pixelColor(0, full.height() - 1))
    assert full != blank
    assert drawing.accessibleName()


@pytest.mark.parametrize("item", SEEN)
def test_every_published_answer_is_drawn_once(item):
    drawn = [one for row in ROWS[item] for one in row if one is not None]
    assert sorted(drawn) == sorted(OPTIONS[item])
    assert len({len(row) for row in ROWS[item]}) == 1


@pytest.mark.parametrize("item", SEEN)
@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_no_two_answers_look_alike(qapp, item, colours):
    pictures = [painted(item, one, colours=colours) for one in OPTIONS[item]]
    for place, picture in enumerate(pictures):
        assert all(picture != other for other in pictures[place + 1 :])


def test_limbs_are_mirrored_where_they_are_seen_from_the_front_or_behind(qapp):
    ground = QColor(theme.LIGHT.surface)

    def painted_points(image, xs):
        return sum(image.pixelColor(x, y) != ground for x in xs for y in range(image.height()))

    for item in MIRRORED:
        one = next(d for d, score in OPTIONS[item].items() if score is Score.MARKED)
        right, left = painted(item, one), painted(item, one, Side.LEFT)
        outer, inner = (painted_points(right, xs) for xs in (range(60), range(60, 120)))
        assert abs(outer - inner) > 0.1 * inner
        assert painted_points(left, range(60)) == pytest.approx(inner, rel=0.03)
        assert painted_points(left, range(60, 120)) == pytest.approx(outer, rel=0.03)


def test_the_trunk_leans_over_the_standing_limb_the_more_the_worse(qapp):
    """The head of a child on the right limb, seen from behind, goes to the right."""

    def head_x(direction):
        image = painted(Item.TRUNK_LATERAL_SHIFT, direction)
        ink = QColor(theme.LIGHT.ink)
        points = [
            x
            for y in range(4, 22)
            for x in range(120)
            if image.pixelColor(x, y).name() == ink.name().lower()
        ]
        return sum(points) / len(points)

    order = (Direction.REDUCED, Direction.NORMAL, Direction.MODERATE, Direction.MARKED)
    places = [head_x(one) for one in order]
    assert all(one < after for one, after in pairwise(places))


@pytest.mark.parametrize("item", SEEN)
def test_the_answer_given_stands_out_and_a_proposal_differs_from_what_is_confirmed(
    qtbot, appearance, item
):
    given = max(OPTIONS[item], key=lambda one: OPTIONS[item][one])
    none = shown(qtbot, item, None)
    proposed = shown(qtbot, item, answer(item, given))
    confirmed = shown(qtbot, item, answer(item, given, is_confirmed=True))
    assert none != proposed
    assert proposed != confirmed
    assert none != confirmed


def test_drawings_are_also_said():
    assert sketched(Item.INITIAL_CONTACT, None) == (
        "Drawings from the side: 0 heel; 1 flat foot; 2 toe."
    )
    held = answer(Item.INITIAL_CONTACT, Direction.TOE)
    assert sketched(Item.INITIAL_CONTACT, held).endswith("Proposed: toe.")
    held = answer(Item.INITIAL_CONTACT, Direction.TOE, is_confirmed=True)
    assert sketched(Item.INITIAL_CONTACT, held).endswith("Confirmed: toe.")


def test_without_a_score_no_answer_stands_out():
    assert given_answer(None) is None
    assert given_answer(SHEET.get(Side.RIGHT, Item.HEEL_LIFT)) is Direction.EARLY


def test_drawings_grow_with_the_text(qtbot, appearance):
    sketch = Sketch()
    qtbot.addWidget(sketch)
    sketch.show_item(Side.LEFT, Item.HEEL_LIFT, None)
    before = sketch.sizeHint()
    font = sketch.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    sketch.setFont(font)
    assert sketch.sizeHint().width() > 1.8 * before.width()
    assert sketch.sizeHint().height() > 1.8 * before.height()
