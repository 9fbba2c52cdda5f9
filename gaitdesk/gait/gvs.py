"""Gait Variable Scores of the angles that one side view can measure: a sagittal subset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gaitdesk.domain.gait import CycleCurve, Variable, VariableScore
from gaitdesk.gait.norms import SpeedGroup, normal_curve

SUBSET = (Variable.HIP_FLEXION, Variable.KNEE_FLEXION, Variable.ANKLE_DORSIFLEXION)
# The score is defined on 51 points, 2 % apart.
EVERY_SECOND = slice(0, 101, 2)


def variable_scores(
    curves: Sequence[CycleCurve], speed: SpeedGroup = SpeedGroup.FREE
) -> tuple[VariableScore, ...]:
    """Root mean square distance of each curve from the normal mean, degrees.

    Never to be called a Gait Profile Score: that needs nine variables measured in space.

    Source:
        Baker et al. (2009), Gait & Posture 30(3), 265-269.
    """
    scores = []
    for curve in curves:
        normal = normal_curve(curve.variable, speed)
        if curve.variable not in SUBSET or normal is None:
            continue
        apart = (curve.mean - normal.mean)[EVERY_SECOND]
        if np.isfinite(apart).all():
            score = float(np.sqrt(np.mean(apart**2)))
            scores.append(VariableScore(curve.variable, curve.side, score))
    return tuple(scores)
