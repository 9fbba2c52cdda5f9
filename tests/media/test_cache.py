from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.media.cache import CachedVideo, FrameCache
from gaitdesk.media.video import probe
from tests.media.corpus import HEIGHT, KINDS, WIDTH, make, number_in, numbered

FRAME_BYTES = WIDTH * HEIGHT * 3


@given(st.lists(st.integers(0, 30), max_size=60))
def test_a_cache_keeps_its_bound_and_the_frames_used_last(numbers):
    cache = FrameCache(5 * FRAME_BYTES)
    for number in numbers:
        cache.put(number, numbered(number))
        assert cache.used_bytes == len(cache) * FRAME_BYTES <= cache.limit_bytes
    last = list(dict.fromkeys(reversed(numbers)))[:5]
    assert all(number in cache for number in last)


def test_looking_at_a_frame_keeps_it_longer():
    cache = FrameCache(2 * FRAME_BYTES)
    cache.put(1, numbered(1))
    cache.put(2, numbered(2))
    cache.get(1)
    cache.put(3, numbered(3))
    assert 1 in cache
    assert 2 not in cache


def test_frames_kept_for_the_eye_are_small_and_alike():
    cache = FrameCache(is_exact=False)
    cache.put(9, numbered(9))
    image = cache.get(9)
    assert image is not None
    assert number_in(image) == 9
    assert np.abs(image.astype(int) - numbered(9)).mean() < 3
    assert cache.used_bytes < FRAME_BYTES / 4


def test_a_frame_larger_than_the_cache_is_not_kept():
    cache = FrameCache(100)
    cache.put(0, numbered(0))
    assert len(cache) == 0


def test_kept_frames_cannot_be_drawn_on():
    cache = FrameCache()
    cache.put(0, numbered(0))
    image = cache.get(0)
    assert image is not None
    with pytest.raises(ValueError, match="read-only"):
        image[0] = 0


def test_threads_do_not_lose_count():
    cache = FrameCache(8 * FRAME_BYTES)

    def use(seed: int) -> None:
        for number in np.random.default_rng(seed).integers(0, 20, 200):
            if cache.get(int(number)) is None:
                cache.put(int(number), numbered(int(number)))

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.used_bytes == len(cache) * FRAME_BYTES <= cache.limit_bytes


@pytest.mark.parametrize("limit_bytes", [1_000_000_000, 12 * FRAME_BYTES])
def test_stepping_about_shows_the_right_frames(limit_bytes, tmp_path):
    film = probe(make(KINDS[0], tmp_path, 90))
    with CachedVideo(film, limit_bytes) as video:
        for number in (40, 41, 40, 39, 15, 14, 89, 0, 88):
            assert number_in(video.frame(number)) == number
        assert video.cache.used_bytes <= limit_bytes
        with pytest.raises(IndexError):
            video.frame(90)


def test_what_lies_around_a_frame_looked_at_is_kept(tmp_path):
    film = probe(make(KINDS[0], tmp_path, 90))
    with CachedVideo(film) as video:
        video.frame(50)
        assert all(number in video.cache for number in range(30, 56))
