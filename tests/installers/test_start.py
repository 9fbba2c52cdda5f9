from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installers.errors import InstallFailed
from installers.start import guarded

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [ROOT / "installers" / "run.py", ROOT / "installers" / "test.py"]


def _raises(problem: BaseException):
    def main(words):
        raise problem

    return main


@pytest.mark.parametrize(
    ("problem", "code", "sentence"),
    [
        (InstallFailed("Connect and start again."), 1, "Connect and start again."),
        (PermissionError(13, "Permission denied", "/opt/x"), 1, "can be written"),
        (KeyboardInterrupt(), 130, "Start the same command again"),
    ],
)
def test_what_goes_wrong_ends_in_a_sentence_and_a_code(capsys, problem, code, sentence):
    assert guarded(_raises(problem), []) == code
    assert sentence in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows waits for the program instead")
def test_the_program_takes_the_place_of_the_installer_and_its_exit_code_is_passed_on():
    code = (
        "import sys; from installers.start import become;"
        " become([sys.executable, '-c', 'import sys; sys.exit(len(sys.argv))', 'a b', 'é'])"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 3


@pytest.mark.parametrize("command", COMMANDS, ids=lambda path: path.name)
def test_an_old_python_gets_a_sentence_instead_of_a_traceback(command):
    ast.parse(command.read_text(), feature_version=(3, 7))
    pretend = (
        "import sys, runpy; sys.version_info = (3, 8, 10, 'final', 0);"
        f" runpy.run_path({str(command)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("GaitDesk needs Python 3.11 or newer, and this is 3.8.")
    assert "Traceback" not in done.stderr
