"""A training that was begun is found again with what was asked and how far it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gaitdesk.jobs.training_folders import (
    EPOCHS_FILE,
    ORDER_FILE,
    discard,
    epochs_of,
    in_new_folder,
    note_epoch,
    settle,
    unfinished,
)
from gaitdesk.jobs.training_news import EpochEnded
from gaitdesk.jobs.training_order import Details, TrainingOrder
from gaitdesk.learning.recipe import Preset

MOMENT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ORDER = TrainingOrder(
    Path(),
    has_clinic=False,
    phantoms=(Path("/cohorts/one"), Path("/cohorts/two")),
    start="childgait-phantom",
    preset=Preset.THOROUGH,
    details=Details(epochs=5, rate=1e-4),
)


def epoch(number, reached=0.6):
    return EpochEnded(number, 1.0 / number, reached, (reached, None) + (0.5,) * 15, 2.0, True)


def test_what_was_asked_is_read_back_word_for_word(tmp_path):
    asked = in_new_folder(ORDER, tmp_path, lambda: MOMENT)
    later = in_new_folder(ORDER, tmp_path, lambda: MOMENT + timedelta(hours=1))
    assert asked.out != later.out
    found = unfinished(tmp_path)
    assert [one.order for one in found] == [later, asked]
    assert found[1].at == "2026-05-04T09:30:00+00:00"
    assert asked.words() == found[1].order.words()


def test_epochs_come_back_in_order_and_one_taken_twice_counts_as_it_ended_last(tmp_path):
    for one in (epoch(1), epoch(2, 0.5), epoch(2, 0.7)):
        note_epoch(tmp_path, one)
    with (tmp_path / EPOCHS_FILE).open("a", encoding="utf-8") as file:
        file.write('{"news": "EpochEn')
    assert epochs_of(tmp_path) == (epoch(1), epoch(2, 0.7))


def test_what_has_brought_a_network_or_is_thrown_away_is_asked_about_no_more(tmp_path):
    done = in_new_folder(ORDER, tmp_path)
    unwanted = in_new_folder(ORDER, tmp_path)
    settle(done.out)
    discard(unwanted.out)
    assert unfinished(tmp_path) == ()
    assert done.out.is_dir()
    assert not unwanted.out.exists()


def test_a_damaged_order_is_passed_over(tmp_path):
    asked = in_new_folder(ORDER, tmp_path)
    (asked.out / ORDER_FILE).write_text("{", encoding="utf-8")
    assert unfinished(tmp_path) == ()
