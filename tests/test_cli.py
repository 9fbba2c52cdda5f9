"""Words typed at the command line: what is understood, and what is said of the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gaitdesk import cli
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import TooFewSteps
from gaitdesk.domain.progress import Progress
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import analysing

FILM, OTHER = "walk.mp4", "front.mp4"


@pytest.fixture
def ordered(monkeypatch):
    """The order that a command line leads to, taken down instead of carried out."""
    taken = []

    def analyse_into(order, folder, setup):
        taken.append((order, folder, setup))
        yield Progress(0, None, "")
        raise TooFewSteps(FILM, 0)

    monkeypatch.setattr(analysing, "analyse_into", analyse_into)
    return taken


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyse", "--out", "x"], "No film given. Name at least one with --sagittal"),
        (["analyse", "--sagittal", FILM], "--out. Type gaitdesk analyse --help"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--zoom"], "--zoom. Type gaitdesk --help"),
        (["walk"], "invalid choice: 'walk'"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--height", "tall"], "'tall'"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--height", "1.65"], "between 60 and 220"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--height", "nan"], "between 60 and 220"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--age", "300"], "between 1 and 25"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--offset", "inf"], "--offset takes"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--rotate", f"{FILM}=45"], "0, 90, 180"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--rotate", "90"], "takes FILM=VALUE"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--mirrored", OTHER], "none of the films"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--patient-at", f"{FILM}=1"], "X,Y"),
        (["analyse", "--sagittal", FILM, "--out", "x", "--patient-at", f"{FILM}=nan,1"], "X,Y"),
        (["analyse", "--sagittal", FILM, "--coronal", f"./{FILM}", "--out", "x"], "given twice"),
    ],
)
def test_words_not_understood_end_in_one_sentence(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        code = cli.main(words)
    except SystemExit as end:
        code = end.code
    heard = capsys.readouterr()
    assert code == 2
    assert heard.out == ""
    (sentence,) = heard.err.splitlines()
    assert said in sentence
    assert sentence.endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_every_option_reaches_the_order(ordered, tmp_path):
    side, front = tmp_path / "a=b.mp4", tmp_path / "front.mp4"
    code = cli.main(
        [
            "analyse",
            *("--sagittal", str(side), "--coronal", str(front)),
            *("--mirrored", str(front), "--rotate", f"{side}=270"),
            *("--patient-at", f"{side}=640,360.5", "--offset=-0.4"),
            *("--pseudonym", "C-12", "--age", "8.5", "--height", "129"),
            *("--footwear", "barefoot", "--aid", "none", "--note", "tired"),
            *("--paper", "letter", "--out", str(tmp_path / "out")),
        ]
    )
    assert code == 1
    ((order, folder, setup),) = ordered
    one, two = order.films
    assert (one.path, one.plane, one.rotation_deg) == (side, Plane.SAGITTAL, 270)
    assert (one.is_mirrored, one.patient_at) == (False, Point(640, 360.5))
    assert (two.path, two.plane, two.is_mirrored) == (front, Plane.CORONAL, True)
    assert (two.rotation_deg, two.patient_at) == (None, None)
    assert order.offset_s == -0.4
    assert order.patient.pseudonym == "C-12"
    assert order.patient.age_years == 8.5
    assert order.patient.height_m == pytest.approx(1.29)
    assert (order.conditions.footwear, order.conditions.aid) == ("barefoot", "none")
    assert folder == tmp_path / "out"
    assert setup.page_size.value == "letter"


def test_what_a_clinician_can_mend_is_one_sentence_and_exit_1(ordered, tmp_path, capsys):
    assert cli.main(["analyse", "--sagittal", FILM, "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_it_tells_what_can_be_typed(capsys):
    assert cli.main([]) == 0
    assert "gaitdesk analyse --sagittal" in capsys.readouterr().out


def test_the_help_is_chinese_to_the_last_sign(capsys, chinese):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert "选项：\n" in said
    assert ":\n" not in said
    assert "show program" not in said


def test_a_folder_that_cannot_be_written_is_told_before_any_work(ordered, tmp_path, capsys):
    notes = tmp_path / "notes.txt"
    notes.write_text("kept")
    places = [notes, notes / "results"]
    if Path("/proc/self").exists():
        places.append(Path("/proc/results"))
    for place in places:
        assert cli.main(["analyse", "--sagittal", FILM, "--out", str(place)]) == 1
        (sentence,) = capsys.readouterr().err.splitlines()
        assert sentence.startswith(f"{place} cannot be written (")
        assert "Choose another folder with --out" in sentence
    assert ordered == []
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]
    assert notes.read_text() == "kept"


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe without a reader says so on POSIX")
@pytest.mark.parametrize(
    ("words", "switches"), [(["--help"], []), (["models", "list"], []), ([], ["-u"])]
)
def test_who_reads_no_more_leaves_no_traceback(words, switches, tmp_path):
    started = subprocess.Popen(
        # Without a word, the module itself would open the window.
        [sys.executable, *switches, "-c", f"from gaitdesk.cli import main; exit(main({words}))"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
    )
    started.stdout.close()
    with started.stderr:
        assert started.stderr.read() == b""
    assert started.wait() == cli.UNHEARD


def test_a_broken_pipe_of_something_else_is_not_taken_for_a_reader_that_went(monkeypatch):
    def broken(arguments):
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_doctor", broken)
    with pytest.raises(BrokenPipeError):
        cli.main(["doctor"])
