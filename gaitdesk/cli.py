"""The command line: one function for each command; the larger ones stand in `commands`."""

from __future__ import annotations

import argparse
import io
import logging
import math
import os
import re
import select
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

import gaitdesk
from gaitdesk.commands.bar import with_bar
from gaitdesk.commands.evaluate import add_evaluate
from gaitdesk.commands.export import add_export
from gaitdesk.commands.folder import check_writable
from gaitdesk.commands.form import summary
from gaitdesk.commands.letterhead import add_setup, setup_from
from gaitdesk.commands.models import add_models
from gaitdesk.commands.phantom import add_demo, add_phantom
from gaitdesk.commands.registry import add_registry
from gaitdesk.commands.train import add_train
from gaitdesk.commands.visit_facts import (
    add_visit_facts,
    background_from,
    conditions_from,
    patient_from,
    referral_from,
)
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import GaitDeskError, OptionInvalid
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import LANGUAGES, listed, tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.jobs.order import AnalysisOrder
    from gaitdesk.report.pdf import Setup

NOT_UNDERSTOOD = 2
STOPPED = 130
UNHEARD = 141
"""What a shell sees of any program whose reader has gone, as `head` does when it has enough."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit code.

    Returns:
        0 done, 1 not done, 2 not understood, 130 stopped, 141 when nobody reads on.
    """
    try:
        code = _run(words)
    except BrokenPipeError:
        # What was printed without a buffer is lost already, and leaves nothing that fails again.
        if not _are_readers_gone(_is_refused):
            raise
        return UNHEARD
    except SystemExit:
        if not _are_readers_gone(_is_kept_back):
            raise
        return UNHEARD
    return UNHEARD if _are_readers_gone(_is_kept_back) else code


def _are_readers_gone(is_gone: Callable[[TextIO], bool]) -> bool:
    """Whether somebody reads no more of what is printed; the rest of it goes nowhere then."""
    gone = [stream for stream in (sys.stdout, sys.stderr) if stream and is_gone(stream)]
    for stream in gone:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    return bool(gone)


def _is_kept_back(stream: TextIO) -> bool:
    """Whether what was printed cannot go out: here, where it is caught, not when Python ends."""
    try:
        stream.flush()
    except BrokenPipeError:
        return True
    return False


def _is_refused(stream: TextIO) -> bool:
    if _is_kept_back(stream):
        return True
    try:
        poll = select.poll()
        poll.register(stream.fileno(), 0)
    except (OSError, AttributeError):  # no stream of the system, or Windows
        return False
    return any(state & (select.POLLERR | select.POLLHUP) for _, state in poll.poll(0))


def _run(words: Sequence[str] | None) -> int:
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

    def format_help(self) -> str:
        """The help, whose headings end as in the language spoken."""
        said = super().format_help()
        return re.sub(r"(?m)^(\S.*):$", lambda head: tr("{where}:").format(where=head[1]), said)

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
    parser.add_argument(
        "--version",
        action="version",
        version=f"GaitDesk {gaitdesk.__version__}",
        help=tr("show program's version number and exit"),
    )
    # Heard by `gaitdesk.__main__` before the words of this help are put together.
    parser.add_argument(
        "--language",
        metavar="LANGUAGE",
        help=tr("speak this language: {languages}; default: the system's").format(
            languages=listed(LANGUAGES)
        ),
    )
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title=tr("commands"), metavar="COMMAND")
    _add_analyse(commands.add_parser("analyse", help=tr("films in, EVGS form and report out")))
    add_demo(commands.add_parser("demo", help=tr("analyse a made-up walking child")))
    add_phantom(commands.add_parser("phantom", help=tr("film a walking child of known scores")))
    doctor = commands.add_parser("doctor", help=tr("try what this computer can do"))
    doctor.set_defaults(run=_doctor)
    _add_verify(commands.add_parser("verify", help=tr("find out whether records were changed")))
    _add_agreement(commands.add_parser("agreement", help=tr("how far readers agree")))
    add_models(commands.add_parser("models", help=tr("take model files in, check and pack them")))
    add_export(commands.add_parser("export", help=tr("visits for other systems and for research")))
    add_train(commands.add_parser("train", help=tr("a better network from confirmed scoresheets")))
    add_evaluate(commands.add_parser("evaluate", help=tr("how good networks are, item by item")))
    add_registry(commands.add_parser("registry", help=tr("networks trained here, put into use")))
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
    eyes = parser.add_argument_group(tr("who sees the child; gaitdesk models list names more"))
    eyes.add_argument(
        "--pose",
        metavar="NAME",
        help=tr("model package that sees the body points, as sapiens-2b; default: blazepose"),
    )
    eyes.add_argument(
        "--mask",
        metavar="NAME",
        help=tr("model package that makes the mask, as sam3 or sapiens-seg-1b; default: blazepose"),
    )
    eyes.add_argument(
        "--mask-words",
        metavar="WORDS",
        help=tr("what the child is called in English, as child, for --mask sam3, which reads"),
    )
    add_visit_facts(parser)
    add_setup(parser)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_verify)
    parser.description = tr(
        "Follows the journal of every edit from its first entry to its last and names the first one"
        " that was changed, removed or put in. Changes nothing."
    )
    parser.add_argument(
        "--exported",
        metavar="FILE|HASH",
        help=tr("say who exported this file, or the document whose pages show this hash"),
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


def _analyse(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.order import AnalysisOrder, FilmChoice
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
        patient=patient_from(arguments),
        conditions=conditions_from(arguments),
        offset_s=arguments.offset,
        readers=Readers(arguments.reader),
        network=arguments.network,
        pose=arguments.pose,
        mask=arguments.mask,
        background=background_from(arguments),
        referral=referral_from(arguments),
        words=arguments.mask_words,
    )
    return _analyse_into(order, arguments.out, setup_from(arguments, None))


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
                film=path, value=value, allowed=listed(map(str, allowed))
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


def _analyse_into(order: AnalysisOrder, out: Path, setup: Setup) -> int:
    from gaitdesk.jobs.analysing import analyse_into

    check_writable(out)
    analysis, files = with_bar(analyse_into(order, out, setup))
    for line in summary(analysis):
        print(line)
    print()
    for file in files:
        print(f"  {file}")
    return 0


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
    if arguments.exported is None or not verdict.is_whole:
        return int(not verdict.is_whole)
    return _tell_exports(folder, arguments.exported)


def _tell_exports(folder: Path, what: str) -> int:
    from gaitdesk.jobs.handing import provenance_lines
    from gaitdesk.store.store import Store

    with Store.open(folder) as store:
        found = provenance_lines(store, what)
    for line in found or [
        tr("{what}: nothing like this was exported from here.").format(what=what)
    ]:
        print(line)
    return int(not found)
