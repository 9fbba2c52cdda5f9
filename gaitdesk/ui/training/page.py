"""The page on which a network is taught: data, training, result, and what to correct next."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.parts.tabbed_page import TabbedPage
from gaitdesk.ui.training.data_tab import DataTab
from gaitdesk.ui.training.next_tab import NextTab
from gaitdesk.ui.training.result_tab import ResultTab
from gaitdesk.ui.training.training_tab import TrainingTab


class TrainingPage(TabbedPage):
    """Holds the steps of teaching; a training goes on when somebody leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Train the network"), parent)
        self.data, self.training = DataTab(), TrainingTab()
        self.result, self.next = ResultTab(), NextTab()
        self.add_tabs(
            (self.data, tr("1  Data")),
            (self.training, tr("2  Training")),
            (self.result, tr("3  Result")),
            (self.next, tr("Correct next")),
        )

    def show_tab(self, tab: QWidget) -> None:
        """Put a step in front, with the keyboard in it."""
        self.tabs.setCurrentWidget(tab)
        self.focus_first()

    def focus_first(self) -> None:
        """Put the keyboard where work goes on."""
        front = self.tabs.currentWidget()
        wanted: tuple[QWidget, ...] = ()
        if front is self.data:
            wanted = (self.data.next_button, self.data.look_button)
        elif front is self.training:
            wanted = self.training.first_places
        elif front is self.result:
            wanted = (self.result.list,)
        elif front is self.next:
            wanted = (self.next.table, self.next.again_button)
        can = [one for one in wanted if one.isVisibleTo(self) and one.isEnabled()]
        (can[0] if can else self.tabs.tabBar()).setFocus()

    def show_blocked(self, is_blocked: bool) -> None:
        """Let nothing else be begun, or let it."""
        for tab in (self.data, self.training, self.result, self.next):
            tab.show_busy(is_blocked)

    def show_state(self, is_training: bool) -> None:
        """Say whether a training is under way."""
        self.beside.setText(tr("a training is under way") if is_training else "")

    def paint(self) -> None:
        """Draw the curves anew in the colours of the theme."""
        self.training.run.paint()
        self.result.paint()
