"""A drawing is made anew when it would look otherwise, and only then."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from gaitdesk.ui.parts.drawn import Drawn
from gaitdesk.ui.theme import DARK, LIGHT


class Word(QWidget):
    """Shows a word, and counts how often it was drawn."""

    def __init__(self):
        super().__init__()
        self.word, self.times, self.height_drawn = "one", 0, None
        self._drawn = Drawn(self)

    def paintEvent(self, event):  # noqa: N802
        self._drawn.paint((self.word,), self.draw, self.height_drawn)

    def draw(self, painter):
        self.times += 1
        painter.drawText(self.rect(), self.word)


@pytest.fixture
def word(qtbot, appearance):
    appearance.choose(LIGHT)
    word = Word()
    qtbot.addWidget(word)
    word.resize(80, 30)
    word.grab()
    return word


def top_of(image):
    """The first row of a picture in which there is ink."""
    ground = image.pixelColor(image.width() - 1, image.height() - 1).lightness()
    return next(
        y
        for y in range(image.height())
        if any(image.pixelColor(x, y).lightness() < ground - 60 for x in range(image.width()))
    )


def test_what_looks_as_before_is_not_drawn_again(word):
    before = word.times
    word.grab()
    assert word.times == before


def test_a_drawing_of_one_height_stands_in_the_middle_whatever_room_it_has(word):
    word.height_drawn = 20
    first = top_of(word.grab().toImage())
    before = word.times
    word.resize(80, 40)
    assert top_of(word.grab().toImage()) == first + 5
    assert word.times == before


@pytest.mark.parametrize(
    "change",
    [
        lambda word: setattr(word, "word", "two"),
        lambda word: word.resize(90, 30),
        lambda word: word.setStyleSheet("font-weight: bold"),
    ],
)
def test_what_looks_otherwise_is_drawn_anew(word, change):
    before = word.times
    change(word)
    word.grab()
    assert word.times > before


def test_it_follows_the_theme(word, appearance):
    appearance.choose(DARK)
    assert word.grab().toImage().pixelColor(79, 29) == QColor(DARK.surface)


def test_it_looks_as_if_drawn_directly(word):
    kept = word.grab().toImage()
    direct = word.grab()
    direct.fill(QColor(LIGHT.surface))
    painter = QPainter(direct)
    painter.setFont(word.font())
    word.draw(painter)
    painter.end()
    assert kept == direct.toImage().convertToFormat(kept.format())
