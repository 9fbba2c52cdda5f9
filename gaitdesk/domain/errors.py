"""What a clinician can mend: each condition with a sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gaitdesk.i18n import retold, sentences, tr


class GaitDeskError(Exception):
    """A condition the user can mend; its text, translated, says how."""


class VideoUnreadable(GaitDeskError):
    """A film that cannot be decoded.

    Attributes:
        path: The film.
        reason: What is wrong with it, one sentence for people.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(tr("{name}: {reason}").format(name=path.name, reason=reason))
        self.path = path
        self.reason = reason


class VideoTooShort(GaitDeskError):
    """A film with too few frames to hold a gait cycle.

    `notes` say what else is wrong with the film, as that it was cut short.
    """

    def __init__(self, path: Path, frames: int, needed: int, notes: tuple[str, ...] = ()) -> None:
        words = tr(
            "{name}: only {frames} frames, and a gait cycle needs at least {needed}."
            " Record at least two full strides (about 3 s) and choose that film."
        ).format(name=path.name, frames=frames, needed=needed)
        super().__init__(sentences((words, *map(retold, notes))))


class PatientNotVisible(GaitDeskError):
    """Nobody, or nobody long enough, could be found in a film."""

    def __init__(self, path: Path, found_pct: float) -> None:
        super().__init__(
            tr(
                "{name}: no person could be followed (seen in {found:.0f} % of the frames)."
                " Choose a film in which the whole child is visible from head to feet, or lower"
                " the camera distance and record again."
            ).format(name=path.name, found=found_pct)
        )


class PersonNotFollowed(GaitDeskError):
    """Somebody was pointed at who cannot be followed through the film."""

    def __init__(self, path: Path, frame: int) -> None:
        super().__init__(
            tr(
                "{name}: the person chosen in frame {frame} could not be followed; nothing was"
                " changed. Choose them in a frame in which they are seen whole and apart from"
                " others."
            ).format(name=path.name, frame=frame + 1)
        )


class NobodyClicked(GaitDeskError):
    """A mask is to be followed in frames in none of which anybody has said where the child is."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(
            tr(
                "In frames {first} to {last} nothing says where the child is. Click or paint the"
                " child in one of them, or choose frames in which you did."
            ).format(first=first + 1, last=last + 1)
        )


class NobodyNamed(GaitDeskError):
    """Nobody in a frame is what words say, at least not where the patient was followed."""

    def __init__(self, words: str, frame: int) -> None:
        super().__init__(
            tr(
                "In frame {frame} the model finds no {words} where the child was followed. Use"
                " other words, another frame, or click the child."
            ).format(words=words, frame=frame + 1)
        )


class TooFewSteps(GaitDeskError):
    """No gait cycle can be formed from the steps that were found."""

    def __init__(self, name: str, found: int) -> None:
        super().__init__(
            tr(
                "{name}: %n initial contact(s) found and no full gait cycle, so nothing can be"
                " scored. Choose a film with at least two full strides of level walking.",
                "",
                found,
            ).format(name=name)
        )
        self.found = found


class FrameRateTooLow(GaitDeskError):
    """A film too slow to see gait events in."""

    def __init__(self, path: Path, fps: float, needed: float) -> None:
        super().__init__(
            tr(
                "{name}: {fps:.0f} frames a second is too few to see when a foot meets the ground"
                " (at least {needed:.0f} needed, 60 recommended). Record again with the camera at"
                " 60 frames a second."
            ).format(name=path.name, fps=fps, needed=needed)
        )


class ModelPackageInvalid(GaitDeskError):
    """A model package that is incomplete, altered or of the wrong kind."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(tr("{name}: {reason}").format(name=name, reason=reason))


class CheckpointRefused(ModelPackageInvalid):
    """A file of network weights that is damaged, unsafe to open, or made for another network."""


class LibraryMissing(GaitDeskError):
    """Libraries a network needs, which GaitDesk does not bring along by itself."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            tr(
                "The network needs {libraries}, which this Python does not have. Add them with:"
                " python3 -m pip install 'gaitdesk[network]' (or {names}), or read with"
                " --reader rules."
            ).format(libraries=tr(" and ").join(missing), names=" ".join(missing))
        )


class ModelLibraryMissing(LibraryMissing):
    """Libraries that the paper's models for masks and points need."""

    def __init__(self, missing: Sequence[str]) -> None:
        GaitDeskError.__init__(
            self,
            tr(
                "This model needs {libraries}, which this Python does not have. Add them with:"
                " python3 -m pip install 'gaitdesk[paper]' (or {names}), or work with the default"
                " model."
            ).format(libraries=tr(" and ").join(missing), names=" ".join(missing)),
        )


