"""The decoding process: a film that brings a decoder down takes this process, not the program.

It is started as `python -m gaitdesk.media.child` and is told over its standard input what to
decode. Frames go back through memory that both processes see; words about them over its standard
output. It leaves as soon as its input closes, so it never outlives the program that started it.
"""

from __future__ import annotations

import json
import mmap
import os
import queue
import signal
import struct
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import VideoUnreadable

Message = dict[str, Any]

_LENGTH = struct.Struct("<I")
_BEAT_S = 0.5
_PAGE = mmap.ALLOCATIONGRANULARITY


def send(pipe: BinaryIO, message: Message) -> None:
    """Write one message: its length, then itself as JSON."""
    body = json.dumps(message).encode()
    pipe.write(_LENGTH.pack(len(body)) + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> Message | None:
    """Read one message; None at the end of the pipe."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    body = pipe.read(_LENGTH.unpack(head)[0])
    return json.loads(body) if body else None


class Ring:
    """Places for a few frames, in memory that two processes see and no file system names.

    On POSIX systems the second process inherits a file descriptor, on Windows it knows a name;
    either way the memory is gone once both have left, however they leave.

    Args:
        shape: Shape of one frame.
        slots: How many frames it holds.
        handle: What the first process got as `handle`; None makes new memory.
    """

    def __init__(self, shape: tuple[int, int, int], slots: int, handle: str | None = None) -> None:
        stride = -(-int(np.prod(shape)) // _PAGE) * _PAGE
        size = stride * slots
        self.descriptor: int | None = None
        if sys.platform == "win32":
            self.handle = handle or f"gaitdesk-{os.getpid()}-{time.monotonic_ns()}"
            self._memory = mmap.mmap(-1, size, tagname=self.handle)
        else:
            self.descriptor = _anonymous_file(size) if handle is None else int(handle)
            self.handle = str(self.descriptor)
            self._memory = mmap.mmap(self.descriptor, size)
        bytes_ = np.frombuffer(self._memory, np.uint8)
        frame = int(np.prod(shape))
        self._slots = [bytes_[i * stride :][:frame].reshape(shape) for i in range(slots)]

    def __getitem__(self, slot: int) -> Image:
        return self._slots[slot]

    def __len__(self) -> int:
        return len(self._slots)

    def close(self) -> None:
        """Give the memory back; its frames must not be used after."""
        self._slots = []
        self._memory.close()
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def _anonymous_file(size: int) -> int:
    if sys.platform == "linux":
        descriptor = os.memfd_create("gaitdesk-frames")
    else:
        import tempfile

        descriptor, name = tempfile.mkstemp(prefix="gaitdesk-")
        Path(name).unlink()
    os.ftruncate(descriptor, size)
    return descriptor


class _Beat:
    """Tells the program now and then that the search goes on."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies = replies
        self._next = time.monotonic() + _BEAT_S

    def __call__(self, packets: int) -> None:
        if time.monotonic() >= self._next:
            send(self._replies, {"kind": "busy", "packets": packets})
            self._next = time.monotonic() + _BEAT_S


def _serve(requests: queue.SimpleQueue[Message], replies: BinaryIO) -> None:
    # Imported here so that the pipe is watched, and a leaving program noticed, from the start.
    from gaitdesk.media.decoding import Decoder, Upright, index_of

    task = requests.get()
    path = Path(task["path"])
    beat = _Beat(replies)
    try:
        if task["kind"] == "index":
            index = asdict(index_of(path, beat))
            index["times_s"] = index["times_s"].tolist()
            send(replies, {"kind": "index", **index})
            return
        upright = Upright(**task["upright"])
        ring = Ring(upright.shape, task["slots"], task["handle"])
        decoder = Decoder(path, np.array(task["times_s"]), upright, beat)
        while True:
            wanted = requests.get()
            decoder.put(wanted["frame"], ring[wanted["slot"]])
            send(replies, {"kind": "frame", "request": wanted["request"]})
    except VideoUnreadable as error:
        send(replies, {"kind": "unreadable", "reason": error.reason})


def _listen(pipe: BinaryIO, requests: queue.SimpleQueue[Message]) -> None:
    while (message := receive(pipe)) is not None:
        requests.put(message)
    os._exit(0)  # even in the middle of decoding: nobody waits for the answer


def main() -> None:
    """Answer requests until the input closes."""
    # Ctrl-C in a terminal reaches both processes; the program decides, and closes the input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries that print must not garble the messages.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    try:
        _serve(requests, replies)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
