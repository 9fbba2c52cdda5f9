"""Bringing two films onto one clock: by nudging, by an event seen in both, or as proposed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Sync, SyncSource
from gaitdesk.i18n import percent, tr
from gaitdesk.media.sync import propose_sync
from gaitdesk.report.words import MINUS, sync_words
from gaitdesk.ui.parts.breaking import Lines, breaking
from gaitdesk.ui.theme import em
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.double_exposure import DoubleExposure
from gaitdesk.ui.viewer.match_view import MatchView
from gaitdesk.ui.viewer.matching import FootLift, foot_lift, likeness
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.tracks import Track
from gaitdesk.ui.worker import JobWorker

# An offset is announced once nobody has nudged for so long.
_SETTLED_MS = 500
_ROOM_FOR_EXPOSURE = 46


class SyncPanel(Lines):
    """Shows how two films lie on each other, and announces how they should.

    While the films are nudged they follow at once; the offset is announced when it has settled.

    Signals:
        axis_tried: The `TimeAxis` to show the films on for now.
        offset_settled: Time in the coronal film of the sagittal film's time 0.
    """

    axis_tried = Signal(object)
    offset_settled = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis: TimeAxis | None = None
        self._tracks: tuple[Track, ...] = ()
        self._lifts: tuple[FootLift, ...] = ()
        self._lifted: tuple[object, ...] = ()
        self._proposed: Sync | None = None
        self._job: JobWorker | None = None
        self._announced_s: float | None = None
        self._unkept_s: float | None = None
        self._time_s = 0.0
        self._frames: list[int | None] = [None, None]
        self._marks_s: list[float | None] = [None, None]
        self._view = MatchView()
        self._exposure = DoubleExposure()
        self._facts = QLabel()
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setWordWrap(True)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self._announce)
        self._lay_out()

    def show_films(
        self, axis: TimeAxis | None, tracks: tuple[Track, ...], proposed: Sync | None
    ) -> None:
        """Show two films; with fewer there is nothing to synchronize.

        Args:
            axis: How they lie in time.
            tracks: The films.
            proposed: What was proposed without a person's doing; None where that is not known,
                and then the last one of the same films holds.
        """
        if self._tracks and [t.film.video.path for t in tracks] != [
            t.film.video.path for t in self._tracks
        ]:
            self._marks_s = [None, None]
            self._proposed = self._unkept_s = None
            self._frames = [
                frame if _is_same_film(slot, self._tracks, tracks) else None
                for slot, frame in enumerate(self._frames)
            ]
        elif axis is not None:
            # What is being tried is wanted all the same.
            self.settle()
        self._settling.stop()
        if axis is None:
            self._unkept_s = None
        self._axis, self._tracks = axis, tracks
        if proposed is not None:
            self._proposed = proposed
        self._refresh_lifts()
        self._view.show_axis(axis)
        self._show_facts()

    def show_time(self, time_s: float) -> None:
        """Show the moment around which the films are compared."""
        self._time_s = time_s
        if self.isVisible():
            self._view.show_time(time_s)

    def show_picture(self, slot: int, picture: Picture) -> None:
        """Note which frame of a film is on the screen, for that is the one a person marks."""
        self._frames[slot] = picture.frame
        self._exposure.show_picture(slot, picture)

    def nudge(self, frames: int) -> None:
        """Let the second film come so many of the quicker film's frames later, or earlier."""
        if self._axis is not None and self._axis.sync is not None:
            step_s = min(self._axis.gaps_s)
            self._try(self._axis.sync.offset_s - frames * step_s)

    def mark(self, slot: int) -> None:
        """Note that a film shows the event now; once both do, they are laid onto each other."""
        frame = self._frames[slot]
        if self._axis is None or frame is None:
            return
        self._marks_s[slot] = float(self._axis.videos[slot].times_s[frame])
        first_s, second_s = self._marks_s
        sync = self._axis.sync
        if first_s is not None and second_s is not None and sync is not None:
            drift = 1.0 + sync.drift_ms_per_s / 1000.0
            self._marks_s = [None, None]
            self._try(second_s - first_s * drift)
        self._show_facts()

    def return_to_proposal(self) -> None:
        """Lay the films onto each other as was proposed; where that is not known, propose it."""
        if self._proposed is not None:
            self._try(self._proposed.offset_s)
        elif self._job is None and len(self._tracks) == 2:
            self._job = JobWorker(_proposing(*(track.film for track in self._tracks)), self)
            self._job.succeeded.connect(self._on_proposed)
            self._job.failed.connect(self._on_failed)
            self._job.ended.connect(self._on_job_ended)
            self._job.ended.connect(self._job.deleteLater)
            self._job.start()

    def close_job(self) -> None:
        """Wait until no proposal is being worked out."""
        job, self._job = self._job, None
        if job is not None:
            job.leave()

    def _on_proposed(self, made: tuple[FilmAnalysis, FilmAnalysis, Sync]) -> None:
        """Use a proposal, if the films are still those it was made for."""
        *films, sync = made
        shown = [track.film.video.path for track in self._tracks]
        if [film.video.path for film in films] != shown:
            return
        if sync.source is SyncSource.NONE:
            self._facts.setText(
                tr(
                    "Nothing can be proposed: the films do not show enough of one walk. Nudge the"
                    " second film, or mark the same event in both."
                )
            )
            return
        self._proposed = sync
        self.return_to_proposal()

    def _on_failed(self, error: Exception) -> None:
        """Leave a defect to the last resort; nothing that can be mended stops a proposal."""
        raise error

    def _on_job_ended(self) -> None:
        self._job = None

    def settle(self) -> None:
        """Announce an offset that is still being tried, or could not be kept before."""
        if self._settling.isActive():
            self._settling.stop()
            self._announce()
        elif self._unkept_s is not None:
            self._say(self._unkept_s)

    @property
    def unkept_s(self) -> float | None:
        """The offset that was announced and could not be kept; None for none."""
        return self._unkept_s

    def refuse(self) -> None:
        """Hold on to the offset that is being announced: it could not be kept."""
        if self._announced_s is not None:
            self._unkept_s = self._announced_s

    def _try(self, offset_s: float) -> None:
        assert self._axis is not None
        self._axis = self._axis.with_offset(offset_s)
        self.axis_tried.emit(self._axis)
        self._view.show_axis(self._axis)
        self._show_facts()
        self._settling.start()

    def _announce(self) -> None:
        if self._axis is not None and self._axis.sync is not None:
            self._say(self._axis.sync.offset_s)

    def _say(self, offset_s: float) -> None:
        self._unkept_s, self._announced_s = None, offset_s
        self.offset_settled.emit(offset_s)
        self._announced_s = None

    def _refresh_lifts(self) -> None:
        """Feet are followed only once they are looked at, and only where they have changed."""
        poses = tuple(track.film.pose for track in self._tracks)
        if self.isVisible() and self._axis is not None and len(poses) == 2:
            if len(self._lifted) != 2 or any(
                one is not other for one, other in zip(poses, self._lifted, strict=True)
            ):
                self._lifted = poses
                self._lifts = tuple(foot_lift(track.film) for track in self._tracks)
            self._view.show_films(self._tracks, self._lifts)
            self._exposure.show_films(self._tracks)
            self._view.show_time(self._time_s)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_lifts()
        self._show_facts()

    def hideEvent(self, event: QHideEvent) -> None:
        self.settle()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._exposure.setVisible(self.width() >= em(self, _ROOM_FOR_EXPOSURE))

    def _show_facts(self) -> None:
        for slot, button in enumerate(self._mark_buttons):
            button.setChecked(self._marks_s[slot] is not None)
        sync = None if self._axis is None else self._axis.sync
        self.setEnabled(sync is not None)
        if sync is None:
            self._facts.setText("")
            return
        sentences = [
            tr("Offset {offset} s").format(offset=_signed(sync.offset_s, 3)),
            tr("from: {source}").format(source=self._source_words(sync)),
        ]
        if len(self._lifts) == 2:
            alike = likeness(*self._lifts, sync.offset_s, sync.drift_ms_per_s / 1000.0)
            words = "–" if math.isnan(alike) else percent(f"{100 * max(0.0, alike):.0f}")
            sentences.append(tr("Agreement of the feet: {share}").format(share=words))
        if any(mark is not None for mark in self._marks_s):
            sentences.append(
                tr("Now find the same event in the other film and mark it there as well.")
            )
        self._facts.setText("\n".join(sentences))

    def _source_words(self, sync: Sync) -> str:
        if self._proposed is not None and abs(sync.offset_s - self._proposed.offset_s) < 1e-6:
            return sync_words(self._proposed.source)
        return sync_words(SyncSource.USER)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(10)
        row.addWidget(self._exposure)
        row.addWidget(self._view, 1)
        side = QVBoxLayout()
        side.setSpacing(4)
        self._facts.setMinimumWidth(em(self, 17))
        self._facts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        side.addWidget(self._facts, 1)
        nudges = []
        for words, tip, count, key in (
            ("◀ 10", tr("Second film ten frames earlier"), -10, "Ctrl+Shift+,"),
            ("◀ 1", tr("Second film one frame earlier"), -1, "Ctrl+,"),
            ("1 ▶", tr("Second film one frame later"), 1, "Ctrl+."),
            ("10 ▶", tr("Second film ten frames later"), 10, "Ctrl+Shift+."),
        ):
            nudges.append(self._nudge_button(words, tip, count, key))
        side.addWidget(breaking(*nudges, gap=4))
        self._mark_buttons = []
        for slot, (words, key) in enumerate(
            ((tr("Event here (1st film)"), "F3"), (tr("… and here (2nd film)"), "F4"))
        ):
            button = QPushButton(words)
            button.setCheckable(True)
            button.setToolTip(
                _with_key(
                    tr(
                        "The frame shown in this film and the one marked in the other are one"
                        " moment"
                    ),
                    key,
                )
            )
            button.clicked.connect(lambda _=False, slot=slot: self.mark(slot))
            QShortcut(QKeySequence(key), self).activated.connect(lambda slot=slot: self.mark(slot))
            self._mark_buttons.append(button)
        side.addWidget(breaking(*self._mark_buttons, gap=4))
        back = QPushButton(tr("As proposed"))
        back.setToolTip(
            _with_key(tr("Lay the films onto each other as was proposed from the motion"), "F5")
        )
        back.clicked.connect(self.return_to_proposal)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.return_to_proposal)
        side.addWidget(back)
        row.addLayout(side)

    def _nudge_button(self, words: str, tip: str, count: int, key: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(_with_key(tip, key))
        button.setAccessibleName(tip)
        # A button's own shortcut swallows keys that follow each other fast.
        QShortcut(QKeySequence(key), self).activated.connect(lambda: self.nudge(count))
        button.setAutoRepeat(True)
        button.setMinimumWidth(0)
        button.clicked.connect(lambda: self.nudge(count))
        return button


def _with_key(words: str, key: str) -> str:
    """What something does, and the key that does it as well."""
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return tr("{text}  ({keys})").format(text=words, keys=shown)


def _proposing(
    sagittal: FilmAnalysis, coronal: FilmAnalysis
) -> Job[tuple[FilmAnalysis, FilmAnalysis, Sync]]:
    """The offset between two films from the motion in both, and the films."""
    yield Progress(0, None, tr("Synchronizing the films"))
    sync = propose_sync(
        0,
        1,
        sagittal.video,
        sagittal.pose,
        coronal.video,
        coronal.pose,
        sagittal_events=sagittal.events,
        coronal_events=coronal.events,
    )
    return sagittal, coronal, sync


def _is_same_film(slot: int, before: Sequence[Track], after: Sequence[Track]) -> bool:
    if slot >= min(len(before), len(after)):
        return False
    return before[slot].film.video.path == after[slot].film.video.path


def _signed(value: float, decimals: int) -> str:
    return f"{MINUS if value < 0 else '+'}{abs(value):.{decimals}f}"
