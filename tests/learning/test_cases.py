"""Films cut to learn from: what is labelled, what is shown, and when it must be cut anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.childgait.clips import Sampling
from gaitdesk.childgait.config import NetworkConfig
from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark, Side
from gaitdesk.domain.coding import encode
from gaitdesk.domain.correction import JointMove
from gaitdesk.domain.evgs import (
    Direction,
    Item,
    ItemScore,
    Origin,
    Proposal,
    Reason,
    Score,
    Scoresheet,
    State,
)
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import View
from gaitdesk.domain.shapes import Point
from gaitdesk.learning import cases
from gaitdesk.learning.cases import CutPlan, Missing, cut_case, cut_key, labels_of, plan_for
from gaitdesk.learning.dataset import AS_FILMED, Variation, cut, example_of
from gaitdesk.learning.shards import DetectedClip, Shard, load_shard, relabel_shard, save_shard
from gaitdesk.phantom.cohort import Split
from tests.childgait.stick import PaintedFilm, film
from tests.learning.children import small_config

PLAN = CutPlan(frames=16, fewest=8, side_px=96)
PROPOSED = Proposal(
    Origin.RULES, "rules 1", State.SCORED, Score.MARKED, Direction.TOE, confidence=0.9
)


def config() -> NetworkConfig:
    return small_config()


@pytest.fixture(scope="module")
def clips():
    shown = film()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(cases, "VideoReader", lambda video: PaintedFilm(shown))
        steps = []
        found = finish(cut_case((shown,), PLAN), steps.append)
    assert steps[-1].done == steps[-1].total == len(found)
    return found


def shard_of(clips) -> Shard:
    scores = np.full((2, 17), np.nan)
    scores[1] = 2.0
    return Shard("visit", Split.TRAIN, clips, scores, np.full((2, 17), np.nan), "key")


def test_only_what_a_person_has_said_is_a_label():
    confirmed = replace(ItemScore.from_proposal(PROPOSED), is_confirmed=True)
    corrected = replace(
        ItemScore.from_proposal(PROPOSED),
        origin=Origin.REVIEWER,
        score=Score.NORMAL,
        direction=Direction.HEEL,
    )
    unseen = ItemScore(
        State.NOT_SCORABLE, Origin.REVIEWER, reason=Reason.OCCLUDED, is_confirmed=True
    )
    sheet = (
        Scoresheet()
        .with_cell(Side.LEFT, Item.INITIAL_CONTACT, confirmed)
        .with_cell(Side.LEFT, Item.HEEL_LIFT, corrected)
        .with_cell(Side.RIGHT, Item.HEEL_LIFT, ItemScore.from_proposal(PROPOSED))
        .with_cell(Side.RIGHT, Item.FOOT_CLEARANCE, unseen)
    )
    scores, missing = labels_of(sheet)
    assert scores[0, 0] == 2
    assert scores[0, 1] == 0
    assert np.isfinite(scores).sum() == 2
    assert missing == Missing(unconfirmed=1, not_scorable=1, blank=30)
    assert missing.count == 32


def test_a_pass_is_cut_into_clips_that_follow_the_child(clips):
    assert len(clips) > 2
    for clip in clips:
        assert isinstance(clip, DetectedClip)
        assert clip.view is View.SAGITTAL_RIGHT
        assert clip.images.shape == (16, 96, 96, 3)
        rows = np.flatnonzero(clip.masks.any(axis=(0, 2)))
        assert (rows[-1] - rows[0] + 1) / 96 == pytest.approx(PLAN.fill, abs=0.08)
        knees = clip.points_px[:, [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]]
        assert ((knees > 0) & (knees < 96)).all()
        assert np.isnan(clip.angles_deg).all()


def test_what_the_network_is_shown_is_as_in_a_clinics_film(clips):
    """Cut wide and narrowed again, the clip is what reading the film would cut."""
    shown, cutting = config(), Sampling(frames=8, side_px=32, subject_share=0.85)
    clip, _ = cut(clips[0], 0, shown, AS_FILMED, np.random.default_rng(0))
    rows = np.flatnonzero(clip.mask.any(axis=(0, 2)))
    assert (rows[-1] - rows[0] + 1) / 32 == pytest.approx(cutting.subject_share, abs=0.08)
    hips = clip.keypoints_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    assert np.abs(hips[..., 0] - 15.5).max() < 5
    assert clip.has_mask.all()


def test_a_real_film_is_given_no_made_up_errors(clips):
    first = cut(clips[0], 2, config(), AS_FILMED, np.random.default_rng(1))[0]
    second = cut(clips[0], 2, config(), AS_FILMED, np.random.default_rng(2))[0]
    assert np.array_equal(first.keypoints_px, second.keypoints_px, equal_nan=True)
    assert np.array_equal(first.mask, second.mask)
    assert np.array_equal(first.confidence, clips[0].confidence[2:10])


def test_mirroring_a_clinics_film_swaps_its_labels(clips):
    shard = shard_of(clips)
    for seed in range(30):
        variation = Variation(turn_deg=0, scale=0, shift=0, colour=0)
        made = example_of(shard, clips[0], 0, config(), variation, np.random.default_rng(seed))
        known = np.isfinite(made.scores).any(axis=1)
        if made.view is View.SAGITTAL_LEFT:
            assert known.tolist() == [True, False]
            break
        assert known.tolist() == [False, True]
    else:
        pytest.fail("no clip of thirty was mirrored")
    assert made.points.shape[1] == LANDMARK_COUNT


def test_frames_without_a_mask_are_said_to_have_none(clips):
    bare = replace(clips[0], masks=np.zeros_like(clips[0].masks))
    assert not cut(bare, 0, config(), AS_FILMED, np.random.default_rng(0))[0].has_mask.any()


def test_clips_are_kept_and_relabelled_without_the_film(clips, tmp_path):
    path = tmp_path / "visit.clips.npz"
    save_shard(path, shard_of(clips))
    scores = np.zeros((2, 17))
    relabel_shard(path, scores)
    held = load_shard(path)
    assert np.array_equal(held.scores, scores)
    assert (held.name, held.key) == ("visit", "key")
    first = held.clips[0]
    assert isinstance(first, DetectedClip)
    assert first.confidence == pytest.approx(clips[0].confidence, abs=1e-6)
    assert first.points_px == pytest.approx(clips[0].points_px, nan_ok=True, abs=1e-3)
    assert np.array_equal(first.masks, clips[0].masks)


def test_a_pass_too_short_for_long_clips_is_cut_into_short_ones(monkeypatch):
    shown = film()
    (walk,) = shown.passes
    short = replace(shown, passes=(replace(walk, last_frame=walk.first_frame + 26),))
    monkeypatch.setattr(cases, "VideoReader", lambda video: PaintedFilm(shown))
    found = finish(cut_case((short,), PLAN))
    assert {len(one.images) for one in found} == {8}


def test_no_pass_gives_no_clip_and_reads_nothing():
    assert finish(cut_case((replace(film(), passes=()),), PLAN)) == ()


def test_the_key_changes_with_all_that_clips_rest_on():
    moved = JointMove(0, Landmark.LEFT_KNEE, 30, Point(3.0, 4.0), 25, 35)
    held = {"films": [[0, "a"]], "analysis": ["x"], "corrections": {}}
    keys = {
        cut_key(PLAN, held),
        cut_key(replace(PLAN, side_px=128), held),
        cut_key(PLAN, {**held, "films": [[0, "b"]]}),
        cut_key(PLAN, {**held, "analysis": ["y"]}),
        cut_key(PLAN, {**held, "corrections": {"0/000001": encode(moved)}}),
    }
    assert len(keys) == 5
    assert cut_key(PLAN, dict(reversed(held.items()))) in keys


def test_a_larger_network_is_shown_larger_pictures():
    small = plan_for(config())
    large = plan_for(
        replace(
            config(),
            sampling=Sampling(frames=16, side_px=224),
            encoder=replace(config().encoder, frames=16, side_px=224),
        )
    )
    assert small.side_px < large.side_px
    assert (small.fewest, large.fewest) == (8, 16)
