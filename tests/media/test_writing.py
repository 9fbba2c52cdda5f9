from __future__ import annotations

import errno
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.errors import DiskFull, OutputNotWritable
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import Coding, FilmWriter
from tests.media.corpus import numbered


def write(path: Path, count: int = 4, **options) -> None:
    with FilmWriter(path, **options) as writer:
        for i in range(count):
            writer.write(numbered(i))


def test_colours_survive(tmp_path):
    colours = [(200, 40, 40), (40, 200, 40), (40, 40, 200), (128, 128, 128)]
    image = np.repeat(np.array([colours], np.uint8).repeat(64, axis=1), 64, axis=0)
    path = tmp_path / "walk.mp4"
    with FilmWriter(path) as writer:
        writer.write(image)
    with VideoReader(probe(path)) as reader:
        shown = reader.frame(0)[32, 32::64].astype(int)
    assert np.abs(shown - colours).max() <= 4


def test_odd_sizes_gain_a_row_and_a_column(tmp_path):
    path = tmp_path / "walk.mp4"
    with FilmWriter(path) as writer:
        writer.write(np.full((65, 97, 3), 90, np.uint8))
    video = probe(path)
    assert (video.width, video.height) == (98, 66)


def test_an_exact_rate_stays_exact(tmp_path):
    write(tmp_path / "walk.mp4", 60, fps=Fraction(30_000, 1001))
    times_s = probe(tmp_path / "walk.mp4").times_s
    assert times_s == pytest.approx(np.arange(60) * 1001 / 30_000, abs=1e-6)


def test_a_film_replaces_an_earlier_one_only_when_it_is_whole(tmp_path):
    path = tmp_path / "walk.mp4"
    path.write_bytes(b"earlier")

    def fail() -> None:
        with FilmWriter(path) as writer:
            writer.write(numbered(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]
    write(path)
    assert probe(path).frame_count == 4
    assert list(tmp_path.iterdir()) == [path]


class FullDisk:
    """A file on a disk with room for `room` bytes."""

    def __init__(self, path: Path, room: int) -> None:
        self._file = path.open("wb")
        self._room = room

    def __enter__(self) -> FullDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def write(self, content: bytes) -> int:
        if self._file.tell() + len(content) > self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(content)


@pytest.mark.parametrize("room", [0, 40, 3000])
def test_a_full_disk_is_told_and_leaves_nothing(room, tmp_path, monkeypatch):
    monkeypatch.setattr("gaitdesk.media.writing.binary_file", lambda path: FullDisk(path, room))
    with pytest.raises(DiskFull, match="disk is full"):
        write(tmp_path / "walk.mp4", 40)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputNotWritable):
        write(tmp_path / "file" / "walk.mp4")


def test_a_film_without_frames_is_not_made(tmp_path):
    with pytest.raises(ValueError, match="no frame"), FilmWriter(tmp_path / "walk.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_frames_must_come_in_order_and_in_one_size(tmp_path):
    with FilmWriter(tmp_path / "walk.mp4") as writer:
        writer.write(numbered(0), 0.5)
        with pytest.raises(ValueError, match="not shown after"):
            writer.write(numbered(1), 0.5)
        with pytest.raises(ValueError, match="another size"):
            writer.write(numbered(1)[:100], 0.6)


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.mp4"):
        write(tmp_path / "walk.xyz")
    assert list(tmp_path.iterdir()) == []


def test_lower_quality_makes_a_smaller_film(tmp_path):
    write(tmp_path / "good.mp4", 20, coding=Coding(quality=18))
    write(tmp_path / "poor.mp4", 20, coding=Coding(quality=40))
    sizes = [(tmp_path / name).stat().st_size for name in ("good.mp4", "poor.mp4")]
    assert sizes[0] > 1.5 * sizes[1]
