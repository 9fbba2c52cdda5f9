"""Licences that somebody must accept before a model is used: shown, accepted, and kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gaitdesk.domain.refusals import LicenceNotAccepted
from gaitdesk.i18n import noted, retold, tr
from gaitdesk.media.output import write_text
from gaitdesk.paths import user_folder
from gaitdesk.perception.package import ModelPackage

ACCEPTED_FILE = "accepted-licences.json"

ASKED = (
    noted(
        "It is not used for weapons, war, or what trade controls forbid, and the SAM License is"
        " passed on with it."
    ),
    noted("It is used for other than commercial purposes only, and its authors are named."),
    noted(
        "The clinic has read the Sapiens2 License, has the rights and the consent it asks for,"
        " and is licensed to practise."
    ),
)
"""What the packages that come along ask for, named here so that it is translated."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody's word that a model is used as its licence allows.

    Attributes:
        who: Their name.
        when: ISO 8601, with the zone.
    """

    who: str
    when: str


def acceptance_of(package: ModelPackage) -> Acceptance | None:
    """Who accepted a package's licence as it reads now; None for nobody."""
    held = _held().get(_key(package))
    if not isinstance(held, dict):
        return None
    who, when = held.get("who"), held.get("when")
    return Acceptance(who, when) if isinstance(who, str) and isinstance(when, str) else None


def accept(package: ModelPackage, who: str) -> Acceptance:
    """Keep that somebody has read and accepted a package's licence.

    Raises:
        ValueError: Nobody is named.
        DiskFull, OutputNotWritable: It cannot be kept.
    """
    if not who.strip():
        raise ValueError("nobody accepts")
    said = Acceptance(who.strip(), datetime.now().astimezone().isoformat(timespec="seconds"))
    held = _held() | {_key(package): {"model": package.name, "who": said.who, "when": said.when}}
    write_text(_file(), json.dumps(held, indent=1, ensure_ascii=False) + "\n")
    return said


def check_accepted(package: ModelPackage) -> None:
    """Refuse a package whose licence nobody here has accepted.

    Raises:
        LicenceNotAccepted: With what it asks for, and how to accept it.
    """
    if package.acceptance and acceptance_of(package) is None:
        raise LicenceNotAccepted(package.name, package.licence, asked_words(package))


def asked_words(package: ModelPackage) -> str:
    """What a package's licence asks for, in the language spoken where it is known there."""
    return retold(package.acceptance)


def text_words(package: ModelPackage) -> str:
    """Where the whole text of a package's licence is to be read."""
    text = package.folder / "LICENSE"
    place = str(text) if text.is_file() else retold(package.found_at)
    return tr("The whole licence: {place}").format(place=place)


def _key(package: ModelPackage) -> str:
    """Changes with the words that were accepted, so that other words are asked for anew."""
    words = "\n".join((package.name, package.licence, package.acceptance))
    return hashlib.sha256(words.encode()).hexdigest()


def _file() -> Path:
    return user_folder() / "models" / ACCEPTED_FILE


def _held() -> dict[str, object]:
    try:
        held = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
