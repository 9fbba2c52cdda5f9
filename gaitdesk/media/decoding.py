"""Frames out of one film file, exact by presentation order; runs inside the decoding process."""

from __future__ import annotations

import bisect
import math
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from gaitdesk.domain.arrays import FloatArray, Image
from gaitdesk.domain.errors import VideoUnreadable
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import tr

_MOST_THREADS = 4
# A walk is seen from two sides; threads beyond the cores only get in each other's way.
_FILMS = 2
# Beyond this the sample aspect ratio is a muxer's mistake, not a camera's pixel.
_WIDEST_PIXEL = 4.0

Beat = Callable[[int], None]
"""Called with the number of packets read, so that a long search is not taken for a hang."""


@dataclass(frozen=True, slots=True)
class Upright:
    """How a stored picture becomes the upright one with square pixels.

    Attributes:
        width, height: Size of the stored picture once its pixels are square.
        quarter_turns: Clockwise turns of 90 degrees.
        is_flipped: Whether left and right are then exchanged.
    """

    width: int
    height: int
    quarter_turns: int = 0
    is_flipped: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the upright picture."""
        turned = self.quarter_turns % 2 == 1
        rows, columns = (self.width, self.height) if turned else (self.height, self.width)
        return rows, columns, 3

    def put(self, frame: VideoFrame, into: Image, reformatter: VideoReformatter) -> None:
        """Write a decoded frame upright into a picture of shape `shape`."""
        # One thread: starting others for each frame takes longer than they have to do.
        coloured = reformatter.reformat(frame, self.width, self.height, "rgb24", threads=1)
        stored = coloured.to_ndarray()
        if not self.quarter_turns and not self.is_flipped:
            np.copyto(into, stored)
            return
        # Imported here: most films need neither, and the process starts twice as fast without.
        import cv2

        if self.quarter_turns:
            stored = np.asarray(cv2.rotate(stored, self.quarter_turns - 1), np.uint8)
        np.copyto(into, np.asarray(cv2.flip(stored, 1)) if self.is_flipped else stored)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """What one pass over a film finds out.

    Attributes:
        times_s: Presentation time of each frame on the container's clock, strictly ascending.
        upright: How its pictures are made upright, as the file states.
        codec: Name of the coding.
        recorded_at: Creation time the file states, or empty.
        missing: Frames that the container's index announces and the file no longer holds.
        damaged: Packets that could not be decoded.
        is_resized: Whether the size of the picture changes on the way.
    """

    times_s: FloatArray
    upright: Upright
    codec: str
    recorded_at: str
    missing: int
    damaged: int
    is_resized: bool


def opened(path: Path, films: int = 1) -> tuple[InputContainer, VideoStream]:
    """A film's container and its picture stream.

    Args:
        path: The film.
        films: How many films are decoded at a time and share the processor's cores.

    Raises:
        VideoUnreadable: Missing, empty, no film, cut short before its index, or without pictures.
    """
    try:
        if path.is_dir():
            raise VideoUnreadable(path, tr("this is a folder; choose the film inside it."))
        if path.stat().st_size == 0:
            raise VideoUnreadable(
                path, tr("the file is empty. Copy it from the camera again and choose the copy.")
            )
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError as error:
        raise VideoUnreadable(
            path, tr("there is no such file. Check the name and whether its disk is connected.")
        ) from error
    except OSError as error:
        raise VideoUnreadable(
            path,
            tr("the file cannot be opened ({reason}). Ask for read access to it.").format(
                reason=os_words(error)
            ),
        ) from error
    try:
        # A film may name other addresses to read from; only this file is ever opened.
        container = av.open(
            str(path.absolute()),
            options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise VideoUnreadable(path, _why_not_opened(head)) from error
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams:
        reason = (
            tr("it holds sound but no pictures. Choose the film, not its sound track.")
            if container.streams.audio
            else tr("it holds no pictures. Choose a film from the camera.")
        )
        container.close()
        raise VideoUnreadable(path, reason)
    stream = streams[0]
    if stream.codec_context is None:
        container.close()
        raise VideoUnreadable(
            path,
            tr("its coding is not known here. Convert it to MP4 (H.264) and choose that file."),
        )
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = min(_MOST_THREADS, max(1, (os.cpu_count() or 1) // films))
    return container, stream


def index_of(path: Path, beat: Beat) -> Index:
    """Decode a film once, from its first frame to its last, and note when each is shown.

    Raises:
        VideoUnreadable: See `opened`; also a film from which no frame can be decoded.
    """
    container, stream = opened(path)
    with container:
        pts: list[int | None] = []
        decoding = _Pass(container, stream, beat)
        upright: Upright | None = None
        is_resized = False
        size = (0, 0)
        for frame in decoding:
            if upright is None:
                upright, size = _upright(frame, stream), (frame.width, frame.height)
            is_resized = is_resized or (frame.width, frame.height) != size
            pts.append(frame.pts)
        if upright is None:
            raise VideoUnreadable(path, _why_no_frame(decoding.packets, decoding.damaged))
        base = stream.time_base or Fraction(1, 1000)
        rate = stream.average_rate or stream.guessed_rate
        return Index(
            times_s=presentation_times(pts, base, float(rate) if rate else 0.0),
            upright=upright,
            codec=stream.codec_context.codec.canonical_name,
            recorded_at=_creation_time(container, stream),
            missing=_missing(path, container, stream, len(pts)),
            damaged=decoding.damaged,
            is_resized=is_resized,
        )


def presentation_times(pts: list[int | None], base: Fraction, rate: float) -> FloatArray:
    """Time of each frame, strictly ascending, with gaps in the time stamps filled.

    A stamp that is missing, or does not lie after every earlier one, is placed evenly between
    its neighbours; at either end it is placed by the typical gap.

    Args:
        pts: Stamp of each frame in the order shown; None where missing.
        base: Seconds a unit.
        rate: Frames a second the container states; 0 where it does not.
    """
    count = len(pts)
    is_sound = np.array(sound_stamps(pts), np.bool_)
    known = np.flatnonzero(is_sound)
    times_s = np.array([float((stamp or 0) * base) for stamp in pts])
    if len(known) == count:
        return times_s
    gaps_s = np.diff(times_s[known]) / np.diff(known)
    gap_s = float(np.median(gaps_s)) if len(gaps_s) else 1.0 / (rate or 30.0)
    if not len(known):
        return np.asarray(np.arange(count) * gap_s, np.float64)
    frames = np.arange(count)
    filled = np.asarray(np.interp(frames, known, times_s[known]), np.float64)
    filled[: known[0]] = times_s[known[0]] - (known[0] - frames[: known[0]]) * gap_s
    filled[known[-1] :] = times_s[known[-1]] + (frames[known[-1] :] - known[-1]) * gap_s
    return filled


def sound_stamps(pts: list[int | None]) -> list[bool]:
    """Whether each stamp lies after every earlier one."""
    sound, latest = [], -math.inf
    for stamp in pts:
        is_sound = stamp is not None and stamp > latest
        sound.append(is_sound)
        if is_sound and stamp is not None:
            latest = stamp
    return sound


class Decoder:
    """Upright frames of one film by number; forward steps are cheap, others cost a search.

    A search goes to the last keyframe that is shown before the frame, decodes on from there, and
    counts a frame as found only when the time stamps of all frames on the way are those of the
    index. Where a film's own index misleads the search, it starts again from the first frame.

    Args:
        path: The film.
        times_s: Time of each frame on the container's clock, from its `Index`.
        upright: How its pictures are made upright.
        beat: Called as the search goes on.
    """

    def __init__(self, path: Path, times_s: FloatArray, upright: Upright, beat: Beat) -> None:
        self._path = path
        self._upright = upright
        self._beat = beat
        self._reformatter = VideoReformatter()
        self._container, self._stream = opened(path, _FILMS)
        base = float(self._stream.time_base or Fraction(1, 1000))
        self._pts = [round(time_s / base) for time_s in times_s]
        self._number = {stamp: number for number, stamp in enumerate(self._pts)}
        self._keys: list[int] | None = None
        self._can_seek = True
        self._restart()

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def put(self, number: int, into: Image) -> None:
        """Write frame `number`, counted from 0, into a picture of the upright shape.

        Raises:
            VideoUnreadable: The film is no longer the one that was indexed.
        """
        self._upright.put(self._frame(number), into, self._reformatter)

    def _frame(self, number: int) -> VideoFrame:
        if self._current is not None and number == self._at:
            return self._current
        if self._is_ahead(number):
            found = self._advance(number)
            if found is not None:
                return found
        while self._can_seek:
            if self._seek(number):
                found = self._advance(number)
                if found is not None:
                    return found
            # Frames reached by searching do not bear the stamps the index has.
            self._can_seek = False
        self._restart()
        found = self._advance(number)
        if found is None:
            raise VideoUnreadable(
                self._path,
                tr("the file has changed since it was first read. Start again with this film."),
            )
        return found

    def _is_ahead(self, number: int) -> bool:
        """Whether decoding on reaches the frame at least as soon as a search would."""
        if number <= self._at:
            return False
        if number == self._at + 1 or not self._can_seek:
            return True
        return self._key_before(number) <= self._at

    def _key_before(self, number: int) -> int:
        """The last frame at or before `number` from which decoding can start."""
        if self._keys is None:
            self._keys = sorted({self._number[k] for k in self._key_stamps() if k in self._number})
        place = bisect.bisect_right(self._keys, number)
        return self._keys[place - 1] if place else 0

    def _key_stamps(self) -> Iterator[int]:
        container, stream = opened(self._path)
        with container:
            try:
                for packet in container.demux(stream):
                    self._beat(0)
                    if packet.is_keyframe and packet.pts is not None:
                        yield packet.pts
            except (av.FFmpegError, OSError):
                return

    def _restart(self) -> None:
        """Back to before the first frame."""
        self._container.close()
        self._container, self._stream = opened(self._path, _FILMS)
        self._frames = iter(_Pass(self._container, self._stream, self._beat))
        self._at = -1
        self._current: VideoFrame | None = None
        self._is_from_start, self._latest = True, -math.inf

    def _seek(self, number: int) -> bool:
        """Go to the keyframe before a frame; False where the container does not lead there."""
        key = self._key_before(number)
        if key == 0:
            self._restart()
            return True
        try:
            self._container.seek(self._pts[key], stream=self._stream, backward=True)
        except (av.FFmpegError, OSError):
            return False
        self._frames = iter(_Pass(self._container, self._stream, self._beat))
        self._is_from_start, self._current = False, None
        for frame in self._frames:
            # Frames shown before the keyframe but stored after it lack what they refer to.
            if frame.key_frame and frame.pts in self._number:
                self._at, self._current = self._number[frame.pts], frame
                return self._at <= number and not frame.is_corrupt
        return False

    def _advance(self, number: int) -> VideoFrame | None:
        """Decode on to a frame; None when a stamp on the way is not the expected one."""
        if self._current is not None and self._at == number:
            return self._current
        for frame in self._frames:
            self._at, self._current = self._at + 1, frame
            if self._at >= len(self._pts) or not self._is_expected(frame):
                return None
            if self._at == number:
                return frame
        return None

    def _is_expected(self, frame: VideoFrame) -> bool:
        stamp = frame.pts
        if not self._is_from_start:
            return bool(stamp == self._pts[self._at] and not frame.is_corrupt)
        # Counted from the first frame, a missing stamp was filled in and proves nothing.
        if stamp is None or stamp <= self._latest:
            return True
        self._latest = stamp
        return bool(stamp == self._pts[self._at])


class _Pass:
    """Decoded frames from where a container stands; what cannot be decoded is counted."""

    def __init__(self, container: InputContainer, stream: VideoStream, beat: Beat) -> None:
        self._container = container
        self._stream = stream
        self._beat = beat
        self.packets = 0
        self.damaged = 0

    def __iter__(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError):
                # The file ends, or is unreadable, in the middle of a packet: flush what is held.
                self.damaged += 1
                yield from self._decoded(None)
                return
            self.packets += 1
            self._beat(self.packets)
            yield from self._decoded(packet)

    def _decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            if packet is None:
                return self._stream.codec_context.decode(None)
            return [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
        except (av.FFmpegError, OSError):
            self.damaged += 1
            return []


def _upright(frame: VideoFrame, stream: VideoStream) -> Upright:
    ratio = float(stream.sample_aspect_ratio or 1)
    if not 1 / _WIDEST_PIXEL <= ratio <= _WIDEST_PIXEL:
        ratio = 1.0
    # Only ever stretched, so that no line of the picture is lost.
    width = round(frame.width * max(1.0, ratio))
    height = round(frame.height / min(1.0, ratio))
    turns, is_flipped = _display_turn(frame)
    return Upright(width, height, turns, is_flipped)


def _display_turn(frame: VideoFrame) -> tuple[int, bool]:
    """Quarter turns clockwise, then whether left and right are exchanged.

    Source:
        ISO/IEC 14496-12, 6.2.2: a stored point (x, y) is shown at (a x + c y, b x + d y).
    """
    side_data: Any = frame.side_data  # PyAV's own type for it names only some kinds
    if "DISPLAYMATRIX" not in side_data:
        return 0, False
    a, b, _, c, d = struct.unpack("=5i", bytes(side_data["DISPLAYMATRIX"])[:20])
    if a * d - b * c >= 0:
        return round(math.degrees(math.atan2(b, a)) / 90.0) % 4, False
    # A flip before a turn of +t equals a turn of -t and then the flip.
    return round(-math.degrees(math.atan2(-b, -a)) / 90.0) % 4, True


def _is_cover(stream: VideoStream) -> bool:
    """Whether a picture stream is the still cover of a sound file."""
    return bool(stream.disposition & type(stream.disposition).attached_pic)


def _missing(path: Path, container: InputContainer, stream: VideoStream, decoded: int) -> int:
    """Frames lost because the file was cut short after its index was written."""
    if "mp4" in container.format.name:
        size = path.stat().st_size
        lost = sum(entry.pos + entry.size > size for entry in stream.index_entries)
        # Frames that refer to lost ones are lost with them.
        return max(lost, stream.frames - decoded) if lost else 0
    if container.format.name == "avi":
        return max(0, stream.frames - decoded)
    return 0


def _creation_time(container: InputContainer, stream: VideoStream) -> str:
    for metadata in (container.metadata, stream.metadata):
        stated = metadata.get("com.apple.quicktime.creationdate") or metadata.get("creation_time")
        if stated:
            return str(stated)
    return ""


def _why_not_opened(head: bytes) -> str:
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        return tr(
            "it was cut short while being recorded or copied, and the index that every film ends"
            " with is missing. Copy it from the camera again; if that copy fails too, record again."
        )
    if head and all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head):
        return tr("this is a text file, not a film, whatever its name says. Choose the film.")
    return tr(
        "this is not a film, or it is damaged. Copy it from the camera again, or convert it to"
        " MP4 (H.264), and choose that file."
    )


def _why_no_frame(packets: int, damaged: int) -> str:
    if not packets:
        return tr("the film holds no frames at all. Record again.")
    return tr(
        "none of its frames can be decoded ({damaged} of {packets} parts are damaged). Copy it"
        " from the camera again, or convert it to MP4 (H.264), and choose that file."
    ).format(damaged=damaged, packets=packets)
