"""Names for the array types that cross floors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Image = npt.NDArray[np.uint8]
"""Picture of shape (height, width, 3), RGB, 8 bits a channel."""
AnyArray = npt.NDArray[Any]
