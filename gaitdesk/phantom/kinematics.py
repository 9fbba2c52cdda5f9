"""Joint and segment angles of a motion in space, with the signs of clinical gait analysis."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.anatomy import Side, landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.gait import AngleTrack, Variable
from gaitdesk.phantom.skeleton import (
    STANDING_TILT_DEG,
    Motion,
    Segment,
    segment,
    takes_of,
    turned_round,
)


def forwards(motion: Motion) -> Motion:
    """The motion turned, where it must be, so that the child walks along +x."""
    path = motion.origins_m[:, Segment.PELVIS, 0]
    return motion if path[-1] >= path[0] else turned_round(motion)


def angles_deg(motion: Motion, side: Side) -> dict[Variable, FloatArray]:
    """Every angle of one limb, and of pelvis and trunk from its point of view, (frames,) each.

    Hip flexion is against the pelvis, whose anatomical tilt in neutral standing is
    `STANDING_TILT_DEG`; dorsiflexion is of the hindfoot against the shank; valgus is the
    hindfoot's tilt about its own long axis less the shank's in its coronal plane; knee
    progression is the direction the kneecap faces; trunk lean is of the line from the hips' to
    the shoulders' midpoint.

    Args:
        motion: A walk along +x.
        side: The limb.
    """
    outward = 1.0 if side is Side.LEFT else -1.0
    axes = motion.rotations
    pelvis = axes[:, Segment.PELVIS]
    thigh = axes[:, segment(side, "thigh")]
    shank = axes[:, segment(side, "shank")]
    hindfoot = axes[:, segment(side, "hindfoot")]
    obliquity = np.arcsin(pelvis[:, 2, 1])
    yaw = np.arctan2(-pelvis[:, 0, 1], pelvis[:, 1, 1])
    down = np.einsum("fji,fj->fi", pelvis, -thigh[:, :, 2])
    knee = np.einsum("fji,fjk->fik", thigh, shank)
    shin = np.einsum("fji,fj->fi", hindfoot, shank[:, :, 2])
    roll = np.arctan2(hindfoot[:, 2, 1], hindfoot[:, 2, 2])
    lean = np.arcsin(shank[:, 2, 1])
    knee_yaw = np.arctan2(-shank[:, 0, 1], shank[:, 1, 1])
    foot_yaw = np.arctan2(hindfoot[:, 1, 0], hindfoot[:, 0, 0])
    points = motion.landmarks_m()
    shoulders = (
        points[:, landmark(Side.LEFT, "shoulder")] + points[:, landmark(Side.RIGHT, "shoulder")]
    ) / 2
    hips = (points[:, landmark(Side.LEFT, "hip")] + points[:, landmark(Side.RIGHT, "hip")]) / 2
    trunk = shoulders - hips
    in_radians = {
        Variable.PELVIC_TILT: np.arctan2(-pelvis[:, 2, 0], pelvis[:, 2, 2]),
        Variable.PELVIC_OBLIQUITY: outward * obliquity,
        Variable.PELVIC_ROTATION: -outward * yaw,
        Variable.HIP_FLEXION: np.arctan2(down[:, 0], -down[:, 2]),
        Variable.HIP_ADDUCTION: -outward * np.arcsin(down[:, 1]),
        Variable.HIP_ROTATION: outward * (yaw - knee_yaw),
        Variable.KNEE_FLEXION: np.arctan2(knee[:, 0, 2], knee[:, 0, 0]),
        Variable.ANKLE_DORSIFLEXION: np.arctan2(shin[:, 0], shin[:, 2]),
        Variable.HINDFOOT_VALGUS: outward * (roll - lean),
        Variable.FOOT_PITCH: np.arcsin(hindfoot[:, 2, 0]),
        Variable.FOOT_PROGRESSION: outward * foot_yaw,
        Variable.KNEE_PROGRESSION: outward * knee_yaw,
        Variable.TRUNK_FORWARD_LEAN: np.arctan2(trunk[:, 0], trunk[:, 2]),
        Variable.TRUNK_LATERAL_LEAN: outward * np.arctan2(trunk[:, 1], trunk[:, 2]),
    }
    found = {variable: np.degrees(values) for variable, values in in_radians.items()}
    found[Variable.PELVIC_TILT] += STANDING_TILT_DEG
    found[Variable.HIP_FLEXION] += STANDING_TILT_DEG
    found[Variable.TRUNK_SHIFT] = outward * 1000.0 * (shoulders[:, 1] - walking_line_m(motion))
    return found


def walking_line_m(motion: Motion) -> float:
    """Sideways place of the line midway between the two feet's tracks."""
    tracks = []
    for side in Side:
        ankle = motion.origins_m[:, segment(side, "hindfoot")]
        standing = ankle[:, 2] <= np.quantile(ankle[:, 2], 0.4)
        tracks.append(float(np.median(ankle[standing, 1])))
    return float(np.mean(tracks))


def angle_tracks(motion: Motion) -> tuple[AngleTrack, ...]:
    """The angles of both limbs through all takes of a motion, marked as angles in space."""
    takes = [forwards(take) for take in takes_of(motion)]
    tracks = []
    for side in Side:
        found = [angles_deg(take, side) for take in takes]
        tracks += [
            AngleTrack(
                variable, side, np.concatenate([one[variable] for one in found]), is_projected=False
            )
            for variable in found[0]
        ]
    return tuple(tracks)
