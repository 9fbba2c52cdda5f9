"""The network as a reader: from an analysis to proposals for all 17 items of both limbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from types import MappingProxyType

import torch

from gaitdesk.childgait.answers import ClipAnswer, ItemAnswer, combine, speaks_for
from gaitdesk.childgait.card import Network
from gaitdesk.childgait.clips import Window
from gaitdesk.childgait.cutting import clips_of
from gaitdesk.childgait.deciding import decide, unanswered
from gaitdesk.childgait.device import batch_that_fits
from gaitdesk.childgait.evidence import SeenClip, deciding_step, relevance, seen
from gaitdesk.childgait.film_answers import ClipCell, FilmAnswers, key_of
from gaitdesk.childgait.packing import PackedClips
from gaitdesk.childgait.windows import find_windows
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import Cell, Evidence, Item, Proposal, Reason, State
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import noted, tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.compute import ComputeDevice, compute_device, in_batches

CLIPS_AT_ONCE = (32, 4)
"""Clips of a batch on a graphics card, and on a processor, which more would not make faster."""

LEAST_MASKED_SHARE = 0.5
"""Clips with fewer masks than this are read, but do not decide."""

_READING = 850
"""Thousandths of the work after which all films have been read."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkReading:
    """What a network says of a walk.

    Attributes:
        proposals: One for each item of each limb.
        answers: What stands behind those that were answered; clips are counted through all films.
        films: What it said of each film's clips, with those to look at that decide an item.
        clips: The clips that decide an item, by their count.
        relevances: For each answered item of each limb, what its deciding clip's places say.
        notes: What went wrong and what follows: index of the film, and one sentence.
        device: What it ran on.
    """

    proposals: Mapping[Cell, Proposal]
    answers: Mapping[Cell, ItemAnswer] = field(default_factory=dict)
    films: tuple[FilmAnswers, ...] = ()
    clips: Mapping[int, SeenClip] = field(default_factory=dict)
    relevances: Mapping[Cell, FloatArray] = field(default_factory=dict)
    notes: tuple[tuple[int, str], ...] = ()
    device: str = ""


def propose_by_network(
    films: Sequence[FilmAnalysis],
    network: Network,
    where: ComputeDevice | None = None,
    known: Mapping[str, FilmAnswers] = MappingProxyType({}),
) -> Job[NetworkReading]:
    """Cut the films into clips, run the network on them, and make one proposal of its answers.

    Each film is read once, and not at all where its answers are known; of its clips only the
    patches that the network saw are kept. Clips of different films never run together, so that
    the answers to a film are the same to the last digit whichever others are read with it. Where
    a clip of a film that was not read comes to decide an item, that one is cut anew.

    Args:
        films: The films, with passes, events, body points and masks.
        network: The network.
        where: What it runs on; None takes the best there is.
        known: What was said of films before, by their keys; see `key_of`.

    Yields:
        Progress in thousandths, of the films that are read.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
        MemoryTooSmall: Not even one clip fits.
    """
    chosen = where or compute_device()
    model = network.model.to(chosen.device)
    model.encoder.compute_in(chosen.dtype)
    notes: list[str] = []
    job = _answers_of(films, network, chosen, known, notes)
    read = yield from portion(job, 0.0, float(_READING))
    answers = [answer for film in read for answer in film.answers]
    combined = _combined(answers, network)
    first = [0, *accumulate(len(film.answers) for film in read)]
    decisive: list[list[ClipCell]] = [[] for _ in films]
    for cell, answer in combined.items():
        index = answers[answer.deciding].window.film
        decisive[index].append((answer.deciding - first[index], cell))
    kept = [film.only(own) for film, own in zip(read, decisive, strict=True)]
    looking = _looked_into(kept, decisive, films, network)
    read = yield from portion(looking, float(_READING), 1000.0 - _READING)
    relevances = {cell: map_ for film in read for (_, cell), map_ in film.relevances.items()}
    proposals = {
        (side, item): _proposal(combined[side, item], answers, relevances[side, item], network)
        if (side, item) in combined
        else unanswered(side, item, films, network)
        for side in Side
        for item in Item
    }
    told = [(0, note) for note in dict.fromkeys(notes)]
    told += [(i, note) for i, film in enumerate(read) if (note := _mask_note(film.answers))]
    return NetworkReading(
        MappingProxyType(proposals),
        MappingProxyType(combined),
        tuple(read),
        {
            first[index] + place: clip
            for index, film in enumerate(read)
            for place, clip in sorted(film.clips.items())
        },
        MappingProxyType(relevances),
        tuple(told),
        chosen.name,
    )


