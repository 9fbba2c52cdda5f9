"""How a clinic sets its reports: paper, language, logo, and what stands at head and foot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.errors import LogoUnreadable
from gaitdesk.i18n import LANGUAGES, tr
from gaitdesk.media.output import write_bytes, write_text
from gaitdesk.report.letterhead import Letterhead, Logo, read_logo
from gaitdesk.report.pdf import PageSize, Setup

SETTINGS_FILE = "report.json"
LOGO_FILE = "report-logo.png"


@dataclass(frozen=True, slots=True)
class Stationery:
    """How reports are set, as it is kept in the data folder.

    Attributes:
        page_size: Paper.
        language: What reports are written in; empty for the language of whoever makes one.
        clinic: Name of the clinic.
        lines: Its address and the like, one line each.
        footer: Stands at the foot of every page.
        logo: A picture, in the data folder or elsewhere; empty for none.
    """

    page_size: PageSize = PageSize.A4
    language: str = ""
    clinic: str = ""
    lines: tuple[str, ...] = ()
    footer: str = ""
    logo: str = ""


def read_stationery(folder: Path) -> Stationery:
    """How reports of a data folder are set; as usual where nothing readable says so."""
    try:
        held = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        found: Stationery = decode(Stationery, held, SETTINGS_FILE)
    except (OSError, ValueError, FormInvalid):
        return Stationery()
    return found


def keep_stationery(folder: Path, stationery: Stationery) -> None:
    """Keep how reports are set.

    Raises:
        DiskFull, OutputNotWritable: It cannot be kept.
    """
    text = json.dumps(encode(stationery), ensure_ascii=False, indent=2)
    write_text(folder / SETTINGS_FILE, text + "\n")


def take_logo(folder: Path, path: Path) -> str:
    """Keep a copy of a logo in the data folder, ready for print; its name there.

    Raises:
        LogoUnreadable: It is no picture that can be printed; nothing was changed.
        DiskFull, OutputNotWritable: It cannot be kept.
    """
    write_bytes(folder / LOGO_FILE, read_logo(path).png)
    return LOGO_FILE


def setup_of(stationery: Stationery, folder: Path) -> tuple[Setup, str]:
    """What a report needs of the settings, and what is wrong with them; never stops a report.

    Args:
        stationery: The settings.
        folder: Where a logo lies that is named without a folder.

    Returns:
        The setup, without the logo where that cannot be used, and then why; else nothing.
    """
    logo, problem = _logo(stationery, folder)
    head = Letterhead(stationery.clinic, stationery.lines, stationery.footer, logo)
    is_known = stationery.language in LANGUAGES
    return Setup(stationery.page_size, stationery.language if is_known else "", head), problem


def _logo(stationery: Stationery, folder: Path) -> tuple[Logo | None, str]:
    if not stationery.logo:
        return None, ""
    try:
        return read_logo(folder / stationery.logo), ""
    except LogoUnreadable as error:
        return None, tr("{error} The report is made without a logo.").format(error=error)


def language_words(language: str) -> str:
    """A choice of the report's language, for people."""
    return LANGUAGES.get(language, tr("as the program"))
