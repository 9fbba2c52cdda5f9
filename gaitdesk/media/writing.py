"""Films are written: upright RGB frames in, an MP4, MOV or AVI that appears whole or not at all."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gaitdesk.domain.arrays import Image
from gaitdesk.media.output import atomic_write

_ENCODERS = {"h264": "libx264", "hevc": "libx265", "mjpeg": "mjpeg"}
# Ticks a second, at least; the clock of MPEG.
_TICKS = 90_000
_BT709 = 1
_LIMITED_RANGE = 1


@dataclass(frozen=True, slots=True)
class Coding:
    """How a film is coded.

    Attributes:
        codec: "h264", "hevc" or "mjpeg".
        quality: Constant rate factor of H.264 and HEVC; less is better.
        preset: How much time the encoder takes.
        is_ten_bit: Whether ten bits a channel are kept, as newer phones do.
        keyframe_every: Frames from one keyframe to the next; None leaves it to the encoder.
        b_frames: Frames in a row that refer to later ones; None leaves it to the encoder.
        options: The encoder's own options.
    """

    codec: str = "h264"
    quality: int = 20
    preset: str = "veryfast"
    is_ten_bit: bool = False
    keyframe_every: int | None = None
    b_frames: int | None = None
    options: dict[str, str] = field(default_factory=dict)


class FilmWriter:
    """Writes frames to a film; a context manager.

    The film appears at its place when the block ends well. When it fails or is interrupted,
    nothing is left behind.

    Args:
        path: Where the film goes; its ending chooses the container (.mp4, .mov, .avi).
        fps: Frames a second; exact rates such as 60000/1001 as a fraction.
        rotation_deg: Clockwise turn that players are told to apply, as phones do; the pictures
            are stored turned the other way.
        coding: How it is coded.
        recorded_at: Creation time to state, ISO 8601.
        is_bare: Whether the file tells neither when nor by which program it was written.

    Raises:
        DiskFull, OutputNotWritable: See `atomic_write`.
    """

    def __init__(
        self,
        path: Path,
        fps: float | Fraction = 30,
        *,
        rotation_deg: int = 0,
        coding: Coding | None = None,
        recorded_at: str = "",
        is_bare: bool = False,
    ) -> None:
        if rotation_deg % 90:
            raise ValueError(f"a film is turned by quarter turns, not by {rotation_deg} degrees")
        self._path = path
        self._rate = fps if isinstance(fps, Fraction) else Fraction(fps).limit_denominator(1001)
        # A whole number of ticks a frame, so that no rounding shows in the frame rate.
        self._tick = 1 / (self._rate.numerator * Fraction(-(-_TICKS // self._rate.numerator)))
        self._turns = rotation_deg // 90 % 4
        self._coding = coding or Coding()
        self._recorded_at = recorded_at
        self._is_bare = is_bare
        self._closing = contextlib.ExitStack()
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._written = 0
        self._latest: int | None = None

    def __enter__(self) -> FilmWriter:
        with contextlib.ExitStack() as closing:
            draft = closing.enter_context(atomic_write(self._path))
            # Through a file of ours, because FFmpeg keeps a failed last write to itself.
            file = closing.enter_context(binary_file(draft))
            container = av.open(
                file,
                "w",
                format=_container_format(self._path),
                options={"fflags": "+bitexact"} if self._is_bare else {},
            )
            if self._recorded_at:
                container.metadata["creation_time"] = self._recorded_at
            self._container = container
            closing.push(self._finish)
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self._closing.__exit__(kind, error, trace)

    def write(self, image: Image, time_s: float | None = None) -> None:
        """Add a frame.

        Args:
            image: Upright picture; all of a film have one size.
            time_s: When it is shown; None places it one frame after the one before.

        Raises:
            ValueError: The frame does not come after the one before, or is of another size.
        """
        assert self._container is not None, "a film is written inside its `with` block"
        stored = np.rot90(image, self._turns) if self._turns else image
        stored = _even(np.ascontiguousarray(stored))
        if self._stream is None:
            self._stream = self._opened(stored.shape[1], stored.shape[0])
        stream = self._stream
        if (stream.height, stream.width) != stored.shape[:2]:
            raise ValueError(f"frame of {stored.shape[:2]} in a film of another size")
        frame = VideoFrame.from_ndarray(stored, format="rgb24")
        if stream.codec_context.name != "mjpeg":
            frame = frame.reformat(
                format=stream.pix_fmt, dst_colorspace="ITU709", dst_color_range="MPEG"
            )
        frame.time_base = self._tick
        frame.pts = self._stamp(time_s)
        if self._latest is not None and frame.pts <= self._latest:
            raise ValueError(f"frame {self._written} is not shown after the one before")
        self._latest = frame.pts
        self._written += 1
        self._container.mux(stream.encode(frame))

    def _stamp(self, time_s: float | None) -> int:
        if time_s is not None:
            return round(time_s / self._tick)
        if self._latest is None:
            return 0
        # Counted from the first frame, so that rounding never adds up.
        return max(self._latest + 1, round(self._written / self._rate / self._tick))

    def _opened(self, width: int, height: int) -> VideoStream:
        assert self._container is not None
        coding = self._coding
        stream = cast(
            VideoStream, self._container.add_stream(_ENCODERS[coding.codec], rate=self._rate)
        )
        context = stream.codec_context
        stream.width, stream.height = width, height
        context.time_base = stream.time_base = self._tick
        context.thread_count = 2
        if coding.codec == "mjpeg":
            # AVI counts frames instead of stamping them.
            context.time_base = stream.time_base = 1 / self._rate
            stream.pix_fmt = "yuvj420p"
            context.options = {"qmin": "2", "qmax": "4", **coding.options}
        else:
            stream.pix_fmt = "yuv420p10le" if coding.is_ten_bit else "yuv420p"
            context.colorspace = context.color_primaries = context.color_trc = _BT709
            context.color_range = _LIMITED_RANGE
            context.options = {
                "crf": str(coding.quality),
                "preset": coding.preset,
                **({"x265-params": "log-level=none"} if coding.codec == "hevc" else {}),
                **coding.options,
            }
        if coding.codec == "hevc":
            context.codec_tag = "hvc1"  # the only tag that Apple's players accept
        if coding.keyframe_every is not None:
            context.gop_size = coding.keyframe_every
        if coding.b_frames is not None:
            context.max_b_frames = coding.b_frames
        if self._turns:
            stream.set_display_rotation(-90.0 * self._turns)
        return stream

    def _finish(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._container is not None
        if kind is None:
            if self._stream is None:
                raise ValueError(f"no frame was written to {self._path.name}")
            self._container.mux(self._stream.encode(None))
            self._container.close()
            return
        # What was written is thrown away; that it cannot be finished is no news.
        with contextlib.suppress(av.FFmpegError, OSError, ValueError):
            self._container.close()


def binary_file(path: Path) -> BinaryIO:
    """The file a film is written through."""
    return path.open("wb")


def _container_format(path: Path) -> str:
    formats = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".avi": "avi", ".mkv": "matroska"}
    try:
        return formats[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"a film is written as {', '.join(formats)}, not {path.suffix}") from None


def _even(image: Image) -> Image:
    """The picture with its last column and row doubled where a size is odd, as codecs require."""
    rows, columns = image.shape[0] % 2, image.shape[1] % 2
    return np.pad(image, ((0, rows), (0, columns), (0, 0)), "edge") if rows or columns else image
