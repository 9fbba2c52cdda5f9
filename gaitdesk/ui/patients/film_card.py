"""One film that is about to be analysed: what it is, which view, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import Video
from gaitdesk.domain.shapes import Point
from gaitdesk.i18n import sentences, tr
from gaitdesk.report.words import number
from gaitdesk.ui.errors import is_mendable
from gaitdesk.ui.parts.breaking import BreakingRow
from gaitdesk.ui.parts.picture import to_qimage
from gaitdesk.ui.patients.findings import Finding, findings, matters_words
from gaitdesk.ui.patients.person_picture import Box, PersonPicture
from gaitdesk.ui.patients.seen import seen_findings
from gaitdesk.ui.theme import current, em
from gaitdesk.ui.worker import JobWorker

if TYPE_CHECKING:
    from gaitdesk.domain.analysis import FilmAnalysis
    from gaitdesk.jobs.glancing import Glance
    from gaitdesk.jobs.order import FilmChoice
    from gaitdesk.perception.sight import Sight


WIDTH, HEIGHT, CHOOSING_HEIGHT = 17, 10, 15
"""Of the picture, in letter widths; higher where somebody must be chosen in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A film as its card shows it: its facts, and one frame from its middle."""

    video: Video
    picture: Image


def preview(path: Path, rotation_deg: int | None, is_mirrored: bool) -> Job[Preview]:
    """Read what a film is, and a frame from its middle.

    Raises:
        VideoUnreadable: It is no film, or cannot be decoded.
    """
    from gaitdesk.media.video import VideoReader, probing

    video = yield from probing(
        path, is_mirrored=is_mirrored, rotation_deg=rotation_deg, with_hash=True
    )
    yield Progress(0, None, tr("Reading {name}").format(name=path.name))
    with VideoReader(video) as reader:
        return Preview(video, reader.frame(video.frame_count // 2))


def fact_words(video: Video) -> str:
    """Picture, rate and length of a film."""
    return tr("{width} × {height} · {fps} frames/s · {seconds} s").format(
        width=video.width,
        height=video.height,
        fps=number(video.fps, 1),
        seconds=number(video.duration_s, 1),
    )


class FilmCard(QFrame):
    """One film, with the choices a person must make for it.

    Signals:
        changed: A choice was made, or the film has been read.
        removed: The film is not wanted after all.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, path: Path, plane: Plane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.path = path
        self._worker: JobWorker | None = None
        self._video: Video | None = None
        self._problem = ""
        self._glance: Glance | None = None
        self._unseen = ""
        self._person: int | None = None
        self._recalled: tuple[Point | None, int | None] = (None, None)
        self._picture = PersonPicture()
        self._picture.chosen.connect(self._on_person)
        self._picture.setFixedSize(em(self, WIDTH), em(self, HEIGHT))
        self._facts = QLabel()
        self._facts.setProperty("role", "soft")
        self._view = QComboBox()
        self._view.setAccessibleName(tr("View of {name}").format(name=path.name))
        self._view.addItem(tr("From the side (sagittal)"), Plane.SAGITTAL)
        self._view.addItem(tr("From front or back (coronal)"), Plane.CORONAL)
        self._view.setCurrentIndex(list(Plane).index(plane))
        self._view.currentIndexChanged.connect(self._on_plane)
        self._turn = QComboBox()
        self._turn.setAccessibleName(tr("Turn the picture of {name}").format(name=path.name))
        self._turn.addItem(tr("Upright as the film says"), None)
        for degrees in (0, 90, 180, 270):
            self._turn.addItem(tr("Turned by {degrees}°").format(degrees=degrees), degrees)
        self._turn.currentIndexChanged.connect(self._read)
        self._mirrored = QCheckBox(tr("Mirror image (selfie camera)"))
        self._mirrored.toggled.connect(self._read)
        self._looking = QProgressBar()
        self._looking.setTextVisible(False)
        self._looking.setFixedHeight(em(self, 0.35))
        self._looking.setAccessibleName(tr("Having a look at {name}").format(name=path.name))
        self._looking.hide()
        self._found = QVBoxLayout()
        self._found.setSpacing(em(self, 0.25))
        self._lay_out()
        self._read()

    def _lay_out(self) -> None:
        name = QLabel(self.path.name)
        name.setProperty("role", "heading")
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._remove = QPushButton(tr("Remove"))
        self._remove.setProperty("flat", True)
        self._remove.setAccessibleName(tr("Remove {name}").format(name=self.path.name))
        self._remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self._remove)
        choices = BreakingRow(gap=em(self, 0.8))
        for widget in (self._view, self._turn, self._mirrored):
            choices.addWidget(widget)
        right = QVBoxLayout()
        right.setSpacing(em(self, 0.35))
        right.addLayout(head)
        right.addWidget(self._facts)
        right.addWidget(self._looking)
        right.addLayout(choices)
        right.addLayout(self._found)
        right.addStretch(1)
        grid = QGridLayout(self)
        gap = em(self, 0.9)
        grid.setContentsMargins(gap, gap, gap, gap)
        grid.setHorizontalSpacing(gap)
        grid.addWidget(self._picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(1, 1)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What can be operated, in the order in which Tab goes through it."""
        return (self._picture, self._view, self._turn, self._mirrored, self._remove)

    @property
    def plane(self) -> Plane:
        """The view that is chosen."""
        return Plane(self._view.currentData())

    @property
    def choice(self) -> FilmChoice:
        """The film as it shall be analysed."""
        from gaitdesk.jobs.order import FilmChoice

        child, frame = self.child_at, None
        if self._glance is None:
            child, frame = self._recalled
        elif child is not None:
            frame = self._glance.frame
        return FilmChoice(
            self.path,
            self.plane,
            self._mirrored.isChecked(),
            self._turn.currentData(),
            child,
            frame,
        )

    def recall(self, chosen: FilmChoice) -> None:
        """Choose what was chosen before; the child, once the film has been looked at."""
        self.choose_plane(chosen.plane)
        self._mirrored.setChecked(chosen.is_mirrored)
        self._turn.setCurrentIndex(max(0, self._turn.findData(chosen.rotation_deg)))
        self._recalled = (chosen.patient_at, chosen.patient_in)

    @property
    def child_at(self) -> Point | None:
        """Where the child is in the picture shown; None while nobody has said so."""
        if self._glance is None or self._person is None:
            return None
        return self._glance.choices[self._person].centre

    @property
    def picture(self) -> PersonPicture:
        """The picture on which the child can be chosen."""
        return self._picture

    @property
    def facts(self) -> str:
        """What is said of the film as it is, or of what was found in it."""
        return self._facts.text()

    @property
    def video(self) -> Video | None:
        """The film; None until it has been read."""
        return self._video

    @property
    def wants_glance(self) -> bool:
        """Whether the film can be looked at and has not been."""
        return self.is_ready and self._glance is None and not self._unseen

    @property
    def is_ready(self) -> bool:
        """Whether the film has been read and can be analysed."""
        if self._video is None or self._problem:
            return False
        return not any(one.is_fatal for one in findings(self._video, self.plane))

    @property
    def is_unusable(self) -> bool:
        """Whether the film has been read, or tried, and cannot be analysed."""
        return any(one.is_fatal for one in self.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is known to be wrong with it."""
        if self._problem:
            return (Finding(self._problem, is_fatal=True),)
        if self._video is None:
            return ()
        found = findings(self._video, self.plane)
        if self._glance is not None:
            found += seen_findings(self._glance, self.plane, self.child_at)
        elif self._unseen:
            found += (Finding(self._unseen),)
        return found

    def stop(self) -> None:
        """Give up reading the film."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()
            worker.deleteLater()

    def show_looking(self, step: Progress) -> None:
        """Show how far the look at the film has come."""
        self._looking.setRange(0, step.total or 0)
        self._looking.setValue(step.done)
        if not self._looking.isVisible():
            self._looking.show()
            self._show_findings()

    def show_glance(self, glance: Glance) -> None:
        """Show what a few pictures of the film show."""
        self._glance, self._unseen = glance, ""
        place, frame = self._recalled
        if place is not None and frame == glance.frame and self._person is None:
            centres = [one.centre for one in glance.choices]
            self._person = centres.index(place) if place in centres else None
        self._recalled = (None, None)
        self._looking.hide()
        self._picture.show_picture(_small(glance.picture, self._picture.width() * 2))
        boxes = [_shares(one.box, glance) for one in glance.choices]
        # People must be large enough to be told from each other.
        tall = CHOOSING_HEIGHT if len(boxes) > 1 else HEIGHT
        self._picture.setFixedHeight(em(self, tall))
        self._picture.show_people(boxes, glance.likely, self._person)
        self._show_findings()
        self.changed.emit()

    def show_unseen(self, why: str) -> None:
        """Say why the film was not looked at."""
        self._unseen = why
        self._looking.hide()
        self._show_findings()
        self.changed.emit()

    def show_sight(self, sight: Sight) -> None:
        """Show how the patient is being followed."""
        self._picture.show_people((), None, None)
        self._picture.show_picture(to_qimage(sight.picture))
        if self._video is not None:
            self._facts.setText(
                tr("Frame {frame} of {frames}").format(
                    frame=sight.frame + 1, frames=self._video.frame_count
                )
            )

    def show_walked(self, film: FilmAnalysis) -> None:
        """Show what is known of the walk before anything is scored."""
        self._facts.setText(walk_words(film))

    def show_facts(self) -> None:
        """Show the film again as it was before it was analysed."""
        if self._video is not None:
            self._facts.setText(fact_words(self._video))
        if self._glance is not None:
            self.show_glance(self._glance)

    def choose_plane(self, plane: Plane) -> None:
        """Choose the view."""
        self._view.setCurrentIndex(list(Plane).index(plane))

    def _read(self) -> None:
        self.stop()
        self._video, self._problem = None, ""
        self._glance, self._unseen, self._person = None, "", None
        self._recalled = (None, None)
        self._looking.hide()
        self._picture.show_people((), None, None)
        self._facts.setText(tr("Reading the film …"))
        self._picture.show_words("…")
        job = preview(self.path, self._turn.currentData(), self._mirrored.isChecked())
        worker = JobWorker(job, self)
        worker.succeeded.connect(self._on_read)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(worker.deleteLater)
        worker.ended.connect(self._on_finished)
        self._worker = worker
        worker.start()
        self._show_findings()

    def _on_read(self, seen: Preview) -> None:
        if self.sender() is not self._worker:
            return
        self._video = seen.video
        self._facts.setText(fact_words(seen.video))
        self._picture.show_picture(_small(seen.picture, self._picture.width() * 2))
        self._show_findings()
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        if self.sender() is not self._worker:
            return
        is_defect = not is_mendable(error)
        self._problem = str(error)
        if is_defect:
            self._problem = tr("This could not be done because of a defect in GaitDesk.")
        self._facts.setText(tr("This film cannot be read"))
        self._picture.show_words("✕")
        self._show_findings()
        self.changed.emit()
        if is_defect:
            raise error

    def _on_finished(self) -> None:
        if self.sender() is self._worker:
            self._worker = None

    def _on_person(self, number: int | None) -> None:
        self._person = number
        self._show_findings()
        self.changed.emit()

    def _on_plane(self) -> None:
        self._show_findings()
        self.changed.emit()

    def _show_findings(self) -> None:
        while (entry := self._found.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        found = self.findings
        for one in found:
            self._found.addWidget(_finding_label(one))
        if self._video is None or self._problem:
            return
        if self._person is not None:
            words = tr("Person {number} will be followed.").format(number=self._person + 1)
            self._found.addWidget(_label("✓", words, current().good))
        if self._glance is None and not self._unseen:
            words = tr("Having a look at the film")
            if self._looking.isHidden():
                words = tr("The film will be looked at in a moment")
            self._found.addWidget(_label("…", words, current().soft))
        elif not found:
            self._found.addWidget(
                _label("✓", tr("Nothing is wrong with this film."), current().good)
            )


def _finding_label(one: Finding) -> QLabel:
    sign, colour = ("✕", current().marked_line) if one.is_fatal else ("⚠", current().moderate_line)
    return _label(sign, sentences((one.text, matters_words(one.items))), colour)


def _label(sign: str, text: str, colour: str) -> QLabel:
    label = QLabel()
    # Signs differ in width; words begin, and go on, under each other.
    label.setText(
        f'<table cellspacing="0" cellpadding="0"><tr><td width="{em(label, 1.6)}"'
        f' style="color:{colour}">{sign}</td><td>{text}</td></tr></table>'
    )
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    return label


def walk_words(film: FilmAnalysis) -> str:
    """What was found in a film before it is scored."""
    walks = tr("%n walk(s) across the picture", "", len(film.passes))
    if film.plane is Plane.CORONAL:
        walks = tr("%n walk(s) towards or away", "", len(film.passes))
    parts = [tr("Followed in {share} % of the frames").format(share=number(film.found_pct)), walks]
    if film.events:
        parts.append(tr("%n gait event(s)", "", len(film.events)))
    return " · ".join(parts)


def _shares(box: Box, glance: Glance) -> Box:
    left, top, right, bottom = box
    return (
        left / glance.width,
        top / glance.height,
        right / glance.width,
        bottom / glance.height,
    )


def _small(picture: Image, width: int) -> QImage:
    image = to_qimage(picture)
    return image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
