"""The Edinburgh Visual Gait Score: items, scores, who said so, and the scoresheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.measure import Measure


class Region(StrEnum):
    """Body segment a group of items belongs to."""

    FOOT_ANKLE = "foot_ankle"
    KNEE = "knee"
    HIP = "hip"
    PELVIS = "pelvis"
    TRUNK = "trunk"


class Item(StrEnum):
    """One of the 17 items; the value is its code, by which it is stored everywhere.

    Source:
        Read et al. (2003), J Pediatr Orthop 23(3), 296-301; EVGS Reference Guide 1.0 (2019).
    """

    INITIAL_CONTACT = "IC"
    HEEL_LIFT = "HL"
    STANCE_DORSIFLEXION = "SAD"
    HINDFOOT_VARUS_VALGUS = "HVV"
    FOOT_ROTATION = "FRT"
    FOOT_CLEARANCE = "FCL"
    SWING_DORSIFLEXION = "WAD"
    KNEE_PROGRESSION = "KPA"
    STANCE_KNEE_EXTENSION = "KEX"
    TERMINAL_SWING_KNEE = "KPS"
    SWING_KNEE_FLEXION = "KFX"
    STANCE_HIP_EXTENSION = "HEX"
    SWING_HIP_FLEXION = "HFX"
    PELVIC_OBLIQUITY = "POB"
    PELVIC_ROTATION = "PRT"
    TRUNK_SAGITTAL = "TSG"
    TRUNK_LATERAL_SHIFT = "TLT"

    @property
    def number(self) -> int:
        """Its number on the published form, 1 to 17; for print only, never for storage."""
        return _NUMBERS[self]

    @property
    def plane(self) -> Plane:
        """The plane it is read in."""
        return Plane.CORONAL if self in CORONAL_ITEMS else Plane.SAGITTAL

    @property
    def region(self) -> Region:
        """The body segment it belongs to."""
        number = self.number
        if number <= 7:
            return Region.FOOT_ANKLE
        if number <= 11:
            return Region.KNEE
        if number <= 13:
            return Region.HIP
        return Region.PELVIS if number <= 15 else Region.TRUNK


_NUMBERS = {item: number for number, item in enumerate(Item, start=1)}

CORONAL_ITEMS = frozenset(
    {
        Item.HINDFOOT_VARUS_VALGUS,
        Item.FOOT_ROTATION,
        Item.KNEE_PROGRESSION,
        Item.PELVIC_OBLIQUITY,
        Item.PELVIC_ROTATION,
        Item.TRUNK_LATERAL_SHIFT,
    }
)


class Score(IntEnum):
    """An item's score; higher is worse."""

    NORMAL = 0
    MODERATE = 1
    MARKED = 2


class Direction(StrEnum):
    """The option word that goes with a score: a bare 1 would hide varus against valgus."""

    HEEL = "heel"
    FLATFOOT = "flatfoot"
    TOE = "toe"
    NORMAL = "normal"
    EARLY = "early"
    DELAYED = "delayed"
    NO_HEEL_CONTACT = "no_heel_contact"
    NO_FOREFOOT_CONTACT = "no_forefoot_contact"
    DORSIFLEXION = "dorsiflexion"
    PLANTARFLEXION = "plantarflexion"
    VALGUS = "valgus"
    VARUS = "varus"
    EXTERNAL = "external"
    INTERNAL = "internal"
    EXTERNAL_HIDDEN = "external_hidden"
    INTERNAL_HIDDEN = "internal_hidden"
    FULL = "full"
    REDUCED = "reduced"
    HIGH_STEPS = "high_steps"
    NONE = "none"
    REDUCED_AND_HIGH = "reduced_and_high"
    INCREASED = "increased"
    FLEXION = "flexion"
    EXTENSION = "extension"
    HYPEREXTENSION = "hyperextension"
    UP = "up"
    DOWN = "down"
    PROTRACTION = "protraction"
    RETRACTION = "retraction"
    FORWARD = "forward"
    BACKWARD = "backward"
    MODERATE = "moderate"
    MARKED = "marked"


class Reason(StrEnum):
    """Why an item carries no score."""

    VIEW_NOT_RECORDED = "view_not_recorded"
    LIMB_NOT_SEEN = "limb_not_seen"
    NO_CLEAN_CYCLE = "no_clean_cycle"
    TOO_FEW_CYCLES = "too_few_cycles"
    NOT_FROM_KEYPOINTS = "not_from_keypoints"
    NEAR_BOUNDARY = "near_boundary"
    LOW_CONFIDENCE = "low_confidence"
    OBLIQUE_CAMERA = "oblique_camera"
    FRAME_RATE = "frame_rate"
    NOT_SYNCHRONIZED = "not_synchronized"
    SIZE_UNKNOWN = "size_unknown"
    READERS_DISAGREE = "readers_disagree"
    ATYPICAL = "atypical"
    ORTHOSIS_OR_SHOE = "orthosis_or_shoe"
    OCCLUDED = "occluded"
    ASSISTED = "assisted"


