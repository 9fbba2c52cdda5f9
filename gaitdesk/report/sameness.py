"""Whether two visits were walked alike and scored by the same person, and what differed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from gaitdesk.domain.patient import Conditions
from gaitdesk.i18n import clauses, retold, tr

COMPARED = ("footwear", "orthosis", "aid", "assistance", "cooperation", "room")
"""Conditions that change how a walk looks, those that change it most first."""
NEEDED = ("footwear", "aid")
"""Without these at both visits nobody can say that they were walked alike."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """How far two visits were walked alike.

    Attributes:
        differing: Conditions that were recorded at both and differ: name, before, now.
        unknown: Conditions that were recorded at one of them alone, or that are needed and were
            recorded at neither.
    """

    differing: tuple[tuple[str, str, str], ...]
    unknown: tuple[str, ...]

    @property
    def is_same(self) -> bool | None:
        """Whether they were walked alike; None where that cannot be told."""
        if self.differing:
            return False
        return None if self.unknown else True


def walked_alike(before: Conditions, now: Conditions) -> Sameness:
    """How far two visits were walked alike; the note, which is anybody's words, is left out."""
    differing, unknown = [], []
    for name in COMPARED:
        old, new = getattr(before, name).strip(), getattr(now, name).strip()
        if old and new:
            if old.casefold() != new.casefold():
                differing.append((name, old, new))
        elif old or new or name in NEEDED:
            unknown.append(name)
    return Sameness(tuple(differing), tuple(unknown))


def same_rater(before: str, now: str) -> bool | None:
    """Whether two visits were scored by the same people; None where one has no scorer yet.

    Args:
        before: Names parted by commas, in any order.
        now: The same.
    """
    if not before or not now:
        return None
    old, new = (frozenset(one.strip() for one in who.split(",")) for who in (before, now))
    return old == new


def condition_word(name: str) -> str:
    """A condition by the name of its field."""
    assert name in {field.name for field in dataclasses.fields(Conditions)}
    match name:
        case "footwear":
            return tr("footwear")
        case "orthosis":
            return tr("orthosis")
        case "aid":
            return tr("walking aid")
        case "assistance":
            return tr("assistance")
        case "cooperation":
            return tr("cooperation")
        case _:
            return tr("room")


def conditions_sentence(found: Sameness) -> str:
    """The same conditions or not, and what differed, in a sentence or two."""
    match found.is_same:
        case True:
            return tr("Same conditions: yes, in all that was recorded at both visits.")
        case None:
            return tr(
                "Same conditions: cannot be told. Not recorded at both visits: {what}."
            ).format(what=_listed(found.unknown))
        case False:
            changes = clauses(
                tr("{what}: {before}, then {now}").format(
                    what=condition_word(name), before=retold(old), now=retold(new)
                )
                for name, old, new in found.differing
            )
            said = tr(
                "Same conditions: no ({changes}). Part of the change may come from it."
            ).format(changes=changes)
            if not found.unknown:
                return said
            return tr("{said} Not recorded at both visits: {what}.").format(
                said=said, what=_listed(found.unknown)
            )


def _listed(names: tuple[str, ...]) -> str:
    return tr(", ", "between conditions").join(condition_word(name) for name in names)


def rater_sentence(before: str, now: str) -> str:
    """The same rater or not, and who they were."""
    match same_rater(before, now):
        case True:
            return tr("Same rater: yes ({rater}).").format(rater=now)
        case False:
            return tr(
                "Same rater: no ({before}, then {now}). Part of the change may come from that."
            ).format(before=before, now=now)
        case None:
            return tr("Same rater: cannot be told, because not both visits have been confirmed.")


def flag(is_so: bool | None) -> str:
    """A flag for a table, in English."""
    return {True: "yes", False: "no", None: "unknown"}[is_so]
