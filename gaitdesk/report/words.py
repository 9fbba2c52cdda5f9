"""The words people read for the clinic's values, and numbers as they are printed."""

from __future__ import annotations

import math

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.evgs import Direction, Item, Origin, Reason, Region, Score, State
from gaitdesk.domain.gait import EventKind, Parameter, Variable
from gaitdesk.domain.measure import Measure, Unit
from gaitdesk.domain.recording import Sync, SyncSource, View
from gaitdesk.i18n import percent, tr

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def item_name(item: Item) -> str:
    """Name of an item on the published form."""
    match item:
        case Item.INITIAL_CONTACT:
            return tr("Initial contact")
        case Item.HEEL_LIFT:
            return tr("Heel lift")
        case Item.STANCE_DORSIFLEXION:
            return tr("Max. ankle dorsiflexion in stance")
        case Item.HINDFOOT_VARUS_VALGUS:
            return tr("Hindfoot varus / valgus")
        case Item.FOOT_ROTATION:
            return tr("Foot rotation")
        case Item.FOOT_CLEARANCE:
            return tr("Foot clearance in swing")
        case Item.SWING_DORSIFLEXION:
            return tr("Max. ankle dorsiflexion in swing")
        case Item.KNEE_PROGRESSION:
            return tr("Knee progression angle")
        case Item.STANCE_KNEE_EXTENSION:
            return tr("Peak knee extension in stance")
        case Item.TERMINAL_SWING_KNEE:
            return tr("Knee position in terminal swing")
        case Item.SWING_KNEE_FLEXION:
            return tr("Peak knee flexion in swing")
        case Item.STANCE_HIP_EXTENSION:
            return tr("Peak hip extension in stance")
        case Item.SWING_HIP_FLEXION:
            return tr("Peak hip flexion in swing")
        case Item.PELVIC_OBLIQUITY:
            return tr("Pelvic obliquity at mid-stance")
        case Item.PELVIC_ROTATION:
            return tr("Pelvic rotation at mid-stance")
        case Item.TRUNK_SAGITTAL:
            return tr("Peak sagittal trunk position")
        case Item.TRUNK_LATERAL_SHIFT:
            return tr("Max. lateral trunk shift")


def direction_word(direction: Direction) -> str:
    """The option word that goes with a score."""
    match direction:
        case Direction.HEEL:
            return tr("heel")
        case Direction.FLATFOOT:
            return tr("flat foot")
        case Direction.TOE:
            return tr("toe")
        case Direction.NORMAL:
            return tr("normal")
        case Direction.EARLY:
            return tr("early")
        case Direction.DELAYED:
            return tr("delayed")
        case Direction.NO_HEEL_CONTACT:
            return tr("no heel contact")
        case Direction.NO_FOREFOOT_CONTACT:
            return tr("no forefoot contact")
        case Direction.DORSIFLEXION:
            return tr("dorsiflexion")
        case Direction.PLANTARFLEXION:
            return tr("plantarflexion")
        case Direction.VALGUS:
            return tr("valgus")
        case Direction.VARUS:
            return tr("varus")
        case Direction.EXTERNAL:
            return tr("external")
        case Direction.INTERNAL:
            return tr("internal")
        case Direction.EXTERNAL_HIDDEN:
            return tr("external, kneecap partly hidden")
        case Direction.INTERNAL_HIDDEN:
            return tr("internal, kneecap partly hidden")
        case Direction.FULL:
            return tr("full")
        case Direction.REDUCED:
            return tr("reduced")
        case Direction.HIGH_STEPS:
            return tr("high steps")
        case Direction.NONE:
            return tr("none", "foot clearance: the foot never leaves the floor")
        case Direction.REDUCED_AND_HIGH:
            return tr("reduced and high steps")
        case Direction.INCREASED:
            return tr("increased")
        case Direction.FLEXION:
            return tr("flexion")
        case Direction.EXTENSION:
            return tr("extension")
        case Direction.HYPEREXTENSION:
            return tr("hyperextension")
        case Direction.UP:
            return tr("up")
        case Direction.DOWN:
            return tr("down")
        case Direction.PROTRACTION:
            return tr("protraction")
        case Direction.RETRACTION:
            return tr("retraction")
        case Direction.FORWARD:
            return tr("forward")
        case Direction.BACKWARD:
            return tr("backward")
        case Direction.MODERATE:
            return tr("moderate")
        case Direction.MARKED:
            return tr("marked")


