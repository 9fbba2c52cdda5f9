"""Films for the journeys: slices of real walks, and films with everything wrong that can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import Coding, FilmWriter
from tests.media.corpus import numbered

Change = Callable[[Image], Image]


def slice_of(
    source: Path, target: Path, start: int, stop: int, change: Change | None = None
) -> Path:
    """Some frames of a film, each changed, as H.264 at the film's own rate."""
    video = probe(source, with_hash=False)
    coding = Coding(quality=23, preset="ultrafast")
    with VideoReader(video) as reader, FilmWriter(target, video.fps, coding=coding) as writer:
        for _, image in reader.frames(start, stop):
            writer.write(image if change is None else change(image))
    return target


def half(image: Image) -> Image:
    """A picture at half its size."""
    small = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def still_room(path: Path, frames: int, fps: float = 30.0) -> Path:
    """A lit wall and floor with furniture; nobody comes in."""
    room = np.full((360, 640, 3), (188, 196, 200), np.uint8)
    room[250:] = (120, 98, 80)
    cv2.rectangle(room, (60, 150), (190, 270), (90, 60, 40), -1)
    cv2.rectangle(room, (430, 40), (560, 140), (210, 220, 240), -1)
    cv2.circle(room, (330, 90), 26, (240, 230, 180), -1)
    noise = np.random.default_rng(3)
    with FilmWriter(path, fps) as writer:
        for _ in range(frames):
            grain = noise.integers(-4, 5, room.shape, np.int16)
            writer.write(np.clip(room + grain, 0, 255).astype(np.uint8))
    return path


def counted(path: Path, frames: int, fps: float) -> Path:
    """A film of nothing but its frame numbers."""
    with FilmWriter(path, fps) as writer:
        for number in range(frames):
            writer.write(numbered(number))
    return path


def cut_before_its_index(path: Path) -> Path:
    """A film whose recording stopped before the index at its end was written."""
    whole = counted(path, 60, 30.0).read_bytes()
    path.write_bytes(whole[: whole.rindex(b"moov") - 4])
    return path


def cut_after_its_index(path: Path, share: float) -> Path:
    """A film with its index in front, of whose pictures only a share was copied."""
    plain = counted(path.with_suffix(".mov"), 60, 30.0)
    with (
        av.open(str(plain)) as given,
        av.open(str(path), "w", options={"movflags": "faststart"}) as made,
    ):
        stream = made.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    plain.unlink()
    whole = path.read_bytes()
    start = whole.rindex(b"mdat") + 4
    path.write_bytes(whole[: start + round(share * (len(whole) - start))])
    return path


def sound_alone(path: Path) -> Path:
    """A second of a tone."""
    with av.open(str(path), "w") as made:
        sound = made.add_stream("aac", rate=48_000)
        tone = np.sin(np.arange(48_000) / 20.0).astype(np.float32)[None]
        for start in range(0, 48_000, 1024):
            part = np.ascontiguousarray(tone[:, start : start + 1024])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            made.mux(sound.encode(frame))
        made.mux(sound.encode(None))
    return path


def two_walkers(source: Path, target: Path, start: int, stop: int) -> Path:
    """The street's walker twice: below, and above a second later as a mirror image."""
    earlier: list[Image] = []

    def both(image: Image) -> Image:
        # The lower half of the picture, without the man on the wall.
        small = half(half(image))[110:]
        earlier.append(small)
        other = earlier[max(0, len(earlier) - 31)][:, ::-1]
        return np.concatenate([other, small])

    return slice_of(source, target, start, stop, both)
