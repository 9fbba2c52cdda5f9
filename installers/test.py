"""Prepare the same environment with the test tools, and run every gate and test.

Words are passed on: python3 installers/test.py lint types
"""

import sys

# An older Python must get as far as this sentence, so nothing above it is newer than Python 3.6.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "GaitDesk needs Python 3.11 or newer, and this is {}.{}. Install a newer one and start"
        " with that: python3.11 installers/test.py".format(*sys.version_info)
    )

import os
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installers import system
from installers.environment import Environment
from installers.start import become, guarded

TOOLS = {"dciodvfy": "dicom3tools", "pg_createcluster": "postgresql"}
"""Programs that check files from outside, and a server for the store; Debian's packages of them."""


def main(words: list[str]) -> int:
    """Prepare the environment and become the gates in it."""
    environment = Environment.of_this_folder()
    python = environment.prepare({"test"})
    system.offer_tools(TOOLS)
    os.chdir(environment.root)
    return become([str(python), "-m", "tests", *words])


if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
