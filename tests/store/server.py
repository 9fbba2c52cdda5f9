"""A PostgreSQL server of its own for the tests, where its programs are installed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Address of a running server; the test is skipped where none can be started."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install 'gaitdesk[department]'")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed")
    place = Path(tempfile.mkdtemp(prefix="gaitdesk-server-"))
    who = _servant()
    try:
        if who is not None:
            os.chown(place, who.pw_uid, who.pw_gid)
        data = place / "data"
        _run(who, programs / "initdb", "-D", data, "-A", "trust", "-U", "gait", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={place} -c fsync=off"
        begin = (programs / "pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", options, "start")
        _run(who, *begin)
        try:
            yield f"postgresql://gait@/postgres?host={place}"
        finally:
            _run(who, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    for place in PLACES:
        for one in sorted(Path(place).glob("**/bin/initdb"), reverse=True):
            return one.parent
    return None


def _servant() -> pwd.struct_passwd | None:
    """Whom the server runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("a server does not run as root, and there is nobody called postgres")


def _run(who: pwd.struct_passwd | None, *words: object) -> None:
    given = {} if who is None else {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(word) for word in words],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=60,
        **given,
    )
    if done.returncode:
        pytest.skip(f"{words[0]} ended with {done.returncode}")
