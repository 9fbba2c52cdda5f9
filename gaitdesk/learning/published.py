"""What others have reached elsewhere: shown beside our own numbers, and never compared with them.

They are of other children, about 26 for each item and limb, typical and atypical ones in like
numbers; five of them differ from the authors' own figure by one or two children.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Item
from gaitdesk.i18n import noted
from gaitdesk.paths import resources_folder

SOURCE = noted(
    "Decoding Children's Gait Behavior (ECCV 2026, arXiv 2608.00371), project page: accuracy on"
    " the CGV test split, typical or atypical"
)
FILE = "evaluation/published_results.csv"


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One method and limb.

    Attributes:
        method: As the authors call it.
        side: The limb.
        accuracy: Of each item, share, in the order of the form.
        mean: Over items, as printed.
        f1: Mean over items; NaN where it is not printed.
    """

    method: str
    side: Side
    accuracy: tuple[float, ...]
    mean: float
    f1: float

    def of(self, item: Item) -> float:
        """Accuracy of one item."""
        return self.accuracy[list(Item).index(item)]


def published_rows() -> tuple[PublishedRow, ...]:
    """The rows, in the order of the file."""
    text = (resources_folder() / FILE).read_text(encoding="utf-8")
    return tuple(_row(held) for held in csv.DictReader(text.splitlines()))


def _row(held: dict[str, str]) -> PublishedRow:
    # The file's columns have the authors' order, which is not that of the form.
    accuracy = tuple(float(held[item.value]) / 100.0 for item in Item)
    side = Side.LEFT if held["limb"] == "L" else Side.RIGHT
    f1 = float(held["F1"]) if held["F1"] else float("nan")
    return PublishedRow(held["method"], side, accuracy, float(held["AVG"]) / 100.0, f1)
