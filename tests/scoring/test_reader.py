from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, Reason, State
from gaitdesk.domain.gait import Variable
from gaitdesk.gait.angles import sagittal_angles, track_of
from gaitdesk.gait.cycles import find_cycles
from gaitdesk.gait.direction import find_passes
from gaitdesk.gait.events import find_events
from gaitdesk.scoring.calibration import PUBLISHED
from gaitdesk.scoring.examples import NEVER
from gaitdesk.scoring.reader import propose, read_cycles
from tests.made import StickWalk


def side_film(walk: StickWalk) -> tuple[FilmAnalysis, tuple]:
    pose, video = walk.pose(), walk.video(Path("side.mp4"))
    passes = find_passes(pose, video.times_s, Plane.SAGITTAL)
    events = find_events(pose, video.times_s, passes[0])
    film = FilmAnalysis(
        video,
        Plane.SAGITTAL,
        pose,
        passes=passes,
        events=events,
        angles=sagittal_angles(pose, video.times_s, passes),
    )
    return film, find_cycles(events, 0)


@pytest.fixture(scope="module")
def walk():
    return side_film(StickWalk(seconds=6.0))


def test_every_item_of_both_limbs_is_answered_or_has_its_reason(walk):
    film, cycles = walk
    sheet = propose([film], cycles, [], PUBLISHED)
    for side in Side:
        for item in Item:
            cell = sheet.get(side, item)
            assert cell is not None
            assert (cell.score is None) == (cell.state is not State.SCORED)
            assert (cell.reason is None) == (cell.state is State.SCORED)


def test_items_of_a_view_that_was_not_recorded_are_not_scorable(walk):
    film, cycles = walk
    sheet = propose([film], cycles, [], PUBLISHED)
    for item in Item:
        if item.plane is Plane.CORONAL:
            cell = sheet.get(Side.LEFT, item)
            assert (cell.state, cell.reason) == (State.NOT_SCORABLE, Reason.VIEW_NOT_RECORDED)


def test_sagittal_items_of_the_far_limb_are_left_to_the_reviewer(walk):
    film, cycles = walk
    assert film.passes[0].view.near_side is Side.RIGHT
    sheet = propose([film], cycles, [], PUBLISHED)
    for item in Item:
        if item.plane is Plane.SAGITTAL:
            assert sheet.get(Side.LEFT, item).reason is Reason.LIMB_NOT_SEEN


def test_the_deciding_frame_shows_the_measured_angle(walk):
    film, cycles = walk
    knee = track_of(film.angles, Variable.KNEE_FLEXION, Side.RIGHT)
    sheet = propose([film], cycles, [], PUBLISHED)
    proposal = sheet.get(Side.RIGHT, Item.SWING_KNEE_FLEXION).proposed[0]
    assert proposal.cycles >= 3
    assert proposal.measure.value == pytest.approx(knee[proposal.evidence.frame], abs=0.5)
    assert proposal.measure.value == pytest.approx(np.nanmax(knee), abs=1.0)


def test_only_cycles_of_the_near_limb_are_read(walk):
    film, cycles = walk
    assert {r.side for r in read_cycles([film], cycles, [])} == {Side.RIGHT}


def test_one_cycle_is_too_few(walk):
    film, cycles = walk
    right = [c for c in cycles if c.side is Side.RIGHT]
    sheet = propose([film], right[:1], [], PUBLISHED)
    cell = sheet.get(Side.RIGHT, Item.SWING_KNEE_FLEXION)
    assert cell.reason in {Reason.TOO_FEW_CYCLES, Reason.NEAR_BOUNDARY}
    assert cell.score is None


def test_an_item_never_shown_to_be_right_is_left_with_its_number_as_a_hint(walk):
    film, cycles = walk
    item = Item.SWING_KNEE_FLEXION
    withheld = replace(PUBLISHED.items[item], least_certainty=NEVER)
    calibration = replace(PUBLISHED, items={**PUBLISHED.items, item: withheld})
    cell = propose([film], cycles, [], calibration).get(Side.RIGHT, item)
    assert cell.reason is Reason.LOW_CONFIDENCE
    assert cell.score is None
    assert cell.proposed[0].measure is not None
    assert "hint" in cell.proposed[0].note


def test_without_cycles_nothing_is_scored(walk):
    film, _ = walk
    sheet = propose([film], [], [], PUBLISHED)
    assert all(cell.score is None for cell in sheet.cells.values())
