"""Consent for people: who decided what, and when."""

from __future__ import annotations

from datetime import date

from gaitdesk.i18n import tr
from gaitdesk.store.consents import today
from gaitdesk.store.facts import Consent, Giver


def giver_words(giver: Giver) -> str:
    """Who decided."""
    return {
        Giver.PATIENT: tr("the patient"),
        Giver.PARENT: tr("a parent"),
        Giver.GUARDIAN: tr("a guardian"),
        Giver.COURT: tr("a court"),
    }[giver]


def standing_words(consent: Consent | None, on: date | None = None) -> str:
    """What stands decided, in a line that begins with a sign.

    Args:
        consent: The last decision; None for none.
        on: The day on which it shall hold; None takes today.
    """
    if consent is None:
        return "✕ " + tr("none recorded")
    if not consent.is_given:
        return "✕ " + tr("refused or withdrawn on {day} by {giver}").format(
            day=consent.day.isoformat(), giver=giver_words(consent.giver)
        )
    words = tr("given on {day} by {giver}").format(
        day=consent.day.isoformat(), giver=giver_words(consent.giver)
    )
    if consent.expires is not None and (on or today()) > consent.expires:
        return "✕ " + tr("expired on {day}").format(day=consent.expires.isoformat())
    if consent.expires is not None:
        words += tr(", holds until {day}").format(day=consent.expires.isoformat())
    return "✓ " + words
