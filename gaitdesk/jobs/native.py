"""Shared libraries of the operating system that the installed packages load; standard library only.

The installer reads this table before anything is installed, and `doctor` reads it afterwards.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NativeLibrary:
    """One shared library that a wheel expects to find on Linux.

    Attributes:
        file: Name the dynamic loader looks for.
        apt: Debian's and Ubuntu's package that holds it.
    """

    file: str
    apt: str


VIDEO = (
    NativeLibrary("libGL.so.1", "libgl1"),
    NativeLibrary("libgthread-2.0.so.0", "libglib2.0-0"),
    NativeLibrary("libX11.so.6", "libx11-6"),
    NativeLibrary("libXext.so.6", "libxext6"),
    NativeLibrary("libSM.so.6", "libsm6"),
    NativeLibrary("libICE.so.6", "libice6"),
    NativeLibrary("libxcb.so.1", "libxcb1"),
    NativeLibrary("libstdc++.so.6", "libstdc++6"),
    NativeLibrary("libz.so.1", "zlib1g"),
)
"""What opencv-python, av, ai-edge-litert and scipy load beside libc.

Source:
    The NEEDED entries of every shared object in opencv-python 5.0.0.93, av 18.1.0,
    ai-edge-litert 2.3.0, numpy 2.4.6 and scipy 1.17.1, less what the wheels carry.
"""

WINDOW = (
    NativeLibrary("libEGL.so.1", "libegl1"),
    NativeLibrary("libfontconfig.so.1", "libfontconfig1"),
    NativeLibrary("libfreetype.so.6", "libfreetype6"),
    NativeLibrary("libdbus-1.so.3", "libdbus-1-3"),
    NativeLibrary("libxkbcommon.so.0", "libxkbcommon0"),
    NativeLibrary("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    NativeLibrary("libX11-xcb.so.1", "libx11-xcb1"),
    NativeLibrary("libxcb-cursor.so.0", "libxcb-cursor0"),
    NativeLibrary("libxcb-icccm.so.4", "libxcb-icccm4"),
    NativeLibrary("libxcb-image.so.0", "libxcb-image0"),
    NativeLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    NativeLibrary("libxcb-randr.so.0", "libxcb-randr0"),
    NativeLibrary("libxcb-render-util.so.0", "libxcb-render-util0"),
    NativeLibrary("libxcb-shape.so.0", "libxcb-shape0"),
    NativeLibrary("libxcb-xkb.so.1", "libxcb-xkb1"),
    NativeLibrary("libzstd.so.1", "libzstd1"),
)
"""What a PySide6 window loads besides, on an X11 screen.

Source:
    The NEEDED entries of Qt's core, graphics and xcb libraries in PySide6-Essentials 6.12.0.
"""


def missing(libraries: tuple[NativeLibrary, ...]) -> tuple[NativeLibrary, ...]:
    """Those that this computer cannot load; only Linux wheels leave any to the system."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(library for library in libraries if not _loads(library.file))


def install_command(
    libraries: tuple[NativeLibrary, ...], packages: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The command that installs them here, empty where no known package manager is found.

    Args:
        libraries: What is missing.
        packages: Further packages by Debian's name, left out on other systems.
    """
    if shutil.which("apt-get"):
        names = dict.fromkeys((*packages, *(library.apt for library in libraries)))
        return ("apt-get", "install", "-y", "--no-install-recommends", *names)
    # RPM packages provide the names of the libraries they hold.
    width = "()(64bit)" if sys.maxsize > 2**32 else ""
    for manager in ("dnf", "zypper"):
        if shutil.which(manager) and libraries:
            return (manager, "install", "-y", *(library.file + width for library in libraries))
    return ()


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