def _answers_of(
    films: Sequence[FilmAnalysis],
    network: Network,
    where: ComputeDevice,
    known: Mapping[str, FilmAnswers],
    notes: list[str],
) -> Job[list[FilmAnswers]]:
    """What the network says of each film; those it is known of are not read."""
    sampling = network.model.config.sampling
    windows = [find_windows(film, index, sampling) for index, film in enumerate(films)]
    keys = [key_of(film, own, network, where) for film, own in zip(films, windows, strict=True)]
    held = [known.get(key) if key else None for key in keys]
    total = sum(len(own) for own, one in zip(windows, held, strict=True) if one is None)
    done = 0
    found: list[FilmAnswers] = []
    for index, (film, own, key, one) in enumerate(zip(films, windows, keys, held, strict=True)):
        if one is not None:
            found.append(one.numbered(index))
        elif not own:
            found.append(FilmAnswers(key))
        else:
            start, share = 1000.0 * done / total, 1000.0 * len(own) / total
            job = _read(film, own, key, network, where, notes)
            found.append((yield from portion(job, start, share)))
            done += len(own)
    return found


def _read(
    film: FilmAnalysis,
    windows: Sequence[Window],
    key: str,
    network: Network,
    where: ComputeDevice,
    notes: list[str],
) -> Job[FilmAnswers]:
    """What the network says of the clips of one film, all of which can be looked at."""
    model = network.model
    at_once = CLIPS_AT_ONCE[where.device.type == "cpu"]
    held: list[SeenClip] = []
    answers: list[ClipAnswer] = []

    def part(waiting: Sequence[SeenClip]) -> Job[list[ClipAnswer]]:
        share = 1000.0 / max(1, len(windows))
        job = _run(network, waiting, where, notes)
        return portion(job, share * len(answers), share * len(waiting))

    with VideoReader(film.video) as reader:
        for clip in clips_of(reader, film, windows, model.config.sampling):
            held.append(seen(clip, model))
            yield Progress(
                len(answers),
                len(windows),
                tr("Reading the clips of {name}").format(name=film.video.path.name),
            )
            if len(held) - len(answers) >= at_once:
                answers += yield from part(held[len(answers) :])
        answers += yield from part(held[len(answers) :])
    return FilmAnswers(key, tuple(answers), dict(enumerate(held)))


def _run(
    network: Network,
    clips: Sequence[SeenClip],
    where: ComputeDevice,
    notes: list[str],
) -> Job[list[ClipAnswer]]:
    """What the network says of several clips."""
    if not clips:
        return []
    model = network.model
    counts = [len(clip.patches) for clip in clips]
    most = batch_that_fits(model.config.encoder, counts, where, len(clips))

    @torch.inference_mode()
    def logits_of(batch: Sequence[SeenClip]) -> list[FloatArray]:
        packed = _joined([clip.packed() for clip in batch]).to(where.device)
        answered = model(packed, [clip.window.view.plane for clip in batch])
        return list(answered.double().cpu().numpy())

    found = yield from in_batches(clips, logits_of, most, where, notes.append)
    return [
        ClipAnswer(clip.window, clip.numbers, clip.times_s, logits, clip.masked_share)
        for clip, logits in zip(clips, found, strict=True)
    ]


def _joined(parts: Sequence[PackedClips]) -> PackedClips:
    return PackedClips(
        torch.cat([part.tubelets for part in parts]),
        torch.cat([part.positions for part in parts]),
        tuple(length for part in parts for length in part.lengths),
    )


