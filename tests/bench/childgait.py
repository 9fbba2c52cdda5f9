"""The small ChildGait-Video model that comes with GaitDesk: its phantoms, training, test.

`python -m tests bench childgait film --out DIR` renders the clips of a cohort of phantoms.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

import cv2

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.progress import finish
from gaitdesk.learning.shards import make_shards
from gaitdesk.phantom.clips import ClipPlan
from gaitdesk.phantom.cohort import plan_cohort

CHILDREN, SEED = 400, 2701
CLIPS = ClipPlan(per_pass=MappingProxyType({Plane.SAGITTAL: 2, Plane.CORONAL: 2}))


def main(words: list[str]) -> int:
    """Film, train or test."""
    parser = argparse.ArgumentParser(prog="python -m tests bench childgait")
    steps = parser.add_subparsers(dest="step", required=True)
    film = steps.add_parser("film", help="render the clips of a cohort; goes on where it stopped")
    film.add_argument("--out", type=Path, required=True)
    film.add_argument("--children", type=int, default=CHILDREN)
    film.add_argument("--seed", type=int, default=SEED)
    film.add_argument("--part", default="1/1", help="this share of them, as 2/4")
    args = parser.parse_args(words)
    cv2.setNumThreads(1)
    part, parts = (int(number) for number in args.part.split("/"))
    plans = plan_cohort(args.children, args.seed)[part - 1 :: parts]
    job = make_shards(plans, args.out, CLIPS)
    finish(job)
    return 0
