from __future__ import annotations

import gc
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitdesk.media.places import Places

SHAPE = (72, 128, 3)


def address(image):
    return image.__array_interface__["data"][0]


def test_a_picture_gets_the_place_of_one_that_is_gone():
    places = Places()
    first = places.take(SHAPE)
    where = address(first)
    del first
    assert address(places.take(SHAPE)) == where


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), max_size=40))
def test_pictures_never_share_memory_while_they_are_looked_at(shapes):
    places = Places()
    held = []
    for number, shape in enumerate(shapes):
        image = places.take((*shape, 3))
        assert image.shape == (*shape, 3)
        image[:] = number % 256
        held.append((number, image))
        if number % 3 == 2:
            del held[number % len(held)], image
    assert all((image == number % 256).all() for number, image in held)


@pytest.mark.parametrize(
    "look", [lambda x: x[3:9], lambda x: x.ravel(), lambda x: x.data, np.asarray]
)
def test_a_part_keeps_the_place_of_the_whole(look):
    places = Places()
    image = places.take(SHAPE)
    where = address(image)
    part = look(image)
    del image
    assert address(places.take(SHAPE)) != where
    del part
    gc.collect()
    assert where in [address(one) for one in [places.take(SHAPE) for _ in range(3)]]


def test_a_place_outlives_what_gave_it():
    places = Places()
    image = places.take(SHAPE)
    image[:] = 7
    places.clear()
    del places
    assert (image == 7).all()


def test_memory_held_for_later_stays_within_its_bound():
    places = Places(spare_bytes=20_000_000)
    held = [places.take((400, 500, 3)) for _ in range(100)]
    others = [places.take((300, 400, 4)) for _ in range(3)]
    held.clear()
    assert 0 < places.spare_bytes <= 20_000_000
    others.clear()
    assert 0 < places.spare_bytes <= 20_000_000
    places.clear()
    assert places.spare_bytes == 0


def test_an_empty_picture_needs_no_place():
    assert Places().take((0, 20, 4)).shape == (0, 20, 4)


def test_threads_do_not_get_the_same_place():
    places = Places()
    wrong = []

    def use(mark):
        for _ in range(300):
            image = places.take(SHAPE)
            image[:] = mark
            if not (image == mark).all():
                wrong.append(mark)

    threads = [threading.Thread(target=use, args=(mark,)) for mark in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
