from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.ui.viewer.pairing import (
    axis_of,
    choices_for,
    cycle_near,
    first_pair,
    has_same_films,
    proposed_sync,
    slot_for,
)
from tests.report import made


@pytest.fixture(scope="module")
def analysis():
    return made.analysis(frames=60, height=90)


@pytest.fixture(scope="module")
def three_films(analysis):
    side, front = analysis.films
    other = replace(side, video=replace(side.video, path=Path("other-side.mp4")))
    return replace(analysis, films=(front, side, other), sync=())


def test_the_sagittal_film_comes_first_whatever_their_order(analysis, three_films):
    assert first_pair(analysis) == (0, 1)
    assert first_pair(three_films) == (1, 0)
    assert first_pair(replace(analysis, films=analysis.films[1:])) == (0,)


def test_another_film_takes_the_place_of_the_one_of_its_plane(three_films):
    assert slot_for(three_films, (1, 0), 2) == 0
    assert [index for index, _ in choices_for(three_films, 1)] == [1, 2]


def test_unrelated_films_start_together(analysis):
    unrelated = replace(analysis, sync=(Sync(0, 1, 3.0, 0.0, SyncSource.NONE),))
    for one in (unrelated, replace(analysis, sync=())):
        assert axis_of(one, (0, 1)).to_axis(1, 0.0) == 0.0
        assert proposed_sync(one, (0, 1)) is None


def test_what_a_person_stated_is_shown_but_is_no_proposal(analysis):
    stated = Sync(0, 1, 0.4, 1.0, SyncSource.USER)
    one = replace(analysis, sync=(stated,))
    assert axis_of(one, (0, 1)).sync == stated
    assert proposed_sync(one, (0, 1)) is None
    assert proposed_sync(analysis, (0, 1)) == analysis.sync[0]


def test_the_cycle_around_a_moment_is_found_or_else_the_nearest(analysis):
    axis = axis_of(analysis, (0, 1))
    assert cycle_near(analysis, (0, 1), axis, 0.2) == pytest.approx((0.1, 1.1))
    assert cycle_near(analysis, (0, 1), axis, 9.0) == pytest.approx((0.6, 1.6))
    assert cycle_near(replace(analysis, cycles=()), (0, 1), axis, 0.2) is None


def test_other_findings_in_the_same_films_are_known_as_such(analysis, three_films):
    assert has_same_films(analysis, replace(analysis, cycles=()))
    assert not has_same_films(analysis, three_films)
    assert not has_same_films(None, analysis)
