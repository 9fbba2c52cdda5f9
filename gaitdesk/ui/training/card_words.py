"""What a network says of itself, in words."""

from __future__ import annotations

import html

from gaitdesk.i18n import listed, retold, titled, tr
from gaitdesk.learning.registry import TrainingCard
from gaitdesk.ui.records.words import number_words
from gaitdesk.ui.training.outlook_view import source_name


def card_words(card: TrainingCard) -> str:
    """How a network came about, as rich text of a few lines."""
    lines = [f"<b>{html.escape(card.id)}</b>", card.made_at[:16].replace("T", " ")]
    if card.parent:
        lines.append(tr("Began with {name}").format(name=card.parent))
    if card.sources:
        names = listed(source_name(one) for one in card.sources)
        lines.append(tr("Learned from: {sources}").format(sources=names))
    counts = {one.part: one for one in card.counts}
    for part, words in (
        ("train", tr("to learn from")),
        ("val", tr("to choose by")),
        ("test", tr("to judge by")),
    ):
        if part in counts:
            held = counts[part]
            count = tr("%n patient(s)", "", held.patients)
            lines.append(titled(words, count))
    for metric in card.metrics:
        if metric.value == metric.value and metric.part == "val":
            lines.append(
                tr("Balanced accuracy when chosen: {value}").format(
                    value=number_words(metric.value)
                )
            )
    if card.licence:
        lines.append(tr("Licence: {licence}").format(licence=retold(card.licence)))
    if card.is_non_commercial:
        lines.append("⚠ " + tr("not for commercial use"))
    if card.is_for_demonstration:
        lines.append("⚠ " + tr("for demonstration: it has seen phantoms alone"))
    return "<br>".join(lines)
