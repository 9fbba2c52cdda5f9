"""Patients divided into those learned from, those that choose, and those that judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gaitdesk.domain.arrays import FloatArray, IntArray
from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.refusals import LearningRefused
from gaitdesk.i18n import tr
from gaitdesk.media.output import write_text
from gaitdesk.phantom.cohort import Split

FROZEN_FILE = "test-set.json"
FORM = 1

FEWEST_FOR_TEST = 20
"""With fewer patients none are set aside to judge networks: they would tell next to nothing."""

TEST_SHARE = 0.15
_WITHOUT_TEST = (0.8, 0.2, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class PatientLabels:
    """A patient as far as a division needs to know them.

    Attributes:
        name: The patient; see `gaitdesk.learning.patients.patients_of`.
        keys: Whatever they are known by.
        scores: 0, 1, 2 or NaN of each limb of each case, shape (cases * 2, 17).
    """

    name: str
    keys: frozenset[str]
    scores: FloatArray

    def counts(self) -> FloatArray:
        """How often each item is typical and atypical, shape (34,)."""
        typical = (self.scores == 0).sum(axis=0)
        atypical = (self.scores >= 1).sum(axis=0)
        return np.concatenate([typical, atypical]).astype(np.float64)


@dataclass(frozen=True, slots=True)
class FrozenTest:
    """Patients who judge every network of a desk, and are never learned from.

    Attributes:
        keys: Whatever they are known by.
        seen: Whatever all other patients are known by that a division was made of: they may have
            been learned from, and never join.
        seed: They were chosen with.
        made_at: When, ISO 8601.
        form: Version of this form.
    """

    keys: tuple[str, ...]
    seen: tuple[str, ...] = ()
    seed: int = 0
    made_at: str = ""
    form: int = FORM

    def holds(self, patient: PatientLabels) -> bool:
        """Whether a patient is one of them, by any name or film."""
        return not patient.keys.isdisjoint(self.keys)

    def grown(self, patients: Sequence[PatientLabels], share: float = TEST_SHARE) -> FrozenTest:
        """The set with those who are new, and what all are known by today.

        Whoever was never divided before joins by a rule that nothing but their own keys and the
        seed decide, so that the set grows with the clinic and nobody chooses who judges.

        Args:
            patients: All there are.
            share: Of new patients that join.
        """
        keys, seen = set(self.keys), set(self.seen)
        for one in patients:
            is_held = self.holds(one)
            is_new = one.keys.isdisjoint(seen)
            joins = is_held or (is_new and _drawn(one, self.seed) < share)
            (keys if joins else seen).update(one.keys)
        return FrozenTest(
            tuple(sorted(keys)), tuple(sorted(seen)), self.seed, self.made_at, self.form
        )


@dataclass(frozen=True, slots=True)
class Division:
    """Which patient serves for what.

    Attributes:
        parts: By the patient's name.
        seed: Of everything drawn.
    """

    parts: Mapping[str, Split] = field(default_factory=dict)
    seed: int = 0

    def of(self, part: Split) -> tuple[str, ...]:
        """Patients of one part, by name."""
        return tuple(sorted(name for name, own in self.parts.items() if own is part))


def divided(
    patients: Sequence[PatientLabels],
    seed: int = 0,
    shares: tuple[float, float, float] = (0.85 - TEST_SHARE, 0.15, TEST_SHARE),
    frozen: FrozenTest | None = None,
) -> Division:
    """Patients divided so that each answer is about as frequent in every part.

    The rarest answers are dealt out first, each patient to the part that lacks it most. The same
    patients and seed give the same division, in whatever order the patients come.

    Args:
        patients: Each once.
        seed: Of what is drawn where parts are equally in need.
        shares: Of training, validation and test.
        frozen: A test set of earlier; its patients are the test, and all others are divided
            between training and validation.
    """
    held = [one for one in patients if frozen is not None and frozen.holds(one)]
    free = [one for one in patients if frozen is None or not frozen.holds(one)]
    wanted = shares if frozen is None else (*shares[:2], 0.0)
    dealt = _dealt(free, wanted, seed)
    parts = {one.name: list(Split)[dealt[one.name]] for one in free}
    parts |= {one.name: Split.TEST for one in held}
    return Division(parts, seed)


def folds(patients: Sequence[PatientLabels], count: int, seed: int = 0) -> tuple[Division, ...]:
    """Divisions for cross-validation: each patient validates once, and trains otherwise.

    Args:
        patients: Without those of a frozen test set.
        count: How many.
        seed: Of what is drawn.

    Raises:
        LearningRefused: There are fewer patients than divisions.
    """
    if not 2 <= count <= len(patients):
        raise LearningRefused(
            tr(
                "{count}-fold cross-validation needs as many patients at least, and there are"
                " {patients}. Choose fewer folds, or confirm more scoresheets."
            ).format(count=count, patients=len(patients))
        )
    dealt = _dealt(patients, (1.0 / count,) * count, seed)
    return tuple(
        Division(
            {
                one.name: Split.VALIDATION if dealt[one.name] == fold else Split.TRAIN
                for one in patients
            },
            seed,
        )
        for fold in range(count)
    )


def _dealt(patients: Sequence[PatientLabels], shares: Sequence[float], seed: int) -> dict[str, int]:
    """The number of the part each patient goes to.

    Source:
        Sechidis, Tsoumakas & Vlahavas (2011), ECML PKDD, 145-158: iterative stratification.
    """
    in_order = sorted(patients, key=lambda one: one.name)
    rng = np.random.default_rng([seed, 17])
    share = np.array(shares, np.float64) / max(sum(shares), 1e-12)
    counts = np.stack([one.counts() for one in in_order]) if in_order else np.zeros((0, 34))
    wants = share[:, None] * counts.sum(axis=0)
    room = _places(share, len(in_order))
    waiting = rng.permutation(len(in_order)).tolist()
    found: dict[str, int] = {}
    while waiting:
        left = counts[waiting].sum(axis=0)
        rarest = int(np.argmin(np.where(left > 0, left, np.inf))) if left.any() else None
        if rarest is None:
            own = [waiting[0]]
        else:
            own = sorted(
                (i for i in waiting if counts[i, rarest] > 0),
                key=lambda i: -counts[i].sum(),
            )
        for i in own:
            need = room if rarest is None else wants[:, rarest]
            # Where an answer is lacking alike, who has most room left gets it.
            best = max(
                np.flatnonzero(room > 0).tolist(),
                key=lambda part: (round(float(need[part]), 9), room[part], -part),
            )
            found[in_order[i].name] = best
            wants[best] -= counts[i]
            room[best] -= 1
            waiting.remove(i)
    return found


def _places(share: FloatArray, count: int) -> IntArray:
    """How many patients each part takes: whole numbers nearest to its share, all in all `count`."""
    exact = share * count
    places = np.floor(exact).astype(np.int64)
    behind = np.argsort(-(exact - places), kind="stable")
    places[behind[: count - int(places.sum())]] += 1
    return places


def frozen_of(
    division: Division, patients: Sequence[PatientLabels], made_at: str = ""
) -> FrozenTest:
    """The test set of a division, to stay as it is from now on."""
    keys: set[str] = set()
    seen: set[str] = set()
    for one in patients:
        (keys if division.parts[one.name] is Split.TEST else seen).update(one.keys)
    return FrozenTest(tuple(sorted(keys)), tuple(sorted(seen)), division.seed, made_at)


def standing_division(
    patients: Sequence[PatientLabels], path: Path, seed: int = 0, made_at: str = ""
) -> Division:
    """Patients divided as they were before, new ones beside them; the test set is kept at once.

    With fewer than `FEWEST_FOR_TEST` patients there is no test set yet: all are needed. They are
    noted, because they may be learned from, and only patients who come later will judge.

    Args:
        patients: All there are.
        path: Where the test set is kept, or will be.
        seed: Of what is drawn; a test set that is kept has its own.
        made_at: Now, ISO 8601.

    Raises:
        LearningRefused: The test set that was kept is damaged.
        DiskFull, OutputNotWritable: It cannot be kept.
    """
    frozen = load_frozen(path)
    if frozen is None and not patients:
        return Division({}, seed)
    if frozen is None:
        is_few = len(patients) < FEWEST_FOR_TEST
        division = divided(patients, seed, _WITHOUT_TEST) if is_few else divided(patients, seed)
        save_frozen(path, frozen_of(division, patients, made_at))
        return division
    grown = frozen.grown(patients)
    if grown != frozen:
        save_frozen(path, grown)
    return divided(patients, seed, frozen=grown)


def _drawn(patient: PatientLabels, seed: int) -> float:
    """A number from 0 to 1 that is always the same for a patient."""
    text = f"{seed} {min(patient.keys, default=patient.name)}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


def save_frozen(path: Path, frozen: FrozenTest) -> None:
    """Keep a test set.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take it.
    """
    write_text(path, json.dumps(encode(frozen), indent=1) + "\n")


def load_frozen(path: Path) -> FrozenTest | None:
    """The test set that was kept; None where none was.

    Raises:
        LearningRefused: The file is damaged. A new test set in its place would let a network be
            judged by children it has learned from.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(path, error) from error
    try:
        frozen: FrozenTest = decode(FrozenTest, json.loads(text))
        if frozen.form != FORM:
            raise FormInvalid(f"form {frozen.form}")
    except ValueError as error:
        raise _damaged(path, error) from error
    return frozen


def _damaged(path: Path, error: Exception) -> LearningRefused:
    return LearningRefused(
        tr(
            "The frozen test set {path} cannot be read ({reason}). Put it back from a backup; a"
            " new one would judge networks by children they have learned from."
        ).format(path=path, reason=error)
    )