def reason_words(reason: Reason) -> str:
    """Why an item carries no score."""
    match reason:
        case Reason.VIEW_NOT_RECORDED:
            return tr("view not recorded")
        case Reason.LIMB_NOT_SEEN:
            return tr("limb not seen from near")
        case Reason.NO_CLEAN_CYCLE:
            return tr("no clean gait cycle")
        case Reason.TOO_FEW_CYCLES:
            return tr("too few gait cycles")
        case Reason.NOT_FROM_KEYPOINTS:
            return tr("not measurable from body points")
        case Reason.NEAR_BOUNDARY:
            return tr("near a boundary between scores")
        case Reason.LOW_CONFIDENCE:
            return tr("low confidence")
        case Reason.OBLIQUE_CAMERA:
            return tr("camera too oblique")
        case Reason.FRAME_RATE:
            return tr("frame rate too low")
        case Reason.NOT_SYNCHRONIZED:
            return tr("films not synchronized")
        case Reason.READERS_DISAGREE:
            return tr("readers disagree")
        case Reason.ATYPICAL:
            return tr("atypical, degree to be read")
        case Reason.ORTHOSIS_OR_SHOE:
            return tr("orthosis or shoe")
        case Reason.SIZE_UNKNOWN:
            return tr("child's height not given")
        case Reason.OCCLUDED:
            return tr("hidden from view")
        case Reason.ASSISTED:
            return tr("walk was assisted")


def score_word(score: Score) -> str:
    """What a score means."""
    match score:
        case Score.NORMAL:
            return tr("normal")
        case Score.MODERATE:
            return tr("moderate deviation")
        case Score.MARKED:
            return tr("marked deviation")


def state_words(state: State) -> str:
    """Whether an item is scored."""
    match state:
        case State.SCORED:
            return tr("scored")
        case State.REVIEWER_DECIDES:
            return tr("reviewer decides")
        case State.NOT_SCORABLE:
            return tr("not scorable")


def origin_words(origin: Origin) -> str:
    """Who gave a score."""
    match origin:
        case Origin.RULES:
            return tr("machine, rules")
        case Origin.NETWORK:
            return tr("machine, network")
        case Origin.REVIEWER:
            return tr("reviewer")
        case Origin.PHANTOM:
            return tr("phantom, known truth")


def reader_word(origin: Origin) -> str:
    """Who gave an answer, where several stand side by side."""
    match origin:
        case Origin.RULES:
            return tr("rules")
        case Origin.NETWORK:
            return tr("network")
        case Origin.REVIEWER:
            return tr("reviewer")
        case Origin.PHANTOM:
            return tr("truth")


def meaning_word(meaning: str) -> str:
    """What a person who signs answers for."""
    known = {
        "authorship": tr("authorship"),
        "review": tr("review", "meaning of a signature"),
        "approval": tr("approval"),
        "responsibility": tr("responsibility"),
    }
    return known.get(meaning, meaning)


def side_word(side: Side) -> str:
    """A limb of the child."""
    match side:
        case Side.LEFT:
            return tr("left")
        case Side.RIGHT:
            return tr("right")


def plane_word(plane: Plane) -> str:
    """An anatomical plane."""
    match plane:
        case Plane.SAGITTAL:
            return tr("sagittal")
        case Plane.CORONAL:
            return tr("coronal")


def region_name(region: Region) -> str:
    """A group of items."""
    match region:
        case Region.FOOT_ANKLE:
            return tr("Foot and ankle")
        case Region.KNEE:
            return tr("Knee")
        case Region.HIP:
            return tr("Hip")
        case Region.PELVIS:
            return tr("Pelvis")
        case Region.TRUNK:
            return tr("Trunk")


