"""Text for people: translation without Qt.

`tr` answers in the language of the window or the command line. What goes to the disk with a record
is said by `noted`, always in English, so that it reads the same to whoever opens it next; `retold`
says it in their language.

The catalogues are gettext's, in `resources/translations`; `python -m tests translations` brings
them up to date with the code.
"""

from __future__ import annotations

import functools
import gettext
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gaitdesk.paths import resources_folder

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh_CN": "简体中文"}
"""Languages that are complete, each with the name it gives itself."""

CATALOGUE = "gaitdesk"
VARIABLE = "GAITDESK_LANGUAGE"
RECORD = "in the record"
"""Context, in the catalogues, of what `noted` says."""

_language = os.environ.get(VARIABLE, "")
_here: ContextVar[str] = ContextVar("language_here", default="")


def tr(text: str, note: str = "", count: int = -1) -> str:
    """Text in the language chosen.

    Args:
        text: One literal; values are put in after translation. `%n` stands for the count.
        note: What a translator must know to choose the right word.
        count: Number that decides the plural; negative when there is none.
    """
    return _said(language(), text, note, count)


def noted(text: str, count: int = -1) -> str:
    """Text that is kept with a record: English, whatever language is chosen.

    Args:
        text: As for `tr`.
        count: As for `tr`.
    """
    return _said(ENGLISH, text, RECORD, count)


def retold(words: str) -> str:
    """A sentence from a record in the language chosen; as it stands where nobody knows it."""
    chosen = language()
    if chosen == ENGLISH or not words:
        return words
    known = _looked_up(chosen, words)
    if known != words:
        return known
    for form, text in _patterns(chosen):
        found = form.fullmatch(words)
        if found is None:
            continue
        values = {name: retold(value) for name, value in found.groupdict().items()}
        count = int(values.pop("n", "-1"))
        # What stood there before may have been written with another precision.
        plain = re.sub(r"\{(\w+)[^}]*\}", r"{\1}", _said(chosen, text, RECORD, count))
        return plain.format(**values)
    return words


def listed(names: Iterable[str]) -> str:
    """Names one after the other, set apart as in the language chosen."""
    return tr(", ", "between the names of a list").join(names)


def phrase(parts: Iterable[str]) -> str:
    """Parts of a phrase, as a day and what was done on it; empty ones are left out."""
    return tr(", ", "between the parts of a phrase").join(part for part in parts if part)


def clauses(said: Iterable[str]) -> str:
    """Clauses of a sentence, as findings, one after the other."""
    return tr("; ", "between findings").join(said)


def titled(name: str, value: str) -> str:
    """What something is called, and what is said of it."""
    return tr("{name}: {value}").format(name=name, value=value)


def aside(words: str, more: str) -> str:
    """Words, and in brackets what is said besides; nothing in brackets where nothing is."""
    return tr("{words} ({more})").format(words=words, more=more) if more else words


def percent(value: str) -> str:
    """A number of percent with its sign, which stands close in Chinese."""
    return tr("{percent} %").format(percent=value)


def sentences(said: Iterable[str]) -> str:
    """Sentences one after the other; a full stop as wide as a sign wants no space behind it."""
    text = ""
    for one in said:
        gap = " " if text and one and text[-1] not in "。！？；" else ""
        text += gap + one
    return text


