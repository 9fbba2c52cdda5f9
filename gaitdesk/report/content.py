"""What the printed report says, as plain values; how it looks is another matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Item, Region, Scoresheet, Total
from gaitdesk.domain.gait import Parameter, Spatiotemporal, Variable
from gaitdesk.domain.measure import Unit
from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.gait.norms import AgeNorm, NormalCurve, SpeedGroup, age_norm, normal_curve
from gaitdesk.i18n import clauses, percent, retold, tr
from gaitdesk.report import identity, words
from gaitdesk.report.answers import CellText, both_limbs, cell_text, is_withheld
from gaitdesk.report.history import conditions, history
from gaitdesk.report.identity import Pairs
from gaitdesk.report.standing import UNKEPT, Standing, document_hash


@dataclass(frozen=True, slots=True)
class Norms:
    """Where the report takes typically developing children from.

    Attributes:
        curve: The normal course of an angle at a walking speed, or None.
        age: What children of an age do, or None.
    """

    curve: Callable[[Variable, SpeedGroup], NormalCurve | None] = normal_curve
    age: Callable[[Parameter, float], AgeNorm | None] = age_norm


STANDARD_NORMS = Norms()


@dataclass(frozen=True, slots=True)
class Headline:
    """The total of one limb, or of both.

    Attributes:
        label: Which limb.
        points: The total; None when it is withheld.
        possible: Greatest total the scored items could have given.
        scored, items: How many items carry a score, of how many.
    """

    label: str
    points: int | None
    possible: int
    scored: int
    items: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with what is said of both limbs."""

    item: Item
    name: str
    plane: str
    left: CellText
    right: CellText


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the report says.

    Attributes:
        name: Who it is about, on every page.
        status: Whether a person has confirmed the scores, and signed.
        is_draft: Whether nobody answers for it yet.
        document: SHA-256 of what is said, on every page.
        identity, conditions: Who walked and how.
        history: Why the child came, and what is known of it.
        headlines: Left, right, and both limbs.
        withheld: Why a total is missing, one sentence each.
        subtotals: Group, then left, right and both as "points / possible".
        findings: What is not normal: region, left, right.
        groups: Items of each body region.
        films: One row a film.
        sync: How the films share one time axis.
        notes: What is wrong with the films and what follows.
        parameters: Name, left, right, whole walk, norm of the age.
        parameter_source: Whose norms those are, or empty.
        provenance: What made it all.
    """

    name: str
    status: str
    is_draft: bool
    document: str
    identity: Pairs
    conditions: Pairs
    history: Pairs
    headlines: tuple[Headline, ...]
    withheld: tuple[str, ...]
    subtotals: tuple[tuple[str, str, str, str], ...]
    findings: tuple[tuple[str, str, str], ...]
    groups: tuple[tuple[str, tuple[ItemRow, ...]], ...]
    films: tuple[tuple[str, ...], ...]
    sync: tuple[str, ...]
    notes: tuple[str, ...]
    parameters: tuple[tuple[str, str, str, str, str], ...]
    parameter_source: str
    provenance: Pairs


def report_content(
    analysis: Analysis, norms: Norms = STANDARD_NORMS, standing: Standing = UNKEPT
) -> Content:
    """Everything the report says about an analysis."""
    sheet = analysis.scoresheet
    parameters, source = _parameters(analysis, norms)
    document = document_hash(analysis, standing)
    return Content(
        name=identity.name(analysis, standing),
        status=identity.status(sheet, standing),
        is_draft=not standing.is_signed,
        document=document,
        identity=identity.facts(analysis, standing),
        conditions=conditions(analysis),
        history=history(analysis, standing),
        headlines=_headlines(sheet),
        withheld=_withheld(sheet),
        subtotals=_subtotals(sheet),
        findings=_findings(sheet),
        groups=_groups(sheet),
        films=tuple(_film_row(analysis, i) for i in range(len(analysis.films))),
        sync=tuple(sync_sentence(sync) for sync in analysis.sync),
        notes=_notes(analysis),
        parameters=parameters,
        parameter_source=source,
        provenance=identity.provenance(analysis, standing, document),
    )


def _headlines(sheet: Scoresheet) -> tuple[Headline, ...]:
    left, right = (sheet.total(side) for side in Side)
    is_unsafe = is_withheld(left) or is_withheld(right)
    return (
        _headline(tr("Left limb"), left, is_withheld(left)),
        _headline(tr("Right limb"), right, is_withheld(right)),
        _headline(tr("Left + right"), both_limbs(sheet), is_unsafe),
    )


def _headline(label: str, total: Total, is_unsafe: bool) -> Headline:
    points = None if is_unsafe else total.points
    return Headline(label, points, total.possible, total.scored, total.items)


def _withheld(sheet: Scoresheet) -> tuple[str, ...]:
    said = []
    for side in Side:
        total = sheet.total(side)
        if is_withheld(total):
            said.append(
                tr(
                    "The total of the {side} limb is withheld: {missing} of {items} items carry no"
                    " score, and a total is given only when at most 3 are missing."
                ).format(
                    side=words.side_word(side),
                    missing=total.items - total.scored,
                    items=total.items,
                )
            )
    return tuple(said)


def _subtotals(sheet: Scoresheet) -> tuple[tuple[str, str, str, str], ...]:
    groups: list[tuple[str, Iterable[Item]]] = [
        (words.region_name(region), [item for item in Item if item.region is region])
        for region in Region
    ]
    for plane in Plane:
        name = tr("{plane} items").format(plane=words.plane_word(plane).capitalize())
        groups.append((name, [item for item in Item if item.plane is plane]))
    rows = []
    for name, items in groups:
        asked = tuple(items)
        totals = (*(sheet.total(side, asked) for side in Side), both_limbs(sheet, asked))
        left, right, both = (_of_possible(total) for total in totals)
        rows.append((name, left, right, both))
    return tuple(rows)


def _of_possible(total: Total) -> str:
    if not total.scored:
        return "–"
    return tr("{points} of {possible}").format(points=total.points, possible=total.possible)


def _findings(sheet: Scoresheet) -> tuple[tuple[str, str, str], ...]:
    """Of each body region, what is not normal in either limb; regions without are left out."""
    rows = []
    for region in Region:
        left, right = (
            clauses(
                _finding(sheet, side, item)
                for item in Item
                if item.region is region
                and (cell := sheet.get(side, item)) is not None
                and cell.score
            )
            for side in Side
        )
        if left or right:
            rows.append((words.region_name(region), left or "–", right or "–"))
    return tuple(rows)


def _finding(sheet: Scoresheet, side: Side, item: Item) -> str:
    cell = sheet.cells[side, item]
    word = words.direction_word(cell.direction) if cell.direction else ""
    return tr("{item}: {finding}").format(
        item=words.item_name(item), finding=f"{int(cell.score or 0)} {word}".strip()
    )


def _groups(sheet: Scoresheet) -> tuple[tuple[str, tuple[ItemRow, ...]], ...]:
    return tuple(
        (
            words.region_name(region),
            tuple(
                ItemRow(
                    item,
                    words.item_name(item),
                    words.plane_word(item.plane),
                    cell_text(sheet.get(Side.LEFT, item), item),
                    cell_text(sheet.get(Side.RIGHT, item), item),
                )
                for item in Item
                if item.region is region
            ),
        )
        for region in Region
    )


def _film_row(analysis: Analysis, number: int) -> tuple[str, ...]:
    """Number, file, view, picture, length, share followed, passes, cycles."""
    film = analysis.films[number]
    video = film.video
    cycles = sum(cycle.film == number for cycle in analysis.cycles)
    return (
        str(number + 1),
        video.path.name,
        _views(film),
        tr("{width} × {height}, {fps} fps").format(
            width=video.width, height=video.height, fps=words.number(video.fps, 1)
        ),
        tr("{seconds} s, {frames} frames").format(
            seconds=words.number(video.duration_s, 1), frames=video.frame_count
        ),
        percent(words.number(film.found_pct)),
        str(len(film.passes)),
        str(cycles) if film.plane is Plane.SAGITTAL else "–",
    )


def _views(film: FilmAnalysis) -> str:
    views = dict.fromkeys(words.view_words(one.view) for one in film.passes)
    return clauses(views) or tr("{plane}, no walk found").format(plane=words.plane_word(film.plane))


def sync_sentence(sync: Sync) -> str:
    """How two films share one clock, and how far that can be trusted."""
    if sync.source is SyncSource.NONE or sync.confidence <= 0:
        return tr("Film {coronal} could not be related in time to film {sagittal}.").format(
            coronal=sync.coronal + 1, sagittal=sync.sagittal + 1
        )
    return tr(
        "Start of film {sagittal} = {offset} s in film {coronal}, from {source}; confidence"
        " {share} %; {drift}{residual}."
    ).format(
        sagittal=sync.sagittal + 1,
        coronal=sync.coronal + 1,
        offset=words.number(sync.offset_s, 3),
        source=words.sync_words(sync.source),
        share=words.number(100 * sync.confidence),
        drift=words.drift_words(sync),
        residual=words.residual_words(sync),
    )


def _notes(analysis: Analysis) -> tuple[str, ...]:
    said = [
        tr("Film {number}: {note}").format(number=i + 1, note=retold(note))
        for i, film in enumerate(analysis.films)
        for note in dict.fromkeys((*film.video.notes, *film.notes))
    ]
    planes = {film.plane for film in analysis.films}
    said += [
        tr("No {plane} film was recorded; its items cannot be scored.").format(
            plane=words.plane_word(plane)
        )
        for plane in Plane
        if plane not in planes
    ]
    return tuple(said)


def _parameters(
    analysis: Analysis, norms: Norms
) -> tuple[tuple[tuple[str, str, str, str, str], ...], str]:
    held: dict[tuple[Parameter, Side | None], Spatiotemporal] = {
        (one.parameter, one.side): one for one in analysis.spatiotemporal
    }
    rows, source = [], ""
    for parameter in Parameter:
        found = [held.get((parameter, side)) for side in (Side.LEFT, Side.RIGHT, None)]
        if not any(found):
            continue
        left, right, walk = (
            "" if one is None else words.measure_words(one.measure) for one in found
        )
        unit = next(one.measure.unit for one in found if one is not None)
        norm = _age_norm(analysis, norms, parameter, unit)
        source = retold(norm.source) if norm is not None else source
        rows.append((words.parameter_name(parameter), left, right, walk, _range(norm, unit)))
    return tuple(rows), source


def _age_norm(analysis: Analysis, norms: Norms, parameter: Parameter, unit: Unit) -> AgeNorm | None:
    # Lengths in leg lengths or pixels, where no height was given, have no norm in metres.
    if analysis.patient.age_years is None or unit in (Unit.LEG_LENGTH, Unit.PIXEL, Unit.NONE):
        return None
    return norms.age(parameter, analysis.patient.age_years)


def _range(norm: AgeNorm | None, unit: Unit) -> str:
    if norm is None:
        return "–"
    decimals = 2 if norm.high < 10 else 0
    return tr("{low} to {high}").format(
        low=words.number(norm.low, decimals),
        high=words.with_unit(words.number(norm.high, decimals), unit),
    )
