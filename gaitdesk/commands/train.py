"""`gaitdesk train`: a better network from confirmed scoresheets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.commands.evaluate import add_sources
from gaitdesk.commands.folder import check_writable
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.i18n import tr
from gaitdesk.learning.recipe import Preset

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.jobs.training_news import News
    from gaitdesk.jobs.training_order import TrainingOrder

_DONE, _STOPPED = 0, 130


def add_train(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk train`."""
    parser.set_defaults(run=_train)
    parser.description = tr(
        "Trains a network on the desk's confirmed scoresheets and keeps it as a model package that"
        " nobody uses until it is activated. Stopped at any time and started again with the same"
        " words, it goes on where it was. On several graphics cards: torchrun --nproc-per-node 4"
        " -m gaitdesk train, and the same words."
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    add_sources(parser, tr("what is learned from"))
    parser.add_argument(
        "--from",
        dest="start",
        metavar="NAME|FILE",
        help=tr("a model package, or weights of VideoMAE v2; default: the network in use"),
    )
    parser.add_argument("--preset", choices=[one.value for one in Preset], default=Preset.STANDARD)
    parser.add_argument("--name", help=tr("of the model package that is made"))
    _add_details(parser)
    parser.add_argument(
        "--news",
        action="store_true",
        help=tr("for programs: lines of JSON out; pause, resume, keep and cancel in"),
    )


def _add_details(parser: argparse.ArgumentParser) -> None:
    details = parser.add_argument_group(tr("details; the preset has a number for each"))
    details.add_argument("--epochs", type=int, metavar="N")
    details.add_argument("--batch", type=int, metavar="N", help=tr("clips a step"))
    details.add_argument(
        "--pieces", type=int, metavar="N", help=tr("a step is computed in; saves memory")
    )
    details.add_argument(
        "--adapters", type=int, metavar="RANK", help=tr("of low-rank adapters; 0 for none")
    )
    details.add_argument("--rate", type=float, metavar="X", help=tr("learning rate"))
    details.add_argument(
        "--layer-decay",
        type=float,
        metavar="X",
        help=tr("of the rate, from a block downwards; 0 lets the heads learn alone"),
    )
    details.add_argument(
        "--focal", type=float, metavar="X", help=tr("exponent of the focal loss; 0 for none")
    )
    details.add_argument(
        "--greatest-weight", type=float, metavar="X", help=tr("of rare answers; 1 for no weights")
    )
    details.add_argument(
        "--patience", type=int, metavar="N", help=tr("epochs without gain before it stops")
    )
    details.add_argument(
        "--folds", type=int, default=0, metavar="N", help=tr("cross-validation by patient")
    )
    details.add_argument("--device", choices=("cuda", "mps", "cpu"))
    details.add_argument("--seed", type=int, default=0, metavar="N")


def order_of(arguments: argparse.Namespace) -> TrainingOrder:
    """What was typed, as an order."""
    from gaitdesk.jobs.training_order import Details, TrainingOrder

    if arguments.folds < 0 or arguments.folds == 1:
        raise OptionInvalid(tr("--folds takes 0 for none, or at least 2."))
    given = {name: getattr(arguments, name) for name in Details.__dataclass_fields__}
    return TrainingOrder(
        out=arguments.out,
        data_folder=arguments.data_folder,
        has_clinic=not arguments.without_clinic,
        phantoms=tuple(arguments.phantoms),
        foreign=tuple(arguments.foreign),
        start=arguments.start,
        preset=Preset(arguments.preset),
        details=Details(**given),
        folds=arguments.folds,
        name=arguments.name,
        device=arguments.device,
        seed=arguments.seed,
    )


def _train(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.reading import check_libraries

    check_libraries()
    from gaitdesk.jobs.attending import Wishes, attend, attended

    order = order_of(arguments)
    if arguments.news:
        return attended(order, sys.stdin, sys.stdout)
    check_writable(order.out)
    ended = attend(order, _Teller().say, Wishes(None))
    return _STOPPED if ended.is_cancelled else _DONE


class _Teller:
    """News for a terminal: each stage, each epoch, and how it ended."""

    def __init__(self) -> None:
        self._stage = ""

    def say(self, news: News) -> None:
        from gaitdesk.jobs.training_news import Begun, Ended, EpochEnded, Note, Stage

        if isinstance(news, Stage) and news.text != self._stage:
            self._stage = news.text
            print(news.text)
        elif isinstance(news, Note):
            print(news.text)
        elif isinstance(news, Begun):
            print(
                tr(
                    "{children} patients to learn from, {others} to be checked on, {clips} clips;"
                    " from {start} on {device}"
                ).format(
                    children=news.children,
                    others=news.others,
                    clips=news.clips,
                    start=news.start,
                    device=news.device,
                )
            )
        elif isinstance(news, EpochEnded):
            reached = "-" if news.balanced_accuracy is None else f"{news.balanced_accuracy:.3f}"
            print(
                tr("Epoch {number}: loss {loss:.3f}, balanced accuracy {reached}").format(
                    number=news.number, loss=news.loss, reached=reached
                )
            )
        elif isinstance(news, Ended) and news.model:
            print(tr("Kept as {model} in {folder}").format(model=news.model, folder=news.folder))
