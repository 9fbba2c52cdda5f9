"""What a network said of the films of a visit, as files: to look at, and not to be said again.

One file a film, named by a hash of its content, and one that tells what the reading is and which
files belong to it. Whatever is not as it was written counts as not being there.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gaitdesk.childgait.clips import ClipPhase
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import AnyArray
from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.recording import View
from gaitdesk.jobs.seen import KeptReading, ReadingHead
from gaitdesk.media.output import write_bytes, write_text
from gaitdesk.store.edits import SessionId
from gaitdesk.store.erasing import READINGS

if TYPE_CHECKING:
    from gaitdesk.childgait.film_answers import FilmAnswers

LARGEST_BYTES = 512_000_000
"""A larger one is none of ours: 34 clips of 32 pictures of 224 px, unpruned, are 164 MB."""

_HEAD = "reading.json"
_HASH = re.compile("[0-9a-f]{64}")
_RELEVANCE = re.compile("relevance([0-9]+)-([a-z]+)-([A-Z]+)")

Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True, slots=True)
class CutHead:
    """Where a clip was cut in its film, and how much of it was masked; see `ClipAnswer`."""

    view: View
    centre_s: float
    phase: ClipPhase
    side: Side | None
    masked_share: float


@dataclass(frozen=True, slots=True)
class FilmHead:
    """What the answers to a film rest on, and where its clips were cut; see `FilmAnswers`."""

    key: str
    clips: tuple[CutHead, ...]


def keep_reading(place: Path, head: ReadingHead, films: Sequence[FilmAnswers]) -> ReadingHead:
    """Keep what a network said of a visit; what an earlier reading left goes.

    Until all of it is written, the earlier reading stands as it was.

    Args:
        place: Folder of the visit.
        head: What the reading is.
        films: What was said of each film.

    Returns:
        The head, with the names of the films' files.

    Raises:
        DiskFull, OutputNotWritable: It could not be written.
    """
    names = []
    for film in films:
        content = _content(film) if film.answers else b""
        names.append(hashlib.sha256(content).hexdigest() if content else "")
        path = place / f"{names[-1]}.npz"
        if content and _digest(path) != names[-1]:
            write_bytes(path, content)
    head = replace(head, films=tuple(names))
    write_text(place / _HEAD, json.dumps(encode(head)) + "\n")
    for path in place.glob("*.npz"):
        if path.stem not in names:
            # What cannot go now goes when the visit is read the next time.
            with contextlib.suppress(OSError):
                path.unlink()
    return head


def kept_reading(folder: Path, session: SessionId) -> KeptReading | None:
    """What the network's last reading of a visit left; None where there is nothing usable.

    Args:
        folder: The data folder.
        session: The visit.
    """
    place = folder / READINGS / session
    head = _head(place)
    if head is None:
        return None
    films = [_arrays(place, name) if name else {} for name in head.films]
    clips: list[tuple[Arrays, int]] = []
    for held in films:
        if held is None:
            return None
        clips += [(held, clip) for clip in _places(held)]
    try:
        return KeptReading(head, _to_look_at(head, clips))
    except (KeyError, IndexError):
        return None


def known_films(place: Path) -> dict[str, FilmAnswers]:
    """What the network has said of films of a visit, by what it rests on; see `key_of`.

    Args:
        place: Folder of the visit.
    """
    head = _head(place)
    found = {}
    for name in () if head is None else head.films:
        held = _arrays(place, name) if name else None
        film = None if held is None else _film(held)
        if film is not None and film.key:
            found[film.key] = film
    return found


def _content(film: FilmAnswers) -> bytes:
    """What was said of a film, as the bytes of a file; the same for the same answers."""
    cuts = tuple(
        CutHead(
            one.window.view,
            one.window.centre_s,
            one.window.phase,
            one.window.side,
            one.masked_share,
        )
        for one in film.answers
    )
    head = json.dumps(encode(FilmHead(film.key, cuts))).encode("ascii")
    arrays: dict[str, AnyArray] = {
        "head": np.frombuffer(head, np.uint8),
        "numbers": np.stack([one.numbers for one in film.answers]),
        "times": np.stack([one.times_s for one in film.answers]),
        "logits": np.stack([one.logits for one in film.answers]),
    }
    for place, clip in sorted(film.clips.items()):
        arrays |= {f"kept{place}": clip.kept, f"patches{place}": clip.patches}
        arrays[f"squares{place}"] = clip.squares
    for (place, (side, item)), relevance in sorted(film.relevances.items()):
        # The network works in single precision: nothing is lost.
        arrays[f"relevance{place}-{side}-{item}"] = relevance.astype(np.float32)
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def _film(held: Arrays) -> FilmAnswers | None:
    """What was said of a film; None where it is not what `_content` makes."""
    from gaitdesk.childgait.answers import ClipAnswer
    from gaitdesk.childgait.clips import Window
    from gaitdesk.childgait.evidence import SeenClip
    from gaitdesk.childgait.film_answers import FilmAnswers

    try:
        head: FilmHead = decode(FilmHead, json.loads(held["head"].tobytes()))
        answers = tuple(
            ClipAnswer(
                Window(0, cut.view, cut.centre_s, cut.phase, cut.side),
                held["numbers"][place],
                held["times"][place],
                held["logits"][place],
                cut.masked_share,
            )
            for place, cut in enumerate(head.clips)
        )
        clips = {
            place: SeenClip(
                answers[place].window,
                answers[place].numbers,
                answers[place].times_s,
                held[f"squares{place}"],
                held[f"kept{place}"],
                held[f"patches{place}"],
                answers[place].masked_share,
            )
            for place in _places(held)
        }
        relevances = {
            (int(place), (Side(side), Item(item))): held[name].astype(np.float64)
            for name in held
            if (match := _RELEVANCE.fullmatch(name))
            for place, side, item in (match.groups(),)
        }
    except (KeyError, IndexError, ValueError):
        return None
    return FilmAnswers(head.key, answers, clips, relevances)


def _to_look_at(head: ReadingHead, clips: Sequence[tuple[Arrays, int]]) -> dict[str, AnyArray]:
    """Pictures and evidence by the count of the deciding clip, as `KeptReading` has them.

    Raises:
        KeyError, IndexError: The files are others than the head tells of.
    """
    found: dict[str, AnyArray] = {}
    for number in range(len(head.clips)):
        held, place = clips[number]
        found |= {
            f"kept{number}": held[f"kept{place}"],
            f"patches{number}": held[f"patches{place}"],
            f"numbers{number}": held["numbers"][place],
            f"times{number}": held["times"][place],
            f"squares{number}": held[f"squares{place}"],
        }
    for one in head.answers:
        held, place = clips[one.clip]
        cell = f"{one.side}-{one.item}"
        found[f"relevance-{cell}"] = held[f"relevance{place}-{cell}"]
    return found


def _places(held: Arrays) -> list[int]:
    """Places of the clips whose pictures are kept, in order."""
    return sorted(int(match[1]) for name in held if (match := re.fullmatch("kept([0-9]+)", name)))


def _head(place: Path) -> ReadingHead | None:
    try:
        head: ReadingHead = decode(
            ReadingHead, json.loads((place / _HEAD).read_text(encoding="utf-8"))
        )
    except (OSError, ValueError, FormInvalid):
        return None
    return head if all(not one or _HASH.fullmatch(one) for one in head.films) else None


def _arrays(place: Path, name: str) -> dict[str, AnyArray] | None:
    """All arrays of a film's file; None where it is not the file that was written."""
    path = place / f"{name}.npz"
    try:
        if _digest(path) != name:
            return None
        # A stream of its own is closed although what is in it cannot be read.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            if sum(one.file_size for one in held.zip.infolist()) > LARGEST_BYTES:
                return None
            return {key: held[key] for key in held.files}
    except (OSError, ValueError, MemoryError, zipfile.BadZipFile):
        return None


def _digest(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read, or is larger than any of ours."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
