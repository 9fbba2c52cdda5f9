"""Folders that commands write into."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gaitdesk.domain.errors import OutputNotWritable
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import tr


def check_writable(folder: Path) -> None:
    """Fail before an hour's work rather than after it."""
    standing = folder
    while not standing.exists() and standing != standing.parent:
        standing = standing.parent
    if not standing.is_dir():
        raise OutputNotWritable(folder, tr("{path} is a file").format(path=standing))
    try:
        with tempfile.TemporaryFile(dir=standing):
            pass
    except OSError as wrong:
        raise OutputNotWritable(folder, os_words(wrong)) from wrong
