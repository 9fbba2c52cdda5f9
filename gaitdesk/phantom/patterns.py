"""Every gait pattern as numbers: what each limb does, and the EVGS it must produce.

Source:
    Target values anchored to Winters (1987), Rodda & Graham (2001, 2004) and Sutherland & Davids
    (1993); where those state no number the value is our choice inside the EVGS band it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.evgs import Direction, Item, Score


@dataclass(frozen=True, slots=True)
class Limb:
    """What one limb does in one gait cycle, by what the EVGS reads from it.

    Attributes:
        initial_contact: Part of the foot that meets the floor first: heel, flatfoot or toe.
        heel_lift: When the heel leaves the floor against the opposite foot's events.
        clearance: How far the foot is off the floor in mid-swing.
        stance_dorsiflexion_deg, swing_dorsiflexion_deg: Greatest in stance and in swing.
        hindfoot_valgus_deg: Of the hindfoot against the shank in stance.
        foot_rotation_deg: External to the knee progression.
        knee_progression_deg: External positive.
        stance_knee_deg: Least knee flexion in terminal stance.
        terminal_swing_knee_deg: Knee flexion just before contact.
        swing_knee_deg: Greatest knee flexion in swing.
        stance_hip_deg: Least hip flexion in stance.
        swing_hip_deg: Greatest hip flexion in swing.
        pelvic_obliquity_deg: At this limb's mid-stance, this side up positive.
        pelvic_rotation_deg: At this limb's mid-stance, this side forward positive.
        trunk_lean_deg: Greatest in this limb's single support, forward positive.
        trunk_shift_mm: Likewise, toward this limb positive.
        swing_knee_pct: Per cent of the cycle at which the knee flexes most.
        foot_off_pct: Per cent of the cycle at which the foot leaves the floor.
        circumduction_deg: How far the hip abducts in swing beyond normal.
        push_off: Plantarflexion about foot off, as a share of normal.
        arm_flexion_deg: Elbow flexion beyond normal, as the arm of a hemiplegic side is held.
    """

    initial_contact: Direction = Direction.HEEL
    heel_lift: Direction = Direction.NORMAL
    clearance: Direction = Direction.FULL
    stance_dorsiflexion_deg: float = 12.0
    swing_dorsiflexion_deg: float = 3.0
    hindfoot_valgus_deg: float = 3.0
    foot_rotation_deg: float = 6.0
    knee_progression_deg: float = 0.0
    stance_knee_deg: float = 7.0
    terminal_swing_knee_deg: float = 9.0
    swing_knee_deg: float = 60.0
    stance_hip_deg: float = -8.0
    swing_hip_deg: float = 36.0
    pelvic_obliquity_deg: float = 2.0
    pelvic_rotation_deg: float = 1.0
    trunk_lean_deg: float = 0.0
    trunk_shift_mm: float = 26.0
    swing_knee_pct: float = 72.0
    foot_off_pct: float = 59.5
    circumduction_deg: float = 0.0
    push_off: float = 1.0
    arm_flexion_deg: float = 0.0


NORMAL = Limb()
"""Mid-band in every item, rather than the raw mean of typically developing children."""


def with_numbers(limb: Limb, numbers: Mapping[str, float]) -> Limb:
    """The limb with some of its numbers, by field, replaced."""
    changes: dict[str, Any] = dict(numbers)
    return replace(limb, **changes)


Limbs = Mapping[Side, Limb]
"""One description for each limb."""

NUMBER_FIELDS: Mapping[Item, str] = MappingProxyType(
    {
        Item.STANCE_DORSIFLEXION: "stance_dorsiflexion_deg",
        Item.HINDFOOT_VARUS_VALGUS: "hindfoot_valgus_deg",
        Item.FOOT_ROTATION: "foot_rotation_deg",
        Item.SWING_DORSIFLEXION: "swing_dorsiflexion_deg",
        Item.KNEE_PROGRESSION: "knee_progression_deg",
        Item.STANCE_KNEE_EXTENSION: "stance_knee_deg",
        Item.TERMINAL_SWING_KNEE: "terminal_swing_knee_deg",
        Item.SWING_KNEE_FLEXION: "swing_knee_deg",
        Item.STANCE_HIP_EXTENSION: "stance_hip_deg",
        Item.SWING_HIP_FLEXION: "swing_hip_deg",
        Item.PELVIC_OBLIQUITY: "pelvic_obliquity_deg",
        Item.PELVIC_ROTATION: "pelvic_rotation_deg",
        Item.TRUNK_SAGITTAL: "trunk_lean_deg",
        Item.TRUNK_LATERAL_SHIFT: "trunk_shift_mm",
    }
)
"""The field of `Limb` that says what each item's measure is to be."""

