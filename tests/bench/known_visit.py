"""A visit of which all is known before a window opens, made where its libraries trouble nobody."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

FRAMES, HEIGHT = 160, 180


@dataclass(frozen=True)
class Made:
    """What is known before the window opens.

    Attributes:
        analysis: What will be found in the films.
        glance: What a look at one of them finds, pickled.
        read: What the network says and leaves, pickled.
    """

    analysis: Any
    glance: bytes
    read: bytes


def made_visit(folder: Path) -> Made:
    """Film a visit, and keep one like it as an earlier visit of the same child."""
    from gaitdesk.domain.progress import finish
    from gaitdesk.jobs.keeping import Keeping, keep_analysis
    from gaitdesk.media.writing import FilmWriter
    from tests.jobs.glances import Walker, glance
    from tests.report import made
    from tests.ui.test_network_desk import proposals, reading

    copyreg.pickle(MappingProxyType, lambda held: (_proxy, (dict(held),)))
    films = folder / "films"
    films.mkdir(parents=True)
    held = made.analysis(films, frames=FRAMES, height=HEIGHT)
    for film in held.films:
        with FilmWriter(film.video.path, made.FPS) as writer:
            for frame in range(FRAMES):
                writer.write(made.picture(film, frame))
    earlier = replace(held, conditions=replace(held.conditions, footwear="Shoes"))
    finish(keep_analysis(earlier, Keeping(folder / "data", day=date(2026, 1, 5))))
    return Made(held, pickle.dumps(glance(Walker())), pickle.dumps((proposals(), reading())))


def _proxy(held: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(held)
