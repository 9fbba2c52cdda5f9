from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from PIL import Image as Photo

from gaitdesk.domain.errors import VideoUnreadable
from gaitdesk.media import video as video_module
from gaitdesk.media.video import VideoReader, probe, processor_wait_s
from gaitdesk.media.writing import FilmWriter
from tests.media.corpus import HEIGHT, KINDS, WIDTH, Kind, make, number_in, numbered, uneven_times_s

COUNT = 48
LONG = KINDS[0]


def kind_named(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(LONG, tmp_path_factory.mktemp("film"), 120)


_elder: set[int] = set()
"""Processes that other tests of the same session keep, such as a screen nobody looks at."""


@pytest.fixture(autouse=True)
def _others_are_not_counted():
    _elder.clear()
    _elder.update(child.pid for child in psutil.Process().children(recursive=True))


def decoding_processes() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if one.pid not in _elder]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_frame_is_the_right_one_in_order_and_by_random_steps(kind, tmp_path):
    video = probe(make(kind, tmp_path, COUNT))
    with VideoReader(video) as reader:
        in_order = [image for _, image in reader.frames()]
        steps = np.random.default_rng(3).integers(0, video.frame_count, 15)
        by_steps = [reader.frame(int(i)) for i in steps]
    assert [number_in(image) for image in in_order] == list(range(kind.first, COUNT))
    assert video.frame_count == COUNT - kind.first
    for i, image in zip(steps, by_steps, strict=True):
        assert np.array_equal(image, in_order[i]), f"frame {i}"
    assert in_order[0].shape == (video.height, video.width, 3)
    assert video.start_s == pytest.approx(kind.start_s, abs=0.04)
    assert video.times_s[0] == 0.0
    assert (np.diff(video.times_s) > 0).all()
    assert video.notes == ()


def test_uneven_times_are_those_of_the_file(tmp_path):
    video = probe(make(kind_named("uneven.mp4"), tmp_path, COUNT))
    assert video.times_s == pytest.approx(uneven_times_s(COUNT), abs=1e-4)
    assert video.is_variable_rate


def test_59_94_frames_a_second_are_not_60(tmp_path):
    assert probe(make(kind_named("ntsc_59_94.mp4"), tmp_path, 10)).fps == pytest.approx(59.94006)


