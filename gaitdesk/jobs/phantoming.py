"""Filming phantoms: one visit with its truth and contact sheet, or a whole cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import listed, tr
from gaitdesk.jobs.analysing import AT_ONCE, analyse, analyse_into
from gaitdesk.jobs.order import AnalysisOrder, FilmChoice
from gaitdesk.media.output import atomic_folder, write_bytes, write_text
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.package import find_package
from gaitdesk.phantom.body import figure
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.cohort import SubjectPlan, plan_cohort
from gaitdesk.phantom.look import Orthosis, varied_look
from gaitdesk.phantom.patterns import PATTERNS, limbs_of
from gaitdesk.phantom.rooms import furnished_room
from gaitdesk.phantom.session import Staging, Visit, film_name, film_visit, visit_of
from gaitdesk.phantom.sheet import Panel, contact_sheet
from gaitdesk.phantom.walker import walk
from gaitdesk.report.interchange import read_analysis, write_analysis
from gaitdesk.report.pdf import PLAIN

SHEET_FILE = "contact-sheet.png"
COHORT_FILE = "cohort.csv"
TRUTH_FOLDER = "truth"
FILMS_FOLDER = "phantom"
ORDER_FILE = "order.txt"


@dataclass(frozen=True, slots=True)
class PhantomOrder:
    """A single phantom, as asked for.

    Attributes:
        pattern: Name of a gait pattern.
        severity: 0 for normal, 1 for the pattern in full.
        side: The affected limb of a one-sided pattern.
        age_years: Of the child.
        seed: Of body, look, room and variability.
        staging: Where and how it is filmed.
        distance_m: How far each of the two walks goes.
        has_orthosis: Whether the child wears ankle-foot orthoses.
    """

    pattern: str
    severity: float = 1.0
    side: Side = Side.LEFT
    age_years: float = 8.0
    seed: int = 0
    staging: Staging = field(default_factory=Staging)
    distance_m: float = 5.0
    has_orthosis: bool = False


def ordered_visit(order: PhantomOrder) -> Visit:
    """The visit of a phantom as asked for.

    Raises:
        OptionInvalid: No such pattern, or a severity or age out of range.
    """
    if order.pattern not in PATTERNS:
        raise OptionInvalid(
            tr("There is no pattern named {name}. Choose one of: {names}.").format(
                name=order.pattern, names=listed(PATTERNS)
            )
        )
    staging = order.staging
    _check(order.seed, order.distance_m, staging.width, staging.height, staging.fps)
    _check_rate(staging.coronal_fps)
    if not 0.0 <= order.severity <= 1.0:
        raise OptionInvalid(
            tr("Severity goes from 0 to 1, not {value:g}.").format(value=order.severity)
        )
    if not 3.0 <= order.age_years <= 17.0:
        raise OptionInvalid(
            tr("Phantoms are 3 to 17 years old, not {value:g}.").format(value=order.age_years)
        )
    return Visit(
        name=f"phantom-{order.pattern}-{order.seed}",
        age_years=order.age_years,
        build=build_of(order.age_years, order.seed),
        limbs=limbs_of(order.pattern, order.side, order.severity),
        look=varied_look(
            order.seed, orthosis=Orthosis.BOTH if order.has_orthosis else Orthosis.NONE
        ),
        seed=order.seed,
        staging=replace(order.staging, room=order.seed),
        distance_m=order.distance_m,
    )


def _check(seed: int, distance_m: float, width: int, height: int, fps: float | None) -> None:
    """Refuse what no camera and no walkway can do.

    Raises:
        OptionInvalid: A number out of range.
    """
    for name, value, low, high in (
        ("--seed", seed, 0, 2**31),
        ("--distance", distance_m, 1.0, 7.0),
        ("--size", width, 64, 4096),
        ("--size", height, 64, 4096),
        ("--fps", 60.0 if fps is None else fps, 1.0, 240.0),
    ):
        if not low <= value <= high:
            raise OptionInvalid(
                tr("{name} goes from {low:g} to {high:g}, not {value:g}.").format(
                    name=name, low=low, high=high, value=value
                )
            )


def _check_rate(coronal_fps: float | None) -> None:
    """Refuse what no camera at the walkway's end can do.

    Raises:
        OptionInvalid: A rate out of range.
    """
    if coronal_fps is not None and not 1.0 <= coronal_fps <= 240.0:
        raise OptionInvalid(
            tr("{name} goes from {low:g} to {high:g}, not {value:g}.").format(
                name="--coronal-fps", low=1.0, high=240.0, value=coronal_fps
            )
        )


def make_phantom(order: PhantomOrder, folder: Path) -> Job[tuple[Analysis, tuple[Path, ...]]]:
    """Film one phantom: two films, the truth and a contact sheet.

    Raises:
        OptionInvalid: See `ordered_visit`.
        DiskFull, OutputNotWritable: The folder cannot take the files; nothing is left there.
    """
    visit = ordered_visit(order)
    with atomic_folder(folder) as work:
        truth = yield from portion(film_visit(visit, work), 0.0, 950.0)
        films = tuple(
            replace(film, video=replace(film.video, path=folder / film.video.path.name))
            for film in truth.films
        )
        truth = replace(truth, films=films)
        write_analysis(truth, work / TRUTH_FOLDER)
        yield Progress(960, 1000, tr("Drawing the contact sheet"))
        yield from portion(draw_sheet((order,), work / SHEET_FILE), 960.0, 40.0)
        names = sorted(path.name for path in work.iterdir())
    return truth, tuple(folder / name for name in names)


def demonstrate(
    order: PhantomOrder, folder: Path
) -> Job[tuple[Analysis, Analysis, tuple[Path, ...]]]:
    """Film a phantom, analyse its films like any others, and write the results beside them.

    Films of the same order that are already there are used again.

    Returns:
        The truth, the analysis, and the files of its results.

    Raises:
        GaitDeskError: As filming and analysing.
    """
    truth, films = yield from portion(_filmed(order, folder / FILMS_FOLDER), 0.0, 600.0)
    job = analyse_into(films, folder / "results", PLAIN)
    analysis, files = yield from portion(job, 600.0, 400.0)
    return truth, analysis, files


def film_and_analyse(order: PhantomOrder, folder: Path) -> Job[tuple[Analysis, Analysis]]:
    """Film a phantom and analyse its films like any others; nothing is written but the films.

    Films of the same order that are already there are used again.

    Returns:
        The truth and the analysis.

    Raises:
        GaitDeskError: As filming and analysing.
    """
    truth, films = yield from portion(_filmed(order, folder / FILMS_FOLDER), 0.0, 600.0)
    model = BlazePose(find_package("blazepose"), max(1, AT_ONCE // len(films.films)))
    analysis = yield from portion(analyse(films, model), 600.0, 400.0)
    return truth, analysis


def _filmed(order: PhantomOrder, films: Path) -> Job[tuple[Analysis, AnalysisOrder]]:
    """The truth of a phantom's films, and the order to analyse them."""
    truth = _kept(order, films)
    if truth is None:
        truth, _ = yield from make_phantom(order, films)
        write_text(films / ORDER_FILE, repr(order))
    choices = tuple(FilmChoice(films / film_name(plane), plane) for plane in Plane)
    return truth, AnalysisOrder(choices, truth.patient, truth.conditions)


