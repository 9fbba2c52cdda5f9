"""`gaitdesk phantom` and `gaitdesk demo`: made-up children, filmed and analysed."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.commands.bar import with_bar
from gaitdesk.commands.folder import check_writable
from gaitdesk.commands.form import form_lines, summary
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.i18n import tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.jobs.phantoming import PhantomOrder
    from gaitdesk.phantom.session import Staging


def add_demo(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk demo`."""
    parser.set_defaults(run=_demo)
    parser.description = tr(
        "Films a phantom, a made-up child whose every score is known, analyses the films as any"
        " others, and shows what was found beside what is true."
    )
    parser.add_argument("--out", type=Path, default=Path("gaitdesk-demo"), metavar="FOLDER")
    _add_walk(parser)


def add_phantom(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk phantom`."""
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


def _demo(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.phantoming import PhantomOrder, demonstrate
    from gaitdesk.phantom.session import Staging

    check_writable(arguments.out)
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


def _phantom(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.phantoming import CohortOrder, PhantomOrder, make_cohort, make_phantom
    from gaitdesk.phantom.session import Staging

    width, height = _numbers(arguments.size, "x", "--size", "1280x720")
    check_writable(arguments.out)
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
