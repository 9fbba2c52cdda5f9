"""What a training says while it runs, as values here and as lines between two processes."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done before and after the steps themselves, for people.

    Attributes:
        text: It.
        done, total: How far it is, in thousandths.
    """

    text: str
    done: int = 0
    total: int = 1000


@dataclass(frozen=True, slots=True)
class Begun:
    """A training is about to take its first step.

    Attributes:
        children, others: Patients it learns from and is checked on.
        clips: It learns from.
        start: Name of the network it starts from.
        device: What it runs on, for people.
        steps: In all, if no epoch is left out.
        steps_taken: Before, by a training that goes on now.
    """

    children: int
    others: int
    clips: int
    start: str
    device: str
    steps: int
    steps_taken: int = 0


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step was taken.

    Attributes:
        done, total: Steps.
        epoch: From 1.
        loss: Of the step.
        rate: Of learning.
        left_s: Until the last step, if no epoch is left out; None while not known.
    """

    done: int
    total: int
    epoch: int
    loss: float
    rate: float
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch has ended.

    Attributes:
        number: From 1.
        loss: Mean of its steps.
        balanced_accuracy: On the children checked on, mean over items; None where there are none.
        items: Likewise of each item, in order of the form; None where the children are alike.
        seconds: It took.
        is_best: Whether it is the best so far.
    """

    number: int
    loss: float
    balanced_accuracy: float | None
    items: tuple[float | None, ...]
    seconds: float
    is_best: bool


@dataclass(frozen=True, slots=True)
class Note:
    """Something that should be known, one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Paused:
    """It waits, or no longer waits, until it is told to go on."""

    is_paused: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome.

    Attributes:
        model: Name of the model package that was made; empty after a cancel.
        folder: It lies in; empty likewise.
        best: Number of the epoch it is from.
        epochs: Finished.
        balanced_accuracy: On the children it was checked on; None where there are none.
        is_cancelled: Whether it was cancelled; it can go on another day.
    """

    model: str
    folder: str
    best: int
    epochs: int
    balanced_accuracy: float | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not go on; the text says what to do."""

    kind: str
    text: str


News = Stage | Begun | Stepped | EpochEnded | Note | Paused | Ended | Failed
_KINDS: dict[str, type[News]] = {
    kind.__name__: kind for kind in (Stage, Begun, Stepped, EpochEnded, Note, Paused, Ended, Failed)
}


def number_or_none(value: float) -> float | None:
    """A number as it can be written as JSON."""
    return value if math.isfinite(value) else None


def to_line(news: News) -> str:
    """One line of JSON."""
    return json.dumps({"news": type(news).__name__, **asdict(news)}, allow_nan=False)


def from_line(line: str) -> News | None:
    """The news of a line; None where it is none, as when a library writes what it likes."""
    try:
        held = json.loads(line)
        kind = _KINDS[held.pop("news")]
        if "items" in held:
            held["items"] = tuple(held["items"])
        return kind(**held)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
