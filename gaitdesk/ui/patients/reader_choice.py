"""Who shall read the films: the rules, the network, or both."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from gaitdesk.i18n import tr
from gaitdesk.ui.theme import em

RULES, NETWORK, BOTH = "rules", "childgait", "both"
"""The values of `jobs.reading.Readers`, which is not imported before there is a film."""
CHOICES = (BOTH, RULES, NETWORK)


def choice_words(choice: str) -> str:
    """What a choice is called."""
    if choice == BOTH:
        return tr("Rules and network")
    return tr("Network alone") if choice == NETWORK else tr("Rules alone")


class ReaderChoice(QWidget):
    """Offers who reads, and says what the network lacks or is good for.

    Signals:
        chosen: "rules", "childgait" or "both".
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QComboBox()
        self._box.setAccessibleName(tr("Read by"))
        for choice in CHOICES:
            self._box.addItem(choice_words(choice), choice)
        self._box.activated.connect(self._on_activated)
        self._words = QLabel()
        self._words.setProperty("role", "soft")
        self._words.setWordWrap(True)
        title = QLabel(tr("Read by"))
        title.setBuddy(self._box)
        gap = em(self, 0.9)
        row = QHBoxLayout()
        row.setSpacing(gap)
        row.addWidget(title)
        row.addWidget(self._box)
        row.addWidget(self._words, 1)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self._liked = BOTH
        self._can_network = False

    @property
    def choice(self) -> str:
        """Who reads."""
        return str(self._box.currentData())

    @property
    def words(self) -> str:
        """What is said beside the choice."""
        return self._words.text()

    def show_choice(self, liked: str) -> None:
        """Show who was chosen before; where no network can run, the rules read all the same."""
        self._liked = liked if liked in CHOICES else BOTH
        self._show()

    def look_for_network(self) -> None:
        """Find out whether a network can run here, and say what is missing."""
        from gaitdesk.childgait.installed import installed_networks
        from gaitdesk.jobs.reading import missing_libraries

        missing = missing_libraries()
        networks = [one for one in installed_networks() if one.is_present]
        self._can_network = bool(networks) and not missing
        if missing:
            words = tr(
                "The network needs {libraries}: python3 -m pip install 'gaitdesk[network]'"
            ).format(libraries=", ".join(missing))
        elif not networks:
            words = tr("No network is installed; the rules read alone.")
        elif networks[0].is_for_demonstration:
            words = tr("⚠ {network} is for demonstration: not for clinical use.").format(
                network=networks[0].reader
            )
        else:
            words = networks[0].reader
        self._words.setText(words)
        self._show()

    def _show(self) -> None:
        model = self._box.model()
        for row, choice in enumerate(CHOICES):
            item = model.item(row) if isinstance(model, QStandardItemModel) else None
            if item is not None:
                item.setEnabled(choice == RULES or self._can_network)
        self._box.setCurrentIndex(CHOICES.index(self._liked if self._can_network else RULES))

    def _on_activated(self) -> None:
        self._liked = self.choice
        self.chosen.emit(self.choice)
