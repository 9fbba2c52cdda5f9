"""Films as the other floors see them: facts by `probe`, upright frames by `VideoReader`."""

from __future__ import annotations

import hashlib
import logging
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import VideoUnreadable
from gaitdesk.domain.progress import Job, Progress, finish
from gaitdesk.domain.recording import Video
from gaitdesk.i18n import noted, tr
from gaitdesk.media.child import Message, Ring, receive, send
from gaitdesk.media.places import Places
from gaitdesk.paths import project_folder

_log = logging.getLogger(__name__)

LONGEST_SILENCE_S = 30.0
"""A decoding process that says nothing for so long is taken for hung and is ended.

Time it would have worked in, had other programs left it a processor, does not count.
"""

# Within this time an answer usually comes.
_SOON_S = 1.0
# A process that gives way is so much nicer than the program.
_NICER = 5
_SLOTS = 6
_MOST_RING_BYTES = 256_000_000
_CHUNK = 1 << 20


def probe(
    path: Path,
    *,
    is_mirrored: bool = False,
    rotation_deg: int | None = None,
    with_hash: bool = True,
) -> Video:
    """What a film is and when each of its frames is shown; decodes it once, in order.

    Args:
        path: The film.
        is_mirrored: Whether players show a mirror image, as selfie cameras write.
        rotation_deg: Clockwise turn that makes the picture upright; None takes the file's word.
        with_hash: Whether to compute the file's SHA-256.

    Raises:
        VideoUnreadable: The file is no film, or nothing in it can be decoded.
    """
    return finish(
        probing(path, is_mirrored=is_mirrored, rotation_deg=rotation_deg, with_hash=with_hash)
    )


def probing(
    path: Path,
    *,
    is_mirrored: bool = False,
    rotation_deg: int | None = None,
    with_hash: bool = True,
) -> Job[Video]:
    """`probe` as a job.

    Yields:
        About twice a second, how many parts of the film have been read.
    """
    if rotation_deg is not None and rotation_deg % 90:
        raise ValueError(f"a film is turned by quarter turns, not by {rotation_deg} degrees")
    process = _DecodingProcess(path)
    try:
        process.ask({"kind": "index", "path": str(path)})
        digest = _sha256(path) if with_hash else ""
        while (answer := process.answer())["kind"] == "busy":
            yield Progress(answer["packets"], None, tr("Reading {name}").format(name=path.name))
    finally:
        process.close()
    upright = answer["upright"]
    turns = upright["quarter_turns"] if rotation_deg is None else rotation_deg // 90 % 4
    width, height = upright["width"], upright["height"]
    if turns % 2:
        width, height = height, width
    times_s = np.array(answer["times_s"], np.float64)
    return Video(
        path=path,
        times_s=times_s - times_s[0],
        width=width,
        height=height,
        rotation_deg=90 * turns,
        # A file that asks to be flipped and a user who says that it looks flipped cancel out.
        is_mirrored=upright["is_flipped"] != is_mirrored,
        codec=answer["codec"],
        start_s=float(times_s[0]),
        recorded_at=answer["recorded_at"],
        sha256=digest,
        notes=_notes(answer),
    )


