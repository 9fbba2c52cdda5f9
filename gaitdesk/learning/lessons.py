"""What a network learns from and is checked on: clips of some children, shown in several ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

import numpy as np

from gaitdesk.childgait.config import NetworkConfig
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import tr
from gaitdesk.learning.dataset import AS_FILMED, Example, Variation, example_of, examples_of
from gaitdesk.learning.shards import SUFFIX, Shard, load_shard


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What a network learns from.

    Attributes:
        training: For each clip the ways it may be shown; each epoch shows one of them.
        validation: Clips of other children, as filmed.
    """

    training: Sequence[Sequence[Example]]
    validation: Sequence[Example] = field(default_factory=tuple)


class Ways(Sequence[Example]):
    """One clip in several ways; each is made when it is first asked for, and then kept.

    Args:
        shard: The child.
        number: Which of its clips.
        config: What the network is fed.
        variation: How the ways differ.
        count: How many there are.
        seed: Of everything drawn.
    """

    def __init__(
        self,
        shard: Shard,
        number: int,
        config: NetworkConfig,
        variation: Variation,
        count: int,
        seed: int,
    ) -> None:
        self._shard, self._number = shard, number
        self._config, self._variation, self._seed = config, variation, seed
        self._made: list[Example | None] = [None] * count

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Example]: ...
    def __getitem__(self, index: int | slice) -> Example | Sequence[Example]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        held = self._made[index]
        if held is None:
            held = self._made[index] = self._way(range(len(self))[index])
        return held

    def _way(self, index: int) -> Example:
        rng = np.random.default_rng([self._seed, self._number, index, *self._shard.name.encode()])
        clip = self._shard.clips[self._number]
        spare = len(clip.images) - self._config.sampling.frames
        first = int(rng.integers(0, spare + 1))
        return example_of(self._shard, clip, first, self._config, self._variation, rng)


def read_shards(folder: Path) -> Job[tuple[Shard, ...]]:
    """All children in a folder, in order of their names.

    Args:
        folder: Where `make_shards` put them.

    Yields:
        One event a file.
    """
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    found: list[Shard] = []
    for path in paths:
        found.append(load_shard(path))
        yield Progress(len(found), len(paths), tr("Reading clips"))
    return tuple(found)


def lessons_of(
    training: Sequence[Shard],
    validation: Sequence[Shard],
    config: NetworkConfig,
    variation: Variation,
    ways: int = 6,
    seed: int = 0,
) -> Lessons:
    """Lessons from the clips of some children.

    Args:
        training: Children to learn from.
        validation: Others, by whom the best epoch is chosen.
        config: What the network is fed.
        variation: How clips vary while learning.
        ways: Different ways of showing each clip.
        seed: Of everything drawn.
    """
    shown = [
        Ways(shard, number, config, variation, ways, seed)
        for shard in training
        for number in range(len(shard.clips))
    ]
    return Lessons(shown, as_filmed(validation, config, seed=seed))


def as_filmed(
    shards: Sequence[Shard], config: NetworkConfig, windows: int = 1, seed: int = 0
) -> list[Example]:
    """Clips as a clinic's films would show them.

    Args:
        shards: The children.
        config: What the network is fed.
        windows: Windows of each clip, spread over it.
        seed: Of the detector's errors.
    """
    return [
        example
        for shard in shards
        for example in examples_of(shard, config, AS_FILMED, seed, windows)
    ]
