"""Why a file was refused reads in the language spoken."""

from __future__ import annotations

import errno
import os

import pytest

from gaitdesk.domain.os_words import os_words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "没有权限"),
        (errno.EROFS, "文件系统为只读"),
        (errno.EBUSY, "正被其他程序占用"),
    ],
)
def test_usual_reasons_are_told_in_chinese(chinese, number, said):
    assert os_words(OSError(number, os.strerror(number), "scores.csv")) == said


def test_other_reasons_are_told_as_the_system_does(chinese):
    assert os_words(OSError(errno.EDOM, "")) == os.strerror(errno.EDOM)
    assert os_words(OSError("the disk spins no more")) == "the disk spins no more"


def test_in_english_the_system_is_quoted():
    assert os_words(OSError(errno.EACCES, "")) == os.strerror(errno.EACCES)
