"""A second reader is independent, and what two readers settle says where it comes from."""

from __future__ import annotations

import pytest

from gaitdesk.domain.evgs import Item, ItemScore, Origin, Reason, Score, State
from gaitdesk.domain.refusals import BlindReading, ReadingRefused, SheetSigned, SigningRefused
from gaitdesk.store.agreeing import agreement
from gaitdesk.store.edits import Edit, Kind, cell_key
from gaitdesk.store.facts import Role
from gaitdesk.store.verify import verify
from tests.store.made import (
    CELLS,
    HIP,
    KNEE,
    KNEE_KEY,
    PASSPHRASE,
    opened,
    prefilled,
    proposal,
    said,
    score,
    score_all,
    sign,
    visit,
)


@pytest.fixture
def second(store, session, folder):
    """The store at the desk of a second reader; the first has scored everything with 1."""
    score_all(store, session)
    with opened(folder, "Rater B") as other:
        yield other


def read(store, session, reading, value, cells=CELLS):
    """Score cells of a reading with one value."""
    sheet = store.sheet(session, reading)
    edits = [
        Edit("Score", Kind.CELL, cell_key(*cell), sheet.get(*cell), said(sheet.get(*cell), value))
        for cell in cells
    ]
    store.record_many(session, edits, reading)


def finished(store, second, session, value=Score.MODERATE, other=Score.MARKED, cells=(KNEE, HIP)):
    """A blind reading that is finished: `value` everywhere, `other` in some cells."""
    reading = store.readings.assign(session, "Rater B")
    read(second, session, reading, value)
    read(second, session, reading, other, cells)
    second.readings.finish(session, reading)
    return reading


def test_a_blind_readers_sheet_begins_empty(store, second, session):
    reading = store.readings.assign(session, "Rater B")
    assert second.sheet(session, reading).cells == {}
    assert second.readings.waiting() == ((session, reading),)
    assert store.readings.waiting() == ()
    assert store.readings.of(session)[reading].role is Role.SECOND


def test_a_reading_that_is_not_blind_begins_as_the_machines_left_it(store, second, session):
    reading = store.readings.assign(session, "Rater B", is_blind=False)
    assert second.sheet(session, reading) == prefilled()
    assert second.readings.sheet(session, reading).cells == {}


def test_each_readers_sheet_is_apart(store, second, session):
    own = store.sheet(session)
    reading = store.readings.assign(session, "Rater B")
    read(second, session, reading, Score.MARKED)
    assert store.sheet(session) == own
    assert {cell.score for cell in second.sheet(session, reading).cells.values()} == {Score.MARKED}
    second.undo(session, reading)
    assert second.sheet(session, reading).cells == {}
    assert second.redo(session, reading).entries[0].reading == reading
    (summary,) = store.sessions()
    assert (summary.scored, summary.confirmed) == (34, 34)
    assert verify(store).is_whole


def test_undo_in_one_sheet_leaves_the_other(store, session, folder):
    score(store, session, Score.MARKED)
    other = visit(store, "C-13")
    with opened(folder, "Rater B") as second:
        score_all(second, other)
        reading = second.readings.assign(other, "Rater A")
        read(store, other, reading, Score.NORMAL, [KNEE])
        assert second.undo(other).entries[0].reading is None
        assert len(second.sheet(other, reading).cells) == 1
        assert store.undo(session).entries[0].what == KNEE_KEY


def test_a_blind_reader_is_kept_from_others_scores_until_finished(store, second, session):
    reading = store.readings.assign(session, "Rater B")
    for deed in (
        lambda: second.readings.check_may_see(session),
        lambda: second.readings.compare(session, reading),
        lambda: second.readings.begin_consensus(session, reading),
        lambda: score(second, session, Score.MARKED),
        lambda: agreement(second, [session]),
    ):
        with pytest.raises(BlindReading, match="Rater B reads this visit blind"):
            deed()
    assert agreement(second).readers == ()
    store.readings.check_may_see(session)
    second.readings.finish(session, reading)
    second.readings.check_may_see(session)


def test_a_blind_reader_signs_nothing_but_what_they_have_seen(store, second, session):
    store.keys.add(PASSPHRASE)
    store.keys.add("four black crows", "Rater B")
    store.readings.assign(session, "Rater B")
    with pytest.raises(BlindReading):
        second.signing.sign(session, "four black crows", name="B", role="Doctor")


def test_nobody_reads_a_visit_twice(store, second, session):
    store.readings.assign(session, "Rater B")
    for known in ("Rater A", "Rater B", " Rater B "):
        with pytest.raises(ReadingRefused, match="knows this visit already"):
            store.readings.assign(session, known)
    with pytest.raises(ReadingRefused, match="Name the reader"):
        store.readings.assign(session, " ")


def test_a_reading_is_its_readers_alone_and_ends(store, second, session):
    reading = store.readings.assign(session, "Rater B")
    with pytest.raises(ReadingRefused, match="is Rater B's alone"):
        read(store, session, reading, Score.MARKED)
    with pytest.raises(ReadingRefused, match="is Rater B's alone"):
        store.readings.finish(session, reading)
    with pytest.raises(ReadingRefused, match="Rater B has not finished"):
        store.readings.compare(session, reading)
    second.readings.finish(session, reading)
    with pytest.raises(ReadingRefused, match="finished and no longer changes"):
        read(second, session, reading, Score.MARKED)
    with pytest.raises(ReadingRefused, match="no such reading"):
        read(second, session, "nothing", Score.MARKED)
    with pytest.raises(ValueError, match="belongs to the visit"):
        second.record(session, Edit("Correct", Kind.EVENTS, "0", None, ()), reading)