def _kept(order: PhantomOrder, films: Path) -> Analysis | None:
    """The truth of films made earlier to the same order; None where there are none."""
    note = films / ORDER_FILE
    if not note.is_file() or note.read_text(encoding="utf-8") != repr(order):
        return None
    return read_analysis(films / TRUTH_FOLDER)


def draw_sheet(orders: Sequence[PhantomOrder], path: Path) -> Job[Path]:
    """A contact sheet of several phantoms in both views, as a PNG."""
    panels = []
    for order in orders:
        visit = ordered_visit(order)
        caption = f"{order.pattern.replace('_', ' ')}, {order.severity:.1f}, {order.side}"
        motion = walk(visit.build, visit.limbs, seed=visit.seed)
        panels.append(Panel(caption, figure(visit.build, visit.look), motion, order.side))
    columns = 1 if len(panels) == 1 else 2
    sheet = yield from contact_sheet(panels, furnished_room(orders[0].seed), columns=columns)
    is_done, coded = cv2.imencode(".png", sheet[..., ::-1])
    if not is_done:
        raise ValueError("the contact sheet could not be coded as PNG")
    write_bytes(path, coded.tobytes())
    return path


@dataclass(frozen=True, slots=True)
class CohortOrder:
    """A cohort, as asked for.

    Attributes:
        subjects: How many children.
        seed: Of everything drawn.
        part, parts: Only every `parts`-th child, from `part` on (0-based), so that several
            processes can share the work.
        distance_m: How far each walk goes.
        width, height, fps, coronal_fps: Of the films; None leaves them to the plan.
    """

    subjects: int
    seed: int = 0
    part: int = 0
    parts: int = 1
    distance_m: float = 5.0
    width: int = 1280
    height: int = 720
    fps: float | None = None
    coronal_fps: float | None = None


def cohort_visit(order: CohortOrder, plan: SubjectPlan) -> Visit:
    """The visit of one child, filmed as the order says."""
    visit = visit_of(plan)
    staging = replace(
        visit.staging,
        width=order.width,
        height=order.height,
        fps=order.fps or visit.staging.fps,
        coronal_fps=order.coronal_fps,
    )
    return replace(visit, staging=staging, distance_m=order.distance_m)


def make_cohort(order: CohortOrder, folder: Path) -> Job[int]:
    """Film the children of a cohort that are not there yet, one after the other.

    A child's folder appears whole or not at all, so a run that was stopped goes on where it was.

    Returns:
        How many children were filmed now.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the files.
    """
    _check(order.seed, order.distance_m, order.width, order.height, order.fps)
    _check_rate(order.coronal_fps)
    plans = plan_cohort(order.subjects, order.seed)
    note, words = folder / ORDER_FILE, repr(replace(order, part=0, parts=1))
    if note.is_file() and note.read_text(encoding="utf-8") != words:
        raise OptionInvalid(
            tr(
                "{folder} holds a cohort made to another order. Choose another folder with --out,"
                " or give the same --subjects, --seed, --size, --fps and --distance."
            ).format(folder=folder)
        )
    write_text(note, words)
    write_text(folder / COHORT_FILE, _cohort_table(plans))
    own = plans[order.part :: order.parts]
    missing = [plan for plan in own if not (folder / plan.name).exists()]
    for number, plan in enumerate(missing):
        start = 1000.0 * (len(own) - len(missing) + number) / len(own)
        with atomic_folder(folder / plan.name) as work:
            visit = cohort_visit(order, plan)
            truth = yield from portion(film_visit(visit, work), start, 1000.0 / len(own))
            write_analysis(truth, work / TRUTH_FOLDER)
    return len(missing)


def _cohort_table(plans: Sequence[SubjectPlan]) -> str:
    rows = ["subject,split,age_years,pattern,fps,offset_s"]
    rows += [
        f"{plan.name},{plan.split},{plan.age_years:.1f},{plan.pattern},{plan.fps:g},{plan.offset_s:.3f}"
        for plan in plans
    ]
    return "\n".join(rows) + "\n"
