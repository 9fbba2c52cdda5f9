"""What clicks on a film are to say, and in which frames a model follows them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gaitdesk.ui.viewer.mask_hand import MaskHand


class Clicking(MaskHand):
    """Saying who is the child, for all films; whether keys say "this is" or "is not" changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_patient = True
        self._is_of_use = False

    @property
    def is_patient(self) -> bool:
        """Whether a place is said to be the child rather than something else."""
        return self._is_patient

    @property
    def is_of_use(self) -> bool:
        """Whether there is a model that is told of clicks."""
        return self._is_of_use

    def set_of_use(self, is_of_use: bool) -> None:
        """Say whether there is a model that is told of clicks."""
        self._is_of_use = is_of_use

    def set_patient(self, is_patient: bool) -> None:
        """Say from now on that a place is the child, or that it is not."""
        if is_patient != self._is_patient:
            self._is_patient = is_patient
            self.changed.emit()
