from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from installers import run, start
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


def test_windows_waits_for_the_program_and_leaves_ctrl_c_to_it(monkeypatch):
    class Program:
        """A program that answers Ctrl-C itself, and then ends."""

        def __init__(self, command, env):
            self.interruptions = [KeyboardInterrupt, KeyboardInterrupt]

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            return None

        def wait(self):
            if self.interruptions:
                raise self.interruptions.pop()
            return 130

    monkeypatch.setattr(start, "os", SimpleNamespace(name="nt", environ={}))
    monkeypatch.setattr(start.subprocess, "Popen", Program)
    assert start.become(["python.exe", "-m", "gaitdesk"]) == 130


def test_windows_passes_words_and_exit_code_on(monkeypatch):
    monkeypatch.setattr(start, "os", SimpleNamespace(name="nt", environ=dict(os.environ)))
    code = "import sys; sys.exit(len(sys.argv[1]))"
    assert start.become([sys.executable, "-c", code, "é b"]) == 3


@pytest.mark.parametrize(
    ("words", "extras"),
    [
        ([], {"window"}),
        (["doctor"], set()),
        (["analyse", "--help"], set()),
        (["--with-network", "doctor"], {"network"}),
        (["export", "dicom", "--patient", "C-12", "--out", "c-12.dcm"], {"exchange"}),
        (["export", "research", "--out", "tables"], set()),
        (["--language", "zh_CN"], {"window"}),
        (["--language=en", "analyse"], set()),
    ],
)
def test_qt_is_installed_where_the_window_is_asked_for(monkeypatch, words, extras):
    asked = []

    class Folder:
        def prepare(self, wanted):
            asked.append(set(wanted))
            return Path(sys.executable)

    monkeypatch.setattr(run.Environment, "of_this_folder", staticmethod(Folder))
    monkeypatch.setattr(run, "become", lambda command: 0)
    assert run.main(words) == 0
    assert asked == [extras]


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


@pytest.mark.parametrize("command", COMMANDS, ids=lambda path: path.name)
def test_nothing_but_python_is_needed_to_start(command):
    # -S leaves out every library that was ever installed.
    load = f"import runpy; runpy.run_path({str(command)!r}, run_name='loaded')"
    done = subprocess.run(
        [sys.executable, "-S", "-c", load],
        capture_output=True, text=True, check=False, cwd=command.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
