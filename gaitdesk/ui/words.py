"""Words that only the window says; the clinic's words are in `report/words.py`."""

from __future__ import annotations

from gaitdesk.domain.evgs import Item, Origin, Reason
from gaitdesk.domain.patient import Conditions
from gaitdesk.i18n import noted, phrase, retold, tr

NO_AID = noted("None")
"""What is kept of a child who walked without an aid."""


def short_name(item: Item) -> str:
    """Name of an item where there is little room."""
    match item:
        case Item.INITIAL_CONTACT:
            return tr("Initial contact")
        case Item.HEEL_LIFT:
            return tr("Heel lift")
        case Item.STANCE_DORSIFLEXION:
            return tr("Dorsiflexion, stance")
        case Item.HINDFOOT_VARUS_VALGUS:
            return tr("Hindfoot varus / valgus")
        case Item.FOOT_ROTATION:
            return tr("Foot rotation")
        case Item.FOOT_CLEARANCE:
            return tr("Foot clearance, swing")
        case Item.SWING_DORSIFLEXION:
            return tr("Dorsiflexion, swing")
        case Item.KNEE_PROGRESSION:
            return tr("Knee progression angle")
        case Item.STANCE_KNEE_EXTENSION:
            return tr("Knee extension, stance")
        case Item.TERMINAL_SWING_KNEE:
            return tr("Knee in terminal swing")
        case Item.SWING_KNEE_FLEXION:
            return tr("Knee flexion, swing")
        case Item.STANCE_HIP_EXTENSION:
            return tr("Hip extension, stance")
        case Item.SWING_HIP_FLEXION:
            return tr("Hip flexion, swing")
        case Item.PELVIC_OBLIQUITY:
            return tr("Pelvic obliquity")
        case Item.PELVIC_ROTATION:
            return tr("Pelvic rotation")
        case Item.TRUNK_SAGITTAL:
            return tr("Trunk, sagittal")
        case Item.TRUNK_LATERAL_SHIFT:
            return tr("Trunk, lateral shift")


def numbered_name(item: Item) -> str:
    """Number and short name for a list of items, in which all names begin under each other."""
    # A space as wide as a digit.
    return f"{item.number:\N{FIGURE SPACE}>2}  {short_name(item)}"


def capital(words: str) -> str:
    """Words with a capital at their beginning, for the head of a column or a line."""
    return f"{words[:1].upper()}{words[1:]}"


def short_reason(reason: Reason) -> str:
    """Why an item carries no score, where there is little room."""
    match reason:
        case Reason.VIEW_NOT_RECORDED:
            return tr("view not filmed")
        case Reason.LIMB_NOT_SEEN:
            return tr("limb not seen")
        case Reason.NO_CLEAN_CYCLE:
            return tr("no clean cycle")
        case Reason.TOO_FEW_CYCLES:
            return tr("too few cycles")
        case Reason.NOT_FROM_KEYPOINTS:
            return tr("not measurable")
        case Reason.NEAR_BOUNDARY:
            return tr("near a limit")
        case Reason.LOW_CONFIDENCE:
            return tr("low confidence")
        case Reason.OBLIQUE_CAMERA:
            return tr("oblique camera")
        case Reason.FRAME_RATE:
            return tr("too few frames/s")
        case Reason.NOT_SYNCHRONIZED:
            return tr("not synchronized")
        case Reason.READERS_DISAGREE:
            return tr("readers disagree")
        case Reason.ATYPICAL:
            return tr("atypical: 1 or 2?")
        case Reason.ORTHOSIS_OR_SHOE:
            return tr("orthosis or shoe")
        case Reason.SIZE_UNKNOWN:
            return tr("height not given")
        case Reason.OCCLUDED:
            return tr("hidden")
        case Reason.ASSISTED:
            return tr("assisted")


def reading_hint(item: Item) -> str:
    """When and how an item is read, in one or two sentences.

    Source:
        EVGS Reference Guide 1.0, Kearns & Jang (2019).
    """
    match item:
        case Item.INITIAL_CONTACT:
            return tr(
                "In the first frame in which the foot touches the floor. Toe means in front of"
                " the metatarsal heads; flat foot means heel and toe together."
            )
        case Item.HEEL_LIFT:
            return tr(
                "Over the whole of stance. Normal is between the moment the other foot passes"
                " and the moment it meets the floor."
            )
        case Item.STANCE_DORSIFLEXION:
            return tr("At its greatest in stance, between tibia and hindfoot.")
        case Item.HINDFOOT_VARUS_VALGUS:
            return tr("In stance, best at mid-stance, seen from behind.")
        case Item.FOOT_ROTATION:
            return tr(
                "In stance with the foot flat, against the knee and not against the walking"
                " line. In-toeing that comes from the femur belongs to item 8."
            )
        case Item.FOOT_CLEARANCE:
            return tr("Over swing; mid-swing decides.")
        case Item.SWING_DORSIFLEXION:
            return tr("At its greatest in swing.")
        case Item.KNEE_PROGRESSION:
            return tr(
                "At mid-stance, from the front, by how much of the kneecap is seen; the position"
                " held through most of stance counts."
            )
        case Item.STANCE_KNEE_EXTENSION:
            return tr("At its straightest in stance, usually in terminal stance.")
        case Item.TERMINAL_SWING_KNEE:
            return tr("In the last frames before the foot meets the floor.")
        case Item.SWING_KNEE_FLEXION:
            return tr("At its greatest in swing.")
        case Item.STANCE_HIP_EXTENSION:
            return tr("At its straightest in stance, usually in terminal stance.")
        case Item.SWING_HIP_FLEXION:
            return tr("At its greatest in swing, usually late.")
        case Item.PELVIC_OBLIQUITY:
            return tr("At mid-stance: the standing side against the other.")
        case Item.PELVIC_ROTATION:
            return tr("At mid-stance: the standing side against the other.")
        case Item.TRUNK_SAGITTAL:
            return tr("At its farthest from upright in stance. Leaning back is never a 2.")
        case Item.TRUNK_LATERAL_SHIFT:
            return tr(
                "At its farthest in stance. About 25 mm towards the standing leg is normal;"
                " reduced means that the trunk stays over the swinging leg."
            )


def origin_letter(origin: Origin) -> str:
    """One letter for who gave a score, beside its shape."""
    match origin:
        case Origin.RULES:
            return tr("R", "one letter for: rules")
        case Origin.NETWORK:
            return tr("N", "one letter for: network")
        case Origin.REVIEWER:
            return tr("C", "one letter for: clinician")
        case Origin.PHANTOM:
            return tr("T", "one letter for: known truth of a phantom")


def walked_words(walked: Conditions) -> str:
    """How a child walked, in a few words; that it held on to nothing goes without saying."""
    said = (retold(walked.footwear), "" if walked.aid == NO_AID else retold(walked.aid))
    return phrase(said)


def whose(pseudonym: str, name: str = "") -> str:
    """A child for the screen: the name where it may be shown, and always the pseudonym."""
    return f"{name} · {pseudonym}" if name else pseudonym
