"""The package sapiens-inferece as its releases are: found, tried apart, and told about."""

from __future__ import annotations

import sys

import pytest

from gaitdesk.jobs import doctor, sapiens_package
from gaitdesk.jobs.doctor import State

# As both releases have it: a default that Python 3.11 and later refuse.
PREDICTOR = """
import dataclasses
@dataclasses.dataclass
class Detector:
    path: str = "models/detector.pt"
@dataclasses.dataclass
class Config:
    detector: Detector = Detector()
"""
FETCHING = "def download_hf_model(name, task, folder='models'): ...\n"
ONLINE = "import socket\nsocket.create_connection(('127.0.0.1', 9), 1)\n"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Puts a release among what can be imported."""

    def install(version, module, init, common=FETCHING):
        (tmp_path / module).mkdir()
        (tmp_path / module / "__init__.py").write_text(init)
        (tmp_path / module / "common.py").write_text(common)
        facts = tmp_path / f"sapiens_inferece-{version}.dist-info"
        facts.mkdir()
        facts.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: sapiens-inferece\nVersion: {version}\n"
        )
        facts.joinpath("top_level.txt").write_text(f"{module}\n")
        monkeypatch.syspath_prepend(str(tmp_path))

    return install


def told():
    (finding,) = doctor._optional()
    assert finding.name == "sapiens-inferece"
    return finding


def test_without_it_nothing_is_amiss(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    assert sapiens_package.installed_package() is None
    assert told().state is State.OK
    assert "not needed" in told().text


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 lets the default pass")
@pytest.mark.parametrize(
    ("version", "module"), [("0.1.0", "sapiens"), ("0.2.0", "sapiens_inference")]
)
def test_a_release_as_it_is_fetches_and_cannot_be_imported(installed, version, module):
    installed(version, module, PREDICTOR)
    finding = told()
    assert finding.state is State.OK
    assert finding.text.startswith(f"{version} is installed and cannot be imported on Python 3.")
    assert "ValueError: mutable default" in finding.text
    assert "part that fetches files can" in finding.text


def test_a_release_that_can_be_imported_is_said_to_be(installed):
    installed("0.3.0", "sapiens_inference", "from .common import download_hf_model\n")
    assert "0.3.0 is installed and can be imported" in told().text


def test_what_lacks_other_packages_or_calls_out_has_a_remedy(installed):
    installed("0.2.0", "sapiens_inference", "import no_such_library\n", ONLINE)
    finding = told()
    assert finding.state is State.WARN
    assert "No module named 'no_such_library'" in finding.text
    assert "no network is used here" in finding.text
    assert "browser" in finding.remedy


def test_one_that_ends_the_process_is_a_sentence(installed):
    installed("0.2.0", "sapiens_inference", "import os\nos._exit(3)\n")
    assert "ended with 3" in told().text
