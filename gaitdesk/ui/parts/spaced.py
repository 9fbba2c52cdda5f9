"""Room between the columns of a table that are as wide as what stands in them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

_Index = QModelIndex | QPersistentModelIndex


class SpacedEntries(QStyledItemDelegate):
    """Leaves a space after each entry, or columns as wide as their words would touch."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * option.fontMetrics.averageCharWidth(), hint.height())
