"""What came of it: every network trained here, the new beside the old, and which is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import titled, tr
from gaitdesk.learning.registry import RegisteredModel
from gaitdesk.learning.results import Metric
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.records.words import number_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.card_words import card_words
from gaitdesk.ui.training.comparison_view import ComparisonView, reader_name
from gaitdesk.ui.training.tables import ReadTable

if TYPE_CHECKING:
    # It loads what judging takes, which runs elsewhere.
    from gaitdesk.jobs.old_and_new import OldAndNew


@dataclass(frozen=True, slots=True)
class Networks:
    """Networks as the page shows them.

    Attributes:
        trained: Those trained here, the newest first.
        current: Name and version of the one in use; empty where none is.
        can_go_back: Whether another one was in use before.
        is_whole: Whether the list of activations is as it was kept.
    """

    trained: tuple[RegisteredModel, ...] = ()
    current: str = ""
    can_go_back: bool = False
    is_whole: bool = True


class ResultTab(QWidget):
    """Lists networks on the left; the one that is marked stands beside the old one on the right.

    Signals:
        chosen: Id of the network whose comparison shall be shown.
        compare_asked: Id of the network that shall be asked about the test set, with the old one.
        activate_asked: Id of the network that shall be put into use.
        back_asked: The network that was in use before shall be so again.
    """

    chosen = Signal(str)
    compare_asked = Signal(str)
    activate_asked = Signal(str)
    back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._networks = Networks()
        self._is_busy = False
        self._in_use = QLabel()
        self._in_use.setWordWrap(True)
        self._in_use.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.back_button = QPushButton(tr("&Return to the earlier network"))
        self.back_button.clicked.connect(self.back_asked)
        self.list = ReadTable(tr("Networks trained here"), [tr("Network"), tr("State")], (0, 1))
        self.list.currentCellChanged.connect(self._on_row)
        self._card = QLabel()
        self._card.setWordWrap(True)
        self._card.setTextFormat(Qt.TextFormat.RichText)
        self._card.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = Message()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "soft")
        self.view = ComparisonView()
        self.compare_button = QPushButton(tr("Co&mpare on the test set"))
        self.compare_button.clicked.connect(lambda: self._ask(self.compare_asked))
        self.activate_button = QPushButton(tr("Put into &use"))
        self.activate_button.setProperty("primary", True)
        self.activate_button.clicked.connect(lambda: self._ask(self.activate_asked))
        self._lay_out()
        self.show_networks(Networks())

    def _lay_out(self) -> None:
        gap = em(self, 0.8)
        left = QWidget()
        left.setMinimumWidth(em(self, 24))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self._in_use)
        column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.list, 1)
        column.addWidget(self._card)
        column.addStretch(0)
        right = QWidget()
        found = QVBoxLayout(right)
        found.setContentsMargins(gap, 0, 0, 0)
        found.setSpacing(gap)
        found.addWidget(self.message)
        found.addWidget(self._said)
        found.addWidget(self.empty, 1)
        found.addWidget(self.view, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.compare_button)
        buttons.addWidget(self.activate_button)
        found.addLayout(buttons)
        parts = QSplitter()
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 3)
        parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(parts)

    @property
    def marked(self) -> RegisteredModel | None:
        """The network that is marked."""
        row, held = self.list.currentRow(), self._networks.trained
        return held[row] if 0 <= row < len(held) else None

    @property
    def said(self) -> str:
        """What it says of the comparison."""
        return self._said.text()

    @property
    def in_use_words(self) -> str:
        """What it says of the network in use."""
        return self._in_use.text()

    def show_networks(self, networks: Networks, marked: str = "") -> None:
        """Show the networks that are there, with one of them marked."""
        self._networks = networks
        name = package_name(networks.current) or tr("none")
        words = tr("In use: {name}").format(name=name)
        if not networks.is_whole:
            words += "\n⚠ " + tr(
                "The list of activations was changed by hand; it is not as it was kept."
            )
        self._in_use.setText(words)
        self.back_button.setEnabled(networks.can_go_back and not self._is_busy)
        self.list.show_rows([_row(one) for one in networks.trained])
        self.list.setVisible(bool(networks.trained))
        ids = [one.id for one in networks.trained]
        if marked in ids:
            self.list.blockSignals(True)
            self.list.setCurrentCell(ids.index(marked), 0)
            self.list.blockSignals(False)
        self._on_row()

    def show_comparison(self, id: str, found: OldAndNew | None) -> None:
        """Show a network beside the old one; None where they were not compared."""
        if self.marked is None or self.marked.id != id:
            return
        self.view.setVisible(found is not None)
        self._said.setVisible(found is not None)
        self.empty.setVisible(found is None)
        self.compare_button.setVisible(True)
        if found is None:
            self.message.hide()
            self.empty.setText(
                tr(
                    "This network was not compared with the other one yet. Compare them on the"
                    " patients who judge: neither network has learned from them."
                )
            )
            return
        self.view.show_comparison(found)
        self._said.setText(_said_words(found))
        if found.comparison.is_worse and not self.marked.is_active:
            words = tr("Putting it into use takes a typed reason: {why}.")
            self.message.say(words.format(why=_why_worse(found)), "warning", can_close=False)
        else:
            self.message.hide()

    def show_busy(self, is_busy: bool) -> None:
        """Show that something is being worked out, or is not any more."""
        self._is_busy = is_busy
        self._update()

    def paint(self) -> None:
        """Draw the curves anew in the colours of the theme."""
        self.view.paint()

    def _on_row(self) -> None:
        one = self.marked
        self.message.hide()
        self._card.setVisible(one is not None)
        if one is None:
            self.view.hide()
            self._said.hide()
            self.compare_button.hide()
            self.empty.show()
            self.empty.setText(
                tr(
                    "No network was trained here yet. Look at the data, start a training, and what"
                    " comes of it stands here beside the network in use."
                )
            )
        else:
            self._card.setText(card_words(one.card))
            self.view.hide()
            self._said.hide()
            self.empty.show()
            self.empty.setText("")
            self.chosen.emit(one.id)
        self._update()

    def _update(self) -> None:
        one = self.marked
        self.back_button.setEnabled(self._networks.can_go_back and not self._is_busy)
        self.compare_button.setEnabled(one is not None and not self._is_busy)
        is_offered = one is not None and not one.is_active
        self.activate_button.setVisible(is_offered)
        self.activate_button.setEnabled(is_offered and not self._is_busy)

    def _ask(self, signal: object) -> None:
        if self.marked is not None:
            signal.emit(self.marked.id)  # type: ignore[attr-defined]


def rows_of(models: Sequence[RegisteredModel]) -> tuple[RegisteredModel, ...]:
    """Networks in the order they are listed in: the newest first."""
    return tuple(reversed(models))


def _row(one: RegisteredModel) -> tuple[str, str]:
    return one.id, ("✓ " + tr("in use")) if one.is_active else tr("not in use")


def _said_words(found: OldAndNew) -> str:
    held = found.comparison
    line = tr("{new} beside {old}, on %n patient(s) neither has learned from", "", held.patients)
    words = [line.format(new=package_name(held.new), old=package_name(held.old))]
    if found.others:
        words.append(
            " · ".join(
                titled(
                    reader_name(one.reader),
                    number_words(one.mean.value(Metric.BALANCED_ACCURACY).value),
                )
                for one in found.others
            )
        )
    return "\n".join(words)


def package_name(reader: str) -> str:
    """Name of a network without its version, as the list names it."""
    return reader.rpartition(" ")[0] or reader


def _why_worse(found: OldAndNew) -> str:
    held = found.comparison
    return held.why_worse().replace(held.old, package_name(held.old))
