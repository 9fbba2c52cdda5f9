"""How the open sheet stands: whose it is, whether it still changes, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gaitdesk.i18n import listed, tr
from gaitdesk.store.facts import Role
from gaitdesk.store.signing import SignedVersion
from gaitdesk.store.store import Store
from gaitdesk.ui.desk import OpenVisit
from gaitdesk.ui.records.words import meaning_name, time_words


class Step(StrEnum):
    """What can be done with a sheet as a whole."""

    SIGN = "sign"
    AMEND = "amend"
    VERSIONS = "versions"
    FINISH = "finish"
    COMPARE = "compare"
    CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sheet stands.

    Attributes:
        words: Said above the form; empty for an ordinary draft.
        why: Why no key changes it, and what to do instead; empty where it changes.
        steps: What is offered, the likeliest first.
        tone: "note", "good" or "warning".
    """

    words: str = ""
    why: str = ""
    steps: tuple[Step, ...] = ()
    tone: str = "note"


def step_words(step: Step) -> str:
    """What a step is called on its button."""
    return {
        Step.SIGN: tr("Sign …"),
        Step.AMEND: tr("Amend …"),
        Step.VERSIONS: tr("Versions …"),
        Step.FINISH: tr("Finish this reading …"),
        Step.COMPARE: tr("Settle to a consensus"),
        Step.CONSENSUS: tr("Open the consensus"),
    }[step]


def standing(store: Store, visit: OpenVisit) -> Standing:
    """How the sheet of an open visit stands now."""
    if visit.facts is not None and visit.facts.role is Role.SECOND:
        return _of_reading(store, visit)
    signed = store.signing.in_force(visit.session)
    if signed is not None:
        return _signed(visit, signed)
    if visit.is_consensus:
        return _of_consensus(store, visit)
    return _draft(store, visit)


def signed_words(version: SignedVersion) -> str:
    """Who has signed a version, in which role, when and meaning what."""
    said = [
        tr("Signed by {name}, {role}, at {time} as {meaning}").format(
            name=one.signature.name,
            role=one.signature.role,
            time=time_words(one.at),
            meaning=meaning_name(one.signature.meaning),
        )
        for one in version.signatures
    ]
    return " · ".join([*said, tr("version {number}").format(number=version.number)])


def _signed(visit: OpenVisit, version: SignedVersion) -> Standing:
    first = version.signatures[0].signature
    why = tr(
        "This sheet was signed by {name} and no longer changes. To correct it, choose Amend and"
        " give the reason; the signed version stays readable."
    ).format(name=first.name)
    if first.reading != visit.reading:
        words = (
            tr("The consensus of this visit is signed; this is the first reader's sheet.")
            if visit.reading is None
            else tr("Another sheet of this visit is signed.")
        )
        steps = (Step.CONSENSUS, Step.VERSIONS) if visit.reading is None else (Step.VERSIONS,)
        return Standing(words, why, steps, "good")
    return Standing(signed_words(version), why, (Step.AMEND, Step.VERSIONS, Step.SIGN), "good")


def _of_reading(store: Store, visit: OpenVisit) -> Standing:
    facts = visit.facts
    assert facts is not None
    if facts.is_finished:
        words = tr("Reading of {reader}, finished").format(reader=facts.reader)
        why = tr("A finished reading no longer changes; compare it, and settle a consensus.")
        return Standing(words, why, (Step.COMPARE,))
    if facts.reader != store.rater:
        why = tr("This reading is {reader}'s alone.").format(reader=facts.reader)
        return Standing(why, why)
    if facts.is_blind:
        words = tr(
            "You read this visit blind. What others and machines say of it, and what was measured,"
            " is hidden until you have finished."
        )
        return Standing(words, "", (Step.FINISH,), "warning")
    return Standing(tr("You are this visit's second reader."), "", (Step.FINISH,))


def _of_consensus(store: Store, visit: OpenVisit) -> Standing:
    facts, reading = visit.facts, visit.reading
    assert facts is not None
    assert reading is not None
    if facts.is_finished:
        why = tr("A finished consensus no longer changes; sign it, or have the visit read again.")
        return Standing(
            tr("Consensus, settled by {reader}; not signed yet").format(reader=facts.reader),
            why,
            (Step.SIGN,),
        )
    if facts.reader != store.rater:
        why = tr("{reader} settles this consensus.").format(reader=facts.reader)
        return Standing(why, why)
    waiting = len(store.readings.open_cells(visit.session, reading))
    if waiting:
        return Standing(tr("Consensus: %n item(s) are still to be settled.", "", waiting))
    return Standing(tr("Consensus: everything is settled."), "", (Step.FINISH,), "good")


def _draft(store: Store, visit: OpenVisit) -> Standing:
    amendment = store.signing.amendment(visit.session)
    if amendment is not None:
        number, reason = amendment
        words = tr("Amendment open: version {number} in the making, because “{reason}”").format(
            number=number, reason=reason
        )
        return Standing(words, "", (Step.SIGN, Step.VERSIONS), "warning")
    readings = store.readings
    if readings.in_force(visit.session) is not None:
        words = tr("A consensus was settled; it goes into the report. This is the first sheet.")
        return Standing(words, "", (Step.CONSENSUS,))
    found = readings.of(visit.session).values()
    done = [one.reader for one in found if one.role is Role.SECOND and one.is_finished]
    if done:
        words = tr("Also read by {readers}.").format(readers=listed(done))
        return Standing(words, "", (Step.COMPARE,))
    reads = [one.reader for one in found if one.role is Role.SECOND]
    if reads:
        return Standing(tr("{readers} reads this visit too.").format(readers=listed(reads)))
    return Standing()