class VideoReader:
    """Upright frames of a film by number, decoded in a process of their own.

    That process decodes ahead while earlier frames are worked on. Use it as a context manager,
    from one thread at a time.

    Args:
        video: The film, as `probe` gave it.
        places: Memory for the frames; None takes fresh memory for each.
        gives_way: Whether the program itself goes before decoding, as where it paints the frames.
    """

    def __init__(
        self, video: Video, places: Places | None = None, *, gives_way: bool = False
    ) -> None:
        self.video = video
        self._places = places
        self._gives_way = gives_way
        self._process: _DecodingProcess | None = None
        self._ring: Ring | None = None
        self._next_request = 0
        self._closings = 0
        self._free: list[int] = []
        self._slot_of: dict[int, int] = {}
        self._wanted: set[int] = set()
        self._arrived: dict[int, Image] = {}

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the decoding process and give its memory back; reading again starts another."""
        if self._process is not None:
            self._process.close()
        if self._ring is not None:
            self._ring.close()
        self._process = self._ring = None
        self._closings += 1
        self._free, self._slot_of = [], {}
        self._wanted, self._arrived = set(), {}

    def frame(self, number: int) -> Image:
        """One frame, counted from 0.

        Raises:
            IndexError: The film has no such frame.
            VideoUnreadable: The film can no longer be decoded.
        """
        if not 0 <= number < self.video.frame_count:
            raise IndexError(f"frame {number} of {self.video.frame_count}")
        return self._take(self._request(number))

    def frames(
        self, start: int = 0, stop: int | None = None, step: int = 1
    ) -> Iterator[tuple[int, Image]]:
        """Frames from `start` up to, not including, `stop`, each with its number.

        Raises:
            VideoUnreadable: The film can no longer be decoded.
        """
        numbers = range(self.video.frame_count)[start:stop:step]
        asked: list[tuple[int, int]] = []
        coming = iter(numbers)
        closings = self._closings
        try:
            while True:
                if self._closings != closings:
                    raise ValueError("the reader was closed in the middle of a pass")
                # One place is left for a single frame asked for in between.
                while len(asked) < self._read_ahead and (number := next(coming, -1)) >= 0:
                    asked.append((number, self._request(number)))
                if not asked:
                    return
                number, request = asked.pop(0)
                yield number, self._take(request)
        finally:
            for _, request in asked:
                self._wanted.discard(request)
                self._arrived.pop(request, None)

    @property
    def _read_ahead(self) -> int:
        return max(1, _slots(self.video) - 1)

    def _request(self, number: int) -> int:
        process, ring = self._started()
        while not self._free:
            self._hear(process, ring)
        request, self._next_request = self._next_request, self._next_request + 1
        self._slot_of[request] = slot = self._free.pop()
        self._wanted.add(request)
        process.ask({"frame": number, "slot": slot, "request": request})
        return request

    def _take(self, request: int) -> Image:
        process, ring = self._started()
        while request not in self._arrived:
            self._hear(process, ring)
        self._wanted.discard(request)
        return self._arrived.pop(request)

    def _hear(self, process: _DecodingProcess, ring: Ring) -> None:
        """Wait for one answer; keep its frame if it is still wanted."""
        try:
            answer = process.answer()
        except BaseException:
            self.close()
            raise
        if answer["kind"] != "frame":
            return
        request = answer["request"]
        slot = self._slot_of.pop(request)
        if request in self._wanted:
            self._arrived[request] = self._copied(ring[slot])
        self._free.append(slot)

    def _copied(self, frame: Image) -> Image:
        if self._places is None:
            return frame.copy()
        own = self._places.take(frame.shape)
        np.copyto(own, frame)
        return own

    def _started(self) -> tuple[_DecodingProcess, Ring]:
        if self._process is None or self._ring is None:
            video = self.video
            self._ring = Ring((video.height, video.width, 3), _slots(video))
            self._process = _DecodingProcess(
                video.path, self._ring.descriptor, gives_way=self._gives_way
            )
            self._free = list(range(len(self._ring)))
            turned = video.rotation_deg % 180 != 0
            self._process.ask(
                {
                    "kind": "read",
                    "path": str(video.path),
                    "times_s": (video.times_s + video.start_s).tolist(),
                    "upright": {
                        "width": video.height if turned else video.width,
                        "height": video.width if turned else video.height,
                        "quarter_turns": video.rotation_deg // 90,
                        "is_flipped": video.is_mirrored,
                    },
                    "slots": len(self._ring),
                    "handle": self._ring.handle,
                }
            )
        return self._process, self._ring


class _DecodingProcess:
    """The program's end of one decoding process.

    Args:
        path: The film, for the sentences about it.
        descriptor: File descriptor of the ring that the process inherits, where there is one.
        gives_way: Whether the program goes before it where both want the processor.
    """

    def __init__(
        self, path: Path, descriptor: int | None = None, *, gives_way: bool = False
    ) -> None:
        self._path = path
        # Words of a defect in it; a file, so that a flood of them cannot block it.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(
            part for part in (str(project_folder()), environment.get("PYTHONPATH")) if part
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gaitdesk.media.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            pass_fds=() if descriptor is None else (descriptor,),
            # Without it, a console window flashes up on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
            | (getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) if gives_way else 0),
        )
        if gives_way:
            _make_nicer(self._process.pid)
        self._answers: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="decoding")
        self._listener.start()

    @property
    def pid(self) -> int:
        """Number the system knows the process by."""
        return self._process.pid

    def ask(self, message: Message) -> None:
        """Send a request; that the process is gone shows when its answer is awaited."""
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, message)  # type: ignore[arg-type]
        except OSError:
            _log.info("decoding process %s takes no more requests", self.pid)

    def answer(self) -> dict[str, Any]:
        """The next answer.

        Raises:
            VideoUnreadable: The film cannot be decoded, or the process died or hangs over it.
        """
        answer = self._heard()
        if answer is None:
            self._process.wait()
            self._complaints.seek(0)
            said = self._complaints.read()[-4000:].decode(errors="replace").strip()
            _log.error("decoding process ended with %s: %s", self._process.returncode, said)
            raise VideoUnreadable(
                self._path,
                tr(
                    "the decoder crashed on it, so the file is damaged or unusual. Convert it to"
                    " MP4 (H.264), or copy it from the camera again, and choose that file."
                ),
            )
        if answer["kind"] == "unreadable":
            raise VideoUnreadable(self._path, answer["reason"])
        return answer

    def _heard(self) -> Message | None:
        try:
            return self._answers.get(timeout=min(_SOON_S, LONGEST_SILENCE_S))
        except queue.Empty:
            # For each of a film's frames this would be too dear.
            waited_s = processor_wait_s(self.pid)
        while True:
            try:
                return self._answers.get(timeout=LONGEST_SILENCE_S)
            except queue.Empty:
                before_s, waited_s = waited_s, processor_wait_s(self.pid)
                if waited_s - before_s > LONGEST_SILENCE_S / 2:
                    _log.info("decoding process %s waits for a processor", self.pid)
                    continue
                raise VideoUnreadable(
                    self._path,
                    tr(
                        "decoding it came to a standstill. Convert it to MP4 (H.264) and choose"
                        " that file; if it lies on a network drive, copy it to this computer"
                        " first."
                    ),
                ) from None

    def close(self) -> None:
        """End the process, in the middle of its work if need be, and leave nothing of it."""
        process = self._process
        process.kill()
        process.wait()
        self._listener.join()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                # What was still in the pipe's buffer cannot be sent, nor need it be.
                _log.debug("pipe of decoding process %s closed unsent", process.pid)
        self._complaints.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while (answer := receive(self._process.stdout)) is not None:  # type: ignore[arg-type]
            self._answers.put(answer)
        self._answers.put(None)


def processor_wait_s(pid: int) -> float:
    """How long the threads of a process have been ready to work without getting a processor.

    Args:
        pid: Number of the process.

    Returns:
        Seconds of all its threads since they began; 0 where the system does not count them, as
        outside Linux.

    Source:
        Documentation/scheduler/sched-stats.rst of the Linux kernel: the second number of
        `schedstat` is the time spent waiting on a run queue, in nanoseconds.
    """
    total_ns = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total_ns += int(path.read_text().split()[1])
        except (OSError, IndexError, ValueError):
            # A thread that has ended in between.
            continue
    return total_ns / 1e9


def _make_nicer(pid: int) -> None:
    """Let the program go before a process that it has started."""
    if sys.platform != "win32":
        try:
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, pid, own + _NICER)
        except OSError:
            # It is gone already, which shows when its answer is awaited.
            _log.info("decoding process %s keeps its priority", pid)


def _slots(video: Video) -> int:
    return max(2, min(_SLOTS, _MOST_RING_BYTES // (3 * video.width * video.height)))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        # The decoding process meets the same fault and says what it is.
        return ""
    return digest.hexdigest()


def _notes(index: Message) -> tuple[str, ...]:
    notes = []
    if index["missing"]:
        notes.append(
            noted(
                "The film was cut short while being recorded or copied: its last %n frame(s) are"
                " missing. What is there was used; copy it from the camera again if steps are"
                " missing.",
                index["missing"],
            )
        )
    elif index["damaged"]:
        notes.append(
            noted(
                "%n part(s) of the film are damaged and were left out. Copy it from the camera"
                " again if frames look broken.",
                index["damaged"],
            )
        )
    if index["is_resized"]:
        notes.append(
            noted(
                "The picture changes its size on the way; all frames were brought to the first's."
            )
        )
    return tuple(notes)
