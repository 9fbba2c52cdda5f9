"""What the records are called, in words."""

from __future__ import annotations

import math
from datetime import datetime

from gaitdesk.domain.evgs import Cell, ItemScore
from gaitdesk.i18n import percent, phrase, tr
from gaitdesk.report.words import direction_word, reason_words, side_word
from gaitdesk.store.facts import Meaning, Said
from gaitdesk.ui.words import short_name

NOTHING = "–"


def meaning_name(meaning: Meaning) -> str:
    """What a signature means, in a word."""
    return {
        Meaning.AUTHORSHIP: tr("author"),
        Meaning.REVIEW: tr("reviewer"),
        Meaning.APPROVAL: tr("approver"),
        Meaning.RESPONSIBILITY: tr("person responsible"),
    }[meaning]


def meaning_sentence(meaning: Meaning) -> str:
    """What a person says by signing."""
    return {
        Meaning.AUTHORSHIP: tr("I have reviewed every item on the films; these scores are my own."),
        Meaning.REVIEW: tr("I have reviewed these scores, which somebody else has given."),
        Meaning.APPROVAL: tr("I approve this scoresheet for the patient's record."),
        Meaning.RESPONSIBILITY: tr("I take responsibility for this scoresheet."),
    }[meaning]


def time_words(moment: datetime) -> str:
    """A moment as the clock on the wall says it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def cell_words(cell: Cell) -> str:
    """One item of one limb, as "9 Knee extension, left"."""
    side, item = cell
    return phrase((f"{item.number} {short_name(item)}", side_word(side)))


def said_words(said: Said | ItemScore | None) -> str:
    """What somebody said of a cell, as "1 flexion"."""
    if said is None:
        return NOTHING
    if said.score is not None:
        word = direction_word(said.direction) if said.direction is not None else ""
        return f"{int(said.score)} {word}".strip()
    return reason_words(said.reason) if said.reason is not None else NOTHING


def share_words(value: float) -> str:
    """A share in percent; a dash where nothing can be said."""
    return NOTHING if math.isnan(value) else percent(f"{100 * value:.0f}")


def number_words(value: float) -> str:
    """A number with two decimals; a dash where nothing can be said."""
    return NOTHING if math.isnan(value) else f"{value:.2f}".replace("-", "−")
