"""Visits corrected whole by a person, and a reviewer made up who corrects as they do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from gaitdesk.domain.analysis import FilmAnalysis
from gaitdesk.domain.anatomy import MIRRORED, Landmark, Plane, Side, landmark
from gaitdesk.domain.correction import JointMove, SideSwap
from gaitdesk.domain.gait import EventKind, GaitEvent, Pass
from gaitdesk.domain.pose import PoseTrack
from gaitdesk.domain.recording import Video, View
from gaitdesk.perception.correct import corrected
from gaitdesk.perception.swap import LEG_PARTS, leg_length_px
from gaitdesk.store.corrections import corrections, new_correction, record_correction
from gaitdesk.store.edits import Visit
from gaitdesk.store.store import Store
from tests.bench.beam_reference import seen_by
from tests.bench.reviewer import HAND, JUDGED, Task, judged, off_by, reviewed, with_events_reviewed
from tests.perception.annotated import FOLDER, reviewed_sessions

SESSIONS = reviewed_sessions()
FRAMES, FPS = 120, 60.0
LEGS = [landmark(side, part) for side in Side for part in LEG_PARTS]
KNEE = Landmark.LEFT_KNEE


def film_of(points_px, events=(), passes=()):
    frames = len(points_px)
    video = Video(Path("made.mp4"), np.arange(frames) / FPS, 1920, 1080)
    known = np.isfinite(points_px).all(axis=2).astype(float)
    pose = PoseTrack(points_px, known)
    return FilmAnalysis(video, Plane.SAGITTAL, pose, events=events, passes=passes)


def true_points():
    """A body that wanders through the picture, its parts well apart."""
    at = np.arange(FRAMES)[:, None]
    spread = np.random.default_rng(3).uniform(0, 400, (1, len(Landmark), 2))
    return spread + np.stack([200 + 6.0 * at, 300 + 40 * np.sin(at / 9)], axis=2)


def task_of(points_px, tolerance=0.1):
    true = true_points()
    known = np.ones(true.shape[:2])
    return Task(
        film_of(points_px),
        0,
        judged(true, range(FRAMES)),
        tolerance,
        leg_length_px(PoseTrack(true, known)),
    )


def left_wrong(task, made):
    after = corrected(task.film, made).pose
    return int((off_by(after.points_px, task.true_px, task.leg_px) > task.tolerance).sum())


@pytest.mark.parametrize("session", SESSIONS, ids=lambda one: one.name)
def test_no_joint_of_a_session_was_moved_twice_in_one_frame(session):
    moves = [one for one in session.corrections if isinstance(one, JointMove)]
    assert len({(one.film, one.point, one.frame) for one in moves}) == len(moves) > 0
    assert {one.film for one in session.corrections} == set(range(len(session.films)))
    assert len(session.films) == len(session.planes)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda one: one.name)
def test_a_session_replayed_leaves_each_joint_where_the_person_put_it(session):
    last = max(one.last_frame for one in session.corrections)
    points = np.random.default_rng(0).uniform(0, 1900, (last + 1, len(Landmark), 2))
    for index in range(len(session.films)):
        own = session.of_film(index)
        after = corrected(film_of(points), own).pose.points_px
        for one in own:
            assert after[one.frame, one.point] == pytest.approx(one.place_px)
        touched = {frame for one in own for frame in range(one.first_frame, one.last_frame + 1)}
        others = sorted(set(range(last + 1)) - touched)
        assert np.array_equal(after[others], points[others])


@pytest.mark.parametrize("session", SESSIONS, ids=lambda one: one.name)
def test_the_journal_gives_a_session_back_as_it_was(session, tmp_path):
    with Store.open(tmp_path) as store:
        visit = store.add_session(Visit(store.add_patient("Child-0001"), date(2026, 3, 4)))
        for one in session.corrections:
            record_correction(store, visit, new_correction("moved", one))
        kept = corrections(store, visit)
    for index in range(len(session.films)):
        assert kept[index] == session.of_film(index)


def test_the_annotator_of_the_front_film_agrees_with_the_reference(films):
    """Places put in by hand lie by the projected reference, which is good to some centimetres."""
    session = next(one for one in SESSIONS if one.name == "beam")
    index = session.films.index("pose2sim_beam/cam02.mp4")
    reference = seen_by("cam02", films / "pose2sim_beam")
    off = np.array(
        [
            np.linalg.norm(np.array(one.place_px) - reference.points_px[one.frame, one.point])
            for one in session.of_film(index)
        ]
    ) / leg_length_px(reference)
    assert np.median(off) < 0.08
    assert off.max() < 0.2


def test_a_film_that_is_right_needs_no_correction():
    assert reviewed(task_of(true_points()), np.random.default_rng(0)) == ()


def test_one_joint_that_wanders_off_takes_one_move():
    points = true_points()
    bump = np.exp(-(((np.arange(FRAMES) - 50) / 4.0) ** 2))
    points[:, KNEE, 0] += 90 * bump
    task = task_of(points)
    made = reviewed(task, np.random.default_rng(0))
    assert [(one.point, one.frame) for one in made] == [(KNEE, 50)]
    assert left_wrong(task, made) == 0


def test_legs_named_the_wrong_way_round_take_one_exchange():
    points = true_points()
    points[30:70, LEGS] = points[30:70, [MIRRORED[leg] for leg in LEGS]]
    task = task_of(points)
    made = reviewed(task, np.random.default_rng(0))
    assert made == (SideSwap(0, 30, 69, is_legs_alone=True),)
    assert left_wrong(task, made) == 0


def test_a_reviewer_leaves_nothing_beyond_the_tolerance():
    rng = np.random.default_rng(5)
    points = true_points() + np.cumsum(rng.normal(0, 4, (FRAMES, len(Landmark), 2)), axis=0)
    points[40:48, JUDGED[0]] = np.nan
    for tolerance in (0.1, 0.05):
        assert HAND * 2 * np.sqrt(2) < tolerance
        task = task_of(points, tolerance)
        assert left_wrong(task, reviewed(task, np.random.default_rng(1))) == 0


def test_events_are_moved_added_and_deleted_as_the_truth_says():
    def contact(frame, side=Side.LEFT):
        return GaitEvent(side, EventKind.INITIAL_CONTACT, frame, frame / FPS)

    passes = (Pass(View.SAGITTAL_LEFT, 0, FRAMES - 1, 1),)
    found = film_of(true_points(), (contact(10), contact(34), contact(80)), passes)
    true = (contact(11), contact(39), contact(60, Side.RIGHT))
    done = with_events_reviewed(found, true, 2.0 / FPS + 1e-6)
    assert (done.moved, done.added, done.deleted) == (1, 1, 1)
    assert [(one.frame, one.side) for one in done.events] == [
        (10, Side.LEFT),
        (39, Side.LEFT),
        (60, Side.RIGHT),
    ]


def test_sessions_are_kept_as_small_files_that_say_how_they_were_made():
    for path in FOLDER.glob("*_session.json"):
        held = json.loads(path.read_text(encoding="utf-8"))
        assert path.stat().st_size < 20_000
        assert "annotator" in held["how"]
