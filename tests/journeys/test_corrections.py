"""Another person, sides and a mask corrected by key and mouse, undone, and there after kill -9.

Meanwhile a network reads, and nothing that was confirmed is overwritten by what it answers.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from gaitdesk.domain.progress import finish
from gaitdesk.jobs.keeping import Keeping, keep_analysis
from tests.jobs import two_people
from tests.journeys.desk_process import DeskProcess

WHO = "tests.journeys.at_the_films"
FRAME, FIRST, LAST, BRUSHED = 22, 24, 30, 27
KNEES = ("LEFT_KNEE", "RIGHT_KNEE")
CONFIRMED, SCORED, LEFT_ALONE = 1, 2, 0


@pytest.fixture(scope="module")
def journey(x_screen, tmp_path_factory):
    """What was seen on the way, in one window until it is killed and in the next one."""
    folder = tmp_path_factory.mktemp("corrections")
    analysis = two_people.analysis(folder / "films")
    finish(keep_analysis(analysis, Keeping(folder / "data", day=date(2026, 5, 4))))
    seen = SimpleNamespace()
    with DeskProcess(folder / "data", x_screen, WHO) as desk:
        desk.does("open_newest")
        _while_the_network_reads(desk, seen)
        _correct(desk, seen)
        desk.kill()
    with DeskProcess(folder / "data", x_screen, WHO) as desk:
        desk.does("open_newest")
        seen.reopened = _found(desk)
        seen.cells_again = desk.does("cells")
        seen.origins_again = desk.does("origins", CONFIRMED)
        desk.does("undo", 3)
        seen.undone_again = _found(desk)
        seen.code = desk.leave()
    return seen


def _while_the_network_reads(desk, seen):
    seen.before = desk.does("cells")
    desk.does("begin_reading")
    desk.does("confirm", CONFIRMED)
    desk.does("score", SCORED, 2)
    seen.confirmed = desk.does("cells")
    seen.alone = desk.does("origins", CONFIRMED)
    desk.does("let_answer")
    seen.answered = desk.does("cells")
    seen.origins = [desk.does("origins", one) for one in (CONFIRMED, SCORED, LEFT_ALONE)]


def _correct(desk, seen):
    seen.steps = [_found(desk)]
    for what in (("choose_person", FRAME, 1), ("swap_sides", FIRST, LAST), ("brush", BRUSHED, 60)):
        desk.does(*what)
        seen.steps.append(_found(desk))
    seen.undone = []
    for _ in range(3):
        desk.does("undo")
        seen.undone.append(_found(desk))
    desk.does("redo", 3)
    seen.redone = _found(desk)


def _found(desk):
    """Where both knees are in frames in and out of the exchange, and how large the mask is."""
    knees = {
        frame: [desk.does("joint", 0, frame, one) for one in KNEES] for frame in (FRAME, BRUSHED)
    }
    return SimpleNamespace(knees=knees, mask=desk.does("mask_size", BRUSHED))


def same(one, other):
    """Whether knees and mask are where they were."""
    return one.mask == other.mask and all(
        one.knees[frame][place] == pytest.approx(other.knees[frame][place], nan_ok=True)
        for frame in one.knees
        for place in range(len(KNEES))
    )


def test_what_was_confirmed_while_the_network_read_stands_and_its_answer_beside(journey):
    assert journey.confirmed[CONFIRMED] != journey.before[CONFIRMED]
    for number in (CONFIRMED, SCORED):
        assert journey.answered[number] == journey.confirmed[number]
        assert journey.confirmed[number].endswith("True")
    assert "network" not in journey.alone
    assert all("network" in one and "rules" in one for one in journey.origins)
    assert journey.cells_again[CONFIRMED] == journey.confirmed[CONFIRMED]
    assert "network" in journey.origins_again


def test_somebody_clicked_in_the_picture_is_followed_instead(journey):
    before, after = journey.steps[0], journey.steps[1]
    assert abs(before.knees[FRAME][0][0] - after.knees[FRAME][0][0]) > 10.0


def test_sides_are_exchanged_in_the_frames_chosen_alone(journey):
    before, after = journey.steps[1], journey.steps[2]
    for place in range(len(KNEES)):
        assert after.knees[BRUSHED][place] == pytest.approx(before.knees[BRUSHED][1 - place])
        assert after.knees[FRAME][place] == pytest.approx(before.knees[FRAME][place])


def test_a_stroke_of_the_brush_adds_to_the_mask(journey):
    assert journey.steps[3].mask > journey.steps[2].mask + 50


def test_undo_takes_each_correction_back_in_its_turn(journey):
    for undone, was in zip(journey.undone, reversed(journey.steps[:-1]), strict=True):
        assert same(undone, was)
    assert same(journey.redone, journey.steps[-1])


def test_corrections_outlive_kill_9_and_can_still_be_undone(journey):
    assert journey.code == 0
    assert same(journey.reopened, journey.redone)
    assert same(journey.undone_again, journey.steps[0])
