from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gaitdesk.domain.errors import DiskFull, OutputNotWritable, VideoUnreadable
from gaitdesk.domain.progress import finish
from gaitdesk.media.writing import FilmWriter
from gaitdesk.report import bundle
from gaitdesk.report.bundle import write_results
from gaitdesk.report.interchange import read_analysis
from tests.report import made

RESULTS = [
    "analysis.json",
    "keypoints.coco.json",
    "overlay-1-sagittal.mp4",
    "overlay-2-coronal.mp4",
    "report.pdf",
    "scoresheet.csv",
    "totals.csv",
]


@pytest.fixture(scope="module")
def analysis(tmp_path_factory):
    held = made.analysis(tmp_path_factory.mktemp("films"), frames=12, height=120)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(film.video.frame_count):
                writer.write(made.picture(film, frame))
    return held


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_all_results_appear_together(analysis, tmp_path):
    folder = tmp_path / "a" / "results"
    seen = []

    def look(step):
        seen.append(step.text)
        assert [one for one in names(folder) if not one.startswith(".")] == []

    files = finish(write_results(analysis, folder), look)
    assert sorted(one.name for one in files) == names(folder) == RESULTS
    assert all(one.parent == folder and one.stat().st_size > 0 for one in files)
    assert read_analysis(folder).films[0].video.frame_count == 12
    assert "Taking stills" in seen


def test_earlier_results_are_replaced_and_other_files_stay(analysis, tmp_path):
    for name in ("report.pdf", "overlay-3-coronal.mp4", "my notes.txt"):
        (tmp_path / name).write_text("earlier")
    finish(write_results(analysis, tmp_path))
    assert names(tmp_path) == sorted([*RESULTS, "my notes.txt"])
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "my notes.txt").read_text() == "earlier"


@pytest.mark.parametrize("steps", [1, 4, 9])
def test_stopping_anywhere_leaves_the_folder_as_it_was(analysis, tmp_path, steps):
    kept, new = tmp_path / "kept", tmp_path / "x" / "new"
    kept.mkdir()
    (kept / "report.pdf").write_text("earlier")
    for folder in (kept, new):
        job = write_results(analysis, folder)
        for _ in range(steps):
            next(job)
        job.close()
    assert names(tmp_path) == ["kept"]
    assert names(kept) == ["report.pdf"]
    assert (kept / "report.pdf").read_text() == "earlier"


def test_a_full_disk_is_said_of_the_folder_and_leaves_nothing(analysis, tmp_path, monkeypatch):
    def full(path, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(bundle, "write_text", full)
    folder = tmp_path / "results"
    with pytest.raises(DiskFull, match="results"):
        finish(write_results(analysis, folder))
    assert names(tmp_path) == []


def test_a_file_in_the_way_is_named_as_the_reason(analysis, tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(OutputNotWritable, match="results cannot be written"):
        finish(write_results(analysis, tmp_path / "results"))
    assert names(tmp_path) == ["results"]


def test_a_move_that_fails_puts_the_earlier_results_back(analysis, tmp_path, monkeypatch):
    for name in ("analysis.json", "report.pdf"):
        (tmp_path / name).write_text("earlier")
    move = Path.replace

    def stubborn(self, target):
        if Path(target) == tmp_path / "totals.csv":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(target))
        return move(self, target)

    monkeypatch.setattr(Path, "replace", stubborn)
    with pytest.raises(OutputNotWritable):
        finish(write_results(analysis, tmp_path))
    assert names(tmp_path) == ["analysis.json", "report.pdf"]
    assert {one.read_text() for one in tmp_path.iterdir()} == {"earlier"}


def test_a_film_that_vanished_is_named_and_leaves_nothing(tmp_path):
    with pytest.raises(VideoUnreadable, match=r"(side|front)\.mp4"):
        finish(write_results(made.analysis(tmp_path, frames=4, height=90), tmp_path / "out"))
    assert names(tmp_path) == []
