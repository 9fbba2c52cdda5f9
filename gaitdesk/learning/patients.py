"""Which cases are of one child: by who was filmed, and by what the films show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gaitdesk.learning.prints import SAME_FILM, FilmPrint, likeness

_UNKEPT = "person:named:"


@dataclass(frozen=True, slots=True, eq=False)
class FilmTrace:
    """What a film is known by.

    Attributes:
        sha256: Of the file; empty where it was not computed.
        looks: What moves in it; None where no print was made.
    """

    sha256: str
    looks: FilmPrint | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """What a case is known by.

    Attributes:
        case: The case.
        persons: Whatever names the patient: an id, a pseudonym, a number in the clinic's records.
            What begins with "named:" is never kept.
        films: Its films.
    """

    case: str
    persons: frozenset[str]
    films: tuple[FilmTrace, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Persons and contents of films, as they may be kept; see `all_keys`."""
        return frozenset(key for key in self.all_keys if not key.startswith(_UNKEPT))

    @property
    def all_keys(self) -> frozenset[str]:
        """Persons and contents of films; cases that share one are of one child."""
        contents = {f"film:{one.sha256}" for one in self.films if one.sha256}
        return frozenset({f"person:{name}" for name in self.persons if name} | contents)


class Why(StrEnum):
    """What two cases have in common."""

    PERSON = "person"
    SAME_FILE = "same_file"
    SAME_FILM = "same_film"


@dataclass(frozen=True, slots=True)
class Link:
    """Two cases that are of one child.

    Attributes:
        first, second: The cases.
        why: What tells.
        likeness: Of their films, where that tells.
    """

    first: str
    second: str
    why: Why
    likeness: float = 1.0


def links_of(traces: Sequence[Traces], least: float = SAME_FILM) -> tuple[Link, ...]:
    """Cases that are of one child, in pairs.

    Args:
        traces: What each case is known by.
        least: Likeness from which on two films are the same.
    """
    found: list[Link] = []
    first_with: dict[str, str] = {}
    for one in traces:
        for key in sorted(one.all_keys):
            other = first_with.setdefault(key, one.case)
            if other != one.case:
                why = Why.PERSON if key.startswith("person:") else Why.SAME_FILE
                found.append(Link(other, one.case, why))
    known = _Joined(one.case for one in traces)
    for link in found:
        known.join(link.first, link.second)
    films = [(one.case, film.looks) for one in traces for film in one.films if film.looks]
    for i, (case, looks) in enumerate(films):
        for other, seen in films[i + 1 :]:
            # Whoever is known to be the same needs no comparing.
            if known.head(case) == known.head(other):
                continue
            alike = likeness(looks, seen)
            if alike >= least:
                found.append(Link(case, other, Why.SAME_FILM, alike))
                known.join(case, other)
    return tuple(found)


def patients_of(traces: Sequence[Traces], links: Iterable[Link] | None = None) -> dict[str, str]:
    """The patient of each case: one name for all cases that are linked, however far around.

    Args:
        traces: What each case is known by.
        links: See `links_of`; None finds them.

    Returns:
        For each case the name of its patient, which is that of their first case by alphabet.
    """
    joined = _Joined(one.case for one in traces)
    for link in links_of(traces) if links is None else links:
        joined.join(link.first, link.second)
    return {one.case: joined.head(one.case) for one in traces}


def keys_by_patient(
    traces: Iterable[Traces], patients: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Everything each patient is known by."""
    found: dict[str, frozenset[str]] = {}
    for one in traces:
        patient = patients[one.case]
        found[patient] = found.get(patient, frozenset()) | one.keys
    return found


class _Joined:
    """Sets that grow together; the head of each is its first member by alphabet.

    Source:
        Tarjan (1975), J ACM 22(2), 215-225: union-find.
    """

    def __init__(self, members: Iterable[str]) -> None:
        self._above = {member: member for member in members}

    def head(self, member: str) -> str:
        while self._above[member] != member:
            self._above[member] = self._above[self._above[member]]
            member = self._above[member]
        return member

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.head(one), self.head(other)))
        self._above[second] = first