def view_words(view: View) -> str:
    """How the camera saw the child."""
    match view:
        case View.SAGITTAL_LEFT:
            return tr("sagittal, left side near")
        case View.SAGITTAL_RIGHT:
            return tr("sagittal, right side near")
        case View.CORONAL_FRONT:
            return tr("coronal, from the front")
        case View.CORONAL_BACK:
            return tr("coronal, from behind")


def event_words(kind: EventKind) -> str:
    """A gait event."""
    match kind:
        case EventKind.INITIAL_CONTACT:
            return tr("initial contact")
        case EventKind.FOOT_OFF:
            return tr("foot off")


def drift_words(sync: Sync) -> str:
    """How the clocks of two films run apart over the walk both show, with its error."""
    if sync.drift_ms is None or sync.drift_error_ms is None or sync.shared_s is None:
        if sync.drift_ms_per_s:
            return tr("drift {drift} ms/s").format(drift=number(sync.drift_ms_per_s, 2))
        return tr("drift of the clocks not measured")
    error = number(max(0.1, sync.drift_error_ms), 1)
    seconds = number(sync.shared_s, 1)
    if not sync.drift_ms_per_s:
        return tr("no drift measurable (± {error} ms over the shared {seconds} s)").format(
            error=error, seconds=seconds
        )
    return tr("drift {drift} ± {error} ms over the shared {seconds} s").format(
        drift=number(sync.drift_ms, 1), error=error, seconds=seconds
    )


def residual_words(sync: Sync) -> str:
    """How well the gait events of both films then agree, after a semicolon; else nothing."""
    if sync.residual_ms is None:
        return ""
    return tr("; gait events of both films agree to {residual} ms").format(
        residual=number(sync.residual_ms)
    )


def sync_words(source: SyncSource) -> str:
    """What the offset between two films rests on."""
    match source:
        case SyncSource.MOTION:
            return tr("body motion")
        case SyncSource.EVENTS:
            return tr("gait events")
        case SyncSource.CLOCK:
            return tr("the cameras' clocks")
        case SyncSource.USER:
            return tr("entered by the user")
        case SyncSource.NONE:
            return tr("not related")


def variable_name(variable: Variable) -> str:
    """An angle followed through the walk."""
    match variable:
        case Variable.TRUNK_FORWARD_LEAN:
            return tr("Trunk forward lean")
        case Variable.TRUNK_LATERAL_LEAN:
            return tr("Trunk lateral lean")
        case Variable.PELVIC_TILT:
            return tr("Pelvic tilt")
        case Variable.PELVIC_OBLIQUITY:
            return tr("Pelvic obliquity")
        case Variable.PELVIC_ROTATION:
            return tr("Pelvic rotation")
        case Variable.HIP_FLEXION:
            return tr("Hip flexion")
        case Variable.HIP_ADDUCTION:
            return tr("Hip adduction")
        case Variable.HIP_ROTATION:
            return tr("Hip rotation")
        case Variable.KNEE_FLEXION:
            return tr("Knee flexion")
        case Variable.ANKLE_DORSIFLEXION:
            return tr("Ankle dorsiflexion")
        case Variable.FOOT_PITCH:
            return tr("Foot pitch")
        case Variable.FOOT_PROGRESSION:
            return tr("Foot progression")
        case Variable.KNEE_PROGRESSION:
            return tr("Knee progression")
        case Variable.HINDFOOT_VALGUS:
            return tr("Hindfoot valgus")
        case Variable.TRUNK_SHIFT:
            return tr("Lateral trunk shift")


