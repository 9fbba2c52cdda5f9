"""Another person is chosen: followed once, kept, undone and done again without following."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.anatomy import LANDMARK_COUNT, Landmark
from gaitdesk.domain.correction import PersonChoice, SideSwap
from gaitdesk.domain.errors import AnalysisUnreadable, ModelPackageInvalid, PersonNotFollowed
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import SyncSource
from gaitdesk.domain.refusals import LicenceNotAccepted
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs import choosing, people
from gaitdesk.jobs.choosing import (
    choose_person,
    people_in_frame,
)
from gaitdesk.jobs.erasing import erase_patient
from gaitdesk.jobs.keeping import Keeping, keep_analysis, open_analysis
from gaitdesk.media.sync import stated_sync
from gaitdesk.perception.better import BetterEyes
from gaitdesk.perception.model import BodyPoints
from gaitdesk.report.interchange import read_analysis
from gaitdesk.store.corrections import corrections, new_correction, record_correction
from gaitdesk.store.edits import Edit, Kind, sync_key
from gaitdesk.store.erasing import PEOPLE
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify
from gaitdesk.store.wanted import note_wanted, wanted_person
from tests.jobs import two_people
from tests.jobs.two_people import TwoPeople
from tests.perception.test_better import Squares

FRAME = 22


@pytest.fixture(scope="module")
def chosen_once(analysis, tmp_path_factory):
    """A desk on which the other one was chosen, and how often the model was asked for that."""
    folder = tmp_path_factory.mktemp("chosen") / "desk"
    visit = finish(keep_analysis(analysis, Keeping(folder, "Rater A")))
    model = TwoPeople()
    assert choose(visit, folder, 1, model)
    return folder, visit, model.asked


@pytest.fixture
def chosen(chosen_once, desk):
    """The visit in which the other one was chosen, on a desk of its own."""
    folder, visit, _ = chosen_once
    shutil.copytree(folder, desk)
    return visit


def wanted(who, frame=FRAME):
    x, y = two_people.paths()[who, frame, Landmark.LEFT_HIP]
    return PersonChoice(0, frame, Point(float(x) + 2, float(y) - 3))


def choose(session, desk, who, model=None, frame=FRAME):
    model = TwoPeople() if model is None else model
    return finish(choose_person(session, wanted(who, frame), desk, "Rater A", model))


def hips(desk, session):
    """Path of the left hip of whoever is followed, across the picture."""
    with Store.open(desk, rater="Rater A") as store:
        return open_analysis(store, session).films[0].pose.of(Landmark.LEFT_HIP)[:, 0]


def turn(desk, session, way):
    with Store.open(desk, rater="Rater A") as store:
        getattr(store, way)(session)


def test_both_are_offered_from_left_to_right_with_an_outline(analysis):
    seen = finish(people_in_frame(analysis.films[0].video, FRAME, TwoPeople()))
    child, other = two_people.paths()[:, FRAME, Landmark.LEFT_HIP, 0]
    assert [each.place_px.x for each in seen] == pytest.approx(sorted((child, other)))
    assert all(each.mask is not None for each in seen)


def test_the_other_one_is_followed_and_undo_and_redo_bring_both_back(analysis, chosen, desk):
    walks = two_people.paths()[..., Landmark.LEFT_HIP, 0]
    found = hips(desk, chosen)
    seen = np.isfinite(found)
    assert seen.mean() > 0.95
    np.testing.assert_allclose(found[seen], walks[1][seen], atol=3)
    with Store.open(desk, rater="Rater A") as store:
        (choice,) = corrections(store, chosen)[0]
        film = open_analysis(store, chosen).films[0]
        assert verify(store).is_whole
    assert isinstance(choice, PersonChoice)
    assert film.mask is not None
    assert film.mask.at(FRAME).any()
    assert [one.direction for one in film.passes] == [-1]
    assert film.video.path == analysis.films[0].video.path
    turn(desk, chosen, "undo")
    np.testing.assert_array_equal(
        hips(desk, chosen), analysis.films[0].pose.of(Landmark.LEFT_HIP)[:, 0]
    )
    turn(desk, chosen, "redo")
    np.testing.assert_array_equal(hips(desk, chosen), found)


def test_choosing_the_patient_again_changes_nothing(session, desk):
    assert not choose(session, desk, 0)
    with Store.open(desk, rater="Rater A") as store:
        assert store.undo_stack(session).undoable == ()
        assert wanted_person(store, session) is None


def test_whoever_was_followed_once_is_not_followed_again(chosen_once, chosen, desk):
    model = TwoPeople()
    assert choose(chosen, desk, 0, model, frame=60)
    assert choose(chosen, desk, 1, model, frame=30)
    # Looking at one frame asks for two poses; following asked twice a frame.
    assert model.asked <= 8 < 150 < chosen_once[2]
    with Store.open(desk, rater="Rater A") as store:
        first, back, again = corrections(store, chosen)[0]
    assert first.followed == again.followed != ""
    assert back.followed == ""
    assert len(list((desk / PEOPLE).iterdir())) == 1


def test_what_was_corrected_on_one_person_does_not_count_for_the_other(analysis, session, desk):
    events = analysis.films[0].events[:2]
    stated = stated_sync(0, 1, 0.05)
    with Store.open(desk, rater="Rater A") as store:
        store.record(session, Edit("Delete", Kind.EVENTS, "0", None, events))
        store.record(session, Edit("Sync", Kind.SYNC, sync_key(0, 1), None, stated))
        record_correction(store, session, new_correction("Swap", SideSwap(0, 3, 8)))
    before = hips(desk, session)
    choose(session, desk, 1)
    with Store.open(desk, rater="Rater A") as store:
        assert store.value(session, Kind.EVENTS, "0") is None
        opened = open_analysis(store, session)
        assert opened.films[0].events != events
        # An offset that somebody stated is about the films, and stands.
        assert opened.sync[0] == stated
        step = store.undo(session)
        assert step is not None
        assert store.value(session, Kind.EVENTS, "0") == events
        assert open_analysis(store, session).films[0].events == events
    np.testing.assert_array_equal(hips(desk, session), before)


def test_an_offset_that_nobody_stated_is_proposed_anew(analysis, chosen, desk):
    with Store.open(desk, rater="Rater A") as store:
        link = open_analysis(store, chosen).sync[0]
        assert link != analysis.sync[0]
        assert link.source is not SyncSource.USER
        store.undo(chosen)
        assert open_analysis(store, chosen).sync[0] == analysis.sync[0]


def test_a_choice_cut_short_is_remembered_and_changes_nothing(session, desk):
    job = choose_person(session, wanted(1), desk, "Rater A", TwoPeople())
    for _ in range(8):
        next(job)
    job.close()
    with Store.open(desk, rater="Rater A") as store:
        left = wanted_person(store, session)
        assert left == wanted(1)
        assert store.undo_stack(session).undoable == ()
        assert corrections(store, session) == {}
    assert finish(choose_person(session, left, desk, "Rater A", TwoPeople()))
    with Store.open(desk, rater="Rater A") as store:
        assert wanted_person(store, session) is None
        note_wanted(store, session, left)
        note_wanted(store, session, None)
        assert wanted_person(store, session) is None


class Sharp:
    """Sees the points of whoever fills a box, two pixels lower than the default does."""

    name, provenance, device, at_once = "sharp 1", "sharp 1 (made)", "there", 4

    def points(self, people):
        found = []
        for image, box in people:
            frame = two_people._number_in(image)
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            walks = two_people.paths()[:, frame]
            who = int(np.linalg.norm(walks.mean(axis=1) - middle, axis=1).argmin())
            found.append(BodyPoints(walks[who] + [0.0, 2.0], np.full(LANDMARK_COUNT, 0.9)))
        return found


def test_the_other_one_is_seen_by_the_models_that_saw_the_films(analysis, desk, monkeypatch):
    asked, masks = [], Squares()
    lines = (
        made_line("sapiens-2b"),
        made_line("sam3") + "; words: child",
        "BlazePose full 0.10.21",
    )
    seen = replace(analysis, provenance=replace(analysis.provenance, models=lines))
    visit = finish(keep_analysis(seen, Keeping(desk, "Rater A")))

    def opened(pose, mask, words):
        asked.append((pose, mask, words))
        return BetterEyes(Sharp(), masks)

    monkeypatch.setattr(choosing, "better_eyes", opened)
    assert choose(visit, desk, 1)
    assert asked == [("sapiens-2b", "sam3", "child")]
    with Store.open(desk, rater="Rater A") as store:
        film = open_analysis(store, visit).films[0]
    lower = film.pose.of(Landmark.LEFT_HIP)[10:80, 1] - hip_heights(1)[10:80]
    np.testing.assert_allclose(lower, 2.0, atol=1.5)
    (frame,), (seed,) = zip(*masks.seeds.items(), strict=True)
    left, top, right, bottom = seed.box
    x, y = two_people.paths()[1, frame].mean(axis=0)
    assert left < x < right
    assert top < y < bottom
    assert film.mask.frames[frame].left == int(left)
    (kept,) = (desk / PEOPLE).iterdir()
    models = read_analysis(kept).provenance.models
    assert models == ("sharp 1 (made)", "nothing more", TwoPeople.provenance)


def test_without_those_models_one_sentence_says_which_file_goes_where(analysis, desk):
    lines = (made_line("sapiens-2b"), "BlazePose full 0.10.21")
    seen = replace(analysis, provenance=replace(analysis.provenance, models=lines))
    visit = finish(keep_analysis(seen, Keeping(desk, "Rater A")))
    with pytest.raises((ModelPackageInvalid, LicenceNotAccepted), match="sapiens-2b"):
        choose(visit, desk, 1)
    with Store.open(desk, rater="Rater A") as store:
        assert wanted_person(store, visit) is None
        assert corrections(store, visit) == {}


def made_line(name):
    """What an analysis says of a model of a package."""
    return f"{name} 1 (Its licence): weights.bin sha256:{'0f' * 32}"


def hip_heights(who):
    return two_people.paths()[who, :, Landmark.LEFT_HIP, 1]


def test_nobody_there_is_said_and_nothing_is_kept(session, desk):
    model = TwoPeople()
    model.people = lambda image: []
    with pytest.raises(PersonNotFollowed, match=r"side\.mp4.*frame 23"):
        choose(session, desk, 1, model)
    with Store.open(desk, rater="Rater A") as store:
        assert wanted_person(store, session) is None
        assert corrections(store, session) == {}


def test_somebody_lost_at_once_is_said(session, desk):
    model = TwoPeople()
    pose = model.pose

    def seen_in_one_frame(image, region):
        found = pose(image, region)
        is_there = found.region.y == model._region(0, 0).y or two_people._number_in(image) == FRAME
        return replace(found, presence=float(is_there))

    model.pose = seen_in_one_frame
    with pytest.raises(PersonNotFollowed):
        choose(session, desk, 1, model)
    assert not (desk / PEOPLE).exists()


def test_a_process_killed_while_following_leaves_word_of_whom_it_followed(session, desk):
    x, y = wanted(1).place_px
    code = f"""
