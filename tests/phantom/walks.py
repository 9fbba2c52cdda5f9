"""Walks made once for several tests."""

from __future__ import annotations

from functools import cache

from gaitdesk.domain.anatomy import Side
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.patterns import limbs_of
from gaitdesk.phantom.walker import Walk, walk

SHORT_S = 3.4


@cache
def made(
    pattern: str = "normal",
    affected: Side = Side.LEFT,
    severity: float = 1.0,
    age_years: float = 8.0,
    seed: int = 1,
    duration_s: float = SHORT_S,
) -> Walk:
    """A short walk in a named pattern."""
    limbs = limbs_of(pattern, affected, severity)
    return walk(build_of(age_years, seed), limbs, seed=seed, duration_s=duration_s)
