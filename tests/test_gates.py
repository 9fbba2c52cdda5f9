from __future__ import annotations

import sys

import pytest

from tests import __main__ as gates

DOUBTFUL = """
from pathlib import Path

def test_it_is_late_at_first():
    mark = Path(__file__).with_suffix(".seen")
    late = not mark.exists()
    mark.touch()
    assert not late
"""
BROKEN = "def test_it_is_wrong():\n    assert 1 == 2\n"


@pytest.fixture
def suite(tmp_path, monkeypatch):
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-q", "--rootdir=."]
    monkeypatch.setattr(gates, "ROOT", tmp_path)
    monkeypatch.setattr(gates, "LAST_FAILED", tmp_path / ".pytest_cache/v/cache/lastfailed")
    monkeypatch.setitem(gates.GATES, "tests", command)
    monkeypatch.setattr(gates, "ALONE", [*command, *gates.ALONE[3:]])
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return tmp_path


def test_a_test_that_passes_only_alone_is_named(suite, capfd):
    (suite / "test_late.py").write_text(DOUBTFUL, "utf-8")
    assert gates.main(["tests"]) == 0
    said = capfd.readouterr().out
    assert "passed alone, to be mended:\n  test_late.py::test_it_is_late_at_first" in said


def test_a_test_that_fails_again_fails_the_gate(suite):
    (suite / "test_late.py").write_text(DOUBTFUL, "utf-8")
    (suite / "test_broken.py").write_text(BROKEN, "utf-8")
    assert gates.main(["tests"]) == 1


def test_many_failures_are_not_tried_again(suite, capfd):
    for number in range(gates.DOUBTFUL_AT_MOST + 1):
        (suite / f"test_late_{number}.py").write_text(DOUBTFUL, "utf-8")
    assert gates.main(["tests"]) == 1
    assert "once more" not in capfd.readouterr().out
