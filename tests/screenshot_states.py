"""Screens that take somebody's hand: films brought in, a network that reads, and corrections."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import cv2
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from gaitdesk.domain.anatomy import Landmark, Side
from gaitdesk.domain.errors import StoreFull
from gaitdesk.domain.evgs import Direction, Item, ItemScore, Score
from gaitdesk.domain.progress import Job, Progress, finish
from gaitdesk.i18n import language, tr
from gaitdesk.jobs import choosing, eyes
from gaitdesk.jobs.analysing import Walked
from gaitdesk.jobs.child import Apart
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from gaitdesk.media.paint import paint
from gaitdesk.perception import named
from gaitdesk.perception.overlay import skeleton
from gaitdesk.perception.sight import Sight
from gaitdesk.store.store import Store
from gaitdesk.ui.scoring.answers import CELLS, readers_disagree
from gaitdesk.ui.theme import DARK, LIGHT
from tests.jobs import two_people
from tests.jobs.glances import Walker, glance
from tests.jobs.on_the_spot import on_the_spot
from tests.report import made

if TYPE_CHECKING:
    from gaitdesk.domain.analysis import FilmAnalysis
    from gaitdesk.jobs.glancing import Glance
    from tests.screenshots import Photographer

LEFT_BUTTON = Qt.MouseButton.LeftButton
ALONE = Walker((384, 372), (1030, 372), (500, 500))
TOWARDS = Walker((640, 300), (640, 420), (240, 400), turned_deg=85.0, step=0.1)
COMPANION = Walker((896, 372), (890, 372), (500, 500), colour=3)


def importing(p: Photographer) -> None:
    """Films with their findings, an unreadable one, and one with two people."""
    side, front = p.drawn.films
    known = {
        side.video.path: _with_picture(glance(ALONE, COMPANION), side),
        front.video.path: _with_picture(glance(TOWARDS), front),
    }

    def looking(video: Any, model: object, known_already: object = None) -> Job[Glance]:
        yield Progress(0, 8, tr("Having a look at the film"))
        return known[video.path]

    bad = p.scratch / "IMG_0042.mov"
    bad.write_bytes(b"no film")
    with (
        mock.patch.object(Apart, "job", lambda _apart, *asked: on_the_spot(*asked)),
        mock.patch("gaitdesk.jobs.glancing.glancing", looking),
        mock.patch("gaitdesk.perception.blazepose.BlazePose", return_value=None),
    ):
        window = p.window(p.scratch / "empty")
        window.import_films([side.video.path, front.video.path])
        p.until(lambda: _are_looked_at(window))
        p.take(window, "03-importing-two-people-in-a-film")
        card = window.importing.cards[0]
        QTest.mouseClick(
            card.picture,
            LEFT_BUTTON,
            Qt.KeyboardModifier.NoModifier,
            card.picture.middle_of(0).toPoint(),
        )
        p.take(window, "03-importing-the-child-is-chosen")
        window.importing.cards[1].choose_plane(side.plane)
        window.import_films([bad])
        p.until(lambda: bool(window.importing.cards[2].findings))
        p.take(window, "03-importing-wrong-view-and-unreadable-film")
        window.importing.cards[1].choose_plane(front.plane)
        window.importing.cards[2].removed.emit()
        _analysing(p, window)
        window.close()


def _are_looked_at(window: Any) -> bool:
    cards = window.importing.cards
    return all(card.is_ready and not card.wants_glance for card in cards)


def _with_picture(seen: Glance, film: FilmAnalysis) -> Glance:
    """The glance with a true picture of the film."""
    picture = made.picture(film, 26)
    if len(seen.choices) > 1:
        # The companion is the child's mirror image.
        picture = np.maximum(picture, picture[:, ::-1])
    return replace(seen, picture=np.ascontiguousarray(cv2.resize(picture, (320, 180))))


def _analysing(p: Photographer, window: Any) -> None:
    """An analysis under way, with live pictures, and what has been found."""
    films = p.drawn.films
    is_further, is_over = threading.Event(), threading.Event()

    def following() -> Iterator[Progress]:
        for number, film in enumerate(films):
            yield Progress(400, 1000, "", Sight(film.video.path, 60 - number, _live(film, 60)))
        words = tr("Following the patient, frame {frame} of {total}").format(frame=61, total=120)
        while not is_further.wait(0.02):
            yield Progress(420, 1000, words)
        yield Progress(960, 1000, tr("Scoring"), Walked(films))
        while not is_over.wait(0.02):
            yield Progress(970, 1000, tr("Scoring"))

    window.jobs.run(
        following(),
        tr("Analysing the films"),
        window.importing,
        lambda _: None,
        progressed=window.importing.show_found,
    )
    p.spin(2.0)
    p.take(window, "04-analysing-with-live-pictures")
    is_further.set()
    p.spin(0.5)
    p.take(window, "04-analysing-events-are-found")
    is_over.set()
    window.cancel()
    p.until(lambda: not window.is_busy)


def _live(film: FilmAnalysis, frame: int) -> np.ndarray:
    """What following shows of a frame."""
    image = made.picture(film, frame)
    pose = film.pose
    scale = 480 / image.shape[1]
    small = np.array(cv2.resize(image, None, fx=scale, fy=scale), np.uint8)
    drawn = skeleton(pose.points_px[frame] * scale, pose.confidence[frame], None, 0.6)
    return np.asarray(paint(small, drawn))


def correcting(p: Photographer, data: Path) -> None:
    """A joint being dragged, the panel of correcting, and the brush."""
    window = p.opened(data, (1440, 900))
    viewer = window.work.viewer
    form = window.work.form
    form.focus_cell((Side.RIGHT, Item.SWING_KNEE_FLEXION))
    p.spin(0.6)
    pane = viewer.panes[0]
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_D)
    p.spin(0.3)
    start = _place(pane, Landmark.RIGHT_KNEE)
    QTest.mouseMove(pane, start)
    p.spin(0.2)
    QTest.mousePress(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 6):
        QTest.mouseMove(pane, start + QPoint(5 * step, -2 * step))
        p.spin(0.05)
    p.take(window, "24-correcting-a-joint-while-it-is-dragged")
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    QTest.mouseRelease(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, start)
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    window.work.viewer.actions_offered.brush.setChecked(True)
    p.spin(0.3)
    middle = _place(pane, Landmark.RIGHT_HIP)
    QTest.mouseMove(pane, middle)
    QTest.mousePress(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, middle)
    for step in range(1, 9):
        QTest.mouseMove(pane, middle + QPoint(6 * step, 3 * step))
        p.spin(0.03)
    p.take(window, "25-brushing-the-mask")
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    QTest.mouseRelease(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, middle)
    viewer.actions_offered.brush.setChecked(False)
    window.close()


def clicking(p: Photographer, data: Path) -> None:
    """What is the child is clicked, or painted; without a model, it is said where one goes."""
    models = tuple(one for one in eyes.packages(eyes.MASKS) if one.name in ("sam3", "sam2.1-tiny"))
    for number, here in ((0, models), (1, ())):
        with (
            mock.patch.object(eyes, "followers", return_value=here),
            mock.patch.object(named, "check_reads", return_value=None),
        ):
            window = p.opened(data, (1440, 900))
            viewer = window.work.viewer
            viewer.actions_offered.click.setChecked(True)
            p.spin(0.6)
            pane = viewer.panes[0]
            if here:
                hip = _place(pane, Landmark.RIGHT_HIP)
                QTest.mouseClick(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, hip)
                beside = hip + QPoint(46, 30)
                QTest.mouseClick(
                    pane, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, beside
                )
                QTest.keyClick(pane, Qt.Key.Key_X)
                for _ in range(4):
                    QTest.keyClick(pane, Qt.Key.Key_Down)
                p.spin(0.3)
            p.take(window, ("25-clicking-the-child", "25-clicking-without-a-model")[number])
            viewer.actions_offered.brush.setChecked(True)
            p.spin(0.3)
            _stroke(pane, _place(pane, Landmark.RIGHT_KNEE), QPoint(30, 16))
            p.until(lambda window=window: not window.is_busy)
            p.spin(0.3)
            p.take(window, ("25-painting-with-a-model", "25-painting-without-a-model")[number])
            window.close()


def _stroke(pane: Any, start: QPoint, way: QPoint) -> None:
    QTest.mousePress(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(pane, start + way)
    QTest.mouseRelease(pane, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, start + way)


def choosing_a_person(p: Photographer) -> None:
    """Everyone in a frame is offered."""
    data = p.scratch / "two"
    if not data.exists():
        two = two_people.analysis(p.scratch / "two films")
        finish(keep_analysis(two, Keeping(data, day=date(2026, 5, 4))))
    with (
        mock.patch.object(Apart, "job", lambda _apart, *asked: on_the_spot(*asked)),
        mock.patch.object(choosing, "embedded_model", two_people.TwoPeople),
    ):
        window = p.opened(data, (1440, 900))
        viewer = window.work.viewer
        viewer.fit_all()
        viewer.go_to(0, 22)
        p.until(lambda: viewer.panes[0].shown_frame == 22)
        viewer.panes[0].setFocus()
        QTest.keyClick(viewer.panes[0], Qt.Key.Key_P)
        panel = viewer.bench.person_panel
        p.until(lambda: len(panel.buttons) == 2)
        p.take(window, "26-choosing-a-person")
        window.close()


def trouble(p: Photographer) -> None:
    """Films that are not where they were, and a disk that is full."""
    data, films = p.scratch / f"trouble-{language()}", []
    for film in p.analysis.films:
        copied = data / film.video.path.name
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes(film.video.path.read_bytes())
        films.append(replace(film, video=replace(film.video, path=copied)))
    whole = replace(p.analysis, films=tuple(films))
    finish(keep_analysis(whole, Keeping(data, day=date(2026, 5, 4))))
    for film in films:
        film.video.path.unlink()
    window = p.window(data, (1440, 900))
    window.open_visit(window.browser.visits[0].id)
    p.until(lambda: window.document is not None)
    p.spin(1.0)
    p.take(window, "29-films-are-gone")
    with mock.patch.object(Store, "record_many", side_effect=StoreFull(data, 2_100_000)):
        window.work.form.give_score(
            Side.LEFT, Item.HINDFOOT_VARUS_VALGUS, Score.MODERATE, Direction.VALGUS
        )
        p.take(window, "29-disk-is-full")
        window.work.form.comment_asked.emit(window.work.form.focused)
        QTest.keyClicks(window.work.item.findChild(QPlainTextEdit), "late heel")
        window.close()
        p.take(window, "29-a-comment-is-not-kept")
        p.take(window.leaving.dialog, "29-leaving-over-what-is-not-kept")
        window.leaving.dialog.reject()
    window.close()


def network(p: Photographer) -> None:
    """The network reading beside the review, what it saw, and where it disagrees."""
    data = p.scratch / f"network-{language()}"
    finish(keep_analysis(p.analysis, Keeping(data, day=date(2026, 5, 4))))
    window = p.opened(data, (1440, 900))
    bar, form = window.work.network_bar, window.work.form
    p.take(window, "28-network-has-not-read")
    QTest.mouseClick(bar.button, LEFT_BUTTON)
    p.spin(1.5)
    p.take(window, "28-network-is-reading")
    p.until(lambda: not window.network.is_reading)
    sheet = window.document.sheet
    answered = [cell for cell in CELLS if _chance(sheet.get(*cell)) is not None]
    disputed = [cell for cell in answered if readers_disagree(sheet.get(*cell))]
    form.focus_cell(disputed[0] if disputed else answered[0])
    p.spin(0.8)
    p.take(window, "28-network-disagrees")
    # Where the network is surest, one sees best what it looks at.
    form.focus_cell(max(answered, key=lambda cell: abs(_chance(sheet.get(*cell)) - 0.5)))
    window.work.tabs.setCurrentWidget(window.work.network)
    p.spin(0.8)
    p.take(window, "28-what-the-network-saw")
    p.appearance.choose(DARK)
    p.spin(0.3)
    p.take(window, "28-what-the-network-saw-dark")
    p.appearance.choose(LIGHT)
    window.close()


def _chance(held: ItemScore | None) -> float | None:
    """How likely the network finds an item atypical; None where it has not said."""
    said = [one.atypical for one in (held.proposed if held else ())]
    return next((one for one in said if one is not None), None)


def items(p: Photographer, data: Path) -> None:
    """The panel of an item judged by an angle, and of one judged by eye."""
    window = p.opened(data, (1440, 900))
    form = window.work.form
    for cell, name in (
        ((Side.RIGHT, Item.STANCE_DORSIFLEXION), "19-item-judged-by-an-angle"),
        ((Side.RIGHT, Item.INITIAL_CONTACT), "19-item-judged-by-eye"),
        ((Side.LEFT, Item.FOOT_ROTATION), "19-item-not-measurable"),
    ):
        form.focus_cell(cell)
        p.spin(0.8)
        p.take(window, name)
    window.close()


def _place(pane: Any, point: Landmark) -> QPoint:
    x, y = pane.film.pose.points_px[pane.shown_frame, point]
    left, top = pane.framing.to_pane(float(x), float(y))
    return QPoint(round(left), round(top))
