"""What a quick look at a film says on its card, and for which items."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import Item
from gaitdesk.ui.patients.seen import SMALL_PX, items_of, seen_findings
from tests.jobs.glances import Walker, glance

SIDE = Walker()
FRONT = Walker((640, 300), (640, 420), (240, 400), turned_deg=85.0, step=0.1)


def said(seen, plane=Plane.SAGITTAL, chosen=None):
    return seen_findings(seen, plane, chosen)


def test_nothing_is_wrong_with_good_films():
    assert said(glance(SIDE)) == ()
    assert said(glance(FRONT), Plane.CORONAL) == ()


@pytest.mark.parametrize(
    ("walker", "plane", "words"),
    [(FRONT, Plane.SAGITTAL, "from the front or behind"), (SIDE, Plane.CORONAL, "from the side")],
)
def test_a_film_of_the_other_plane_is_told_with_all_its_items(walker, plane, words):
    one = said(glance(walker), plane)[0]
    assert f"looks like a film {words}" in one.text
    assert "Choose the other view" in one.text
    assert one.items == items_of(plane)
    assert len(one.items) == {Plane.SAGITTAL: 11, Plane.CORONAL: 6}[plane]


def test_who_goes_far_across_the_picture_is_not_filmed_from_the_front():
    (one,) = said(glance(replace(SIDE, turned_deg=60.0)))
    assert "60° aside of a true side view" in one.text


def test_an_oblique_camera_is_told_by_its_degrees():
    (one,) = said(glance(replace(SIDE, turned_deg=42.0)))
    assert "42° aside" in one.text
    (one,) = said(glance(replace(FRONT, turned_deg=36.0)), Plane.CORONAL)
    assert "54° aside" in one.text


@pytest.mark.parametrize("plane", list(Plane))
def test_a_small_child_matters_for_the_foot(plane):
    walker = SIDE if plane is Plane.SAGITTAL else FRONT
    small = replace(walker, tall=tuple(0.45 * one for one in walker.tall))
    one = next(one for one in said(glance(small), plane) if "pixels tall" in one.text)
    assert f"{SMALL_PX:.0f} are needed" in one.text
    assert (
        one.items[0]
        is {
            Plane.SAGITTAL: Item.INITIAL_CONTACT,
            Plane.CORONAL: Item.HINDFOOT_VARUS_VALGUS,
        }[plane]
    )


def test_nobody_seen_is_all_that_is_said():
    (one,) = said(glance())
    assert "Nobody is seen in 12 picture" in one.text
    assert one.items == items_of(Plane.SAGITTAL)


def test_two_people_ask_for_a_choice_until_there_is_one():
    seen = glance(SIDE, Walker((200, 330), (205, 330), colour=3))
    (one,) = said(seen)
    assert "2 people" in one.text
    assert "click on the child" in one.text
    walker = next(i for i, who in enumerate(seen.choices) if who.centre.x > 210)
    assert said(seen, chosen=seen.choices[walker].centre) == ()


def test_a_walk_too_short_for_two_strides_is_told_in_seconds():
    (one,) = said(glance(SIDE, shown=range(4, 7)))
    assert "1.5 s" in one.text
    assert "1.5 stride" in one.text


def test_a_child_that_is_never_whole_is_told():
    low = replace(SIDE, start=(250, 600), end=(1030, 600))
    assert "never in the picture from head to feet" in said(glance(low))[0].text


def test_that_the_film_itself_is_short_is_not_said_twice():
    assert said(glance(SIDE, seconds=1.5)) == ()


def test_who_stands_makes_no_cycles_but_a_treadmill_does():
    standing = replace(SIDE, end=(300.0, 360.0), step=0.1)
    assert "hardly gets anywhere" in said(glance(standing))[0].text
    assert said(glance(replace(standing, step=0.4))) == ()
    far = replace(FRONT, tall=(300, 310))
    assert "unless it walks on a treadmill" in said(glance(far), Plane.CORONAL)[0].text


def test_a_moving_camera_is_told_and_an_unknown_one_is_not():
    (one,) = said(glance(SIDE, is_camera_fixed=False))
    assert "camera moves" in one.text
    assert Item.TRUNK_LATERAL_SHIFT in one.items
    assert said(glance(SIDE, is_camera_fixed=None)) == ()
