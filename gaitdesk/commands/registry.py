"""`gaitdesk registry`: networks trained at this desk, put into use and taken back."""

from __future__ import annotations

import argparse
import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.i18n import retold, titled, tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.learning.registry import Registry


def add_registry(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk registry`."""
    parser.description = tr(
        "A network that was trained here reads nothing until it is activated; that takes a typed"
        " reason where it is worse than the one in use, or was not compared with it."
    )
    parser.set_defaults(run=lambda _: _nothing_named())
    kinds = parser.add_subparsers(title=tr("what is done"), metavar="ACTION")
    listed = kinds.add_parser("list", help=tr("networks trained here, and the one in use"))
    listed.set_defaults(run=_list)
    compared = kinds.add_parser("compare", help=tr("a network against the one in use"))
    compared.set_defaults(run=_compare)
    compared.add_argument("id", metavar="NAME")
    activated = kinds.add_parser("activate", help=tr("put a network into use"))
    activated.set_defaults(run=_activate)
    activated.add_argument("id", metavar="NAME")
    activated.add_argument(
        "--reason", default="", metavar="TEXT", help=tr("why, where it is worse or not compared")
    )
    back = kinds.add_parser("back", help=tr("return to the network that was in use before"))
    back.set_defaults(run=_back)
    for one in (listed, compared, activated, back):
        one.add_argument(
            "--data-folder", type=Path, metavar="FOLDER", help=tr("default: the user's own")
        )


def _nothing_named() -> int:
    raise OptionInvalid(tr("Say what is to be done; gaitdesk registry --help lists it."))


def _registry(arguments: argparse.Namespace) -> Registry:
    from gaitdesk.learning.registry import Registry

    if arguments.data_folder is not None:
        os.environ["GAITDESK_DATA"] = str(arguments.data_folder.absolute())
    return Registry()


def _list(arguments: argparse.Namespace) -> int:
    registry = _registry(arguments)
    print(tr("In use: {name}").format(name=registry.current or tr("none")))
    for one in registry.models:
        mark = "*" if one.is_active else " "
        print(f"{mark} {one.id:<24} {one.card.made_at[:16]:<17} {one.card.parent}")
        for metric in one.card.metrics:
            said = f"{metric.name}, {metric.part}: {metric.value:.2f}"
            print(f"    {retold(said)}")
    for turn in registry.turns:
        words = tr("taken back to {name}") if turn.is_back else tr("activated {name}")
        line = words.format(name=turn.active or tr("the network that came with the product"))
        line = titled(line, turn.reason) if turn.reason else line
        print(f"{turn.at[:16]} {turn.who} {line}")
    if not registry.is_whole():
        print(tr("The list of activations was changed by hand; it is not as it was kept."))
        return 1
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    from gaitdesk.learning.tables import comparison_lines

    registry = _registry(arguments)
    found = registry.comparison(arguments.id)
    if found is None:
        print(
            tr("{name} was not compared yet; gaitdesk evaluate --network {name} does it.").format(
                name=arguments.id
            )
        )
        return 1
    for line in comparison_lines(found):
        print(line)
    return 0


def _activate(arguments: argparse.Namespace) -> int:
    registry = _registry(arguments)
    registry.activate(arguments.id, arguments.reason, getpass.getuser())
    print(tr("In use: {name}").format(name=registry.current))
    return 0


def _back(arguments: argparse.Namespace) -> int:
    registry = _registry(arguments)
    registry.back(getpass.getuser())
    print(tr("In use: {name}").format(name=registry.current))
    return 0