class Origin(StrEnum):
    """Who said so."""

    RULES = "rules"
    NETWORK = "network"
    REVIEWER = "reviewer"
    PHANTOM = "phantom"


class State(StrEnum):
    """Whether an item is scored, waits for the reviewer, or cannot be scored."""

    SCORED = "scored"
    REVIEWER_DECIDES = "reviewer_decides"
    NOT_SCORABLE = "not_scorable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the films an answer can be seen.

    Attributes:
        film: Index of the film in the analysis.
        frame: Deciding frame, from 0.
        time_s: Its time in the film.
    """

    film: int
    frame: int
    time_s: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A machine's answer for one item of one limb; kept beside any correction for ever.

    Attributes:
        origin: Which kind of reader.
        reader: Its name and version.
        state: Whether it answers.
        score, direction: The answer; None unless scored. When the reviewer decides, `score`
            may hold what the reader leans to.
        reason: Why it does not answer.
        measure: What it measured, None where nothing was.
        evidence: The deciding frame.
        confidence: 0 to 1, calibrated where the reader's card says so.
        cycles: Cycles, instants or clips it rests on.
        note: One sentence for the reviewer, or empty.
        atypical: Chance that the item does not score 0, from 0 to 1; None where the reader
            does not say.
        spread: One standard deviation of that chance over the clips it rests on.
    """

    origin: Origin
    reader: str
    state: State
    score: Score | None = None
    direction: Direction | None = None
    reason: Reason | None = None
    measure: Measure | None = None
    evidence: Evidence | None = None
    confidence: float = 0.0
    cycles: int = 0
    note: str = ""
    atypical: float | None = None
    spread: float | None = None

    def __post_init__(self) -> None:
        if self.state is State.SCORED and (self.score is None or self.direction is None):
            raise ValueError("a scored proposal needs a score and a direction")
        if self.state is not State.SCORED and self.reason is None:
            raise ValueError("a proposal without a score needs its reason")


@dataclass(frozen=True, slots=True)
class ItemScore:
    """What the scoresheet holds for one item of one limb.

    Attributes:
        state: Scored, waiting for the reviewer, or not scorable.
        score, direction: Only when scored.
        reason: Only when not scored.
        origin: Who said so last.
        proposed: Every machine's answer, untouched by corrections.
        is_confirmed: Whether a reviewer has confirmed it.
        comment: The reviewer's words.
    """

    state: State
    origin: Origin
    score: Score | None = None
    direction: Direction | None = None
    reason: Reason | None = None
    proposed: tuple[Proposal, ...] = ()
    is_confirmed: bool = False
    comment: str = ""

    @staticmethod
    def from_proposal(proposal: Proposal) -> ItemScore:
        """The cell a machine's answer pre-fills; not yet confirmed."""
        is_scored = proposal.state is State.SCORED
        return ItemScore(
            state=proposal.state,
            origin=proposal.origin,
            score=proposal.score if is_scored else None,
            direction=proposal.direction if is_scored else None,
            reason=None if is_scored else proposal.reason,
            proposed=(proposal,),
        )


@dataclass(frozen=True, slots=True)
class Total:
    """Sum of scores with what it could have been.

    Attributes:
        points: Sum of the scores given.
        possible: Twice the number of items scored.
        scored: Number of items scored.
        items: Number of items asked for.
    """

    points: int
    possible: int
    scored: int
    items: int


Cell = tuple[Side, Item]


@dataclass(frozen=True, slots=True)
class Scoresheet:
    """All 17 items of both limbs; a cell that is absent has not been looked at."""

    cells: Mapping[Cell, ItemScore] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, side: Side, item: Item) -> ItemScore | None:
        """What is held for one item of one limb."""
        return self.cells.get((side, item))

    def with_cell(self, side: Side, item: Item, score: ItemScore) -> Scoresheet:
        """A new sheet with one cell replaced."""
        return replace(self, cells=MappingProxyType({**self.cells, (side, item): score}))

    def total(self, side: Side, items: Iterable[Item] = tuple(Item)) -> Total:
        """Total of one limb over `items`; an item without a score adds nothing anywhere."""
        asked = tuple(items)
        held = (self.get(side, item) for item in asked)
        scores = [int(cell.score) for cell in held if cell is not None and cell.score is not None]
        return Total(sum(scores), 2 * len(scores), len(scores), len(asked))
