"""Text for people: translation without Qt."""

from __future__ import annotations

from collections.abc import Callable

Translator = Callable[[str, str, int], str]


def _plain(text: str, note: str, count: int) -> str:
    del note
    return text.replace("%n", str(count)) if count >= 0 else text


_translator: Translator = _plain


def tr(text: str, note: str = "", count: int = -1) -> str:
    """Text in the language chosen, or as written where no translation is installed.

    Args:
        text: One literal; values are put in after translation. `%n` stands for the count.
        note: What a translator must know to choose the right word.
        count: Number that decides the plural; negative when there is none.
    """
    return _translator(text, note, count)


def install(translator: Translator | None) -> None:
    """Let `translator` answer every later `tr`; None returns to the text as written."""
    global _translator
    _translator = translator or _plain
