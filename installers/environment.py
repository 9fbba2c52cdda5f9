"""The folder .venv: made once, kept in step with pyproject.toml, mended when it is broken.

A stamp inside it says what was installed; it is written last and taken away first. So with the
stamp, everything is there and a start costs a few file look-ups; without it, an installation was
cut short, and the folder is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from installers.errors import InstallFailed
from installers.lock import LOCK_NAME, locked
from installers.stamp import LAYOUT, Stamp

NEEDED_MB = {"": 900, "window": 500, "test": 1900, "network": 1500, "exchange": 60}
"""Disk that each set of packages may take while it is being installed."""

WITH_TORCH = frozenset({"network", "test"})
"""Sets that hold PyTorch, whose build has to be chosen before pip chooses one."""

WITH_QT = frozenset({"window", "test"})
"""Sets that hold Qt, which expects libraries of the system's own."""

OFFLINE = """
GaitDesk could not be installed: pip stopped with the error above.
  Is this computer on the internet? If a proxy is needed, set HTTPS_PROXY; if that proxy has
  a certificate of its own, set PIP_CERT to its file. Then start again.
  For a computer that has no internet, see "Without internet" in README.md."""


class Environment:
    """The virtual environment of one project folder.

    Attributes:
        root: The project folder.
        folder: The environment's.
        python: Its interpreter.
        stamp_file: Where its stamp lies.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        scripts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        self.python = self.folder.joinpath(*scripts)
        self.stamp_file = self.folder / "installed.json"

    @staticmethod
    def of_this_folder() -> Environment:
        """The one beside this folder."""
        return Environment(Path(__file__).resolve().parent.parent)

    def prepare(self, extras: Iterable[str] = ()) -> Path:
        """The environment's interpreter, after installing whatever is not there yet.

        Raises:
            InstallFailed: Something could not be installed.
        """
        wanted = frozenset(extras)
        stamp = Stamp.read(self.stamp_file)
        if stamp is None or not self.fits(stamp, wanted) or not stamp.has_weights:
            with locked(self.folder) as lock:
                stamp = Stamp.read(self.stamp_file)
                if stamp is None or not self.fits(stamp, wanted):
                    stamp = self._install(stamp, wanted, lock)
                if not stamp.has_weights:
                    replace(stamp, weights=self._fetch_weights(lock)).write(self.stamp_file)
        return self.python

    def fits(self, stamp: Stamp, wanted: frozenset[str]) -> bool:
        """Whether all that is wanted is installed, from the pyproject.toml of today."""
        return (
            self.is_sound(stamp)
            and stamp.project == self.project_hash()
            and wanted <= set(stamp.extras)
        )

    def is_sound(self, stamp: Stamp) -> bool:
        """Whether the environment can be used, or brought up to date, as it stands."""
        return (
            stamp.layout == LAYOUT
            and stamp.root == str(self.root)
            and self.python.exists()
            and stamp.python == self.interpreter()
        )

    def interpreter(self) -> str:
        """The Python the environment stands on, empty where it is gone.

        Linux and macOS link to it; Windows copies a launcher and names it in a settings file.
        """
        base = self.python.resolve()
        if os.name == "nt":
            base = launched(self.folder / "pyvenv.cfg")
        return str(base) if base.is_file() else ""

    def project_hash(self) -> str:
        """SHA-256 of pyproject.toml."""
        return hashlib.sha256((self.root / "pyproject.toml").read_bytes()).hexdigest()

    def _install(self, stamp: Stamp | None, wanted: frozenset[str], lock: int) -> Stamp:
        # Imported here so that a start that installs nothing does not pay for them.
        from installers import network, system

        _require_disk(self.root, wanted)
        kept = stamp if stamp is not None and self.is_sound(stamp) else None
        extras_after = wanted | set(kept.extras) if kept is not None else wanted
        system.provide(needs_venv=kept is None, needs_window=bool(WITH_QT & extras_after))
        self.stamp_file.unlink(missing_ok=True)
        if kept is None:
            print("Installing GaitDesk into .venv; this takes a minute or more ...", flush=True)
            self._make(lock)
        else:
            print("Bringing GaitDesk in .venv up to date ...", flush=True)
            wanted |= set(kept.extras)
        if WITH_TORCH & wanted:
            choices = network.torch_choices(sys.platform, network.has_nvidia_driver())
            if not any(self._pip(choice, lock) for choice in choices):
                raise InstallFailed(OFFLINE)
        extras = f"[{','.join(sorted(wanted))}]" if wanted else ""
        if not self._pip(("--editable", f".{extras}"), lock):
            raise InstallFailed(OFFLINE)
        installed = Stamp(
            project=self.project_hash(),
            root=str(self.root),
            python=self.interpreter(),
            version=".".join(map(str, sys.version_info[:3])),
            extras=tuple(sorted(wanted)),
            weights={} if kept is None else kept.weights,
        )
        installed.write(self.stamp_file)
        return installed

    def _make(self, lock: int) -> None:
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != LOCK_NAME:
                entry.unlink()
        command = [sys.executable, "-m", "venv", str(self.folder)]
        done = self._run(command, lock, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise InstallFailed(
                f"{done.stdout.strip()}\nPython could not make the folder {self.folder}: see above."
                " Where its venv module is damaged, install Python again; then start again."
            )

    def _pip(self, words: tuple[str, ...], lock: int) -> bool:
        command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["--no-input", *words]
        if not sys.stdout.isatty():
            command.append("--quiet")
        return self._run(command, lock).returncode == 0

    def _fetch_weights(self, lock: int) -> dict[str, int]:
        script = Path(__file__).with_name("weights.py")
        done = self._run([str(self.python), "-P", str(script)], lock, stdout=subprocess.PIPE)
        if done.returncode:
            raise InstallFailed(
                "A model could not be put in place: see above. Without internet, see README.md."
            )
        sizes: dict[str, int] = json.loads(done.stdout)
        return sizes

    def _run(
        self, command: list[str], lock: int, stdout: int | None = None, stderr: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=clean_variables(dict(os.environ)),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            # A console's alphabet is not the one Python reads its words with on every system.
            errors="replace",
            check=False,
            pass_fds=() if os.name == "nt" else (lock,),
        )


def launched(settings: Path) -> Path:
    """The Python that an environment's settings file names."""
    try:
        text = settings.read_text(encoding="utf-8")
    except OSError:
        text = ""
    pairs = [line.partition("=") for line in text.splitlines()]
    homes = [value.strip() for key, _, value in pairs if key.strip() == "home"]
    return Path(homes[0], "python.exe") if homes else settings.with_name("no home")


def clean_variables(variables: dict[str, str]) -> dict[str, str]:
    """Without the settings that would lead Python or pip out of the environment."""
    leading_out = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    kept = {name: value for name, value in variables.items() if name not in leading_out}
    return {**kept, "PIP_USER": "0"}


def _require_disk(root: Path, wanted: frozenset[str]) -> None:
    needed_mb = sum(NEEDED_MB.get(extra, 0) for extra in {"", *wanted})
    free_mb = shutil.disk_usage(root).free / 1e6
    if free_mb < needed_mb:
        raise InstallFailed(
            f"Only {free_mb:.0f} MB are free on the disk of {root}, and installing needs"
            f" {needed_mb} MB. Free some space and start again."
        )
