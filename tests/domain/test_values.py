from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.domain.recording import Sync, SyncSource, Video


@given(hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)))
def test_a_packed_mask_unpacks_to_itself(mask):
    packed = FrameMask.of(mask)
    track = MaskTrack(mask.shape[1], mask.shape[0], (packed,))
    assert np.array_equal(track.at(0), mask)
    assert (packed is None) == (not mask.any())


def test_a_pose_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        PoseTrack(np.zeros((3, 22, 2)), np.zeros((3, 22)))


def test_an_empty_track_sees_nobody():
    assert not PoseTrack.empty(4).is_seen.any()


def film(times) -> Video:
    return Video(Path("a.mp4"), np.asarray(times, float), 10, 10)


@given(st.lists(st.floats(0.001, 0.2), min_size=1, max_size=30), st.floats(-1, 8))
def test_the_frame_at_a_time_is_the_nearest(gaps, time_s):
    times = np.concatenate([[0.0], np.cumsum(gaps)])
    frame = film(times).frame_at(time_s)
    assert abs(times[frame] - time_s) == pytest.approx(np.abs(times - time_s).min())


def test_uneven_gaps_are_noticed():
    assert not film(np.arange(10) / 60).is_variable_rate
    assert film([0, 0.016, 0.05, 0.066]).is_variable_rate
    assert film(np.arange(10) / 59.94).fps == pytest.approx(59.94)


@given(st.floats(-5, 5), st.floats(-2, 2), st.floats(0, 10))
def test_time_goes_to_the_other_film_and_back(offset, drift, time_s):
    link = Sync(0, 1, offset, 1.0, SyncSource.USER, drift)
    assert link.to_sagittal(link.to_coronal(time_s)) == pytest.approx(time_s, abs=1e-9)


def test_a_job_stopped_by_its_watcher_cleans_up():
    cleaned = []

    def job():
        try:
            yield Progress(0, 1, "")
            yield Progress(1, 1, "")
        finally:
            cleaned.append(True)

    def stop(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(job(), stop)
    assert cleaned == [True]
