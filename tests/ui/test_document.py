"""The document: one edit is one step, undoing is exact, and what changes nothing is no edit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaitdesk.domain.errors import StoreFull
from gaitdesk.domain.evgs import Scoresheet
from gaitdesk.ui.document import MemoryRecord, ScoresheetDocument
from gaitdesk.ui.scoring import answers

edits = st.lists(
    st.tuples(st.sampled_from(answers.CELLS), st.integers(0, 2), st.integers(0, 1)), max_size=12
)


def scored(sheet, cell, score, which):
    """The sheet with one of the answers that an item may be given."""
    side, item = cell
    given_score = answers.scores(item)[score % len(answers.scores(item))]
    words = answers.directions(item, given_score)
    return answers.with_score(sheet, side, item, given_score, words[which % len(words)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits)
def test_undoing_everything_gives_back_the_first_sheet(made_edits):
    document = ScoresheetDocument(MemoryRecord(Scoresheet()))
    passed = [document.sheet]
    for cell, score, which in made_edits:
        before = document.sheet
        document.edit("score", scored(before, cell, score, which))
        if document.sheet != before:
            passed.append(document.sheet)
    for sheet in reversed(passed[:-1]):
        document.undo()
        assert document.sheet == sheet
    assert document.undo_text is None
    for sheet in passed[1:]:
        document.redo()
        assert document.sheet == sheet


def test_changed_is_announced_once_an_edit(qtbot):
    document = ScoresheetDocument(MemoryRecord(Scoresheet()))
    seen = []
    document.changed.connect(seen.append)
    after = scored(document.sheet, answers.CELLS[0], 0, 0)
    document.edit("score", after)
    document.edit("score again", after)
    assert seen == [after]


def test_a_new_edit_forgets_what_was_taken_back():
    document = ScoresheetDocument(MemoryRecord(Scoresheet()))
    document.edit("one", scored(document.sheet, answers.CELLS[0], 0, 0))
    document.undo()
    document.edit("two", scored(document.sheet, answers.CELLS[1], 0, 0))
    assert document.redo_text is None
    assert document.undo_text == "two"


def test_an_edit_that_cannot_be_kept_is_not_shown(tmp_path):
    class FullRecord(MemoryRecord):
        def edit(self, text, after):
            raise StoreFull(tmp_path, 0)

    document = ScoresheetDocument(FullRecord(Scoresheet()))
    seen = []
    document.changed.connect(seen.append)
    with pytest.raises(StoreFull):
        document.edit("score", scored(document.sheet, answers.CELLS[0], 0, 0))
    assert seen == []
    assert document.sheet == Scoresheet()
