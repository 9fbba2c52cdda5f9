"""What is held while long films are followed: `python -m tests bench remembered`.

Small networks in the real files of SAM 3, SAM 2.1 and EdgeTAM: what they hold of a film depends on
its frames as that of the large ones does, though each entry is smaller.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import torch

from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.sam3 import TASK, FilmMasks
from tests.bench.results import record
from tests.perception.brought import saved
from tests.perception.eyes import dots, package_of
from tests.perception.holding import Held, held_by
from tests.perception.test_sam3 import HERE, SMALL

LENGTHS = (40, 320)
BOX = MaskSeed((10.0, 20.0, 90.0, 80.0))


def film(path: Path, frames: int) -> Path:
    """A dot that wanders, so many frames."""
    with FilmWriter(path) as writer:
        for index in range(frames):
            writer.write(dots(np.array([[30.0 + index % 60, 48.0]]), 128, 96, 12))
    return path


def most_held(model: FilmMasks, path: Path, frames: int) -> tuple[Held, float, float]:
    """The most that was held at once, how much the process grew, MB, and its time a frame, ms."""
    sessions, begun = [], model._session
    process, parts = psutil.Process(), []
    model._session = lambda video: sessions.append(begun(video)) or sessions[-1]  # type: ignore
    started = time.process_time()
    sizes = []
    for _ in model.masks(probe(path), {frames // 2: BOX}):
        parts.append(held_by(sessions[-1]))
        sizes.append(process.memory_info().rss / 1e6)
    model._session = begun  # type: ignore[method-assign]
    most = Held(*(max(getattr(one, name) for one in parts) for name in vars(parts[0])))
    early = max(sizes[: LENGTHS[0] // 2])
    return most, max(sizes) - early, 1e3 * (time.process_time() - started) / frames


def main(words: list[str]) -> None:
    """Follow a short and a long film by each network, and write what was held."""
    argparse.ArgumentParser(prog="remembered").parse_args(words)
    torch.set_num_threads(1)
    rows = ["| network | frames | tensors, MB | tensors | longest list | process grew by, MB |"]
    rows.append("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        for family, make in SMALL.items():
            table = f'[masks]\nfamily = "{family}"\n'
            package = package_of(folder / family, saved(make), task=TASK, tables=table)
            model = FilmMasks(package, HERE)
            for frames in LENGTHS:
                path = film(folder / f"{frames}.mp4", frames)
                held, grew, spent_ms = most_held(model, path, frames)
                rows.append(
                    f"| {family} | {frames} | {held.size / 1e6:.3f} | {held.tensors} |"
                    f" {held.longest} | {grew:.1f} |"
                )
                print(rows[-1], f"{spent_ms:.0f} ms a frame")
    record(
        "remembered",
        "What is held while a film is followed by SAM 3, SAM 2.1 and EdgeTAM",
        "python -m tests bench remembered",
        "Small networks in the real files, a box in the middle frame, followed both ways. Growth"
        " of the process counts from its most in the first 20 frames.\n\n" + "\n".join(rows),
    )
