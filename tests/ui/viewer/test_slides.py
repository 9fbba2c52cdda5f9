from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.perception.overlay import MASK_COLOUR
from gaitdesk.ui.viewer.following import Cut, whereabouts
from gaitdesk.ui.viewer.framing import Framing
from gaitdesk.ui.viewer.slides import Showing, Staging, fitted, slide_of

WIDTH, HEIGHT = 320, 180


def ramp(width=WIDTH, height=HEIGHT):
    """A picture whose red grows to the right and green downwards, evenly."""
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.linspace(0, 250, width)
    image[..., 1] = np.linspace(0, 250, height)[:, None]
    image[..., 2] = 40
    return image


@given(
    scale=st.floats(0.1, 5.5),
    x=st.floats(0, WIDTH),
    y=st.floats(0, HEIGHT),
    pane=st.tuples(st.integers(40, 300), st.integers(40, 300)),
)
def test_every_pixel_of_the_pane_shows_what_lies_there(scale, x, y, pane):
    framing = Framing(scale, pane[0] / 2 - scale * x, pane[1] / 2 - scale * y)
    slide = slide_of(ramp(), Showing(pane, framing))
    rows, columns = slide.pixels.shape[:2]
    assert slide.left >= 0
    assert slide.top >= 0
    assert slide.left + columns <= pane[0]
    assert slide.top + rows <= pane[1]
    across, _ = framing.to_video(slide.left + np.arange(columns) + 0.5, 0.0)
    _, down = framing.to_video(0.0, slide.top + np.arange(rows) + 0.5)
    # A place may be off by half a pixel of the screen, and the picture has 256 steps.
    slack = 250 / WIDTH * (0.75 / scale + 0.75) + 1.5
    red = 250 * np.clip(across - 0.5, 0, WIDTH - 1) / (WIDTH - 1)
    green = 250 * np.clip(down - 0.5, 0, HEIGHT - 1) / (HEIGHT - 1)
    assert np.abs(slide.pixels[..., 2] - red).max(initial=0) <= slack
    assert np.abs(slide.pixels[..., 1] - green[:, None]).max(initial=0) <= slack * WIDTH / HEIGHT
    assert (slide.pixels[..., 3] == 255).all()


@given(scale=st.floats(0.1, 5.5), pane=st.tuples(st.integers(40, 300), st.integers(40, 300)))
def test_a_slide_covers_all_of_the_pane_that_the_picture_does(scale, pane):
    framing = Framing(scale, 0.0, 0.0).held((WIDTH, HEIGHT), pane)
    slide = slide_of(ramp(), Showing(pane, framing))
    rows, columns = slide.pixels.shape[:2]
    assert columns == pytest.approx(min(pane[0], scale * WIDTH), abs=1.5 + 4 * scale)
    assert rows == pytest.approx(min(pane[1], scale * HEIGHT), abs=1.5 + 4 * scale)
    if scale * WIDTH > pane[0] + 1 and scale * HEIGHT > pane[1] + 1 and scale >= 0.5:
        assert slide.fills_pane


def test_a_picture_as_large_as_its_pane_is_not_touched():
    image = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    slide = slide_of(image, Showing((WIDTH, HEIGHT), Framing(1.0, 0.0, 0.0)))
    assert np.array_equal(slide.pixels[..., [2, 1, 0]], image)
    assert slide.fills_pane


def test_a_cut_is_the_same_as_the_part_of_the_whole():
    image = cv2.GaussianBlur(
        np.random.default_rng(2).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8), (0, 0), 2
    )
    scale = 2.0
    large = cv2.resize(image, (round(scale * WIDTH), round(scale * HEIGHT)))
    slide = slide_of(image, Showing((200, 100), Framing(scale, -105.0, -84.0)))
    part = large[84:184, 105:305, ::-1].astype(int)
    assert np.abs(slide.pixels[..., :3] - part).max() <= 1


