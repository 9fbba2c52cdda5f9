"""What was written of a visit as a whole is read again in each version that was signed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.domain.narrative import Narrative
from gaitdesk.store.edits import EntryId, PatientId, Visit
from gaitdesk.store.facts import Meaning, Signature
from gaitdesk.store.signing import Signed, SignedVersion
from gaitdesk.ui.records.versions_dialog import VersionsDialog


def version(number: int, words: Narrative) -> SignedVersion:
    signature = Signature(
        number,
        "Dr. A. Reader",
        "Physician",
        Meaning.AUTHORSHIP,
        None,
        "",
        EntryId(number),
        "",
        "",
        "",
    )
    signed = Signed(signature, "Ann", datetime(2026, 5, 4, tzinfo=UTC))
    visit = Visit(PatientId("p"), date(2026, 5, 4))
    return SignedVersion(number, "", (signed,), visit, Scoresheet(), "", words)


def test_each_version_says_what_was_written_in_it(qtbot, appearance):
    first = version(1, Narrative("Crouch gait", recommendations="orthoses <b>first</b>"))
    second = version(2, Narrative(recommendations="surgery " * 100))
    dialog = VersionsDialog("Child-0417", [first, second], Scoresheet(), ())
    qtbot.addWidget(dialog)
    left, right = dialog._heads
    assert "Gait pattern: Crouch gait\nRecommendations: orthoses <b>first</b>" in left.text()
    assert right.text().endswith("…")
    assert right.toolTip().count("surgery") == 100
