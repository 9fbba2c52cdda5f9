"""A film becomes proposals: near limb only, never 0 for want of an answer, with its evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.childgait import reader as reading
from gaitdesk.childgait.deciding import NORMAL_DIRECTION
from gaitdesk.childgait.pictures import network_sheets
from gaitdesk.childgait.reader import propose_by_network
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Origin, Reason, Score, State
from gaitdesk.domain.progress import finish
from gaitdesk.perception.compute import ComputeDevice
from tests.childgait.stick import PaintedFilm, film, small_network

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
ITEM = Item.SWING_KNEE_FLEXION


def read(monkeypatch, shown, network, steps=None):
    monkeypatch.setattr(reading, "VideoReader", lambda video: PaintedFilm(shown))
    show = None if steps is None else steps.append
    return finish(propose_by_network([shown], network, HERE), show)


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def found(steps):
    with pytest.MonkeyPatch.context() as monkeypatch:
        return read(monkeypatch, film(), small_network(bias=-6.0, is_ordinal=True), steps)


def test_every_item_of_both_limbs_has_a_proposal_of_the_network(found):
    assert set(found.proposals) == {(side, item) for side in Side for item in Item}
    assert {one.origin for one in found.proposals.values()} == {Origin.NETWORK}


def test_only_the_near_limb_is_answered(found):
    answered = {cell for cell, one in found.proposals.items() if one.atypical is not None}
    assert {side for side, _ in answered} == {Side.RIGHT}
    assert found.proposals[Side.LEFT, ITEM].reason is Reason.LIMB_NOT_SEEN


def test_a_film_that_is_not_there_leaves_its_items_unscorable(found):
    for item in (Item.KNEE_PROGRESSION, Item.TRUNK_LATERAL_SHIFT):
        one = found.proposals[Side.RIGHT, item]
        assert (one.state, one.reason) == (State.NOT_SCORABLE, Reason.VIEW_NOT_RECORDED)
        assert one.score is None


def test_pelvic_rotation_is_read_from_the_side_too(found):
    assert found.proposals[Side.RIGHT, Item.PELVIC_ROTATION].atypical is not None


def test_a_sure_network_scores_0_with_the_items_own_word(found):
    one = found.proposals[Side.RIGHT, Item.INITIAL_CONTACT]
    assert (one.state, one.score) == (State.SCORED, Score.NORMAL)
    assert one.direction is NORMAL_DIRECTION[Item.INITIAL_CONTACT]
    assert one.atypical < 0.05
    assert one.confidence == pytest.approx(1 - one.atypical)


def test_the_evidence_is_a_frame_of_the_deciding_clip(found):
    one = found.proposals[Side.RIGHT, ITEM]
    clip = found.clips[found.answers[Side.RIGHT, ITEM].deciding]
    assert one.evidence.film == 0
    assert one.evidence.frame in clip.numbers
    assert one.cycles == len(found.films[0].answers)


def test_progress_never_goes_back_and_reaches_nearly_the_end(found, steps):
    assert found.answers
    done = [step.done / step.total for step in steps]
    assert done == sorted(done)
    assert done[-1] > 0.85


def test_what_the_network_saw_is_drawn_for_the_plane_that_was_filmed(found):
    sheets = network_sheets(found)
    assert list(sheets) == ["network-sagittal.png"]
    sheet = sheets["network-sagittal.png"]
    assert sheet.dtype == np.uint8
    assert sheet.shape[2] == 3
    assert sheet.shape[1] > 4 * 112


def test_a_job_that_is_closed_stops(monkeypatch):
    painted = PaintedFilm(film())
    monkeypatch.setattr(reading, "VideoReader", lambda video: painted)
    job = propose_by_network([film()], small_network(), HERE)
    next(job)
    job.close()
    assert len(painted.read) < 60


def test_films_without_masks_are_read_but_left_to_the_reviewer(monkeypatch):
    shown = film(with_mask=False)
    unmasked = read(monkeypatch, shown, small_network(bias=-6.0))
    one = unmasked.proposals[Side.RIGHT, ITEM]
    assert (one.state, one.reason) == (State.REVIEWER_DECIDES, Reason.LOW_CONFIDENCE)
    assert one.score is None
    assert one.atypical < 0.05
    assert [place for place, _ in unmasked.notes] == [0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"confidence": 0.1}, Reason.OBLIQUE_CAMERA),
        ({"last_frame": 25}, Reason.NO_CLEAN_CYCLE),
    ],
)
def test_a_pass_of_no_use_is_said_to_be(monkeypatch, change, reason):
    shown = film()
    useless = replace(shown, passes=(replace(shown.passes[0], **change),))
    one = read(monkeypatch, useless, small_network()).proposals[Side.RIGHT, ITEM]
    assert (one.state, one.reason) == (State.REVIEWER_DECIDES, reason)
    assert one.atypical is None
