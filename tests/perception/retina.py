"""Small RetinaFace networks in the published format: three levels, boxes, classes, landmarks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from gaitdesk.domain.arrays import AnyArray
from tests.perception.onnx_file import node, write_onnx

SIDE = 320
"""Pixels of the square that the networks here take."""
PACKAGE = "retinaface-small"
FILE = "retinaface_small.onnx"
_STEPS = (8, 16, 32)
_HEADS = {"boxes": 4, "classes": 2, "landmarks": 10}


def install(folder: Path, content: bytes, sha256: str | None = None, acceptance: str = "") -> Path:
    """A package with these bytes for weights, below a folder of models.

    Args:
        folder: Of models.
        content: Of the ONNX file.
        sha256: What the publisher is said to state; None for what the file has.
        acceptance: What its licence asks for.
    """
    place = folder / PACKAGE
    (place / "weights").mkdir(parents=True)
    (place / "weights" / FILE).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (place / "package.toml").write_text(
        f'''name = "{PACKAGE}"
version = "1"
task = "faces"
licence = "none, made for a test"
authors = "nobody"
trained_on = "nothing"
input = "a picture"
keypoints = "None"
intended_use = "tests"
limits = ["It knows no faces."]
found_at = "nowhere"
acceptance = "{acceptance}"

[faces]
width = {SIDE}
height = {SIDE}
mean_bgr = [104.0, 117.0, 123.0]

[[files]]
name = "{FILE}"
use = "The network"
bytes = {len(content)}
sha256 = "{digest}"
published_sha256 = "{digest if sha256 is None else sha256}"
''',
        encoding="utf-8",
    )
    return place


def sees_light(path: Path) -> bytes:
    """A network that takes bright red squares of 16 pixels for faces, exactly as large as they are.

    Its classes weigh how much red stands in a square of the finest level; all else is a no.
    """
    weights: dict[str, AnyArray] = {}
    for step in _STEPS:
        look = np.zeros((16, 3, step, step), np.float32)
        if step == 8:
            # Channel 2 is red, as pictures go in blue first.
            look[0, 2] = 1.0 / step**2
        weights[f"look{step}"] = look
        for head, numbers in _HEADS.items():
            weights[f"{head}{step}"] = np.zeros((2 * numbers, 16, 1, 1), np.float32)
            weights[f"{head}{step}_bias"] = np.zeros(2 * numbers, np.float32)
        # Each level has two squares at a place; a class that is not a face comes before one.
        weights[f"classes{step}_bias"][[0, 2]] = 12.0
        if step == 8:
            weights["classes8"][1, 0] = 0.2
    return _written(path, weights)


def at_random(path: Path, seed: int) -> bytes:
    """A network of the same shape with random weights."""
    rng = np.random.default_rng(seed)
    weights: dict[str, AnyArray] = {}
    for step in _STEPS:
        weights[f"look{step}"] = rng.normal(0, 0.02, (16, 3, step, step)).astype(np.float32)
        for head, numbers in _HEADS.items():
            shape = (2 * numbers, 16, 1, 1)
            weights[f"{head}{step}"] = rng.normal(0, 0.02, shape).astype(np.float32)
            weights[f"{head}{step}_bias"] = rng.normal(0, 0.3, 2 * numbers).astype(np.float32)
    return _written(path, weights)


def _written(path: Path, weights: dict[str, AnyArray]) -> bytes:
    nodes, made = [], {head: [] for head in _HEADS}
    count = sum(2 * (SIDE // step) ** 2 for step in _STEPS)
    for step in _STEPS:
        own = ["input", f"look{step}"]
        nodes.append(
            node("Conv", own, f"seen{step}", strides=[step, step], kernel_shape=[step, step])
        )
        nodes.append(node("Relu", [f"seen{step}"], f"kept{step}"))
        for head, numbers in _HEADS.items():
            name = f"{head}{step}"
            given = [f"kept{step}", name, f"{name}_bias"]
            nodes.append(node("Conv", given, f"{name}_map", kernel_shape=[1, 1]))
            nodes.append(node("Transpose", [f"{name}_map"], f"{name}_last", perm=[0, 2, 3, 1]))
            weights[f"{name}_shape"] = np.array([1, -1, numbers], np.int64)
            nodes.append(node("Reshape", [f"{name}_last", f"{name}_shape"], f"{name}_list"))
            made[head].append(f"{name}_list")
    nodes += [
        node("Concat", made["boxes"], "loc", axis=1),
        node("Concat", made["classes"], "logits", axis=1),
        node("Softmax", ["logits"], "conf", axis=2),
        node("Concat", made["landmarks"], "landmarks_out", axis=1),
    ]
    gives = {"loc": (1, count, 4), "conf": (1, count, 2), "landmarks_out": (1, count, 10)}
    write_onnx(path, nodes, weights, ("input", (1, 3, SIDE, SIDE)), gives)
    return path.read_bytes()
