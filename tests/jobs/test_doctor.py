from __future__ import annotations

import shutil
from collections import namedtuple

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.jobs import doctor, native
from gaitdesk.jobs.codings import CODINGS, Coding, CodingFails, try_coding
from gaitdesk.jobs.doctor import Finding, State, disk, examine, lines
from gaitdesk.paths import project_folder, user_folder
from gaitdesk.perception.licences import accept
from gaitdesk.perception.parcels import take_in
from tests.perception.brought import MADE, brought

Usage = namedtuple("Usage", "total used free")


def _find(findings, name) -> Finding:
    (finding,) = [each for each in findings if each.name == name]
    return finding


def test_everything_is_looked_at_and_whatever_is_wrong_has_a_remedy():
    steps = []
    findings = finish(examine(), steps.append)
    assert [step.done for step in steps] == list(range(steps[0].total + 1))
    assert {finding.name for finding in findings} >= {"Program", "System libraries", "Screen"}
    assert all(finding.remedy for finding in findings if finding.state is not State.OK)


def test_the_model_that_is_installed_answers_and_its_device_is_named():
    if not (project_folder() / "models" / "blazepose" / "weights").is_dir():
        pytest.skip("the weights are not installed")
    finding = _find(list(doctor._models()), "Model blazepose")
    assert finding.state is State.OK
    assert "processor" in finding.text
    assert " ms" in finding.text


def test_an_altered_model_fails(tmp_path, monkeypatch):
    source = project_folder() / "models" / "blazepose"
    shutil.copytree(source, tmp_path / "blazepose", ignore=shutil.ignore_patterns("weights"))
    weights = tmp_path / "blazepose" / "weights"
    weights.mkdir()
    for file in ("pose_detection", "pose_landmark_full", "face_detection_full_range_sparse"):
        (weights / f"{file}.tflite").write_bytes(b"not a network")
    monkeypatch.setattr(doctor, "model_folders", lambda: (tmp_path,))
    finding = _find(list(doctor._models()), "Model blazepose")
    assert finding.state is State.FAIL
    assert "run.py" in finding.remedy


def test_a_missing_model_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "model_folders", lambda: (tmp_path,))
    assert _find(list(doctor._models()), "Model blazepose").state is State.FAIL


def test_models_nobody_has_brought_are_one_line_and_the_network_runs():
    findings = list(doctor._models())
    other = _find(findings, "Other models")
    assert other.state is State.OK
    assert "sapiens-2b" in other.text
    assert "sam3" in other.text
    assert "million weights" in _find(findings, "Model childgait-phantom").text


@pytest.mark.parametrize("name", MADE)
def test_each_model_a_clinic_brings_is_run_once_its_licence_is_accepted(tmp_path, name):
    package = finish(take_in(brought(tmp_path / "files", name), name))
    place = user_folder() / "models" / name
    if package.acceptance:
        waiting = doctor._model(place)
        assert waiting.state is State.WARN
        assert package.acceptance in waiting.text
        accept(package, "Dr. Anand")
    finding = doctor._model(place)
    assert finding.state is State.OK, finding.text
    assert finding.text.endswith(" ms")


@pytest.mark.parametrize("coding", CODINGS, ids=lambda coding: coding.name)
def test_each_coding_comes_back_as_it_was_written(coding):
    assert try_coding(coding) == "6 frames written and read back"


def test_a_coding_nobody_decodes_is_said_to_be_missing():
    with pytest.raises(CodingFails, match="no decoder"):
        try_coding(Coding("None", "no_such_coding", "libx264", "mp4", "yuv420p", {}))


def test_a_film_that_cannot_be_made_fails_with_the_reason():
    with pytest.raises(CodingFails, match="It failed"):
        try_coding(Coding("Odd", "h264", "libx264", "mp4", "yuv420p", {"preset": "no such"}))


@pytest.mark.parametrize(
    ("free_mb", "state"),
    [(2001, State.OK), (1999, State.WARN), (201, State.WARN), (199, State.FAIL)],
)
def test_room_on_the_disk_is_judged_where_the_folder_will_be(tmp_path, monkeypatch, free_mb, state):
    asked = []

    def usage(place):
        asked.append(place)
        return Usage(0, 0, free_mb * 10**6)

    monkeypatch.setattr(doctor.shutil, "disk_usage", usage)
    assert disk("Disk", tmp_path / "not" / "yet").state is state
    assert asked == [tmp_path]


def test_missing_libraries_are_named_with_the_command_that_brings_them(monkeypatch):
    absent = native.NativeLibrary("libnosuch.so.7", "libnosuch7")
    monkeypatch.setattr(native.sys, "platform", "linux")
    assert native.missing((absent,)) == (absent,)
    monkeypatch.setattr(doctor, "missing", lambda libraries: (libraries[0],))
    monkeypatch.setattr(native.shutil, "which", lambda name: name == "apt-get")
    (finding,) = doctor._native_libraries()
    assert finding.state is State.FAIL
    assert finding.remedy == "Run: sudo apt-get install -y --no-install-recommends libgl1"


@pytest.mark.parametrize(
    ("states", "last"),
    [
        ((State.OK,), "Everything works."),
        ((State.OK, State.WARN), "Films can be analysed; 1 thing could be better."),
        ((State.FAIL, State.WARN), "1 thing must be mended before films can be analysed."),
    ],
)
def test_the_lines_end_with_what_it_comes_to(states, last):
    findings = tuple(Finding(f"part {state}", state, "found", "do this") for state in states)
    text = list(lines(findings))
    assert text[-1] == last
    assert len(text) == 2 * len(findings) + 1
    assert text[0].startswith(states[0].value)