OPTION_FIELDS: Mapping[Item, str] = MappingProxyType(
    {
        Item.INITIAL_CONTACT: "initial_contact",
        Item.HEEL_LIFT: "heel_lift",
        Item.FOOT_CLEARANCE: "clearance",
    }
)
"""The field of `Limb` that names the option of items without a measure."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A named way of walking.

    Attributes:
        name: As it is asked for.
        affected: The limb that shows it.
        sound: The other limb; None where both limbs are affected alike.
        scores: Items of the affected limb that do not score 0.
        sound_scores: Likewise for the other limb.
        note: What the form has no item for, one sentence, or empty.
    """

    name: str
    affected: Limb
    sound: Limb | None
    scores: Mapping[Item, Score]
    sound_scores: Mapping[Item, Score]
    note: str = ""

    @property
    def is_bilateral(self) -> bool:
        """Whether both limbs show it."""
        return self.sound is None

    def expected(self, side: Side, affected_side: Side) -> dict[Item, Score]:
        """Score of every item of one limb at full severity."""
        is_affected = self.is_bilateral or side is affected_side
        held = self.scores if is_affected else self.sound_scores
        return {item: held.get(item, Score.NORMAL) for item in Item}


def _scores(moderate: str = "", marked: str = "") -> Mapping[Item, Score]:
    """Items by their numbers on the form: those that score 1, and those that score 2."""
    items = list(Item)
    one = {items[int(n) - 1]: Score.MODERATE for n in moderate.split()}
    return MappingProxyType(one | {items[int(n) - 1]: Score.MARKED for n in marked.split()})


def _limb(
    contact: Direction,
    lift: Direction,
    sagittal: tuple[float, float, float, float, float, float, float],
    clearance: Direction = Direction.FULL,
    **others: float,
) -> Limb:
    """A limb from a row of the pattern table: DFs, DFw, Kst, Kts, Ksw, Hst, Hsw, and the rest."""
    dfs, dfw, kst, kts, ksw, hst, hsw = sagittal
    numbers: dict[str, float] = {
        "stance_dorsiflexion_deg": dfs,
        "swing_dorsiflexion_deg": dfw,
        "stance_knee_deg": kst,
        "terminal_swing_knee_deg": kts,
        "swing_knee_deg": ksw,
        "stance_hip_deg": hst,
        "swing_hip_deg": hsw,
        **others,
    }
    return replace(
        NORMAL,
        initial_contact=contact,
        heel_lift=lift,
        clearance=clearance,
        **numbers,
    )


_HEEL, _FLAT, _TOE = Direction.HEEL, Direction.FLATFOOT, Direction.TOE
_TIMELY, _EARLY, _LATE = Direction.NORMAL, Direction.EARLY, Direction.DELAYED
_NEVER = Direction.NO_HEEL_CONTACT
_REDUCED, _HIGH = Direction.REDUCED, Direction.HIGH_STEPS

