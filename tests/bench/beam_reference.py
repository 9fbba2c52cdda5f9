"""The beam walk's three-dimensional reference seen by its cameras; its README states the formulas.

The points are a markerless reconstruction from four cameras, good to a few centimetres: what they
check is timing, where both cameras see the very same motion with offset 0.
"""

from __future__ import annotations

import xml.etree.ElementTree as Tree
from pathlib import Path

import cv2
import numpy as np

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.pose import PoseTrack

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "videos" / "pose2sim_beam"
FPS = 60.0
_POINTS = "S00_P00_T01_BalancingTrial_filt_butterworth_0-100.trc"
_NAMES = {
    "Nose": "NOSE",
    **{
        f"{letter}{part}": f"{side}_{name}"
        for letter, side in (("R", "RIGHT"), ("L", "LEFT"))
        for part, name in (
            ("Hip", "HIP"),
            ("Knee", "KNEE"),
            ("Ankle", "ANKLE"),
            ("BigToe", "BIG_TOE"),
            ("SmallToe", "SMALL_TOE"),
            ("Heel", "HEEL"),
            ("Shoulder", "SHOULDER"),
            ("Elbow", "ELBOW"),
            ("Wrist", "WRIST"),
        )
    },
}


def points_m(folder: Path = FOLDER) -> FloatArray:
    """The body points in the world, Z up, shape (frames, 23, 3), NaN where there is no such."""
    lines = (folder / _POINTS).read_text(encoding="utf-8").splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    rows = np.array(
        [[float(value) for value in line.split("\t")[: 2 + 3 * len(names)]] for line in lines[5:]]
    )
    given = rows[:, 2:].reshape(len(rows), len(names), 3)
    # The file's x, y, z are the world's Y, Z, X.
    world = given[..., [2, 0, 1]]
    points = np.full((len(rows), LANDMARK_COUNT, 3), np.nan)
    for i, name in enumerate(names):
        if name in _NAMES:
            points[:, Landmark[_NAMES[name]]] = world[:, i]
    return points


def seen_by(camera: str, folder: Path = FOLDER) -> PoseTrack:
    """The walk as camera "cam02" (in front) or "cam03" (nearer to the side) sees it."""
    calibration = Tree.parse(folder / "Calib.qca.txt").getroot()
    found = next(c for c in calibration.iter("camera") if c.get("serial") == camera)
    transform, intrinsic = found.find("transform"), found.find("intrinsic")
    assert transform is not None
    assert intrinsic is not None

    def number(element: Tree.Element, name: str) -> float:
        return float(element.attrib[name])

    turn = np.array([[number(transform, f"r{i}{j}") for j in (1, 2, 3)] for i in (1, 2, 3)])
    turn = np.diag([1.0, -1.0, -1.0]) @ turn
    place_m = np.array([number(transform, axis) for axis in "xyz"]) / 1000.0
    matrix = np.array(
        [
            [number(intrinsic, "focalLengthU") / 64, 0, number(intrinsic, "centerPointU") / 64],
            [0, number(intrinsic, "focalLengthV") / 64, number(intrinsic, "centerPointV") / 64],
            [0, 0, 1],
        ]
    )
    bend = [
        number(intrinsic, name) / 64
        for name in (
            "radialDistortion1",
            "radialDistortion2",
            "tangentalDistortion1",
            "tangentalDistortion2",
        )
    ]
    world = points_m(folder)
    in_camera = ((world - place_m) @ turn.T).reshape(-1, 3)
    pixels, _ = cv2.projectPoints(
        in_camera[:, None], np.zeros(3), np.zeros(3), matrix, np.array(bend)
    )
    points_px = pixels.reshape(len(world), LANDMARK_COUNT, 2).astype(np.float64)
    return PoseTrack(points_px, np.isfinite(points_px).all(axis=2).astype(np.float64))
