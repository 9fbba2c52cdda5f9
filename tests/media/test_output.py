from __future__ import annotations

import errno
import os
import stat

import pytest

from gaitdesk.domain.errors import DiskFull, OutputNotWritable
from gaitdesk.media.output import atomic_write, write_bytes, write_text


def test_a_text_file_appears_whole(tmp_path):
    path = tmp_path / "new" / "folder" / "report.csv"
    write_text(path, "Größe;1\n")
    assert path.read_bytes() == "Größe;1\n".encode()


def test_an_earlier_file_is_replaced(tmp_path):
    write_bytes(tmp_path / "a", b"1")
    write_bytes(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"2"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="rights are a POSIX matter")
def test_rights_are_those_of_any_new_file(tmp_path):
    (tmp_path / "usual").touch()
    write_bytes(tmp_path / "ours", b"")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("usual", "ours")]
    assert modes[0] == modes[1]


def failing(path, error: BaseException) -> None:
    with atomic_write(path) as draft:
        draft.write_bytes(b"half")
        raise error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
        (OSError(errno.EDQUOT, "Quota exceeded"), DiskFull),
        (OSError(errno.EIO, "Input/output error"), OutputNotWritable),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (ValueError("a defect"), ValueError),
        (FileNotFoundError(errno.ENOENT, "No such file", "norms.json"), FileNotFoundError),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_a_failure_leaves_nothing_and_is_told(error, told, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"earlier")
    with pytest.raises(told):
        failing(path, error)
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_of_that_name_is_told(tmp_path):
    with pytest.raises(OutputNotWritable, match="directory"):
        write_bytes(tmp_path, b"")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the system refuses nobody")
def test_a_folder_without_write_access_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputNotWritable, match="write access"):
        write_bytes(tmp_path / "report.pdf", b"")