_HIP_HIKE_STANCE = replace(
    NORMAL, trunk_shift_mm=62.0, pelvic_obliquity_deg=0.4, stance_knee_deg=4.0
)
_VAULTING = replace(NORMAL, heel_lift=_EARLY)
# The trunk swings back from a forward lurch over the other limb.
_RECOIL = replace(NORMAL, trunk_lean_deg=-2.0)
_HELD_ARM_DEG = 45.0

_ALL = (
    Pattern("normal", NORMAL, None, _scores(), _scores()),
    Pattern(
        "winters_1",
        _limb(
            _FLAT,
            _TIMELY,
            (10, -12, 7, 9, 65, -8, 40),
            _REDUCED,
            foot_off_pct=61,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        NORMAL,
        _scores("1 6 7"),
        _scores(),
    ),
    Pattern(
        "winters_1_steppage",
        _limb(
            _FLAT,
            _TIMELY,
            (10, -12, 7, 9, 72, -8, 50),
            _HIGH,
            foot_off_pct=61,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        NORMAL,
        _scores("1 6 7 11 13"),
        _scores(),
    ),
    Pattern(
        "winters_2a",
        _limb(
            _TOE,
            _NEVER,
            (-12, -15, 5, 10, 62, -6, 40),
            _REDUCED,
            hindfoot_valgus_deg=-4,
            foot_off_pct=61,
            push_off=0.4,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        NORMAL,
        _scores("4 6 7", "1 2 3"),
        _scores(),
    ),
    Pattern(
        "winters_2b",
        _limb(
            _TOE,
            _EARLY,
            (-4, -14, -7, 8, 60, -4, 40),
            _REDUCED,
            hindfoot_valgus_deg=-4,
            trunk_lean_deg=6.5,
            foot_off_pct=61,
            push_off=0.5,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        _RECOIL,
        _scores("2 3 4 6 7 9 16", "1"),
        _scores(),
    ),
    Pattern(
        "winters_3",
        _limb(
            _TOE,
            _NEVER,
            (-12, -15, 10, 20, 42, -4, 34),
            _REDUCED,
            hindfoot_valgus_deg=-6,
            pelvic_rotation_deg=-6.5,
            trunk_shift_mm=62,
            foot_off_pct=62,
            push_off=0.4,
            circumduction_deg=3,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        _VAULTING,
        _scores("4 6 7 10 11 15 17", "1 2 3"),
        _scores("2"),
        "The sound limb vaults: its heel lifts early.",
    ),
    Pattern(
        "winters_4",
        _limb(
            _TOE,
            _NEVER,
            (-12, -15, 18, 28, 42, 8, 38),
            _REDUCED,
            hindfoot_valgus_deg=-6,
            knee_progression_deg=-12.5,
            pelvic_rotation_deg=-12,
            trunk_lean_deg=8,
            trunk_shift_mm=62,
            foot_off_pct=63,
            push_off=0.3,
            circumduction_deg=3,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        replace(_VAULTING, trunk_lean_deg=-2.0),
        _scores("4 6 7 8 9 10 11 12 15 16 17", "1 2 3"),
        _scores("2"),
        "The sound limb vaults: its heel lifts early.",
    ),
    Pattern(
        "true_equinus",
        _limb(
            _TOE,
            _NEVER,
            (-12, -12, 2, 8, 58, -8, 38),
            hindfoot_valgus_deg=-3,
            foot_off_pct=61,
            push_off=0.4,
        ),
        None,
        _scores("4 7", "1 2 3"),
        _scores(),
    ),
    Pattern(
        "jump",
        _limb(
            _TOE,
            _NEVER,
            (-4, -8, 18, 32, 58, 4, 52),
            _REDUCED,
            hindfoot_valgus_deg=8,
            knee_progression_deg=-12.5,
            trunk_shift_mm=62,
            foot_off_pct=62,
            push_off=0.4,
        ),
        None,
        _scores("3 4 6 7 8 9 12 13 17", "1 2 10"),
        _scores(),
    ),
    Pattern(
        "apparent_equinus",
        _limb(
            _TOE,
            _EARLY,
            (12, 2, 28, 36, 62, 10, 52),
            hindfoot_valgus_deg=8,
            knee_progression_deg=-12.5,
            trunk_lean_deg=8,
            trunk_shift_mm=62,
            foot_off_pct=62,
            push_off=0.5,
        ),
        None,
        _scores("2 4 8 12 13 16 17", "1 9 10"),
        _scores(),
    ),
    Pattern(
        "crouch",
        _limb(
            _FLAT,
            _LATE,
            (32, 18, 36, 42, 66, 18, 60),
            hindfoot_valgus_deg=9,
            knee_progression_deg=-12.5,
            trunk_lean_deg=10,
            trunk_shift_mm=62,
            foot_off_pct=64,
            push_off=0.1,
        ),
        None,
        _scores("1 2 3 4 7 8 13 16 17", "9 10 12"),
        _scores(),
    ),
    Pattern(
        "crouch_severe",
        _limb(
            _FLAT,
            _LATE,
            (42, 22, 50, 55, 72, 25, 64),
            _REDUCED,
            hindfoot_valgus_deg=12,
            knee_progression_deg=-12.5,
            foot_rotation_deg=22,
            trunk_lean_deg=16.5,
            trunk_shift_mm=90,
            foot_off_pct=66,
            push_off=0.0,
        ),
        None,
        _scores("1 2 4 5 6 7 8 11", "3 9 10 12 13 16 17"),
        _scores(),
    ),
    Pattern(
        "stiff_knee",
        _limb(
            _HEEL,
            _TIMELY,
            (12, 2, 10, 14, 38, -5, 32),
            _REDUCED,
            swing_knee_pct=81,
            foot_off_pct=62,
            circumduction_deg=9,
            push_off=0.8,
        ),
        _HIP_HIKE_STANCE,
        _scores("6 11"),
        _scores("17"),
    ),
    Pattern(
        "stiff_knee_severe",
        _limb(
            _HEEL,
            _TIMELY,
            (12, 2, 10, 16, 30, -5, 30),
            _REDUCED,
            swing_knee_pct=83,
            foot_off_pct=64,
            circumduction_deg=13,
            push_off=0.7,
        ),
        _HIP_HIKE_STANCE,
        _scores("6 10", "11"),
        _scores("17"),
    ),
    Pattern(
        "recurvatum",
        _limb(
            _FLAT,
            _EARLY,
            (2, -4, -8, 6, 58, -6, 38),
            trunk_lean_deg=6.5,
            foot_off_pct=61,
            push_off=0.5,
        ),
        _RECOIL,
        _scores("1 2 3 9 16"),
        _scores(),
    ),
    Pattern(
        "recurvatum_severe",
        _limb(
            _TOE,
            _EARLY,
            (-6, -8, -15, 2, 55, -4, 38),
            trunk_lean_deg=8,
            foot_off_pct=62,
            push_off=0.5,
            swing_knee_pct=74,
            circumduction_deg=11,
        ),
        replace(_RECOIL, stance_knee_deg=4.0, pelvic_obliquity_deg=0.3),
        _scores("2 3 7 10 16", "1 9"),
        _scores(),
    ),
    Pattern(
        "trendelenburg",
        replace(NORMAL, pelvic_obliquity_deg=10.0),
        replace(NORMAL, swing_knee_deg=65.0, swing_hip_deg=41.0, swing_dorsiflexion_deg=7.0),
        _scores("14"),
        _scores(),
        "The hip drops on the swing side; the trunk does not make up for it.",
    ),
    Pattern(
        "duchenne",
        replace(NORMAL, pelvic_obliquity_deg=-4.0, trunk_shift_mm=92.0),
        NORMAL,
        _scores("14", "17"),
        _scores(),
        "The trunk leans over the stance leg.",
    ),
    Pattern(
        "in_toe_femoral",
        replace(NORMAL, knee_progression_deg=-16.0),
        NORMAL,
        _scores("8"),
        _scores(),
        "The whole limb turns in from the hip.",
    ),
    Pattern(
        "in_toe_tibial",
        replace(NORMAL, foot_rotation_deg=-12.0),
        NORMAL,
        _scores("5"),
        _scores(),
        "The foot turns in below a kneecap that looks ahead.",
    ),
    Pattern(
        "out_toe_planovalgus",
        _limb(
            _FLAT,
            _LATE,
            (18, 5, 12, 14, 60, -4, 38),
            hindfoot_valgus_deg=12,
            foot_rotation_deg=26,
            foot_off_pct=61,
            push_off=0.5,
        ),
        NORMAL,
        _scores("1 2 4 5"),
        _scores(),
    ),
    Pattern(
        "circumduction",
        _limb(
            _FLAT,
            _TIMELY,
            (8, -10, 5, 8, 44, -4, 26),
            _REDUCED,
            circumduction_deg=11,
            foot_off_pct=63,
            push_off=0.6,
            arm_flexion_deg=_HELD_ARM_DEG,
        ),
        replace(NORMAL, pelvic_obliquity_deg=-7.0, trunk_shift_mm=62.0),
        _scores("1 6 7 11"),
        _scores("14 17"),
        "The swing hip abducts 8 to 15 degrees and the pelvis hikes over the sound limb.",
    ),
    Pattern(
        "calcaneus",
        _limb(_HEEL, _LATE, (34, 12, 18, 16, 60, -2, 38), foot_off_pct=63, push_off=0.0),
        NORMAL,
        _scores("2 3 9 10"),
        _scores(),
        "There is no push-off.",
    ),
)

PATTERNS: Mapping[str, Pattern] = MappingProxyType({pattern.name: pattern for pattern in _ALL})
"""Every pattern by its name."""


_STAGES: Mapping[Direction, tuple[tuple[float, Direction], ...]] = MappingProxyType(
    {
        _TOE: ((0.35, _FLAT), (0.7, _TOE)),
        _FLAT: ((0.5, _FLAT),),
        _NEVER: ((0.35, _EARLY), (0.7, _NEVER)),
        Direction.NONE: ((0.35, _REDUCED), (0.7, Direction.NONE)),
    }
)


def _stage(option: Direction, severity: float) -> Direction | None:
    """The option a limb shows on its way to `option`; None while it is still normal."""
    reached = None
    for threshold, shown in _STAGES.get(option, ((0.5, option),)):
        if severity >= threshold:
            reached = shown
    return reached


def at_severity(limb: Limb, severity: float) -> Limb:
    """The limb between normal (severity 0) and itself (severity 1).

    Numbers change in proportion. Options change at a threshold, and one that scores 2 passes
    through the one that scores 1: a toe contact is flat between 0.35 and 0.7.
    """
    changed: dict[str, Any] = {}
    for field in fields(Limb):
        normal, target = getattr(NORMAL, field.name), getattr(limb, field.name)
        if isinstance(target, Direction):
            changed[field.name] = normal if target is normal else _stage(target, severity) or normal
        else:
            changed[field.name] = (1.0 - severity) * normal + severity * target
    return replace(limb, **changed)


def limbs_of(name: str, affected: Side = Side.LEFT, severity: float = 1.0) -> dict[Side, Limb]:
    """Both limbs of a named pattern.

    Args:
        name: A key of `PATTERNS`.
        affected: The limb that shows a one-sided pattern.
        severity: 0 for normal, 1 for the pattern as it stands in the table.
    """
    pattern = PATTERNS[name]
    other = pattern.affected if pattern.sound is None else pattern.sound
    return {
        affected: at_severity(pattern.affected, severity),
        affected.opposite: at_severity(other, severity),
    }
