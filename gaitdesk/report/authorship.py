"""The report's account of who answers for it: signatures, versions, and who gave each score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Proposal, Scoresheet, State
from gaitdesk.i18n import listed, tr
from gaitdesk.report import look, words
from gaitdesk.report.answers import proposal_words
from gaitdesk.report.identity import status
from gaitdesk.report.lettering import shortened
from gaitdesk.report.look import text
from gaitdesk.report.standing import Decision, Standing
from gaitdesk.report.tables import bullet, data_table, ruled

_MOST_IN_CELL = 160


@dataclass(frozen=True, slots=True)
class Authorship:
    """Lays out who answers for the report.

    Attributes:
        sheet: The form that is reported.
        standing: How the visit stands in the records.
        width: Room between the margins, points.
    """

    sheet: Scoresheet
    standing: Standing
    width: float

    def comment(self) -> list[Flowable]:
        """The reviewer's own words on the visit, where there are any."""
        if not self.standing.comment:
            return []
        return [text(tr("Reviewer's comment"), look.HEADING), text(self.standing.comment)]

    def signatures(self) -> list[Flowable]:
        """Every signature with name, role, meaning and time, and why versions were amended."""
        story: list[Flowable] = [CondPageBreak(120), text(tr("Signatures"), look.HEADING)]
        if not self.standing.is_signed:
            story += [text(status(self.sheet, self.standing), look.STRONG), Spacer(0, 4)]
        story += [bullet(one) for one in self.standing.problems]
        if self.standing.amending:
            story.append(
                bullet(
                    tr("Why it is being amended: {reason}").format(reason=self.standing.amending)
                )
            )
        if not self.standing.versions:
            story.append(text(tr("Nobody has signed this visit yet."), look.SMALL))
            return story
        heads = (tr("Version"), tr("Name"), tr("Role"), tr("Meaning"), tr("Signed at"))
        rows: list[list[Flowable | str]] = [[text(one, look.HEADER) for one in heads]]
        for version in self.standing.versions:
            for by in version.signoffs:
                said = (
                    str(version.number),
                    shortened(by.name, _MOST_IN_CELL),
                    shortened(by.role, _MOST_IN_CELL),
                    words.meaning_word(by.meaning),
                    moment_words(by.at),
                )
                rows.append([text(one, look.CELL) for one in said])
        table = data_table(
            rows,
            [self.width * part for part in (0.1, 0.26, 0.22, 0.2, 0.22)],
            ruled(),
            tr("Signatures"),
        )
        story.append(table)
        reasons = [
            tr("Version {number} amends the one before: {reason}").format(
                number=one.number, reason=one.reason
            )
            for one in self.standing.versions
            if one.reason
        ]
        if reasons:
            story.append(Spacer(0, 4))
        return story + [bullet(one) for one in reasons]

    def scores(self) -> list[Flowable]:
        """For each score what machines said, what became of it, by whom, and when."""
        title = text(tr("Who gave each score"), look.HEADING)
        if not any(is_persons(cell) for cell in self.sheet.cells.values()):
            said = tr(
                "No person has confirmed or changed a score: each stands as the machine proposed"
                " it, and the form says what that was."
            )
            return [KeepTogether([title, text(said)])]
        heads = [text(tr("Item"), look.HEADER)]
        heads += [look.limb_head(side) for side in Side]
        rows: list[list[Flowable | str | list[Paragraph]]] = [["", *heads]]
        for item in Item:
            rows.append(
                [
                    text(str(item.number), look.CELL_RIGHT),
                    text(words.item_name(item), look.CELL),
                    *(self._account(side, item) for side in Side),
                ]
            )
        number, name = 18.0, 0.25 * self.width
        each = (self.width - number - name) / 2
        table = data_table(
            rows,
            [number, name, each, each],
            ruled(padding=1.6),
            tr("Who gave each score"),
            columns=2,
        )
        note = tr(
            "First what each machine said, then what became of it. Accepted: a person confirmed the"
            " machine's answer; changed: a person gave another; a proposal nobody has confirmed"
            " stands as the machine's alone."
        )
        return [
            CondPageBreak(260),
            title,
            KeepTogether([text(note, look.SMALL), Spacer(0, 4)]),
            table,
        ]

    def _account(self, side: Side, item: Item) -> list[Paragraph]:
        cell = self.sheet.get(side, item)
        if cell is None:
            return [text("–", look.CELL)]
        said = " · ".join(
            tr("{reader}: {answer}").format(
                reader=words.reader_word(one.origin), answer=proposal_words(one)
            )
            for one in cell.proposed
        )
        lines = [text(said, look.CELL_DETAIL)] if said else []
        return [*lines, text(fate(cell, self.standing.decisions.get((side, item))), look.CELL)]


def is_persons(cell: ItemScore) -> bool:
    """Whether a person answers for what stands in a cell."""
    return cell.origin is Origin.REVIEWER or cell.is_confirmed


def fate(cell: ItemScore, decision: Decision | None) -> str:
    """What became of machines' answers to a cell, by whom and when."""
    by = ""
    if decision is not None:
        by = tr(", {rater}, {time}").format(
            rater=shortened(decision.rater, 60),
            time=moment_words(decision.at).replace(" ", words.NO_BREAK),
        )
        if decision.reason:
            by += tr(" ({reason})").format(reason=shortened(decision.reason, _MOST_IN_CELL))
    if not is_persons(cell):
        return tr("proposed, confirmed by nobody")
    answer = _answer(cell)
    if not cell.proposed:
        return tr("{answer}: given by a reviewer{by}").format(answer=answer, by=by)
    if any(_is_same(one, cell) for one in cell.proposed):
        return tr("{answer}: accepted{by}").format(answer=answer, by=by)
    if all(one.state is not State.SCORED for one in cell.proposed):
        return tr("{answer}: decided by a reviewer{by}").format(answer=answer, by=by)
    return tr("{answer}: changed{by}").format(answer=answer, by=by)


def _answer(cell: ItemScore) -> str:
    if cell.score is None:
        return words.state_words(cell.state)
    word = words.direction_word(cell.direction) if cell.direction else ""
    return f"{int(cell.score)} {word}".strip()


def _is_same(proposal: Proposal, cell: ItemScore) -> bool:
    if proposal.state is not State.SCORED:
        return proposal.state is cell.state and cell.score is None
    return (proposal.score, proposal.direction) == (cell.score, cell.direction)


def moment_words(at: datetime) -> str:
    """Day and minute with the zone, as "2026-03-04 10:15 +01:00"."""
    zone = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M} {zone[:3]}:{zone[3:5]}" if zone else f"{at:%Y-%m-%d %H:%M}"


def names_of(decisions: Sequence[Decision]) -> str:
    """Everybody who decided something, in the order they first did."""
    return listed(dict.fromkeys(one.rater for one in decisions))
