"""Model packages are described and checked."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.perception import package as packages
from gaitdesk.perception.package import find_package, read_package

CONTENT = b"weights of a tiny model"


def described(folder: Path, *, content: bytes = CONTENT, extra: str = "") -> Path:
    """A package with one file, described but not yet there."""
    folder.mkdir(parents=True)
    (folder / "package.toml").write_text(
        f"""
name = "{folder.name}"
version = "1"
task = "pose"
licence = "Apache-2.0"
authors = "nobody"
trained_on = "nothing"
input = "a picture"
keypoints = "none"
intended_use = "tests"
limits = []
{extra}
[source]
wheel = "tiny"
version = "1"
python = "3.11"
platform = "any"
[[files]]
name = "tiny.tflite"
member = "tiny/tiny.tflite"
bytes = {len(content)}
sha256 = "{hashlib.sha256(content).hexdigest()}"
use = "tests"
"""
    )
    return folder


def test_a_file_in_place_and_right_passes(tmp_path):
    folder = described(tmp_path / "tiny")
    (folder / "weights").mkdir()
    (folder / "weights" / "tiny.tflite").write_bytes(CONTENT)
    package = read_package(folder)
    package.verify()
    assert package.is_present
    assert hashlib.sha256(CONTENT).hexdigest() in package.provenance


@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "missing"), (b"short", "5 bytes"), (CONTENT[::-1], "not the file")],
)
def test_a_wrong_file_is_named_with_the_place_of_the_right_one(tmp_path, content, word):
    folder = described(tmp_path / "tiny")
    (folder / "weights").mkdir()
    if content is not None:
        (folder / "weights" / "tiny.tflite").write_bytes(content)
    with pytest.raises(ModelPackageInvalid) as caught:
        read_package(folder).verify()
    for said in (word, "tiny.tflite", str(folder / "weights")):
        assert said in str(caught.value)


def test_a_file_name_that_leaves_the_folder_is_refused(tmp_path):
    folder = described(tmp_path / "tiny")
    text = (folder / "package.toml").read_text().replace('"tiny.tflite"', '"../tiny.tflite"')
    (folder / "package.toml").write_text(text)
    with pytest.raises(ModelPackageInvalid):
        read_package(folder)


@pytest.mark.parametrize("damage", ["name = ", "", 'name = "tiny"'])
def test_a_damaged_description_is_a_sentence_not_a_crash(tmp_path, damage):
    folder = described(tmp_path / "tiny")
    (folder / "package.toml").write_text(damage)
    with pytest.raises(ModelPackageInvalid, match=r"package\.toml"):
        read_package(folder)


def test_an_unknown_package_is_a_sentence_too():
    with pytest.raises(ModelPackageInvalid, match="no_such_model"):
        find_package("no_such_model")


def test_the_first_model_folder_wins_and_weights_may_lie_in_another(tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"
    described(first / "tiny")
    shutil.copytree(first / "tiny", second / "tiny")
    (second / "tiny" / "weights").mkdir()
    (second / "tiny" / "weights" / "tiny.tflite").write_bytes(CONTENT)
    monkeypatch.setattr(packages, "model_folders", lambda: (first, second))
    package = find_package("tiny")
    assert package.folder == first / "tiny"
    package.verify()
