"""How the films are looked at: their arrangement, enlargement, overlays and the full screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from gaitdesk.i18n import tr
from gaitdesk.ui.viewer.arrangement import Arrangement, PaneLayout
from gaitdesk.ui.viewer.detached import FullScreen
from gaitdesk.ui.viewer.following import Cut
from gaitdesk.ui.viewer.layers import Layers
from gaitdesk.ui.viewer.overlay_control import OverlayControl
from gaitdesk.ui.viewer.transport import Transport

if TYPE_CHECKING:
    from gaitdesk.ui.viewer.viewer import Viewer

_ZOOM_A_KEY = 1.25
# Of the pane's width or height an enlarged picture is moved by a key.
_MOVE_A_KEY = 0.1


class FilmLook(QObject):
    """Changes how films are looked at, and keeps the buttons that say so in step.

    Args:
        viewer: Whose films they are.
        layout: Lays the panes out.
        screen: Shows them on the whole screen.
        overlays: Chooses what is drawn over them.
        transport: Holds the button the choice opens above.

    Attributes:
        is_following: Whether the child is kept large and in the middle.
    """

    def __init__(
        self,
        viewer: Viewer,
        layout: PaneLayout,
        screen: FullScreen,
        overlays: OverlayControl,
        transport: Transport,
    ) -> None:
        super().__init__(viewer)
        self._viewer, self._layout, self._screen = viewer, layout, screen
        self._overlays, self._transport = overlays, transport
        self.is_following = False
        offered = viewer.actions_offered
        self._arrangements: tuple[tuple[QAction, Arrangement], ...] = (
            (offered.side_by_side, Arrangement.SIDE_BY_SIDE),
            (offered.stacked, Arrangement.STACKED),
            (offered.one_large, Arrangement.ONE_LARGE),
        )
        for action, arrangement in self._arrangements:
            action.triggered.connect(lambda _, chosen=arrangement: layout.arrange(chosen))
        offered.floating.triggered.connect(self._on_floating)
        offered.full_screen.triggered.connect(self._on_full_screen)
        offered.overlays.triggered.connect(self._open_overlays)
        offered.zoom_in.triggered.connect(lambda: self._zoom(_ZOOM_A_KEY))
        offered.zoom_out.triggered.connect(lambda: self._zoom(1 / _ZOOM_A_KEY))
        for action, across, down in (
            (offered.look_left, 1, 0),
            (offered.look_right, -1, 0),
            (offered.look_up, 0, 1),
            (offered.look_down, 0, -1),
        ):
            action.triggered.connect(lambda _, way=(across, down): self._move(*way))
        offered.follow.triggered.connect(self._on_follow)
        for pane in viewer.panes:
            pane.following_ended.connect(self._on_following_ended)
        layout.arrangement_changed.connect(self._on_arranged)
        overlays.layers_changed.connect(self._on_layers)
        screen.left.connect(lambda: offered.full_screen.setChecked(False))

    def follow(self, is_on: bool) -> None:
        """Keep the child large and in the middle, or show the pictures whole."""
        self.is_following = is_on
        self._viewer.actions_offered.follow.setChecked(is_on)
        for pane in self._viewer.panes:
            if is_on:
                pane.follow(Cut.BODY)
            else:
                pane.fit()

    def _on_follow(self, is_on: bool) -> None:
        """Follow, or no longer; a film that was put by hand meanwhile is followed again first."""
        shown = self._viewer.panes[: len(self._viewer.films_shown)]
        self.follow(is_on or not all(pane.is_following for pane in shown))

    def _on_following_ended(self) -> None:
        shown = self._viewer.panes[: len(self._viewer.films_shown)]
        if not any(pane.is_following for pane in shown):
            self.is_following = False
            self._viewer.actions_offered.follow.setChecked(False)

    def _zoom(self, factor: float) -> None:
        self._viewer.panes[self._viewer.lead].zoom(factor)

    def _move(self, across: int, down: int) -> None:
        pane = self._viewer.panes[self._viewer.lead]
        pane.shift(across * _MOVE_A_KEY * pane.width(), down * _MOVE_A_KEY * pane.height())

    def _open_overlays(self) -> None:
        self._overlays.open_above(self._transport.button(self._viewer.actions_offered.overlays))

    def _on_layers(self, layers: Layers) -> None:
        for pane in self._viewer.panes:
            pane.show_layers(layers)

    def _on_arranged(self, arrangement: Arrangement) -> None:
        floating = (self._viewer.actions_offered.floating, Arrangement.FLOATING)
        for action, one in (*self._arrangements, floating):
            action.setChecked(arrangement is one)

    def _on_floating(self) -> None:
        self._layout.float_or_return()

    def _on_full_screen(self, is_on: bool) -> None:
        if is_on:
            self._screen.enter(tr("Films – GaitDesk"))
        else:
            self._screen.leave()
