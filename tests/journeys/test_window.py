"""From films to a printed report through the window, by key and mouse, with the plug pulled."""

from __future__ import annotations

from types import SimpleNamespace

import pypdf
import pytest

from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.perception.package import find_package
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify
from tests.journeys.at_the_desk import CELLS, words_of
from tests.journeys.desk_process import DeskProcess
from tests.journeys.films import slice_of

UNDONE = 10
CHILD = "Child-0417"
STEPS = 34 - UNDONE + 2
"""Scores that were left, the joint before them and the comment after them."""
WORDS = "better with splints"
JOINT = "RIGHT_KNEE"
MOVED = (26, -14)
"""How far the knee is dragged, screen points."""


@pytest.fixture(scope="module")
def walk(filmed, tmp_path_factory):
    """The first way of a made-up child's walk, from the side and from the end."""
    try:
        find_package("blazepose").verify()
    except GaitDeskError as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("walk")
    phantom = filmed.folder / "phantom"
    return (
        slice_of(phantom / "sagittal.mp4", folder / "side.mp4", 20, 150),
        slice_of(phantom / "coronal.mp4", folder / "front.mp4", 10, 75),
    )


@pytest.fixture(scope="module")
def journey(walk, x_screen, tmp_path_factory):
    """All that was seen on the way, from one window until it is killed and in the next one."""
    seen = SimpleNamespace(folder=tmp_path_factory.mktemp("desk"))
    seen.data, seen.results = seen.folder / "data", seen.folder / "results"
    seen.results.mkdir()
    with DeskProcess(seen.data, x_screen) as desk:
        desk.does("import_films", list(map(str, walk)))
        desk.does("name_the_child", CHILD)
        desk.does("until_begun_is_kept", CHILD)
        desk.kill()
    with DeskProcess(seen.data, x_screen) as desk:
        _until_killed(desk, seen)
    seen.kept = _held(seen.data)
    with DeskProcess(seen.data, x_screen) as desk:
        _after_the_restart(desk, seen)
        seen.code = desk.leave()
    return seen


def _until_killed(desk, seen):
    seen.begun = desk.does("go_on_with_begun")
    # A network takes far longer than the journey.
    desk.does("choose_readers", "rules")
    desk.does("analyse")
    seen.facts = desk.does("facts")
    shown = seen.facts["films"][0]["seen"]
    seen.frame = shown[len(shown) // 2]
    desk.does("show_frame", 0, seen.frame)
    seen.found = desk.does("joint", 0, seen.frame, JOINT)
    seen.angle = desk.does("angle", 0, seen.frame, "knee_flexion_deg", "right")
    seen.left = desk.does("drag_joint", 0, JOINT, *MOVED)
    seen.moved = desk.does("joint", 0, seen.frame, JOINT)
    seen.new_angle = desk.does("angle", 0, seen.frame, "knee_flexion_deg", "right")
    seen.scored = desk.does("score_all")
    desk.does("undo", UNDONE)
    desk.does("comment", 3, WORDS)
    seen.cells, seen.undo = desk.does("cells"), desk.does("undo_words")
    desk.kill()


def _after_the_restart(desk, seen):
    desk.does("open_newest")
    seen.opened = desk.does("facts")
    seen.cells_again, seen.undo_again = desk.does("cells"), desk.does("undo_words")
    seen.words_again = desk.does("comment_words", 3)
    seen.moved_again = desk.does("joint", 0, seen.frame, JOINT)
    desk.does("undo", 2)
    seen.one_less = desk.does("cells")
    # Everything there was before the window was killed, as far back as the joint.
    desk.does("undo", STEPS - 2)
    seen.none_left = desk.does("cells")
    seen.put_back = desk.does("joint", 0, seen.frame, JOINT)
    seen.undo_none = desk.does("undo_words")[0]
    desk.does("redo", STEPS)
    seen.one_more = desk.does("cells")
    seen.moved_once_more = desk.does("joint", 0, seen.frame, JOINT)
    seen.words_once_more = desk.does("comment_words", 3)
    seen.refused = desk.does("save_results", str(seen.results))
    seen.agreed = desk.does("agree", "care", "parent")
    seen.said = desk.does("save_results", str(seen.results))
    seen.pages = desk.does("look_at_report")


def _held(data):
    """Every cell of the only visit in the store, as the form says them; the store is whole."""
    with Store.open(data) as store:
        assert verify(store).is_whole
        (visit,) = store.sessions()
        sheet = store.sheet(visit.id)
    return [words_of(number, sheet.get(*cell)) for number, cell in enumerate(CELLS)]


def test_two_films_become_a_visit_in_which_the_child_is_followed(journey):
    assert len(journey.facts["films"]) == 2
    assert all(film["found_pct"] > 80.0 for film in journey.facts["films"])
    assert journey.facts["cycles"] >= 1
    assert journey.facts["title"].startswith(CHILD)


def test_a_joint_dragged_in_the_picture_stays_where_it_was_left_and_its_angle_follows(journey):
    assert journey.left[0] == journey.frame
    assert journey.moved == pytest.approx(journey.left[1:], abs=1.5)
    assert journey.moved[0] > journey.found[0] + 2.0
    assert abs(journey.new_angle - journey.angle) > 2.0


def test_34_cells_are_scored_by_keyboard(journey):
    assert len(journey.scored) == len(CELLS)
    assert all(line.endswith("True") for line in journey.scored)


def test_ten_steps_are_undone(journey):
    assert journey.cells[:-UNDONE] == journey.scored[:-UNDONE]
    assert not any(line.endswith("True") for line in journey.cells[-UNDONE:])


def test_an_import_that_was_begun_outlives_kill_9(journey, walk):
    assert journey.begun == [CHILD, *(path.name for path in walk)]


def test_nothing_confirmed_is_lost_to_kill_9(journey):
    assert journey.kept == journey.cells
    assert journey.cells_again == journey.cells
    assert journey.words_again == WORDS
    assert journey.moved_again == pytest.approx(journey.moved)


def test_what_can_be_undone_outlives_the_process(journey):
    assert journey.undo_again == journey.undo
    last = len(CELLS) - UNDONE - 1
    assert journey.one_less[:last] == journey.cells[:last]
    assert journey.one_less[last].endswith("False")
    assert not any(line.endswith("True") for line in journey.none_left)
    assert journey.put_back == pytest.approx(journey.found)
    assert journey.undo_none == "Undo"
    assert journey.one_more == journey.cells
    assert journey.moved_once_more == pytest.approx(journey.moved)
    assert journey.words_once_more == WORDS


def test_the_report_has_its_pages_and_says_how_much_is_confirmed(journey):
    assert journey.code == 0
    assert "no consent is recorded" in journey.refused
    assert "given on" in journey.agreed
    assert "by a parent" in journey.agreed
    assert str(journey.results) in journey.said
    report = pypdf.PdfReader(journey.results / "report.pdf")
    printed = "\n".join(page.extract_text() for page in report.pages)
    assert len(report.pages) == journey.pages >= 2
    assert f"{len(CELLS) - UNDONE} of {len(CELLS)} items confirmed" in printed
    assert CHILD in printed
    assert WORDS in " ".join(printed.split())