def _combined(answers: Sequence[ClipAnswer], network: Network) -> dict[Cell, ItemAnswer]:
    """Every item of every limb that some clip speaks for."""
    config = network.model.config
    found: dict[Cell, ItemAnswer] = {}
    for side in Side:
        for item in Item:
            clips = [
                index
                for index, answer in enumerate(answers)
                if speaks_for(
                    answer.window,
                    side,
                    item,
                    config.items(answer.plane),
                    reads_far_limb=config.reads_far_limb,
                )
            ]
            if clips:
                found[side, item] = combine(
                    answers, side, item, clips, network.calibration.of(item)
                )
    return found


def _looked_into(
    read: Sequence[FilmAnswers],
    decisive: Sequence[Sequence[ClipCell]],
    films: Sequence[FilmAnalysis],
    network: Network,
) -> Job[list[FilmAnswers]]:
    """Films' answers with what the places of their deciding clips say; a clip is looked at once.

    Args:
        read: What was said of each film.
        decisive: Clips of each film that decide an item, with the item.
        films: The films, for clips that must be cut anew.
        network: The network.
    """
    open_: list[dict[int, list[Cell]]] = [{} for _ in read]
    for own, held, wanted in zip(open_, read, decisive, strict=True):
        for place, cell in wanted:
            if place not in held.clips or (place, cell) not in held.relevances:
                own.setdefault(place, []).append(cell)
    total, done = sum(len(own) for own in open_), 0
    found = []
    for film, held, own in zip(films, read, open_, strict=True):
        clips, relevances = dict(held.clips), dict(held.relevances)
        lacking = [place for place in own if place not in clips]
        if lacking:
            yield Progress(done, total, tr("Finding the evidence"))
            clips |= _cut_anew(film, held, lacking, network)
        for place, cells in own.items():
            yield Progress(done, total, tr("Finding the evidence"))
            asked = [cell for cell in cells if (place, cell) not in relevances]
            if asked:
                maps = relevance(network.model, clips[place], asked)
                keys = [(place, cell) for cell in asked]
                relevances |= dict(zip(keys, maps, strict=True))
            done += 1
        found.append(replace(held, clips=clips, relevances=relevances))
    return found


def _cut_anew(
    film: FilmAnalysis, held: FilmAnswers, places: Sequence[int], network: Network
) -> dict[int, SeenClip]:
    """Some clips of a film that was read before, as the network saw them then."""
    model = network.model
    places = sorted(places)
    windows = [held.answers[place].window for place in places]
    with VideoReader(film.video) as reader:
        cut = [seen(one, model) for one in clips_of(reader, film, windows, model.config.sampling)]
    return dict(zip(places, cut, strict=True))


def _proposal(
    answer: ItemAnswer,
    clips: Sequence[ClipAnswer],
    relevances: FloatArray,
    network: Network,
) -> Proposal:
    clip = clips[answer.deciding]
    step = deciding_step(relevances, answer.atypical >= 0.5)
    time = step * len(clip.numbers) // len(relevances)
    masked = sum(clips[i].masked_share for i in answer.clips) / len(answer.clips)
    decided = decide(answer, network.calibration, network.name)
    if masked < LEAST_MASKED_SHARE and decided.reason is not Reason.TOO_FEW_CYCLES:
        decided = replace(
            decided,
            state=State.REVIEWER_DECIDES,
            score=None,
            direction=None,
            reason=Reason.LOW_CONFIDENCE,
            note=noted("Most of the clips were shown without the child's mask."),
        )
    return replace(
        decided,
        evidence=Evidence(clip.window.film, int(clip.numbers[time]), float(clip.times_s[time])),
    )


def _mask_note(answers: Sequence[ClipAnswer]) -> str:
    """What to say of a film whose masks are not all there; empty where they are."""
    missing = sum(one.masked_share < 1.0 for one in answers)
    if not missing:
        return ""
    return noted(
        "In %n clip(s) the child's mask was missing in places; the surroundings of the body points"
        " were shown to the network there.",
        missing,
    )
