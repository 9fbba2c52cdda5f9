"""What a clinic gains by training on its own corrected forms: a clinic unlike the first one.

    python -m tests bench shifted --clips CLIPS            films whoever is missing, then measures

It goes on where it stopped.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import cv2
import torch

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.progress import finish
from gaitdesk.learning.shards import make_shards
from gaitdesk.phantom.clips import ClipPlan
from gaitdesk.phantom.cohort import Split, SubjectPlan
from gaitdesk.phantom.elsewhere import film_other_clips, plan_other_cohort

CLIPS = ClipPlan(per_pass=MappingProxyType({Plane.SAGITTAL: 2, Plane.CORONAL: 2}))
COHORTS = (
    (Split.TEST, "T", 40, 3101),
    (Split.TRAIN, "X", 40, 3103),
    (Split.VALIDATION, "V", 20, 3102),
)
"""Of the other clinic: to be tested on; to choose by; to be corrected. Nobody is in two."""


def other_plans() -> list[SubjectPlan]:
    """All children of the other clinic, what each is for written on it."""
    return [
        replace(plan, name=plan.name.replace("X", letter), split=split)
        for split, letter, count, seed in COHORTS
        for plan in plan_other_cohort(count, seed)
    ]


def film(folder: Path, plans: Sequence[SubjectPlan]) -> None:
    """Film whoever is missing."""
    finish(make_shards(plans, folder, CLIPS, film_other_clips))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests bench shifted")
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--part", default="1/1", help="film this share of them alone, as 2/4")
    args = parser.parse_args(words)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    number, count = (int(word) for word in args.part.split("/"))
    film(args.clips, other_plans()[number - 1 :: count])
    return 0
