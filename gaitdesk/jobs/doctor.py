"""What on this computer works and what does not, tried rather than assumed, each with a remedy."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gaitdesk import __version__
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import before_gap, columns_of, listed, tr
from gaitdesk.jobs.codings import CODINGS, CodingFails, try_coding
from gaitdesk.jobs.native import VIDEO, WINDOW, install_command, missing
from gaitdesk.jobs.sapiens_package import NAME as SAPIENS
from gaitdesk.jobs.sapiens_package import installed_package
from gaitdesk.paths import model_folders, user_folder


class State(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is, for people.
        state: `FAIL` where an analysis cannot succeed, `WARN` where something lesser is lost.
        text: What was found.
        remedy: What to do about it; empty where nothing need be done.
    """

    name: str
    state: State
    text: str
    remedy: str = ""


LITTLE_DISK_MB = 2000
"""Below this a warning: a few sessions' overlay films and reports fill it."""

NO_DISK_MB = 200
"""Below this an analysis is likely to run out of room."""


def examine() -> Job[tuple[Finding, ...]]:
    """Try everything an analysis stands on.

    Yields:
        One event before each thing that is tried.
    """
    parts: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        (tr("Program"), _program),
        (tr("Packages"), _packages),
        (tr("System libraries"), _native_libraries),
        (tr("Models"), _models),
        (tr("Optional packages"), _optional),
        (tr("Film codings"), _codings),
        (tr("Disk"), _disks),
        (tr("Screen"), _screen),
    )
    findings: list[Finding] = []
    for done, (name, look) in enumerate(parts):
        yield Progress(done, len(parts), tr("Looking at: {part}").format(part=name))
        findings.extend(look())
    yield Progress(len(parts), len(parts), tr("Looked at everything"))
    return tuple(findings)


def lines(findings: tuple[Finding, ...]) -> Generator[str, None, None]:
    """The findings as text for a terminal, one line each, and its remedy below it."""
    width = max((columns_of(finding.name) for finding in findings), default=0)
    for finding in findings:
        yield f"{finding.state.value:<5} {before_gap(finding.name, width)}  {finding.text}"
        if finding.remedy:
            yield f"{'':<5} {'':<{width}}  -> {finding.remedy}"
    failed = sum(finding.state is State.FAIL for finding in findings)
    warned = sum(finding.state is State.WARN for finding in findings)
    if failed:
        yield tr("%n thing(s) must be mended before films can be analysed.", "", failed)
    elif warned:
        yield tr("Films can be analysed; %n thing(s) could be better.", "", warned)
    else:
        yield tr("Everything works.")


def _program() -> Iterator[Finding]:
    yield Finding(
        tr("Program"),
        State.OK,
        tr("GaitDesk {version}, Python {python}, {system} {machine}, {cores} processors").format(
            version=__version__,
            python=platform.python_version(),
            system=platform.system(),
            machine=platform.machine(),
            cores=os.cpu_count() or 1,
        ),
    )


def _packages() -> Iterator[Finding]:
    """Versions of what the core needs, as its own metadata lists it."""
    try:
        required = importlib.metadata.requires("gaitdesk") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding(
            tr("Packages"),
            State.FAIL,
            tr("GaitDesk is not installed in this Python ({python}).").format(
                python=sys.executable
            ),
            tr("Start it with: python3 installers/run.py"),
        )
        return
    names = [
        re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line
    ]
    versions, absent = [], []
    for name in names:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    if absent:
        yield Finding(
            tr("Packages"),
            State.FAIL,
            tr("Not installed: {names}").format(names=listed(absent)),
            tr("Delete the folder .venv and start again with: python3 installers/run.py"),
        )
    yield Finding(tr("Packages"), State.OK, listed(versions))


def _native_libraries() -> Iterator[Finding]:
    absent = missing(VIDEO + WINDOW if _has_window() else VIDEO)
    if not absent:
        yield Finding(tr("System libraries"), State.OK, tr("All are there"))
        return
    command = install_command(absent)
    needed = any(library in VIDEO for library in absent)
    yield Finding(
        tr("System libraries"),
        State.FAIL if needed else State.WARN,
        tr("Missing: {files}").format(files=listed(library.file for library in absent)),
        tr("Run: sudo {command}").format(command=" ".join(command))
        if command
        else tr("Install the packages of your system that hold these files."),
    )


def _models() -> Iterator[Finding]:
    """Every model package in the model folders runs once, for real."""
    folders = [
        folder
        for parent in model_folders()
        if parent.is_dir()
        for folder in sorted(parent.iterdir())
        if (folder / "package.toml").is_file()
    ]
    seen: set[str] = set()
    absent: list[str] = []
    for folder in folders:
        if folder.name not in seen:
            seen.add(folder.name)
            finding = _model(folder)
            if finding is None:
                absent.append(folder.name)
            else:
                yield finding
    if absent:
        yield Finding(
            tr("Other models"),
            State.OK,
            tr("None of these is installed, and none is needed: {names}").format(
                names=listed(absent)
            ),
        )
    if "blazepose" not in seen:
        yield Finding(
            tr("Model {name}").format(name="blazepose"),
            State.FAIL,
            tr("The model that finds the child is not there."),
            tr("Start again with: python3 installers/run.py"),
        )


