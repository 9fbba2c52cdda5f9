from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from installers import environment as module
from installers.environment import Environment, clean_variables, launched
from installers.errors import InstallFailed
from installers.stamp import Stamp

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pretended venv has POSIX links")

TORCH = "pip torch==2.13.0+cpu"


class Computer:
    """Stands in for the processes an installation starts, and remembers them."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.failing = ""
        self.interrupted = ""
        self.had_window = False

    def provide(self, needs_venv: bool, needs_window: bool) -> None:
        self.had_window = needs_window

    def run(self, command, **options):
        kind = next(
            word for word in ("venv", "pip", "weights.py") if any(c.endswith(word) for c in command)
        )
        self.calls.append(" ".join([kind, *(c for c in command if c.startswith((".", "torch")))]))
        if kind == self.interrupted:
            raise KeyboardInterrupt
        if kind == "venv":
            folder = Path(command[-1], "bin")
            folder.mkdir()
            (folder / "python").symlink_to(sys.executable)
        weights = Path(options["cwd"], "model.tflite")
        if kind == "weights.py":
            weights.write_bytes(b"1234")
        failed = int(kind == self.failing)
        return subprocess.CompletedProcess(command, failed, json.dumps({str(weights): 4}))


@pytest.fixture
def root(tmp_path) -> Path:
    folder = tmp_path / "Gang Prüfung"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n")
    return folder


@pytest.fixture
def computer(monkeypatch) -> Computer:
    made = Computer()
    monkeypatch.setattr(module.subprocess, "run", made.run)
    monkeypatch.setattr("installers.system.provide", made.provide)
    monkeypatch.setattr("installers.network.has_nvidia_driver", lambda: False)
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module, "NEEDED_MB", {})
    return made


def test_the_first_start_installs_and_the_second_starts_no_process(root, computer):
    python = Environment(root).prepare()
    assert python == root / ".venv" / "bin" / "python"
    assert computer.calls == ["venv", "pip .", "weights.py"]
    Environment(root).prepare()
    assert len(computer.calls) == 3


def test_more_tools_are_added_to_the_same_folder_and_then_stay(root, computer):
    Environment(root).prepare()
    computer.calls.clear()
    Environment(root).prepare({"test"})
    assert computer.calls == [TORCH, "pip .[test]"]
    Environment(root).prepare()
    (root / "pyproject.toml").write_text("[project]\n# changed\n")
    computer.calls.clear()
    Environment(root).prepare()
    assert computer.calls == [TORCH, "pip .[test]"]


@pytest.mark.parametrize("part", ["venv", "pip"])
@pytest.mark.parametrize("how", ["failing", "interrupted"])
def test_a_cut_short_installation_begins_again(root, computer, part, how):
    setattr(computer, how, part)
    with pytest.raises(InstallFailed if how == "failing" else KeyboardInterrupt):
        Environment(root).prepare()
    (root / ".venv" / "half-written").mkdir()
    setattr(computer, how, "")
    computer.calls.clear()
    Environment(root).prepare()
    assert computer.calls == ["venv", "pip .", "weights.py"]
    assert not (root / ".venv" / "half-written").exists()


def test_missing_weights_are_fetched_without_installing(root, computer):
    computer.failing = "weights.py"
    with pytest.raises(InstallFailed, match="model"):
        Environment(root).prepare()
    computer.failing = ""
    computer.calls.clear()
    Environment(root).prepare()
    (root / "model.tflite").write_bytes(b"cut")
    Environment(root).prepare()
    assert computer.calls == ["weights.py", "weights.py"]


def _lose_the_interpreter(root: Path) -> Path:
    (root / ".venv" / "bin" / "python").unlink()
    (root / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.11")
    return root


def _change_the_interpreter(root: Path) -> Path:
    other = root / "python3.99"
    other.touch()
    (root / ".venv" / "bin" / "python").unlink()
    (root / ".venv" / "bin" / "python").symlink_to(other)
    return root


def _move_the_folder(root: Path) -> Path:
    return root.rename(root.with_name("elsewhere"))


@pytest.mark.parametrize(
    "change", [_lose_the_interpreter, _change_the_interpreter, _move_the_folder]
)
def test_an_environment_that_lost_its_ground_is_made_anew(root, computer, change):
    Environment(root).prepare()
    root = change(root)
    computer.calls.clear()
    Environment(root).prepare()
    assert computer.calls[:2] == ["venv", "pip ."]


def test_the_stamp_tells_what_was_installed(root, computer):
    environment = Environment(root)
    environment.prepare({"test"})
    stamp = Stamp.read(environment.stamp_file)
    assert stamp is not None
    assert stamp.extras == ("test",)
    assert stamp.project == environment.project_hash()
    assert stamp.weights == {str(root / "model.tflite"): 4}


@pytest.mark.parametrize("extra", ["network", "test"])
def test_torch_is_chosen_before_pip_would_choose_a_build_of_gigabytes(root, computer, extra):
    Environment(root).prepare({extra})
    assert computer.calls[1:3] == [TORCH, f"pip .[{extra}]"]


@pytest.mark.parametrize(
    ("extras", "needs_window"), [(set(), False), ({"window"}, True), ({"test"}, True)]
)
def test_the_libraries_of_a_window_are_asked_for_with_qt(root, computer, extras, needs_window):
    Environment(root).prepare(extras)
    assert computer.had_window is needs_window


def test_windows_has_its_own_folders_and_passes_on_no_lock(root, computer, monkeypatch):
    monkeypatch.setattr(module, "os", SimpleNamespace(name="nt", environ={}))
    monkeypatch.setattr(module.sys, "platform", "win32")
    locks = []
    byte_locks = SimpleNamespace(LK_NBLCK=2, locking=lambda *words: locks.append(words[1:]))
    monkeypatch.setitem(sys.modules, "msvcrt", byte_locks)
    home = root / "Python 3.12"
    home.mkdir()
    (home / "python.exe").touch()
    passed = []

    def run(command, **options):
        passed.append(options["pass_fds"])
        if command[1:3] == ["-m", "venv"]:
            scripts = Path(command[-1], "Scripts")
            scripts.mkdir()
            (scripts / "python.exe").touch()
            settings = Path(command[-1], "pyvenv.cfg")
            settings.write_text(f"home = {home}\n", encoding="utf-8")
        return subprocess.CompletedProcess(command, 0, json.dumps({str(home / "python.exe"): 0}))

    monkeypatch.setattr(module.subprocess, "run", run)
    environment = Environment(root)
    assert environment.prepare({"network"}) == root / ".venv" / "Scripts" / "python.exe"
    assert passed == [()] * len(passed)
    assert locks == [(2, 1)], "one byte, without waiting for ever"
    assert environment.interpreter() == str(home / "python.exe")
    started = len(passed)
    Environment(root).prepare({"network"})
    assert len(passed) == started, "the second start installs nothing"
    (home / "python.exe").unlink()
    assert environment.interpreter() == "", "Python was removed or updated"


def test_a_full_disk_is_refused_before_anything_is_written(root, computer, monkeypatch):
    monkeypatch.setattr(module, "NEEDED_MB", {"": 10**9})
    with pytest.raises(InstallFailed, match="Free some space"):
        Environment(root).prepare()
    assert computer.calls == []


def test_settings_that_lead_out_of_the_environment_are_left_behind():
    variables = {"PYTHONPATH": "/ros", "PIP_TARGET": "/x", "HOME": "/home/u", "PIP_USER": "1"}
    assert clean_variables(variables) == {"HOME": "/home/u", "PIP_USER": "0"}


def test_the_settings_file_names_the_python_that_windows_launches(tmp_path):
    settings = tmp_path / "pyvenv.cfg"
    assert not launched(settings).exists()
    settings.write_text("home = C:\\Programs\\Python 3.12\nversion = 3.12.4\n")
    assert launched(settings) == Path("C:\\Programs\\Python 3.12", "python.exe")
