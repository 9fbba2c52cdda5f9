"""Frozen values to plain JSON values and back, by the types their fields declare."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

JsonValue = Any
"""What `json` reads and writes: dict, list, str, int, float, bool or None."""


class FormInvalid(ValueError):
    """A JSON value that does not have the form its field demands; the text names the place."""


_hints = cache(typing.get_type_hints)


@cache
def _is_form(kind: Any) -> bool:
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


@cache
def _origin(kind: Any) -> Any:
    return typing.get_origin(kind)


@cache
def _inner(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind)


@cache
def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def encode(value: Any, leave_out: tuple[str, ...] = ()) -> JsonValue:
    """A value as JSON values.

    Frozen values become objects, enumerations their value, days ISO 8601, arrays and tuples
    lists; a number that is missing (NaN) becomes null.

    Args:
        value: Any of the domain's values.
        leave_out: Fields of the outermost value that are not written.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return value.value
        case str() | Path():
            return str(value)
        case date():
            return value.isoformat()
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            return None if np.isnan(value) else float(value)
        case np.ndarray():
            return _listed(value.tolist())
        case tuple() | list():
            return [encode(one) for one in value]
    return {
        field.name: encode(getattr(value, field.name))
        for field in _fields(value.__class__)
        if field.name not in leave_out
    }


def _listed(values: Any) -> Any:
    if isinstance(values, list):
        return [_listed(one) for one in values]
    # NaN is the one value that differs from itself.
    return None if values != values else values


def decode(kind: Any, value: JsonValue, place: str = "", **given: Any) -> Any:
    """The value of type `kind` that `encode` wrote.

    Args:
        kind: The declared type.
        value: What stands in the file.
        place: Where it stands, for the message of an error.
        given: Fields of the outermost value that do not stand in the file.

    Raises:
        FormInvalid: The value has another form.
    """
    if _is_form(kind):
        return _decode_fields(kind, value, place, given)
    origin, inner = _origin(kind), _inner(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in inner:
            return None
        return decode(next(one for one in inner if one is not type(None)), value, place)
    if origin is np.ndarray:
        return _decode_array(inner, value, place)
    if origin is tuple:
        items = _expect(list, value, place)
        return tuple(decode(inner[0], one, f"{place}[{i}]") for i, one in enumerate(items))
    if isinstance(kind, type) and issubclass(kind, tuple):
        return _decode_named(kind, value, place)
    return _decode_plain(kind, value, place)


def _decode_fields(kind: Any, value: JsonValue, place: str, given: dict[str, Any]) -> Any:
    held = _expect(dict, value, place)
    hints = _hints(kind)
    arguments = dict(given)
    for field in _fields(kind):
        if field.name in given:
            continue
        where = f"{place}.{field.name}".lstrip(".")
        if field.name in held:
            arguments[field.name] = decode(hints[field.name], held[field.name], where)
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise FormInvalid(f"{where} is missing")
    try:
        return kind(**arguments)
    except ValueError as error:
        raise FormInvalid(f"{place}: {error}") from error


def _decode_named(kind: Any, value: JsonValue, place: str) -> Any:
    """A named tuple, which is written as a list."""
    parts = _expect(list, value, place)
    hints = list(_hints(kind).values())
    if len(parts) != len(hints):
        raise FormInvalid(f"{place} has {len(parts)} parts instead of {len(hints)}")
    return kind(
        *(
            decode(hint, part, f"{place}[{i}]")
            for i, (hint, part) in enumerate(zip(hints, parts, strict=True))
        )
    )


def _decode_array(inner: tuple[Any, ...], value: JsonValue, place: str) -> Any:
    number = _inner(inner[1])[0]
    try:
        return np.array(_expect(list, value, place), dtype=number)
    except (TypeError, ValueError, OverflowError) as error:
        raise FormInvalid(f"{place} is no list of numbers") from error


def _decode_plain(kind: Any, value: JsonValue, place: str) -> Any:
    if kind is float:
        if value is None:
            return np.nan
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FormInvalid(f"{place} is no number")
        try:
            return float(value)
        except OverflowError as error:
            raise FormInvalid(f"{place} is too large") from error
    if kind is int and isinstance(value, bool):
        raise FormInvalid(f"{place} is no whole number")
    if kind in (int, bool, str):
        return _expect(kind, value, place)
    if kind is Path:
        return Path(_expect(str, value, place))
    if kind is date:
        return _decode_date(_expect(str, value, place), place)
    try:
        return kind(value)
    except ValueError as error:
        raise FormInvalid(f"{place} holds {value!r}, which is not known") from error


def _decode_date(value: str, place: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FormInvalid(f"{place} holds {value!r}, which is no day") from error


def _expect(kind: type, value: JsonValue, place: str) -> Any:
    if not isinstance(value, kind):
        raise FormInvalid(f"{place or 'the file'} is no {kind.__name__}")
    return value
