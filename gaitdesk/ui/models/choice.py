"""Which models look at new films, kept with how the window was left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

if TYPE_CHECKING:
    from gaitdesk.jobs.order import AnalysisOrder


@dataclass(frozen=True, slots=True)
class EyesChoice:
    """Names of the packages that look again at the followed child.

    Attributes:
        pose: Sees body points; empty for the default.
        mask: Follows masks; empty for the default.
        words: What the child is called, for a model of masks that reads; empty for the box in
            which the default found the child.
    """

    pose: str = ""
    mask: str = ""
    words: str = ""

    def asked_of(self, order: AnalysisOrder) -> AnalysisOrder:
        """An order that asks for these models."""
        return replace(
            order,
            pose=self.pose or None,
            mask=self.mask or None,
            words=(self.mask and self.words) or None,
        )


def read_choice(settings: QSettings) -> EyesChoice:
    """The choice as it was kept."""
    held = (settings.value(f"eyes/{what}", "") for what in ("pose", "mask", "words"))
    return EyesChoice(*(str(one or "") for one in held))


def keep_choice(settings: QSettings, choice: EyesChoice) -> None:
    """Keep a choice for the next films."""
    settings.setValue("eyes/pose", choice.pose)
    settings.setValue("eyes/mask", choice.mask)
    settings.setValue("eyes/words", choice.words)
