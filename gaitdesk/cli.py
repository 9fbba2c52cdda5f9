"""The command line: analyse, doctor, phantom, demo, verify, agreement, export."""

from __future__ import annotations

import argparse
import io
import logging
import math
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import gaitdesk
from gaitdesk.commands.bar import with_bar
from gaitdesk.commands.export import add_export
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.errors import GaitDeskError, OptionInvalid, OutputNotWritable
from gaitdesk.domain.evgs import Item, Reason, State
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import LANGUAGES, retold, tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.jobs.analysing import AnalysisOrder
    from gaitdesk.jobs.phantoming import PhantomOrder
    from gaitdesk.phantom.session import Staging

NOT_UNDERSTOOD = 2
STOPPED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 not done, 2 not understood, 130 stopped."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A film's name may hold letters that the terminal's own alphabet lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
    # Errors reach the terminal as sentences; what is logged besides is for developers.
    logging.getLogger("gaitdesk").addHandler(logging.NullHandler())
    typed = list(sys.argv[1:] if words is None else words)
    if typed[:1] == ["--demo"]:
        typed[0] = "demo"
    arguments = _parser().parse_args(typed)
    if arguments.run is None:
        print(_welcome())
        return 0
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        code: int = arguments.run(arguments)
    except OptionInvalid as problem:
        print(problem, file=sys.stderr)
        return NOT_UNDERSTOOD
    except GaitDeskError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(tr("Stopped. Nothing was left half-written."), file=sys.stderr)
        return STOPPED
    finally:
        signal.signal(signal.SIGTERM, before)
    return code


