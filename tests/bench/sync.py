"""Synchronization: known shifts found again, whether confidence and drift keep their word.

Everything is measured as the job does it, with the gait events of both films, and once more
without them:

    python -m tests bench sync [COHORT]

COHORT is a folder of filmed phantoms that `bench reader detected` has followed before.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import Sync, Video
from gaitdesk.jobs.analysing import synchronize, with_gait
from gaitdesk.media.drift import measured_drift
from gaitdesk.media.motion import motion_signals
from gaitdesk.media.sync import propose_sync
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.package import find_package
from gaitdesk.phantom.cohort import plan_cohort
from gaitdesk.phantom.session import unfilmed, visit_of
from gaitdesk.report.interchange import read_analysis
from gaitdesk.scoring.calibration import PUBLISHED
from tests.bench.beam_reference import FOLDER, seen_by
from tests.bench.results import record
from tests.media.two_cameras import shifted_pair

MOST_DROPPED = 40
SEEDS = 12


PHANTOMS = 12
NOISE_PX = 2.0
DISTANCE_M = 4.2


def main(argv: list[str]) -> int:
    """Measure and record; the number of beam shifts wrong by more than a frame."""
    parser = argparse.ArgumentParser(prog="python -m tests bench sync")
    parser.add_argument("cohort", nargs="?", type=Path)
    cohort = parser.parse_args(argv).cohort
    wrong, beam_table = beam()
    tables = [beam_table, phantoms(cohort), confidence(), drifts()]
    print(*tables, sep="\n\n")
    record(
        "sync",
        "Synchronization from body motion and gait events",
        " ".join(["python -m tests bench sync", *argv]),
        "\n\n".join(tables),
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
        "| body points | events | error at k = 0 | greatest error | more than a frame | confidence"
        " | drift error ms/s |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    total = 0
    for name, tracks in (("BlazePose, followed and smoothed", followed), ("projected", reference)):
        found: dict[bool, list[tuple[float, Sync]]] = {False: [], True: []}
        for dropped in range(-MOST_DROPPED, MOST_DROPPED + 1):
            starts = max(0, dropped), max(0, -dropped)
            films = _walked(
                [
                    _from(video, track, start)
                    for video, track, start in zip(videos, tracks, starts, strict=True)
                ]
            )
            for has_events, sync in _both_ways(films):
                error = (sync.offset_s - _offset_s(videos, starts)) * 60.0
                found[has_events].append((error, sync))
        for has_events, results in found.items():
            errors = np.array([error for error, _ in results])
            wrong = int(np.sum(np.abs(errors) > 1.0))
            total += wrong
            trusts = [sync.confidence for _, sync in results]
            known = [s.drift_error_ms_per_s for _, s in results if s.drift_error_ms_per_s]
            rows.append(
                f"| {name} | {_yes(has_events)} | {errors[MOST_DROPPED]:+.2f} |"
                f" {np.abs(errors).max():.2f} | {wrong} of {len(errors)} |"
                f" {min(trusts):.2f} to {max(trusts):.2f} |"
                f" {f'{np.median(known):.0f} in {len(known)} films' if known else '-'} |"
            )
    return total, "\n".join(rows)


def phantoms(cohort: Path | None) -> str:
    """Phantom children, each clock set off by up to 1.2 s: how often is the offset right."""
    rows = [
        "Phantom children, whose cameras start up to 1.2 s apart. Usable is what is confident"
        " enough to be used; right is within a frame of 1/60 s in the middle of the film:\n",
        "| body points | events | right | usable | usable but wrong | median error of the right ms"
        " | median rest of events ms |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    sets = {f"exact, with noise of {NOISE_PX:.0f} pixels": _exact()}
    if cohort is not None:
        sets["filmed, BlazePose"] = _filmed(cohort)
    for name, specimens in sets.items():
        found: dict[bool, list[tuple[float, Sync]]] = {False: [], True: []}
        for truth, tracks in specimens:
            films = _walked(tracks)
            middle_s = films[0].video.duration_s / 2.0
            for has_events, sync in _both_ways(films):
                error_s = sync.to_coronal(middle_s) - truth.to_coronal(middle_s)
                found[has_events].append((error_s, sync))
        for has_events, results in found.items():
            error_s = np.array([abs(error) for error, _ in results])
            is_right = error_s < 1 / 60
            is_usable = np.array([sync.is_usable for _, sync in results])
            rests = [sync.residual_ms for _, sync in results if sync.residual_ms is not None]
            rows.append(
                f"| {name} | {_yes(has_events)} | {is_right.sum()} of {len(results)} |"
                f" {is_usable.sum()} | {(is_usable & ~is_right).sum()} |"
                f" {1e3 * np.median(error_s[is_right]):.1f} |"
                f" {f'{np.median(rests):.0f}' if rests else '-'} |"
            )
    return "\n".join(rows)


def confidence() -> str:
    """Made walks with strides from equal to uneven: how often is each confidence right."""
    found: dict[bool, list[tuple[bool, Sync]]] = {False: [], True: []}
    needed_s = []
    rng = np.random.default_rng(0)
    for unevenness in (0.0, 0.02, 0.04, 0.06):
        for rests in (False, True):
            for noise_px in (1.0, 3.0):
                for seed in range(SEEDS):
                    offset_s = float(rng.uniform(-2.0, 2.0))
                    pair = shifted_pair(
                        offset_s,
                        fps=(60.0, 50.0),
                        unevenness=unevenness,
                        rests=rests,
                        noise_px=noise_px,
                        seed=3 * seed,
                    )
                    films = _walked([(Video(Path("made"), t, 1280, 720), p) for t, p in pair])
                    started = time.perf_counter()
                    for has_events, sync in _both_ways(films):
                        right = abs(sync.offset_s - offset_s) < 1 / 60
                        found[has_events].append((right, sync))
                    needed_s.append((time.perf_counter() - started) / 2.0)
    rows = [
        f"Made walks of 6 s ({len(needed_s)}; offsets up to 2 s, step times uneven by 0 to 6 %,"
        " with and without setting off, detector noise of 1 and 3 pixels a frame, 60 and 50 frames"
        f" a second; {1e3 * np.median(needed_s):.0f} ms each):\n",
        "| confidence | walks | right to a frame | without events: walks | right to a frame |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, None):
        cells = []
        for results in (found[True], found[False]):
            inside = [
                right
                for right, sync in results
                if low is None or low <= min(sync.confidence, 0.999) < low + 0.2
            ]
            share = f"{100 * np.mean(inside):.0f} %" if inside else "-"
            cells.append(f"{len(inside)} | {share}")
        name = "all" if low is None else f"{low:.1f} to {low + 0.2:.1f}"
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def drifts() -> str:
    """Made walks of several lengths: what drift is known to, and which is told from none."""
    rows = [
        "Drift on made walks (10 each, noise 1 pixel): the error stated for it, and how often a"
        " drift is claimed for clocks that run apart by so much:\n",
        "| shared s | error stated ms/s | the same over the walk ms | 0 ms/s | 1 ms/s | 3 ms/s |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for duration_s in (2.0, 4.0, 8.0, 16.0, 32.0):
        errors, claims = [], []
        for ms_per_s in (0.0, 1.0, 3.0):
            rate, claimed = 1.0 + ms_per_s / 1000.0, 0
            for seed in range(10):
                one, (times_s, track) = shifted_pair(
                    0.0,
                    duration_s=duration_s,
                    fps=(60.0, 50.0),
                    unevenness=0.05,
                    noise_px=1.0,
                    seed=seed,
                )
                offset_s = duration_s / 2.0 * (rate - 1.0)
                drift = measured_drift(
                    motion_signals(*one), motion_signals(times_s * rate, track), offset_s
                )
                claimed += drift.ms_per_s != 0.0
                if drift.error_ms_per_s is not None:
                    errors.append(drift.error_ms_per_s)
            claims.append(f"{claimed} of 10")
        error = float(np.median(errors)) if errors else float("nan")
        rows.append(
            f"| {duration_s:.0f} | {error:.2f} | {error * duration_s:.0f} | {' | '.join(claims)} |"
        )
    return "\n".join(rows)


Tracks = list[tuple[Video, PoseTrack]]


def _exact() -> list[tuple[Sync, Tracks]]:
    """Phantoms as a detector with a little noise would see them."""
    rng = np.random.default_rng(5)
    specimens = []
    for plan in plan_cohort(PHANTOMS, 41):
        truth = unfilmed(replace(visit_of(plan), distance_m=DISTANCE_M))
        tracks = []
        for film in truth.films:
            noise_px = NOISE_PX * rng.standard_normal(film.pose.points_px.shape)
            noisy = PoseTrack(film.pose.points_px + noise_px, film.pose.confidence)
            tracks.append((film.video, noisy))
        specimens.append((truth.sync[0], tracks))
    return specimens


def _filmed(cohort: Path) -> list[tuple[Sync, Tracks]]:
    """Filmed phantoms as they were followed."""
    specimens = []
    for child in sorted(path for path in cohort.iterdir() if (path / "blazepose").is_dir()):
        films = read_analysis(child / "blazepose").films
        truth = read_analysis(child / "truth").sync[0]
        specimens.append((truth, [(film.video, film.pose) for film in films]))
    return specimens


def _walked(tracks: Tracks) -> list[FilmAnalysis]:
    """Both films with passes and events, the sagittal one first."""
    return [
        with_gait(FilmAnalysis(video, plane, track), True, PUBLISHED, Patient())
        for (video, track), plane in zip(tracks, (Plane.SAGITTAL, Plane.CORONAL), strict=True)
    ]


def _both_ways(films: Sequence[FilmAnalysis]) -> tuple[tuple[bool, Sync], ...]:
    """Synchronization by motion alone, and as the job does it, with events."""
    one, other = films
    alone = propose_sync(0, 1, one.video, one.pose, other.video, other.pose)
    (link,) = synchronize(films, None)
    return (False, alone), (True, link)


def _yes(has_events: bool) -> str:
    return "yes" if has_events else "no"


def _from(video: Video, track: PoseTrack, start: int) -> tuple[Video, PoseTrack]:
    times_s: FloatArray = video.times_s[start:] - video.times_s[start]
    return (
        Video(video.path, times_s, video.width, video.height),
        PoseTrack(track.points_px[start:], track.confidence[start:]),
    )


def _offset_s(videos: list[Video], starts: tuple[int, int]) -> float:
    return float(videos[0].times_s[starts[0]] - videos[1].times_s[starts[1]])
