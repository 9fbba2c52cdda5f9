"""How long 600 frames of 720p take, from films to all results: `python -m tests bench speed`."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np
import psutil

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import Progress, abreast, finish
from gaitdesk.jobs import analysing
from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice, analyse_into
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import Coding, FilmWriter
from gaitdesk.perception import follow
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.report import bundle
from gaitdesk.report.pdf import PLAIN
from tests.bench.results import record
from tests.bench.watched import watch
from tests.conftest import FILMS

FRAMES, WIDTH, HEIGHT = 300, 1280, 720
GOAL_S, GOAL_BYTES = 40.0, 1_500_000_000
STREET_WALK = (47, 197)


def main(argv: list[str]) -> int:
    """Measure, record; 1 when the goal is missed."""
    parser = argparse.ArgumentParser("bench speed")
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args(argv).runs
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        side, front = street_to_and_fro(folder / "side.mp4"), beam_to_and_fro(folder / "front.mp4")
        done = []
        for number in range(runs):
            run = watch(
                *("analyse", "--sagittal", side, "--coronal", front),
                *("--height", 165, "--out", folder / str(number)),
            )
            if run.code:
                print(run.errors)
                return 1
            done.append(run)
            print(f"{run.wall_s:.1f} s, {run.cpu_s:.1f} s CPU, {run.peak_bytes / 1e6:.0f} MB")
        shares = stages(side, front, folder / "stages")
    best = min(done, key=lambda run: run.wall_s)
    peak_bytes = max(run.peak_bytes for run in done)
    text = (
        f"{FRAMES} + {FRAMES} frames of {WIDTH} x {HEIGHT}: the street walk and, between black"
        " borders, the beam walk, each forward and backward; start of the program, analysis,"
        f" overlay films, report and all else. Best of {runs} runs by wall time; highest memory"
        " of all.\n\n"
        "| | measured | goal |\n|---|---|---|\n"
        f"| wall time | {best.wall_s:.1f} s | {GOAL_S:.0f} s |\n"
        f"| processor time | {min(run.cpu_s for run in done):.1f} s | |\n"
        f"| memory of all processes | {peak_bytes / 1e6:.0f} MB | {GOAL_BYTES / 1e6:.0f} MB |\n"
        f"| other load, processes ready to run | {psutil.getloadavg()[0]:.1f} | |\n\n"
        f"{shares}"
    )
    print(text)
    record(
        "speed",
        "600 frames of 720p, end to end",
        f"python -m tests bench speed --runs {runs}",
        text,
    )
    return int(best.wall_s > GOAL_S or peak_bytes > GOAL_BYTES)


def street_to_and_fro(path: Path) -> Path:
    """The street film's walk until she leaves the picture, then backward."""

    def small(image: Image) -> Image:
        return np.asarray(cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))

    pictures = _pictures(FILMS / "sports2d_demo" / "demo.mp4", *STREET_WALK, small)
    return _written(path, [*pictures, *pictures[::-1]], 30.0)


def beam_to_and_fro(path: Path) -> Path:
    """The beam walk from the front, forward and backward by turns, between black borders."""

    def framed(image: Image) -> Image:
        width = round(image.shape[1] * HEIGHT / image.shape[0])
        left = (WIDTH - width) // 2
        whole = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        whole[:, left : left + width] = cv2.resize(
            image, (width, HEIGHT), interpolation=cv2.INTER_AREA
        )
        return whole

    there = _pictures(FILMS / "pose2sim_beam" / "cam02.mp4", 0, 100, framed)
    return _written(path, [*there, *there[::-1], *there], 60.0)


def _pictures(path: Path, start: int, stop: int, change: Callable[[Image], Image]) -> list[Image]:
    with VideoReader(probe(path, with_hash=False)) as reader:
        return [change(image) for _, image in reader.frames(start, stop)]


def _written(path: Path, pictures: list[Image], fps: float) -> Path:
    assert len(pictures) == FRAMES
    with FilmWriter(path, fps, coding=Coding(quality=20, keyframe_every=250)) as writer:
        for picture in pictures:
            writer.write(picture)
    return path


def stages(side: Path, front: Path, folder: Path) -> str:
    """A table of the time each stage takes; stages follow from what progress says is done."""
    spent_s: defaultdict[str, float] = defaultdict(float)
    stage = "start"
    since = time.perf_counter()

    def show(step: Progress) -> None:
        nonlocal stage, since
        now = time.perf_counter()
        spent_s[stage] += now - since
        stage, since = step.text.split(",")[0].replace("side.mp4", "").replace("front.mp4", ""), now

    order = AnalysisOrder(
        (FilmChoice(side, Plane.SAGITTAL), FilmChoice(front, Plane.CORONAL)), Patient(height_m=1.65)
    )
    inner_s: defaultdict[str, float] = defaultdict(float)
    with contextlib.ExitStack() as timed:
        for owner, name, words in (
            (BlazePose, "pose", "network: body points"),
            (BlazePose, "people", "network: finding people"),
            (follow, "person_mask", "mask"),
            (VideoReader, "_take", "waiting for decoded frames"),
            (FilmWriter, "write", "coding the overlay films"),
            (analysing, "synchronize", "synchronization"),
        ):
            timed.enter_context(_timed(owner, name, inner_s, words))
        # One film after the other, or the stages of two could not be told apart.
        for floor in (analysing, bundle):
            timed.enter_context(
                mock.patch.object(floor, "abreast", lambda jobs, most=1: abreast(jobs, 1))
            )
        finish(analyse_into(order, folder, PLAIN), show)
    spent_s[stage] += time.perf_counter() - since
    total_s = sum(spent_s.values())
    rows = [f"One film after the other, {total_s:.1f} s in all:", ""]
    rows += ["| stage | s | share % |", "|---|---|---|"]
    rows += [
        f"| {words.strip()} | {s:.1f} | {100 * s / total_s:.0f} |" for words, s in spent_s.items()
    ]
    rows += ["", "Within these, at whatever stage:", "", "| work | s | share % |", "|---|---|---|"]
    rows += [f"| {words} | {s:.1f} | {100 * s / total_s:.0f} |" for words, s in inner_s.items()]
    return "\n".join(rows)


@contextlib.contextmanager
def _timed(owner: Any, name: str, spent_s: dict[str, float], words: str) -> Iterator[None]:
    work = getattr(owner, name)

    def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            spent_s[words] += time.perf_counter() - begun

    with mock.patch.object(owner, name, timed):
        yield
