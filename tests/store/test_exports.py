"""Whatever leaves the desk is in the journal of its visit, and names nobody."""

from __future__ import annotations

import pytest

from gaitdesk.domain.refusals import PatientErased
from gaitdesk.i18n import retold
from gaitdesk.store.edits import Kind
from gaitdesk.store.exports import export_text
from gaitdesk.store.facts import ExportFacts, ExportForm, Leaving, Purpose
from gaitdesk.store.verify import verify
from tests.store.made import KNEE, score, visit

FACTS = ExportFacts(ExportForm.DICOM, Leaving.IDENTIFIED, Purpose.CARE, ("ab" * 32,))


def test_an_export_is_an_entry_of_each_visit_that_left(store, session):
    other = visit(store, "C-13")
    store.exports.note_export((session, other), FACTS)
    for one in (session, other):
        (entry,) = store.exports.of(one)
        assert (entry.new, entry.kind, entry.rater) == (FACTS, Kind.EXPORT, "Rater A")
    assert store.exports.of(session)[0].step == store.exports.of(other)[0].step
    assert store.exports.of(visit(store, "C-14")) == ()
    assert verify(store).is_whole


def test_exporting_a_visit_again_stays_beside_the_export_before(store, session):
    for _ in range(2):
        store.exports.note_export((session,), FACTS)
    assert len(store.exports.of(session)) == 2


def test_an_export_is_no_edit(store, session):
    score(store, session, 1, KNEE)
    before = store.sessions()
    (step,) = store.undo_stack(session).undoable
    store.exports.note_export((session,), FACTS)
    assert store.sessions() == before
    assert store.undo_stack(session).undoable == (step,)


def test_nothing_of_an_erased_patient_leaves(store, session):
    store.erase_patient(store.visit(session).patient, "asked for")
    with pytest.raises(PatientErased):
        store.exports.note_export((session,), FACTS)
    assert store.exports.of(session) == ()


def test_every_form_has_words_in_chinese(chinese):
    assert len({retold(export_text(form)) for form in ExportForm}) == len(ExportForm)
    assert all(retold(export_text(form)) != export_text(form) for form in ExportForm)