def _welcome() -> str:
    return tr(
        "GaitDesk {version}: Edinburgh Visual Gait Score from two films of one walk.\n"
        "\n"
        "Without a command the window opens. The main job also runs from here:\n"
        "\n"
        "    gaitdesk analyse --sagittal side.mp4 --coronal front.mp4 --out results\n"
        "    gaitdesk demo --out results         the same on a made-up walking child\n"
        "    gaitdesk doctor                     try what this computer can do\n"
        "\n"
        "Add --help to a command for all its options.\n"
    ).format(version=gaitdesk.__version__)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the words typed in one sentence, without repeating all options."""

    def error(self, message: str) -> NoReturn:
        words = tr("{message}. Type {command} --help to see what can be typed.").format(
            message=message[:1].upper() + message[1:], command=self.prog
        )
        self.exit(NOT_UNDERSTOOD, f"{words}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="gaitdesk",
        description=tr("Edinburgh Visual Gait Score from two films of one walk."),
        epilog=tr("Decision support: a clinician decides every score."),
    )
    parser.add_argument("--version", action="version", version=f"GaitDesk {gaitdesk.__version__}")
    # Heard by `gaitdesk.__main__` before the words of this help are put together.
    parser.add_argument(
        "--language",
        metavar="LANGUAGE",
        help=tr("speak this language: {languages}; default: the system's").format(
            languages=", ".join(LANGUAGES)
        ),
    )
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title=tr("commands"), metavar="COMMAND")
    _add_analyse(commands.add_parser("analyse", help=tr("films in, EVGS form and report out")))
    _add_demo(commands.add_parser("demo", help=tr("analyse a made-up walking child")))
    _add_phantom(commands.add_parser("phantom", help=tr("film a walking child of known scores")))
    doctor = commands.add_parser("doctor", help=tr("try what this computer can do"))
    doctor.set_defaults(run=_doctor)
    _add_verify(commands.add_parser("verify", help=tr("find out whether records were changed")))
    _add_agreement(commands.add_parser("agreement", help=tr("how far readers agree")))
    add_export(commands.add_parser("export", help=tr("visits for other systems and for research")))
    return parser


def _add_analyse(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_analyse)
    films = parser.add_argument_group(tr("films; each option may be given several times"))
    films.add_argument("--sagittal", type=Path, action="append", default=[], metavar="FILM")
    films.add_argument("--coronal", type=Path, action="append", default=[], metavar="FILM")
    films.add_argument(
        "--mirrored",
        type=Path,
        action="append",
        default=[],
        metavar="FILM",
        help=tr("one of these films is a mirror image, as selfie cameras write"),
    )
    films.add_argument(
        "--rotate",
        action="append",
        default=[],
        metavar="FILM=DEGREES",
        help=tr("turn a film clockwise by 0, 90, 180 or 270 instead of what it says itself"),
    )
    films.add_argument(
        "--patient-at",
        action="append",
        default=[],
        metavar="FILM=X,Y",
        help=tr("a place on the patient in the first frame, pixels; default: who walks farthest"),
    )
    films.add_argument(
        "--offset",
        type=float,
        metavar="SECONDS",
        help=tr("time in the coronal film at the start of the sagittal film; default: proposed"),
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    reading = parser.add_argument_group(tr("reading"))
    reading.add_argument(
        "--reader",
        choices=("rules", "childgait", "both"),
        default="rules",
        help=tr("who proposes the scores: the rules, the network, or both side by side"),
    )
    reading.add_argument(
        "--network",
        metavar="NAME",
        help=tr("model package of the network; default: the first that is there"),
    )
    _add_patient(parser)


def _add_patient(parser: argparse.ArgumentParser) -> None:
    patient = parser.add_argument_group(tr("patient and conditions"))
    patient.add_argument("--pseudonym", default="", metavar="NAME")
    patient.add_argument("--age", type=float, metavar="YEARS")
    patient.add_argument("--height", type=float, metavar="CM", help=tr("gives lengths and speed"))
    patient.add_argument("--footwear", default="", metavar="TEXT")
    patient.add_argument("--aid", default="", metavar="TEXT")
    patient.add_argument("--note", default="", metavar="TEXT")
    patient.add_argument("--paper", choices=("a4", "letter"), default="a4")


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_verify)
    parser.description = tr(
        "Follows the journal of every edit from its first entry to its last and names the first one"
        " that was changed, removed or put in. Changes nothing."
    )
    parser.add_argument(
        "--data-folder", type=Path, metavar="FOLDER", help=tr("default: the user's own")
    )


def _add_agreement(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_agreement)
    parser.description = tr(
        "Compares every two readers of the visits that were read twice, each machine as one more"
        " reader: kappa and weighted kappa of each item, ICC(2,1) of totals."
    )
    parser.add_argument(
        "--data-folder", type=Path, metavar="FOLDER", help=tr("default: the user's own")
    )


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_demo)
    parser.description = tr(
        "Films a phantom, a made-up child whose every score is known, analyses the films as any"
        " others, and shows what was found beside what is true."
    )
    parser.add_argument("--out", type=Path, default=Path("gaitdesk-demo"), metavar="FOLDER")
    _add_walk(parser)


def _add_walk(parser: argparse.ArgumentParser) -> None:
    walk = parser.add_argument_group(tr("how the child walks"))
    walk.add_argument("--pattern", default="crouch", metavar="NAME")
    walk.add_argument("--severity", type=float, default=1.0, metavar="0..1")
    walk.add_argument("--side", type=Side, choices=list(Side), default=Side.LEFT)
    walk.add_argument("--age", type=float, default=8.0, metavar="YEARS")
    walk.add_argument("--seed", type=int, default=0)
    walk.add_argument(
        "--distance",
        type=float,
        default=4.0,
        metavar="METRES",
        help=tr("of each walk, there and back"),
    )


def _add_phantom(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_phantom)
    parser.description = tr(
        "Writes a sagittal and a coronal film, the truth in the form of an analysis, and a"
        " contact sheet. `gaitdesk phantom cohort` films many children at once; how they walk and"
        " are filmed is drawn, but for --seed, --subjects, --distance, --size, --fps and"
        " --coronal-fps."
    )
    parser.add_argument("what", nargs="?", choices=("one", "cohort"), default="one")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    _add_walk(parser)
    films = parser.add_argument_group(tr("how it is filmed"))
    films.add_argument("--fps", type=float, metavar="RATE", help=tr("default 60, or as planned"))
    films.add_argument(
        "--coronal-fps", type=float, metavar="RATE", help=tr("default the same as --fps")
    )
    films.add_argument("--size", default="1280x720", metavar="WIDTHxHEIGHT")
    films.add_argument("--oblique", type=float, default=0.0, metavar="DEGREES")
    films.add_argument("--tilt", type=float, default=0.0, metavar="DEGREES")
    films.add_argument("--roll", type=float, default=0.0, metavar="DEGREES")
    films.add_argument("--zoom", type=float, default=1.0, metavar="FACTOR")
    films.add_argument("--offset", type=float, default=0.0, metavar="SECONDS")
    films.add_argument("--rotate", type=int, choices=(0, 90, 180, 270), default=0)
    films.add_argument(
        "--drift", type=float, default=0.0, metavar="MS/S", help=tr("of the coronal camera's clock")
    )
    films.add_argument("--clutter", type=float, default=0.5, metavar="0..1")
    films.add_argument(
        "--with",
        dest="company",
        action="append",
        choices=("frame", "orthosis", "therapist"),
        default=[],
        help=tr("what goes along with the child; may be given several times"),
    )
    cohort = parser.add_argument_group(tr("cohort"))
    cohort.add_argument("--subjects", type=int, default=60)
    cohort.add_argument(
        "--part",
        default="1/1",
        metavar="K/N",
        help=tr("film every N-th child from the K-th on, so that N processes share the work"),
    )


def _phantom(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.phantoming import CohortOrder, PhantomOrder, make_cohort, make_phantom
    from gaitdesk.phantom.session import Staging

    width, height = _numbers(arguments.size, "x", "--size", "1280x720")
    _check_writable(arguments.out)
    if arguments.what == "cohort":
        part, parts = _numbers(arguments.part, "/", "--part", "1/2")
        if not 1 <= part <= parts or arguments.subjects < 1:
            raise OptionInvalid(tr("--part takes K/N with K from 1 to N; --subjects at least 1."))
        order = CohortOrder(
            arguments.subjects,
            arguments.seed,
            part - 1,
            parts,
            arguments.distance,
            width,
            height,
            arguments.fps,
            arguments.coronal_fps,
        )
        made = with_bar(make_cohort(order, arguments.out))
        print(tr("%n child(ren) filmed into {folder}.", "", made).format(folder=arguments.out))
        return 0
    for name, value, most in (
        ("--oblique", arguments.oblique, 80.0),
        ("--tilt", arguments.tilt, 30.0),
        ("--roll", arguments.roll, 30.0),
        ("--offset", arguments.offset, 2.0),
        ("--drift", arguments.drift, 50.0),
        ("--zoom", math.log(arguments.zoom) if arguments.zoom > 0 else math.nan, math.log(4.0)),
    ):
        if not abs(value) <= most:
            raise OptionInvalid(tr("{name} is out of range.").format(name=name))
    staging = Staging(
        fps=arguments.fps or 60.0,
        coronal_fps=arguments.coronal_fps,
        width=width,
        height=height,
        zoom=arguments.zoom,
        tilt_deg=arguments.tilt,
        roll_deg=arguments.roll,
        oblique_deg=arguments.oblique,
        coronal_start_s=arguments.offset,
        rotation_deg=arguments.rotate,
        drift_ms_per_s=arguments.drift,
        clutter=min(1.0, max(0.0, arguments.clutter)),
        has_frame="frame" in arguments.company,
        has_therapist="therapist" in arguments.company,
    )
    truth, files = with_bar(
        make_phantom(_phantom_order(arguments, PhantomOrder, staging), arguments.out)
    )
    for line in form_lines(truth):
        print(line)
    print()
    for file in files:
        print(f"  {file}")
    return 0


def _phantom_order(
    arguments: argparse.Namespace, kind: type[PhantomOrder], staging: Staging
) -> PhantomOrder:
    return kind(
        has_orthosis="orthosis" in getattr(arguments, "company", ()),
        pattern=arguments.pattern,
        severity=arguments.severity,
        side=arguments.side,
        age_years=arguments.age,
        seed=arguments.seed,
        staging=staging,
        distance_m=arguments.distance,
    )


def _numbers(value: str, between: str, option: str, example: str) -> tuple[int, int]:
    try:
        first, second = (int(part) for part in value.split(between))
    except ValueError as wrong:
        raise OptionInvalid(
            tr("{option} takes two numbers as in {example}, not {value}.").format(
                option=option, example=example, value=value
            )
        ) from wrong
    return first, second


def _demo(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.phantoming import PhantomOrder, demonstrate
    from gaitdesk.phantom.session import Staging

    _check_writable(arguments.out)
    order = _phantom_order(arguments, PhantomOrder, Staging())
    truth, analysis, files = with_bar(demonstrate(order, arguments.out))
    print(tr("What GaitDesk found:"))
    for line in summary(analysis):
        print(line)
    print()
    print(tr("What is true of this phantom:"))
    for line in form_lines(truth):
        print(line)
    print()
    for file in files:
        print(f"  {file}")
    return 0


def _analyse(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice
    from gaitdesk.jobs.reading import Readers

    if arguments.network is not None and arguments.reader == Readers.RULES:
        raise OptionInvalid(
            tr("--network names a network, so add --reader childgait or --reader both.")
        )
    paths: list[tuple[Path, Plane]] = [(path, Plane.SAGITTAL) for path in arguments.sagittal]
    paths += [(path, Plane.CORONAL) for path in arguments.coronal]
    if not paths:
        raise OptionInvalid(tr("No film given. Name at least one with --sagittal or --coronal."))
    turns = {
        path: _choice(value, path, (0, 90, 180, 270))
        for path, value in _by_film(arguments.rotate, "--rotate", [p for p, _ in paths])
    }
    places = {
        path: _place(value, path)
        for path, value in _by_film(arguments.patient_at, "--patient-at", [p for p, _ in paths])
    }
    _check_each_once([path for path, _ in paths])
    if arguments.offset is not None and not math.isfinite(arguments.offset):
        raise OptionInvalid(tr("--offset takes seconds, as in --offset=-0.4."))
    for path in arguments.mirrored:
        if path not in [p for p, _ in paths]:
            raise OptionInvalid(
                tr("--mirrored names {film}, which is none of the films given.").format(film=path)
            )
    order = AnalysisOrder(
        films=tuple(
            FilmChoice(path, plane, path in arguments.mirrored, turns.get(path), places.get(path))
            for path, plane in paths
        ),
        patient=_patient(arguments),
        conditions=Conditions(arguments.footwear, arguments.aid, arguments.note),
        offset_s=arguments.offset,
        readers=Readers(arguments.reader),
        network=arguments.network,
    )
    return _analyse_into(order, arguments.out, arguments.paper)


def _patient(arguments: argparse.Namespace) -> Patient:
    if arguments.height is not None and not 60 <= arguments.height <= 220:
        raise OptionInvalid(
            tr("--height takes centimetres between 60 and 220, not {value:g}.").format(
                value=arguments.height
            )
        )
    if arguments.age is not None and not 1 <= arguments.age <= 25:
        raise OptionInvalid(
            tr("--age takes years between 1 and 25, not {value:g}.").format(value=arguments.age)
        )
    height_m = None if arguments.height is None else arguments.height / 100.0
    return Patient(arguments.pseudonym, arguments.age, height_m)


def _by_film(values: Sequence[str], option: str, films: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each `FILM=VALUE` as the film it names and the value."""
    pairs = []
    for value in values:
        name, _, rest = value.rpartition("=")
        path = Path(name)
        if not rest or path not in films:
            raise OptionInvalid(
                tr("{option} takes FILM=VALUE with one of the films given, not {value}.").format(
                    option=option, value=value
                )
            )
        pairs.append((path, rest))
    return pairs


