"""Films of every kind the clinic's cameras write, each frame bearing its own number in blocks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from gaitdesk.domain.arrays import Image
from gaitdesk.media.writing import Coding, FilmWriter

WIDTH, HEIGHT = 192, 144
BITS = 12
"""Numbers go up to 4095; each bit stands above its opposite, so a wrong reading shows."""

LONG_GOP = Coding(keyframe_every=250, b_frames=3)


@functools.lru_cache(maxsize=256)
def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> Image:
    """An upright picture that bears `number`, over a ground that moves.

    Red marks the top left corner and green the top right one, so a turned or mirrored picture
    cannot be taken for an upright one.
    """
    rows, columns = np.mgrid[0:height, 0:width]
    wave = 96 + 60 * np.sin((columns + 3 * number) / 9.0) * np.cos((rows - 2 * number) / 7.0)
    image = np.repeat(wave[..., None], 3, axis=2).astype(np.uint8)
    block = _block(width)
    top = height // 2 - block
    for bit in range(BITS):
        is_set = bool(number >> bit & 1)
        left = (width - BITS * block) // 2 + bit * block
        image[top : top + block, left : left + block] = 235 * is_set
        image[top + block : top + 2 * block, left : left + block] = 235 * (not is_set)
    corner = height // 6
    image[:corner, :corner] = (220, 20, 20)
    image[:corner, -corner:] = (20, 220, 20)
    image.flags.writeable = False
    return image


def number_in(image: Image) -> int:
    """The number a picture bears; -1 where it cannot be read or does not stand upright."""
    height, width = image.shape[:2]
    block = _block(width)
    corner = height // 12
    red, green = image[corner, corner].astype(int), image[corner, -corner].astype(int)
    if red[0] < red[1] + 80 or green[1] < green[0] + 80:
        return -1
    number = 0
    for bit in range(BITS):
        column = (width - BITS * block) // 2 + bit * block + block // 2
        upper = int(image[height // 2 - block // 2, column].mean())
        lower = int(image[height // 2 + block // 2, column].mean())
        if abs(upper - lower) < 80:
            return -1
        number |= (upper > lower) << bit
    return number


def _block(width: int) -> int:
    return width // (BITS + 2)


@dataclass(frozen=True)
class Kind:
    """One kind of film.

    Attributes:
        name: File name, its ending chooses the container.
        make: Writes it: path, numbers of its frames, width, height.
        first: Number that its first frame bears.
        start_s: Presentation time of the first frame.
    """

    name: str
    make: Callable[[Path, int, int, int], None]
    first: int = 0
    start_s: float = 0.0


def _written(**options: object) -> Callable[[Path, int, int, int], None]:
    def make(path: Path, count: int, width: int, height: int) -> None:
        with FilmWriter(path, **options) as writer:
            for i in range(count):
                writer.write(numbered(i, width, height))

    return make


def uneven_times_s(count: int) -> np.ndarray:
    """Times with gaps of 12 to 60 ms, as phones write in poor light."""
    gaps = np.random.default_rng(5).integers(12, 60, count) / 1000.0
    return np.cumsum(gaps) - gaps[0]


def _uneven(path: Path, count: int, width: int, height: int) -> None:
    with FilmWriter(path, 30, coding=LONG_GOP) as writer:
        for i, time_s in enumerate(uneven_times_s(count)):
            writer.write(numbered(i, width, height), float(time_s))


def _late(path: Path, count: int, width: int, height: int) -> None:
    with FilmWriter(path, 50, coding=LONG_GOP) as writer:
        for i in range(count):
            writer.write(numbered(i, width, height), 0.7 + i / 50)


def _encoded(
    path: Path,
    count: int,
    size: tuple[int, int],
    codec: str,
    *,
    options: dict[str, str],
    ratio: Fraction | None = None,
    b_frames: int = 0,
) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.options = options
        stream.codec_context.max_b_frames = b_frames
        if ratio:
            stream.codec_context.sample_aspect_ratio = ratio
        for i in range(count):
            frame = VideoFrame.from_ndarray(numbered(i, *size), format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _by_codec(codec: str, b_frames: int = 0, **options: str) -> Callable[..., None]:
    def make(path: Path, count: int, width: int, height: int) -> None:
        _encoded(path, count, (width, height), codec, options=options, b_frames=b_frames)

    return make


def _wide_pixels(path: Path, count: int, width: int, height: int) -> None:
    _encoded(path, count, (width, height), "libx264", options={}, ratio=Fraction(4, 3))


def remuxed(source: Path, target: Path, *, skip: int = 0, with_sound: bool = False) -> None:
    """Copy a film's pictures into another container without coding them again.

    Args:
        source, target: The films.
        skip: Frames that the edit list hides at the start; they stay in the file.
        with_sound: Whether a sound track is added.
    """
    with (
        av.open(str(source)) as given,
        av.open(str(target), "w", options={"avoid_negative_ts": "disabled"}) as made,
    ):
        pictures = made.add_stream_from_template(given.streams.video[0])
        sound = made.add_stream("aac", rate=48_000) if with_sound else None
        shift = None
        for packet in given.demux(video=0):
            if packet.dts is None:
                continue
            if shift is None:
                shift = round(skip * packet.duration)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = pictures
            made.mux(packet)
        if sound is not None:
            tone = np.sin(np.arange(48_000) / 20.0).astype(np.float32)[None]
            for i in range(0, 48_000, 1024):
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(tone[:, i : i + 1024]), format="fltp", layout="mono"
                )
                frame.sample_rate, frame.pts, frame.time_base = 48_000, i, Fraction(1, 48_000)
                made.mux(sound.encode(frame))
            made.mux(sound.encode(None))


def _remux(**options: object) -> Callable[[Path, int, int, int], None]:
    def make(path: Path, count: int, width: int, height: int) -> None:
        plain = path.with_name(f"plain-{path.name}")
        _written(coding=LONG_GOP)(plain, count, width, height)
        remuxed(plain, path, **options)
        plain.unlink()

    return make


KINDS: tuple[Kind, ...] = (
    Kind("long_gop.mp4", _written(coding=LONG_GOP)),
    Kind("uneven.mp4", _uneven),
    Kind("turned_90.mp4", _written(rotation_deg=90)),
    Kind("turned_180.mov", _written(rotation_deg=180, coding=LONG_GOP)),
    Kind("turned_270.mp4", _written(rotation_deg=270)),
    Kind("hevc.mp4", _written(coding=Coding("hevc", keyframe_every=30))),
    Kind("hevc_ten_bit.mov", _written(coding=Coding("hevc", is_ten_bit=True, keyframe_every=24))),
    Kind("h264_ten_bit.mp4", _written(coding=Coding(is_ten_bit=True, keyframe_every=40))),
    Kind("ntsc_59_94.mp4", _written(fps=Fraction(60_000, 1001), coding=LONG_GOP)),
    Kind("with_sound.mp4", _remux(with_sound=True)),
    Kind("cut_start.mp4", _remux(skip=10), first=10),
    Kind("late_start.mp4", _late, start_s=0.7),
    Kind("motion_jpeg.avi", _written(coding=Coding("mjpeg"))),
    Kind("open_gop.mp4", _written(coding=Coding(options={"x264-params": "open-gop=1:keyint=20"}))),
    Kind(
        "rolling_refresh.mp4",
        _written(coding=Coding(options={"x264-params": "intra-refresh=1:keyint=20"})),
    ),
    Kind("vp9.webm", _by_codec("libvpx-vp9", **{"cpu-used": "8", "deadline": "realtime"})),
    Kind("matroska.mkv", _written(coding=LONG_GOP)),
    Kind("stream.ts", _by_codec("libx264", preset="veryfast", g="25")),
    Kind("mpeg4_b_frames.avi", _by_codec("mpeg4", b_frames=2, g="30", qscale="3")),
    Kind("wide_pixels.mp4", _wide_pixels),
)


def make(kind: Kind, folder: Path, count: int, width: int = WIDTH, height: int = HEIGHT) -> Path:
    """Write one film of a kind; its path."""
    path = folder / kind.name
    kind.make(path, count, width, height)
    return path
