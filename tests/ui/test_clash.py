"""Two windows on one visit: nothing is overwritten unseen, and both answers stay on record."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gaitdesk.domain.anatomy import Side
from gaitdesk.domain.errors import EditedElsewhere
from gaitdesk.domain.evgs import Item, Score
from gaitdesk.store.edits import Kind, cell_key
from gaitdesk.store.store import Store
from gaitdesk.ui.kept import KeptRecord
from gaitdesk.ui.scoring import answers

KNEE = Side.RIGHT, Item.STANCE_KNEE_EXTENSION
HIP = Side.LEFT, Item.STANCE_HIP_EXTENSION


def given(sheet, cell, score):
    """The sheet after somebody has scored a cell."""
    return answers.with_score(sheet, *cell, score, answers.directions(cell[1], score)[0])


@pytest.fixture
def two(kept):
    """The records of two windows on the same visit, by different people."""
    folder, session = kept
    with Store.open(folder, rater="here") as here, Store.open(folder, rater="there") as there:
        yield KeptRecord(here, session), KeptRecord(there, session)


def test_what_was_kept_elsewhere_is_seen_once(two):
    here, there = two
    there.edit("Score", given(there.sheet, KNEE, Score.MARKED))
    news = here.news()
    assert [entry.rater for entry in news.entries] == ["there"]
    assert here.sheet.get(*KNEE).score is Score.MARKED
    assert (news.clashes, here.news().entries) == ((), ())


def test_ones_own_edits_are_no_news(two):
    here, _ = two
    here.edit("Score", given(here.sheet, KNEE, Score.MARKED))
    here.undo()
    here.redo()
    assert here.news().entries == ()


def test_an_edit_of_what_was_changed_unseen_keeps_the_rest_and_names_the_clash(two):
    here, there = two
    there.edit("Score", given(there.sheet, KNEE, Score.MARKED))
    wanted = given(given(here.sheet, KNEE, Score.NORMAL), HIP, Score.MODERATE)
    with pytest.raises(EditedElsewhere):
        here.edit("Score two", wanted)
    (clash,) = here.clashes
    assert (clash.cell, clash.rater) == (KNEE, "there")
    assert (clash.mine.score, clash.theirs.score) == (Score.NORMAL, Score.MARKED)
    assert here.sheet.get(*KNEE).score is Score.MARKED
    assert here.sheet.get(*HIP).score is Score.MODERATE


def test_an_answer_overwritten_elsewhere_is_a_clash(two):
    here, there = two
    here.edit("Score", given(here.sheet, KNEE, Score.NORMAL))
    there.news()
    there.edit("Score", given(there.sheet, KNEE, Score.MARKED))
    (clash,) = here.news().clashes
    assert (clash.mine.score, clash.theirs.score) == (Score.NORMAL, Score.MARKED)


def test_the_same_answer_twice_is_no_clash(two):
    here, there = two
    there.edit("Score", given(there.sheet, KNEE, Score.MARKED))
    with pytest.raises(EditedElsewhere):
        here.edit("Score", given(here.sheet, KNEE, Score.MARKED))
    assert here.clashes == ()


def test_mine_stands_when_it_is_kept_and_the_journal_holds_both(two, kept):
    here, there = two
    there.edit("Score", given(there.sheet, KNEE, Score.MARKED))
    with pytest.raises(EditedElsewhere):
        here.edit("Score", given(here.sheet, KNEE, Score.NORMAL))
    here.keep_mine("Keep mine", here.clashes[0])
    assert here.sheet.get(*KNEE).score is Score.NORMAL
    with Store.open(kept[0]) as store:
        entries = [one for one in store.history(kept[1]) if one.what == cell_key(*KNEE)]
        assert [one.new.score for one in entries[-2:]] == [Score.MARKED, Score.NORMAL]


def test_theirs_stands_when_it_is_taken_and_what_was_wanted_is_noted(two, kept):
    here, there = two
    there.edit("Score", given(there.sheet, KNEE, Score.MARKED))
    with pytest.raises(EditedElsewhere):
        here.edit("Score", given(here.sheet, KNEE, Score.NORMAL))
    here.take_theirs(here.clashes[0])
    with Store.open(kept[0]) as store:
        (note,) = store.values(kept[1], Kind.NOTE).values()
        assert note["wanted"]["score"] == 0
        assert store.sheet(kept[1]).get(*KNEE).score is Score.MARKED


def test_the_window_shows_both_answers_and_keeps_the_one_chosen(qtbot, visit_window, kept):
    folder, session = kept
    with Store.open(folder, rater="Dr. Lin") as store:
        other = KeptRecord(store, session)
        other.edit("Score knee", given(other.sheet, KNEE, Score.MARKED))
        visit_window.work.form.give_score(
            *KNEE, Score.NORMAL, answers.directions(KNEE[1], Score.NORMAL)[0]
        )
        panel = visit_window.work.clashes
        assert panel.isVisible()
        assert panel.clashes[0].rater == "Dr. Lin"
        (buttons,) = panel.buttons.values()
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
        assert not panel.isVisible()
        assert store.sheet(session).get(*KNEE).score is Score.NORMAL
    assert visit_window.document.sheet.get(*KNEE).score is Score.NORMAL


def test_the_window_sees_what_another_one_keeps(qtbot, visit_window, kept):
    folder, session = kept
    with Store.open(folder, rater="Dr. Lin") as store:
        other = KeptRecord(store, session)
        other.edit("Score knee", given(other.sheet, KNEE, Score.MARKED))
    qtbot.waitUntil(lambda: visit_window.work.form.sheet.get(*KNEE).is_confirmed, timeout=120_000)
    assert "Dr. Lin" in visit_window.work.message.text