def _choice(value: str, path: Path, allowed: Sequence[int]) -> int:
    if value not in {str(one) for one in allowed}:
        raise OptionInvalid(
            tr("--rotate {film}: {value} is none of {allowed}.").format(
                film=path, value=value, allowed=", ".join(map(str, allowed))
            )
        )
    return int(value)


def _place(value: str, path: Path) -> Point:
    try:
        x, y = (float(part) for part in value.split(","))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        raise OptionInvalid(
            tr("--patient-at {film}: {value} is not X,Y in pixels, as in 640,360.").format(
                film=path, value=value
            )
        )
    return Point(x, y)


def _check_each_once(films: Sequence[Path]) -> None:
    """A film given twice would count every step of it twice."""
    places = [film.resolve() for film in films]
    for film, place in zip(films, places, strict=True):
        if places.count(place) > 1:
            raise OptionInvalid(
                tr("{film} is given twice. Give each film once, for the view it shows.").format(
                    film=film
                )
            )


def _check_writable(folder: Path) -> None:
    """Fail before an hour's work rather than after it."""
    standing = folder
    while not standing.exists() and standing != standing.parent:
        standing = standing.parent
    if not standing.is_dir():
        raise OutputNotWritable(folder, tr("{path} is a file").format(path=standing))
    try:
        with tempfile.TemporaryFile(dir=standing):
            pass
    except OSError as wrong:
        raise OutputNotWritable(folder, wrong.strerror or str(wrong)) from wrong


