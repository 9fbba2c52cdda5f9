"""What a patient's records may be used for, and until when they are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from gaitdesk.domain.refusals import ConsentMissing
from gaitdesk.i18n import noted, tr
from gaitdesk.store import guards, journal
from gaitdesk.store.edits import Entry, Kind, PatientId, SessionId
from gaitdesk.store.facts import Consent, Purpose
from gaitdesk.store.forms import from_text
from gaitdesk.store.ledger import Ledger

KEPT_YEARS = 25
"""Age until whose birthday a child's records are commonly kept.

Source:
    Records Management Code of Practice, NHS England (2021), appendix II: children's records.
"""


class Consents:
    """Consent and retention of the patients of one store.

    Who decided is told by their role, and reasons should name nobody: all of it stands in the
    journal, where nothing is erased.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(
        self, patient: PatientId, purpose: Purpose, consent: Consent, reason: str = ""
    ) -> None:
        """Keep what was decided for one purpose, in the place of what was decided before.

        Raises:
            PatientErased: The patient was erased.
        """
        text = noted("Consent") if consent.is_given else noted("Consent withdrawn")
        with self._ledger.together():
            self._ledger.add(
                Kind.CONSENT, f"{patient}/{purpose}", consent, text=text, reason=reason
            )

    def of(self, patient: PatientId) -> dict[Purpose, Consent]:
        """What stands decided for each purpose."""
        found = {}
        for purpose in Purpose:
            consent = self._value(Kind.CONSENT, f"{patient}/{purpose}")
            if consent is not None:
                found[purpose] = consent
        return found

    def history(self, patient: PatientId) -> tuple[Entry, ...]:
        """Every decision on consent and on retention of a patient, oldest first."""
        database = self._ledger.database
        whats = (patient, *(f"{patient}/{purpose}" for purpose in Purpose))
        places = ", ".join("?" * len(whats))
        rows = journal.rows_where(
            database,
            f"session IS NULL AND kind IN ('consent', 'retention') AND what IN ({places})",
            whats,
        )
        return tuple(journal.entry(database, row) for row in rows)

    def is_given(self, patient: PatientId, purpose: Purpose, on: date | None = None) -> bool:
        """Whether consent covers a purpose on a day, by default today."""
        return _lack(self.of(patient).get(purpose), on or today()) is None

    def check(self, session: SessionId, purpose: Purpose, on: date | None = None) -> None:
        """What a visit holds may leave the desk for a purpose.

        Args:
            session: The visit.
            purpose: What for.
            on: The day; None takes today.

        Raises:
            ConsentMissing: Consent was never given, was withdrawn, or has expired.
            PatientErased: The patient was erased.
            KeyError: There is no such visit.
        """
        rows = self._ledger.database.run(
            "SELECT p.id, p.pseudonym FROM sessions s JOIN patients p ON p.id = s.patient"
            " WHERE s.id = ?",
            (session,),
        )
        if not rows:
            raise KeyError(session)
        patient, pseudonym = PatientId(rows[0][0]), str(rows[0][1])
        guards.check_patient(self._ledger.database, patient)
        lack = _lack(self.of(patient).get(purpose), on or today())
        if lack is not None:
            raise ConsentMissing(pseudonym, purpose_words(purpose), lack)

    def keep_until(self, patient: PatientId, last_day: date | None, reason: str = "") -> None:
        """State the last day on which a patient's records are kept; None takes that back.

        Raises:
            PatientErased: The patient was erased.
        """
        with self._ledger.together():
            self._ledger.add(
                Kind.RETENTION, patient, last_day, text=noted("Retention"), reason=reason
            )

    def kept_until(self, patient: PatientId) -> date | None:
        """The last day on which a patient's records are kept; None where none was stated."""
        last: date | None = self._value(Kind.RETENTION, patient)
        return last

    def overdue(self, on: date | None = None) -> tuple[PatientId, ...]:
        """Patients whose records should be erased by now, the longest overdue first."""
        day = on or today()
        rows = journal.current(self._ledger.database, None, Kind.RETENTION)
        last_days = {what: from_text(Kind.RETENTION, row.new) for what, row in rows.items()}
        erased = {
            name
            for (name,) in self._ledger.database.run("SELECT id FROM patients WHERE erased = 1")
        }
        late = [what for what, last in last_days.items() if last < day and what not in erased]
        return tuple(PatientId(what) for what in sorted(late, key=lambda what: last_days[what]))

    def _value(self, kind: Kind, what: str) -> Any:
        row = journal.latest(self._ledger.database, None, kind, what)
        return None if row is None else from_text(kind, row.new)


def usual_last_day(birth_day: date, years: int = KEPT_YEARS) -> date:
    """The day before a birthday, until which a child's records are commonly kept."""
    try:
        birthday = birth_day.replace(year=birth_day.year + years)
    except ValueError:
        # Born on a leap day: the birthday of a common year is 1 March.
        birthday = date(birth_day.year + years, 3, 1)
    return date.fromordinal(birthday.toordinal() - 1)


def purpose_words(purpose: Purpose) -> str:
    """A purpose for people."""
    return {
        Purpose.CARE: tr("care"),
        Purpose.RESEARCH: tr("research"),
        Purpose.TRAINING: tr("the training of readers and networks"),
    }[purpose]


def _lack(consent: Consent | None, on: date) -> str | None:
    """What is lacking, a clause for people; None where nothing is."""
    if consent is None:
        return tr("no consent is recorded")
    if not consent.is_given:
        return tr("consent was withdrawn on {day}").format(day=consent.day.isoformat())
    if consent.expires is not None and on > consent.expires:
        return tr("consent expired on {day}").format(day=consent.expires.isoformat())
    return None


def today() -> date:
    """The day it is where the desk stands."""
    return datetime.now(UTC).astimezone().date()
