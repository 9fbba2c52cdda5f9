"""Numbers of a training that are set by hand; left alone, the preset has one for each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from gaitdesk.i18n import tr
from gaitdesk.jobs.outlook_facts import Outlook
from gaitdesk.jobs.training_order import Details
from gaitdesk.ui.theme import em


@dataclass(frozen=True, slots=True)
class _Number:
    """One number: its name, what it is, and where it lies; the least stands for the preset's."""

    name: str
    words: str
    tip: str
    least: float
    most: float
    step: float
    decimals: int = 0


def _numbers() -> tuple[_Number, ...]:
    return (
        _Number("epochs", tr("Epochs"), tr("Times each clip is shown."), 1, 1000, 1),
        _Number("batch", tr("Clips a step"), tr("More are steadier and take memory."), 1, 128, 1),
        _Number(
            "pieces",
            tr("Pieces of a step"),
            tr("Computed one after the other; saves memory and learns the same."),
            1,
            128,
            1,
        ),
        _Number(
            "adapters",
            tr("Rank of adapters"),
            tr("Low-rank adapters learn in place of all weights; 0 for none."),
            0,
            64,
            1,
        ),
        _Number("rate", tr("Learning rate"), tr("Too large a rate forgets."), 1e-6, 1e-1, 1e-5, 6),
        _Number(
            "layer_decay",
            tr("Layer decay"),
            tr("Of the rate, from a block to the one below; 0 lets the heads learn alone."),
            0.0,
            1.0,
            0.05,
            2,
        ),
        _Number(
            "focal",
            tr("Focal loss"),
            tr("How much less an answer counts that is right already; 0 for not at all."),
            0.0,
            5.0,
            0.5,
            1,
        ),
        _Number(
            "greatest_weight",
            tr("Weight of rare answers"),
            tr("At most so many times that of common ones; 1 for no weights."),
            1.0,
            20.0,
            0.5,
            1,
        ),
        _Number("patience", tr("Patience"), tr("Epochs without gain before it stops."), 1, 1000, 1),
    )


class DetailsForm(QWidget):
    """Fields for numbers; each stands one step below its least until it is set by hand.

    Signals:
        changed: A number is another one.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = QFormLayout(self)
        form.setContentsMargins(em(self, 1.2), 0, 0, 0)
        form.setVerticalSpacing(em(self, 0.5))
        self.fields: dict[str, QSpinBox | QDoubleSpinBox] = {}
        for one in _numbers():
            field = self._field(one)
            self.fields[one.name] = field
            form.addRow(one.words, field)
        self.folds = QSpinBox()
        self.folds.setRange(1, 10)
        self.folds.setMaximumWidth(em(self, 14))
        self.folds.setSpecialValueText(tr("none"))
        self.folds.setAccessibleName(tr("Cross-validation"))
        self.folds.setToolTip(
            tr(
                "Parts of the patients that judge in turn, where patients are few; it takes so many"
                " times as long."
            )
        )
        self.folds.valueChanged.connect(self.changed)
        form.addRow(tr("Cross-validation"), self.folds)
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setMaximumWidth(em(self, 14))
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setToolTip(tr("The same seed with the same data brings the same network."))
        self.seed.valueChanged.connect(self.changed)
        form.addRow(tr("Seed"), self.seed)

    def _field(self, one: _Number) -> QSpinBox | QDoubleSpinBox:
        field: QSpinBox | QDoubleSpinBox
        if one.decimals:
            field = QDoubleSpinBox()
            field.setDecimals(one.decimals)
            field.setRange(one.least - 10**-one.decimals, one.most)
            field.setSingleStep(one.step)
            field.setValue(field.minimum())
        else:
            field = QSpinBox()
            field.setRange(int(one.least) - 1, int(one.most))
            field.setValue(field.minimum())
        field.setSpecialValueText(tr("as the preset"))
        field.setAccessibleName(one.words)
        field.setToolTip(one.tip)
        field.setMaximumWidth(em(self, 14))
        field.valueChanged.connect(self.changed)
        return field

    @property
    def given(self) -> Details:
        """What is set by hand."""
        held = {
            name: field.value()
            for name, field in self.fields.items()
            if field.value() > field.minimum()
        }
        return Details(**held)  # type: ignore[arg-type]

    @property
    def fold_count(self) -> int:
        """Parts for cross-validation; 0 for none."""
        return self.folds.value() if self.folds.value() > 1 else 0

    def show_numbers(self, found: Outlook) -> None:
        """Say what the preset's numbers are."""
        for name, value in (
            ("epochs", found.epochs),
            ("batch", found.batch),
            ("pieces", found.pieces),
            ("adapters", found.adapters),
        ):
            words = tr("as the preset: {number}").format(number=value)
            self.fields[name].setSpecialValueText(words)
