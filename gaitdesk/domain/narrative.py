"""What a person writes of a visit as a whole, part by part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Narrative:
    """The reviewer's words on a visit; empty where nothing was written.

    What was seen is kept apart from what should be done about it.

    Attributes:
        pattern: Name of the gait pattern.
        findings: What stands out, by level.
        limitations: What the films do not show, or show badly.
        recommendations: What should be done.
    """

    pattern: str = ""
    findings: str = ""
    limitations: str = ""
    recommendations: str = ""
