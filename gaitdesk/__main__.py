"""`python -m gaitdesk` is the command line."""

from __future__ import annotations

import multiprocessing
import sys

from gaitdesk.cli import main

if __name__ == "__main__":
    # A program frozen into one file starts its child processes by starting itself.
    multiprocessing.freeze_support()
    sys.exit(main())
