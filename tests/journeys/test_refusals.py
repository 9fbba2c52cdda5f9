"""Films and folders that cannot be used: one sentence that says what to do, and nothing left."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gaitdesk.cli import main
from gaitdesk.paths import project_folder
from tests.journeys import films
from tests.journeys.command import Done, ended, family, listing, run, started

FILM_CASES = {
    "empty": (lambda path: path.touch(), "empty. Copy it from the camera again"),
    "text": (
        lambda path: path.write_text("Dear colleague,\nthe film is attached.\n"),
        "text file, not a film, whatever its name says. Choose the film",
    ),
    "noise": (lambda path: path.write_bytes(os.urandom(30_000)), "not a film, or it is damaged"),
    "cut before its index": (films.cut_before_its_index, "cut short .* Copy it from the camera"),
    "cut after its index": (
        lambda path: films.cut_after_its_index(path, 0.2),
        r"only \d+ frames, .* its last .* missing.* copy it from the camera again",
    ),
    "no frame left": (
        lambda path: films.cut_after_its_index(path, 0.0),
        "none of its frames can be decoded|holds no frames",
    ),
    "sound alone": (films.sound_alone, "sound but no pictures. Choose the film"),
    "three frames": (
        lambda path: films.counted(path, 3, 30.0),
        "only 3 frames, and a gait cycle needs at least 20. Record at least two full strides",
    ),
    "15 a second": (
        lambda path: films.counted(path, 45, 15.0),
        "15 frames a second is too few .* Record again with the camera at 60",
    ),
    "nobody": (lambda path: films.still_room(path, 30), "no person could be followed.* Choose"),
    "folder": (Path.mkdir, "this is a folder; choose the film inside it"),
    "missing": (lambda path: None, "there is no such file. Check the name"),
}


IN_A_PROCESS_OF_THEIR_OWN = ("empty", "sound alone", "three frames", "nobody")


def refused(place: Path, case: str, run: Callable[..., Done]) -> None:
    """Check how a command that is given the film of a case ends, and what it leaves."""
    make, said = FILM_CASES[case]
    film = place / "walk.mp4"
    make(film)
    before = listing(place)
    done = run("analyse", "--sagittal", film, "--out", place / "deep" / "results")
    assert done.code == 1
    assert done.sentence.startswith("walk.mp4: ")
    assert done.sentence.endswith(".")
    assert re.search(said, done.sentence), done.sentence
    assert done.output == ""
    assert listing(place) == before


@pytest.mark.parametrize("case", FILM_CASES)
def test_a_film_of_no_use_ends_in_one_sentence_and_leaves_nothing(case, tmp_path, capfd):
    def run_here(*words: object) -> Done:
        code = main([str(word) for word in words])
        heard = capfd.readouterr()
        return Done(code, heard.out, heard.err)

    refused(tmp_path, case, run_here)


@pytest.mark.parametrize("case", IN_A_PROCESS_OF_THEIR_OWN)
def test_so_it_does_in_a_process_of_its_own(case, tmp_path):
    refused(tmp_path, case, run)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_film_that_may_not_be_read_is_named(tmp_path):
    film = films.counted(tmp_path / "walk.mp4", 30, 30.0)
    film.chmod(0)
    done = run("analyse", "--sagittal", film, "--out", tmp_path / "out")
    assert done.code == 1
    assert "Ask for read access" in done.sentence


def test_a_decoder_that_dies_takes_neither_the_program_nor_its_words(street, tmp_path):
    process = started("analyse", "--sagittal", street, "--out", tmp_path / "out")
    until = time.monotonic() + 60.0
    while len(family(process)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    _, decoder = family(process)
    decoder.kill()
    done = ended(process)
    assert done.code == 1
    assert re.search("the decoder crashed on it.* Convert it to MP4", done.sentence)
    assert listing(tmp_path) == []


def test_missing_weights_are_named_with_the_command_that_fetches_them(tmp_path):
    clone = tmp_path / "clone"
    for name in ("gaitdesk", "resources"):
        shutil.copytree(
            project_folder() / name, clone / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copytree(
        project_folder() / "models", clone / "models", ignore=shutil.ignore_patterns("weights")
    )
    film = films.counted(tmp_path / "walk.mp4", 30, 30.0)
    done = run("analyse", "--sagittal", film, "--out", tmp_path / "out", clone=clone)
    assert done.code == 1
    assert "pose_detection.tflite is missing" in done.sentence
    assert "python3 installers/run.py" in done.sentence
    assert str(clone / "models" / "blazepose" / "weights") in done.sentence
    assert not (tmp_path / "out").exists()
