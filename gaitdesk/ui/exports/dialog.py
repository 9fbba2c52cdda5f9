"""What can leave the desk: what goes along, what stands in the way, and how far it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.store.edits import SessionSummary
from gaitdesk.store.facts import ExportForm
from gaitdesk.store.store import Store
from gaitdesk.ui.errors import LastResort, is_mendable
from gaitdesk.ui.exports.choices import ExportChoices
from gaitdesk.ui.exports.consent_words import standing_words
from gaitdesk.ui.exports.offers import OFFERS, Obstacle, Offer, agreed, obstacle, title
from gaitdesk.ui.exports.order import Left, Order, carrying_out
from gaitdesk.ui.parts.message import Message
from gaitdesk.ui.parts.progress_panel import ProgressPanel
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import em, on_screen
from gaitdesk.ui.worker import JobWorker


class ExportDialog(QDialog):
    """Offers every export of a visit; one that may not leave is blocked, and says why.

    Args:
        store: The store, by whoever is at the desk.
        visit: The visit that is open; None for none.
        settings: Where the last folder is remembered.
        last_resort: Where defects go.
        form: What is offered first.

    Signals:
        mend_asked: What shall be mended first: "consent", "films" or "names".
    """

    mend_asked = Signal(str)

    def __init__(
        self,
        store: Callable[[], Store],
        visit: SessionSummary | None,
        settings: QSettings,
        last_resort: LastResort,
        parent: QWidget | None = None,
        *,
        form: ExportForm | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export"))
        self._store, self._visit, self._last_resort = store, visit, last_resort
        self._worker: JobWorker | None = None
        self._obstacle: Obstacle | None = None
        self._left: Left | None = None
        self._failure = ""
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What is exported"))
        for offer in OFFERS:
            entry = QListWidgetItem(title(offer.form))
            entry.setData(Qt.ItemDataRole.UserRole, offer)
            self.list.addItem(entry)
        self.choices = ExportChoices(settings)
        self.message = Message()
        self.message.answered.connect(self._on_answered)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = ProgressPanel()
        self.progress.cancel_asked.connect(self.cancel)
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        self.export_button = QPushButton(tr("Export"))
        self.export_button.setProperty("primary", True)
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.export)
        self._lay_out()
        self.progress.hide()
        self.list.currentRowChanged.connect(self._on_offer)
        self.choices.changed.connect(self.look_again)
        first = next((row for row, one in enumerate(OFFERS) if one.form is form), 0)
        self.list.setCurrentRow(first if visit is not None or form else len(OFFERS) - 1)
        self.list.setFocus()

    def _lay_out(self) -> None:
        gap = em(self, 1)
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(gap, gap, gap, gap)
        inside.setSpacing(em(self, 0.9))
        for widget in (self.choices, self.message, self.progress, self.told):
            inside.addWidget(widget)
        inside.addStretch(1)
        self.list.ensurePolished()
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + em(self, 2.5))
        columns = QHBoxLayout()
        columns.setSpacing(gap)
        columns.addWidget(self.list)
        columns.addWidget(scrolling(card), 1)
        about = QLabel(self._about_words())
        about.setProperty("role", "soft")
        about.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(about, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        layout.addLayout(columns, 1)
        layout.addLayout(buttons)
        self.resize(on_screen(self, 76, 40))

    def _about_words(self) -> str:
        noted = tr("Every export is noted in the journal.")
        if self._visit is None:
            return noted
        day = self._visit.visit.day.isoformat()
        return tr("{patient}, {day}. {noted}").format(
            patient=self._visit.pseudonym, day=day, noted=noted
        )

    @property
    def offer(self) -> Offer:
        """What is chosen in the list."""
        offer: Offer = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        return offer

    @property
    def obstacle(self) -> Obstacle | None:
        """What stands in the way of it."""
        return self._obstacle

    @property
    def left(self) -> Left | None:
        """What left the desk last."""
        return self._left

    @property
    def is_working(self) -> bool:
        """Whether an export is under way."""
        return self._worker is not None

    def choose(self, form: ExportForm) -> None:
        """Show another export."""
        row = next(row for row, one in enumerate(OFFERS) if one.form is form)
        self.list.setCurrentRow(row)

    def _on_offer(self) -> None:
        self.told.clear()
        self._left = None
        visit = self._visit
        pseudonym = "" if visit is None else visit.pseudonym
        day = None if visit is None else visit.visit.day
        self.choices.show_offer(self.offer, pseudonym, day)

    def look_again(self) -> None:
        """Look at what stands in the way; consent may have been recorded meanwhile."""
        if self.is_working:
            return
        store, offer = self._store(), self.offer
        session = None if self._visit is None else self._visit.id
        purpose, is_named = self.choices.purpose, self.choices.is_named
        self._obstacle = obstacle(store, session, offer, purpose, is_named)
        self.choices.consent.setText(self._consent_words(store, offer))
        if self._obstacle is not None:
            self.message.say(
                self._obstacle.text,
                "error",
                {
                    "consent": tr("Consent and retention …"),
                    "films": tr("Look for the films …"),
                    "names": tr("Unlock the names …"),
                }.get(self._obstacle.mends, ""),
                can_close=False,
            )
        elif self.choices.out is None:
            self.message.say(tr("Type a whole path, or choose a place."), can_close=False)
        else:
            self.message.hide()
        self.export_button.setEnabled(self._obstacle is None and self.choices.out is not None)

    def _consent_words(self, store: Store, offer: Offer) -> str:
        if offer.is_of_all:
            given, count = agreed(store)
            return tr("{given} of %n patient(s) agreed; the others are left out", "", count).format(
                given=given
            )
        if self._visit is None:
            return ""
        held = store.consents.of(self._visit.visit.patient)
        return standing_words(held.get(self.choices.purpose))

    def export(self) -> None:
        """Begin; a file that is there is replaced only when that was said."""
        out = self.choices.out
        if out is None or self._obstacle is not None or self.is_working:
            return
        if self.choices.must_ask and not self._may_replace(out.name):
            return
        store = self._store()
        order = Order(
            self.offer.form,
            None if self._visit is None else self._visit.id,
            out,
            store.folder,
            store.rater,
            store.vault,
            self.choices.purpose,
            self.choices.is_named,
            self.choices.corrected_alone.isChecked(),
        )
        self.told.clear()
        self.message.hide()
        self.progress.begin(title(order.form))
        worker = JobWorker(carrying_out(order), self)
        worker.progressed.connect(self.progress.show_progress)
        worker.succeeded.connect(self._on_done)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        worker.ended.connect(self._on_finished)
        worker.ended.connect(worker.deleteLater)
        self._worker = worker
        self._show_working()
        worker.start()

    def cancel(self) -> None:
        """Stop at the next step; nothing is left of what was begun."""
        if self._worker is not None:
            self._worker.requestInterruption()

    def _may_replace(self, name: str) -> bool:
        answer = QMessageBox.question(
            self,
            tr("Export"),
            tr("{name} is there already. Shall it be replaced?").format(name=name),
        )
        return answer is QMessageBox.StandardButton.Yes

    def _show_working(self) -> None:
        for widget in (self.list, self.choices, self.export_button):
            widget.setEnabled(not self.is_working)
        self.progress.setVisible(self.is_working)

    def _on_done(self, left: Left) -> None:
        self._left = left
        self.choices.keep_folder()
        self.told.setText("\n".join(left.lines))

    def _on_failed(self, error: Exception) -> None:
        self.told.clear()
        if is_mendable(error):
            self._failure = str(error)
        else:
            self._failure = tr("Nothing left the desk, because of a defect in GaitDesk.")
            self._last_resort.show_error(error)

    def _on_cancelled(self) -> None:
        self._failure = ""
        self.told.setText(tr("Stopped; nothing left the desk."))

    def _on_finished(self) -> None:
        failure, self._failure = self._failure, ""
        self._worker = None
        self._show_working()
        self.look_again()
        if failure:
            self.message.say(failure, "error", can_close=False)
        elif self._left is not None and not self._obstacle:
            words = tr("Exported to {place}. It is noted in the journal.")
            self.message.say(words.format(place=self._left.place), "note", tr("Show in its folder"))
        self.export_button.setFocus()

    def _on_answered(self) -> None:
        if self._obstacle is not None:
            self.mend_asked.emit(self._obstacle.mends)
        elif self._left is not None:
            place = self._left.place
            folder = place if place.is_dir() else place.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def done(self, result: int) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()
        super().done(result)
