"""`gaitdesk evaluate`: how good networks are on cases they have not learned from."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.commands.bar import with_bar
from gaitdesk.commands.folder import check_writable
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.i18n import titled, tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.jobs.gathering import GatherOrder
    from gaitdesk.learning.sources import Gathered


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk evaluate`."""
    parser.set_defaults(run=_evaluate)
    parser.description = tr(
        "Asks the network in use, and others, about cases they have not learned from, and counts"
        " how often each is right, item by item, beside the rules and mere guessing. What was"
        " published elsewhere stands beside it as context."
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="NAME",
        help=tr("a further model package; may be given several times"),
    )
    parser.add_argument(
        "--part",
        choices=("test", "val", "all"),
        default="test",
        help=tr("which cases: the frozen test set, those that chose, or all not learned from"),
    )
    add_sources(parser, tr("cases"))
    parser.add_argument(
        "--ablation",
        type=int,
        metavar="STEPS",
        help=tr(
            "instead, train the network in use for so many steps with 8, 16 and 32 pictures,"
            " without the drawn skeleton and without leaving patches out, and compare"
        ),
    )
    parser.add_argument("--seed", type=int, default=0)


def add_sources(parser: argparse.ArgumentParser, title: str) -> None:
    """What cases come from, for whichever command needs some."""
    data = parser.add_argument_group(title)
    data.add_argument(
        "--data-folder", type=Path, metavar="FOLDER", help=tr("default: the user's own")
    )
    data.add_argument(
        "--without-clinic", action="store_true", help=tr("leave the desk's own visits out")
    )
    data.add_argument(
        "--phantoms",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help=tr("a cohort of phantoms; may be given several times"),
    )
    data.add_argument(
        "--foreign",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help=tr("a labelled set of others; may be given several times"),
    )


def gathering_of(arguments: argparse.Namespace) -> GatherOrder:
    """What was typed of where cases come from."""
    from gaitdesk.jobs.gathering import GatherOrder

    if arguments.without_clinic and not arguments.phantoms and not arguments.foreign:
        raise OptionInvalid(tr("--without-clinic leaves no case; name some with --phantoms."))
    if arguments.data_folder is not None:
        # Networks trained for these records lie beside them.
        os.environ["GAITDESK_DATA"] = str(arguments.data_folder.absolute())
    return GatherOrder(
        folder=arguments.data_folder,
        has_clinic=not arguments.without_clinic,
        phantoms=tuple(arguments.phantoms),
        foreign=tuple(arguments.foreign),
    )


def _evaluate(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.reading import check_libraries

    check_libraries()
    gathering = gathering_of(arguments)
    check_writable(arguments.out)
    if arguments.ablation is not None:
        return _ablate(arguments, gathering)
    from gaitdesk.jobs.judging import JudgeOrder, judge
    from gaitdesk.learning import tables
    from gaitdesk.media.output import atomic_folder

    order = JudgeOrder(gathering, tuple(arguments.network), arguments.part, arguments.seed)
    found = with_bar(judge(order))
    for line in left_out_lines(found.gathered):
        print(line)
    if found.unseen:
        print(tr("%n case(s) left out: a network has learned from the patient", "", found.unseen))
    for line in tables.evaluation_lines(found.evaluation):
        print(line)
    for comparison in found.comparisons:
        print()
        for line in tables.comparison_lines(comparison):
            print(line)
    first = found.comparisons[0] if found.comparisons else None
    written = {
        "evaluation.json": json.dumps(tables.evaluation_json(found.evaluation, first), indent=1),
        "evaluation.csv": tables.evaluation_csv(found.evaluation),
        "confusion.csv": tables.confusion_csv(found.evaluation),
        "curves.csv": tables.curves_csv(found.evaluation),
    }
    with atomic_folder(arguments.out) as work:
        for name, text in written.items():
            (work / name).write_text(text, encoding="utf-8", newline="")
    print()
    for name in written:
        print(f"  {arguments.out / name}")
    return 0


def left_out_lines(gathered: Gathered) -> list[str]:
    """Cases nothing is learned from, each with its reason; and children found twice."""
    told = [titled(one.name, one.text) for one in gathered.excluded]
    if told:
        told = [tr("%n case(s) left out:", "", len(told)), *(f"  {one}" for one in told), ""]
    return told


def _ablate(arguments: argparse.Namespace, gathering: GatherOrder) -> int:
    from gaitdesk.jobs.ablating import AblationOrder, ablate
    from gaitdesk.learning.ablation import ablation_csv, ablation_lines
    from gaitdesk.media.output import write_text

    if arguments.ablation < 1:
        raise OptionInvalid(tr("--ablation takes a number of steps, as in --ablation 300."))
    arms = with_bar(ablate(AblationOrder(gathering, arguments.ablation, arguments.seed)))
    for line in ablation_lines(arms):
        print(line)
    write_text(arguments.out / "ablation.csv", ablation_csv(arms))
    print()
    print(f"  {arguments.out / 'ablation.csv'}")
    return 0
