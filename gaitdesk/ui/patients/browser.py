"""Children and their visits, with search; visits of one child are ticked to be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.i18n import sentences, tr
from gaitdesk.store.edits import PatientId, SessionId, SessionSummary
from gaitdesk.ui.patients.visit_list import VisitList, VisitModel
from gaitdesk.ui.theme import em

MOST_COMPARED = 4


class BrowserPanel(QWidget):
    """Lists visits and finds them by words; it reads nothing itself.

    Args:
        find: Visits in which every one of some words occurs, newest first.
        sheet: The sheet of a visit; None leaves the totals out.
        names: Names of children, as far as they may be shown now; None shows pseudonyms alone.

    Signals:
        opened: The `SessionId` somebody wants to see.
        compared: The `SessionId`s somebody wants to see side by side.
        ticked_changed: Other visits are ticked now.
        details_asked: The `SessionId` whose patient or conditions shall be corrected.
        left: Somebody is done with the list while it lies over the page.
    """

    opened = Signal(object)
    compared = Signal(object)
    ticked_changed = Signal()
    details_asked = Signal(object)
    left = Signal()

    def __init__(
        self,
        find: Callable[[str], Sequence[SessionSummary]],
        sheet: Callable[[SessionId], Scoresheet] | None = None,
        names: Callable[[], Mapping[PatientId, str]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._find, self._names = find, names
        self._ticked: dict[SessionId, SessionSummary] = {}
        self.setMinimumWidth(em(self, 18))
        title = QLabel(tr("Patients and visits"))
        title.setProperty("role", "heading")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search: child, day, film  ( / )"))
        self.search.setToolTip(
            tr("Words from the pseudonym, day, film names, footwear, walking aid or note")
        )
        self.search.setAccessibleName(tr("Search visits"))
        self.search.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(120)
        self._pause.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._pause.start)
        self._model = VisitModel(sheet, self)
        self.list = VisitList()
        self.list.setModel(self._model)
        self.list.setAccessibleName(tr("Visits"))
        self.list.activated.connect(self._on_activated)
        self.list.tick_asked.connect(self.toggle_tick)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self._empty = QLabel()
        self._empty.setProperty("role", "soft")
        self._empty.setWordWrap(True)
        self._help = QPushButton(tr("Show all visits"))
        self._help.clicked.connect(self._on_help)
        self._edge = QFrame()
        self._edge.setFrameShape(QFrame.Shape.VLine)
        self._edge.hide()
        layout = QVBoxLayout()
        gap = em(self, 0.7)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 0.5))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(layout, 1)
        outer.addWidget(self._edge)
        layout.addWidget(title)
        layout.addWidget(self.search)
        layout.addWidget(self._empty)
        layout.addWidget(self._help, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._made_bar())
        layout.addStretch(0)
        self.search.installEventFilter(self)
        leave = QAction(self)
        leave.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        leave.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.triggered.connect(self._on_escape)
        self.addAction(leave)

    def _made_bar(self) -> QWidget:
        self._bar = QFrame()
        self._bar.setProperty("tone", "note")
        self._said = QLabel()
        self._said.setWordWrap(True)
        self.compare_button = QPushButton(tr("Compare  (Ctrl+D)"))
        self.compare_button.setProperty("primary", True)
        self.compare_button.clicked.connect(lambda: self.compared.emit(self.ticked))
        clear = QPushButton(tr("Clear"))
        clear.setProperty("flat", True)
        clear.setToolTip(tr("Untick all visits"))
        clear.clicked.connect(self.clear_ticks)
        row = QHBoxLayout()
        row.addWidget(self.compare_button, 1)
        row.addWidget(clear)
        column = QVBoxLayout(self._bar)
        gap = em(self, 0.5)
        column.setContentsMargins(gap, gap, gap, gap)
        column.addWidget(self._said)
        column.addLayout(row)
        self._bar.hide()
        return self._bar

    def refresh(self) -> None:
        """Read the visits anew."""
        words = self.search.text().strip()
        found = tuple(self._find(words))
        self._model.show_visits(found, self._names() if self._names is not None else {})
        self._empty.setVisible(not found)
        self._help.setVisible(bool(words) and not found)
        self.list.setVisible(bool(found))
        if words:
            self._empty.setText(
                tr(
                    "No visit matches “{words}”. Every word must occur in the pseudonym, the day"
                    " (as 2026-05), a film's name, the footwear, the aid or the note."
                ).format(words=words)
            )
        else:
            self._empty.setText(
                tr("No visit yet. Each visit you analyse is kept here, under its child.")
            )

    def stop(self) -> None:
        """Read nothing more; the store is being closed."""
        self._pause.stop()
        self._model.stop()

    def set_over(self, *, is_over: bool) -> None:
        """Say whether the list lies over the page, which must then not shine through."""
        self.setAutoFillBackground(is_over)
        self._edge.setVisible(is_over)

    def mark(self, session: SessionId | None) -> None:
        """Mark the visit that is open."""
        row = self._model.row_of(session)
        index = self._model.index(row, 0) if row >= 0 else QModelIndex()
        self.list.setCurrentIndex(index)
        if row >= 0:
            self.list.scrollTo(index)

    @property
    def visits(self) -> tuple[SessionSummary, ...]:
        """The visits listed, those of one child together."""
        return self._model.visits

    @property
    def ticked(self) -> tuple[SessionId, ...]:
        """The visits ticked to be compared."""
        return tuple(self._ticked)

    @property
    def said(self) -> str:
        """What it says of the visits that are ticked, or of there being none to list."""
        return self._said.text() if self._bar.isVisibleTo(self) else self._empty.text()

    def toggle_tick(self, session: SessionId) -> None:
        """Tick a visit to be compared, or no longer; only visits of one child go together."""
        visit = next((one for one in self.visits if one.id == session), None)
        if session in self._ticked:
            del self._ticked[session]
        elif visit is not None and self._model.can_tick(visit):
            other = next(iter(self._ticked.values()), visit)
            if other.visit.patient != visit.visit.patient:
                # What is ticked last is what is wanted; two children cannot be compared.
                self._ticked.clear()
            if len(self._ticked) >= MOST_COMPARED:
                self._said.setText(
                    tr("At most {count} visits fit side by side.").format(count=MOST_COMPARED)
                )
                return
            self._ticked[session] = visit
        self._on_ticks()

    def clear_ticks(self) -> None:
        """Untick all visits."""
        self._ticked.clear()
        self._on_ticks()

    def _on_ticks(self) -> None:
        self._model.show_ticks(self._ticked)
        count = len(self._ticked)
        self._bar.setVisible(count > 0)
        self.compare_button.setEnabled(count > 1)
        if count:
            child = next(iter(self._ticked.values())).pseudonym
            words = tr("%n visit(s) of {child} ticked.", "", count).format(child=child)
            if count == 1:
                words = sentences((words, tr("Tick another one to compare.")))
            self._said.setText(words)
        self.ticked_changed.emit()

    def _on_escape(self) -> None:
        if self.search.text():
            self.search.clear()
        elif self.autoFillBackground():
            self.left.emit()

    def _on_help(self) -> None:
        self.search.clear()
        self.search.setFocus()

    def _on_activated(self, index: QModelIndex) -> None:
        visit = self._visit_at(index)
        if visit is not None:
            self.opened.emit(visit.id)

    def _visit_at(self, index: QModelIndex) -> SessionSummary | None:
        entry = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return entry if isinstance(entry, SessionSummary) else None

    def menu_for(self, visit: SessionSummary) -> QMenu:
        """What can be done with a visit."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        own = [one for one in self.visits if one.visit.patient == visit.visit.patient]
        place = own.index(visit)
        menu.addAction(tr("Open")).triggered.connect(lambda: self.opened.emit(visit.id))
        menu.addSeparator()
        before = menu.addAction(tr("Compare with the visit before it"))
        before.setEnabled(place + 1 < len(own))
        if place + 1 < len(own):
            before.triggered.connect(lambda: self.compared.emit((visit.id, own[place + 1].id)))
        every = menu.addAction(
            tr("Compare the last visits of {child}").format(child=visit.pseudonym)
        )
        every.setEnabled(len(own) > 1)
        every.triggered.connect(
            lambda: self.compared.emit(tuple(one.id for one in own[:MOST_COMPARED]))
        )
        tick = menu.addAction(
            tr("Untick") if visit.id in self._ticked else tr("Tick for comparing  (Space)")
        )
        tick.setEnabled(len(own) > 1)
        tick.triggered.connect(lambda: self.toggle_tick(visit.id))
        menu.addSeparator()
        menu.addAction(tr("Child, day and conditions …")).triggered.connect(
            lambda: self.details_asked.emit(visit.id)
        )
        return menu

    def _on_menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        visit = self._visit_at(index if index.isValid() else self.list.currentIndex())
        if visit is not None:
            self.menu_for(visit).popup(self.list.viewport().mapToGlobal(place))

    def eventFilter(self, watched: object, event: object) -> bool:
        # From the search field straight into the list.
        if not isinstance(event, QKeyEvent) or event.type() != QKeyEvent.Type.KeyPress:
            return False
        if (
            event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self._model.visits
        ):
            self._pause.stop()
            self.refresh()
            self.list.setFocus()
            if self._visit_at(self.list.currentIndex()) is None:
                first = self._model.row_of(self.visits[0].id) if self.visits else -1
                if first >= 0:
                    self.list.setCurrentIndex(self._model.index(first, 0))
            return True
        return False