def _analyse_into(order: AnalysisOrder, out: Path, paper: str) -> int:
    from gaitdesk.jobs.analysing import analyse_into
    from gaitdesk.report.pdf import PageSize

    _check_writable(out)
    analysis, files = with_bar(analyse_into(order, out, PageSize(paper)))
    for line in summary(analysis):
        print(line)
    print()
    for file in files:
        print(f"  {file}")
    return 0


def summary(analysis: Analysis) -> list[str]:
    """What a terminal shows of an analysis: films, the form, the totals."""
    from gaitdesk.report.content import sync_sentence
    from gaitdesk.report.words import view_words

    lines = [""]
    for film in analysis.films:
        views = ", ".join(dict.fromkeys(view_words(one.view) for one in film.passes)) or "-"
        lines.append(
            f"{film.video.path.name}: {views}; "
            + tr("followed in {share:.0f} % of {frames} frames").format(
                share=film.found_pct, frames=film.video.frame_count
            )
        )
        lines += [f"  ! {retold(note)}" for note in film.notes]
    lines += [sync_sentence(link) for link in analysis.sync]
    lines += form_lines(analysis)
    lines += reader_lines(analysis)
    lines.append(tr("Proposals for a clinician to confirm; not a medical device."))
    return lines


def form_lines(analysis: Analysis) -> list[str]:
    """The form of an analysis and its totals, for a terminal."""
    from gaitdesk.report.words import direction_word, item_name, reason_words

    lines = [""]
    name_width = max(len(item_name(item)) for item in Item)
    lines.append(f"{'':{name_width + 4}} {tr('left'):<34} {tr('right'):<34}")
    for item in Item:
        words = []
        for side in Side:
            cell = analysis.scoresheet.get(side, item)
            if cell is None:
                words.append("-")
            elif cell.state is State.SCORED and cell.score is not None and cell.direction:
                words.append(f"{int(cell.score)}  {direction_word(cell.direction)}")
            else:
                words.append("·  " + (reason_words(cell.reason) if cell.reason else ""))
        left, right = words
        lines.append(f"{item.number:>2}  {item_name(item):<{name_width}} {left:<34} {right:<34}")
    for side in Side:
        total = analysis.scoresheet.total(side)
        lines.append(
            tr("{side}: {points} of {possible} possible ({scored} of {items} items scored)").format(
                side=side,
                points=total.points,
                possible=total.possible,
                scored=total.scored,
                items=total.items,
            )
        )
    return lines


