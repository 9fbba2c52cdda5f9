"""What the operating system says of a file, in the language spoken."""

from __future__ import annotations

import errno
import os

from gaitdesk.i18n import ENGLISH, language, tr


def os_words(error: OSError) -> str:
    """Why the system refused, for people; its own words where it is another reason than usual."""
    said = os.strerror(error.errno) if error.errno else error.strerror or str(error)
    return said if language() == ENGLISH else _usual().get(error.errno or 0, said)


def _usual() -> dict[int, str]:
    return {
        errno.EACCES: tr("Permission denied"),
        errno.EPERM: tr("Operation not permitted"),
        errno.ENOENT: tr("No such file or directory"),
        errno.EEXIST: tr("File exists"),
        errno.EISDIR: tr("Is a directory"),
        errno.ENOTDIR: tr("Not a directory"),
        errno.ENOTEMPTY: tr("Directory not empty"),
        errno.EROFS: tr("Read-only file system"),
        errno.EBUSY: tr("Device or resource busy"),
        errno.EIO: tr("Input/output error"),
        errno.ENOSPC: tr("No space left on device"),
        errno.EMFILE: tr("Too many open files"),
        errno.ENAMETOOLONG: tr("File name too long"),
        errno.ETIMEDOUT: tr("Connection timed out"),
    }
