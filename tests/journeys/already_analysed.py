"""The command line with its films already analysed, so that only the writing is left to watch."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from unittest import mock

from gaitdesk import cli
from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.jobs import analysing
from gaitdesk.media.writing import FilmWriter
from tests.report import made


def main(folder: Path, out: Path, frames: int, height: int) -> int:
    """Run `gaitdesk analyse` on two made films whose analysis is known."""
    held = made.analysis(folder, frames=frames, height=height)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(film.video.frame_count):
                writer.write(made.picture(film, frame))

    def analyse(
        order: analysing.AnalysisOrder, model: object, better: object = None
    ) -> Job[Analysis]:
        yield Progress(1, 1, "")
        return held

    words = [f"--{film.plane.value}={film.video.path}" for film in held.films]
    with mock.patch.object(analysing, "analyse", analyse):
        return cli.main(["analyse", *words, "--out", str(out)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(main(Path(scratch), Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
