"""Who is who, and who is the patient, among people who move by formula."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.shapes import Point
from gaitdesk.perception.model import PersonPose, Region
from gaitdesk.perception.people import Sighting, colour_difference
from gaitdesk.perception.track import (
    Trail,
    choose_patient,
    is_choice_close,
    is_somebody_else,
    link,
    most_at_once,
)
from gaitdesk.perception.whereabouts import agree, expected_regions

WIDTH, HEIGHT, STEP = 1280, 720, 15
TIMES_S = np.arange(300) / 60.0


def clothes(which: int):
    bins = np.zeros((2, 18))
    bins[:, [which, 6 + which, 12 + which]] = 1 / 3
    return bins


def person(frame: int, x: float, body_px: float, which: int, y: float = 400.0) -> Sighting:
    region = Region(x, y, body_px * 2.5)
    pose = PersonPose(np.full((23, 2), np.nan), np.zeros(23), 1.0, region, region)
    return Sighting(frame, pose, clothes(which))


def film(*people):
    """Sightings of everyone in every look; each person is a function of the frame."""
    return [
        [seen for each in people if (seen := each(frame)) is not None]
        for frame in range(0, len(TIMES_S), STEP)
    ]


def walker(frame):
    return person(frame, 100 + 3.5 * frame, 300.0, 1)


def jumper(frame):
    return person(frame, 500, 350.0 + 60 * (frame // STEP % 2), 2, 300.0 - 80 * (frame // STEP % 2))


def onlooker(frame):
    return person(frame, 900, 400.0, 3)


def choose(looks, **how):
    trails = link(looks, TIMES_S)
    return trails, choose_patient(trails, WIDTH, HEIGHT, **how)


def test_the_one_who_walks_is_the_patient_not_the_one_who_jumps_or_looks_on():
    looks = film(jumper, walker, onlooker)
    trails, patient = choose(looks)
    assert len(trails) == 3
    assert {each.colours[0].argmax() for each in patient[0].sightings} == {1}
    assert len(patient[0].sightings) == len(looks)
    assert most_at_once(looks, trails) == 3
    assert not is_choice_close(trails, patient, WIDTH, HEIGHT)


def test_people_who_pass_each_other_keep_their_names():
    def other(frame):
        return person(frame, 1150 - 3.5 * frame, 300.0, 4)

    _, patient = choose(film(walker, other), choose=Point(1150, 400))
    assert {each.colours[0].argmax() for each in patient[0].sightings} == {4}


def test_one_who_comes_towards_the_camera_walks_although_they_stay_in_the_middle():
    def coming(frame):
        return person(frame, 640, 150.0 + 0.8 * frame, 1)

    _, patient = choose(film(onlooker, coming))
    assert {each.colours[0].argmax() for each in patient[0].sightings} == {1}


def test_of_an_adult_and_a_child_who_walk_together_the_child_is_the_patient():
    def child(frame):
        return person(frame, 160 + 3.5 * frame, 210.0, 5, 450.0)

    trails, patient = choose(film(walker, child))
    assert {each.colours[0].argmax() for each in patient[0].sightings} == {5}
    assert is_choice_close(trails, patient, WIDTH, HEIGHT)


def test_a_point_chooses_whoever_is_there_first():
    _, patient = choose(film(jumper, walker, onlooker), choose=Point(905, 410))
    assert {each.colours[0].argmax() for each in patient[0].sightings} == {3}


def test_a_point_in_a_frame_chooses_whoever_is_there_then():
    def other(frame):
        return person(frame, 1150 - 3.5 * frame, 300.0, 4)

    looks = film(walker, other)
    # Both pass this place: the walker in frame 30, the other in frame 270.
    place = Point(205, 400)
    for frame, which in ((None, 1), (30, 1), (270, 4)):
        _, patient = choose(looks, choose=place, frame=frame)
        assert {each.colours[0].argmax() for each in patient[0].sightings} == {which}


def test_whoever_leaves_over_the_edge_and_comes_back_is_one_person():
    def there_and_back(frame):
        if frame < 120:
            return person(frame, 100 + 9.5 * frame, 300.0, 1)
        return person(frame, 1240 - 9.5 * (frame - 220), 300.0, 1) if frame > 220 else None

    _, patient = choose(film(there_and_back))
    assert len(patient) == 2


def test_someone_else_in_other_clothes_is_not_the_patient_come_back():
    def first(frame):
        return person(frame, 100 + 9.5 * frame, 300.0, 1) if frame < 120 else None

    def second(frame):
        return person(frame, 1240 - 5 * (frame - 220), 300.0, 4) if frame > 220 else None

    _, patient = choose(film(first, second))
    assert len(patient) == 1


def test_nobody_is_nobody():
    trails, patient = choose([[], [], []])
    assert patient == []
    assert most_at_once([[]], trails) == 0


def test_people_are_expected_between_their_sightings_and_a_little_beyond():
    def late(frame):
        return walker(frame) if 60 <= frame <= 200 else None

    _, patient = choose(film(late))
    expected = expected_regions(patient, 300, STEP)
    there = [frame for frame, region in enumerate(expected) if region is not None]
    assert there == list(range(45, 211))
    for frame in (45, 67, 100, 205):
        region = expected[frame]
        assert region is not None
        assert region.x == pytest.approx(100 + 3.5 * frame)
        assert agree(walker(frame).pose.region, region)
        assert not agree(walker(frame + 60).pose.region, region)


def test_colours_differ_from_nought_to_one():
    assert colour_difference(clothes(1), clothes(1)) == 0.0
    assert colour_difference(clothes(1), clothes(3)) == 1.0


def test_only_who_is_seen_beside_the_patient_is_surely_somebody_else():
    frames = range(0, 120, STEP)
    patient = [Trail([walker(frame) for frame in frames])]
    passer_by = Trail([onlooker(frame) for frame in frames])
    second_reading = Trail([person(frame, 120 + 3.5 * frame, 240.0, 2) for frame in frames])
    met_once = Trail([onlooker(0), onlooker(150)])
    assert is_somebody_else(passer_by, patient)
    assert not is_somebody_else(second_reading, patient)
    assert not is_somebody_else(met_once, patient)
