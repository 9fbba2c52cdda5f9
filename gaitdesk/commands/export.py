"""`gaitdesk export`: visits for archives, record systems, research and other clinics."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gaitdesk.commands.bar import with_bar
from gaitdesk.commands.letterhead import add_setup, setup_from
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.i18n import tr

if TYPE_CHECKING:
    # The work itself is imported only by the command that does it, so that --help is quick.
    from gaitdesk.domain.progress import Job
    from gaitdesk.jobs.exporting import VisitOrder
    from gaitdesk.jobs.training_labels import LabelOrder, Labels
    from gaitdesk.store.edits import SessionId
    from gaitdesk.store.store import Store


def add_export(parser: argparse.ArgumentParser) -> None:
    """Everything that can be typed after `gaitdesk export`."""
    parser.description = tr(
        "Nothing leaves the desk for a purpose that the patient's recorded consent does not cover."
    )
    parser.set_defaults(run=lambda _: _nothing_named())
    kinds = parser.add_subparsers(title=tr("what is exported"), metavar="KIND")
    pdf = kinds.add_parser("pdf", help=tr("a visit's report, to be printed or filed"))
    pdf.set_defaults(run=_pdf)
    _add_visit(pdf)
    _add_names(pdf)
    dicom = kinds.add_parser("dicom", help=tr("a visit's report for an archive of pictures"))
    dicom.set_defaults(run=_dicom)
    _add_visit(dicom)
    _add_names(dicom)
    fhir = kinds.add_parser("fhir", help=tr("a visit's scores and report for a record system"))
    fhir.set_defaults(run=_fhir)
    _add_visit(fhir)
    _add_names(fhir)
    research = kinds.add_parser("research", help=tr("scores of all who consented, as tables"))
    research.set_defaults(run=_research)
    _add_folders(research, "FOLDER")
    case = kinds.add_parser("case", help=tr("a visit with its films, heads hidden, for others"))
    case.set_defaults(run=_case)
    _add_visit(case, "FOLDER|ZIP")
    _add_purpose(case, "research")
    labels = kinds.add_parser("labels", help=tr("corrected frames to train with, in COCO's form"))
    labels.set_defaults(run=_labels)
    _add_visit(labels, "FOLDER")
    _add_purpose(labels, "training")
    labels.add_argument(
        "--all-frames",
        action="store_true",
        help=tr("frames in which nothing was corrected too"),
    )
    challenge = kinds.add_parser(
        "challenge", help=tr("films, body points and scores to train with, in the CGV layout")
    )
    challenge.set_defaults(run=_challenge)
    _add_visit(challenge, "FOLDER")
    _add_purpose(challenge, "training")


def _add_purpose(parser: argparse.ArgumentParser, usual: str) -> None:
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=("research", "training"),
        default=usual,
        help=tr("what the others will use it for, as the patient's consent must cover"),
    )


def _nothing_named() -> int:
    raise OptionInvalid(tr("Say what is to be exported; gaitdesk export --help lists it."))


def _add_folders(parser: argparse.ArgumentParser, out: str) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar=out)
    parser.add_argument(
        "--data-folder", type=Path, metavar="FOLDER", help=tr("default: the user's own")
    )


def _add_visit(parser: argparse.ArgumentParser, out: str = "FILE") -> None:
    visit = parser.add_argument_group(tr("which visit"))
    visit.add_argument("--patient", required=True, metavar="PSEUDONYM")
    visit.add_argument(
        "--day", metavar="YYYY-MM-DD", help=tr("needed where the patient has several visits")
    )
    visit.add_argument(
        "--visit", metavar="ID", help=tr("needed where the patient has several visits on one day")
    )
    _add_folders(parser, out)


def _add_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--names",
        action="store_true",
        help=tr("the patient's name in the place of the pseudonym; asks for your passphrase"),
    )
    add_setup(parser)


def _pdf(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.exporting import export_report

    return _send(arguments, export_report)


def _dicom(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.exporting import export_dicom

    return _send(arguments, export_dicom)


def _fhir(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.exporting import export_fhir

    return _send(arguments, export_fhir)


def _send(arguments: argparse.Namespace, export: Callable[[VisitOrder], Job[Path]]) -> int:
    from gaitdesk.jobs.exporting import VisitOrder
    from gaitdesk.store.store import Store

    setup = setup_from(arguments, arguments.data_folder)
    with Store.open(arguments.data_folder) as store:
        session = chosen_visit(store, arguments)
        if arguments.names:
            asked = tr("Passphrase of {rater}: ").format(rater=store.rater)
            store.keys.unlock(getpass.getpass(asked))
        order = VisitOrder(
            session,
            arguments.out,
            arguments.data_folder,
            store.rater,
            store.vault,
            is_named=arguments.names,
            setup=setup,
        )
    print(with_bar(export(order)))
    return 0


def _research(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.research import export_research

    made = with_bar(export_research(arguments.out, arguments.data_folder))
    print(
        tr("Visits: {visits}, of {patients} patient(s).").format(
            visits=made.visits, patients=made.patients
        )
    )
    for file in made.files:
        print(f"  {file}")
    if made.left_out:
        print(tr("%n visit(s) were left out:", "", len(made.left_out)))
        for reason in made.left_out:
            print(f"  {reason}")
    return 0


def _case(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.casing import CaseOrder, export_case
    from gaitdesk.store.facts import Purpose
    from gaitdesk.store.store import Store

    with Store.open(arguments.data_folder) as store:
        order = CaseOrder(
            chosen_visit(store, arguments),
            arguments.out,
            arguments.data_folder,
            store.rater,
            Purpose(arguments.purpose),
        )
    made = with_bar(export_case(order))
    print(tr("Known there as {pseudonym}.").format(pseudonym=made.pseudonym))
    for film in made.films:
        print(
            tr("{name}: {blanked} of {frames} frames blanked").format(
                name=film.name, blanked=len(film.blanked), frames=film.frames
            )
        )
    print(made.place)
    return 0


def _labels(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.training_labels import export_labels

    order = _label_order(arguments, is_corrected_alone=not arguments.all_frames)
    return _told_of_labels(with_bar(export_labels(order)))


def _challenge(arguments: argparse.Namespace) -> int:
    from gaitdesk.jobs.training_labels import export_challenge

    return _told_of_labels(with_bar(export_challenge(_label_order(arguments))))


def _label_order(arguments: argparse.Namespace, is_corrected_alone: bool = True) -> LabelOrder:
    from gaitdesk.jobs.training_labels import LabelOrder
    from gaitdesk.store.facts import Purpose
    from gaitdesk.store.store import Store

    with Store.open(arguments.data_folder) as store:
        return LabelOrder(
            chosen_visit(store, arguments),
            arguments.out,
            arguments.data_folder,
            store.rater,
            Purpose(arguments.purpose),
            is_corrected_alone,
        )


def _told_of_labels(made: Labels) -> int:
    print(
        tr("{frames} labelled frames, {corrected} of them corrected by a person.").format(
            frames=made.frames, corrected=made.corrected
        )
    )
    if made.blanked:
        print(tr("%n frame(s) were left out, because the head is not known.", "", made.blanked))
    if made.patient:
        print(tr("Known there as {pseudonym}.").format(pseudonym=f"{made.patient:04d}"))
    print(made.place)
    return 0


def chosen_visit(store: Store, arguments: argparse.Namespace) -> SessionId:
    """The one visit that `--patient`, `--day` and `--visit` name.

    Raises:
        OptionInvalid: They name none, or several.
    """
    found = [one for one in store.sessions() if one.pseudonym == arguments.patient]
    if arguments.day is not None:
        found = [one for one in found if one.visit.day == _day(arguments.day)]
    if arguments.visit is not None:
        found = [one for one in found if one.id.startswith(arguments.visit)]
    if not found:
        raise OptionInvalid(
            tr("There is no such visit of {patient} here.").format(patient=arguments.patient)
        )
    if len(found) > 1:
        known = "\n".join(f"  --day {one.visit.day} --visit {one.id[:8]}" for one in found)
        raise OptionInvalid(
            tr("{patient} has several visits; name one of them:\n{visits}").format(
                patient=arguments.patient, visits=known
            )
        )
    return found[0].id


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise OptionInvalid(
            tr("--day takes a day as in 2026-03-04, not {value}.").format(value=typed)
        ) from wrong