def test_single_pixels_are_shown_sharp_when_they_are_large():
    image = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    slide = slide_of(image, Showing((160, 160), Framing(16.0, -320.0, -160.0)))
    assert np.array_equal(slide.pixels[8::16, 8::16, 2::-1], image[10:20, 20:30])
    assert np.array_equal(slide.pixels[1::16, 1::16, 2::-1], image[10:20, 20:30])


def test_a_picture_moved_out_of_the_pane_leaves_nothing():
    slide = slide_of(ramp(), Showing((100, 100), Framing(1.0, 400.0, 0.0)))
    assert slide.pixels.size == 0
    assert not slide.fills_pane


def test_a_mask_is_tinted_where_it_is_and_nowhere_else():
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[60:120, 100:160] = True
    mask[80:100, 120:140] = False
    showing = Showing((400, 300), Framing(2.5, -150.0, -75.0), FrameMask.of(mask), 0.5)
    slide = slide_of(image, showing)
    tinted = 90 + (np.array([MASK_COLOUR.blue, MASK_COLOUR.green, MASK_COLOUR.red]) - 90) * 0.5

    def at(x, y):
        left, top = showing.framing.to_pane(x, y)
        return slide.pixels[int(top) - slide.top, int(left) - slide.left, :3]

    assert at(110, 70) == pytest.approx(tinted, abs=2)
    assert at(150, 110) == pytest.approx(tinted, abs=2)
    for x, y in ((90, 90), (130, 90), (170, 115), (110, 50)):
        assert (at(x, y) == 90).all()


def test_a_mask_outside_the_cut_changes_nothing():
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[10:30, 10:30] = True
    framing = Framing(4.0, -800.0, -300.0)
    plain = slide_of(ramp(), Showing((200, 200), framing))
    tinted = slide_of(ramp(), Showing((200, 200), framing, FrameMask.of(mask), 0.5))
    assert np.array_equal(plain.pixels, tinted.pixels)


def test_a_slide_cannot_be_written_to():
    slide = slide_of(ramp(), Showing((100, 100), Framing(1.0, 0.0, 0.0)))
    with pytest.raises(ValueError, match="read-only"):
        slide.pixels[:] = np.uint8(0)


def test_a_fine_pattern_becomes_grey_and_does_not_flicker():
    board = np.indices((400, 400)).sum(axis=0) % 2 * 255
    image = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    small = fitted(image, 90, 90)
    assert small.shape == (90, 90, 3)
    assert np.ptp(small) < 40


def test_frames_follow_the_child_unless_put_by_hand(walk):
    film = walk.films[0]
    where = whereabouts(film)
    size, room = (film.video.width, film.video.height), (300.0, 400.0)
    follows = Staging(size, room, 2.0, cut=Cut.LEGS, whereabouts=where)
    assert follows.framing(5) == where.framing(5, Cut.LEGS, size, room)
    assert follows.showing(5).pane_px == (600, 800)
    assert follows.showing(5).framing.scale == 2.0 * follows.framing(5).scale
    assert follows.framing(None) == follows.whole
    by_hand = Framing(3.0, -10.0, -20.0)
    held = Staging(size, room, by_hand=by_hand, cut=Cut.LEGS, whereabouts=where)
    assert held.framing(5) == held.framing(9) == by_hand


def test_another_mask_makes_another_showing(walk):
    video = walk.films[0].video
    masks = [FrameMask.of(np.ones((4, 4), np.bool_)) for _ in range(3)]
    track = MaskTrack(video.width, video.height, (masks[0], masks[1]))
    edited = MaskTrack(video.width, video.height, (masks[0], masks[2]))
    size, room = (video.width, video.height), (300.0, 200.0)
    one = Staging(size, room, masks=track, opacity=0.4)
    other = Staging(size, room, masks=edited, opacity=0.4)
    assert one.showing(0) == other.showing(0)
    assert one.showing(1) != other.showing(1)
    assert one.showing(2).mask is None
