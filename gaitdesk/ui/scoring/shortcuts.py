"""The list of keys, shown on `?`."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.columns import Columns
from gaitdesk.ui.parts.scroll import scrolling
from gaitdesk.ui.theme import em, on_screen


def keys() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Groups of keys with what each does."""
    return (
        (
            tr("Scoring"),
            (
                ("0  1  2", tr("Give the score; again for the other direction")),
                ("N", tr("Not scorable, with the reason")),
                ("Enter", tr("Confirm, and go to the next that waits")),
                ("Space", tr("Confirm and stay")),
                ("A", tr("Accept all confident proposals")),
                ("U", tr("Next that waits for you")),
                ("C", tr("Comment; Esc goes back to the form")),
                ("Ctrl+Z", tr("Undo")),
                ("Ctrl+Shift+Z", tr("Redo")),
            ),
        ),
        (
            tr("Moving"),
            (
                ("↑  ↓", tr("Item before, next item")),
                ("←  →", tr("Left limb, right limb")),
                ("Home  End", tr("First item, last item")),
                ("Tab", tr("Next place that takes keys")),
                ("F6", tr("From form to films and back")),
                ("Shift+F6", tr("To item, totals and curves")),
            ),
        ),
        (
            tr("Films"),
            (
                ("J  K  L", tr("Play backwards, stop, play; again: faster")),
                (",  .", tr("One frame back, one frame on")),
                ("← →  ↑ ↓", tr("With the films in hand: frames, speed")),
                ("Shift+← →", tr("With the films in hand: ten frames")),
                ("+  −  F", tr("With the films in hand: enlarge, reduce, whole")),
                ("Ctrl+← → ↑ ↓", tr("With the films in hand: about the enlarged picture")),
                ("[  ]", tr("Gait event before, next gait event")),
                ("R", tr("Play this gait cycle again and again")),
                ("Q  W", tr("Mark a stretch from here, up to here")),
                ("Shift+R", tr("Play that stretch again and again")),
                ("Z", tr("Follow the child")),
                ("X", tr("The other film")),
                ("Y", tr("Synchronize the films")),
                ("Ctrl+,  Ctrl+.", tr("While synchronizing: second film by a frame")),
                ("Ctrl+Shift+, .", tr("While synchronizing: second film by ten frames")),
                ("F3  F4", tr("While synchronizing: the event in the first, the second film")),
                ("F5", tr("While synchronizing: as proposed")),
                ("O", tr("Drawings over the films")),
                ("M S G E T H", tr("Mask, skeleton, angles, events, trail, heat map")),
                ("Ctrl+1 … 4", tr("Side by side, stacked, one large, floating")),
                ("F11", tr("Films on the whole screen")),
            ),
        ),
        (
            tr("Corrections"),
            (
                ("D", tr("Move joints: arrows, Shift for ten pixels, Enter, Esc")),
                ("PgUp  PgDn", tr("While moving joints: joint before, next joint")),
                ("I  Shift+I", tr("Exchange left and right from here, up to here")),
                ("Ctrl+I", tr("Exchange left and right in those frames")),
                ("B", tr("Brush the mask: [ ] size, X erase, arrows, Space")),
                ("Shift+B", tr("Click the child: X not the child, arrows, Space")),
                ("Ctrl+Enter", tr("While brushing or clicking: a model follows the mask")),
                ("P", tr("Choose another person: 1 to 9")),
                ("↑  ↓", tr("On the timeline: gait event before, next gait event")),
                ("Ctrl+← →", tr("On the timeline: move the event chosen by a frame")),
                ("Del", tr("On the timeline: delete the event chosen")),
                ("Enter", tr("On the timeline: add an event to the film in front")),
                ("+  −", tr("On the timeline: enlarge, reduce")),
                ("Ctrl+R", tr("Let the network read")),
                ("← →  ↑ ↓", tr("In the network's pictures: choose another frame")),
                ("Ctrl+T", tr("Train the network")),
            ),
        ),
        (
            tr("Visits"),
            (
                ("/  Ctrl+F", tr("Search visits")),
                ("Enter", tr("In the list: open the visit")),
                ("Space", tr("In the list: tick the visit to be compared")),
                ("Ctrl+D", tr("Compare the visits ticked, or with the one before")),
                ("K  ,  .", tr("In a comparison: play, one per cent back, on")),
                ("1 … 9", tr("On a film that is brought in: which person is the child")),
                ("F2", tr("Child, day and conditions")),
                ("Ctrl+W", tr("Close the visit")),
            ),
        ),
        (
            tr("Records"),
            (
                ("F7", tr("Write findings and recommendations")),
                ("Ctrl+Shift+S", tr("Sign the scoresheet")),
                ("Ctrl+Shift+A", tr("Amend a signed visit")),
                ("Ctrl+Return", tr("Finish this reading")),
                ("← →  R", tr("In the list of readers: whose word stands, and why")),
                ("Ctrl+Shift+R", tr("Readings")),
                ("Ctrl+Shift+T", tr("Training set")),
                ("Shift+F2", tr("Name of the child")),
                ("F8", tr("While typing a passphrase: show it, hide it")),
                ("Ctrl+L", tr("Lock now")),
            ),
        ),
        (
            tr("Window"),
            (
                ("Ctrl+O", tr("Open films")),
                ("Ctrl+B", tr("Patients and visits")),
                ("Ctrl+E", tr("Save the results")),
                ("Ctrl+P", tr("Look at the report")),
                ("Ctrl++  Ctrl+−", tr("Larger and smaller text")),
                ("Ctrl+Shift+← → ↑ ↓", tr("Move the border of the part that has the keyboard")),
                ("?", tr("This list")),
            ),
        ),
    )