def columns_of(words: str) -> int:
    """How many columns of a terminal words take: two for a sign as wide as a Han one."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def before_gap(words: str, columns: int) -> str:
    """Words with the spaces behind them that fill so many columns of a terminal."""
    return words + " " * (columns - columns_of(words))


def after_gap(words: str, columns: int) -> str:
    """Words with the spaces before them that fill so many columns of a terminal."""
    return " " * (columns - columns_of(words)) + words


def language() -> str:
    """The language chosen, or the one spoken just here."""
    chosen = _here.get() or _language
    return chosen if chosen in LANGUAGES else ENGLISH


def speak(chosen: str) -> None:
    """Speak a language from now on, in this process and those it starts."""
    global _language
    _language = chosen if chosen in LANGUAGES else ENGLISH
    os.environ[VARIABLE] = _language
    # argparse asks gettext for its own few words.
    os.environ["LANGUAGE"] = _language
    gettext.bindtextdomain(CATALOGUE, _folder())
    gettext.textdomain(CATALOGUE)


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Speak another language in this block, as for a report to somebody else.

    Other threads are not concerned. No `yield` of a job may stand inside.
    """
    before = _here.set(chosen)
    try:
        yield
    finally:
        _here.reset(before)


@contextmanager
def in_english() -> Iterator[None]:
    """Speak English in this block, as records do."""
    with speaking(ENGLISH):
        yield


def known_language(names: Iterable[str]) -> str:
    """The first language among locale names that is complete here; English where none is.

    Args:
        names: As systems write them: "zh_CN.UTF-8", "zh-Hans-SG", "en-GB", in order of liking.
    """
    for name in names:
        parts = re.split(r"[-_.@]", name.lower())
        if parts[0] == "zh" and not {"hant", "tw", "hk", "mo"} & set(parts):
            return "zh_CN"
        if parts[0] == "en":
            return ENGLISH
    return ENGLISH


def system_language() -> str:
    """The language of whoever works at this computer, as far as it can be told without Qt."""
    named = os.environ.get(VARIABLE)
    if named in LANGUAGES:
        return named
    if sys.platform == "win32":
        import ctypes
        import locale

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return known_language([locale.windows_locale.get(number, "")])
    said = (os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((name for name in said if name), "")
    return known_language(first.split(":"))


class _Catalogue(gettext.GNUTranslations):
    """The texts of one language."""

    def record_texts(self) -> list[str]:
        """Texts that `noted` may have said."""
        start = self.CONTEXT % (RECORD, "")
        held = getattr(self, "_catalog", {})
        keys = (key[0] if isinstance(key, tuple) else key for key in held)
        return list(dict.fromkeys(key[len(start) :] for key in keys if key.startswith(start)))


@functools.cache
def _catalogue(chosen: str) -> gettext.NullTranslations:
    return gettext.translation(CATALOGUE, _folder(), [chosen], class_=_Catalogue, fallback=True)


def _folder() -> str:
    return str(resources_folder() / "translations")


def _said(chosen: str, text: str, note: str, count: int) -> str:
    if not text:
        return ""
    held = _catalogue(chosen)
    if count < 0:
        return held.pgettext(note, text) if note else held.gettext(text)
    words = held.npgettext(note, text, text, count) if note else held.ngettext(text, text, count)
    return words.replace("%n", str(count))


def _looked_up(chosen: str, words: str) -> str:
    known = _said(chosen, words, RECORD, -1)
    return known if known != words else _said(chosen, words, "", -1)


@functools.cache
def _patterns(chosen: str) -> list[tuple[re.Pattern[str], str]]:
    """Every sentence with values that a record may hold, as English writes it."""
    held = _catalogue(chosen)
    if not isinstance(held, _Catalogue):
        return []
    english = _catalogue(ENGLISH)
    found = []
    for text in held.record_texts():
        forms = {text}
        if "%n" in text:
            forms |= {english.npgettext(RECORD, text, text, count) for count in (1, 2)}
        found += [(_pattern(form), text) for form in forms if "{" in form or "%n" in form]
    return found


def _pattern(form: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+[^}]*\}|%n)", form)
    made = []
    for part in parts:
        if part == "%n":
            made.append(r"(?P<n>\d+)")
        elif part.startswith("{"):
            name = re.split(r"\W", part[1:])[0]
            made.append(f"(?P<{name}>.+?)")
        else:
            made.append(re.escape(part))
    return re.compile("".join(made), re.DOTALL)
