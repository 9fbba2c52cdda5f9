"""How much of the machine's memory frames may take."""

from __future__ import annotations

import ctypes
import os
import sys

LEAST_NEAR_BYTES, MOST_NEAR_BYTES = 320_000_000, 1_200_000_000
"""Bounds of the memory of frames kept as they are, a film.

In panes of half a window these are some 90 and 370 frames of 720p: a loop of a gait cycle, and a
film of six seconds, play from memory where there is enough of it.
"""
NEAR_SHARE = 16
"""A film's frames take at most one part of so many of the machine's memory."""


def near_bytes_for(physical_bytes: int | None) -> int:
    """Most memory of the frames around the playhead, a film.

    Args:
        physical_bytes: Memory of the machine; None where it is not known.
    """
    if physical_bytes is None:
        return LEAST_NEAR_BYTES
    return min(max(physical_bytes // NEAR_SHARE, LEAST_NEAR_BYTES), MOST_NEAR_BYTES)


def physical_bytes() -> int | None:
    """Memory of this machine; None where the system does not say."""
    if sys.platform == "win32":
        return _windows_bytes()
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None
    return found if found > 0 else None


class _MemoryStatus(ctypes.Structure):
    """Windows' MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load_pct", ctypes.c_uint32),
        ("physical", ctypes.c_uint64),
        ("physical_free", ctypes.c_uint64),
        ("paged", ctypes.c_uint64),
        ("paged_free", ctypes.c_uint64),
        ("virtual", ctypes.c_uint64),
        ("virtual_free", ctypes.c_uint64),
        ("extended_free", ctypes.c_uint64),
    )


def _windows_bytes() -> int | None:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  there on Windows alone
    return int(status.physical) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
