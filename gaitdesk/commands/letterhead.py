"""How reports are set, as it is typed: paper, language, logo and letterhead."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.i18n import LANGUAGES, tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.report.pdf import Setup


def add_setup(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed about how a report is set."""
    report = parser.add_argument_group(
        tr("report; what is not typed is as it was set in the window")
    )
    report.add_argument("--paper", choices=("a4", "letter"))
    report.add_argument(
        "--report-language",
        choices=tuple(LANGUAGES),
        help=tr("default: the language of the program"),
    )
    report.add_argument("--clinic", metavar="NAME", help=tr("stands at the head of the report"))
    report.add_argument(
        "--address",
        action="append",
        metavar="LINE",
        help=tr("a line below the clinic's name; may be given several times"),
    )
    report.add_argument("--footer", metavar="LINE", help=tr("stands at the foot of every page"))
    report.add_argument("--logo", type=Path, metavar="PICTURE", help=tr("PNG or JPEG"))


def setup_from(arguments: argparse.Namespace, folder: Path | None) -> Setup:
    """How the report is to be set; what is wrong with the logo is said, and stops nothing.

    Args:
        arguments: What was typed.
        folder: The data folder; None takes the user's own.
    """
    from gaitdesk.jobs.stationery import read_stationery, setup_of
    from gaitdesk.paths import user_folder
    from gaitdesk.report.pdf import PageSize

    place = user_folder() if folder is None else folder
    kept = read_stationery(place)
    typed: dict[str, object] = {
        "page_size": None if arguments.paper is None else PageSize(arguments.paper),
        "language": arguments.report_language,
        "clinic": arguments.clinic,
        "lines": None if arguments.address is None else tuple(arguments.address),
        "footer": arguments.footer,
        "logo": None if arguments.logo is None else str(arguments.logo.absolute()),
    }
    given = {name: value for name, value in typed.items() if value is not None}
    setup, problem = setup_of(replace(kept, **given), place)  # type: ignore[arg-type]
    if problem:
        print(problem, file=sys.stderr)
    return setup
