"""What a correction in one film of a visit costs the network: `python -m tests bench rereading`."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from gaitdesk.childgait.card import Network, load_network
from gaitdesk.childgait.film_answers import FilmAnswers
from gaitdesk.childgait.reader import NetworkReading, propose_by_network
from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.correction import SideSwap
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.network import VisitToRead, read_films
from gaitdesk.jobs.seen_files import known_films
from gaitdesk.perception.correct import corrected
from gaitdesk.phantom.session import Staging
from gaitdesk.store.edits import SessionId
from tests.bench.results import record
from tests.jobs.painted import painted_visit

NETWORK = "childgait-phantom"
STAGING = Staging(fps=30, width=640, height=360)
DISTANCE_M = 1.2


def main(argv: list[str]) -> int:
    """Measure and record."""
    parser = argparse.ArgumentParser("bench rereading")
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args(argv)
    torch.set_num_threads(1)
    network = load_network(NETWORK)
    with tempfile.TemporaryDirectory() as folder:
        walk = painted_visit(Path(folder), STAGING, DISTANCE_M, is_one_way=False)
        place = Path(folder) / "readings"
        visit = VisitToRead(SessionId("visit"), walk.films, {}, place)
        finish(read_films(visit, network))
        kept = sum(one.stat().st_size for one in place.iterdir())
        text = measured(walk, network, place, kept, given.repeats)
    print(text)
    command = f"python -m tests bench rereading --repeats {given.repeats}"
    record("rereading", "The network after a correction in one of four films", command, text)
    return 0


def measured(walk: Analysis, network: Network, place: Path, kept: int, repeats: int) -> str:
    """What reading takes, everything and what changed in turn."""
    spent: dict[str, list[tuple[float, float]]] = {"whole": [], "side": [], "front": []}
    ratios = []
    anew = 0
    for name, index in (("side", 0), ("front", 1)) * repeats:
        mended = corrected(walk.films[index], (SideSwap(index, 30, 60),))
        films = tuple(mended if i == index else film for i, film in enumerate(walk.films))
        everything, whole = timed(lambda now=films: read(now, network, {}))
        changed, part = timed(lambda now=films: read(now, network, known_films(place)))
        check_same(everything, changed)
        spent["whole"].append(whole)
        spent[name].append(part)
        ratios.append(whole[0] / part[0])
        held = known_films(place)
        anew += sum(
            len(one.clips.keys() - held[one.key].clips.keys())
            for one in changed.films
            if one.key in held
        )
    none, loading = timed(lambda: read(walk.films, network, known_films(place)))
    clips = [len(one.answers) for one in everything.films]
    rows = [
        "| | clips through the network | processor s | s |",
        "|---|---|---|---|",
        row("all four films are read, as before", sum(clips), spent["whole"]),
        row("only the corrected side view is", clips[0], spent["side"]),
        row("only the corrected front view is", clips[1], spent["front"]),
        row("nothing was corrected", 0, [loading]),
        "",
        f"Times less processor time, pair by pair: {', '.join(f'{one:.1f}' for one in ratios)};"
        f" {sum(clips) / clips[0]:.1f} times fewer clips go through the network. In all,"
        f" {anew} clip(s) of films that were not corrected came to decide an item, and were cut"
        " anew to be looked at.",
        "",
        f"Four films of {'x'.join(str(one) for one in (STAGING.width, STAGING.height))} at"
        f" {STAGING.fps:g} Hz, {walk.films[0].video.duration_s:.1f} s each, painted phantoms with"
        f" exact body points; {network.name}, in one thread, everything and what changed in"
        " turn, so that a busy machine slows both; films are decoded by another process, whose"
        " processor time does not count. The answers to every item, clips and evidence are"
        " compared in each pair and are the same to the last bit. Kept on disk for the visit:"
        f" {kept / 1e6:.1f} MB, of which the answers alone {answers_bytes(none) / 1e3:.0f} kB; the"
        f" rest are the {len(none.clips)} clips that decide an item.",
    ]
    return "\n".join(rows)


def read(
    films: Sequence[FilmAnalysis], network: Network, known: dict[str, FilmAnswers]
) -> NetworkReading:
    return finish(propose_by_network(films, network, known=known))


def timed(work: Callable[[], NetworkReading]) -> tuple[NetworkReading, tuple[float, float]]:
    """What came of it; processor time of all threads, and time by the clock, seconds."""
    begun = time.process_time(), time.perf_counter()
    found = work()
    return found, (time.process_time() - begun[0], time.perf_counter() - begun[1])


def check_same(one: NetworkReading, other: NetworkReading) -> None:
    """Whether two readings say the same to the last bit.

    Raises:
        AssertionError: They do not.
    """
    assert dict(one.proposals) == dict(other.proposals)
    assert dict(one.answers) == dict(other.answers)
    assert list(one.clips) == list(other.clips)
    for cell, relevance in one.relevances.items():
        assert (relevance == other.relevances[cell]).all()
    for count, clip in one.clips.items():
        assert (clip.patches == other.clips[count].patches).all()


def row(words: str, clips: int, spent: Sequence[tuple[float, float]]) -> str:
    """Medians."""
    processor, clock = (statistics.median(one[i] for one in spent) for i in (0, 1))
    return f"| {words} | {clips} | {processor:.2f} | {clock:.2f} |"


def answers_bytes(reading: NetworkReading) -> int:
    """What logits, frames and times of all clips take."""
    return sum(
        array.nbytes
        for film in reading.films
        for one in film.answers
        for array in (one.logits, one.numbers, one.times_s)
    )
