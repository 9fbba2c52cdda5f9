"""Bring the catalogues up to date with the code: `python -m tests translations`.

Texts are taken from the calls of `tr` and `noted`; a text's note, if it has one, is its context.
Each catalogue keeps what is translated, loses what the code no longer says, and is compiled.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from gaitdesk.i18n import CATALOGUE, ENGLISH, LANGUAGES, RECORD

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
ARGPARSE = (
    "usage: ",
    "options",
    "positional arguments",
    "show this help message and exit",
    "show program's version number and exit",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "argument %(argument_name)s: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "expected one argument",
    "expected at least one argument",
    "ambiguous option: %(option)s could match %(matches)s",
    "not allowed with argument %s",
    "ignored explicit argument %r",
)
"""What the standard library says on the command line, in its own words."""


@dataclass(frozen=True)
class Said:
    """One call of `tr` or `noted`.

    Attributes:
        text: The literal; None where it is none.
        note: Its context, "" without one.
        has_count: Whether a number decides the plural.
        place: File and line.
    """

    text: str | None
    note: str
    has_count: bool
    place: tuple[str, int]


def said_in(source: str, name: str) -> Iterator[Said]:
    """Every call of `tr` and `noted` in a file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in ("tr", "noted"):
            continue
        words = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        is_record = node.func.id == "noted"
        note = RECORD if is_record else (words[1] if len(words) > 1 else "")
        text = words[0] if words and isinstance(words[0], str) and not node.keywords else None
        has_count = len(words) > (1 if is_record else 2)
        yield Said(text, note if isinstance(note, str) else "", has_count, (name, node.lineno))


def all_said() -> Iterator[Said]:
    """Every call in the package, in the order of its files."""
    for path in sorted((ROOT / "gaitdesk").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        yield from sorted(said_in(path.read_text("utf-8"), name), key=lambda one: one.place)


def template() -> Catalog:
    """Every text of the package, untranslated."""
    made = Catalog(project="GaitDesk")
    for said in all_said():
        if said.text is None:
            raise ValueError("{}:{}: the text is not one literal".format(*said.place))
        if said.text:
            key = (said.text, said.text) if said.has_count else said.text
            # Lines are left out, or every change of the code would change the catalogues.
            made.add(key, locations=[(said.place[0], None)], context=said.note or None)
    for text in ARGPARSE:
        made.add(text, locations=[("argparse", None)])
    return made


def catalogue(language: str) -> Catalog:
    """A catalogue as it lies in the folder."""
    path = _path(language, "po")
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def refreshed(language: str) -> Catalog:
    """A catalogue with all that the code says now and nothing else; new texts are empty."""
    held = catalogue(language)
    began = held.creation_date
    held.update(template(), no_fuzzy_matching=True)
    # A date that changes with every run would be the only change of most runs.
    held.creation_date = began
    held.obsolete.clear()
    if language == ENGLISH:
        # English reads as written; only its plurals are spelt out.
        for message in list(held):
            if message.id and not message.pluralizable:
                held.delete(message.id, message.context)
    return held


def compiled(held: Catalog) -> bytes:
    """The file the program reads."""
    file = io.BytesIO()
    write_mo(file, held)
    return file.getvalue()


def untranslated(held: Catalog) -> list[Message]:
    """Texts that have no translation yet, or not every plural form."""
    return [message for message in held if message.id and not all(forms(message))]


def forms(message: Message) -> tuple[str, ...]:
    """The translations of a message, one for each plural form."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


def refresh() -> int:
    """Bring every catalogue up to date; the number of texts that wait for a translation."""
    waiting = 0
    for language in LANGUAGES:
        held = refreshed(language)
        held.fuzzy = False
        with _path(language, "po").open("wb") as file:
            pofile.write_po(file, held, width=100, omit_header=False, sort_by_file=True)
        _path(language, "mo").write_bytes(compiled(held))
        missing = untranslated(held)
        waiting += len(missing)
        print(f"{language}: {len(held)} texts, {len(missing)} wait for a translation")
        for message in missing:
            print(f"  {message.locations[0][0]}: {message.id!r}")
    return waiting


def _path(language: str, ending: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{CATALOGUE}.{ending}"
