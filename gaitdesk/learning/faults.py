"""What can go wrong while a network learns, and what to do then."""

from __future__ import annotations

from pathlib import Path

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.i18n import sentences, tr


class NothingToLearn(GaitDeskError):
    """No child, or too few, to learn from."""

    def __init__(self, children: int, needed: int) -> None:
        super().__init__(
            tr(
                "There are clips of %n child(ren), and training needs at least {needed}: some to"
                " learn from and others to be checked on. Confirm more scoresheets, or add a"
                " cohort of phantoms.",
                "",
                children,
            ).format(needed=needed)
        )


class TrainingMemoryShort(GaitDeskError):
    """Too little memory for what was asked of a training.

    Attributes:
        suggestion: What to change, a sentence for people.
    """

    def __init__(self, suggestion: str, free_bytes: int, needed_bytes: int | None = None) -> None:
        amount = (
            tr("Training as set needs about {needed:.1f} GB of memory, and {free:.1f} GB are free.")
            if needed_bytes is not None
            else tr("Memory ran out; {free:.1f} GB are free.")
        ).format(needed=(needed_bytes or 0) / 1e9, free=free_bytes / 1e9)
        super().__init__(sentences((amount, suggestion)))
        self.suggestion = suggestion


class CheckpointNotKept(GaitDeskError):
    """A training whose state found no room on the disk."""

    def __init__(self, path: Path, free_bytes: int, epoch: int) -> None:
        super().__init__(
            tr(
                "{path}: the disk is full ({free:.0f} MB free), so training stopped. Free some"
                " space and start it again: it goes on from its last checkpoint, in epoch {epoch}."
            ).format(path=path, free=free_bytes / 1e6, epoch=epoch)
        )


class CheckpointOfAnother(GaitDeskError):
    """A folder whose training began with other data, another network or other settings."""

    def __init__(self, folder: Path, differs: str) -> None:
        super().__init__(
            tr(
                "{folder} holds a training begun with another {differs}, which cannot go on with"
                " this one. Choose an empty folder to begin anew, or the same {differs} as before."
            ).format(folder=folder, differs=differs)
        )


class CheckpointDamaged(GaitDeskError):
    """A training's state that cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            tr(
                "{path} is damaged, so this training cannot go on from it. Move it away and start"
                " again; training then begins anew. Models trained before are untouched."
            ).format(path=path)
        )


class TrainingDiverged(GaitDeskError):
    """A loss that is no number any more."""

    def __init__(self, epoch: int) -> None:
        super().__init__(
            tr(
                "The loss is no longer a number in epoch {epoch}: the network learns too fast."
                " Start again with a learning rate a third as large. The last checkpoint is kept."
            ).format(epoch=epoch)
        )


class TrainingEnded(GaitDeskError):
    """The process that trains has ended without a word."""

    def __init__(self, code: int) -> None:
        super().__init__(
            tr(
                "The training process was ended by the system (code {code}), most often because"
                " memory ran out. Close other programs, or train with adapters or in more pieces,"
                " and start it again: it goes on from its last checkpoint."
            ).format(code=code)
        )
        self.code = code


class TrainingFailed(GaitDeskError):
    """What the process that trains said before it ended."""
