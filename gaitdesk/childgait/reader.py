"""The network as a reader: from an analysis to proposals for all 17 items of both limbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import torch

from gaitdesk.childgait.answers import (
    Calibration,
    ClipAnswer,
    ItemAnswer,
    combine,
    speaks_for,
)
from gaitdesk.childgait.card import Network
from gaitdesk.childgait.cutting import clips_of
from gaitdesk.childgait.device import batch_that_fits
from gaitdesk.childgait.evidence import SeenClip, deciding_step, relevance, seen
from gaitdesk.childgait.packing import PackedClips
from gaitdesk.childgait.windows import LEAST_PASS_CONFIDENCE, find_windows
from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.arrays import FloatArray
from gaitdesk.domain.evgs import (
    Cell,
    Direction,
    Evidence,
    Item,
    Origin,
    Proposal,
    Reason,
    Score,
    State,
)
from gaitdesk.domain.progress import Job, Progress, portion
from gaitdesk.i18n import noted, tr
from gaitdesk.media.video import VideoReader
from gaitdesk.perception.compute import ComputeDevice, compute_device, in_batches

CLIPS_AT_ONCE = (32, 4)
"""Clips of a batch on a graphics card, and on a processor, which more would not make faster."""

LEAST_MASKED_SHARE = 0.5
"""Clips with fewer masks than this are read, but do not decide."""

NORMAL_DIRECTION: Mapping[Item, Direction] = MappingProxyType(
    {
        **dict.fromkeys(Item, Direction.NORMAL),
        Item.INITIAL_CONTACT: Direction.HEEL,
        Item.FOOT_CLEARANCE: Direction.FULL,
    }
)
"""The option word of score 0."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkReading:
    """What a network says of a walk.

    Attributes:
        proposals: One for each item of each limb.
        answers: What stands behind those that were answered.
        clips: What the network saw, in the order the answers count them.
        relevances: For each answered item of each limb, what its deciding clip's places say.
        notes: What went wrong and what follows: index of the film, and one sentence.
        device: What it ran on.
    """

    proposals: Mapping[Cell, Proposal]
    answers: Mapping[Cell, ItemAnswer] = field(default_factory=dict)
    clips: tuple[SeenClip, ...] = ()
    relevances: Mapping[Cell, FloatArray] = field(default_factory=dict)
    notes: tuple[tuple[int, str], ...] = ()
    device: str = ""


def propose_by_network(
    films: Sequence[FilmAnalysis], network: Network, where: ComputeDevice | None = None
) -> Job[NetworkReading]:
    """Cut the films into clips, run the network on them, and make one proposal of its answers.

    Each film is read once; of its clips only the patches that the network saw are kept.

    Args:
        films: The films, with passes, events, body points and masks.
        network: The network.
        where: What it runs on; None takes the best there is.

    Yields:
        Progress in thousandths.

    Raises:
        VideoUnreadable: A film can no longer be decoded.
        MemoryTooSmall: Not even one clip fits.
    """
    chosen = where or compute_device()
    model = network.model.to(chosen.device)
    model.encoder.compute_in(chosen.dtype)
    notes: list[str] = []
    windows = {
        index: find_windows(film, index, model.config.sampling) for index, film in enumerate(films)
    }
    total = sum(len(own) for own in windows.values())
    at_once = CLIPS_AT_ONCE[chosen.device.type == "cpu"]
    held: list[SeenClip] = []
    answers: list[ClipAnswer] = []
    for index, film in enumerate(films):
        if not windows[index]:
            continue
        with VideoReader(film.video) as reader:
            waiting: list[SeenClip] = []
            for clip in clips_of(reader, film, windows[index], model.config.sampling):
                waiting.append(seen(clip, model))
                yield _step(len(held), total)
                if len(waiting) >= at_once:
                    answers += yield from portion(
                        _run(network, waiting, chosen, notes), *_part(held, waiting, total)
                    )
                    held += waiting
                    waiting = []
            answers += yield from portion(
                _run(network, waiting, chosen, notes), *_part(held, waiting, total)
            )
            held += waiting
    combined = _combined(answers, network)
    relevances = yield from portion(_evidence(network, held, combined), 850.0, 150.0)
    proposals = {
        (side, item): _proposal(side, item, films, combined, relevances, held, network)
        for side in Side
        for item in Item
    }
    told = [(0, note) for note in dict.fromkeys(notes)]
    told += [(index, note) for index in range(len(films)) if (note := _mask_note(index, held))]
    return NetworkReading(
        MappingProxyType(proposals),
        MappingProxyType(combined),
        tuple(held),
        MappingProxyType(relevances),
        tuple(told),
        chosen.name,
    )


def _step(done: int, total: int) -> Progress:
    return Progress(round(850 * min(1.0, done / max(1, total))), 1000, tr("Reading the clips"))


