"""Correct once, and everything follows: on a phantom whose body points are exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Plane, Side, landmark
from gaitdesk.domain.correction import JointMove, SideSwap
from gaitdesk.domain.evgs import Item, Score, Scoresheet
from gaitdesk.domain.gait import EventKind
from gaitdesk.domain.memory import Memory
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import SyncSource
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import following
from gaitdesk.jobs.calibrating import exact_specimen, read
from gaitdesk.jobs.following import look, recalculate
from gaitdesk.jobs.keeping import Keeping, keep_analysis, kept_analysis
from gaitdesk.phantom.build import build_of
from gaitdesk.phantom.look import Look
from gaitdesk.phantom.patterns import limbs_of
from gaitdesk.phantom.session import Visit, unfilmed
from gaitdesk.scoring import reader as rules
from gaitdesk.scoring.calibration import calibration_of
from gaitdesk.store.corrections import new_correction, record_correction
from gaitdesk.store.edits import Action, Edit, Kind, cell_key
from gaitdesk.store.store import Store
from tests.store.made import said


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """A crouching child, read from exact body points."""
    folder = tmp_path_factory.mktemp("films")
    visit = Visit(
        "crouch", 9, build_of(9, 1), limbs_of("crouch", Side.LEFT), Look(), distance_m=4.2
    )
    analysis = read(exact_specimen(unfilmed(visit)), calibration_of("exact"))
    films = []
    for number, film in enumerate(analysis.films):
        path = folder / f"{number}.mp4"
        path.write_bytes(bytes([number]) * 1000)
        films.append(replace(film, video=replace(film.video, path=path, sha256="")))
    provenance = replace(analysis.provenance, models=("exact", "phantom"))
    return replace(analysis, films=tuple(films), provenance=provenance)


@pytest.fixture
def desk(walk, tmp_path):
    """A store that holds the walk, and its visit."""
    folder = tmp_path / "desk"
    return folder, finish(keep_analysis(walk, Keeping(folder, "Rater A", day=date(2026, 3, 4))))


def keep(desk, *made):
    folder, session = desk
    with Store.open(folder, rater="Rater A") as store:
        for one in made:
            record_correction(store, session, new_correction("x", one))
    return finish(recalculate(session, folder, "Rater A"))


def undo(desk, times=1):
    folder, session = desk
    with Store.open(folder, rater="Rater A") as store:
        for _ in range(times):
            assert store.undo(session) is not None
    return finish(recalculate(session, folder, "Rater A"))


def measures(analysis, item, side):
    """What the rules measured."""
    measure = analysis.scoresheet.get(side, item).proposed[0].measure
    return None if measure is None else measure.value


def all_measures(analysis):
    return [measures(analysis, item, side) for side in Side for item in Item]


def swing_frame(walk, side):
    """A frame in which the rules found the knee of the limb near the camera most bent."""
    return walk.scoresheet.get(side, Item.SWING_KNEE_FLEXION).proposed[0].evidence.frame


def knee_move(walk, side, dx, dy, reach=5):
    """A knee moved by hand where it decides."""
    frame = swing_frame(walk, side)
    x, y = walk.films[0].pose.points_px[frame, landmark(side, "knee")]
    place = Point(float(x) + dx, float(y) + dy)
    return JointMove(0, landmark(side, "knee"), frame, place, frame - reach, frame + reach)


def test_without_corrections_a_visit_is_as_it_was_kept(walk, desk):
    folder, session = desk
    with Store.open(folder) as store:
        before = store.latest(session)
        outcome = finish(look(store, session))
        assert not outcome.is_behind
        assert store.latest(session) == before
    assert all_measures(outcome.analysis) == all_measures(walk)


def test_after_a_correction_cycles_are_those_of_the_sagittal_film_alone(walk, desk):
    assert {cycle.film for cycle in walk.cycles} == {0}
    after = keep(desk, SideSwap(1, 20, 20)).analysis
    assert after.films[1].events
    assert after.cycles == walk.cycles


def test_knees_moved_by_hand_over_ten_frames_change_their_bend(walk, desk):
    side = Side.LEFT
    moves = []
    for cycle in (one for one in walk.cycles if one.side is side and one.film == 0):
        film = walk.films[0]
        frame = film.video.frame_at(cycle.start_s + 0.75 * cycle.duration_s)
        x, y = film.pose.points_px[frame, landmark(side, "knee")]
        direction = next(
            one.direction for one in film.passes if one.first_frame <= frame <= one.last_frame
        )
        place = Point(float(x) - 12.0 * direction, float(y))
        moves.append(JointMove(0, landmark(side, "knee"), frame, place, frame - 5, frame + 5))
    outcome = keep(desk, *moves)
    before, after = (
        measures(one, Item.SWING_KNEE_FLEXION, side) for one in (walk, outcome.analysis)
    )
    assert after < before - 2.0
    assert measures(outcome.analysis, Item.TRUNK_SAGITTAL, side) == pytest.approx(
        measures(walk, Item.TRUNK_SAGITTAL, side), abs=0.2
    )
    assert not outcome.is_behind


def test_moving_it_back_restores_the_measures(walk, desk):
    side, there = Side.LEFT, knee_move(walk, Side.LEFT, 25.0, 0.0)
    x, y = walk.films[0].pose.points_px[there.frame, there.point]
    back = replace(there, place_px=Point(float(x), float(y)))
    restored = keep(desk, there, back).analysis
    for item in (Item.SWING_KNEE_FLEXION, Item.TERMINAL_SWING_KNEE, Item.STANCE_KNEE_EXTENSION):
        assert measures(restored, item, side) == pytest.approx(measures(walk, item, side), abs=0.05)


def test_undo_restores_every_answer_and_redo_brings_the_correction_back(walk, desk):
    folder, session = desk
    moved = keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    undone = undo(desk)
    with Store.open(folder) as store:
        kept = kept_analysis(store, session)
    assert undone.analysis.scoresheet == kept.scoresheet
    np.testing.assert_array_equal(
        undone.analysis.films[0].pose.points_px, kept.films[0].pose.points_px
    )
    with Store.open(folder, rater="Rater A") as store:
        store.redo(session)
    again = finish(recalculate(session, folder, "Rater A"))
    assert all_measures(again.analysis) == all_measures(moved.analysis)


def test_rules_later_than_the_analysis_answer_anew_when_all_is_undone(walk, tmp_path):
    earlier = {
        cell: replace(held, proposed=(replace(held.proposed[0], reader="rules 0"),))
        for cell, held in walk.scoresheet.cells.items()
    }
    folder = tmp_path / "old desk"
    old = replace(walk, scoresheet=Scoresheet(MappingProxyType(earlier)))
    desk = folder, finish(keep_analysis(old, Keeping(folder, "Rater A", day=date(2026, 3, 4))))
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    sheet = undo(desk).analysis.scoresheet
    for (side, item), held in walk.scoresheet.cells.items():
        answers = sheet.get(side, item).proposed
        assert [one.reader for one in answers] == ["rules 0", held.proposed[0].reader]
        if held.proposed[0].measure is not None:
            assert answers[1].measure.value == pytest.approx(
                held.proposed[0].measure.value, abs=0.5
            )


def test_what_was_found_stays_on_the_disk_as_it_was(walk, desk):
    folder, session = desk
    with Store.open(folder) as store:
        before = kept_analysis(store, session).films[0].pose.points_px
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0), SideSwap(0, 3, 30))
    with Store.open(folder) as store:
        after = kept_analysis(store, session).films[0].pose.points_px
    np.testing.assert_array_equal(before, after)


def test_exchanging_twice_measures_as_if_nothing_had_been_exchanged(walk, desk):
    folder, session = desk
    with Store.open(folder) as store:
        x, y = kept_analysis(store, session).films[0].pose.points_px[40, 13]
    nothing = JointMove(0, landmark(Side.LEFT, "knee"), 40, Point(float(x), float(y)), 40, 40)
    plain = all_measures(keep(desk, nothing).analysis)
    swap = SideSwap(0, 10, 80)
    assert all_measures(keep(desk, swap).analysis) != plain
    assert all_measures(keep(desk, swap).analysis) == plain


def test_a_score_a_person_gave_stays_with_the_new_answer_beside_it(walk, desk):
    folder, session = desk
    side, item = Side.LEFT, Item.SWING_KNEE_FLEXION
    with Store.open(folder, rater="Rater A") as store:
        held = store.sheet(session).get(side, item)
        edit = Edit("Score", Kind.CELL, cell_key(side, item), held, said(held, Score.MARKED))
        store.record(session, edit)
    cell = keep(desk, knee_move(walk, side, 25.0, 0.0)).analysis.scoresheet.get(side, item)
    assert (cell.score, cell.is_confirmed) == (Score.MARKED, True)
    assert cell.proposed[0].measure.value != pytest.approx(
        walk.scoresheet.get(side, item).proposed[0].measure.value, abs=1.0
    )


def test_events_a_person_corrected_win_over_those_found_anew(walk, desk):
    folder, session = desk
    said_so = walk.films[0].events[1:]
    with Store.open(folder, rater="Rater A") as store:
        store.record(session, Edit("Delete", Kind.EVENTS, "0", None, said_so))
    outcome = keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    assert outcome.analysis.films[0].events == said_so


def test_films_that_were_not_touched_are_not_found_anew(walk, desk):
    folder, session = desk
    with Store.open(folder) as store:
        kept = kept_analysis(store, session)
    after = keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0)).analysis
    for before, now in zip(kept.films[1].angles, after.films[1].angles, strict=True):
        np.testing.assert_array_equal(before.values, now.values)
    for before, now in zip(kept.films[0].notes, after.films[0].notes, strict=True):
        assert before == now


def test_a_process_killed_before_working_out_is_behind_and_catches_up(walk, desk):
    folder, session = desk
    move = knee_move(walk, Side.LEFT, 25.0, 0.0)
    with Store.open(folder, rater="Rater A") as store:
        record_correction(store, session, new_correction("x", move))
    with Store.open(folder) as store:
        outcome = finish(look(store, session))
    assert outcome.is_behind
    assert list(outcome.corrections.values()) == [move]
    finish(recalculate(session, folder, "Rater A"))
    with Store.open(folder) as store:
        assert not finish(look(store, session)).is_behind


def test_working_out_can_be_stopped_and_leaves_the_scores(walk, desk):
    folder, session = desk
    with Store.open(folder, rater="Rater A") as store:
        record_correction(store, session, new_correction("x", SideSwap(0, 10, 80)))
        before = store.latest(session)
    job = recalculate(session, folder, "Rater A")
    next(job)
    job.close()
    with Store.open(folder) as store:
        assert store.latest(session) == before


def test_machines_answers_are_no_part_of_undo(walk, desk):
    folder, session = desk
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    with Store.open(folder, rater="Rater A") as store:
        stack = store.undo_stack(session)
        actions = {one.action for one in store.history(session)}
    assert [step.entries[0].kind for step in stack.undoable] == [Kind.JOINT]
    assert Action.RECALCULATED in actions


@pytest.fixture
def worked(monkeypatch):
    """What is worked out: films searched for gait, pairs of films related, cycles read."""
    done = SimpleNamespace(films=[], links=[], cycles=[])
    monkeypatch.setattr(following, "_FILMS", Memory(24))
    monkeypatch.setattr(following, "_CYCLES", Memory(2000))
    search, relate = following.with_gait_again, following.proposed_link
    from_the_side, from_the_front = rules.sagittal_readings, rules.coronal_readings

    def searched(found, film, *others):
        done.films.append(film.plane)
        return search(found, film, *others)

    def related(films, sagittal, coronal):
        done.links.append((sagittal, coronal))
        return relate(films, sagittal, coronal)

    def side_read(walk, cycle, *others):
        done.cycles.append((walk.film, cycle.film))
        return from_the_side(walk, cycle, *others)

    def front_read(walk, side, *others):
        done.cycles.append((walk.film, 0))
        return from_the_front(walk, side, *others)

    monkeypatch.setattr(following, "with_gait_again", searched)
    monkeypatch.setattr(following, "proposed_link", related)
    monkeypatch.setattr(rules, "sagittal_readings", side_read)
    monkeypatch.setattr(rules, "coronal_readings", front_read)
    return done


def forget(worked):
    for one in (worked.films, worked.links, worked.cycles):
        one.clear()


def test_a_film_is_searched_for_gait_once_for_each_correction_of_its_own(walk, tmp_path, worked):
    related = tuple(replace(one, source=SyncSource.MOTION) for one in walk.sync)
    folder = tmp_path / "related"
    keeping = Keeping(folder, "Rater A", day=date(2026, 3, 4))
    desk = folder, finish(keep_analysis(replace(walk, sync=related), keeping))
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    assert worked.films == [Plane.SAGITTAL]
    assert worked.links == [(0, 1)]
    forget(worked)
    keep(desk, SideSwap(1, 20, 40))
    assert worked.films == [Plane.CORONAL]
    assert worked.links == [(0, 1)]
    forget(worked)
    undo(desk)
    assert (worked.films, worked.links, worked.cycles) == ([], [], [])


def test_a_correction_of_one_film_has_only_its_own_cycles_read_again(walk, desk, worked):
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    assert {film for film, _ in worked.cycles} == {0, 1}
    forget(worked)
    keep(desk, SideSwap(1, 20, 40))
    assert {film for film, _ in worked.cycles} == {1}


def test_opening_a_visit_again_works_nothing_out_anew(walk, desk, worked):
    after = keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    forget(worked)
    folder, session = desk
    with Store.open(folder) as store:
        again = finish(look(store, session))
    assert (worked.films, worked.links, worked.cycles) == ([], [], [])
    assert all_measures(again.analysis) == all_measures(after.analysis)


def test_what_is_remembered_is_what_would_be_worked_out(walk, desk, worked, monkeypatch):
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    remembered = keep(desk, SideSwap(1, 20, 40)).analysis
    monkeypatch.setattr(following, "_FILMS", Memory(0))
    monkeypatch.setattr(following, "_CYCLES", Memory(0))
    folder, session = desk
    with Store.open(folder) as store:
        anew = finish(look(store, session)).analysis
    assert remembered.scoresheet == anew.scoresheet
    assert remembered.sync == anew.sync
    assert remembered.cycles == anew.cycles
    for one, other in zip(remembered.films, anew.films, strict=True):
        assert one.events == other.events
        assert one.passes == other.passes
        assert one.notes == other.notes
        for track, fresh in zip(one.angles, other.angles, strict=True):
            np.testing.assert_array_equal(track.values, fresh.values)


def test_a_moved_event_has_only_the_cycles_it_bounds_read_again(walk, desk, worked):
    folder, session = desk
    keep(desk, knee_move(walk, Side.LEFT, 25.0, 0.0))
    all_read = len(worked.cycles)
    with Store.open(folder, rater="Rater A") as store:
        held = finish(look(store, session)).analysis.films[0].events
        first = next(i for i, one in enumerate(held) if one.kind is EventKind.INITIAL_CONTACT)
        moved = replace(held[first], time_s=held[first].time_s + 0.02, frame=held[first].frame + 1)
        events = (*held[:first], moved, *held[first + 1 :])
        store.record(session, Edit("Move", Kind.EVENTS, "0", None, events))
    forget(worked)
    finish(recalculate(session, folder, "Rater A"))
    assert worked.films == []
    assert 0 < len(worked.cycles) < all_read / 2