def test_differences_are_told_cell_by_cell(store, second, session):
    reading = finished(store, second, session)
    found = store.readings.compare(session, reading)
    assert [one.cell for one in found] == [KNEE, HIP]
    first, other = found[0].first, found[0].second
    assert (first.reader, first.score) == ("Rater A", Score.MODERATE)
    assert (other.reader, other.score, other.reading) == ("Rater B", Score.MARKED, reading)


def test_a_consensus_holds_what_both_say_and_where_the_rest_comes_from(store, second, session):
    own = store.sheet(session)
    reading = finished(store, second, session)
    consensus = store.readings.begin_consensus(session, reading)
    assert store.readings.open_cells(session, consensus) == (KNEE, HIP)
    with pytest.raises(ReadingRefused, match=r"2 item.* still to be settled"):
        store.readings.finish(session, consensus)
    store.readings.settle_by(session, consensus, KNEE, reading, "Seen again together")
    third = said(None, Score.NORMAL)
    store.readings.settle(session, consensus, HIP, third)
    store.readings.finish(session, consensus)
    sheet = store.sheet(session, consensus)
    assert (sheet.get(*KNEE).score, sheet.get(*HIP).score) == (Score.MARKED, Score.NORMAL)
    assert {cell.proposed for cell in sheet.cells.values()} == {(proposal(),)}
    choices = store.readings.choices(session, consensus)
    assert set(choices) == set(CELLS)
    assert {cell for cell, one in choices.items() if not one.is_agreed} == {KNEE, HIP}
    assert [one.score for one in choices[KNEE].said] == [Score.MODERATE, Score.MARKED]
    reasons = {(one.what, one.reason) for one in store.history(session) if one.reason}
    assert reasons == {(KNEE_KEY, "Seen again together")}
    assert store.readings.in_force(session) == consensus
    assert store.sheet(session) == own
    assert verify(store).is_whole


def test_a_settled_cell_is_taken_back_by_one_undo(store, second, session):
    reading = finished(store, second, session)
    consensus = store.readings.begin_consensus(session, reading)
    store.readings.settle_by(session, consensus, KNEE, None)
    store.readings.settle_by(session, consensus, KNEE, reading)
    assert store.sheet(session, consensus).get(*KNEE).score is Score.MARKED
    store.undo(session, consensus)
    assert store.sheet(session, consensus).get(*KNEE).score is Score.MODERATE
    store.undo(session, consensus)
    assert store.readings.open_cells(session, consensus) == (KNEE, HIP)
    assert len(store.readings.choices(session, consensus)) == 32


def test_a_cell_one_reader_left_open_is_settled_too(store, second, session):
    reading = store.readings.assign(session, "Rater B")
    read(second, session, reading, Score.MODERATE, CELLS[1:])
    unseen = ItemScore(
        State.NOT_SCORABLE, Origin.REVIEWER, reason=Reason.OCCLUDED, is_confirmed=True
    )
    sheet = second.sheet(session, reading)
    what = cell_key(*CELLS[1])
    edit = Edit("Cannot be scored", Kind.CELL, what, sheet.get(*CELLS[1]), unseen)
    second.record(session, edit, reading)
    second.readings.finish(session, reading)
    consensus = store.readings.begin_consensus(session, reading)
    assert store.readings.open_cells(session, consensus) == CELLS[:2]
    with pytest.raises(ReadingRefused, match="said nothing of the item"):
        store.readings.settle_by(session, consensus, CELLS[0], reading)


def test_a_consensus_is_signed_and_then_nothing_under_it_changes(store, second, session):
    store.keys.add(PASSPHRASE)
    reading = finished(store, second, session)
    consensus = store.readings.begin_consensus(session, reading)
    for cell in (KNEE, HIP):
        store.readings.settle_by(session, consensus, cell, reading)
    with pytest.raises(SigningRefused, match="not finished"):
        sign(store, session, reading=consensus)
    store.readings.finish(session, consensus)
    sign(store, session, reading=consensus)
    (version,) = store.signed_versions(session)
    assert version.sheet == store.sheet(session, consensus)
    with pytest.raises(SheetSigned):
        score(store, session, Score.NORMAL)
    with pytest.raises(SigningRefused, match="Another sheet"):
        sign(store, session)
    assert verify(store).is_whole


def test_what_is_corrected_after_a_consensus_makes_nobody_agree(store, second, session):
    reading = finished(store, second, session)
    before = agreement(store).pairs[0].all_items.agreement.confusion.tolist()
    store.readings.begin_consensus(session, reading)
    for cell in (KNEE, HIP):
        score(store, session, Score.MARKED, cell)
    assert store.readings.compare(session, reading) == ()
    assert agreement(store).pairs[0].all_items.agreement.confusion.tolist() == before


def test_the_first_reader_is_who_has_scored_most(store, second, session):
    score(second, session, Score.MARKED)
    assert store.readings.first_reader(session) == "Rater A"
    assert store.readings.first_reader(visit(store, "C-13")) == ""


def test_agreement_is_counted_over_readers_and_machines(store, second, session):
    finished(store, second, session)
    visit(store, "C-13")
    found = agreement(store)
    assert found.readers == ("Rater A", "Rater B", "rules 1")
    persons, first_machine, _ = found.pairs
    assert persons.all_items.agreement.confusion.tolist() == [[0, 0, 0], [0, 32, 2], [0, 0, 0]]
    assert persons.items[Item.STANCE_KNEE_EXTENSION].agreement.exact == 0.5
    assert persons.totals.points.tolist() == [[17.0, 18.0], [17.0, 18.0]]
    assert first_machine.all_items.agreement.confusion[1, 0] == 34
    assert first_machine.items[Item.HEEL_LIFT].agreement.count == 2
    assert agreement(store, has_machines=False).readers == ("Rater A", "Rater B")
