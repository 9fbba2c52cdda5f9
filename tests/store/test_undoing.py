"""Undo and redo do what an undo stack kept in memory would do, whatever happens in between."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gaitdesk.domain.evgs import Score
from gaitdesk.store.edits import Edit, Kind
from gaitdesk.store.verify import verify
from tests.store.made import CELLS, opened, prefilled, scoring, visit

PLACES = CELLS[:3]

deeds = st.lists(
    st.one_of(
        st.tuples(st.just("score"), st.sampled_from(PLACES), st.sampled_from(Score)),
        st.tuples(st.just("write"), st.text(max_size=3)),
        st.tuples(st.just("both"), st.sampled_from(PLACES), st.sampled_from(Score)),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
        st.tuples(st.just("restart")),
        st.tuples(st.just("lay out")),
    ),
    max_size=12,
)


def shown(store, session):
    return store.sheet(session), store.value(session, Kind.COMMENT, "")


@settings(max_examples=10, deadline=None)
@given(deeds)
def test_undo_and_redo_are_those_of_a_stack_in_memory(tmp_path_factory, done):
    folder = tmp_path_factory.mktemp("desk")
    store = opened(folder)
    session = visit(store)
    before, after = [], []
    state = shown(store, session)
    assert state == (prefilled(), None)
    try:
        for number, deed in enumerate(done):
            match deed:
                case ("restart",):
                    store.close()
                    store = opened(folder)
                case ("undo",):
                    step = store.undo(session)
                    assert (step is None) == (not before)
                    if before:
                        after.append(state)
                        state = before.pop()
                case ("redo",):
                    step = store.redo(session)
                    assert (step is None) == (not after)
                    if after:
                        before.append(state)
                        state = after.pop()
                case ("lay out",):
                    old = store.value(session, Kind.NOTE, "layout")
                    store.record(session, Edit("", Kind.NOTE, "layout", old, number))
                case _:
                    before.append(state)
                    after.clear()
                    state = changed(store, session, deed)
            assert shown(store, session) == state
            stack = store.undo_stack(session)
            assert (len(stack.undoable), len(stack.redoable)) == (len(before), len(after))
            nearest = store.next_steps(session)
            assert nearest.undoable == stack.undoable[-1:]
            assert nearest.redoable == stack.redoable[-1:]
            history = store.history(session)
            middle = history[len(history) // 2].id
            assert store.history(session, middle) == history[len(history) // 2 + 1 :]
        assert verify(store).is_whole
    finally:
        store.close()


def changed(store, session, deed):
    """Do what `deed` says; what should stand there then."""
    sheet, comment = shown(store, session)
    edits = []
    if deed[0] != "write":
        edits.append(scoring(store, session, deed[2], deed[1]))
        sheet = sheet.with_cell(*deed[1], edits[0].new)
    if deed[0] != "score":
        words = deed[1] if deed[0] == "write" else f"because of {deed[2]}"
        edits.append(Edit("Write", Kind.COMMENT, "", comment, words))
        comment = words
    store.record_many(session, edits)
    return sheet, comment
