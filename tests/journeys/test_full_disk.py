"""A disk without room for the results: one sentence, and the folder as it was."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from gaitdesk.media import writing
from tests.journeys import already_analysed
from tests.journeys.command import listing
from tests.small_disk import disk_of

FRAMES, HEIGHT = 40, 240


@pytest.fixture
def little_room(tmp_path):
    """A disk of 160 kB: room for the tables, and none for a film."""
    with disk_of(160, tmp_path / "disk") as place:
        yield place


@pytest.fixture
def no_room_for_films(monkeypatch):
    """Files of films fail once they hold a few kilobytes; all others are written."""

    class Filled(io.FileIO):
        def write(self, content) -> int:
            if self.tell() + len(content) > 4096:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(content)

    whole = writing.binary_file

    def filled(path: Path):
        return Filled(path, "wb") if path.name.startswith(".overlay") else whole(path)

    monkeypatch.setattr(writing, "binary_file", filled)


def refused(folder: Path, out: Path, capfd) -> str:
    """The one sentence that the command leaves on standard error."""
    folder.mkdir()
    assert already_analysed.main(folder, out, FRAMES, HEIGHT) == 1
    heard = capfd.readouterr()
    assert heard.out == ""
    (sentence,) = heard.err.splitlines()
    return sentence


def test_a_disk_that_fills_up_is_told_and_left_as_it_was(little_room, tmp_path, capfd):
    (little_room / "notes.txt").write_text("kept")
    out = little_room / "results"
    sentence = refused(tmp_path / "films", out, capfd)
    assert sentence.startswith(f"{out}: the disk is full (0 MB free). Free some space")
    assert listing(little_room) == ["notes.txt"]


def test_a_disk_that_fills_up_under_the_overlay_film_is_told(no_room_for_films, tmp_path, capfd):
    out = tmp_path / "results"
    assert "the disk is full" in refused(tmp_path / "films", out, capfd)
    assert not out.exists()
