"""Networks put into use and taken back, where torch may be loaded to check them first."""

from __future__ import annotations

from pathlib import Path

from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.learning.registry import Registry


def put_in_use(folder: Path, id: str, reason: str, who: str) -> Job[str]:
    """Put a network into use.

    Args:
        folder: Where the networks lie.
        id: The network.
        reason: Why, typed; empty where none was given.
        who: Who does it.

    Returns:
        Name and version of the network in use.

    Raises:
        NetworkWorse: It needs a reason, and none is given.
        GaitDeskError: As the registry.
    """
    yield Progress(0, None, tr("Checking the network"))
    registry = Registry(folder)
    registry.activate(id, reason, who)
    return registry.current


def take_back(folder: Path, who: str) -> Job[str]:
    """Return to the network that was in use before.

    Returns:
        Name and version of the network in use.

    Raises:
        LearningRefused: No network was in use before.
        GaitDeskError: As the registry.
    """
    yield Progress(0, None, tr("Checking the network"))
    registry = Registry(folder)
    registry.back(who)
    return registry.current
