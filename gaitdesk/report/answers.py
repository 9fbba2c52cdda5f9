"""What the form says for one item of one limb, in words; the form's totals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Proposal, Score, Scoresheet, State, Total
from gaitdesk.domain.gait import Variable
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.i18n import percent, tr
from gaitdesk.report import words
from gaitdesk.scoring.criteria import BANDS, OPTIONS, Band

MOST_MISSING = 3
"""A limb's headline total is withheld when more items than these carry no score."""

_SIGNED_AS: Mapping[Item, Variable] = {
    Item.STANCE_DORSIFLEXION: Variable.ANKLE_DORSIFLEXION,
    Item.SWING_DORSIFLEXION: Variable.ANKLE_DORSIFLEXION,
    Item.HINDFOOT_VARUS_VALGUS: Variable.HINDFOOT_VALGUS,
    Item.FOOT_ROTATION: Variable.FOOT_PROGRESSION,
    Item.KNEE_PROGRESSION: Variable.KNEE_PROGRESSION,
    Item.STANCE_KNEE_EXTENSION: Variable.KNEE_FLEXION,
    Item.TERMINAL_SWING_KNEE: Variable.KNEE_FLEXION,
    Item.SWING_KNEE_FLEXION: Variable.KNEE_FLEXION,
    Item.STANCE_HIP_EXTENSION: Variable.HIP_FLEXION,
    Item.SWING_HIP_FLEXION: Variable.HIP_FLEXION,
    Item.PELVIC_OBLIQUITY: Variable.PELVIC_OBLIQUITY,
    Item.PELVIC_ROTATION: Variable.PELVIC_ROTATION,
    Item.TRUNK_SAGITTAL: Variable.TRUNK_FORWARD_LEAN,
}
"""The angle whose signs an item's measure follows."""


def shown_proposal(cell: ItemScore) -> Proposal | None:
    """The machine's answer that stands behind a cell: of the cell's own origin if there is one."""
    same = [proposal for proposal in cell.proposed if proposal.origin is cell.origin]
    candidates = same or list(cell.proposed)
    return candidates[-1] if candidates else None


@dataclass(frozen=True, slots=True)
class CellText:
    """One item of one limb as the form shows it.

    Attributes:
        mark: "0", "1", "2", "?" where the reviewer decides, "–" where nothing can be scored.
        score: The score, None without one.
        finding: Direction word or the reason for no score, and what was measured.
        detail: Confidence, deciding frame and who said so; may be empty.
    """

    mark: str
    score: Score | None
    finding: str
    detail: str


def cell_text(cell: ItemScore | None, item: Item) -> CellText:
    """What the form says for a cell; one that is absent was never looked at."""
    if cell is None:
        return CellText("–", None, tr("Not assessed"), "")
    proposal = shown_proposal(cell)
    measured = _measured(item, proposal, cell)
    if cell.state is State.SCORED and cell.score is not None:
        word = words.direction_word(cell.direction) if cell.direction else ""
        finding = " · ".join(part for part in (word, measured) if part)
        return CellText(str(int(cell.score)), cell.score, finding, _detail(cell, proposal))
    reason = words.reason_words(cell.reason) if cell.reason else ""
    state = words.state_words(cell.state)
    finding = f"{state[:1].upper()}{state[1:]}"
    if reason:
        finding = tr("{state}: {reason}").format(state=finding, reason=reason)
    said = readers_words(cell)
    if cell.state is State.NOT_SCORABLE:
        return CellText("–", None, finding, " · ".join(one for one in (said, cell.comment) if one))
    lean = (
        tr("leans to {score}").format(score=int(proposal.score))
        if proposal is not None and proposal.score is not None and not said
        else ""
    )
    detail = " · ".join(
        part for part in (measured, lean, said, _evidence_words(proposal), cell.comment) if part
    )
    return CellText("?", None, finding, detail)


def _measured(item: Item, proposal: Proposal | None, cell: ItemScore) -> str:
    # A bare number without a unit is the reader's own scale and tells a clinician nothing.
    if proposal is None or proposal.measure is None or proposal.measure.unit is Unit.NONE:
        return ""
    word = words.direction_word(cell.direction) if cell.direction else ""
    return measured_words(item, proposal.measure, word)


def measured_words(item: Item, measure: Measure, said: str = "") -> str:
    """A measured angle with the direction its sign means, as "8° ± 5° extension".

    Args:
        item: The item it was measured for.
        measure: The measure.
        said: A direction word that stands beside it already and need not be repeated.
    """
    variable = _SIGNED_AS.get(item)
    if variable is None or measure.unit is not Unit.DEGREE or not math.isfinite(measure.value):
        return words.measure_words(measure)
    negative, positive = sign_words(item)
    size = words.measure_words(Measure(abs(measure.value), measure.unit, measure.error))
    if words.number(measure.value) == "0":
        return size
    word = positive if measure.value > 0 else negative
    return size if word == said else f"{size} {word}"


