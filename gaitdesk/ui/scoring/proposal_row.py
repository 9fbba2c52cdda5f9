"""What each machine answers for an item, and where they disagree."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from gaitdesk.childgait.together import finding
from gaitdesk.domain.evgs import Item, ItemScore, Origin, Proposal, State
from gaitdesk.domain.measure import Unit
from gaitdesk.i18n import retold, tr
from gaitdesk.report.answers import measured_words
from gaitdesk.report.words import direction_word, number, origin_words, reason_words
from gaitdesk.ui.parts.marks import (
    draw_certainty,
    draw_chance,
    draw_disagreement,
    draw_origin,
)
from gaitdesk.ui.theme import current, em


class ProposalRow(QWidget):
    """One machine's answer: who, what, measured how, how sure, and where to see it.

    It can show another answer later, which takes far less time than making another row.

    Signals:
        frame_asked: The film's index and the deciding frame.
    """

    frame_asked = Signal(int, int)

    def __init__(self, item: Item, proposal: Proposal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposal = proposal
        self._title = QLabel()
        self._title.setWordWrap(True)
        # Beside a wide button a word would else stand letter below letter.
        self._title.setMinimumWidth(em(self, 9))
        self._scale = ChanceScale(proposal)
        self._lines = (QLabel(), QLabel())
        self._button = QPushButton()
        self._button.setToolTip(tr("Show the frame that decides"))
        self._button.clicked.connect(self._on_clicked)
        grid = QGridLayout(self)
        grid.setContentsMargins(em(self, 2.0), 0, 0, em(self, 0.4))
        grid.setVerticalSpacing(em(self, 0.1))
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._button, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._scale, 1, 0, 1, 2)
        for place, label in enumerate(self._lines, start=2):
            label.setProperty("role", "small")
            label.setWordWrap(True)
            grid.addWidget(label, place, 0, 1, 2)
        self.show_proposal(item, proposal)

    def show_proposal(self, item: Item, proposal: Proposal) -> None:
        """Show an answer."""
        self._proposal = proposal
        self._title.setText(proposal_words(item, proposal))
        self._scale.show_proposal(proposal)
        self._scale.setVisible(proposal.atypical is not None)
        said = _proposal_lines(item, proposal)
        for place, label in enumerate(self._lines):
            label.setText(said[place] if place < len(said) else "")
            label.setVisible(place < len(said))
        evidence = proposal.evidence
        self._button.setVisible(evidence is not None)
        if evidence is not None:
            self._button.setText(
                tr("Film {film}, frame {frame}").format(
                    film=evidence.film + 1, frame=evidence.frame + 1
                )
            )
        self.update()

    @property
    def button(self) -> QPushButton:
        """Asks for the deciding frame; hidden where there is none."""
        return self._button

    def _on_clicked(self) -> None:
        evidence = self._proposal.evidence
        if evidence is not None:
            self.frame_asked.emit(evidence.film, evidence.frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        unit, theme = float(em(self)), current()
        draw_origin(
            painter,
            QRectF(0.2 * unit, 0.15 * unit, 1.3 * unit, 1.3 * unit),
            self._proposal.origin,
            theme,
        )
        if self._proposal.confidence > 0 and self._proposal.atypical is None:
            box = QRectF(0.2 * unit, 1.75 * unit, 1.3 * unit, 0.8 * unit)
            draw_certainty(painter, box, self._proposal.confidence, theme)


class ChanceScale(QWidget):
    """Where an answer lies between typical and atypical, and how far its clips differ."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.show_proposal(proposal)

    def show_proposal(self, proposal: Proposal) -> None:
        """Show an answer."""
        self._chance, self._spread = proposal.atypical or 0.0, proposal.spread or 0.0
        self._is_atypical = finding(proposal)
        self.setAccessibleName(chance_words(self._chance, self._spread))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(em(self, 15), em(self, 1.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(em(self, 10), em(self, 1.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        unit = float(em(self))
        font = self.font()
        font.setPointSizeF(0.88 * font.pointSizeF())
        painter.setFont(font)
        painter.setPen(QColor(current().soft))
        low, high = tr("typical"), tr("atypical")
        metrics = painter.fontMetrics()
        left, right = metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)
        aligned = Qt.AlignmentFlag.AlignVCenter
        whole = QRectF(self.rect())
        painter.drawText(whole, aligned | Qt.AlignmentFlag.AlignLeft, low)
        scale = min(whole.width() - left - right - 1.6 * unit, 9.0 * unit)
        start = left + 0.8 * unit
        painter.drawText(
            QRectF(start + scale + 0.8 * unit, 0, right + unit, whole.height()),
            aligned | Qt.AlignmentFlag.AlignLeft,
            high,
        )
        box = QRectF(start, 0.15 * unit, scale, whole.height() - 0.3 * unit)
        draw_chance(painter, box, self._chance, self._spread, self._is_atypical, current())


def chance_words(chance: float, spread: float) -> str:
    """How likely an item is atypical, and how far the clips differ."""
    return tr("{share} % atypical, clips differ by ± {spread} %").format(
        share=number(100 * chance), spread=number(100 * spread)
    )


def disagreement_words(held: ItemScore) -> str:
    """What each machine says where they disagree."""
    said = []
    for proposal in held.proposed:
        found = finding(proposal)
        if found is None or proposal.origin is Origin.PHANTOM:
            continue
        answer = tr("atypical") if found else tr("typical")
        if proposal.state is State.SCORED and proposal.score is not None:
            answer = str(int(proposal.score))
        said.append(tr("{who}: {answer}").format(who=origin_words(proposal.origin), answer=answer))
    return tr("The readers disagree ({answers}); you decide.").format(
        answers=tr("; ", "between what two readers say").join(said)
    )


class DisagreementRow(QWidget):
    """Says that two machines answer differently."""

    def __init__(self, held: ItemScore) -> None:
        super().__init__()
        self._words = QLabel(disagreement_words(held))
        self._words.setWordWrap(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(em(self, 2.0), em(self, 0.2), 0, em(self, 0.5))
        layout.addWidget(self._words)

    def show_answers(self, held: ItemScore) -> None:
        """Show where they disagree about another item."""
        self._words.setText(disagreement_words(held))

    def paintEvent(self, event: QPaintEvent) -> None:
        unit = float(em(self))
        box = QRectF(0.15 * unit, 0.2 * unit, 1.4 * unit, 1.4 * unit)
        draw_disagreement(QPainter(self), box, current())


def proposal_words(item: Item, proposal: Proposal) -> str:
    """Who answers, and what."""
    who = origin_words(proposal.origin)
    who = f"{who[:1].upper()}{who[1:]}"
    if proposal.state is State.SCORED and proposal.score is not None and proposal.direction:
        return tr("{who}: {score}, {word}").format(
            who=who, score=int(proposal.score), word=direction_word(proposal.direction)
        )
    reason = reason_words(proposal.reason) if proposal.reason is not None else ""
    if proposal.score is not None:
        said = tr("{who}: leaves it to you ({reason}), leans to {score}").format(
            who=who, reason=reason, score=int(proposal.score)
        )
        # A digit alone on a line is hardly seen.
        return "\N{NO-BREAK SPACE}".join(said.rsplit(" ", 1)) if said[-2] == " " else said
    return tr("{who}: no score ({reason})").format(who=who, reason=reason)


def _proposal_lines(item: Item, proposal: Proposal) -> list[str]:
    lines = []
    parts = []
    if proposal.measure is not None and proposal.measure.unit is not Unit.NONE:
        parts.append(measured_words(item, proposal.measure))
    if proposal.atypical is not None:
        parts.append(chance_words(proposal.atypical, proposal.spread or 0.0))
    elif proposal.confidence > 0:
        parts.append(tr("{share} % sure").format(share=number(100 * proposal.confidence)))
    if proposal.cycles and proposal.origin is Origin.NETWORK:
        parts.append(tr("%n clip(s)", "", proposal.cycles))
    elif proposal.cycles:
        parts.append(tr("%n cycle(s)", "", proposal.cycles))
    if parts:
        lines.append(" · ".join(parts))
    if proposal.note:
        lines.append(retold(proposal.note))
    return lines
