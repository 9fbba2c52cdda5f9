"""What an import card says of a film, and for which items it matters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.recording import Video
from gaitdesk.ui.patients.findings import (
    findings,
    guessed_plane,
    matters_words,
    missing_planes,
)


def film(fps=60.0, seconds=5.0, width=1280, height=720, **more):
    """A film by numbers."""
    return Video(Path("walk.mp4"), np.arange(round(fps * seconds)) / fps, width, height, **more)


def texts(video, plane=Plane.SAGITTAL):
    return " ".join(one.text for one in findings(video, plane))


@pytest.mark.parametrize("plane", list(Plane))
def test_nothing_is_wrong_with_a_good_film(plane):
    assert findings(film(), plane) == ()


def test_a_slow_film_matters_for_what_is_decided_by_a_moment():
    (one,) = findings(film(fps=30.0), Plane.SAGITTAL)
    assert set(one.items) == {
        Item.INITIAL_CONTACT,
        Item.HEEL_LIFT,
        Item.TERMINAL_SWING_KNEE,
    }
    assert not one.is_fatal
    assert "30" in one.text


def test_a_slow_film_from_the_front_matters_for_nothing():
    assert findings(film(fps=30.0), Plane.CORONAL) == ()


def test_too_slow_and_too_short_films_cannot_be_analysed():
    assert any(one.is_fatal for one in findings(film(fps=12.0), Plane.SAGITTAL))
    assert any(one.is_fatal for one in findings(film(seconds=0.2), Plane.SAGITTAL))


def test_uneven_times_and_a_turn_are_told():
    video = film()
    times_s = video.times_s.copy()
    times_s[10:] += 0.03
    said = texts(replace(video, times_s=times_s, rotation_deg=90))
    assert "uneven" in said
    assert "90°" in said


def test_a_small_picture_matters_for_the_foot():
    (one,) = findings(film(width=640, height=360), Plane.SAGITTAL)
    assert Item.FOOT_CLEARANCE in one.items


def test_what_the_decoder_said_is_passed_on():
    assert "cut short" in texts(film(notes=("The film was cut short.",)))


def test_a_plane_without_film_is_told_with_its_items():
    (one,) = missing_planes([Plane.CORONAL])
    assert len(one.items) == 11
    (one,) = missing_planes([Plane.SAGITTAL])
    assert len(one.items) == 6
    assert missing_planes(list(Plane)) == ()


@pytest.mark.parametrize(
    ("name", "taken", "plane"),
    [
        ("child-front.mp4", (), Plane.CORONAL),
        ("Side view.MOV", (Plane.SAGITTAL,), Plane.SAGITTAL),
        ("0001-0001_backward_203-514.mp4", (), Plane.CORONAL),
        ("IMG_0001.mov", (), Plane.SAGITTAL),
        ("IMG_0002.mov", (Plane.SAGITTAL,), Plane.CORONAL),
    ],
)
def test_the_view_is_guessed_from_the_name(name, taken, plane):
    assert guessed_plane(Path(name), taken) is plane


def test_items_are_named_by_their_numbers():
    assert "1, 2, 10" in matters_words(
        (Item.INITIAL_CONTACT, Item.HEEL_LIFT, Item.TERMINAL_SWING_KNEE)
    )
    assert matters_words(()) == ""
