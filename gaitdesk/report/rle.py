"""Run-length coding of masks as COCO does it: column by column, first run of background."""

from __future__ import annotations

import numpy as np

from gaitdesk.domain.arrays import BoolArray, IntArray
from gaitdesk.domain.mask import FrameMask

# A digit holds 5 bits of a count; 0x10 is its sign, 0x20 says that another digit follows, and
# 48 moves the 64 digits into printable characters.
_DIGIT_BITS = 5
_DIGIT = 0x1F
_SIGN = 0x10
_MORE = 0x20
_FIRST_CHARACTER = 48


def run_lengths(mask: FrameMask, height: int, width: int) -> IntArray:
    """Lengths of background and person runs in turn, column by column, starting with background.

    Args:
        mask: Mask in its box.
        height: Height of the whole picture, pixels.
        width: Its width.

    Returns:
        Counts that add up to height x width, shape (runs,).
    """
    columns = np.zeros((mask.width, mask.height + 2), np.int8)
    columns[:, 1:-1] = mask.box().T
    edges = np.diff(columns, axis=1)
    column, row = np.nonzero(edges == 1)
    starts = (mask.left + column) * height + mask.top + row
    column, row = np.nonzero(edges == -1)
    ends = (mask.left + column) * height + mask.top + row
    # A run that reaches the floor of one column may go on at the ceiling of the next.
    is_joined = starts[1:] == ends[:-1]
    starts = np.concatenate([starts[:1], starts[1:][~is_joined]])
    ends = np.concatenate([ends[:-1][~is_joined], ends[-1:]])
    places = np.column_stack([starts, ends]).ravel()
    total = height * width
    if len(places) and places[-1] == total:
        places = places[:-1]
    return np.diff(np.concatenate([[0], places, [total]])).astype(np.int64)


def mask_of(counts: IntArray, height: int, width: int) -> FrameMask | None:
    """The mask that `run_lengths` described; None when it is empty.

    Raises:
        ValueError: The runs do not fill the picture exactly.
    """
    if (counts < 0).any() or int(counts.sum()) != height * width:
        raise ValueError("the runs of a mask do not fill its picture")
    values: BoolArray = np.arange(len(counts)) % 2 == 1
    return FrameMask.of(np.repeat(values, counts).reshape(width, height).T)


def compressed(counts: IntArray) -> str:
    """Counts as COCO's printable text; from the fourth on, the difference to two before."""
    left = counts.astype(np.int64)
    left[3:] -= counts[1:-2]
    digits: list[IntArray] = []
    is_open = np.ones(len(left), np.bool_)
    while is_open.any():
        digit = left & _DIGIT
        left = left >> _DIGIT_BITS
        goes_on = np.where(digit & _SIGN, left != -1, left != 0) & is_open
        # -1 marks a place where the number has already ended.
        digits.append(np.where(is_open, digit + goes_on * _MORE + _FIRST_CHARACTER, -1))
        is_open = goes_on
    table = np.stack(digits, axis=1).ravel() if digits else np.zeros(0, np.int64)
    return table[table >= 0].astype(np.uint8).tobytes().decode("ascii")


def uncompressed(text: str) -> IntArray:
    """The counts that `compressed` wrote.

    Raises:
        ValueError: The text is no such coding, or ends within a number.
    """
    counts: list[int] = []
    value = shift = 0
    for character in text.encode("ascii"):
        digit = character - _FIRST_CHARACTER
        if not 0 <= digit < 64:
            raise ValueError("a mask's run lengths hold a wrong character")
        value |= (digit & _DIGIT) << shift
        shift += _DIGIT_BITS
        if digit & _MORE:
            continue
        if digit & _SIGN:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise ValueError("a mask's run lengths end within a number")
    return np.array(counts, np.int64)
