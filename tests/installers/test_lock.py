from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from installers.lock import LOCK_NAME, _try_lock, locked

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys; from pathlib import Path; from installers.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True); sys.stdin.read()
"""


@contextmanager
def child(code, *words, **options):
    """A Python process that runs `code` until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
    with process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def is_free(folder: Path) -> bool:
    with (folder / LOCK_NAME).open("a+b") as file:
        return _try_lock(file)


def test_the_lock_keeps_others_out_and_is_free_after_a_kill(tmp_path):
    with child(HOLD, str(tmp_path)) as holder:
        assert not is_free(tmp_path)
        holder.kill()
        holder.wait()
        assert is_free(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows hands no descriptors to children this way")
def test_a_child_given_the_lock_goes_on_holding_it(tmp_path):
    with locked(tmp_path) as lock:
        held = child("print('held', flush=True); input()", pass_fds=(lock,))
        worker = held.__enter__()
    assert not is_free(tmp_path)
    worker.kill()
    worker.wait()
    held.__exit__(None, None, None)
    assert is_free(tmp_path)


def test_a_second_start_waits_and_says_so(tmp_path, capsys, monkeypatch):
    with child(HOLD, str(tmp_path)) as holder:
        monkeypatch.setattr("installers.lock.time.sleep", lambda _: (holder.kill(), holder.wait()))
        with locked(tmp_path):
            assert "waiting for it to finish" in capsys.readouterr().out