SECOND_KEYS = {
    *("Ctrl+Space", "Alt+Right", "Alt+Left", "Ctrl+Y", "Ctrl+=", "Ctrl+0", "Ctrl+Q"),
    *(f"Ctrl+{number}" for number in range(1, 5)),
}
"""Second keys of something that is listed, or of what every program does."""


def keys_in_menus(actions: Iterable[QAction]) -> tuple[tuple[str, str], ...]:
    """Keys of actions that stand in no group, with what each does.

    Args:
        actions: Those of a window; only what works in all of it is named.
    """
    listed = [key for _, entries in keys() for key, _ in entries]
    known = {part.replace("−", "-") for key in listed for part in key.split()}
    found: dict[str, str] = {}
    for action in actions:
        if action.shortcutContext() is not Qt.ShortcutContext.WindowShortcut:
            continue
        for sequence in action.shortcuts():
            key = sequence.toString(QKeySequence.SequenceFormat.PortableText)
            if key not in known | SECOND_KEYS:
                found[key] = action.text().rstrip(" …")
    return tuple(found.items())


class ShortcutDialog(QDialog):
    """Shows every key, also those that only the menus of its window offer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        inside = QWidget()
        columns = Columns(em(self, 2.5))
        inside.setLayout(columns)
        scoring, moving, films, corrections, visits, records, window = keys()
        more = keys_in_menus(parent.actions() if parent is not None else ())
        others = ((tr("Also in the menus"), more),) if more else ()
        for groups in (
            (scoring, moving, records),
            (films, window),
            (corrections, visits, *others),
        ):
            column = QWidget()
            grid = QGridLayout(column)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(em(self, 1.2))
            grid.setVerticalSpacing(em(self, 0.35))
            grid.setColumnStretch(1, 1)
            row = 0
            for title, entries in groups:
                heading = QLabel(title)
                heading.setProperty("role", "heading")
                heading.setContentsMargins(0, em(self, 0.4) if row else 0, 0, 0)
                grid.addWidget(heading, row, 0, 1, 2)
                row += 1
                for key, words in entries:
                    label = QLabel(key)
                    label.setProperty("role", "key")
                    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                    said = QLabel(words)
                    said.setWordWrap(True)
                    grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
                    grid.addWidget(said, row, 1, Qt.AlignmentFlag.AlignTop)
                    row += 1
            grid.setRowStretch(row, 1)
            columns.add_column(column, em(self, 28), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        gap = em(self, 1.4)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(em(self, 1))
        layout.addWidget(scrolling(inside), 1)
        layout.addWidget(buttons)
        self.resize(on_screen(self, 100, 76))