def _model(folder: Path) -> Finding | None:
    """One model, run; None for one whose files nobody has brought."""
    name = tr("Model {name}").format(name=folder.name)
    # Without the default nothing goes; without another one, the default still does.
    is_needed = folder.name == "blazepose"
    lost = State.FAIL if is_needed else State.WARN
    try:
        from gaitdesk.jobs.eyes import self_test_of
        from gaitdesk.perception.package import read_package

        package = read_package(folder)
        if not package.is_stated:
            return None
        test = self_test_of(package)
        if test is None:
            return Finding(
                name,
                State.WARN,
                tr("Nothing in this version of GaitDesk uses it, so it was not run."),
                tr("Remove {folder}, or install the version it belongs to.").format(folder=folder),
            )
        package.verify()
        return Finding(name, State.OK, test(package))
    except GaitDeskError as error:
        remedy = (
            tr("Start again with: python3 installers/run.py")
            if is_needed
            else tr("The default model works without it.")
        )
        return Finding(name, lost, str(error), remedy)
    except ImportError as error:
        return Finding(
            name,
            lost,
            tr("It cannot run: {reason}").format(reason=error),
            tr("Mend the system libraries and packages named above first."),
        )


def _optional() -> Iterator[Finding]:
    """The package that fetches the files of Sapiens, where somebody has installed it."""
    held = installed_package()
    python = platform.python_version()
    if held is None:
        yield Finding(
            SAPIENS,
            State.OK,
            tr("Not installed, and not needed: GaitDesk reads the files of Sapiens itself."),
        )
    elif not held.failure:
        yield Finding(
            SAPIENS,
            State.OK,
            tr(
                "{version} is installed and can be imported on Python {python}. GaitDesk reads the"
                " files it fetches itself."
            ).format(version=held.version, python=python),
        )
    elif not held.fetch_failure:
        yield Finding(
            SAPIENS,
            State.OK,
            tr(
                "{version} is installed and cannot be imported on Python {python} ({reason}); its"
                " part that fetches files can, and GaitDesk needs no other."
            ).format(version=held.version, python=python, reason=held.failure),
        )
    else:
        yield Finding(
            SAPIENS,
            State.WARN,
            tr(
                "{version} is installed and cannot be imported on Python {python} ({reason}), nor"
                " can its part that fetches files ({other})."
            ).format(
                version=held.version,
                python=python,
                reason=held.failure,
                other=held.fetch_failure,
            ),
            tr(
                "Fetch the files of Sapiens with a browser, from where gaitdesk models list says;"
                " GaitDesk reads them without this package."
            ),
        )


def _codings() -> Iterator[Finding]:
    for coding in CODINGS:
        name = tr("Coding {name}").format(name=coding.name)
        try:
            yield Finding(name, State.OK, try_coding(coding))
        except ImportError as error:
            yield Finding(
                name,
                State.FAIL,
                tr("Films cannot be read: {reason}").format(reason=error),
                tr("Mend the system libraries and packages named above first."),
            )
        except CodingFails as error:
            yield Finding(
                name,
                State.WARN,
                str(error),
                tr(
                    "Films coded this way cannot be read here; convert them to H.264 in mp4, or"
                    " install again with: python3 installers/run.py"
                ),
            )


def _disks() -> Iterator[Finding]:
    for name, folder in (
        (tr("Disk, user data"), user_folder()),
        (tr("Disk, temporary"), Path(tempfile.gettempdir())),
    ):
        yield disk(name, folder)


def disk(name: str, folder: Path) -> Finding:
    """Room and write access in a folder, or in the nearest one above it that exists."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free_mb = shutil.disk_usage(place).free / 1e6
    text = tr("{free:.0f} MB free in {folder}").format(free=free_mb, folder=folder)
    if not os.access(place, os.W_OK):
        return Finding(
            name,
            State.FAIL,
            tr("{folder} cannot be written").format(folder=place),
            tr("Ask for write access to it, or name another folder in GAITDESK_DATA or TMPDIR."),
        )
    if free_mb < LITTLE_DISK_MB:
        state = State.FAIL if free_mb < NO_DISK_MB else State.WARN
        return Finding(name, state, text, tr("Free some space on this disk."))
    return Finding(name, State.OK, text)


def _screen() -> Iterator[Finding]:
    if _has_screen():
        yield Finding(tr("Screen"), State.OK, tr("A window can be shown"))
    elif _has_window():
        yield Finding(
            tr("Screen"),
            State.WARN,
            tr("None was found, so no window can be shown; the command line needs none"),
            tr("Log in at a desktop, or set DISPLAY, to work in a window."),
        )
    else:
        yield Finding(tr("Screen"), State.OK, tr("None was found, and the command line needs none"))


def _has_window() -> bool:
    return importlib.util.find_spec("PySide6") is not None


def _has_screen() -> bool:
    """Whether a window system answers; Windows and macOS always have one at a login."""
    if not sys.platform.startswith("linux"):
        return True
    runtime, wayland = os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("WAYLAND_DISPLAY")
    if runtime and wayland and (Path(runtime) / wayland).exists():
        return True
    if not os.environ.get("DISPLAY"):
        return False
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(ctypes.c_void_p(display))
    return bool(display)
