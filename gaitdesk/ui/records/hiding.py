"""What a blind reader is shown of a visit: its films, and nothing that anybody said of them."""

from __future__ import annotations

from dataclasses import replace

from gaitdesk.domain.analysis import Analysis


def without_answers(analysis: Analysis) -> Analysis:
    """An analysis without what machines measured; its form is left as it is.

    Films, the child in them, walks, gait events and cycles stay, so that the films can be played
    and a cycle be seen again and again. Angles, curves, times and lengths go: whoever knows the
    angle at the deciding frame knows the score.
    """
    films = tuple(replace(film, angles=(), notes=()) for film in analysis.films)
    return replace(analysis, films=films, curves=(), spatiotemporal=(), variable_scores=())