def _mask_note(film: int, clips: Sequence[SeenClip]) -> str:
    """What to say of a film whose masks are not all there; empty where they are."""
    missing = sum(clip.masked_share < 1.0 for clip in clips if clip.window.film == film)
    if not missing:
        return ""
    return noted(
        "In %n clip(s) the child's mask was missing in places; the surroundings of the body points"
        " were shown to the network there.",
        missing,
    )


def _part(held: Sequence[SeenClip], waiting: Sequence[SeenClip], total: int) -> tuple[float, float]:
    """Where a batch's progress begins, and how far it goes, in thousandths."""
    return 850.0 * len(held) / max(1, total), 850.0 * len(waiting) / max(1, total)


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


def _evidence(
    network: Network, clips: Sequence[SeenClip], combined: Mapping[Cell, ItemAnswer]
) -> Job[dict[Cell, FloatArray]]:
    """What the places of each answer's deciding clip say; each clip is looked at once."""
    by_clip: dict[int, list[Cell]] = {}
    for cell, answer in combined.items():
        by_clip.setdefault(answer.deciding, []).append(cell)
    found: dict[Cell, FloatArray] = {}
    for done, (index, cells) in enumerate(by_clip.items()):
        yield Progress(done, len(by_clip), tr("Finding the evidence"))
        maps = relevance(network.model, clips[index], cells)
        found |= dict(zip(cells, maps, strict=True))
    return found


def _proposal(
    side: Side,
    item: Item,
    films: Sequence[FilmAnalysis],
    combined: Mapping[Cell, ItemAnswer],
    relevances: Mapping[Cell, FloatArray],
    clips: Sequence[SeenClip],
    network: Network,
) -> Proposal:
    answer = combined.get((side, item))
    if answer is None:
        return _unanswered(side, item, films, network)
    clip = clips[answer.deciding]
    step = deciding_step(relevances[side, item], answer.atypical >= 0.5)
    time = step * len(clip.numbers) // len(clip.kept)
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


def decide(answer: ItemAnswer, calibration: Calibration, reader: str) -> Proposal:
    """What follows from an answer.

    Typical beyond doubt is score 0. Atypical beyond doubt is still no score: neither 1 or 2 nor
    the direction is known, so the reviewer reads them; an ordinal head says what it leans to.
    Anything else is left to the reviewer. Nothing becomes 0 for want of an answer.

    Args:
        answer: What all clips say.
        calibration: With the thresholds.
        reader: Name and version of the network.
    """
    limits = calibration.of(answer.item)
    count = len(answer.clips)
    lean: Score | None = None
    direction: Direction | None = None
    state, reason = State.REVIEWER_DECIDES, Reason.LOW_CONFIDENCE
    note = noted("The network cannot tell; please look.")
    if count < calibration.fewest_clips:
        reason = Reason.TOO_FEW_CYCLES
        note = noted("Only %n clip(s) could be read.", count)
    elif answer.highest < limits.typical_below:
        state, lean, direction = State.SCORED, Score.NORMAL, NORMAL_DIRECTION[answer.item]
        note = ""
    elif answer.lowest > limits.atypical_above:
        reason = Reason.ATYPICAL
        note = noted("Atypical to the network; which way and how much is for you to read.")
        if answer.marked is not None:
            lean = Score.MARKED if answer.marked >= 0.5 * answer.atypical else Score.MODERATE
    return Proposal(
        origin=Origin.NETWORK,
        reader=reader,
        state=state,
        score=lean,
        direction=direction,
        reason=None if state is State.SCORED else reason,
        confidence=max(answer.atypical, 1.0 - answer.atypical),
        cycles=count,
        note=note,
        atypical=answer.atypical,
        spread=answer.spread,
    )


def _unanswered(
    side: Side, item: Item, films: Sequence[FilmAnalysis], network: Network
) -> Proposal:
    """The proposal for an item no clip speaks for."""
    planes = [plane for plane in Plane if item in network.model.config.items(plane)]
    recorded = [film for film in films if film.plane in planes]
    passes = [one for film in recorded for one in film.passes if one.view.plane in planes]
    own = [one for one in passes if one.view.near_side in (None, side)]
    straight = [one for one in own if one.confidence >= LEAST_PASS_CONFIDENCE]
    state = State.REVIEWER_DECIDES
    if not recorded:
        state, reason = State.NOT_SCORABLE, Reason.VIEW_NOT_RECORDED
        note = noted("The {plane} film was not recorded.").format(plane=item.plane)
    elif passes and not own:
        reason, note = Reason.LIMB_NOT_SEEN, noted("No pass shows this limb near the camera.")
    elif own and not straight:
        reason, note = Reason.OBLIQUE_CAMERA, noted("Every pass is seen from too far aside.")
    else:
        reason = Reason.NO_CLEAN_CYCLE
        note = noted("No pass is long enough for a clip of {seconds:.1f} s.").format(
            seconds=network.model.config.sampling.duration_s
        )
    return Proposal(Origin.NETWORK, network.name, state, reason=reason, note=note)
