"""Writes ONNX files of small networks, in the format's own bytes (protobuf).

Source:
    onnx.proto of ONNX 1.12: numbers of the fields, and of the kinds of tensors and attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from gaitdesk.domain.arrays import AnyArray

_FLOAT, _INT64 = 1, 7
_OPSET = 13


def write_onnx(
    path: Path,
    nodes: Sequence[bytes],
    weights: Mapping[str, AnyArray],
    takes: tuple[str, Sequence[int]],
    gives: Mapping[str, Sequence[int]],
) -> None:
    """Write one network.

    Args:
        path: The file.
        nodes: As `node` makes them, in the order they are worked out in.
        weights: Float32 or int64 tensors by name.
        takes: Name and shape of its input.
        gives: Shape of each output by name.
    """
    graph = b"".join(_field(1, one) for one in nodes) + _field(2, b"faces")
    graph += b"".join(_field(5, _tensor(name, value)) for name, value in weights.items())
    graph += _field(11, _value(*takes))
    graph += b"".join(_field(12, _value(name, shape)) for name, shape in gives.items())
    opset = _field(1, b"") + _number(2, _OPSET)
    path.write_bytes(_number(1, 7) + _field(7, graph) + _field(8, opset))


def node(kind: str, takes: Sequence[str], gives: str, **said: int | Sequence[int] | str) -> bytes:
    """One step of a network: an operator, the names it reads and the one it makes."""
    made = b"".join(_field(1, name.encode()) for name in takes) + _field(2, gives.encode())
    made += _field(3, gives.encode()) + _field(4, kind.encode())
    return made + b"".join(_field(5, _attribute(name, value)) for name, value in said.items())


def _attribute(name: str, value: int | Sequence[int] | str) -> bytes:
    named = _field(1, name.encode())
    if isinstance(value, str):
        return named + _field(4, value.encode()) + _number(20, 3)
    if isinstance(value, int):
        return named + _number(3, value) + _number(20, 2)
    return named + b"".join(_number(8, one) for one in value) + _number(20, 7)


def _tensor(name: str, value: AnyArray) -> bytes:
    kind = _INT64 if value.dtype == np.int64 else _FLOAT
    sizes = b"".join(_number(1, one) for one in value.shape)
    return sizes + _number(2, kind) + _field(8, name.encode()) + _field(9, value.tobytes())


def _value(name: str, shape: Sequence[int]) -> bytes:
    sizes = b"".join(_field(1, _number(1, one)) for one in shape)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, _FLOAT) + _field(2, sizes)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
