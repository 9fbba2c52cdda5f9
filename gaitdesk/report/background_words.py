"""The words for what is known of a child before it walks, and the words that are offered."""

from __future__ import annotations

from collections.abc import Sequence

from gaitdesk.domain.background import (
    FMS_DISTANCES_M,
    Background,
    Fms,
    Gmfcs,
    Sides,
    Topography,
    Treatment,
    TreatmentKind,
)
from gaitdesk.domain.patient import Sex
from gaitdesk.i18n import noted, retold, tr

NOBODY = noted("None")
"""What is kept of a child who wore no orthosis, or walked without help."""

DIAGNOSES = (
    noted("Spastic cerebral palsy"),
    noted("Dyskinetic cerebral palsy"),
    noted("Ataxic cerebral palsy"),
    noted("Mixed cerebral palsy"),
    noted("Hereditary spastic paraplegia"),
    noted("Idiopathic toe walking"),
    noted("Myelomeningocele"),
    noted("Muscular dystrophy"),
    noted("Hereditary neuropathy"),
    noted("Acquired brain injury"),
    noted("Clubfoot"),
)
SURGERIES = (
    noted("Calf muscle lengthening"),
    noted("Achilles tendon lengthening"),
    noted("Hamstring lengthening"),
    noted("Rectus femoris transfer"),
    noted("Adductor release"),
    noted("Psoas lengthening"),
    noted("Femoral derotation osteotomy"),
    noted("Distal femoral extension osteotomy"),
    noted("Tibial derotation osteotomy"),
    noted("Foot correction and stabilisation"),
    noted("Tibialis anterior or posterior transfer"),
    noted("Guided growth"),
    noted("Hip reconstruction"),
    noted("Selective dorsal rhizotomy"),
)
MUSCLES = (
    noted("Calf muscles"),
    noted("Tibialis posterior"),
    noted("Hamstrings"),
    noted("Rectus femoris"),
    noted("Hip adductors"),
    noted("Psoas"),
    noted("Several levels"),
)
ORTHOSES = (
    NOBODY,
    noted("Solid ankle-foot orthosis"),
    noted("Hinged ankle-foot orthosis"),
    noted("Ground-reaction ankle-foot orthosis"),
    noted("Insoles"),
)
ASSISTANCE = (NOBODY, noted("Supervision"), noted("Held by one hand"), noted("Held by both hands"))
COOPERATION = (noted("Good"), noted("Variable"), noted("Poor"))
PATTERNS = (
    noted("True equinus"),
    noted("Jump gait"),
    noted("Apparent equinus"),
    noted("Crouch gait"),
    noted("Asymmetric gait"),
    noted("Recurvatum gait"),
    noted("Stiff knee gait"),
    noted("Hemiplegic gait, Winters type I"),
    noted("Hemiplegic gait, Winters type II"),
    noted("Hemiplegic gait, Winters type III"),
    noted("Hemiplegic gait, Winters type IV"),
)
"""Names of gait patterns.

Source:
    Rodda & Graham (2001), Eur J Neurol 8 (suppl. 5), 98-108; Winters, Gage & Hicks (1987),
    J Bone Joint Surg Am 69(3), 437-441; Sutherland & Davids (1993), Clin Orthop 288, 139-147.
"""


def offered_alone(words: str, offered: Sequence[str]) -> str:
    """Words that were chosen from those offered; empty where somebody typed their own.

    What somebody types may name a person, a place or a day.
    """
    return words if words in offered else ""


def sex_word(sex: Sex) -> str:
    """Sex, as it is printed."""
    match sex:
        case Sex.FEMALE:
            return tr("female")
        case Sex.MALE:
            return tr("male")
        case Sex.OTHER:
            return tr("other", "sex")


def topography_word(limbs: Topography) -> str:
    """Limbs that a motor disorder concerns."""
    match limbs:
        case Topography.MONOPLEGIA_LEFT:
            return tr("monoplegia, left")
        case Topography.MONOPLEGIA_RIGHT:
            return tr("monoplegia, right")
        case Topography.HEMIPLEGIA_LEFT:
            return tr("hemiplegia, left")
        case Topography.HEMIPLEGIA_RIGHT:
            return tr("hemiplegia, right")
        case Topography.DIPLEGIA:
            return tr("diplegia")
        case Topography.TRIPLEGIA:
            return tr("triplegia")
        case Topography.QUADRIPLEGIA:
            return tr("quadriplegia")


def gmfcs_word(level: Gmfcs) -> str:
    """A level with what it means, as on the published cards for ages 6 to 12."""
    match level:
        case Gmfcs.I:
            return tr("I: walks without limitations")
        case Gmfcs.II:
            return tr("II: walks with limitations")
        case Gmfcs.III:
            return tr("III: walks with a hand-held aid")
        case Gmfcs.IV:
            return tr("IV: moves himself or herself with limitations, may use powered mobility")
        case Gmfcs.V:
            return tr("V: is transported in a wheelchair")


def fms_word(rating: Fms) -> str:
    """A rating with what it means."""
    match rating:
        case Fms.WHEELCHAIR:
            return tr("1: wheelchair")
        case Fms.WALKER:
            return tr("2: walker or frame")
        case Fms.CRUTCHES:
            return tr("3: crutches")
        case Fms.STICKS:
            return tr("4: one or two sticks")
        case Fms.LEVEL:
            return tr("5: independent on level surfaces")
        case Fms.ALL_SURFACES:
            return tr("6: independent on all surfaces")
        case Fms.CRAWLING:
            return tr("C: crawling")
        case Fms.NOT_APPLICABLE:
            return tr("N: does not apply")


def fms_words(background: Background) -> str:
    """The ratings of all distances, as "5 m: 6, 50 m: 5, 500 m: 1"; empty where none is known."""
    said = [
        tr("{metres} m: {rating}").format(metres=metres, rating=rating.value)
        for metres, rating in zip(FMS_DISTANCES_M, background.fms, strict=True)
        if rating is not None
    ]
    return tr(", ", "between ratings").join(said)


def treatment_word(kind: TreatmentKind) -> str:
    """What was done."""
    match kind:
        case TreatmentKind.SURGERY:
            return tr("Operation")
        case TreatmentKind.BOTULINUM_TOXIN:
            return tr("Botulinum toxin")


def sides_word(side: Sides) -> str:
    """Where something was done."""
    match side:
        case Sides.LEFT:
            return tr("left")
        case Sides.RIGHT:
            return tr("right")
        case Sides.BOTH:
            return tr("both sides")


def treatment_words(done: Treatment) -> str:
    """One treatment in a line, as "2024-05: Hamstring lengthening, both sides"."""
    said = [retold(done.what)] if done.what else []
    said += [sides_word(done.side)] if done.side is not None else []
    what = tr(", ", "between ratings").join(said) or tr("not stated what")
    if not done.when:
        return tr("{what} (day not stated)").format(what=what)
    return tr("{when}: {what}").format(when=done.when, what=what)


def in_order(treatments: Sequence[Treatment], kind: TreatmentKind) -> tuple[Treatment, ...]:
    """Treatments of a kind, the latest first; those without a day last."""
    own = [one for one in treatments if one.kind is kind]
    return tuple(sorted(own, key=lambda one: one.when, reverse=True))
