"""Networks trained at this desk: kept as packages, put into use with care, and taken back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import gaitdesk
from gaitdesk.childgait.installed import (
    REGISTRY_FILE,
    TRAINING_FILE,
    installed_networks,
    registry_folder,
)
from gaitdesk.domain.coding import decode, encode
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.refusals import LearningRefused, NetworkWorse
from gaitdesk.i18n import listed, tr
from gaitdesk.learning.comparison import Comparison, TestAnswers, compared, load_answers
from gaitdesk.learning.comparison import save_answers as write_answers
from gaitdesk.media.output import write_text
from gaitdesk.perception.package import ModelPackage, read_package

if TYPE_CHECKING:
    # They load torch, and whoever only looks at what there is has no need of it.
    import torch

    from gaitdesk.childgait.answers import Calibration
    from gaitdesk.childgait.card import CardFacts
    from gaitdesk.childgait.model import ChildGaitModel

ANSWERS = "answers"
"""Folder beside the packages that holds what each network says of the frozen test set."""


@dataclass(frozen=True, slots=True)
class PartCounts:
    """How much a part of the data holds.

    Attributes:
        part: Training, validation or test.
        patients, cases, clips: How many.
        scores: Confirmed scores, of at most 34 a case.
    """

    part: str
    patients: int
    cases: int
    clips: int = 0
    scores: int = 0


@dataclass(frozen=True, slots=True)
class Prevalence:
    """How often an item is atypical among the limbs learned from."""

    item: Item
    limbs: int
    atypical: int


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that tells how good a network is.

    Attributes:
        name: What it is, as "balanced accuracy".
        part: Of which part of the data.
        value, low, high: The number and its interval; NaN where there is none.
    """

    name: str
    part: str
    value: float
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True, slots=True)
class TrainingCard:
    """What is to be known of a training, kept beside the network it made.

    Attributes:
        id: Name of the package.
        made_at: ISO 8601 with zone.
        parent: Name and version of the network it began with, or of the checkpoint.
        licence, licence_text: Under which the network may be used: those of its parent.
        is_non_commercial: Whether its parent or its data forbid commercial use.
        sources: Where its cases come from.
        counts: Of each part of the data.
        prevalence: Of each item among the limbs learned from.
        metrics: How good it is.
        division_seed, seed: Of the division into parts, and of training.
        recipe: How it was trained, in words or JSON.
        learned: Whatever the patients are known by who were learned from, the parent's included;
            none of them may judge it.
        is_for_demonstration: Whether it must not be used on patients, as one that has seen
            phantoms alone.
        code: Name and version of the program.
        checksum: SHA-256 of the weights.
    """

    id: str
    made_at: str = ""
    parent: str = ""
    licence: str = ""
    licence_text: str = ""
    is_non_commercial: bool = False
    sources: tuple[str, ...] = ()
    counts: tuple[PartCounts, ...] = ()
    prevalence: tuple[Prevalence, ...] = ()
    metrics: tuple[Metric, ...] = ()
    division_seed: int = 0
    seed: int = 0
    recipe: str = ""
    learned: tuple[str, ...] = ()
    is_for_demonstration: bool = False
    code: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A network trained at this desk.

    Attributes:
        id: Name of its package.
        package: The package.
        card: How it came about.
        is_active: Whether it is the one in use; one whose files are missing is not.
    """

    id: str
    package: ModelPackage
    card: TrainingCard
    is_active: bool = False

    @property
    def reader(self) -> str:
        """Name and version, as proposals carry them."""
        return f"{self.package.name} {self.package.version}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of the network in use.

    Attributes:
        active: The network in use from then on; empty for the one that comes with the product.
        before: The one it took the place of.
        at: ISO 8601 with zone.
        who: Who did it.
        reason: Why, in their words; only needed where the network is not known to be as good.
        is_back: Whether it took back an earlier turn.
        evidence: What spoke against it, or empty.
        link: Hash of this turn and of all before it.
    """

    active: str
    before: str
    at: str
    who: str = ""
    reason: str = ""
    is_back: bool = False
    evidence: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    active: str = ""
    turns: tuple[Turn, ...] = ()


