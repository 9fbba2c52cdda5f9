"""`gaitdesk models`: which models are here, and how files get onto a machine without a network."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path

from gaitdesk.commands.bar import with_bar
from gaitdesk.domain.errors import GaitDeskError, ModelPackageInvalid, OptionInvalid
from gaitdesk.i18n import aside, clauses, retold, titled, tr
from gaitdesk.perception.package import ModelPackage


def add_models(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk models`."""
    parser.description = tr(
        "Models are packages: a description and files, checked by their SHA-256. Nothing is"
        " fetched from a network."
    )
    parser.set_defaults(run=lambda _: _list())
    actions = parser.add_subparsers(title=tr("what to do"), metavar="ACTION")
    listing = actions.add_parser("list", help=tr("every model, and whether its files are here"))
    listing.set_defaults(run=lambda _: _list())
    check = actions.add_parser("check", help=tr("compare files with what their packages state"))
    check.add_argument("names", nargs="*", metavar="NAME", help=tr("default: all that are here"))
    check.set_defaults(run=_check)
    taking = actions.add_parser("import", help=tr("take a package in from a folder or ZIP file"))
    taking.add_argument("source", type=Path, metavar="FOLDER|ZIP")
    taking.add_argument(
        "--as",
        dest="name",
        metavar="NAME",
        help=tr("the source holds only the published files of this model"),
    )
    taking.set_defaults(run=_import)
    packing = actions.add_parser("pack", help=tr("write a package into one file for elsewhere"))
    packing.add_argument("name", metavar="NAME")
    packing.add_argument("--out", type=Path, required=True, metavar="ZIP")
    packing.set_defaults(run=_pack)
    accepting = actions.add_parser("accept", help=tr("accept a model's licence in your name"))
    accepting.add_argument("name", metavar="NAME")
    accepting.add_argument("--by", metavar="NAME", help=tr("default: who is logged in"))
    accepting.set_defaults(run=_accept)


def _list() -> int:
    from gaitdesk.jobs.eyes import packages

    for package in packages():
        print(_title(package))
        print(f"    {_standing(package)}")
        if package.acceptance:
            print(f"    {_accepted(package)}")
    return 0


def _title(package: ModelPackage) -> str:
    about = clauses((retold(package.task), package.licence))
    return aside(f"{package.name} {package.version}", about)


def _standing(package: ModelPackage) -> str:
    """Whether a package's files are here, or where the missing one goes."""
    if package.is_present:
        size = sum(file.size_bytes for file in package.files)
        return tr("here, {size:.1f} MB in {folder}").format(size=size / 1e6, folder=package.weights)
    try:
        package.verify()
    except ModelPackageInvalid as missing:
        named = tr("{name}: {reason}").format(name=package.name, reason="")
        return str(missing).removeprefix(named)
    return tr("here, {size:.1f} MB in {folder}").format(size=0.0, folder=package.weights)


def _accepted(package: ModelPackage) -> str:
    from gaitdesk.perception.licences import acceptance_of

    said = acceptance_of(package)
    if said is None:
        words = tr("Licence to be accepted first: gaitdesk models accept {name}")
        return words.format(name=package.name)
    return tr("Licence accepted by {who}, {when}").format(who=said.who, when=said.when)


def _check(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.eyes import checked, packages
    from gaitdesk.perception.package import find_package

    named = [find_package(name) for name in arguments.names]
    failed = False
    for package in named or [one for one in packages() if one.is_stated]:
        try:
            with_bar(checked(package))
        except GaitDeskError as error:
            failed = True
            print(error)
        else:
            print(tr("{name}: every file is as stated").format(name=package.name))
    return int(failed)


def _import(arguments: argparse.Namespace) -> int:
    from gaitdesk.perception.licences import asked_words, text_words
    from gaitdesk.perception.parcels import take_in

    package = with_bar(take_in(arguments.source, arguments.name))
    print(
        tr("{name} {version} is here now, in {folder}").format(
            name=package.name, version=package.version, folder=package.folder
        )
    )
    if package.acceptance:
        print(titled(package.licence, asked_words(package)))
        print(text_words(package))
        print(_accepted(package))
    return 0


def _pack(arguments: argparse.Namespace) -> int:
    from gaitdesk.perception.package import find_package
    from gaitdesk.perception.parcels import pack

    if arguments.out.suffix.lower() != ".zip":
        raise OptionInvalid(tr("--out takes the name of a ZIP file, as in sapiens-2b.zip."))
    print(with_bar(pack(find_package(arguments.name), arguments.out)))
    return 0


def _accept(arguments: argparse.Namespace) -> int:
    from gaitdesk.perception.licences import accept, asked_words, text_words
    from gaitdesk.perception.package import find_package

    package = find_package(arguments.name)
    if not package.acceptance:
        words = tr("{name} ({licence}) asks for nothing to be accepted")
        print(words.format(name=package.name, licence=package.licence))
        return 0
    print(titled(package.licence, asked_words(package)))
    print(text_words(package))
    accept(package, arguments.by or getpass.getuser())
    print(_accepted(package))
    return 0
