"""Synchronization: the beam walk at every known shift, and whether confidence keeps its word."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import Sync, Video
from gaitdesk.media.sync import propose_sync
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.package import find_package
from tests.bench.beam_reference import FOLDER, seen_by
from tests.bench.results import record
from tests.media.two_cameras import shifted_pair

MOST_DROPPED = 40
SEEDS = 12


def main(argv: list[str]) -> int:
    """Measure and record; the number of beam shifts wrong by more than a frame."""
    del argv
    wrong, beam_table = beam()
    word_table = confidence()
    print(beam_table, word_table, sep="\n\n")
    record(
        "sync",
        "Synchronization from body motion",
        "python -m tests bench sync",
        f"{beam_table}\n\n{word_table}",
    )
    return wrong


def beam() -> tuple[int, str]:
    """Drop the first 1 to 40 frames of either beam film and find the shift again."""
    videos = [probe(FOLDER / f"{camera}.mp4") for camera in ("cam03", "cam02")]
    model = BlazePose(find_package("blazepose"))
    followed = [finish(follow_patient(video, model, want_mask=False)).pose for video in videos]
    reference = [seen_by(camera) for camera in ("cam03", "cam02")]
    rows = [
        "Beam walk, two cameras 121 degrees apart, the first k frames of one film dropped,"
        f" k = -{MOST_DROPPED} ... {MOST_DROPPED}, so that down to 60 frames are shared; errors in"
        " frames of 1/60 s:\n",
        "| body points | error at k = 0 | greatest error | more than a frame | confidence |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    total = 0
    for name, tracks in (("BlazePose, followed and smoothed", followed), ("projected", reference)):
        errors, trusts = [], []
        for dropped in range(-MOST_DROPPED, MOST_DROPPED + 1):
            starts = max(0, dropped), max(0, -dropped)
            cut = [
                _from(video, track, start)
                for video, track, start in zip(videos, tracks, starts, strict=True)
            ]
            sync = _proposed(cut[0], cut[1])
            errors.append((sync.offset_s - _offset_s(videos, starts)) * 60.0)
            trusts.append(sync.confidence)
        wrong = int(np.sum(np.abs(errors) > 1.0))
        total += wrong
        rows.append(
            f"| {name} | {errors[MOST_DROPPED]:+.2f} | {np.abs(errors).max():.2f} |"
            f" {wrong} of {len(errors)} | {min(trusts):.2f} to {max(trusts):.2f} |"
        )
    return total, "\n".join(rows)


def confidence() -> str:
    """Made walks with strides from equal to uneven: how often is each confidence right."""
    right, stated, needed_s = [], [], []
    rng = np.random.default_rng(0)
    for unevenness in (0.0, 0.02, 0.04, 0.06):
        for rests in (False, True):
            for noise_px in (1.0, 3.0):
                for seed in range(SEEDS):
                    offset_s = float(rng.uniform(-2.0, 2.0))
                    one, other = shifted_pair(
                        offset_s,
                        fps=(60.0, 50.0),
                        unevenness=unevenness,
                        rests=rests,
                        noise_px=noise_px,
                        seed=3 * seed,
                    )
                    films = [(Video(Path("made"), t, 1280, 720), p) for t, p in (one, other)]
                    started = time.perf_counter()
                    sync = _proposed(films[0], films[1])
                    needed_s.append(time.perf_counter() - started)
                    right.append(abs(sync.offset_s - offset_s) < 1 / 60)
                    stated.append(sync.confidence)
    rows = [
        f"Made walks of 6 s ({len(right)}; offsets up to 2 s, step times uneven by 0 to 6 %, with"
        " and without setting off, detector noise of 1 and 3 pixels a frame, 60 and 50 frames a"
        f" second; {1e3 * np.median(needed_s):.0f} ms each):\n",
        "| confidence | walks | right to a frame |",
        "| --- | ---: | ---: |",
    ]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [r for r, c in zip(right, stated, strict=True) if low <= min(c, 0.999) < low + 0.2]
        share = f"{100 * np.mean(inside):.0f} %" if inside else "-"
        rows.append(f"| {low:.1f} to {low + 0.2:.1f} | {len(inside)} | {share} |")
    return "\n".join(rows)


def _from(video: Video, track: PoseTrack, start: int) -> tuple[Video, PoseTrack]:
    times_s: FloatArray = video.times_s[start:] - video.times_s[start]
    return (
        Video(video.path, times_s, video.width, video.height),
        PoseTrack(track.points_px[start:], track.confidence[start:]),
    )


def _offset_s(videos: list[Video], starts: tuple[int, int]) -> float:
    return float(videos[0].times_s[starts[0]] - videos[1].times_s[starts[1]])


def _proposed(one: tuple[Video, PoseTrack], other: tuple[Video, PoseTrack]) -> Sync:
    return propose_sync(0, 1, one[0], one[1], other[0], other[1])
