"""Several visits of one child side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import phrase, tr
from gaitdesk.media.output import write_bytes
from gaitdesk.report.comparison import ComparedVisit, comparison_csv
from gaitdesk.ui.compare.form_table import FormComparison
from gaitdesk.ui.compare.look import VisitLine
from gaitdesk.ui.compare.totals_page import TotalsComparison
from gaitdesk.ui.compare.walk_page import WalkComparison
from gaitdesk.ui.parts.box import Box
from gaitdesk.ui.parts.breaking import BreakingRow, Lines
from gaitdesk.ui.parts.elided import ElidedLabel
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.turns import paint_next_turn
from gaitdesk.ui.theme import em
from gaitdesk.ui.words import walked_words, whose

if TYPE_CHECKING:
    from gaitdesk.ui.compare.curve_page import CurveComparison
    from gaitdesk.ui.compare.film_page import FilmComparison


class ComparePage(QWidget):
    """Shows what the visits of one child have in common and what changed; it edits nothing.

    Signals:
        left: Nobody wants to compare any more.
        visit_asked: The session id of a visit that shall be opened.
        cancel_asked: The visits that are being read are not wanted any more.
    """

    left = Signal()
    visit_asked = Signal(object)
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visits: tuple[ComparedVisit, ...] = ()
        self._pseudonym, self._name = "", ""
        self._outdated: set[QWidget] = set()
        self.message = Message()
        self.progress = ProgressPanel()
        self.progress.hide()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self.form = FormComparison()
        self.totals = TotalsComparison()
        self.walk = WalkComparison()
        self.curves: CurveComparison | None = None
        self.films: FilmComparison | None = None
        self._curve_box, self._film_box = Box(), Box()
        self.tabs = QTabWidget()
        for page, words in (
            (self.form, tr("Form")),
            (self.totals, tr("Totals and change")),
            (self._film_box, tr("Films")),
            (self._curve_box, tr("Curves")),
            (self.walk, tr("Walk")),
        ):
            self.tabs.addTab(page, words)
        self.tabs.currentChanged.connect(self._on_tab)
        self._lay_out()
        leave = QAction(tr("Back"), self)
        leave.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        leave.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.triggered.connect(self.left)
        self.addAction(leave)

    def _lay_out(self) -> None:
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self.baseline = QComboBox()
        self.baseline.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.baseline.currentIndexChanged.connect(self._show_all)
        label = QLabel(tr("Change since"))
        label.setBuddy(self.baseline)
        self.baseline.setAccessibleName(label.text())
        self._export = QPushButton(tr("Save as a table …"))
        self._export.setToolTip(tr("Scores, values and changes as a CSV file for a spreadsheet"))
        self._export.clicked.connect(self.ask_table)
        self._leave = QPushButton(tr("Back  (Esc)"))
        self._leave.clicked.connect(self.left)
        head = Lines()
        top = BreakingRow(head, em(self, 0.7))
        top.addWidget(self._title)
        top.push_right()
        for widget in (label, self.baseline, self._export, self._leave):
            top.addWidget(widget)
        self._legend = QHBoxLayout()
        self._legend.setSpacing(em(self, 0.5))
        layout = QVBoxLayout(self)
        gap = em(self, 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.5))
        layout.addWidget(self.message)
        layout.addWidget(self.progress)
        layout.addWidget(head)
        layout.addLayout(self._legend)
        layout.addWidget(self.tabs, 1)

    @property
    def visits(self) -> tuple[ComparedVisit, ...]:
        """The visits shown, earliest first."""
        return self._visits

    def show_visits(self, pseudonym: str, visits: Sequence[ComparedVisit]) -> None:
        """Show these visits, earliest first; the earliest is the baseline."""
        self._visits, self._pseudonym = tuple(visits), pseudonym
        self._show_title()
        self.baseline.blockSignals(True)
        self.baseline.clear()
        for visit in visits:
            self.baseline.addItem(visit.title)
        self.baseline.blockSignals(False)
        self._show_legend()
        self.message.hide()
        self._outdated.add(self._film_box)
        self._show_all()

    @property
    def title(self) -> str:
        """Whose visits it says that they are."""
        return self._title.text()

    def show_name(self, name: str) -> None:
        """Show who the child is, from now on; empty where that may not be shown."""
        self._name = name
        self._show_title()

    def _show_title(self) -> None:
        child = whose(self._pseudonym, self._name)
        self._title.setText(tr("{child}: %n visits", "", len(self._visits)).format(child=child))

    def clear(self) -> None:
        """Show no visits, and let go of their films."""
        self._visits, self._name = (), ""
        self._show_title()
        if self.films is not None:
            self.films.clear()

    def close_films(self) -> None:
        """Let go of the films for good; for the end of the program."""
        if self.films is not None:
            self.films.close_films()

    def show_busy(self, is_busy: bool) -> None:
        """Show that visits are being read, or have been."""
        self.progress.setVisible(is_busy)
        self.tabs.setEnabled(not is_busy)

    def paint(self) -> None:
        """Draw everything anew in the colours of the theme."""
        if self._visits:
            self._show_legend()
            self._show_all()

    def ask_table(self) -> None:
        """Ask where the table shall go, and write it."""
        name, _ = QFileDialog.getSaveFileName(
            self,
            tr("Save the comparison"),
            f"{self._pseudonym or 'visits'}-comparison.csv",
            tr("Table (*.csv)"),
        )
        if name:
            self.save_table(Path(name))

    def save_table(self, path: Path) -> None:
        """Write the comparison as a CSV file."""
        try:
            write_bytes(path, comparison_csv(self._visits, self._baseline).encode("utf-8"))
        except GaitDeskError as error:
            self.message.say(str(error), "error")
            return
        self.message.say(tr("The comparison is in {path}.").format(path=path))

    @property
    def _baseline(self) -> int:
        return max(0, self.baseline.currentIndex())

    def _show_all(self) -> None:
        if not self._visits:
            return
        self._outdated.update((self.form, self.totals, self.walk, self._curve_box))
        self._on_tab()

    def _show_legend(self) -> None:
        while (held := self._legend.takeAt(0)) is not None:
            widget = held.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, visit in enumerate(self._visits):
            self._legend.addWidget(VisitLine(place))
            link = QPushButton(visit.title)
            link.setProperty("flat", True)
            link.setToolTip(tr("Open this visit"))
            link.clicked.connect(lambda _=False, one=visit.session: self.visit_asked.emit(one))
            self._legend.addWidget(link)
            said = self._walked(visit)
            if said:
                words = ElidedLabel(said)
                words.setProperty("role", "soft")
                self._legend.addWidget(words)
            self._legend.addSpacing(em(self, 1.2))
        self._legend.addStretch(1)

    @staticmethod
    def _walked(visit: ComparedVisit) -> str:
        confirmed = 0
        for cell in visit.sheet.cells.values():
            confirmed += cell.is_confirmed
        said = (
            walked_words(visit.analysis.conditions),
            tr("{count} of 34 confirmed").format(count=confirmed),
        )
        return phrase(said)

    def _on_tab(self) -> None:
        """Show what is new in the tab in front, and in the others when they are looked at.

        Curves and films are made then: both need large libraries.
        """
        shown = self.tabs.currentWidget()
        if not self._visits or shown not in self._outdated:
            return
        self._outdated.discard(shown)
        paint_next_turn(shown)
        if isinstance(shown, FormComparison | TotalsComparison | WalkComparison):
            shown.show_visits(self._visits, self._baseline)
        elif shown is self._curve_box:
            if self.curves is None:
                from gaitdesk.ui.compare.curve_page import CurveComparison

                self.curves = CurveComparison()
                self.curves.place_asked.connect(self._on_place_asked)
                self._curve_box.hold(self.curves)
                self._bind()
            self.curves.show_visits(self._visits)
        elif shown is self._film_box:
            if self.films is None:
                from gaitdesk.ui.compare.film_page import FilmComparison

                self.films = FilmComparison()
                self._film_box.hold(self.films)
                self._bind()
            self.films.show_visits(self._visits)

    def _bind(self) -> None:
        """Let the cursors of the curves follow the films."""
        if self.films is not None and self.curves is not None:
            self.films.place_changed.connect(self.curves.show_place)
            self.curves.show_place(self.films.side, self.films.pct)

    def _on_place_asked(self, side: Side, pct: float) -> None:
        self.tabs.setCurrentWidget(self._film_box)
        if self.films is not None:
            self.films.show_place(pct, side)
