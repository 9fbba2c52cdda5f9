"""How far a job has come, for a terminal."""

from __future__ import annotations

import sys
from typing import TypeVar

from tqdm import tqdm

from gaitdesk.domain.progress import Job, Progress, finish

T = TypeVar("T")


def with_bar(job: Job[T]) -> T:
    """The result of a job, with a progress bar where there is a terminal to show it on."""
    with tqdm(
        total=1000,
        bar_format="{percentage:3.0f}% |{bar:30}| {elapsed} < {remaining}  {desc}",
        disable=None,
        leave=False,
        file=sys.stderr,
    ) as bar:

        def show(step: Progress) -> None:
            if step.total:
                bar.n = round(1000 * min(step.done, step.total) / step.total)
            bar.set_description_str(step.text, refresh=False)
            bar.update(0)

        return finish(job, show)
