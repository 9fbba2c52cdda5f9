"""The package sapiens-inferece: whether it is installed, and what of it works on this Python.

GaitDesk reads the files of Sapiens itself and runs nothing of the package. All it is good for is to
fetch those files on a computer that has a network.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from gaitdesk.i18n import tr

NAME = "sapiens-inferece"
"""As the package index spells it."""

LONGEST_S = 120
"""It loads torch, which takes long on a slow disk."""

_FETCHING = "common.py"
_FETCH = "download_hf_model"
_TRY = f"""
import importlib, importlib.util, json, sys

def refuse(event, _):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise OSError("no network is used here")

def failure(attempt):
    try:
        attempt()
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"
    return ""

def fetching():
    spec = importlib.util.spec_from_file_location("fetching", file)
    part = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(part)
    part.{_FETCH}

sys.addaudithook(refuse)
places, module, file = sys.argv[1:]
sys.path[:] = json.loads(places)
print(json.dumps([failure(lambda: importlib.import_module(module)), failure(fetching)]))
"""


@dataclass(frozen=True, slots=True)
class SapiensPackage:
    """What of the package works here.

    Attributes:
        version: The release that is installed.
        failure: Why it cannot be imported; empty where it can.
        fetch_failure: Why not even its part that fetches files can; empty where it can.
    """

    version: str
    failure: str
    fetch_failure: str


def installed_package() -> SapiensPackage | None:
    """The package as it is installed, tried in a process of its own; None where it is not."""
    try:
        held = importlib.metadata.distribution(NAME)
    except importlib.metadata.PackageNotFoundError:
        return None
    # It calls itself otherwise in every release.
    module = (held.read_text("top_level.txt") or "").strip().split("\n")[0]
    file = str(held.locate_file(f"{module}/{_FETCHING}"))
    failures = _tried(module, file)
    return SapiensPackage(held.version, *failures)


def _tried(module: str, file: str) -> tuple[str, str]:
    """Why the package, and why its part that fetches files, cannot be imported."""
    words = [sys.executable, "-c", _TRY, json.dumps(sys.path), module, file]
    surroundings = os.environ | {"HF_HUB_OFFLINE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                words,
                cwd=folder,
                env=surroundings,
                capture_output=True,
                text=True,
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            said = tr("it takes longer than {seconds} s").format(seconds=LONGEST_S)
            return said, said
    try:
        whole, part = json.loads(done.stdout.splitlines()[-1])
        return str(whole), str(part)
    except (IndexError, ValueError):
        said = tr("its process ended with {code}").format(code=done.returncode)
        return said, said
