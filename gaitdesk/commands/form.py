"""The form of an analysis, its totals and its readers, for a terminal."""

from __future__ import annotations

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, Reason, State
from gaitdesk.i18n import before_gap, clauses, columns_of, retold, titled, tr


def summary(analysis: Analysis) -> list[str]:
    """What a terminal shows of an analysis: films, the form, the totals."""
    from gaitdesk.report.content import sync_sentence
    from gaitdesk.report.words import view_words

    lines = [""]
    for film in analysis.films:
        views = dict.fromkeys(view_words(one.view) for one in film.passes)
        lines.append(
            titled(
                film.video.path.name,
                clauses(
                    (
                        *(views or ("-",)),
                        tr("followed in {share:.0f} % of {frames} frames").format(
                            share=film.found_pct, frames=film.video.frame_count
                        ),
                    )
                ),
            )
        )
        lines += [f"  ! {retold(note)}" for note in film.notes]
    lines += [sync_sentence(link) for link in analysis.sync]
    lines += form_lines(analysis)
    lines += reader_lines(analysis)
    lines.append(tr("Proposals for a clinician to confirm; not a medical device."))
    return lines


def form_lines(analysis: Analysis) -> list[str]:
    """The form of an analysis and its totals, for a terminal."""
    from gaitdesk.report.words import direction_word, item_name, reason_words, side_word

    lines = [""]
    name_width = max(columns_of(item_name(item)) for item in Item)
    lines.append(f"{'':{name_width + 4}} {before_gap(tr('left'), 34)} {tr('right')}")
    for item in Item:
        words = []
        for side in Side:
            cell = analysis.scoresheet.get(side, item)
            if cell is None:
                words.append("-")
            elif cell.state is State.SCORED and cell.score is not None and cell.direction:
                words.append(f"{int(cell.score)}  {direction_word(cell.direction)}")
            else:
                words.append("·  " + (reason_words(cell.reason) if cell.reason else ""))
        left, right = words
        lines.append(
            f"{item.number:>2}  {before_gap(item_name(item), name_width)}"
            f" {before_gap(left, 34)} {right}"
        )
    for side in Side:
        total = analysis.scoresheet.total(side)
        lines.append(
            tr("{side}: {points} of {possible} possible ({scored} of {items} items scored)").format(
                side=side_word(side),
                points=total.points,
                possible=total.possible,
                scored=total.scored,
                items=total.items,
            )
        )
    return lines


def reader_lines(analysis: Analysis) -> list[str]:
    """What each reader said of each item, for a terminal; nothing where only the rules read."""
    from gaitdesk.report.answers import readers_words

    rows: list[tuple[Item, list[str]]] = []
    disputed = 0
    for item in Item:
        cells = [analysis.scoresheet.get(side, item) for side in Side]
        marks = [cell is not None and cell.reason is Reason.READERS_DISAGREE for cell in cells]
        said = [readers_words(cell) if cell is not None else "" for cell in cells]
        disputed += sum(marks)
        if any(said):
            rows.append(
                (item, [f"{'≠' if m else ' '} {s}" for m, s in zip(marks, said, strict=True)])
            )
    if not rows:
        return []
    width = max(columns_of(left) for _, (left, _) in rows)
    lines = ["", tr("What each reader said; they disagree on %n item(s), marked ≠.", "", disputed)]
    lines.append(f"{'':9}{before_gap(tr('left'), width)} {tr('right')}")
    lines += [
        f"{item.number:>2}  {item.value:<3} {before_gap(left, width)} {right}".rstrip()
        for item, (left, right) in rows
    ]
    return [*lines, ""]
