"""What the operating system must provide: the venv module's parts and shared libraries."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

from gaitdesk.jobs.native import VIDEO, WINDOW, NativeLibrary, install_command, missing
from installers.errors import InstallFailed


def provide(needs_venv: bool, needs_window: bool = False) -> None:
    """Install what is missing as root on Debian; elsewhere, say with which command to do it.

    Args:
        needs_venv: Whether a virtual environment is going to be made.
        needs_window: Whether Qt is going to be installed.

    Raises:
        InstallFailed: Something is missing and was not installed; the text has the command.
    """
    absent, packages = lacking(needs_venv, needs_window)
    if not absent and not packages:
        return
    command = install_command(absent, packages)
    if command and command[0] == "apt-get" and _is_root():
        print(f"Installing system packages: {' '.join(command[4:])}", flush=True)
        _apt(command)
        absent, packages = lacking(needs_venv, needs_window)
        if not absent and not packages:
            return
    raise InstallFailed(instruction(absent, packages, command))


def offer_tools(tools: Mapping[str, str]) -> None:
    """Install programs that tests use where they are there; only as root on Debian.

    Where that fails, tests that would use them are skipped and say so.

    Args:
        tools: Debian's package by the name of the program.
    """
    absent = [package for program, package in tools.items() if shutil.which(program) is None]
    if absent and shutil.which("apt-get") and _is_root():
        print(f"Installing programs for the tests: {' '.join(absent)}", flush=True)
        _apt(install_command((), tuple(absent)))


def lacking(
    needs_venv: bool, needs_window: bool
) -> tuple[tuple[NativeLibrary, ...], tuple[str, ...]]:
    """Shared libraries, and Debian packages of Python's own, that are not there."""
    importlib.invalidate_caches()
    has_pip_for_venv = importlib.util.find_spec("ensurepip") is not None
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = (f"{version}-venv",) if needs_venv and not has_pip_for_venv else ()
    return missing((*VIDEO, *WINDOW) if needs_window else VIDEO), packages


def instruction(
    absent: tuple[NativeLibrary, ...], packages: tuple[str, ...], command: tuple[str, ...]
) -> str:
    """What a person has to type, or find, before installing can go on."""
    things = ", ".join((*packages, *(library.file for library in absent)))
    if not command:
        return (
            f"This system lacks: {things}. Install the packages that hold them (for Python's"
            " venv and ensurepip: a complete Python from python.org or, on macOS, `brew install"
            " python`), then start again."
        )
    prefix = "" if _is_root() else "sudo "
    return (
        f"This system lacks: {things}. Run\n\n    {prefix}{' '.join(command)}\n\n"
        "and then start again."
    )


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _apt(command: tuple[str, ...]) -> None:
    options = ("-o", "DPkg::Lock::Timeout=300", "-qq")
    install = (command[0], *options, *command[1:])
    if not _runs(install):
        # A fresh system has no list of packages, and an old list names files that are gone.
        _runs((command[0], *options, "update"), is_last=True)
        _runs(install, is_last=True)


def _runs(command: tuple[str, ...], is_last: bool = False) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode and is_last:
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0