@dataclass(slots=True)
class Registry:
    """The networks trained at this desk, in one folder.

    Attributes:
        folder: Where the packages lie; None takes that of the user's own.
        now: Tells the time.
    """

    folder: Path = field(default_factory=registry_folder)
    now: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone()

    @property
    def models(self) -> tuple[RegisteredModel, ...]:
        """All networks that were trained here, oldest first; damaged packages are left out."""
        found = []
        active = self._kept().active
        for card in self.folder.glob(f"*/{TRAINING_FILE}"):
            try:
                package = read_package(card.parent)
                held = _read_card(card)
            except (ModelPackageInvalid, LearningRefused):
                continue
            is_active = package.name == active and package.is_present
            found.append(RegisteredModel(package.name, package, held, is_active))
        return tuple(sorted(found, key=lambda one: (one.card.made_at, one.id)))

    @property
    def active(self) -> RegisteredModel | None:
        """The one in use; None where that is the network that came with the product."""
        return next((one for one in self.models if one.is_active), None)

    @property
    def current(self) -> str:
        """Name and version of the network in use, trained here or not; empty where none is."""
        active = self.active
        if active is not None:
            return active.reader
        return next(
            (one.reader for one in installed_networks() if one.is_present and not one.is_candidate),
            "",
        )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every change of the network in use, oldest first."""
        return self._kept().turns

    def model(self, id: str) -> RegisteredModel:
        """A network by its id.

        Raises:
            LearningRefused: There is none.
        """
        for one in self.models:
            if one.id == id:
                return one
        raise LearningRefused(
            tr("There is no network {id} here. Choose one of: {names}.").format(
                id=id, names=listed(one.id for one in self.models) or tr("none yet")
            )
        )

    def new_id(self) -> str:
        """A name for a network that is about to be trained."""
        day = self.now().strftime("%Y-%m-%d")
        taken = {path.name for path in self.folder.glob(f"trained-{day}-*")}
        number = 1
        while f"trained-{day}-{number}" in taken:
            number += 1
        return f"trained-{day}-{number}"

    def add(
        self,
        model: ChildGaitModel,
        calibration: Calibration,
        card: TrainingCard,
        dtype: torch.dtype | None = None,
    ) -> RegisteredModel:
        """Keep a network as a package; it is not in use until it is activated.

        Args:
            model: The network.
            calibration: Of its logits.
            card: How it came about; time, program and checksum are filled in.
            dtype: Of the numbers in the file of weights; None for single precision.

        Raises:
            LearningRefused: Its id is taken or is no name of a folder.
            DiskFull, OutputNotWritable: The folder cannot take the files.
        """
        import torch

        from gaitdesk.childgait.card import write_network

        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", card.id):
            raise LearningRefused(
                tr("{id} cannot name a network; use letters, digits and hyphens.").format(
                    id=card.id
                )
            )
        place = self.folder / card.id
        if place.exists():
            raise LearningRefused(
                tr("There is a network {id} already; choose another name.").format(id=card.id)
            )
        held = replace(
            card,
            made_at=card.made_at or self.now().isoformat(timespec="seconds"),
            code=f"GaitDesk {gaitdesk.__version__}",
        )
        package = write_network(place, model, calibration, _facts(held), dtype or torch.float32)
        weights = package.files[0].sha256
        held = replace(held, checksum=weights)
        write_text(place / TRAINING_FILE, json.dumps(encode(held), indent=1) + "\n")
        return RegisteredModel(package.name, package, held)

    def keep_answers(self, answers: TestAnswers) -> None:
        """Keep what a network, trained here or not, says of the frozen test set."""
        write_answers(self._answers_path(answers.reader), answers)

    def answers_of(self, reader: str) -> TestAnswers | None:
        """What a network said of the frozen test set; None where it was not asked."""
        held = load_answers(self._answers_path(reader))
        return held if held is not None and held.reader == reader else None

    def comparison(self, id: str, against: str | None = None) -> Comparison | None:
        """A network against the one in use, on the frozen test set.

        Args:
            id: The network.
            against: Name and version of another network to compare with than the one in use.

        Returns:
            None where one of the two was not asked about the test set.

        Raises:
            LearningRefused: There is no such network, or the two have no case in common.
        """
        new = self.answers_of(self.model(id).reader)
        old = self.answers_of(self.current if against is None else against)
        return None if new is None or old is None else compared(old, new)

    def activate(self, id: str, reason: str | None = None, who: str = "") -> Turn:
        """Put a network into use.

        Args:
            id: The network.
            reason: Why, typed; needed where it is worse than the network in use, or where that is
                not known.
            who: Who does it.

        Raises:
            NetworkWorse: It is worse, or was not compared, and no reason is given.
            ModelPackageInvalid, CheckpointRefused: Its files are missing or others than were kept.
            LearningRefused: There is no such network.
        """
        chosen = self.model(id)
        why = (reason or "").strip()
        evidence, items = self._against(chosen)
        if evidence and not why:
            raise NetworkWorse(chosen.reader, evidence, items)
        _checked(chosen.package)
        return self._turn(id, who, why, evidence)

    def back(self, who: str = "") -> RegisteredModel | None:
        """Return to the network that was in use before; needs no reason.

        Returns:
            The network now in use; None for the one that came with the product.

        Raises:
            LearningRefused: No network was in use before.
            ModelPackageInvalid, CheckpointRefused: The files of the one before are missing or
                damaged.
        """
        stack = _stack(self.turns)
        if not stack:
            raise LearningRefused(tr("No other network was in use before this one."))
        before = stack[-1].before
        if before:
            _checked(self.model(before).package)
        self._turn(before, who, "", "", is_back=True)
        return self.active

    def is_whole(self) -> bool:
        """Whether no turn was changed, removed or put in since it was kept."""
        kept, before, link = self._kept(), "", ""
        for turn in kept.turns:
            if turn.before != before or turn.link != _link(turn, link):
                return False
            before, link = turn.active, turn.link
        return kept.active == before

    def _against(self, chosen: RegisteredModel) -> tuple[str, tuple[str, ...]]:
        """What speaks against a network, in words, and the items it is worse at."""
        if chosen.is_active or not self.current:
            return "", ()
        found = self.comparison(chosen.id)
        if found is None:
            why = tr("it was not compared with {current} on the test set").format(
                current=self.current
            )
            return why, ()
        return found.why_worse(), tuple(item.value for item in found.worse_items)

    def _turn(
        self, active: str, who: str, reason: str, evidence: str, *, is_back: bool = False
    ) -> Turn:
        kept = self._kept()
        at = self.now().isoformat(timespec="seconds")
        turn = Turn(active, kept.active, at, who, reason, is_back, evidence)
        turn = replace(turn, link=_link(turn, kept.turns[-1].link if kept.turns else ""))
        held = _Kept(active, (*kept.turns, turn))
        write_text(self.folder / REGISTRY_FILE, json.dumps(encode(held), indent=1) + "\n")
        return turn

    def _kept(self) -> _Kept:
        path = self.folder / REGISTRY_FILE
        try:
            kept: _Kept = decode(_Kept, json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        return kept

    def _answers_path(self, reader: str) -> Path:
        return self.folder / ANSWERS / f"{re.sub('[^A-Za-z0-9._-]', '_', reader)}.npz"


def _checked(package: ModelPackage) -> None:
    """Nothing, where a package can be read by.

    Raises:
        ModelPackageInvalid, CheckpointRefused: Its files are missing or damaged.
    """
    from gaitdesk.childgait.card import network_from

    network_from(package)


def _stack(turns: Sequence[Turn]) -> list[Turn]:
    """Turns that can still be taken back, oldest first."""
    found: list[Turn] = []
    for turn in turns:
        if turn.is_back:
            found.pop()
        elif turn.active != turn.before:
            found.append(turn)
    return found


def _link(turn: Turn, before: str) -> str:
    held = json.dumps([before, encode(replace(turn, link=""))], sort_keys=True)
    return hashlib.sha256(held.encode("ascii")).hexdigest()


def _read_card(path: Path) -> TrainingCard:
    try:
        card: TrainingCard = decode(TrainingCard, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return card


def _unreadable(path: Path, error: Exception) -> LearningRefused:
    return LearningRefused(
        tr("{path} cannot be read ({reason}). Put it back from a backup.").format(
            path=path, reason=error
        )
    )


def _facts(card: TrainingCard) -> CardFacts:
    """What the package says of the network."""
    from gaitdesk.childgait.card import CardFacts

    told = {one.part: one for one in card.counts}
    parts = [
        f"{name}: {one.patients} patients, {one.cases} cases, {one.clips} clips,"
        f" {one.scores} scores"
        for name, one in told.items()
    ]
    begun = f"Trained at this desk from {card.parent or 'random weights'}"
    where = f" on {', '.join(card.sources)}" if card.sources else ""
    limits = ["It knows the clinic it was trained at; how it does elsewhere is not known."]
    limits += [
        f"{one.name}, {one.part}: {one.value:.3f}"
        + (f" (95 %: {one.low:.3f} to {one.high:.3f})" if one.low == one.low else "")
        for one in card.metrics
    ]
    if card.is_non_commercial:
        limits.append("Not for commercial use: its parent or its data forbid it.")
    return CardFacts(
        name=card.id,
        version="1",
        licence=card.licence or "Not stated",
        licence_text=card.licence_text or "The licence of this network was not stated.\n",
        authors="Trained with GaitDesk",
        trained_on=f"{begun}{where}. {'; '.join(parts)}.",
        intended_use="For demonstration: not for clinical use"
        if card.is_for_demonstration
        else "Proposes scores that a clinician confirms, at the clinic it was trained at",
        limits=tuple(limits),
        is_for_demonstration=card.is_for_demonstration,
    )
