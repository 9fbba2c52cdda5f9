from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.gait import CycleCurve, GaitCycle, Parameter, Variable
from gaitdesk.gait.cycles import cycle_curve, over_cycle
from gaitdesk.gait.gvs import variable_scores
from gaitdesk.gait.norms import SpeedGroup, age_norm, normal_curve, speed_group

CYCLE = GaitCycle(Side.LEFT, 0, start_s=1.0, end_s=2.0)


def test_a_curve_runs_from_contact_to_contact():
    times = np.arange(0, 3, 1 / 60)
    curve = over_cycle(times.copy(), times, CYCLE)
    assert curve == pytest.approx(np.linspace(1, 2, 101))


def test_long_gaps_stay_unknown():
    times = np.arange(0, 3, 1 / 60)
    values = times.copy()
    values[(times > 1.3) & (times < 1.7)] = np.nan
    curve = over_cycle(values, times, CYCLE)
    assert np.isnan(curve[45:55]).all()
    assert np.isfinite(curve[:30]).all()


def test_the_mean_of_two_cycles_has_their_spread():
    curve = cycle_curve(Variable.KNEE_FLEXION, Side.LEFT, [np.zeros(101), np.full(101, 2.0)], [60])
    assert curve is not None
    assert curve.mean == pytest.approx(np.ones(101))
    assert curve.sd == pytest.approx(np.full(101, np.sqrt(2)))
    assert (curve.cycles, curve.foot_off_pct) == (2, 60)


def test_the_normal_mean_scores_zero_and_a_shift_scores_itself():
    normal = normal_curve(Variable.KNEE_FLEXION)
    assert normal is not None
    for shift in (0.0, 4.0):
        curve = CycleCurve(
            Variable.KNEE_FLEXION, Side.LEFT, normal.mean + shift, normal.sd, 3, 59.0
        )
        (score,) = variable_scores([curve])
        assert score.score_deg == pytest.approx(shift)


def test_norms_are_the_published_ones():
    knee = normal_curve(Variable.KNEE_FLEXION)
    assert knee is not None
    assert knee.mean[0] == pytest.approx(5.6, abs=0.3)
    assert knee.mean.max() == pytest.approx(59, abs=2)
    assert normal_curve(Variable.TRUNK_FORWARD_LEAN) is None


def test_speed_is_grouped_by_leg_length():
    assert speed_group(1.04, 0.60) is SpeedGroup.FREE
    assert speed_group(0.40, 0.60) is SpeedGroup.VERY_SLOW


def test_age_norms_exist_only_where_they_were_measured():
    cadence = age_norm(Parameter.CADENCE, 7.4)
    assert cadence is not None
    assert (cadence.low, cadence.high) == (121, 146)
    assert age_norm(Parameter.CADENCE, 4) is None
    assert age_norm(Parameter.STEP_TIME, 7) is None
