"""A training under way: how far it is, how it goes, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import sentences, tr
from gaitdesk.jobs.training_news import Begun, EpochEnded, News, Note, Paused, Stage, Stepped
from gaitdesk.ui.parts.progress_panel import STEPS, seconds_words
from gaitdesk.ui.theme import em
from gaitdesk.ui.training.curves import ItemPlot, LossPlot
from gaitdesk.ui.words import numbered_name


class RunView(QWidget):
    """Shows the news of a training as they come.

    Signals:
        pause_asked, resume_asked: It shall wait after its step; go on.
        keep_asked: It shall stop, and the best network so far is kept.
        cancel_asked: It shall stop and make no network.
    """

    pause_asked = Signal()
    resume_asked = Signal()
    keep_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: dict[int, EpochEnded] = {}
        self._is_paused = False
        self._steps = 0
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._left = QLabel()
        self._left.setProperty("role", "soft")
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._notes = QLabel()
        self._notes.setWordWrap(True)
        self._notes.setProperty("role", "soft")
        self.pause_button = QPushButton()
        self.pause_button.clicked.connect(self._on_pause)
        self.keep_button = QPushButton(tr("Stop and &keep the best"))
        self.keep_button.setToolTip(tr("What was best so far becomes a network, as at the end."))
        self.keep_button.clicked.connect(self._on_keep)
        self.cancel_button = QPushButton(tr("&Cancel"))
        self.cancel_button.setToolTip(
            tr("No network is made. How far it came is kept: it can go on another day.")
        )
        self.cancel_button.clicked.connect(self._on_cancel)
        self.loss = LossPlot()
        self.items = ItemPlot()
        self.item = QComboBox()
        self.item.setAccessibleName(tr("Item that stands out"))
        self.item.addItem(tr("All items"), None)
        for one in Item:
            self.item.addItem(numbered_name(one), one)
        self.item.currentIndexChanged.connect(lambda _: self.items.mark(self.item.currentData()))
        self._lay_out()
        self.begin()

    def _lay_out(self) -> None:
        gap = em(self, 0.6)
        words = QHBoxLayout()
        words.addWidget(self._said, 1)
        words.addWidget(self._left)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap)
        buttons.addWidget(self.pause_button)
        buttons.addWidget(self.keep_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        plots = QSplitter()
        for words_above, choice, plot in (
            (tr("On patients it learns from"), None, self.loss),
            (tr("On patients it does not learn from"), self.item, self.items),
        ):
            half = QWidget()
            column = QVBoxLayout(half)
            column.setContentsMargins(0, 0, 0, 0)
            line = QHBoxLayout()
            heading = QLabel(words_above)
            heading.setProperty("role", "small")
            # Both plots begin at the same height.
            heading.setMinimumHeight(self.item.sizeHint().height())
            line.addWidget(heading, 1)
            if choice is not None:
                line.addWidget(choice)
            column.addLayout(line)
            column.addWidget(plot, 1)
            plots.addWidget(half)
        plots.setStretchFactor(0, 1)
        plots.setStretchFactor(1, 1)
        plots.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(gap)
        layout.addWidget(self._title)
        layout.addLayout(words)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)
        layout.addWidget(plots, 1)
        layout.addWidget(self._notes)

    # What is shown

    @property
    def said(self) -> str:
        """What it says is being done."""
        return self._said.text()

    @property
    def left_words(self) -> str:
        """How long it still takes, in words."""
        return self._left.text()

    @property
    def notes(self) -> str:
        """What should be known of this training."""
        return self._notes.text()

    def begin(self, epochs: Sequence[EpochEnded] = ()) -> None:
        """Show a training that starts, or goes on after some epochs."""
        self._epochs = {one.number: one for one in epochs}
        self._steps = 0
        self._title.setText(tr("Training"))
        self._said.setText(tr("Starting the training process"))
        self._left.clear()
        self._notes.clear()
        self._bar.setRange(0, 0)
        self._show_paused(False)
        for button in (self.pause_button, self.keep_button):
            button.setEnabled(False)
        self.cancel_button.setEnabled(True)
        self.loss.begin()
        self.items.show_epochs(tuple(self._epochs.values()))

    def show_news(self, news: News) -> None:
        """Show what a training says."""
        match news:
            case Stage():
                self._show_stage(news)
            case Begun():
                self._show_begun(news)
            case Stepped():
                self._show_step(news)
            case EpochEnded():
                self._epochs[news.number] = news
                self.items.show_epochs([self._epochs[key] for key in sorted(self._epochs)])
                self.keep_button.setEnabled(self.cancel_button.isEnabled())
            case Note():
                before = self._notes.text()
                self._notes.setText(f"{before}\n{news.text}" if before else news.text)
            case Paused():
                self._show_paused(news.is_paused)
            case _:
                self._left.clear()

    def show_stopping(self) -> None:
        """Show that it was told to stop; it does so after the step under way."""
        self._said.setText(tr("Stopping after the step under way …"))
        self._left.clear()
        for button in (self.pause_button, self.keep_button, self.cancel_button):
            button.setEnabled(False)

    def paint(self) -> None:
        """Draw the curves anew in the colours of the theme."""
        self.loss.paint()
        self.items.paint()

    def _show_stage(self, news: Stage) -> None:
        if not self.cancel_button.isEnabled():
            return
        self._said.setText(news.text)
        self._left.clear()
        self._bar.setRange(0, news.total if news.done else 0)
        self._bar.setValue(news.done)

    def _show_begun(self, news: Begun) -> None:
        self._steps = news.steps
        self._title.setText(
            tr("{children} patients to learn from, {others} to be checked on").format(
                children=news.children, others=news.others
            )
        )
        where = tr("From {start}, on {device}, {clips} clips").format(
            start=news.start, device=news.device, clips=news.clips
        )
        if news.steps_taken > 0:
            step = tr("It goes on after step {step}.").format(step=news.steps_taken)
            where = sentences((tr("{words}.").format(words=where), step))
        self._notes.setText(where)
        self.loss.begin(news.steps)
        self.pause_button.setEnabled(self.cancel_button.isEnabled())
        self.keep_button.setEnabled(self.cancel_button.isEnabled() and bool(self._epochs))

    def _show_step(self, news: Stepped) -> None:
        self.loss.add(news.done, news.loss)
        self._bar.setRange(0, STEPS)
        self._bar.setValue(round(STEPS * news.done / max(1, news.total)))
        if not self.cancel_button.isEnabled() or self._is_paused:
            return
        self._said.setText(
            tr("Epoch {epoch}, step {step} of {steps}").format(
                epoch=news.epoch, step=news.done, steps=news.total
            )
        )
        self._left.setText(seconds_words(news.left_s))

    def _show_paused(self, is_paused: bool) -> None:
        self._is_paused = is_paused
        self.pause_button.setText(tr("&Go on") if is_paused else tr("&Pause"))
        self.pause_button.setEnabled(self.cancel_button.isEnabled())
        if is_paused:
            self._said.setText(tr("It waits, and takes no processor; it keeps its memory."))
            self._left.clear()

    # What is asked

    def _on_pause(self) -> None:
        self.pause_button.setEnabled(False)
        if self._is_paused:
            self.resume_asked.emit()
        else:
            self._said.setText(tr("It will wait after the step under way …"))
            self.pause_asked.emit()

    def _on_keep(self) -> None:
        self.show_stopping()
        self.keep_asked.emit()

    def _on_cancel(self) -> None:
        self.show_stopping()
        self.cancel_asked.emit()
