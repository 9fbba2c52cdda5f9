from __future__ import annotations

import pytest

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.gait import Parameter
from gaitdesk.gait.cycles import find_cycles
from gaitdesk.gait.direction import find_passes, leg_length_px
from gaitdesk.gait.events import find_events
from gaitdesk.gait.spatiotemporal import HIP_TO_ANKLE_TO_HEIGHT, spatiotemporal
from tests.made import LEG_PX, StickWalk


def measured(walk: StickWalk, height_m: float | None):
    pose = walk.pose()
    (one,) = find_passes(pose, walk.times_s, Plane.SAGITTAL)
    events = find_events(pose, walk.times_s, one)
    found = spatiotemporal(find_cycles(events, 0), events, pose, walk.times_s, one, height_m)
    return {(part.parameter, part.side): part.measure.value for part in found}


def test_cadence_and_times_need_no_size():
    found = measured(StickWalk(stride_s=1.0, seconds=5.0), None)
    assert found[Parameter.CADENCE, None] == pytest.approx(120, abs=2)
    assert found[Parameter.STRIDE_TIME, Side.LEFT] == pytest.approx(1.0, abs=0.02)
    assert found[Parameter.STANCE, Side.RIGHT] == pytest.approx(60, abs=4)
    assert found[Parameter.DOUBLE_SUPPORT, Side.LEFT] == pytest.approx(20, abs=8)
    assert (Parameter.SPEED, None) not in found


def test_height_turns_pixels_into_metres():
    walk = StickWalk(seconds=5.0)
    pose = walk.pose()
    scale = HIP_TO_ANKLE_TO_HEIGHT * 1.2 / leg_length_px(pose)
    found = measured(walk, 1.2)
    assert leg_length_px(pose) == pytest.approx(LEG_PX, rel=0.02)
    assert found[Parameter.STRIDE_LENGTH, Side.LEFT] == pytest.approx(
        walk.stride_px * scale, rel=0.03
    )
    assert found[Parameter.SPEED, None] == pytest.approx(walk.stride_px * scale, rel=0.03)
    assert found[Parameter.STEP_LENGTH, Side.RIGHT] == pytest.approx(
        walk.stride_px * scale / 2, rel=0.06
    )