def reader_lines(analysis: Analysis) -> list[str]:
    """What each reader said of each item, for a terminal; nothing where only the rules read."""
    from gaitdesk.report.answers import readers_words

    rows: list[tuple[Item, list[str]]] = []
    disputed = 0
    for item in Item:
        cells = [analysis.scoresheet.get(side, item) for side in Side]
        marks = [cell is not None and cell.reason is Reason.READERS_DISAGREE for cell in cells]
        said = [readers_words(cell) if cell is not None else "" for cell in cells]
        disputed += sum(marks)
        if any(said):
            rows.append(
                (item, [f"{'≠' if m else ' '} {s}" for m, s in zip(marks, said, strict=True)])
            )
    if not rows:
        return []
    width = max(len(left) for _, (left, _) in rows)
    lines = ["", tr("What each reader said; they disagree on %n item(s), marked ≠.", "", disputed)]
    lines.append(f"{'':9}{tr('left'):<{width}} {tr('right')}")
    lines += [
        f"{item.number:>2}  {item.value:<3} {left:<{width}} {right}".rstrip()
        for item, (left, right) in rows
    ]
    return [*lines, ""]


def _doctor(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.doctor import State as Health
    from gaitdesk.jobs.doctor import examine, lines

    del arguments
    findings = with_bar(examine())
    for line in lines(findings):
        print(line)
    return int(any(finding.state is Health.FAIL for finding in findings))


def _agreement(arguments: argparse.Namespace) -> int:
    from gaitdesk.store.agreeing import agreement, lines
    from gaitdesk.store.store import Store

    with Store.open(arguments.data_folder) as store:
        for line in lines(agreement(store)):
            print(line)
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from gaitdesk.paths import user_folder
    from gaitdesk.store.verify import lines, verify_folder

    folder = arguments.data_folder or user_folder()
    verdict = with_bar(verify_folder(folder))
    print(folder)
    for line in lines(verdict):
        print(line)
    return int(not verdict.is_whole)
