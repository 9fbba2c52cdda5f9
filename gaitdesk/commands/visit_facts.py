"""What the command line is told of a child and its walk."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date

from gaitdesk.domain.background import (
    FMS_DISTANCES_M,
    Background,
    Fms,
    Gmfcs,
    Referral,
    Sides,
    Topography,
    Treatment,
    TreatmentKind,
    is_partial_day,
)
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.patient import POSSIBLE, Conditions, Patient, Sex
from gaitdesk.i18n import tr


def add_visit_facts(parser: argparse.ArgumentParser) -> None:
    """Options that tell of the child and its walk; each may be left out."""
    patient = parser.add_argument_group(tr("patient and conditions"))
    patient.add_argument("--pseudonym", default="", metavar="NAME")
    patient.add_argument("--age", type=float, metavar="YEARS")
    patient.add_argument("--sex", choices=[one.value for one in Sex])
    patient.add_argument("--height", type=float, metavar="CM", help=tr("gives lengths and speed"))
    patient.add_argument("--weight", type=float, metavar="KG")
    patient.add_argument(
        "--leg-lengths",
        metavar="LEFT,RIGHT",
        help=tr("from the front of the pelvis (ASIS) to the inner ankle, centimetres"),
    )
    patient.add_argument(
        "--measured-on",
        metavar="YYYY-MM-DD",
        help=tr("day the measures were taken; default: that of the visit"),
    )
    for name in ("footwear", "orthosis", "aid", "assistance", "cooperation", "room", "note"):
        patient.add_argument(f"--{name}", default="", metavar="TEXT")
    history = parser.add_argument_group(tr("history and referral"))
    history.add_argument("--diagnosis", default="", metavar="TEXT")
    history.add_argument("--topography", choices=[one.value for one in Topography])
    history.add_argument("--gmfcs", choices=[one.name for one in Gmfcs])
    history.add_argument(
        "--fms",
        metavar="5M,50M,500M",
        help=tr("Functional Mobility Scale, as 6,5,1; - for a distance that was not rated"),
    )
    for option, said in (
        ("--operation", tr("an operation before, as hamstrings/both/2023-11; several times")),
        ("--injection", tr("botulinum toxin before, as calf/left/2022; several times")),
    ):
        history.add_argument(
            option, action="append", default=[], metavar="WHAT/SIDE/WHEN", help=said
        )
    history.add_argument("--question", default="", metavar="TEXT", help=tr("why the child came"))
    history.add_argument("--referred-on", metavar="YYYY-MM-DD")


def patient_from(arguments: argparse.Namespace) -> Patient:
    """The child.

    Raises:
        OptionInvalid: A measure is out of its range, or a day is none.
    """
    _check_range("--height", arguments.height, 60, 220, tr("centimetres"))
    _check_range("--age", arguments.age, 1, 25, tr("years"))
    _check_range("--weight", arguments.weight, *POSSIBLE["weight_kg"], tr("kilograms"))
    left_cm, right_cm = _legs(arguments.leg_lengths)
    return Patient(
        arguments.pseudonym,
        arguments.age,
        _metres(arguments.height),
        None if arguments.sex is None else Sex(arguments.sex),
        arguments.weight,
        _metres(left_cm),
        _metres(right_cm),
        _day("--measured-on", arguments.measured_on),
    )


def conditions_from(arguments: argparse.Namespace) -> Conditions:
    """How the child walked."""
    return Conditions(
        arguments.footwear,
        arguments.aid,
        arguments.note,
        arguments.room,
        arguments.orthosis,
        arguments.assistance,
        arguments.cooperation,
    )


def background_from(arguments: argparse.Namespace) -> Background:
    """What is known of the child before it walks.

    Raises:
        OptionInvalid: A rating or a treatment is not of its form.
    """
    near, school, far = _ratings(arguments.fms)
    return Background(
        arguments.diagnosis,
        None if arguments.topography is None else Topography(arguments.topography),
        None if arguments.gmfcs is None else Gmfcs[arguments.gmfcs],
        near,
        school,
        far,
        (
            *_treatments("--operation", TreatmentKind.SURGERY, arguments.operation),
            *_treatments("--injection", TreatmentKind.BOTULINUM_TOXIN, arguments.injection),
        ),
    )


def referral_from(arguments: argparse.Namespace) -> Referral:
    """What the visit is to answer.

    Raises:
        OptionInvalid: The day is none.
    """
    return Referral(arguments.question, _day("--referred-on", arguments.referred_on))


def _check_range(
    option: str, value: float | None, lowest: float, highest: float, unit: str
) -> None:
    if value is not None and not lowest <= value <= highest:
        raise OptionInvalid(
            tr("{option} takes {unit} between {lowest} and {highest}, not {value}.").format(
                option=option,
                unit=unit,
                lowest=f"{lowest:g}",
                highest=f"{highest:g}",
                value=f"{value:g}",
            )
        )


def _metres(value_cm: float | None) -> float | None:
    return None if value_cm is None else value_cm / 100.0


def _legs(typed: str | None) -> tuple[float | None, float | None]:
    if typed is None:
        return None, None
    try:
        left, right = (float(part) for part in typed.split(","))
    except ValueError as wrong:
        raise OptionInvalid(
            tr("--leg-lengths takes LEFT,RIGHT centimetres, as in 65.2,64.5, not {value}.").format(
                value=typed
            )
        ) from wrong
    lowest, highest = (100.0 * one for one in POSSIBLE["leg_length_left_m"])
    for length in (left, right):
        _check_range("--leg-lengths", length, lowest, highest, tr("centimetres"))
    return left, right


def _day(option: str, typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise OptionInvalid(
            tr("{option} takes a day as in 2026-03-04, not {value}.").format(
                option=option, value=typed
            )
        ) from wrong


def _ratings(typed: str | None) -> tuple[Fms | None, Fms | None, Fms | None]:
    if typed is None:
        return None, None, None
    parts = [part.strip().upper() for part in typed.split(",")]
    known = {one.value for one in Fms} | {"-"}
    if len(parts) != len(FMS_DISTANCES_M) or not known.issuperset(parts):
        raise OptionInvalid(
            tr(
                "--fms takes three ratings from 1 to 6, C, N or -, as in 6,5,1, not {value}."
            ).format(value=typed)
        )
    near, school, far = (None if part == "-" else Fms(part) for part in parts)
    return near, school, far


def _treatments(option: str, kind: TreatmentKind, typed: Iterable[str]) -> list[Treatment]:
    found = []
    for one in typed:
        what, side, when = ([part.strip() for part in one.rsplit("/", 2)] + ["", ""])[:3]
        is_side = side in ("", *(known.value for known in Sides))
        if not is_side or (when and not is_partial_day(when)):
            raise OptionInvalid(
                tr(
                    "{option} takes WHAT/SIDE/WHEN: a side is left, right or both, a time is a day,"
                    " a month or a year as in 2023-11-14, 2023-11 or 2023; not {value}."
                ).format(option=option, value=one)
            )
        found.append(Treatment(kind, what, Sides(side) if side else None, when))
    return found