def sign_words(item: Item) -> tuple[str, str]:
    """What a negative and a positive angle of an item mean; empty where it has no sign."""
    if item not in _SIGNED_AS:
        return "", ""
    negative, positive = words.variable_ends(_SIGNED_AS[item])
    if _SIGNED_AS[item] is Variable.KNEE_FLEXION:
        negative = tr("hyperextension")
    return negative, positive


def readers_words(cell: ItemScore) -> str:
    """What each machine said, as "rules: 0 normal · network: 93 % ± 4 % atypical".

    Empty where the rules alone have spoken, because the cell itself says what they said.
    """
    if all(proposal.origin is not Origin.NETWORK for proposal in cell.proposed):
        return ""
    return " · ".join(
        tr("{reader}: {answer}").format(
            reader=words.reader_word(proposal.origin), answer=proposal_words(proposal)
        )
        for proposal in cell.proposed
        if not _only_repeats(proposal, cell)
    )


def _only_repeats(proposal: Proposal, cell: ItemScore) -> bool:
    """Whether a machine said nothing but the reason that stands in the cell."""
    has_answer = proposal.score is not None or proposal.atypical is not None
    return not has_answer and proposal.reason is cell.reason


def proposal_words(proposal: Proposal) -> str:
    """One machine's answer in a few words."""
    if proposal.atypical is not None:
        share = _share_words(proposal.atypical, proposal.spread)
        return tr("{share} atypical").format(share=share).replace(" ", words.NO_BREAK)
    if proposal.state is State.SCORED and proposal.score is not None:
        word = words.direction_word(proposal.direction) if proposal.direction else ""
        return f"{int(proposal.score)} {word}".strip()
    if proposal.score is not None:
        return tr("leans to {score}").format(score=int(proposal.score))
    return words.reason_words(proposal.reason) if proposal.reason else ""


def _share_words(share: float, spread: float | None) -> str:
    said = percent(words.number(100 * share))
    if spread is None or words.number(100 * spread) == "0":
        return said
    return f"{said} ± {percent(words.number(100 * spread))}"


def _evidence_words(proposal: Proposal | None) -> str:
    if proposal is None or proposal.evidence is None:
        return ""
    found = proposal.evidence
    return tr("film {film}, frame {frame}, {seconds} s").format(
        film=found.film + 1, frame=found.frame + 1, seconds=words.number(found.time_s, 2)
    )


def _detail(cell: ItemScore, proposal: Proposal | None) -> str:
    parts = []
    if cell.origin is Origin.REVIEWER:
        parts.append(words.origin_words(cell.origin))
        if proposal is not None and proposal.score is not None and proposal.score != cell.score:
            parts.append(tr("machine said {score}").format(score=int(proposal.score)))
    elif proposal is not None and proposal.atypical is None:
        parts.append(
            tr("confidence {share} %").format(share=words.number(100 * proposal.confidence))
        )
    parts.append(readers_words(cell))
    parts.append(_evidence_words(proposal))
    parts.append(cell.comment)
    return " · ".join(part for part in parts if part)


def limit_words(item: Item, score: Score) -> str:
    """The published limits of one score of an item, as "16° to 25° flexion"."""
    if item in BANDS:
        bands = [band for band in BANDS[item] if band.score is score]
        return tr(" or ", "between alternatives").join(band_words(item, band) for band in bands)
    options = [word for word, given in OPTIONS[item].items() if given is score]
    return tr(" or ", "between alternatives").join(words.direction_word(one) for one in options)


def band_words(item: Item, band: Band) -> str:
    """The published limits of one band, as "16° to 25° flexion"."""
    negative, positive = sign_words(item)
    low, high = band.lowest, band.highest
    if math.isinf(high):
        return tr("{limit}° or more {word}").format(limit=words.number(low), word=positive)
    if math.isinf(low):
        if high < 0:
            return tr("{limit}° or more {word}").format(limit=words.number(-high), word=negative)
        return tr("{limit}° or less {word}").format(limit=words.number(high), word=positive)
    if low >= 0:
        return tr("{low}° to {high}° {word}").format(
            low=words.number(low), high=words.number(high), word=positive
        )
    if high <= 0:
        return tr("{low}° to {high}° {word}").format(
            low=words.number(-high), high=words.number(-low), word=negative
        )
    return tr("{low}° {negative} to {high}° {positive}").format(
        low=words.number(-low), negative=negative, high=words.number(high), positive=positive
    )


def is_withheld(total: Total) -> bool:
    """Whether too many items are missing for a total over all items to mean anything."""
    return total.items - total.scored > MOST_MISSING


def both_limbs(sheet: Scoresheet, items: Iterable[Item] = tuple(Item)) -> Total:
    """Left and right together."""
    asked = tuple(items)
    left, right = (sheet.total(side, asked) for side in Side)
    return Total(
        left.points + right.points,
        left.possible + right.possible,
        left.scored + right.scored,
        left.items + right.items,
    )
