"""Children and their visits, newest first, with search."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.store.edits import SessionId, SessionSummary
from gaitdesk.ui.theme import current, em

ASKED = 34
"""Cells of a whole form."""

_SUMMARY = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class BrowserPanel(QWidget):
    """Lists visits and finds them by words; it reads nothing itself.

    Signals:
        opened: The `SessionId` somebody wants to see.
    """

    opened = Signal(object)

    def __init__(
        self,
        find: Callable[[str], Sequence[SessionSummary]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._find = find
        title = QLabel(tr("Visits"))
        title.setProperty("role", "heading")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search: child, day, film, condition"))
        self.search.setAccessibleName(tr("Search visits"))
        self.search.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(120)
        self._pause.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._pause.start)
        self._model = _VisitModel(self)
        self.list = _VisitList()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_VisitDelegate(self.list))
        self.list.setAccessibleName(tr("Visits"))
        self.list.activated.connect(self._on_activated)
        self.list.clicked.connect(self._on_activated)
        self._empty = QLabel()
        self._empty.setProperty("role", "soft")
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        gap = em(self, 0.7)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.addWidget(title)
        layout.addWidget(self.search)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addStretch(0)
        self.search.installEventFilter(self)

    def refresh(self) -> None:
        """Read the visits anew."""
        words = self.search.text().strip()
        found = tuple(self._find(words))
        self._model.show_visits(found)
        self._empty.setVisible(not found)
        self.list.setVisible(bool(found))
        self._empty.setText(
            tr("No visit matches these words.")
            if words
            else tr("No visit yet. Every visit you analyse is kept here.")
        )

    def mark(self, session: SessionId | None) -> None:
        """Mark the visit that is open."""
        row = self._model.row_of(session)
        self.list.setCurrentIndex(self._model.index(row, 0) if row >= 0 else QModelIndex())

    @property
    def visits(self) -> tuple[SessionSummary, ...]:
        """The visits listed."""
        return self._model.visits

    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self._model.visits[index.row()].id)

    def eventFilter(self, watched: object, event: object) -> bool:
        # From the search field straight into the list.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return)
            and self._model.visits
        ):
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self._model.index(0, 0))
            return True
        return False


class _VisitList(QListView):
    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class _VisitModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.visits: tuple[SessionSummary, ...] = ()

    def show_visits(self, visits: tuple[SessionSummary, ...]) -> None:
        if visits == self.visits:
            return
        self.beginResetModel()
        self.visits = visits
        self.endResetModel()

    def row_of(self, session: SessionId | None) -> int:
        return next((i for i, one in enumerate(self.visits) if one.id == session), -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self.visits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        visit = self.visits[index.row()]
        if role == _SUMMARY:
            return visit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " · ".join((*title_words(visit), detail_words(visit)[0]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((*title_words(visit), detail_words(visit)[0], *visit.films))
        return None


class _VisitDelegate(QStyledItemDelegate):
    """Two lines a visit: child and how far the review is, then day and conditions."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        height = QWidget().fontMetrics().height() if option is None else option.fontMetrics.height()
        return QSize(10 * height, round(2.9 * height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        visit: SessionSummary = index.data(_SUMMARY)
        theme = current()
        painter.save()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box: QRect = option.rect
        if is_chosen or is_hovered:
            painter.fillRect(box, QColor(theme.hover))
        if is_chosen:
            painter.fillRect(QRect(box.topLeft(), QSize(3, box.height())), QColor(theme.accent))
        height = option.fontMetrics.height()
        inner = box.adjusted(height // 2, height // 3, -height // 2, -height // 3)
        self._paint_line(painter, option, inner, inner.top(), title_words(visit), theme.ink)
        below = inner.top() + round(1.15 * height)
        self._paint_line(painter, option, inner, below, detail_words(visit), theme.soft)
        painter.setPen(QColor(theme.hairline))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.restore()

    def _paint_line(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRect,
        top: int,
        words: tuple[str, str],
        colour: str,
    ) -> None:
        line = QRect(QPoint(box.left(), top), QSize(box.width(), option.fontMetrics.height()))
        metrics = option.fontMetrics
        right = metrics.horizontalAdvance(words[1])
        painter.setFont(option.font)
        painter.setPen(QColor(current().soft))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, words[1])
        painter.setPen(QColor(colour))
        room = box.width() - right - metrics.averageCharWidth() * 2
        shown = metrics.elidedText(words[0], Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, shown)


def title_words(visit: SessionSummary) -> tuple[str, str]:
    """Child of a visit, and how far its review is."""
    if visit.confirmed >= ASKED:
        return visit.pseudonym, tr("✓ confirmed")
    if not visit.scored and not visit.confirmed:
        return visit.pseudonym, tr("not scored")
    return visit.pseudonym, f"{visit.confirmed}/{ASKED}"


def detail_words(visit: SessionSummary) -> tuple[str, str]:
    """Day of a visit and how the child walked."""
    walked = visit.visit.conditions
    said = (visit.visit.day.isoformat(), walked.footwear, walked.aid)
    return ", ".join(one for one in said if one), ""
