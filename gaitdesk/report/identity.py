"""Whose report it is, who answers for it, and what made it, in words."""

from __future__ import annotations

from gaitdesk import __version__
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Scoresheet
from gaitdesk.domain.patient import Patient
from gaitdesk.i18n import ENGLISH, clauses, language, listed, retold, tr
from gaitdesk.report import words
from gaitdesk.report.background_words import sex_word
from gaitdesk.report.standing import Standing

Pairs = tuple[tuple[str, str], ...]
"""Labels with their values."""


def name(analysis: Analysis, standing: Standing) -> str:
    """Name, birthday and number where they are known; the pseudonym always."""
    pseudonym = analysis.patient.pseudonym or tr("No pseudonym given")
    named = standing.named
    if named is None:
        return pseudonym
    born = "" if named.birth_day is None else tr("born {day}").format(day=named.birth_day)
    number = (
        "" if not named.record_number else tr("no. {number}").format(number=named.record_number)
    )
    return " · ".join(one for one in (named.name, born, number, pseudonym) if one)


def status(sheet: Scoresheet, standing: Standing) -> str:
    """Whether a person has confirmed the scores, and who signed."""
    if standing.is_signed:
        last = standing.versions[-1]
        by = listed(dict.fromkeys(one.name for one in last.signoffs))
        return tr("Signed by {names}, version {number}").format(names=by, number=last.number)
    if standing.problems:
        return tr("Draft: a signature of this visit does not hold")
    if standing.amending is not None:
        return tr("Draft of an amendment: version {number} stays signed").format(
            number=standing.versions[-1].number
        )
    if standing.versions:
        return tr("Draft: not the form that was signed as version {number}").format(
            number=standing.versions[-1].number
        )
    asked = len(Side) * len(Item)
    confirmed = sum(cell.is_confirmed for cell in sheet.cells.values())
    if confirmed == 0:
        return tr("Machine proposal, not confirmed")
    if confirmed < asked:
        return tr("{confirmed} of {asked} items confirmed by a reviewer, not signed").format(
            confirmed=confirmed, asked=asked
        )
    return tr("Confirmed by a reviewer, not signed")


def facts(analysis: Analysis, standing: Standing) -> Pairs:
    """Who walked, and when."""
    patient = analysis.patient
    age, height = patient.age_years, patient.height_m
    return (
        *_who(standing),
        (tr("Pseudonym"), patient.pseudonym or tr("not given")),
        (
            tr("Age at visit"),
            tr("not given")
            if age is None
            else tr("{years} years").format(years=words.number(age, 1)),
        ),
        *(() if patient.sex is None else ((tr("Sex"), sex_word(patient.sex)),)),
        (
            tr("Height"),
            tr("not given")
            if height is None
            else tr("{height} cm").format(height=words.number(100 * height)),
        ),
        *_measured(patient),
        *(() if standing.day is None else ((tr("Visit"), standing.day.isoformat()),)),
        (tr("Analysed"), date_words(analysis.provenance.made_at)),
    )


def _measured(patient: Patient) -> Pairs:
    """Weight and leg lengths, as far as they are given, and when they were taken."""
    said = []
    if patient.weight_kg is not None:
        kilograms = words.number(patient.weight_kg, 1)
        said.append((tr("Weight"), tr("{weight} kg").format(weight=kilograms)))
    legs = [
        tr("{side} {length} cm").format(
            side=words.side_word(side), length=words.number(100 * length, 1)
        )
        for side, length in zip(
            Side, (patient.leg_length_left_m, patient.leg_length_right_m), strict=True
        )
        if length is not None
    ]
    if legs:
        said.append((tr("Leg length"), tr(", ", "between limbs").join(legs)))
    if patient.measured_on is not None and (said or patient.height_m is not None):
        said.append((tr("Measured on"), patient.measured_on.isoformat()))
    return tuple(said)


def _who(standing: Standing) -> Pairs:
    if standing.is_sealed:
        said = tr("sealed; unlock names to print it. The pseudonym stands in its place.")
        return ((tr("Name"), said),)
    named = standing.named
    if named is None:
        return ()
    said_born = tr("not given") if named.birth_day is None else named.birth_day.isoformat()
    return (
        (tr("Name"), named.name or tr("not given")),
        (tr("Born"), said_born),
        (tr("Record no."), named.record_number or tr("not given")),
    )


def date_words(made_at: str) -> str:
    """Day and minute of an ISO 8601 time, with its zone where it states one."""
    if len(made_at) < 16:
        return made_at or tr("not stated")
    zone = made_at[19:].lstrip(".0123456789")
    return f"{made_at[:10]} {made_at[11:16]} {'UTC' if zone == 'Z' else zone}".strip()


def provenance(analysis: Analysis, standing: Standing, document: str) -> Pairs:
    """What made the report, and from what."""
    held = analysis.provenance
    made = [
        (tr("Report"), tr("GaitDesk {version}").format(version=__version__)),
        (tr("Document"), tr("SHA-256 {digest}").format(digest=document)),
        *(
            (
                tr("Version {number}").format(number=one.number),
                tr("signed content SHA-256 {digest}").format(digest=one.content),
            )
            for one in standing.versions
            if one.content
        ),
        (tr("Software"), held.software or tr("not stated")),
        *((tr("Model"), retold(model)) for model in held.models),
        (tr("Device"), _devices(held.device) or tr("not stated")),
        (tr("Analysed"), date_words(held.made_at)),
    ]
    if held.seconds > 0:
        made.append((tr("Took"), tr("{seconds} s").format(seconds=words.number(held.seconds, 1))))
    readers = sorted(
        {
            proposal.reader
            for cell in analysis.scoresheet.cells.values()
            for proposal in cell.proposed
        }
    )
    if readers:
        made.append((tr("Reader"), listed(readers)))
    made += [
        (
            tr("Film {number}").format(number=i + 1),
            tr("{name}, SHA-256 {digest}").format(
                name=film.video.path.name, digest=film.video.sha256 or tr("not computed")
            ),
        )
        for i, film in enumerate(analysis.films)
    ]
    return tuple(made)


def _devices(held: str) -> str:
    """Devices as a record lists them, each in the language spoken; its name may hold a comma."""
    told, parts = [], held.split(", ")
    while parts:
        ends = range(len(parts), 0, -1)
        known = (end for end in ends if retold(one := ", ".join(parts[:end])) != one)
        end = next(known, 1)
        told.append(retold(", ".join(parts[:end])))
        parts = parts[end:]
    return held if language() == ENGLISH else clauses(told)
