"""Films: are 10,000 random steps right, and how fast are passes, steps and cached steps."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gaitdesk.domain.recording import Video
from gaitdesk.media.cache import CachedVideo
from gaitdesk.media.decoding import Decoder, Upright
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import Coding, FilmWriter
from tests.bench.results import record
from tests.media.corpus import KINDS, Kind, make, number_in, numbered

FRAMES = 300
SIZE = (320, 240)
SIZES = ((1280, 720), (2560, 1440))
TIMED_FRAMES = 150


def main(argv: list[str]) -> int:
    """Measure and record; the number of wrong frames."""
    parser = argparse.ArgumentParser("bench media")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20)
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        wrong, right_table = random_steps(Path(folder), given.steps, given.seed)
        speed_table = speeds(Path(folder))
    print(right_table, speed_table, sep="\n\n")
    command = f"python -m tests bench media --steps {given.steps} --seed {given.seed}"
    record("media", "Films: exact frames and speed", command, f"{right_table}\n\n{speed_table}")
    return wrong


def random_steps(folder: Path, steps: int, seed: int) -> tuple[int, str]:
    """Random steps through every kind of film; how many frames bore another number."""
    rows = [
        "Every frame bears its own number in blocks. Wrong frames, of all frames in order and of"
        f" random steps (single frames and runs of up to 5, seed {seed}):\n",
        "| film | frames | wrong in order | random steps | wrong |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    rng = np.random.default_rng(seed)
    share = -(-steps // len(KINDS))
    total = np.zeros(4, np.int64)
    for kind in KINDS:
        video = probe(make(kind, folder, FRAMES, *SIZE), with_hash=False)
        counts = _walked(video, kind, share, rng)
        rows.append(f"| {kind.name} | {' | '.join(str(c) for c in counts)} |")
        print(rows[-1], flush=True)
        total += counts
        video.path.unlink()
    rows.append(f"| **all** | {' | '.join(f'**{c}**' for c in total)} |")
    return int(total[1] + total[3]), "\n".join(rows)


def _walked(video: Video, kind: Kind, share: int, rng: np.random.Generator) -> list[int]:
    with VideoReader(video) as reader:
        in_order = sum(number_in(image) != kind.first + i for i, image in reader.frames())
        missing = FRAMES - kind.first - video.frame_count
        done = wrong = 0
        while done < share:
            start = int(rng.integers(video.frame_count))
            run = int(rng.choice([1, 1, 1, 5]))
            for i, image in reader.frames(start, start + min(run, share - done)):
                wrong += number_in(image) != kind.first + i
                done += 1
    return [video.frame_count, in_order + missing, done, wrong]


def speeds(folder: Path) -> str:
    """Passes in order in this process and through the other; steps with and without cache."""
    rows = [
        f"H.264, keyframe every 250 frames, 3 B-frames, {TIMED_FRAMES} frames at 60 a second:\n",
        "| picture | measure | value |",
        "| --- | --- | ---: |",
    ]
    for width, height in SIZES:
        path = folder / f"{height}.mp4"
        with FilmWriter(path, 60, coding=Coding(keyframe_every=250, b_frames=3)) as writer:
            for i in range(TIMED_FRAMES):
                writer.write(_textured(i, width, height))
        for measure, value in _timed(path):
            rows.append(f"| {width} x {height} | {measure} | {value} |")
            print(rows[-1], flush=True)
    return "\n".join(rows)


def _textured(number: int, width: int, height: int) -> np.ndarray:
    """A picture with as much detail as a camera's: noise that moves, under the number."""
    noise = np.random.default_rng(0).integers(0, 30, (height, width + 600, 3), np.uint8)
    return numbered(number % 200, width, height) // 2 + noise[:, 2 * number % 600 :][:, :width]


def _timed(path: Path) -> list[tuple[str, str]]:
    started = time.perf_counter()
    video = probe(path, with_hash=False)
    probed_s = time.perf_counter() - started
    inside, outside = [], []
    for _ in range(2):
        inside.append(_pass_inside(video))
        outside.append(_pass_outside(video))
    rng = np.random.default_rng(4)
    places = [int(i) for i in rng.integers(0, video.frame_count, 12)]
    started = time.perf_counter()
    with VideoReader(video) as reader:
        reader.frame(0)
        first_s = time.perf_counter() - started
        steps_s = [_seconds(lambda i=i: reader.frame(i)) for i in places]
    rows = [
        ("index (decodes all)", f"{probed_s:.2f} s"),
        ("pass in order, this process", f"{max(inside):.0f} frames/s"),
        ("pass in order, decoding process", f"{max(outside):.0f} frames/s"),
        ("start of the decoding process to first frame", f"{1e3 * first_s:.0f} ms"),
        ("random step, no cache, median / worst", _spread(steps_s)),
    ]
    for name, limit_bytes in (("exact", 4_000_000_000), ("JPEG", 512_000_000)):
        with CachedVideo(video, limit_bytes) as cached:
            if cached.cache.is_exact != (name == "exact"):
                continue
            new_s = [_seconds(lambda i=i: cached.frame(i)) for i in places[:8]]
            seen_s = [_seconds(lambda i=i: cached.frame(i)) for i in places[:8] * 5]
            size_mb = cached.cache.used_bytes / len(cached.cache) / 1e6
        rows += [
            (f"step to a new region, {name} cache, median / worst", _spread(new_s)),
            (f"step in a visited region, {name} cache, median / worst", _spread(seen_s)),
            (f"bytes a frame, {name} cache", f"{size_mb:.2f} MB"),
        ]
    return rows


def _pass_inside(video: Video) -> float:
    decoder = Decoder(
        video.path,
        video.times_s + video.start_s,
        Upright(video.width, video.height),
        lambda _: None,
    )
    into = np.empty((video.height, video.width, 3), np.uint8)
    decoder.put(0, into)
    started = time.perf_counter()
    for i in range(1, video.frame_count):
        decoder.put(i, into)
        into.copy()
    decoder.close()
    return (video.frame_count - 1) / (time.perf_counter() - started)


def _pass_outside(video: Video) -> float:
    with VideoReader(video) as reader:
        coming = reader.frames()
        next(coming)
        started = time.perf_counter()
        count = sum(1 for _ in coming)
        return count / (time.perf_counter() - started)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(times_s: list[float]) -> str:
    return f"{1e3 * np.median(times_s):.1f} / {1e3 * max(times_s):.1f} ms"
