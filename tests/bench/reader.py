"""The rule-based reader against phantoms, with exact and with detected keypoints.

Calibrated on one cohort, measured on another:

    python -m tests bench reader exact
    python -m gaitdesk phantom cohort --subjects 24 --seed 11 --out A ...
    python -m gaitdesk phantom cohort --subjects 60 --seed 12 --out B ...
    python -m tests bench reader detected A B

`--write` stores the calibration found in `resources/calibration/`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import CORONAL_ITEMS
from gaitdesk.domain.gait import EventKind
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.calibrating import (
    ItemResult,
    Specimen,
    agreement_with,
    calibrated,
    event_errors_s,
    exact_specimen,
    read,
)
from gaitdesk.media.output import atomic_folder, write_text
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.package import find_package
from gaitdesk.phantom.cohort import plan_cohort
from gaitdesk.phantom.session import film_name, unfilmed, visit_of
from gaitdesk.report.interchange import read_analysis, write_analysis
from gaitdesk.scoring.calibration import Calibration, calibration_path, calibration_text
from tests.bench.results import record

DISTANCE_M = 4.2


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests bench reader")
    parser.add_argument("keypoints", choices=("exact", "detected"))
    parser.add_argument("cohorts", nargs="*", type=Path, help="calibration and test cohort")
    parser.add_argument("--subjects", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs=2, default=(21, 22))
    parser.add_argument("--certainty", type=float, default=0.8)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(words)
    if asked.keypoints == "exact":
        own, other = (_exact(asked.subjects, seed) for seed in asked.seeds)
        name, title = "exact", "The reader with exact keypoints: the ceiling of the rules"
    else:
        own, other = (_detected(folder) for folder in asked.cohorts)
        name = BlazePose(find_package("blazepose")).name
        title = "The reader with detected keypoints"
    made_from = f"calibrated on {len(own)} phantom children"
    calibration = calibrated(own, name, made_from, asked.certainty)
    if asked.write:
        write_text(calibration_path(name), calibration_text(calibration))
    results = agreement_with(other, calibration)
    text = _report(own, other, calibration, results)
    print(text)
    record(
        f"reader-{asked.keypoints}", title, f"python -m tests bench reader {' '.join(words)}", text
    )
    return 0


def _exact(subjects: int, seed: int) -> list[Specimen]:
    plans = plan_cohort(subjects, seed)
    return [
        exact_specimen(unfilmed(replace(visit_of(plan), distance_m=DISTANCE_M))) for plan in plans
    ]


def _detected(folder: Path) -> list[Specimen]:
    """Children of a filmed cohort as the default model sees them; kept beside the films."""
    specimens = []
    for child in sorted(path for path in folder.iterdir() if (path / "truth").is_dir()):
        truth = read_analysis(child / "truth")
        found = _followed(child, truth)
        if found is not None:
            specimens.append(Specimen(truth, found))
    return specimens


def _followed(child: Path, truth: Analysis) -> tuple[FilmAnalysis, ...] | None:
    kept = child / "blazepose"
    if not kept.is_dir():
        model = BlazePose(find_package("blazepose"))
        films = []
        for plane in (film.plane for film in truth.films):
            video = probe(child / film_name(plane), with_hash=False)
            following = finish(follow_patient(video, model, want_mask=False))
            films.append(FilmAnalysis(video, plane, following.pose, people=following.people))
        with atomic_folder(kept) as work:
            write_analysis(Analysis(Patient(child.name), tuple(films)), work)
    found = read_analysis(kept).films
    return found if len(found) == len(truth.films) else None


def _report(
    own: list[Specimen],
    other: list[Specimen],
    calibration: Calibration,
    results: tuple[ItemResult, ...],
) -> str:
    lines = [
        f"Calibrated on {len(own)} phantom children, measured on {len(other)} others, both limbs;"
        f" {sum(len(one.films) for one in other)} films. An answer is given where the reader is at"
        f" least {100 * calibration.least_certainty:.0f} % sure; the rest is left to the reviewer.",
        "",
        "| item | answered | left % | exact % | within one % | weighted kappa"
        " | measured minus true, median (sd) | confusion, rows true 0 1 2 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(result) for result in results]
    sagittal = [r for r in results if r.item not in CORONAL_ITEMS]
    lines += ["", _share("Sagittal items", sagittal), _share("All items", list(results))]
    lines += ["", *_events(other, calibration)]
    return "\n".join(lines)


def _row(result: ItemResult) -> str:
    agreement = result.agreement
    if not agreement.count:
        return f"| {result.item.number} {result.item.value} | 0 | 100 | - | - | - | - | - |"
    errors = np.array(result.errors)
    spread = f"{np.median(errors):+.1f} ({np.std(errors):.1f})" if len(errors) else "-"
    return (
        f"| {result.item.number} {result.item.value} | {agreement.count} |"
        f" {100 * result.left_share:.0f} | {100 * agreement.exact:.1f} |"
        f" {100 * agreement.within_one:.1f} | {agreement.weighted_kappa:.2f} | {spread} |"
        f" {json.dumps(agreement.confusion.tolist())} |"
    )


def _share(name: str, results: list[ItemResult]) -> str:
    given = sum(r.agreement.count for r in results)
    right = sum(int(np.trace(r.agreement.confusion)) for r in results)
    asked = given + sum(r.left for r in results)
    return (
        f"{name}: {right} of {given} answers exact ({100 * right / max(1, given):.1f} %),"
        f" {100 * given / max(1, asked):.0f} % of {asked} cells answered."
    )


def _events(specimens: list[Specimen], calibration: Calibration) -> list[str]:
    late: dict[EventKind, list[float]] = {kind: [] for kind in EventKind}
    for specimen in specimens:
        films = read(specimen, calibration).films
        for truth, found in zip(specimen.truth.films, films, strict=True):
            if found.plane is Plane.SAGITTAL:
                for kind in EventKind:
                    late[kind] += event_errors_s(truth, found, kind)
    return [
        f"{kind.value.replace('_', ' ').capitalize()} of the near limb: {len(errors)} found,"
        f" {1000 * np.median(errors):+.0f} ms median, {1000 * np.std(errors):.0f} ms standard"
        f" deviation, {1000 * np.quantile(np.abs(errors), 0.9):.0f} ms at 90 %."
        for kind, errors in late.items()
    ]
