"""The films of a walk, locked to one real-time axis, with timeline and player."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.correction import Correction
from gaitdesk.domain.evgs import Item, Proposal
from gaitdesk.domain.shapes import Shape
from gaitdesk.i18n import tr
from gaitdesk.ui.theme import text_scale
from gaitdesk.ui.viewer.action_states import ActionStates
from gaitdesk.ui.viewer.actions import ViewerActions, make_actions
from gaitdesk.ui.viewer.arrangement import Arrangement, PaneLayout
from gaitdesk.ui.viewer.axis import TimeAxis
from gaitdesk.ui.viewer.correct_panel import CorrectPanel
from gaitdesk.ui.viewer.detached import FullScreen
from gaitdesk.ui.viewer.film_look import FilmLook
from gaitdesk.ui.viewer.film_pane import FilmPane
from gaitdesk.ui.viewer.frame_loader import FAR_BYTES, NEAR_BYTES
from gaitdesk.ui.viewer.keeping_shown import KeepingShown
from gaitdesk.ui.viewer.layers import Layers
from gaitdesk.ui.viewer.marking import Marking
from gaitdesk.ui.viewer.overlay_control import OverlayControl
from gaitdesk.ui.viewer.pairing import (
    axis_of,
    choices_for,
    cycle_near,
    first_pair,
    first_walk_s,
    has_same_films,
    proposed_sync,
    slot_for,
    tracks_of,
)
from gaitdesk.ui.viewer.pictures import Picture
from gaitdesk.ui.viewer.playback import Playback
from gaitdesk.ui.viewer.projector import Projector
from gaitdesk.ui.viewer.proof import Proof
from gaitdesk.ui.viewer.running import Running
from gaitdesk.ui.viewer.side_swaps import SideSwaps
from gaitdesk.ui.viewer.stepping import Stepping
from gaitdesk.ui.viewer.sync_panel import SyncPanel
from gaitdesk.ui.viewer.timeline import Timeline
from gaitdesk.ui.viewer.timeline_room import pictures_height
from gaitdesk.ui.viewer.timeline_wishes import TimelineWishes
from gaitdesk.ui.viewer.tool_bench import ToolBench
from gaitdesk.ui.viewer.tracks import Track
from gaitdesk.ui.viewer.transport import Transport


class Viewer(QWidget):
    """Shows the films of an analysis and announces what was done to them; it changes nothing.

    Films are told by their index in the analysis. Frames kept in memory take at most
    `NEAR_BYTES` + `FAR_BYTES` for each of the two films shown.

    Args:
        parent: As for any widget.
        near_bytes, far_bytes: See `FrameLoader`.
        is_whole: Whether all of it is made at once; otherwise whoever makes it does its `pieces`.

    Signals:
        time_changed: Moment shown, seconds on the real-time axis of the sagittal film.
        event_moved: Film, `GaitEvent`, the frame it was dropped on.
        event_deleted: Film, `GaitEvent`.
        event_added: Film, `Side`, `EventKind`, frame.
        corrected: An `Edit` of a joint, of sides or of the mask.
        person_wanted: The `PersonChoice` of somebody who is to be followed instead.
        mask_wanted: The `MaskWanted` of frames whose mask is to be followed anew.
        said: A sentence for the status line.
        sync_changed: Time in the coronal film of the sagittal film's time 0.
        deciding_chosen: Film, and the `Deciding` frame that was clicked.
    """

    time_changed = Signal(float)
    event_moved = Signal(int, object, int)
    event_deleted = Signal(int, object)
    event_added = Signal(int, object, object, int)
    corrected = Signal(object)
    person_wanted = Signal(object)
    mask_wanted = Signal(object)
    said = Signal(str)
    sync_changed = Signal(float)
    deciding_chosen = Signal(int, object)

    def __init__(
        self,
        parent: QWidget | None = None,
        near_bytes: int = NEAR_BYTES,
        far_bytes: int = FAR_BYTES,
        *,
        is_whole: bool = True,
    ) -> None:
        super().__init__(parent)
        self._is_whole = False
        self._memory = near_bytes, far_bytes
        self._analysis: Analysis | None = None
        self._films: tuple[int, ...] = ()
        self._axis: TimeAxis | None = None
        self._time_s = 0.0
        self._lead = 0
        self._tracks: tuple[Track, ...] = ()
        self._standing: Mapping[str, Correction] = {}
        if is_whole:
            for piece in self.pieces:
                piece()

    @property
    def pieces(self) -> tuple[Callable[[], None], ...]:
        """What makes the whole of it, to be done once each and in this order."""
        return (self._make_films, self._make_tools, self._make_buttons, self._join)

    def _make_films(self) -> None:
        self._projector = Projector(self, *self._memory)
        self._playback = Playback(self)
        self._panes = (FilmPane(), FilmPane())
        self._content = QWidget()
        self._screen = FullScreen(self._content, self)
        self._pane_layout = PaneLayout(self._panes, self)
        self._timeline = Timeline()

    def _make_tools(self) -> None:
        self._sync_panel = SyncPanel()
        self._sync_panel.hide()
        self.actions_offered: ViewerActions = make_actions(self, self._pane_layout)
        offered = self.actions_offered
        self.bench = ToolBench(self._panes, offered.brush, offered.person, offered.click)

    def _make_buttons(self) -> None:
        offered = self.actions_offered
        self.correcting = CorrectPanel(self._panes)
        self._overlays = OverlayControl(self)
        self._transport = Transport(offered.playing_groups(), offered.viewing_groups())
        self._action_states = ActionStates(offered)
        self._keeping_shown = KeepingShown(self, self._projector, self._transport)

    def _join(self) -> None:
        self._lay_out()
        self._running = Running(self, self._playback, self._projector)
        self._marking = Marking(self, self._playback, self._running)
        self._stepping = Stepping(self)
        self._look = FilmLook(
            self, self._pane_layout, self._screen, self._overlays, self._transport
        )
        self._swaps = SideSwaps(self)
        self._proof = Proof(self, self._look)
        self._wishes = TimelineWishes(self)
        self._connect()
        self._paint_actions()
        self.set_layers(Layers())
        self._look.follow(True)
        self._is_whole = True
        self.clear()

    # What is shown.

    def show_analysis(self, analysis: Analysis) -> None:
        """Show an analysis; where its films are those already shown, place and zoom are kept."""
        is_same = has_same_films(self._analysis, analysis)
        self._analysis = analysis
        films = self._films if is_same else first_pair(analysis)
        self._set_films(films, is_same=is_same)

    def show_corrections(self, standing: Mapping[str, Correction]) -> None:
        """Mark what was placed by hand.

        Args:
            standing: Corrections in force by their key, in the order they were made in.
        """
        self._standing = standing
        self.correcting.show_corrections(standing)
        self._show_clicks()
        if self._analysis is not None and self._axis is not None:
            self._tracks = tracks_of(self._analysis, self._films, standing.values())
            self._timeline.show_tracks(self._axis, self._tracks)

    def clear(self) -> None:
        """Show no film, and let go of those shown."""
        self._playback.pause()
        self.bench.leave()
        self.actions_offered.correct.setChecked(False)
        self._standing = {}
        self._analysis = self._axis = None
        self._films = ()
        self._playback.set_axis(None)
        self._projector.stop()
        for pane in self._panes:
            pane.show_film(None)
        self._pane_layout.show_films(0)
        self._timeline.show_tracks(None, ())
        self._sync_panel.show_films(None, (), None)
        self._timeline.show_loop(None)
        self._playback.set_loop(None)
        self._keeping_shown.end()
        self._offer()

    def settle(self) -> None:
        """Announce a joint that is still held, and an offset that is still being tried."""
        for pane in self._panes:
            pane.joints.settle()
        self._sync_panel.settle()

    @property
    def unkept_offset_s(self) -> float | None:
        """An offset between the films that could not be kept; None for none."""
        return self._sync_panel.unkept_s

    def refuse(self) -> None:
        """Hold on to what is being announced, and is not shown by itself: it could not be kept."""
        self._sync_panel.refuse()

    def close_films(self) -> None:
        """Let go of the films and wait until no thread is left; for the end of the program."""
        self._sync_panel.close_job()
        self.bench.close_jobs()
        self.clear()
        self._projector.close()

    def go_to(self, film: int, frame: int) -> None:
        """Show a frame of a film, and what the other film shows at that moment."""
        slot = self.bring(film)
        if slot is None or self._axis is None:
            return
        self._playback.pause()
        frame = min(max(frame, 0), self._axis.videos[slot].frame_count - 1)
        self.show_time(self._axis.time_of(slot, frame))

    def play_frames(self, film: int, first: int, last: int) -> None:
        """Play a part of a film again and again, and the other film along."""
        slot = self.bring(film)
        if slot is not None and self._axis is not None:
            self.set_lead(slot)
            self._running.play_range(
                self._axis.time_of(slot, first), self._axis.time_of(slot, last)
            )

    def go_to_time(self, time_s: float) -> None:
        """Show a moment on the real-time axis."""
        self._playback.pause()
        self.show_time(time_s)

    @property
    def current_time_s(self) -> float:
        """Moment shown, seconds on the real-time axis of the sagittal film."""
        return self._time_s

    def show_item(self, side: Side, item: Item, proposal: Proposal | None) -> None:
        """Take both films to an item's deciding frame, with its angle and limits on the joint.

        Without a deciding frame the films stay where they are.
        """
        self._proof.show_item(side, item, proposal)

    def show_heat(self, film: int, heat: Mapping[int, tuple[Shape, ...]]) -> None:
        """Draw what an answer of the network rests on over the frames of a film; see the layer."""
        self._proof.show_heat(film, heat)

    def set_layers(self, layers: Layers) -> None:
        """Draw these layers over the films."""
        self._overlays.choose(layers)

    def arrange(self, arrangement: Arrangement) -> None:
        """Lay the films out."""
        self._pane_layout.arrange(arrangement)

    def fit_all(self) -> None:
        """Show all pictures whole."""
        self._look.follow(False)

    @property
    def listed_actions(self) -> tuple[QAction, ...]:
        """Everything that has a key, for a list of shortcuts."""
        return (*self.actions_offered.all(), *self._overlays.switches)

    @property
    def axis(self) -> TimeAxis | None:
        """The films shown in time."""
        return self._axis

    @property
    def films_shown(self) -> tuple[int, ...]:
        """Indices of the films shown, in the order of the panes."""
        return self._films

    @property
    def lead(self) -> int:
        """The slot whose frames stepping goes by."""
        return self._lead

    @property
    def layer_switches(self) -> tuple[QAction, ...]:
        """What switches layers on and off."""
        return tuple(self._overlays.switches)

    @property
    def panes(self) -> tuple[FilmPane, ...]:
        """The panes, of which the first ones hold the films shown."""
        return self._panes

    @property
    def playback(self) -> Playback:
        """What plays the films."""
        return self._playback

    @property
    def timeline(self) -> Timeline:
        """The timeline."""
        return self._timeline

    @property
    def dropped_frames(self) -> int:
        """Frames not painted in time since playing began; a screen shows some 60 a second."""
        return self._running.count.left_out

    @property
    def painted_frames(self) -> int:
        """Frames painted since playing began."""
        return self._running.count.painted

    @property
    def used_bytes(self) -> int:
        """Memory of the frames kept."""
        return self._projector.used_bytes

    # Films and time.

    def film_at(self, slot: int) -> FilmAnalysis:
        """The film shown in a slot."""
        assert self._analysis is not None
        return self._analysis.films[self._films[slot]]

    def _set_films(self, films: tuple[int, ...], *, is_same: bool) -> None:
        assert self._analysis is not None
        changed = films != self._films or not is_same
        self._films = films
        shown = [self._analysis.films[film] for film in films]
        if not shown:
            self.clear()
            return
        self._axis = axis_of(self._analysis, films)
        self._playback.set_axis(self._axis)
        self._projector.set_films([film.video for film in shown])
        for slot, pane in enumerate(self._panes):
            film = shown[slot] if slot < len(shown) else None
            pane.show_film(film, films[slot] if film is not None else 0)
        self._pane_layout.show_films(len(shown))
        self.correcting.show_corrections(self._standing)
        self._show_clicks()
        self._show_tracks()
        self._show_choices()
        self._keeping_shown.begin()
        self.set_lead(min(self._lead, len(shown) - 1) if is_same else 0)
        self._offer()
        if changed:
            self._playback.set_loop(None)
            self._time_s = math.nan
            self.show_time(first_walk_s(shown, self._axis))
        else:
            self.show_time(self._time_s)

    def bring(self, film: int) -> int | None:
        """The slot a film is shown in, after showing it if need be; None for no such film."""
        if self._analysis is None or not self._films:
            return None
        if not 0 <= film < len(self._analysis.films):
            return None
        if film not in self._films:
            slot = slot_for(self._analysis, self._films, film)
            films = list(self._films)
            films[slot] = film
            self._set_films(tuple(films), is_same=True)
        return self._films.index(film)

    def _show_tracks(self) -> None:
        if self._analysis is None or self._axis is None:
            return
        self._tracks = tracks_of(self._analysis, self._films, self._standing.values())
        self._timeline.show_tracks(self._axis, self._tracks)
        proposed = proposed_sync(self._analysis, self._films)
        self._sync_panel.show_films(self._axis, self._tracks, proposed)

    def _show_clicks(self) -> None:
        models = () if self._analysis is None else self._analysis.provenance.models
        self.bench.show_corrections(self._standing, models)

    def _show_choices(self) -> None:
        assert self._analysis is not None
        for slot in range(2):
            if slot >= len(self._films):
                self._transport.show_choices(slot, (), -1)
                continue
            films = choices_for(self._analysis, self._films[slot])
            self._transport.show_choices(slot, films, self._films[slot])

    def show_time(self, time_s: float, direction: int = 1) -> None:
        """Show a moment: each film its frame, the timeline its playhead."""
        axis = self._axis
        if axis is None:
            return
        time_s = min(max(time_s, axis.start_s), axis.end_s)
        is_playing = self._playback.is_playing
        is_new = time_s != self._time_s
        self._time_s = time_s
        if not is_playing:
            self._playback.set_time(time_s)
        moment_s = axis.beat_s(time_s) if is_playing else time_s
        for slot in range(len(self._films)):
            shown = axis.nearest(slot, moment_s)
            self._panes[slot].show_note("" if shown.is_within else self._absence(slot))
            self._projector.want(slot, shown.frame, direction, is_playing=is_playing)
        self._timeline.show_time(time_s)
        self._sync_panel.show_time(time_s)
        self._transport.show_time(time_s)
        if is_new:
            self.time_changed.emit(time_s)

    def _absence(self, slot: int) -> str:
        assert self._axis is not None
        if self._axis.to_film(slot, self._time_s) < 0:
            return tr("This film has not begun at this moment; its first frame is shown.")
        return tr("This film has ended at this moment; its last frame is shown.")

    def cycle_here(self) -> tuple[float, float] | None:
        """Start and end of the gait cycle around the moment shown; None where there is none."""
        if self._analysis is None or self._axis is None:
            return None
        return cycle_near(self._analysis, self._films, self._axis, self._time_s)

    def set_lead(self, slot: int) -> None:
        """Let stepping go by the frames of one film."""
        self._lead = slot
        for number, pane in enumerate(self._panes):
            pane.set_lead(number == slot and len(self._films) > 1)
        self._pane_layout.set_lead(slot)
        self._timeline.show_lead(slot)
        self.bench.set_lead(slot)
        self.correcting.set_lead(slot)

    # Putting it together.

    def _lay_out(self) -> None:
        inner = QVBoxLayout(self._content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._pane_layout, 1)
        inner.addWidget(self.bench)
        inner.addWidget(self.correcting)
        inner.addWidget(self._sync_panel)
        inner.addWidget(self._timeline)
        inner.addWidget(self._transport)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._content)

    def hold_timeline(self) -> None:
        """Take the timeline back that was shown elsewhere."""
        inside = self._content.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.insertWidget(inside.indexOf(self._transport), self._timeline)

    def _connect(self) -> None:
        offered = self.actions_offered
        for slot, pane in enumerate(self._panes):
            pane.activated.connect(lambda slot=slot: self.set_lead(slot))
            pane.staging_settled.connect(
                lambda staging, slot=slot: self._projector.stage(slot, staging)
            )
            pane.frame_painted.connect(lambda frame, slot=slot: self._running.painted(slot, frame))
            pane.corrected.connect(self.corrected)
            pane.menu_wanted.connect(lambda place, slot=slot: self._swaps.open_menu(slot, place))
        self.bench.begun.connect(self._playback.pause)
        self.correcting.corrected.connect(self.corrected)
        self._swaps.corrected.connect(self.corrected)
        self.bench.person_wanted.connect(self.person_wanted)
        self.bench.mask_wanted.connect(self.mask_wanted)
        self.bench.said.connect(self.said)
        self._projector.pictured.connect(self._on_pictured)
        self._projector.failed.connect(lambda slot, why: self._panes[slot].show_error(why))
        self._projector.delayed.connect(lambda slot: self._panes[slot].show_waiting(True))
        self._projector.thumbnail_made.connect(self._on_thumbnail)
        self._pane_layout.arrangement_changed.connect(self._fit_timeline)
        self._timeline.thumbnails_wanted.connect(self._projector.want_thumbnails)
        self._transport.speed_chosen.connect(self._playback.set_speed)
        self._transport.film_chosen.connect(self._on_film_chosen)
        self._sync_panel.axis_tried.connect(self._on_axis_tried)
        self._sync_panel.offset_settled.connect(self.sync_changed)
        self.actions_offered.other_film.triggered.connect(self._to_other_film)
        self.actions_offered.fit.triggered.connect(self.fit_all)
        self.actions_offered.sync.toggled.connect(self._sync_panel.setVisible)
        for tool in (offered.sync, offered.correct, offered.brush, offered.click, offered.person):
            tool.toggled.connect(self._fit_timeline)

    def _paint_actions(self) -> None:
        self._action_states.paint(self.palette(), is_playing=self._playback.is_playing)

    def _offer(self) -> None:
        """Allow what can be done with the films there are."""
        self._action_states.offer(
            len(self._films),
            is_following=self._look.is_following,
            has_cycle=self.cycle_here() is not None,
        )

    # What is done to it.

    def changeEvent(self, event: QEvent) -> None:
        if not self._is_whole:
            pass
        elif event.type() == QEvent.Type.PaletteChange:
            self._paint_actions()
        elif event.type() == QEvent.Type.FontChange:
            self._fit_timeline()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_timeline()

    def _fit_timeline(self) -> None:
        """Give the timeline as high pictures as the films can spare."""
        is_column = self._pane_layout.arrangement is Arrangement.STACKED
        tools = (self._sync_panel, self.bench, self.correcting)
        taken = sum(tool.minimumSizeHint().height() for tool in tools if tool.isVisible())
        height = pictures_height(self.height() - taken, text_scale(self), is_column=is_column)
        self._timeline.show_pictures(height)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._paint_actions()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._pane_layout.close_window()
        self.close_films()
        super().closeEvent(event)

    def _on_pictured(self, slot: int, picture: Picture) -> None:
        self._panes[slot].show_picture(picture)
        if slot == self._lead and self.correcting.isVisible():
            self.correcting.look()
        self._sync_panel.show_picture(slot, picture)

    def _on_thumbnail(self, slot: int, frame: int, image: Image) -> None:
        self._timeline.show_thumbnail(slot, frame, image)

    def show_playing(self) -> None:
        """Show that the films play, or stand."""
        for pane in self._panes:
            pane.set_correcting(not self._playback.is_playing)
        self._transport.show_speed(self._playback.speed)
        self._timeline.show_loop(self._playback.loop)
        self.actions_offered.loop.setChecked(self._playback.loop is not None)
        self._paint_actions()

    def _to_other_film(self) -> None:
        if len(self._films) > 1:
            self.set_lead(1 - self._lead)

    def _on_axis_tried(self, axis: TimeAxis) -> None:
        """Show the films on another axis for as long as nobody has said that it is right."""
        self._axis = axis
        self._playback.set_axis(axis)
        self._timeline.show_tracks(axis, self._tracks)
        self.show_time(self._time_s)

    def _on_film_chosen(self, slot: int, film: int) -> None:
        films = list(self._films)
        films[slot] = film
        self._set_films(tuple(films), is_same=True)