def test_wide_pixels_are_made_square(tmp_path):
    video = probe(make(kind_named("wide_pixels.mp4"), tmp_path, 5))
    assert (video.width, video.height) == (WIDTH * 4 // 3, HEIGHT)


def test_the_turn_applied_is_stated(tmp_path):
    video = probe(make(kind_named("turned_90.mp4"), tmp_path, 3))
    assert (video.rotation_deg, video.width, video.height) == (90, WIDTH, HEIGHT)


def test_a_stated_turn_overrules_the_file(film):
    plain = probe(film)
    turned = probe(film, rotation_deg=90)
    with VideoReader(plain) as one, VideoReader(turned) as other:
        assert np.array_equal(other.frame(4), np.rot90(one.frame(4), -1))
    assert (turned.width, turned.height) == (HEIGHT, WIDTH)


def test_a_mirrored_film_is_flipped_back(film):
    with VideoReader(probe(film)) as one, VideoReader(probe(film, is_mirrored=True)) as other:
        assert np.array_equal(other.frame(4), one.frame(4)[:, ::-1])


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_flip_the_file_asks_for_is_made_as_players_make_it(degrees, tmp_path):
    shown = numbered(7)
    # What a player does: exchange left and right first, then turn; undone in reverse.
    stored = np.ascontiguousarray(np.rot90(shown, degrees // 90)[:, ::-1])
    path = tmp_path / "selfie.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.height, stream.width = stored.shape[:2]
        stream.pix_fmt = "yuv420p"
        cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
        one = 1 << 16
        stream.set_display_matrix(
            [-cos * one, -sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30]
        )
        frame = av.VideoFrame.from_ndarray(stored, format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    video = probe(path)
    with VideoReader(video) as reader:
        assert number_in(reader.frame(0)) == 7
    assert video.is_mirrored


def test_facts_of_the_file_are_stated(tmp_path):
    path = tmp_path / "walk.mp4"
    with FilmWriter(path, 25, recorded_at="2024-05-03T10:20:30Z") as writer:
        for i in range(5):
            writer.write(numbered(i))
    video = probe(path)
    assert video.recorded_at.startswith("2024-05-03T10:20:30")
    assert video.codec == "h264"
    assert len(video.sha256) == 64
    assert video.fps == pytest.approx(25)
    assert probe(path, with_hash=False).sha256 == ""


def test_every_other_frame_and_part_of_a_film(film):
    with VideoReader(probe(film)) as reader:
        got = [(i, number_in(image)) for i, image in reader.frames(10, 40, 7)]
    assert got == [(i, i) for i in range(10, 40, 7)]


def test_single_frames_between_those_of_a_pass(film):
    with VideoReader(probe(film)) as reader:
        for i, image in reader.frames(0, 20):
            assert number_in(image) == i
            assert number_in(reader.frame(100 - i)) == 100 - i


def test_a_pass_left_early_disturbs_no_later_one(film):
    with VideoReader(probe(film)) as reader:
        for i, _ in reader.frames():
            if i == 3:
                break
        assert [number_in(image) for _, image in reader.frames(50, 60)] == list(range(50, 60))


def test_a_pass_does_not_outlive_its_reader(film):
    with VideoReader(probe(film)) as reader:
        coming = reader.frames()
        next(coming)
    with pytest.raises(ValueError, match="closed"):
        next(coming)
    assert decoding_processes() == []


@pytest.mark.skipif(sys.platform == "win32", reason="priorities have other names there")
@pytest.mark.parametrize("gives_way", [True, False])
def test_decoding_for_the_eye_gives_way_to_the_program(film, gives_way):
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with VideoReader(probe(film), gives_way=gives_way) as reader:
        assert number_in(reader.frame(3)) == 3
        (process,) = decoding_processes()
        assert process.nice() == (min(own + 5, 19) if gives_way else own)


def test_a_frame_beyond_the_end_is_refused(film):
    with VideoReader(probe(film)) as reader, pytest.raises(IndexError):
        reader.frame(120)


def test_a_film_changed_since_it_was_read_is_refused(film, tmp_path):
    path = tmp_path / "walk.mp4"
    path.write_bytes(film.read_bytes())
    video = probe(path)
    make(kind_named("uneven.mp4"), tmp_path, COUNT).replace(path)
    with VideoReader(video) as reader, pytest.raises(VideoUnreadable, match="has changed"):
        list(reader.frames())


# What cannot be read


def sound(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))


def without_frames(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()


def cut_short(path: Path) -> None:
    make(LONG, path.parent, COUNT)
    film = path.parent / LONG.name
    path.write_bytes(film.read_bytes()[: film.stat().st_size * 2 // 3])


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(50_000))


BAD = {
    "missing": (lambda path: None, "no such file"),
    "folder": (lambda path: path.mkdir(), "is a folder"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "text": (lambda path: path.write_text("Gait of 3 May\n"), "is a text file"),
    "playlist": (
        lambda path: path.write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n"),
        "is a text file",
    ),
    "noise": (noise, "not a film, or it is damaged"),
    "cut short": (cut_short, "cut short"),
    "sound alone": (sound, "sound but no pictures"),
    "no frames": (without_frames, "no pictures|no frames"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_film_is_refused_with_a_sentence_that_says_why(name, tmp_path):
    spoil, why = BAD[name]
    path = tmp_path / "walk.mp4"
    spoil(path)
    with pytest.raises(VideoUnreadable, match=why) as raised:
        probe(path)
    assert str(raised.value).startswith("walk.mp4: ")
    assert decoding_processes() == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the system refuses nobody")
def test_a_film_without_read_access_is_refused(film, tmp_path):
    path = tmp_path / "walk.mp4"
    path.write_bytes(film.read_bytes())
    path.chmod(0)
    with pytest.raises(VideoUnreadable, match="Ask for read access"):
        probe(path)


@pytest.fixture(scope="module")
def index_first(film: Path) -> bytes:
    """A film with its index before its pictures, as downloads have it."""
    path = film.with_name("index_first.mp4")
    with (
        av.open(str(film)) as given,
        av.open(str(path), "w", options={"movflags": "+faststart"}) as made,
    ):
        stream = made.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return path.read_bytes()


def test_a_film_without_its_end_is_read_up_to_there_and_says_so(index_first, tmp_path):
    path = tmp_path / "walk.mp4"
    path.write_bytes(index_first[: len(index_first) * 2 // 3])
    video = probe(path)
    assert 40 < video.frame_count < 110
    assert f"last {120 - video.frame_count} frame" in video.notes[0]
    with VideoReader(video) as reader:
        numbers = [number_in(image) for _, image in reader.frames()]
    assert numbers == list(range(video.frame_count))


def test_a_film_damaged_inside_is_read_around_the_damage_and_says_so(index_first, tmp_path):
    content = bytearray(index_first)
    rng = np.random.default_rng(1)
    for place in rng.integers(len(content) // 2, len(content) * 3 // 4, 300):
        content[place] = rng.integers(256)
    path = tmp_path / "walk.mp4"
    path.write_bytes(bytes(content))
    video = probe(path)
    assert "damaged" in video.notes[0]
    assert (np.diff(video.times_s) > 0).all()
    with VideoReader(video) as reader:
        assert sum(1 for _ in reader.frames()) == video.frame_count


def test_a_photo_is_a_film_of_one_frame(tmp_path):
    path = tmp_path / "photo.png"
    Photo.fromarray(numbered(5)).save(path)
    video = probe(path)
    assert video.frame_count == 1
    with VideoReader(video) as reader:
        assert number_in(reader.frame(0)) == 5


# A decoder that goes down takes nothing with it


def test_a_crash_of_the_decoder_is_told_and_leaves_nothing(film):
    video = probe(film)
    with VideoReader(video) as reader:
        coming = reader.frames()
        next(coming)
        (child,) = decoding_processes()
        child.send_signal(signal.SIGSEGV if os.name != "nt" else signal.SIGTERM)
        with pytest.raises(VideoUnreadable, match="decoder crashed"):
            list(coming)
        assert decoding_processes() == []
        assert number_in(reader.frame(9)) == 9, "reading again starts afresh"


def test_a_decoder_that_hangs_is_ended(film, monkeypatch):
    with VideoReader(probe(film)) as reader:
        reader.frame(0)
        monkeypatch.setattr(video_module, "LONGEST_SILENCE_S", 0.5)
        (child,) = decoding_processes()
        child.suspend()
        with pytest.raises(VideoUnreadable, match="standstill"):
            reader.frame(100)
    assert decoding_processes() == []


def test_a_decoder_that_other_programs_starve_is_waited_for(film, monkeypatch):
    waited_s = itertools.count(step=1.0)
    with VideoReader(probe(film)) as reader:
        expected = reader.frame(100)
        (child,) = decoding_processes()
        child.suspend()
        monkeypatch.setattr(video_module, "LONGEST_SILENCE_S", 0.2)

        def starved_s(pid: int) -> float:
            assert pid == child.pid
            told = next(waited_s)
            if told == 3.0:
                child.resume()
            return told

        monkeypatch.setattr(video_module, "processor_wait_s", starved_s)
        assert (reader.frame(100) == expected).all()


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="only Linux counts it")
def test_two_that_share_one_processor_wait_for_it():
    work = "import os, time\nos.sched_setaffinity(0, {0})\nwhile True: pass"
    both = [subprocess.Popen([sys.executable, "-c", work]) for _ in range(2)]
    try:
        before_s = sum(processor_wait_s(each.pid) for each in both)
        deadline = time.monotonic() + 30.0
        while sum(processor_wait_s(each.pid) for each in both) < before_s + 0.2:
            assert time.monotonic() < deadline, "they share one processor and never waited"
            time.sleep(0.02)
    finally:
        for each in both:
            each.kill()
            each.wait()


@pytest.mark.skipif(os.name == "nt", reason="descriptors are counted by the system's own folder")
def test_reading_leaves_no_process_thread_or_descriptor(film):
    video = probe(film)
    time.sleep(0.2)
    before = held()
    for _ in range(3):
        with VideoReader(video) as reader:
            reader.frame(5)
    # The system counts a thread for a moment after it has ended.
    deadline = time.monotonic() + 5.0
    while held() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert held() <= before
    assert decoding_processes() == []


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return psutil.Process().num_fds(), psutil.Process().num_threads()


def test_the_decoder_leaves_when_the_program_is_killed(film):
    program = (
        "import sys; from pathlib import Path; from gaitdesk.media.video import *\n"
        f"reader = VideoReader(probe(Path({str(film)!r}))); reader.frame(3)\n"
        "print(reader._process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 10
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the decoding process outlived the program"
        time.sleep(0.02)
