"""What the viewer's actions look like, and which of them can be done now."""

from __future__ import annotations

from PySide6.QtGui import QPalette

from gaitdesk.ui.viewer.actions import ViewerActions


class ActionStates:
    """Keeps the actions in step with the films there are, the colours, and what playing does.

    Args:
        offered: The actions.
    """

    def __init__(self, offered: ViewerActions) -> None:
        self._offered = offered
        self._worn: tuple[int, ...] = ()
        self._is_pause_shown = False

    def paint(self, palette: QPalette, *, is_playing: bool) -> None:
        """Draw the buttons' pictures where their colours, or what they do, are others now."""
        worn = tuple(
            palette.color(group, QPalette.ColorRole.ButtonText).rgba()
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled)
        )
        if worn != self._worn:
            self._offered.paint(palette)
        if (worn, is_playing) != (self._worn, self._is_pause_shown):
            self._offered.paint_toggle(palette, is_playing=is_playing)
        self._worn, self._is_pause_shown = worn, is_playing

    def offer(self, films: int, *, is_following: bool, has_cycle: bool) -> None:
        """Allow what can be done.

        Args:
            films: How many films are shown.
            is_following: Whether the child is kept in the middle.
            has_cycle: Whether there is a gait cycle at the moment shown.
        """
        offered = self._offered
        for action in offered.all():
            action.setEnabled(films > 0)
        for action in (
            offered.stacked,
            offered.one_large,
            offered.floating,
            offered.other_film,
            offered.sync,
        ):
            action.setEnabled(films > 1)
        offered.follow.setChecked(films > 0 and is_following)
        offered.loop.setEnabled(has_cycle)
