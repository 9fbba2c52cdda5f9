"""A window in a process of its own, told step by step what to do there, until it is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gaitdesk import i18n
from tests.conftest import ROOT


class DeskProcess:
    """Somebody at the desk, in a process of its own; see `tests.journeys.at_the_desk.Person`.

    Args:
        data: The data folder.
        environment: Of the process; it says where windows are shown.
        who: The module with somebody at the desk.
    """

    def __init__(
        self,
        data: Path,
        environment: Mapping[str, str],
        who: str = "tests.journeys.at_the_desk",
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", who, str(data)],
            cwd=ROOT,
            env={
                **environment,
                i18n.VARIABLE: i18n.ENGLISH,
                "GAITDESK_DATA": str(data),
                "PYTHONPATH": os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")]),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def does(self, what: str, *arguments: object) -> Any:
        """Let something be done at the desk; what comes of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps([what, *arguments])}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the window is gone; exit code {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{what} {arguments}\n{answer['error']}")
        return answer["answer"]

    def kill(self) -> None:
        """Kill -9: nothing is said to the process, and nothing is cleaned up."""
        self._process.kill()
        self._let_go()

    def leave(self) -> int:
        """Close the window as a person does; the exit code."""
        self.does("close")
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait()

    def _let_go(self) -> None:
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> DeskProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._let_go()
