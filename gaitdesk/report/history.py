"""Why a child was filmed, what is known of it, and how it walked, in words."""

from __future__ import annotations

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.background import Background, TreatmentKind
from gaitdesk.i18n import retold, tr
from gaitdesk.report.background_words import (
    fms_words,
    gmfcs_word,
    in_order,
    topography_word,
    treatment_words,
)
from gaitdesk.report.identity import Pairs, date_words
from gaitdesk.report.standing import Standing


def history(analysis: Analysis, standing: Standing) -> Pairs:
    """Why the child was referred, and what is known of it; nothing where nothing was recorded.

    Where anything was, what a reader looks for and does not find is said to be missing.
    """
    asked, known = _asked(analysis, standing), analysis.background
    if not asked and known == Background():
        return ()
    topography = "" if known.topography is None else topography_word(known.topography)
    level = "" if known.gmfcs is None else gmfcs_word(known.gmfcs)
    said = (
        (tr("Diagnosis"), retold(known.diagnosis)),
        (tr("Topography"), topography),
        (tr("GMFCS level"), level),
        (tr("FMS ratings"), fms_words(known)),
        (tr("Operations"), _treated(known, TreatmentKind.SURGERY)),
        (tr("Botulinum toxin"), _treated(known, TreatmentKind.BOTULINUM_TOXIN)),
    )
    return (*asked, *((label, value or tr("not recorded")) for label, value in said))


def _asked(analysis: Analysis, standing: Standing) -> Pairs:
    referral, named = analysis.referral, standing.named
    day = "" if referral.day is None else referral.day.isoformat()
    referrer = "" if named is None else named.referrer
    said = (
        (tr("Question"), referral.question),
        (tr("Referred by"), referrer),
        (tr("Referred on"), day),
    )
    return tuple((label, value) for label, value in said if value)


def _treated(known: Background, kind: TreatmentKind) -> str:
    return "\n".join(treatment_words(one) for one in in_order(known.treatments, kind))


def conditions(analysis: Analysis) -> Pairs:
    """How the child walked, where, and when it was filmed."""
    held = analysis.conditions
    unstated = tr("not stated")
    optional = (
        (tr("Room"), held.room),
        (tr("Orthosis"), retold(held.orthosis)),
        (tr("Assistance"), retold(held.assistance)),
        (tr("Cooperation"), retold(held.cooperation)),
        (tr("Filmed at"), _filmed(analysis)),
    )
    return (
        (tr("Footwear"), retold(held.footwear) or unstated),
        (tr("Walking aid"), retold(held.aid) or unstated),
        *((label, value) for label, value in optional if value),
        (tr("Note"), retold(held.note) or "–"),
    )


def _filmed(analysis: Analysis) -> str:
    """When the films say they were recorded; the earliest of them."""
    stated = sorted(film.video.recorded_at for film in analysis.films if film.video.recorded_at)
    return date_words(stated[0]) if stated else ""
