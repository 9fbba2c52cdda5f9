"""The default's points and mask against corrected ones, and how many corrections a visit needs.

    python -m gaitdesk phantom cohort --subjects 60 --seed 32 --distance 3.2 --size 960x540 \
        --fps 60 --coronal-fps 30 --out COHORT
    python -m tests bench corrected COHORT

Without a cohort six children are filmed into the folder for temporary files, and kept there.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import MIRRORED, Landmark, Plane
from gaitdesk.domain.arrays import BoolArray, FloatArray
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import Video
from gaitdesk.jobs.phantoming import CohortOrder, make_cohort
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import Following, follow_patient
from gaitdesk.perception.masks import overlap_share
from gaitdesk.perception.package import find_package
from gaitdesk.perception.swap import leg_length_px
from tests.bench.results import record
from tests.bench.reviewed import phantom_visits, phantoms_text
from tests.bench.sessions import FAR, PARTS, reference_text, replayed, sessions_text
from tests.conftest import FILMS
from tests.perception.annotated import (
    AnnotatedFrame,
    ReviewedSession,
    annotated_frames,
    reviewed_sessions,
    second_reading,
)

GROUPS = {"head": ("NOSE", "EYE", "EAR"), **PARTS}
LEGS = [
    point for point in Landmark if point.name.endswith(("HIP", "KNEE", "ANKLE", "HEEL", "BIG_TOE"))
]
Row = tuple[AnnotatedFrame, FloatArray]
"""A frame, and how far each proposed point is off in it, shares of a leg, shape (23,)."""


@dataclass(frozen=True)
class Followed:
    """One film as the default follows it.

    Attributes:
        video: The film.
        found: What was found.
        leg_px: The patient's leg in it.
    """

    video: Video
    found: Following
    leg_px: float


def main(argv: list[str]) -> int:
    """Follow all films that have corrected frames, and record how far the default was off."""
    parser = argparse.ArgumentParser(prog="python -m tests bench corrected")
    parser.add_argument("cohort", nargs="?", type=Path, help="folder of a filmed cohort")
    parser.add_argument("--children", type=int, default=8, help="so many of it")
    asked = parser.parse_args(argv)
    cohort = asked.cohort or _own_cohort()
    model = BlazePose(find_package("blazepose"))
    frames = annotated_frames()
    films: dict[str, Followed] = {}
    for name in dict.fromkeys(one.film for one in frames):
        video = probe(FILMS / name, with_hash=False)
        found: Following = finish(follow_patient(video, model))
        films[name] = Followed(video, found, leg_length_px(found.pose))
        print(name, flush=True)
    visits = [
        replayed(
            session,
            [_as_followed(films[name], plane) for name, plane in _films_of(session)],
        )
        for session in reviewed_sessions()
    ]
    rows = [(one, _off(films[one.film].found.pose, one) / films[one.film].leg_px) for one in frames]
    text = "\n\n".join(
        (
            f"{len(frames)} frames of {len(films)} films, corrected by one annotator who started"
            " from the proposal (which favours it). Points that are hidden or blurred were not"
            " judged; the default gives no small toes. Distances of the default's followed,"
            " mended and smoothed points from the corrected ones.",
            _films_table(films, rows),
            _points_table(rows),
            _doubt(films, frames),
            sessions_text(visits, frames),
            reference_text(visits, frames),
            phantoms_text(phantom_visits(cohort, asked.children)),
        )
    )
    print(text)
    record(
        "corrected",
        "The default against frames corrected by hand",
        f"python -m tests bench corrected {cohort.name}",
        text,
    )
    return 0


def _films_of(session: ReviewedSession) -> list[tuple[str, Plane]]:
    return list(zip(session.films, session.planes, strict=True))


def _as_followed(film: Followed, plane: Plane) -> FilmAnalysis:
    found = film.found
    return FilmAnalysis(
        video=film.video,
        plane=plane,
        pose=found.pose,
        mask=found.mask,
        people=found.people,
        is_camera_fixed=found.is_camera_fixed,
    )


def _own_cohort() -> Path:
    """Six filmed children; those that are there already stay."""
    folder = Path(tempfile.gettempdir()) / "gaitdesk-corrected-cohort"
    order = CohortOrder(
        6, seed=32, distance_m=3.2, width=960, height=540, fps=60.0, coronal_fps=30.0
    )
    finish(make_cohort(order, folder))
    return folder


def _off(pose: PoseTrack, one: AnnotatedFrame) -> FloatArray:
    """Distance of each point from where the person put it, pixels, shape (23,)."""
    return np.asarray(np.linalg.norm(pose.points_px[one.frame] - one.points_px, axis=1))


def _films_table(films: dict[str, Followed], rows: list[Row]) -> str:
    lines = [
        "| film | frames | points judged | moved by hand % | median px | 90 % px |"
        f" median % of leg | 90 % of leg | beyond {FAR:.0%} of a leg % | legs mixed up, frames |"
        " outline kept, frames | IoU median | IoU least |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    shares = []
    for name, film in films.items():
        own = [(one, off) for one, off in rows if one.film == name]
        here = [_overlap(film, one) for one, _ in own]
        shares += here
        lines.append(
            f"| {name} | {_numbers(own, film.leg_px)} | {_mixed(films, own)} |"
            f" {_outlines(own, here)} |"
        )
    lines.append(
        f"| **all** | {_numbers(rows, None)} | {_mixed(films, rows)} | {_outlines(rows, shares)} |"
    )
    return "\n".join(lines)


def _numbers(rows: list[Row], leg_px: float | None) -> str:
    off = np.concatenate([one for _, one in rows])
    off = off[np.isfinite(off)]
    moved = sum(int(one.is_moved.sum()) for one, _ in rows)
    judged = sum(int(_is_judged(one).sum()) for one, _ in rows)
    middle, high = np.percentile(off, [50, 90])
    px = "" if leg_px is None else f"{middle * leg_px:.1f}"
    high_px = "" if leg_px is None else f"{high * leg_px:.1f}"
    return (
        f"{len(rows)} | {judged} | {100 * moved / judged:.0f} | {px} | {high_px} |"
        f" {100 * middle:.1f} | {100 * high:.1f} | {100 * (off > FAR).mean():.1f}"
    )


def _outlines(rows: list[Row], shares: list[float]) -> str:
    kept = sum(one.is_outline_kept for one, _ in rows)
    return f"{kept} | {np.median(shares):.3f} | {min(shares):.3f}"


def _overlap(film: Followed, one: AnnotatedFrame) -> float:
    height, width = film.video.height, film.video.width
    if film.found.mask is None:
        return 0.0
    return overlap_share(film.found.mask.at(one.frame), one.mask(height, width))


def _is_judged(one: AnnotatedFrame) -> BoolArray:
    return np.asarray(np.isfinite(one.points_px).all(axis=1))


def _mixed(films: dict[str, Followed], rows: list[Row]) -> int:
    """Frames whose legs fit better with left and right changed over."""
    count = 0
    for one, _ in rows:
        pose = films[one.film].found.pose
        turned = PoseTrack(pose.points_px[:, list(MIRRORED)], pose.confidence[:, list(MIRRORED)])
        as_named, changed = _off(pose, one)[LEGS], _off(turned, one)[LEGS]
        both = np.isfinite(as_named) & np.isfinite(changed)
        count += bool(changed[both].sum() < as_named[both].sum())
    return count


def _points_table(rows: list[Row]) -> str:
    lines = [
        f"| point | judged | moved by hand % | median % of leg | 90 % of leg |"
        f" beyond {FAR:.0%} of a leg % |",
        "|---|---|---|---|---|---|",
    ]
    for words, parts in GROUPS.items():
        own = [point for point in Landmark if point.name.endswith(parts)]
        off = np.concatenate([one[own] for _, one in rows])
        moved = sum(int(one.is_moved[own].sum()) for one, _ in rows)
        judged = sum(int(_is_judged(one)[own].sum()) for one, _ in rows)
        off = off[np.isfinite(off)]
        middle, high = np.percentile(off, [50, 90])
        lines.append(
            f"| {words} | {judged} | {100 * moved / judged:.0f} | {100 * middle:.1f} |"
            f" {100 * high:.1f} | {100 * (off > FAR).mean():.1f} |"
        )
    return "\n".join(lines)


def _doubt(films: dict[str, Followed], frames: list[AnnotatedFrame]) -> str:
    """The annotator against themselves, and the default against the reading made without it."""
    first = {(one.film, one.frame): one for one in frames}
    own, default_first, default_second = [], [], []
    for again in second_reading():
        film = films[again.film]
        before = first[again.film, again.frame]
        both = _is_judged(before) & _is_judged(again)
        apart = np.linalg.norm(before.points_px - again.points_px, axis=1) / film.leg_px
        own.append(apart[both])
        default_first.append((_off(film.found.pose, before) / film.leg_px)[both])
        default_second.append((_off(film.found.pose, again) / film.leg_px)[both])
    lines = [
        f"Leg points of {len(own)} of these frames were annotated again from the clean picture,"
        " without the proposal. What starting from the proposal is worth is the difference between"
        " the last two lines:\n",
        "| legs, % of leg | points | median | 90 % |",
        "|---|---|---|---|",
    ]
    for words, parts in (
        ("annotator, first against second reading", own),
        ("default against the first reading, which started from it", default_first),
        ("default against the second reading, which did not", default_second),
    ):
        off = np.concatenate(parts)
        off = off[np.isfinite(off)]
        middle, high = np.percentile(off, [50, 90])
        lines.append(f"| {words} | {len(off)} | {100 * middle:.1f} | {100 * high:.1f} |")
    return "\n".join(lines)
