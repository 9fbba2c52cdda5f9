"""Clips of one child in one small file, so that an epoch decodes no video and renders nothing."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import cv2
import numpy as np

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.arrays import AnyArray, BoolArray, FloatArray, Image
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.domain.recording import View
from gaitdesk.i18n import tr
from gaitdesk.media.output import atomic_write
from gaitdesk.phantom.clips import ClipPlan, FilmedChild, FilmedClip, film_clips
from gaitdesk.phantom.cohort import Split, SubjectPlan

SUFFIX = ".clips.npz"
_JPEG_QUALITY = 93
_VIEWS = tuple(View)


@dataclass(frozen=True, slots=True, eq=False)
class DetectedClip(FilmedClip):
    """A clip of a real film: points and masks are a detector's, angles and phase are unknown.

    Attributes:
        confidence: Of each body point, 0 where it is missing, shape (frames, 23).
    """

    confidence: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """One child as it is kept for training.

    Attributes:
        name: Of the child; all that is known of it is in one split.
        split: What it may be used for.
        clips: What was filmed of it; those read from a file are decoded whenever they are asked
            for, since all clips of a cohort fill more memory than a workstation has.
        scores: 0, 1, 2 or NaN, by `Side` and `Item`, shape (2, 17).
        measures: The numbers behind the scores, NaN where unknown, shape (2, 17).
        key: Digest of all that the clips rest on; empty where nothing of it changes.
    """

    name: str
    split: Split
    clips: Sequence[FilmedClip]
    scores: FloatArray
    measures: FloatArray
    key: str = ""


def shard_of(child: FilmedChild) -> Shard:
    """What is kept of a filmed phantom."""
    scores, measures = true_values(child.truth)
    return Shard(child.plan.name, child.plan.split, child.clips, scores, measures)


def true_values(truth: Analysis) -> tuple[FloatArray, FloatArray]:
    """Scores of a phantom and the numbers behind them, each of shape (2, 17)."""
    scores = np.full((len(Side), len(Item)), np.nan)
    measures = scores.copy()
    for (side, item), cell in truth.scoresheet.cells.items():
        place = list(Side).index(side), list(Item).index(item)
        answer = cell.proposed[0]
        if answer.score is not None:
            scores[place] = int(answer.score)
        if answer.measure is not None:
            measures[place] = answer.measure.value
    return scores, measures


Filming = Callable[[SubjectPlan, ClipPlan], Job[FilmedChild]]
"""How a child's clips come to be: `film_clips` or `sketch_clips`."""


def make_shards(
    plans: Sequence[SubjectPlan], folder: Path, how: ClipPlan, film: Filming = film_clips
) -> Job[tuple[Path, ...]]:
    """Film the clips of many children; those already there are left as they are.

    Args:
        plans: The children.
        folder: Where to.
        how: How their walks are cut.
        film: What makes the pictures.

    Yields:
        One event a child.

    Returns:
        The files, in the order of the plans.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, plan in enumerate(plans):
        path = folder / f"{plan.name}{SUFFIX}"
        if not path.exists():
            child = yield from film(plan, how)
            save_shard(path, shard_of(child))
        paths.append(path)
        yield Progress(number + 1, len(plans), tr("Filming the phantom"))
    return tuple(paths)


def save_shard(path: Path, shard: Shard) -> None:
    """Write a shard; a write cut short leaves no file."""
    pictures = [[_coded(image) for image in clip.images] for clip in shard.clips]
    arrays = {
        "name": np.array(shard.name),
        "split": np.array(shard.split.value),
        "scores": shard.scores,
        "measures": shard.measures,
        "view": np.array([_VIEWS.index(clip.view) for clip in shard.clips], np.int64),
        "masks": np.packbits(np.stack([clip.masks for clip in shard.clips]), axis=-1),
        "points_px": np.stack([clip.points_px for clip in shard.clips]).astype(np.float32),
        "visible": np.stack([clip.visible for clip in shard.clips]),
        "squares_px": np.stack([clip.squares_px for clip in shard.clips]),
        "angles_deg": np.stack([clip.angles_deg for clip in shard.clips]).astype(np.float32),
        "phase": np.stack([clip.phase for clip in shard.clips]).astype(np.float32),
        "sizes": np.array([[len(one) for one in clip] for clip in pictures], np.int64),
        "pictures": np.concatenate([one for clip in pictures for one in clip]),
        "key": np.array(shard.key),
    }
    detected = [clip.confidence for clip in shard.clips if isinstance(clip, DetectedClip)]
    if detected:
        arrays["confidence"] = np.stack(detected).astype(np.float32)
    _write(path, arrays)


def relabel_shard(path: Path, scores: FloatArray) -> None:
    """Let a shard hold other scores; its clips are left as they are.

    Raises:
        ValueError: The file is damaged or no shard.
        DiskFull, OutputNotWritable: The folder cannot take it.
    """
    _write(path, {**_held(path), "scores": scores})


def _write(path: Path, arrays: Mapping[str, AnyArray]) -> None:
    with atomic_write(path) as draft, draft.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load_shard(path: Path) -> Shard:
    """Read a shard.

    Raises:
        ValueError: The file is damaged or no shard.
    """
    try:
        return _read(_held(path))
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name} is no shard: {error}") from error


def _held(path: Path) -> dict[str, AnyArray]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            return dict(held)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is no shard: {error}") from error


def _read(held: Mapping[str, AnyArray]) -> Shard:
    clips = _CodedClips(held)
    if len(clips):
        _ = clips[0]
    name, split = str(held["name"]), Split(str(held["split"]))
    key = str(held["key"]) if "key" in held else ""
    return Shard(name, split, clips, held["scores"], held["measures"], key)


class _CodedClips(Sequence[FilmedClip]):
    """Clips as their file holds them; one that is asked for is decoded.

    Args:
        held: Arrays of the file; see `save_shard`.
        numbers: Which of its clips; None takes all.
    """

    def __init__(self, held: Mapping[str, AnyArray], numbers: range | None = None) -> None:
        self._held = held
        self._numbers = range(len(held["view"])) if numbers is None else numbers
        self._ends = np.cumsum(held["sizes"].ravel()).reshape(held["sizes"].shape)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> FilmedClip: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FilmedClip]: ...
    def __getitem__(self, index: int | slice) -> FilmedClip | Sequence[FilmedClip]:
        if isinstance(index, slice):
            return _CodedClips(self._held, self._numbers[index])
        return self._clip(self._numbers[index])

    def _clip(self, number: int) -> FilmedClip:
        held = self._held
        images = [
            _decoded(held["pictures"][end - size : end])
            for end, size in zip(self._ends[number], held["sizes"][number], strict=True)
        ]
        side_px = int(held["masks"].shape[-2])
        masks: BoolArray = np.unpackbits(held["masks"][number], axis=-1, count=side_px) > 0
        parts: dict[str, Any] = {
            "view": _VIEWS[int(held["view"][number])],
            "images": np.stack(images),
            "masks": masks,
            "points_px": held["points_px"][number].astype(np.float64),
            "visible": held["visible"][number],
            "squares_px": held["squares_px"][number],
            "angles_deg": held["angles_deg"][number].astype(np.float64),
            "phase": held["phase"][number].astype(np.float64),
        }
        if "confidence" in held:
            confidence = held["confidence"][number].astype(np.float64)
            return DetectedClip(**parts, confidence=confidence)
        return FilmedClip(**parts)


def _coded(image: Image) -> Image:
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), quality)
    return np.asarray(coded, np.uint8)


def _decoded(coded: Image) -> Image:
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    if decoded is None:
        raise ValueError("a shard holds a picture that is none")
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)
