"""Measurements that take too long for a test: `python -m tests bench <name> [arguments]`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

NOT_A_BENCH = {"__init__", "__main__", "results"}


def names() -> list[str]:
    """Modules beside this one that hold a bench."""
    found = {
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if path.stem not in NOT_A_BENCH and "def main(" in path.read_text(encoding="utf-8")
    }
    return sorted(found)


def main(words: list[str]) -> int:
    """Run the bench named."""
    if not words or words[0] not in names():
        print(f"python -m tests bench <name>, with one of: {', '.join(names())}")
        return 2
    return importlib.import_module(f"tests.bench.{words[0]}").main(words[1:]) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
