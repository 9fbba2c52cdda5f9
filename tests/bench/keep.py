"""How much of a clip the pruning keeps: `python -m tests bench keep FOLDER ...`.

Each folder holds an `analysis.json` with its `keypoints.coco.json`, as `gaitdesk analyse` and
`gaitdesk phantom` write them. No film is decoded, because pruning looks at masks and body points.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from gaitdesk.childgait.clips import Clip, Sampling
from gaitdesk.childgait.cutting import clips_of
from gaitdesk.childgait.pruning import Pruning, kept_share, kept_tubelets
from gaitdesk.childgait.windows import find_windows
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.arrays import Image
from gaitdesk.report.interchange import read_analysis
from tests.bench.results import record

FRAMES = (8, 16, 32)
MASK_ALONE = Pruning(foot_patches=0, keeps_legs=False)
WAYS = {
    "mask alone": (MASK_ALONE, 16),
    "and legs": (replace(MASK_ALONE, keeps_legs=True), 16),
    "and feet (default)": (Pruning(), 16),
    "default, patch 14": (Pruning(), 14),
}


class Black:
    """A film of which only the size is known."""

    def __init__(self, film: FilmAnalysis) -> None:
        self.image = np.zeros((film.video.height, film.video.width, 3), np.uint8)

    def frames(self, start: int, stop: int) -> Iterator[tuple[int, Image]]:
        return ((number, self.image) for number in range(start, stop))


def main(words: list[str]) -> int:
    """Measure and record."""
    parser = argparse.ArgumentParser(prog="python -m tests bench keep")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--per-pass", type=int, default=4, help="clips of each pass")
    arguments = parser.parse_args(words)
    shares: dict[tuple[str, int, str], list[float]] = {}
    for folder in arguments.folders:
        analysis = read_analysis(folder)
        kind = "phantom" if folder.name == "truth" else folder.name
        for index, film in enumerate(analysis.films):
            name = f"{kind}, {film.plane.value}"
            for frames in FRAMES:
                sampling = Sampling(frames=frames, most_per_pass=arguments.per_pass)
                for clip in clips(film, index, sampling):
                    for way, (pruning, patch_px) in WAYS.items():
                        kept = kept_tubelets(clip, pruning, patch_px)
                        shares.setdefault((name, frames, way), []).append(kept_share(kept))
    record(
        "keep",
        "What pruning keeps of a clip",
        f"python -m tests bench keep ({len(arguments.folders)} analyses)",
        table(shares),
    )
    print(table(shares))
    return 0


def clips(film: FilmAnalysis, index: int, sampling: Sampling) -> Iterator[Clip]:
    """Clips of a film whose pictures are not looked at."""
    reader = Black(film)
    return clips_of(reader, film, find_windows(film, index, sampling), sampling)


def table(shares: dict[tuple[str, int, str], list[float]]) -> str:
    """Mean and range of the share kept, a row for each kind of film and clip."""
    ways = list(WAYS)
    rows = [
        f"| film | pictures | clips | {' | '.join(ways)} | least to most, default |",
        f"|---|---|---|{'---|' * (len(ways) + 1)}",
    ]
    for name, frames in dict.fromkeys((name, frames) for name, frames, _ in shares):
        cells = [f"{np.mean(shares[name, frames, way]):.1%}" for way in ways]
        default = shares[name, frames, ways[2]]
        rows.append(
            f"| {name} | {frames} | {len(default)} | {' | '.join(cells)} |"
            f" {min(default):.1%} to {max(default):.1%} |"
        )
    return "\n".join(rows)
