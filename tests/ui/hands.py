"""What a reviewer's hand does in a window, and how long it waits."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from gaitdesk.store.corrections import corrections
from gaitdesk.store.store import Store

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def settle(qtbot, window):
    """Wait until the visit is open and nothing is being worked out."""
    qtbot.waitUntil(lambda: window.document is not None and not window.is_busy)
    # Or the films would still go to the frame of the first item.
    window.work.settle()


def at(pane, place):
    """Where a place of the film is in its pane."""
    return QPointF(*pane.framing.to_pane(*(float(one) for one in place))).toPoint()


def drag(qtbot, pane, button, *places):
    """Press a button at the first place and let it go at the last."""
    qtbot.mousePress(pane, button, pos=at(pane, places[0]))
    for place in places[1:]:
        qtbot.mouseMove(pane, at(pane, place))
    qtbot.mouseRelease(pane, button, pos=at(pane, places[-1]))


def made(kept):
    """What was corrected in the first film of a visit, as the store holds it."""
    folder, session = kept
    with Store.open(folder) as store:
        return corrections(store, session).get(0, ())
