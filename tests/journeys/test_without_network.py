"""A machine that has never seen a network does everything but fetch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gaitdesk.paths import project_folder
from gaitdesk.perception.package import find_package

DENIED = Path(__file__).with_name("denied")
STEPS = ("denied", "models", "doctor", "analysing", "exporting", "learning")


def in_a_machine_of_its_own() -> list[str]:
    """Words before a command that leave it no network at all; none where that is forbidden."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    words = [unshare, "--map-root-user", "--net"]
    tried = subprocess.run([*words, "true"], capture_output=True, check=False, timeout=30)
    return words if tried.returncode == 0 else []


@pytest.mark.timeout(1500)
def test_all_works_where_the_network_is_denied(tmp_path):
    if not find_package("blazepose").is_present:
        pytest.skip("BlazePose's weights are absent; python3 installers/run.py fetches them")
    attempts = tmp_path / "attempts.txt"
    given = {
        **os.environ,
        "PYTHONPATH": f"{DENIED}{os.pathsep}{project_folder()}",
        "GAITDESK_TEST_ATTEMPTS": str(attempts),
        "GAITDESK_DATA": str(tmp_path / "data"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-m", "tests.journeys.without_network", str(tmp_path)]
    run = subprocess.run(
        [*in_a_machine_of_its_own(), *command],
        env=given,
        cwd=project_folder(),
        capture_output=True,
        text=True,
        timeout=1400,
        check=False,
    )
    taken = [line[5:] for line in run.stdout.splitlines() if line.startswith("step ")]
    assert tuple(taken) == STEPS, run.stdout[-2000:] + run.stderr[-4000:]
    assert run.returncode == 0, run.stderr[-4000:]
    assert not attempts.exists(), attempts.read_text(encoding="utf-8")
