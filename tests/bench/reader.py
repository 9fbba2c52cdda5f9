"""The rule-based reader against phantoms, with exact and with detected keypoints.

Calibrated on one cohort, measured on others:

    python -m tests bench reader exact
    python -m gaitdesk phantom cohort --subjects 30 --seed 31 --out A ...
    python -m gaitdesk phantom cohort --subjects 60 --seed 32 --out B ...
    python -m tests bench reader detected A B

`--write` stores the calibration found in `resources/calibration/`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.evgs import CORONAL_ITEMS, Score
from gaitdesk.domain.gait import EventKind
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.calibrating import (
    ItemResult,
    Specimen,
    agreement_of,
    calibrated,
    event_errors_s,
    exact_specimen,
    pooled,
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
from gaitdesk.scoring.calibration import (
    Calibration,
    calibration_of,
    calibration_path,
    calibration_text,
)
from gaitdesk.scoring.examples import NEVER
from tests.bench.results import record

DISTANCE_M = 4.2
# The share of right answers that is aimed at, above the goals of 97 and 85 %: what is chosen on
# one cohort does worse on the next, and the more so the fewer children it was chosen on. Aiming
# at 90 % with 18 to 40 filmed children left some items at 65 to 80 % on others.
AIMS = {"exact": 0.985, "detected": 0.9}
GOALS = {"exact": 0.97, "detected": 0.85}
REMAINS = {
    "exact": (
        "What is left: a sagittal picture does not show how a pelvis is tilted, so the hip items"
        " keep an error of 2 to 3 degrees; contact is known to about 14 ms while the knee extends"
        " by 3 degrees in that time; a heel and toes that land within 25 ms of each other are"
        " called flat, which 30 frames a second cannot tell, so initial contact is left to the"
        " reviewer below 45; abnormal clearance is too rare in the cohort to be answered. The truth"
        " is the mean over all strides of both walks; the reader sees two to six of them."
    ),
    "detected": (
        "What is left: heel and toe are found to 4 to 5 % of the leg's length, so heel lift and"
        " stance dorsiflexion are not told apart well enough to answer, and pelvic obliquity has an"
        " error larger than its bands. The default model gives no small toe, so a turned foot is"
        " judged without knowing how far it is turned. Answers other than 0 are few among 18"
        " children, and no answer may be surer than its examples support; most abnormal limbs are"
        " therefore left to the reviewer. An item that falls short on the test cohort is measured"
        " here as it was and withheld in the product, which then leaves it to the reviewer. Most"
        " of the test children had been measured once before, at the same aim."
    ),
}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests bench reader")
    parser.add_argument("keypoints", choices=("exact", "detected"))
    parser.add_argument("cohorts", nargs="*", type=Path, help="calibration and test cohort")
    parser.add_argument("--subjects", type=int, default=120, help="to calibrate on")
    parser.add_argument("--seed", type=int, default=21, help="of those")
    parser.add_argument("--test-subjects", type=int, default=60, help="of each test seed")
    parser.add_argument("--test-seeds", type=int, nargs="+", default=(41, 42, 43))
    parser.add_argument("--aim", type=float, help="share of the answers that is to be right")
    parser.add_argument("--keep", type=Path, help="folder that keeps exact children between runs")
    parser.add_argument(
        "--stored", action="store_true", help="measure the calibration in force, make none"
    )
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(words)
    own: list[Specimen] = []
    if asked.keypoints == "exact":
        if not asked.stored:
            own = _exact(asked.subjects, asked.seed, asked.keep)
        others = {
            f"seed {seed}": _exact(asked.test_subjects, seed, asked.keep)
            for seed in asked.test_seeds
        }
        name, title = "exact", "The reader with exact keypoints: the ceiling of the rules"
    else:
        if not asked.stored:
            own = _detected(asked.cohorts[0])
        others = {folder.name: _detected(folder) for folder in asked.cohorts[-1:]}
        name = BlazePose(find_package("blazepose")).name
        title = "The reader with detected keypoints"
    aim = asked.aim or AIMS[asked.keypoints]
    calibration = calibration_of(name) if asked.stored else calibrated(own, name, aim)
    text, results = _report(others, calibration, aim, GOALS[asked.keypoints])
    text = f"{text}\n\n{REMAINS[asked.keypoints]}"
    if asked.write:
        kept = _withheld(calibration, results, GOALS[asked.keypoints])
        write_text(calibration_path(name), calibration_text(kept))
    print(text)
    record(
        f"reader-{asked.keypoints}", title, f"python -m tests bench reader {' '.join(words)}", text
    )
    return 0


def _exact(subjects: int, seed: int, keep: Path | None) -> list[Specimen]:
    specimens = []
    for plan in plan_cohort(subjects, seed):
        kept = keep and keep / f"seed-{seed}-of-{subjects}" / plan.name
        if kept and kept.is_dir():
            specimens.append(exact_specimen(read_analysis(kept)))
            continue
        truth = unfilmed(replace(visit_of(plan), distance_m=DISTANCE_M))
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with atomic_folder(kept) as work:
                write_analysis(truth, work)
        specimens.append(exact_specimen(truth))
    return specimens


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


def _withheld(calibration: Calibration, results: Sequence[ItemResult], goal: float) -> Calibration:
    """A calibration that leaves to the reviewer what fell short of the goal when measured."""
    short = {r.item for r in results if r.agreement.count and r.agreement.exact < goal}
    items = {
        item: replace(own, least_certainty=NEVER, least_abnormal_certainty=None)
        if item in short
        else own
        for item, own in calibration.items.items()
    }
    return replace(calibration, items=items)


def _report(
    others: Mapping[str, list[Specimen]], calibration: Calibration, aim: float, goal: float
) -> tuple[str, tuple[ItemResult, ...]]:
    everyone = [specimen for cohort in others.values() for specimen in cohort]
    analyses = {
        name: [read(specimen, calibration) for specimen in cohort]
        for name, cohort in others.items()
    }
    by_cohort = {name: agreement_of(others[name], made) for name, made in analyses.items()}
    results = tuple(pooled(parts) for parts in zip(*by_cohort.values(), strict=True))
    lines = [
        f"{calibration.made_from.capitalize()}, measured on {len(everyone)} others, both"
        f" limbs; {sum(len(one.films) for one in everyone)} films. Each item is answered from the"
        f" certainty (first column) from which, by cross-validation among the children calibrated"
        f" on, {100 * aim:g} % of its answers are right; the rest is left to the reviewer.",
        "",
        "| item | 0 / else sure from % | answered | left % | exact % | within one %"
        " | weighted kappa | measured minus true, median (sd) | confusion, rows true 0 1 2 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(result, calibration) for result in results]
    sagittal = [r for r in results if r.item not in CORONAL_ITEMS]
    lines += ["", _share("Sagittal items", sagittal), _share("All items", list(results))]
    if len(by_cohort) > 1:
        lines += ["", *_by_cohort(by_cohort)]
    lines += [
        "",
        _short_of(results, goal),
        "",
        *_events(everyone, [one for made in analyses.values() for one in made]),
    ]
    return "\n".join(lines), results


def _by_cohort(by_cohort: Mapping[str, tuple[ItemResult, ...]]) -> list[str]:
    """Exact agreement of each cohort alone, with the answers it rests on."""
    lines = [
        "Exact % (answers) of each test cohort alone:",
        "",
        f"| item | {' | '.join(by_cohort)} |",
        f"|---|{'---|' * len(by_cohort)}",
    ]
    for parts in zip(*by_cohort.values(), strict=True):
        if any(part.agreement.count for part in parts):
            cells = [f"{100 * p.agreement.exact:.1f} ({p.agreement.count})" for p in parts]
            lines.append(f"| {parts[0].item.number} {parts[0].item.value} | {' | '.join(cells)} |")
    return lines


def _short_of(results: Sequence[ItemResult], goal: float) -> str:
    """Which items that are answered at all miss the goal."""
    short = [
        f"{r.item.value} ({100 * r.agreement.exact:.1f} %)"
        for r in results
        if r.agreement.count and r.agreement.exact < goal
    ]
    silent = [r.item.value for r in results if not r.agreement.count]
    return (
        f"Items answered that agree in less than {100 * goal:.0f} %: {', '.join(short) or 'none'}."
        f" Items never answered: {', '.join(silent) or 'none'}."
    )


def _row(result: ItemResult, calibration: Calibration) -> str:
    agreement = result.agreement
    if not agreement.count:
        return f"| {result.item.number} {result.item.value} | - | 0 | 100 | - | - | - | - | - |"
    sure = " / ".join(
        f"{100 * least:.0f}" if least <= 1.0 else "never"
        for least in (
            calibration.least_certainty_of(result.item),
            calibration.least_certainty_of(result.item, Score.MODERATE),
        )
    )
    errors = np.array(result.errors)
    spread = f"{np.median(errors):+.1f} ({np.std(errors):.1f})" if len(errors) else "-"
    return (
        f"| {result.item.number} {result.item.value} | {sure} | {agreement.count} |"
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


def _events(specimens: list[Specimen], analyses: list[Analysis]) -> list[str]:
    late: dict[EventKind, list[float]] = {kind: [] for kind in EventKind}
    for specimen, analysis in zip(specimens, analyses, strict=True):
        for truth, found in zip(specimen.truth.films, analysis.films, strict=True):
            if found.plane is Plane.SAGITTAL:
                for kind in EventKind:
                    late[kind] += event_errors_s(truth, found, kind)
    return [
        f"{kind.value.replace('_', ' ').capitalize()} of the near limb: {len(errors)} found,"
        f" {1000 * np.median(errors):+.0f} ms median, {1000 * np.std(errors):.0f} ms standard"
        f" deviation, {1000 * np.quantile(np.abs(errors), 0.9):.0f} ms at 90 %."
        for kind, errors in late.items()
    ]
