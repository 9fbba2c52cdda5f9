"""What native libraries print by themselves goes to the log, not among our words."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator

_log = logging.getLogger(__name__)

_STDERR = 2
# The descriptor belongs to the whole process: two threads must not exchange it at once.
_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def native_output_logged() -> Iterator[None]:
    """Keep what is printed below Python off standard error for the length of a block."""
    with _one_at_a_time, tempfile.TemporaryFile() as said:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            ours = os.dup(_STDERR)
        except OSError:
            # A program without a console has none; then nothing is heard anyway.
            yield
            return
        try:
            os.dup2(said.fileno(), _STDERR)
            yield
        finally:
            os.dup2(ours, _STDERR)
            os.close(ours)
            said.seek(0)
            for line in said.read().decode(errors="replace").splitlines():
                _log.info("%s", line)