class ExchangeLibraryMissing(LibraryMissing):
    """Libraries that write for other systems, which GaitDesk does not bring along by itself."""

    def __init__(self, missing: Sequence[str]) -> None:
        GaitDeskError.__init__(
            self,
            tr(
                "This export needs {libraries}, which this Python does not have. Add them with:"
                " python3 -m pip install 'gaitdesk[exchange]' (or {names}). Nothing was written."
            ).format(libraries=tr(" and ").join(missing), names=" ".join(missing)),
        )


class MemoryTooSmall(GaitDeskError):
    """Less memory than a single clip needs."""

    def __init__(self, device: str, free_bytes: int, needed_bytes: int | None = None) -> None:
        needed = (
            tr("one clip needs about {needed:.1f} GB").format(needed=needed_bytes / 1e9)
            if needed_bytes is not None
            else tr("one clip needs more")
        )
        super().__init__(
            tr(
                "{device} has {free:.1f} GB of memory free, and {needed}. Close other programs,"
                " choose a smaller network, or let more of the background be pruned."
            ).format(device=device, free=free_bytes / 1e9, needed=needed)
        )


class ProcessLost(GaitDeskError):
    """A process that did a part of the work and is gone."""

    def __init__(self) -> None:
        super().__init__(
            tr(
                "The work stopped because the system ended it, as happens where memory runs out."
                " Nothing was changed. Close other programs and try again."
            )
        )


class AnalysisUnreadable(GaitDeskError):
    """A stored analysis that is missing, damaged, or of a newer form."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            tr("The analysis cannot be opened: {reason}. Nothing was changed.").format(
                reason=reason
            )
        )
        self.reason = reason


class OutputNotWritable(GaitDeskError):
    """A folder or file that cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            tr(
                "{path} cannot be written ({reason}). Choose another folder with --out, or ask"
                " for write access to this one. Nothing was left behind."
            ).format(path=path, reason=reason)
        )


class DiskFull(GaitDeskError):
    """No room left for what must be written."""

    def __init__(self, path: Path, free_bytes: int) -> None:
        super().__init__(
            tr(
                "{path}: the disk is full ({free:.0f} MB free). Free some space, or choose a folder"
                " on another disk with --out, and run it again. Nothing was left behind."
            ).format(path=path, free=free_bytes / 1e6)
        )


class OptionInvalid(GaitDeskError):
    """A command-line option or setting with a value that cannot be used."""


class StoreTooNew(GaitDeskError):
    """A store that a newer GaitDesk has written."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            tr(
                "{path} was written by a newer GaitDesk (form {found}, this one knows up to"
                " {known}). Update GaitDesk to open it; nothing was changed."
            ).format(path=path, found=found, known=known)
        )
        self.found = found
        self.known = known


class StoreDamaged(GaitDeskError):
    """A store whose file, or whose journal, is not as GaitDesk left it.

    Attributes:
        reason: What is wrong with it, a clause for people.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            tr(
                "{path} is damaged: {reason}. Nothing was changed. Keep a copy of its folder as it"
                " is, and put back the last backup, or start another with --data-folder."
            ).format(path=path, reason=reason)
        )
        self.path = path
        self.reason = reason


class StoreNotWritable(GaitDeskError):
    """A data folder in which nothing can be kept."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            tr(
                "Nothing can be kept in {path} ({reason}). Ask for write access to it, or choose"
                " another folder with --data-folder. Nothing was changed."
            ).format(path=path, reason=reason)
        )


class StoreBusy(GaitDeskError):
    """A store that another program holds for too long."""

    def __init__(self, path: Path, waited_s: float) -> None:
        super().__init__(
            tr(
                "{path} has been held by another program for {waited:.0f} s. Close other GaitDesk"
                " windows, backup or sync programs that use it, and try again; this change was"
                " not kept, all before it were."
            ).format(path=path, waited=waited_s)
        )


class StoreFull(GaitDeskError):
    """No room left for one more entry."""

    def __init__(self, path: Path, free_bytes: int) -> None:
        super().__init__(
            tr(
                "{path}: the disk is full ({free:.0f} MB free). Free some space and try again; this"
                " change was not kept, all before it were."
            ).format(path=path, free=free_bytes / 1e6)
        )


class EditedElsewhere(GaitDeskError):
    """A value that somebody else has changed since it was shown.

    Attributes:
        what: What was changed, as its entry names it.
        rater: Who changed it.
    """

    def __init__(self, what: str, rater: str, time: str) -> None:
        super().__init__(
            tr(
                "{what} was changed by {rater} at {time}, after it was shown here. Nothing was"
                " overwritten: look at the value that stands there now, and enter yours again if"
                " you still want it."
            ).format(what=what, rater=rater or tr("somebody else"), time=time)
        )
        self.what = what
        self.rater = rater


class LogoUnreadable(GaitDeskError):
    """A picture that cannot stand at the head of the report.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            tr("The logo {name} cannot be used: {reason}. Choose a PNG or JPEG picture.").format(
                name=path.name, reason=reason
            )
        )
        self.path = path
