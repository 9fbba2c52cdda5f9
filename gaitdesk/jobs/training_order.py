"""What is asked of a training, and the words that ask it of another process."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from gaitdesk.learning.recipe import Preset


@dataclass(frozen=True, slots=True)
class Details:
    """Numbers of a recipe that are set by hand; None leaves what the preset says.

    Attributes:
        epochs, batch, rate, layer_decay, focal, greatest_weight, patience, pieces, adapters: See
            `gaitdesk.learning.recipe.Recipe`.
    """

    epochs: int | None = None
    batch: int | None = None
    rate: float | None = None
    layer_decay: float | None = None
    focal: float | None = None
    greatest_weight: float | None = None
    patience: int | None = None
    pieces: int | None = None
    adapters: int | None = None

    def given(self) -> dict[str, int | float]:
        """What is set by hand, by name."""
        held = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in held.items() if value is not None}


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """What is to be trained, from what, and how.

    Attributes:
        out: Folder of this training: its state, by which it goes on, and what it brought.
        data_folder: Where the desk keeps its records; None takes the user's own.
        has_clinic: Whether the desk's own confirmed visits are learned from.
        phantoms, foreign: Folders of phantom cohorts and of labelled sets of others.
        start: A model package's name, or a file of weights; None takes the network in use.
        preset: How much time there is.
        details: What is set by hand.
        folds: Parts for cross-validation by patient; 0 for none.
        name: Of the model package that is made; None takes the next free one.
        device: What it runs on; None takes the fastest there is.
        seed: Of everything drawn.
    """

    out: Path
    data_folder: Path | None = None
    has_clinic: bool = True
    phantoms: tuple[Path, ...] = ()
    foreign: tuple[Path, ...] = ()
    start: str | None = None
    preset: Preset = Preset.STANDARD
    details: Details = Details()
    folds: int = 0
    name: str | None = None
    device: str | None = None
    seed: int = 0

    def words(self) -> list[str]:
        """What to type after `gaitdesk` for this order."""
        words = ["train", "--out", str(self.out), "--preset", self.preset.value]
        if self.data_folder is not None:
            words += ["--data-folder", str(self.data_folder)]
        if not self.has_clinic:
            words.append("--without-clinic")
        for option, folders in (("--phantoms", self.phantoms), ("--foreign", self.foreign)):
            for folder in folders:
                words += [option, str(folder)]
        for option, value in (
            ("--from", self.start),
            ("--name", self.name),
            ("--device", self.device),
            ("--seed", self.seed),
            ("--folds", self.folds),
            *((f"--{name.replace('_', '-')}", held) for name, held in self.details.given().items()),
        ):
            if value is not None:
                words += [option, str(value)]
        return words
