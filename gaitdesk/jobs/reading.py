"""Reading a walk by the network, alone or beside the rules; torch is loaded only here."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.errors import LibraryMissing
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import noted, tr

if TYPE_CHECKING:
    from gaitdesk.childgait.card import Network

NEEDED = ("torch", "safetensors", "psutil")


class Readers(StrEnum):
    """Who proposes the scores."""

    RULES = "rules"
    CHILDGAIT = "childgait"
    BOTH = "both"


def missing_libraries() -> list[str]:
    """Libraries a network needs that are not installed; none of them is loaded to find out."""
    return [library for library in NEEDED if importlib.util.find_spec(library) is None]


def check_libraries() -> None:
    """Nothing, where a network can run.

    Raises:
        LibraryMissing: torch is not installed.
    """
    if missing := missing_libraries():
        raise LibraryMissing(missing)


def wanted_network(readers: Readers, name: str | None = None) -> Network | None:
    """The network that is to read, loaded and checked; None where only the rules are asked.

    Args:
        readers: Who is asked.
        name: Package of the network; None takes the first that is there.

    Raises:
        LibraryMissing: torch is not installed.
        ModelPackageInvalid, CheckpointRefused: The network is missing or damaged.
    """
    if readers is Readers.RULES:
        return None
    check_libraries()
    from gaitdesk.childgait.card import load_network

    return load_network(name)


def with_network(
    analysis: Analysis, network: Network, readers: Readers
) -> Job[tuple[Analysis, Mapping[str, Image]]]:
    """An analysis read by the network too, and pictures of what it saw by file name.

    Args:
        analysis: As the rules read it.
        network: See `wanted_network`.
        readers: Whether the rules' answers stay.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
        MemoryTooSmall: Not even one clip fits.
    """
    from gaitdesk.childgait.pictures import network_sheets
    from gaitdesk.childgait.reader import propose_by_network
    from gaitdesk.childgait.together import by_both, by_network

    reading = yield from portion(propose_by_network(analysis.films, network), 0.0, 980.0)
    yield Progress(980, 1000, tr("Drawing what the network saw"))
    sheets = network_sheets(reading)
    sheet = (
        by_both(analysis.scoresheet, reading.proposals)
        if readers is Readers.BOTH
        else by_network(reading.proposals)
    )
    notes = list(reading.notes)
    if network.is_for_demonstration:
        notes.insert(
            0,
            (
                0,
                noted(
                    "The network {name} is for demonstration: its answers are not for clinical use."
                ).format(name=network.name),
            ),
        )
    films = tuple(
        replace(film, notes=(*film.notes, *(note for place, note in notes if place == index)))
        for index, film in enumerate(analysis.films)
    )
    held = analysis.provenance
    provenance = replace(
        held,
        models=(*held.models, network.provenance),
        device=", ".join(dict.fromkeys(one for one in (held.device, reading.device) if one)),
    )
    read = replace(analysis, films=films, scoresheet=sheet, provenance=provenance)
    return read, sheets
