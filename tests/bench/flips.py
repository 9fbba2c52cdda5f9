"""Every byte of a small store's journal is flipped, one after the other, and looked for."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.results import record
from tests.store.flips import Flipped


def main(argv: list[str]) -> int:
    """Flip, record; 1 where a flipped bit changed what is read and was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests bench flips")
    parser.add_argument("--seed", type=int, default=0, help="chooses the bit of each byte")
    arguments = parser.parse_args(argv)
    chance = random.Random(arguments.seed)
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        small = Flipped(Path(scratch) / "desk")
        pages, telling = small.pages, set(small.places)
        inside: Counter[str] = Counter()
        gaps: Counter[str] = Counter()
        for place in (place for page in pages for place in page):
            fate = small.becomes(place, chance.randrange(8))
            (inside if place in telling else gaps)[fate] += 1
    flipped = inside.total() + gaps.total()
    each_ms = 1e3 * (time.process_time() - begun) / flipped
    rows = "\n".join(
        f"| {what} | {fates.total()} | {fates['found']} | {fates['harmless']} | {fates['silent']} |"
        for what, fates in (("the journal, its index and its length", inside), ("gaps", gaps))
    )
    record(
        "flips",
        "A flipped byte in the journal",
        "python -m tests bench flips",
        f"""
One bit of each byte of the {len(pages)} pages that hold a small store's journal is flipped, and
the store is verified and opened. "Harmless" is a byte with nothing in it: all that is read is as
it was. Processor time for one byte: {each_ms:.0f} ms.

| bytes of | flipped | found | harmless | read otherwise, in silence |
|---|---|---|---|---|
{rows}
""",
    )
    print(inside, gaps)
    return int(bool(inside["silent"] or gaps["silent"] or inside["harmless"]))
