"""Buttons that fold into one with a menu where the row has no room for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget


class Fold(QToolButton):
    """Stands for some buttons, shows the one among them that is on, and opens a menu of them all.

    Args:
        name: What they are for.
        actions: What they do.
        blocks: The widgets that hold them.
        is_switch: Whether it is marked where one of them is on.
    """

    def __init__(
        self,
        name: str,
        actions: Sequence[QAction],
        blocks: Sequence[QWidget],
        *,
        is_switch: bool = False,
    ) -> None:
        super().__init__()
        self._actions, self._blocks = tuple(actions), tuple(blocks)
        self._name = name
        self.setAutoRaise(True)
        self.setCheckable(is_switch)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        menu.addActions(list(actions))
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(name)
        self.setToolTip(name)
        for action in actions:
            action.changed.connect(self._on_changed)
        self._on_changed()
        self.hide()

    @property
    def is_folded(self) -> bool:
        """Whether this button stands in place of the others."""
        return not self.isHidden()

    def fold(self, is_on: bool) -> None:
        """Show this button in place of those it stands for, or those."""
        for block in self._blocks:
            block.setVisible(not is_on)
        self.setVisible(is_on)

    def nextCheckState(self) -> None:
        """Stay as it is: what it shows is switched in the menu alone."""

    def _on_changed(self) -> None:
        chosen = next((action for action in self._actions if action.isChecked()), None)
        self.setIcon((chosen or self._actions[0]).icon())
        self.setChecked(chosen is not None)
        self.setEnabled(any(action.isEnabled() for action in self._actions))
