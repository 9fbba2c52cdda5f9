"""Trainings begun at this desk: each has a folder, by which it goes on after whatever ended it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gaitdesk.domain.coding import decode, encode
from gaitdesk.jobs.training_news import EpochEnded, from_line, to_line
from gaitdesk.jobs.training_order import TrainingOrder
from gaitdesk.media.output import write_text

FOLDER = "trainings"
"""Folder inside the data folder that holds them."""
ORDER_FILE = "order.json"
"""What was asked; goes once the training has brought a network."""
EPOCHS_FILE = "epochs.jsonl"


@dataclass(frozen=True, slots=True)
class Begun:
    """A training that was begun and has brought no network yet.

    Attributes:
        order: What was asked.
        at: When it was begun, ISO 8601.
        epochs: Those it has finished.
    """

    order: TrainingOrder
    at: str
    epochs: tuple[EpochEnded, ...] = ()


def in_new_folder(
    order: TrainingOrder,
    data_folder: Path,
    now: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
) -> TrainingOrder:
    """An order with a folder of its own, kept there so that the training can go on.

    Raises:
        DiskFull, OutputNotWritable: The data folder cannot take it.
    """
    moment = now()
    day, number = moment.strftime("%Y-%m-%d"), 1
    while (out := data_folder / FOLDER / f"{day}-{number}").exists():
        number += 1
    own = replace(order, out=out, data_folder=data_folder)
    held = {"at": moment.isoformat(timespec="seconds"), "order": encode(own)}
    out.mkdir(parents=True, exist_ok=True)
    write_text(out / ORDER_FILE, json.dumps(held, indent=1) + "\n")
    return own


def unfinished(data_folder: Path) -> tuple[Begun, ...]:
    """Trainings that were begun and have brought no network, the one begun last first."""
    found = []
    for path in (data_folder / FOLDER).glob(f"*/{ORDER_FILE}"):
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            order: TrainingOrder = decode(TrainingOrder, held["order"])
            at = str(held["at"])
        except (OSError, ValueError, KeyError, TypeError):
            # Nothing can be asked by it; the state beside it is left alone.
            continue
        found.append(Begun(replace(order, out=path.parent), at, epochs_of(path.parent)))
    return tuple(sorted(found, key=lambda one: (one.at, one.order.out.name), reverse=True))


def epochs_of(out: Path) -> tuple[EpochEnded, ...]:
    """Epochs a training has finished so far, as they were noted."""
    try:
        lines = (out / EPOCHS_FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    held: dict[int, EpochEnded] = {}
    for line in lines:
        news = from_line(line)
        if isinstance(news, EpochEnded):
            # One that is taken again after a kill counts as it ended last.
            held[news.number] = news
    return tuple(held[number] for number in sorted(held))


def note_epoch(out: Path, epoch: EpochEnded) -> None:
    """Note an epoch, for the curves of a training that goes on another day.

    Raises:
        OSError: The folder cannot take it.
    """
    with (out / EPOCHS_FILE).open("a", encoding="utf-8") as file:
        file.write(to_line(epoch) + "\n")


def settle(out: Path) -> None:
    """A training has brought its network; nobody is asked to go on with it."""
    (out / ORDER_FILE).unlink(missing_ok=True)


def discard(out: Path) -> None:
    """Throw away a training that is not wanted any more, with its state."""
    shutil.rmtree(out, ignore_errors=True)