import sys
from gaitdesk.domain.correction import PersonChoice
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs.choosing import choose_person
from tests.jobs.two_people import TwoPeople
from pathlib import Path
wanted = PersonChoice(0, {FRAME}, Point({x}, {y}))
job = choose_person({session!r}, wanted, Path({str(desk)!r}), "Rater A", TwoPeople())
for number, step in enumerate(job):
    if number == 10:
        print("following", flush=True)
        sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "following\n"
        process.kill()
    with Store.open(desk, rater="Rater A") as store:
        left = wanted_person(store, session)
        assert left == wanted(1)
        assert verify(store).is_whole
        assert corrections(store, session) == {}


def test_what_was_found_of_a_person_goes_with_the_patient(chosen, desk):
    with Store.open(desk, rater="Rater A") as store:
        patient = store.visit(chosen).patient
    assert list((desk / PEOPLE).iterdir())
    finish(erase_patient(patient, "asked for by the family", desk, "Rater A"))
    assert not list((desk / PEOPLE).iterdir())


def test_a_followed_film_that_was_changed_is_refused(chosen, desk):
    (kept,) = (desk / PEOPLE).iterdir()
    file = kept / people.ANALYSIS_FILE
    file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    people._read.cache_clear()
    with Store.open(desk, rater="Rater A") as store:
        with pytest.raises(AnalysisUnreadable, match="choose them again"):
            open_analysis(store, chosen)
        store.undo(chosen)
        assert open_analysis(store, chosen).films
