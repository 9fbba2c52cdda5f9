"""Visits begun at this desk and not analysed yet: films chosen, fields filled in, kept as typed.

Each lies in a file of its own in the data folder until its films are analysed or it is thrown away,
so that it goes on after whatever ended the program.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gaitdesk.domain.coding import JsonValue, decode, encode
from gaitdesk.jobs.order import FilmChoice
from gaitdesk.media.output import write_text
from gaitdesk.store.erasing import BEGUN, PSEUDONYM


@dataclass(frozen=True, slots=True)
class BegunVisit:
    """A visit that is being put together.

    Attributes:
        name: What its file is called.
        rater: Who was at the desk.
        at: When it was touched last, ISO 8601.
        films: The films as they were chosen so far.
        fields: What stands in the fields, by their names, as it was typed.
    """

    name: str
    rater: str
    at: str
    films: tuple[FilmChoice, ...]
    fields: Mapping[str, JsonValue]

    @property
    def pseudonym(self) -> str:
        """What the child is called; empty where that was not typed."""
        return str(self.fields.get(PSEUDONYM, "")).strip()


def new_name() -> str:
    """A name no other begun visit has."""
    return uuid.uuid4().hex


def keep(
    data_folder: Path,
    name: str,
    rater: str,
    films: tuple[FilmChoice, ...],
    fields: Mapping[str, JsonValue],
) -> None:
    """Keep a begun visit as it is now, in the place of what was kept of it.

    Raises:
        DiskFull, OutputNotWritable: The data folder cannot take it.
    """
    held = {
        "rater": rater,
        "at": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        "films": encode(films),
        "fields": dict(fields),
    }
    write_text(_place(data_folder, name), json.dumps(held, indent=1, ensure_ascii=False) + "\n")


def begun_visits(data_folder: Path, rater: str) -> tuple[BegunVisit, ...]:
    """Visits that somebody has begun here, the one touched last first."""
    # A file that begins with a full stop is being written.
    found = (_read(path) for path in (data_folder / BEGUN).glob("[!.]*.json"))
    own = (one for one in found if one is not None and one.rater == rater)
    return tuple(sorted(own, key=lambda one: (one.at, one.name), reverse=True))


def forget(data_folder: Path, name: str) -> None:
    """Keep a begun visit no longer: it is analysed, or not wanted any more; "" names none."""
    _place(data_folder, name).unlink(missing_ok=True)


def _place(data_folder: Path, name: str) -> Path:
    return data_folder / BEGUN / f"{name}.json"


def _read(path: Path) -> BegunVisit | None:
    """A begun visit; None where the file holds none."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        films: tuple[FilmChoice, ...] = decode(tuple[FilmChoice, ...], held["films"])
        return BegunVisit(
            path.stem, str(held["rater"]), str(held["at"]), films, dict(held["fields"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