def variable_ends(variable: Variable) -> tuple[str, str]:
    """What negative and positive values of an angle mean."""
    match variable:
        case Variable.TRUNK_FORWARD_LEAN:
            return tr("backward"), tr("forward")
        case Variable.TRUNK_LATERAL_LEAN | Variable.TRUNK_SHIFT:
            return tr("to swing side"), tr("to stance side")
        case Variable.PELVIC_TILT:
            return tr("posterior"), tr("anterior")
        case Variable.PELVIC_OBLIQUITY:
            return tr("down"), tr("up")
        case Variable.PELVIC_ROTATION:
            return tr("retraction"), tr("protraction")
        case Variable.HIP_FLEXION | Variable.KNEE_FLEXION:
            return tr("extension"), tr("flexion")
        case Variable.HIP_ADDUCTION:
            return tr("abduction"), tr("adduction")
        case Variable.HIP_ROTATION:
            return tr("external"), tr("internal")
        case Variable.ANKLE_DORSIFLEXION:
            return tr("plantarflexion"), tr("dorsiflexion")
        case Variable.FOOT_PITCH:
            return tr("toe down"), tr("toe up")
        case Variable.FOOT_PROGRESSION | Variable.KNEE_PROGRESSION:
            return tr("internal"), tr("external")
        case Variable.HINDFOOT_VALGUS:
            return tr("varus"), tr("valgus")


def parameter_name(parameter: Parameter) -> str:
    """A spatiotemporal parameter."""
    match parameter:
        case Parameter.CADENCE:
            return tr("Cadence")
        case Parameter.SPEED:
            return tr("Walking speed")
        case Parameter.STRIDE_TIME:
            return tr("Stride time")
        case Parameter.STRIDE_LENGTH:
            return tr("Stride length")
        case Parameter.STEP_LENGTH:
            return tr("Step length")
        case Parameter.STEP_TIME:
            return tr("Step time")
        case Parameter.STANCE:
            return tr("Stance")
        case Parameter.SWING:
            return tr("Swing")
        case Parameter.DOUBLE_SUPPORT:
            return tr("Double support")
        case Parameter.SINGLE_SUPPORT:
            return tr("Single support")


def unit_symbol(unit: Unit) -> str:
    """A unit as printed."""
    match unit:
        case Unit.DEGREE:
            return "°"
        case Unit.SECOND:
            return "s"
        case Unit.PERCENT:
            return "%"
        case Unit.PIXEL:
            return "px"
        case Unit.METRE:
            return "m"
        case Unit.MILLIMETRE:
            return "mm"
        case Unit.METRE_PER_SECOND:
            return "m/s"
        case Unit.STEPS_PER_MINUTE:
            return tr("steps/min")
        case Unit.LEG_LENGTH:
            return tr("leg lengths")
        case Unit.NONE:
            return ""


_DECIMALS = {
    Unit.DEGREE: 0,
    Unit.SECOND: 2,
    Unit.PERCENT: 0,
    Unit.PIXEL: 0,
    Unit.METRE: 2,
    Unit.MILLIMETRE: 0,
    Unit.METRE_PER_SECOND: 2,
    Unit.STEPS_PER_MINUTE: 0,
    Unit.LEG_LENGTH: 2,
    Unit.NONE: 2,
}


def number(value: float, decimals: int = 0) -> str:
    """A number with a true minus sign, halves away from zero; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    factor = 10**decimals
    rounded = math.copysign(math.floor(abs(value) * factor + 0.5) / factor, value)
    text = f"{abs(rounded):.{decimals}f}"
    return MINUS + text if rounded < 0 else text


def quantity(value: float, unit: Unit) -> str:
    """A value with its unit; a dash where there is none."""
    return with_unit(number(value, _DECIMALS[unit]), unit) if math.isfinite(value) else "–"


def with_unit(value: str, unit: Unit) -> str:
    """A number with its unit; the degree sign stands close, other units after a space."""
    if unit is Unit.PERCENT:
        return percent(value).replace(" ", NO_BREAK)
    gap = "" if unit in (Unit.DEGREE, Unit.NONE) else NO_BREAK
    return value + gap + unit_symbol(unit)


def measure_words(measure: Measure) -> str:
    """A measured value with its error and unit, as "62° ± 5°" or "1.04 ± 0.05 m/s"."""
    if not (math.isfinite(measure.error) and measure.error > 0):
        return quantity(measure.value, measure.unit)
    error = quantity(measure.error, measure.unit)
    if measure.unit is Unit.DEGREE:
        return f"{quantity(measure.value, measure.unit)} ± {error}"
    return f"{number(measure.value, _DECIMALS[measure.unit])} ± {error}"
