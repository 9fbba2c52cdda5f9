"""The job on every development film: `python -m tests bench films [words in a name ...]`."""

from __future__ import annotations

import argparse
import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import State
from gaitdesk.domain.gait import EventKind, Parameter
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import View
from gaitdesk.gait.direction import find_passes
from gaitdesk.media.video import probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.follow import follow_patient
from gaitdesk.perception.package import find_package
from gaitdesk.report.interchange import read_analysis
from gaitdesk.report.words import view_words
from tests.bench.results import record
from tests.bench.watched import Watched, watch
from tests.conftest import FILMS

BEAM, TWO = "pose2sim_beam", "pose2sim_two_people"
STREET = "sports2d_demo/demo.mp4"
NO_CYCLE = "no full gait cycle"


@dataclass(frozen=True)
class Case:
    """Films analysed together.

    Attributes:
        sagittal, coronal: Films below the folder of development films, or None.
    """

    sagittal: str | None = None
    coronal: str | None = None

    @property
    def name(self) -> str:
        parts = []
        if self.sagittal:
            parts.append(f"{self.sagittal} (sagittal)")
        if self.coronal:
            parts.append(f"{self.coronal} (coronal)")
        return " + ".join(parts)


CASES = (
    Case(sagittal=STREET),
    Case(sagittal=f"{BEAM}/cam03.mp4", coronal=f"{BEAM}/cam02.mp4"),
    Case(sagittal=f"{BEAM}/cam03.mp4"),
    Case(coronal=f"{BEAM}/cam02.mp4"),
    Case(sagittal=f"{TWO}/cam03.mp4", coronal=f"{TWO}/cam02.mp4"),
    Case(sagittal=f"{TWO}/cam03.mp4"),
    Case(coronal=f"{TWO}/cam02.mp4"),
    Case(sagittal="gmdcsa24/subject3_ADL_19.mp4"),
    Case(sagittal="intel_one_by_one/one-by-one-person-detection.mp4"),
    Case(coronal="intel_one_by_one/one-by-one-person-detection.mp4"),
)


def main(argv: list[str]) -> int:
    """Analyse all films, print and record the table; with words, only those and no record."""
    parser = argparse.ArgumentParser("bench films")
    parser.add_argument("words", nargs="*", help="only films whose names hold one of these")
    words = parser.parse_args(argv).words
    rows = [
        "| films | view, direction | people | followed % | passes | cycles | scored / reviewer /"
        " not scorable, of 34 | s | CPU s | peak MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    contacts = ""
    for case in CASES:
        if words and not any(word in case.name for word in words):
            continue
        with tempfile.TemporaryDirectory() as folder:
            run = watch(*_command(case, Path(folder)))
            analysis = read_analysis(Path(folder)) if run.code == 0 else None
        rows.append(_row(case, run, analysis))
        print(rows[-1], flush=True)
        if analysis is not None and case.sagittal == STREET and not case.coronal:
            contacts = _against_hand(analysis)
    text = "\n".join(rows) + (f"\n\n{contacts}" if contacts else "")
    print(text)
    if not words:
        record("films", "The job on every development film", "python -m tests bench films", text)
    return 0


def _command(case: Case, folder: Path) -> list[object]:
    command: list[object] = ["analyse", "--out", folder]
    if case.sagittal:
        command += ["--sagittal", FILMS / case.sagittal]
    if case.coronal:
        command += ["--coronal", FILMS / case.coronal]
    return command


def _row(case: Case, run: Watched, analysis: Analysis | None) -> str:
    took = f"{run.wall_s:.0f} | {run.cpu_s:.0f} | {run.peak_bytes / 1e6:.0f}"
    if analysis is None:
        said = " ".join(run.errors.split())
        return f"| {case.name} | {_followed(case, said)} | | refused: {said} | {took} |"
    films = analysis.films

    def each(values: list[object]) -> str:
        return " + ".join(map(str, values))

    views = [
        ", ".join(dict.fromkeys(_seen(one.view, one.direction) for one in film.passes)) or "-"
        for film in films
    ]
    states = [cell.state for cell in analysis.scoresheet.cells.values()]
    answers = " / ".join(
        str(states.count(state))
        for state in (State.SCORED, State.REVIEWER_DECIDES, State.NOT_SCORABLE)
    )
    return (
        f"| {case.name} | {each(views)} | {each([film.people for film in films])} |"
        f" {each([round(film.found_pct) for film in films])} |"
        f" {each([len(film.passes) for film in films])} | {len(analysis.cycles)} |"
        f" {answers} | {took} |"
    )


def _followed(case: Case, said: str) -> str:
    """View, people, share followed and passes in a film alone that was refused for its steps."""
    if NO_CYCLE not in said or (case.sagittal and case.coronal):
        return "| | |"
    video = probe(FILMS / (case.sagittal or case.coronal or ""), with_hash=False)
    followed = finish(follow_patient(video, BlazePose(find_package("blazepose"))))
    plane = Plane.SAGITTAL if case.sagittal else Plane.CORONAL
    passes = find_passes(followed.pose, video.times_s, plane)
    views = ", ".join(dict.fromkeys(_seen(one.view, one.direction) for one in passes)) or "-"
    share = 100 * followed.pose.is_seen.mean()
    return f"{views} | {followed.people} | {share:.0f} | {len(passes)}"


def _seen(view: View, direction: int) -> str:
    if view.plane is Plane.CORONAL:
        return view_words(view)
    return f"{view_words(view)}, to image {'right' if direction > 0 else 'left'}"


def _against_hand(analysis: Analysis) -> str:
    """The street's contacts and cadence beside those that a person read off the film."""
    table = (FILMS / STREET).with_name("demo_hand_read_initial_contacts.csv")
    with table.open(encoding="utf-8") as file:
        by_hand = [(int(row["frame"]), Side(row["foot"])) for row in csv.DictReader(file)]
    (film,) = analysis.films
    found = [
        (event.frame, event.side)
        for event in film.events
        if event.kind is EventKind.INITIAL_CONTACT
    ]
    rows = [
        "Initial contacts of `sports2d_demo`, frames from 0:\n",
        "| foot | read by hand | found | difference |",
        "|---|---|---|---|",
    ]
    for frame, side in by_hand:
        near = min((f for f, s in found if s is side), key=lambda f: abs(f - frame), default=None)
        apart = "none" if near is None else f"{near - frame:+d}"
        rows.append(f"| {side.value} | {frame} | {near} | {apart} |")
    frames = [frame for frame, _ in by_hand]
    hand = 60.0 * 30.0 * (len(frames) - 1) / (frames[-1] - frames[0])
    (cadence,) = (
        one.measure.value for one in analysis.spatiotemporal if one.parameter is Parameter.CADENCE
    )
    rows.append(
        f"\nCadence {cadence:.1f} steps/min against {hand:.1f} by hand"
        f" ({100 * (cadence / hand - 1):+.1f} %). Contacts found besides:"
        f" {sum(min(abs(f - h) for h, s in by_hand if s is side) > 2 for f, side in found)}."
    )
    return "\n".join(rows)
