"""What is told of data and of a training before it begins, as values that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass, field

from gaitdesk.domain.evgs import Item

FEWEST_PATIENTS = 2


@dataclass(frozen=True, slots=True)
class ItemShare:
    """How often an item is atypical: limbs with a score, and of them those that score 1 or 2."""

    item: Item
    limbs: int
    atypical: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """Cells that give no label; see `gaitdesk.learning.cases.Missing`."""

    unconfirmed: int = 0
    not_scorable: int = 0
    blank: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.unconfirmed + self.not_scorable + self.blank


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case nothing is learned from.

    Attributes:
        name: As people know it.
        why: Value of `gaitdesk.learning.sources.WhyOut`.
        text: The reason, one sentence that says what would mend it.
    """

    name: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How much comes from one source, a value of `gaitdesk.learning.sources.Source`."""

    source: str
    patients: int
    cases: int


@dataclass(frozen=True, slots=True)
class StartFacts:
    """The network that a training would start from.

    Attributes:
        name: Name and version, or the file.
        licence: Under which it may be used.
        is_non_commercial: Whether that forbids commercial use.
        is_for_demonstration: Whether it has seen phantoms alone.
        has_heads: Whether its heads have learned, or begin anew.
    """

    name: str
    licence: str
    is_non_commercial: bool = False
    is_for_demonstration: bool = False
    has_heads: bool = True


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a training would have to learn from, and what it would take.

    Attributes:
        patients, cases, clips: How many.
        limbs: With at least one score.
        scores: Confirmed, of at most 34 a case.
        sources: Where they come from.
        prevalence: How often each item is atypical.
        missing: Cells of these cases that give no label.
        joined: Cases found to be of one child although they stand under several names.
        excluded: What is left out, with the reason.
        start: The network to begin with.
        needed_bytes, free_bytes: Memory, about, before anything is changed to make it fit.
        suggestion: What is or must be changed for it to fit; empty where nothing.
        is_possible: Whether it fits.
        epochs, batch, pieces, adapters: What the preset and the details come to.
    """

    patients: int = 0
    cases: int = 0
    clips: int = 0
    limbs: int = 0
    scores: int = 0
    sources: tuple[SourceCount, ...] = ()
    prevalence: tuple[ItemShare, ...] = ()
    missing: Lacking = field(default_factory=Lacking)
    joined: int = 0
    excluded: tuple[LeftOut, ...] = ()
    start: StartFacts | None = None
    needed_bytes: int = 0
    free_bytes: int = 0
    suggestion: str = ""
    is_possible: bool = True
    epochs: int = 0
    batch: int = 0
    pieces: int = 1
    adapters: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether a training can begin with this."""
        return self.patients >= FEWEST_PATIENTS
