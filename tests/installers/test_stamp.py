from __future__ import annotations

import pytest

from installers.stamp import Stamp

STAMP = Stamp(
    project="ab" * 32,
    root="/somewhere/Gang Prüfung",
    python="/usr/bin/python3.11",
    version="3.11.2",
    extras=("network", "test"),
    weights={"/a/b.tflite": 5},
)


def test_a_stamp_reads_as_it_was_written(tmp_path):
    STAMP.write(tmp_path / "stamp.json")
    assert Stamp.read(tmp_path / "stamp.json") == STAMP
    assert [file.name for file in tmp_path.iterdir()] == ["stamp.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"extras": 3}', '{"extras": [], "colour": "red"}']
)
def test_a_damaged_stamp_counts_as_none(tmp_path, text):
    (tmp_path / "stamp.json").write_text(text)
    assert Stamp.read(tmp_path / "stamp.json") is None


def test_weights_are_there_only_with_their_size(tmp_path):
    file = tmp_path / "model.tflite"
    stamp = Stamp("", "", "", "", weights={str(file): 4})
    assert not stamp.has_weights
    file.write_bytes(b"abc")
    assert not stamp.has_weights
    file.write_bytes(b"abcd")
    assert stamp.has_weights
    assert not Stamp("", "", "", "").has_weights
