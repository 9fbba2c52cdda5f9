from __future__ import annotations

from pathlib import Path

import pytest

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.recording import SyncSource, Video
from gaitdesk.jobs.analysing import synchronize, with_gait
from gaitdesk.scoring.calibration import PUBLISHED
from tests.media.two_cameras import shifted_pair

OFFSET_S = 0.8


@pytest.fixture(scope="module")
def both_films() -> list[FilmAnalysis]:
    pair = shifted_pair(OFFSET_S, fps=(60.0, 50.0), unevenness=0.06, noise_px=1.0)
    return [
        with_gait(
            FilmAnalysis(Video(Path("made.mp4"), times_s, 1280, 720), plane, pose),
            True,
            PUBLISHED,
            Patient(),
        )
        for (times_s, pose), plane in zip(pair, (Plane.SAGITTAL, Plane.CORONAL), strict=True)
    ]


def test_the_films_are_related_by_motion_and_their_events_bear_it_out(both_films):
    (link,) = synchronize(both_films, None)
    assert link.source is SyncSource.MOTION
    assert link.offset_s == pytest.approx(OFFSET_S, abs=1 / 60)
    assert link.residual_ms is not None
    assert link.residual_ms < 100.0
    assert link.drift_error_ms is not None


def test_events_tell_what_the_offset_a_user_states_is_worth(both_films):
    rests_ms = {}
    for stated_s in (OFFSET_S, OFFSET_S + 0.24):
        (link,) = synchronize(both_films, stated_s)
        assert (link.source, link.offset_s) == (SyncSource.USER, stated_s)
        rests_ms[stated_s] = link.residual_ms
    assert rests_ms[OFFSET_S] < rests_ms[OFFSET_S + 0.24]


def test_a_front_view_in_which_nobody_walks_has_no_events_to_compare(both_films):
    side, front = both_films
    standing = FilmAnalysis(front.video, front.plane, front.pose)
    (link,) = synchronize([side, standing], None)
    assert link.residual_ms is None
    assert link.offset_s == pytest.approx(OFFSET_S, abs=1 / 60)
