"""A screen for windows in processes of their own: a true X server where there is one."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

SIZE = "1600x1000x24"
PLATFORM = "QT_QPA_PLATFORM"


def has_server() -> bool:
    """Whether an X server without a monitor, and what Qt needs to speak to it, are installed."""
    return shutil.which("Xvfb") is not None and ctypes.util.find_library("xcb-cursor") is not None


@contextmanager
def screen(size: str = SIZE) -> Iterator[dict[str, str]]:
    """A screen nobody looks at, for as long as it is used.

    Args:
        size: Width, height and bits of a pixel.

    Yields:
        The environment in which processes show their windows on it. Without an X server that is
        Qt's own platform without a screen.
    """
    plain = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    if not has_server():
        yield {**plain, PLATFORM: "offscreen"}
        return
    heard, told = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(told), "-screen", "0", size, "-nolisten", "tcp", "-dpi", "96"],
        pass_fds=[told],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    try:
        with os.fdopen(heard) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("the X server did not start")
        yield {**plain, PLATFORM: "xcb", "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()
