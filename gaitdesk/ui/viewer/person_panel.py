"""Who can be picked for the patient, in words and buttons, below the films."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gaitdesk.i18n import tr


class PersonPanel(QWidget):
    """Says who is seen in the frame in front, and offers them.

    Signals:
        picked: Number of a person, from 0.
        closed: The button that ends picking was pressed.
    """

    picked = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._buttons: list[QPushButton] = []
        self._done = QPushButton(tr("Done  (Esc)"))
        self._done.clicked.connect(self.closed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 4, 6, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self._done)

    @property
    def words(self) -> str:
        """What is said."""
        return self._words.text()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """A button for each person offered."""
        return tuple(self._buttons)

    def show_looking(self) -> None:
        """Say that people are being looked for."""
        self._offer(0, None)
        self._words.setText(tr("Looking for people in this frame …"))

    def show_words(self, words: str) -> None:
        """Say something else instead of offering anybody."""
        self._offer(0, None)
        self._words.setText(words)

    def show_people(self, count: int, patient: int | None) -> None:
        """Offer the people of a frame.

        Args:
            count: How many there are.
            patient: Which of them is followed; None where none of them is.
        """
        if not count:
            words = tr("Nobody is seen in this frame. Go to one that shows the right person.")
        elif count == 1 and patient is not None:
            words = tr(
                "Nobody is seen in this frame but the one who is followed. Go to a frame that shows"
                " the right person."
            )
        elif patient is None:
            words = tr(
                "%n person(s) are seen in this frame, and none of them is the one followed. Click"
                " the patient, or press their number.",
                "",
                count,
            )
        else:
            words = tr(
                "%n people are seen in this frame. Click the one who is the patient, or press their"
                " number: they are then followed through the whole film.",
                "",
                count,
            )
        self._words.setText(words)
        self._offer(0 if count == 1 and patient is not None else count, patient)

    def _offer(self, count: int, patient: int | None) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for number in range(count):
            button = QPushButton(str(number + 1))
            words = tr("Person {number} is the patient").format(number=number + 1)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setEnabled(number != patient)
            button.clicked.connect(lambda _=False, number=number: self.picked.emit(number))
            self._row.insertWidget(1 + number, button)
            self._buttons.append(button)
