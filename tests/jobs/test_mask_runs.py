"""Clicks and paint are told to a model; only frames asked for change; undo restores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from gaitdesk.domain.anatomy import Landmark
from gaitdesk.domain.correction import MaskClick, MaskRun, MaskStroke, MaskWanted, PersonChoice
from gaitdesk.domain.errors import AnalysisUnreadable, NobodyClicked, NobodyNamed
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.domain.shapes import Point
from gaitdesk.jobs.erasing import erase_patient
from gaitdesk.jobs.following import look, recalculate
from gaitdesk.jobs.keeping import open_analysis
from gaitdesk.jobs.known import cause_of
from gaitdesk.jobs.mask_files import keep_masks, runs_of
from gaitdesk.jobs.mask_runs import follow_mask
from gaitdesk.media import video as films
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.sam3 import TASK, FilmMasks
from gaitdesk.store.corrections import corrections, new_correction, record_correction
from gaitdesk.store.erasing import MASKS
from gaitdesk.store.store import Store
from gaitdesk.store.verify import verify
from tests.perception.eyes import package_of
from tests.perception.test_sam3 import small_sam2

FRAME, FIRST, LAST = 22, 18, 27
WANTED = MaskWanted(0, FRAME, FIRST, LAST, "discs")
CHILD = MaskClick(0, FRAME, Point(60.0, 50.0), is_patient=True)
CHAIR = MaskClick(0, FRAME + 2, Point(5.0, 5.0), is_patient=False)


class Discs:
    """Says that the person is a square around what was clicked first, or what was painted."""

    name, provenance, device = "discs 1", "discs 1 (made)", "here"

    def __init__(self):
        self.asked = []

    def masks(self, video, seeds, span=None):
        self.asked.append((dict(seeds), span))
        first, last = span
        frames = [None] * video.frame_count
        for frame in range(first, last + 1):
            yield Progress(frame - first + 1, last - first + 1, "")
            whole = np.zeros((video.height, video.width), bool)
            seed = next(iter(seeds.values()))
            if seed.mask is not None:
                frames[frame] = seed.mask
                continue
            x, y = (int(value) for value in seed.inside[0])
            whole[y - 5 : y + 5, x - 5 : x + 5] = True
            frames[frame] = FrameMask.of(whole)
        return MaskTrack(video.width, video.height, tuple(frames))


def say(desk, session, *made):
    with Store.open(desk, rater="Rater A") as store:
        for one in made:
            record_correction(store, session, new_correction("said", one))


def follow(desk, session, wanted=WANTED, model=None, named=None):
    model = Discs() if model is None else model
    return finish(follow_mask(session, wanted, desk, "Rater A", model, named))


def mask_now(desk, session):
    with Store.open(desk, rater="Rater A") as store:
        return open_analysis(store, session).films[0].mask


def differing(one, other):
    return [i for i in range(len(one)) if not np.array_equal(one.at(i), other.at(i))]


def test_only_frames_asked_for_change_and_undo_and_redo_bring_both_back(analysis, desk, session):
    before = analysis.films[0].mask
    say(desk, session, CHILD, CHAIR)
    assert differing(before, mask_now(desk, session)) == []
    model = Discs()
    run = follow(desk, session, model=model)
    ((seeds, span),) = model.asked
    assert span == (FIRST, LAST)
    assert list(seeds) == [FRAME, FRAME + 2]
    assert seeds[FRAME].inside == (CHILD.place_px,)
    assert seeds[FRAME + 2].outside == (CHAIR.place_px,)
    assert run == MaskRun(0, FIRST, LAST, run.masks, "discs 1 (made)")
    after = mask_now(desk, session)
    assert differing(before, after) == list(range(FIRST, LAST + 1))
    assert after.at(FRAME)[50, 60]
    with Store.open(desk, rater="Rater A") as store:
        assert verify(store).is_whole
        assert "Follow the mask anew in frames 19 to 28" in store.undo(session).text
    assert differing(before, mask_now(desk, session)) == []
    with Store.open(desk, rater="Rater A") as store:
        assert corrections(store, session)[0] == (CHILD, CHAIR)
        store.redo(session)
    assert differing(after, mask_now(desk, session)) == []
    assert len(list((desk / MASKS).iterdir())) == 1


def stroke(frame, x, y, last=None, *, is_added=True):
    return MaskStroke(0, frame, np.array([[x, y]]), 3.0, is_added, last)


def test_a_painted_mask_is_carried_on_and_itself_stays_as_it_was_painted(analysis, desk, session):
    before = analysis.films[0].mask
    say(desk, session, stroke(FRAME, 100.0, 10.0), stroke(LAST + 1, 100.0, 10.0))
    painted = mask_now(desk, session)
    model = Discs()
    run = follow(desk, session, model=model)
    ((seeds, span),) = model.asked
    assert span == (FIRST, LAST)
    assert list(seeds) == [FRAME]
    assert np.array_equal(seeds[FRAME].mask.full(before.height, before.width), painted.at(FRAME))
    after = mask_now(desk, session)
    assert all(after.at(i)[10, 100] for i in range(FIRST, LAST + 1))
    assert np.array_equal(after.at(FRAME), painted.at(FRAME))
    changed = [i for i in range(FIRST, LAST + 1) if i != FRAME]
    assert differing(painted, after) == changed
    kept = runs_of(desk, {0: (run,)})[run.masks]
    assert all(kept.frames[i] is None for i in range(len(kept)) if not FIRST <= i <= LAST)
    with Store.open(desk, rater="Rater A") as store:
        store.undo(session)
    assert differing(painted, mask_now(desk, session)) == []


def test_what_is_painted_is_never_overwritten_and_says_more_than_clicks(desk, session):
    say(desk, session, stroke(FRAME, 100.0, 10.0), CHILD, replace(CHILD, frame=FRAME + 2))
    painted = mask_now(desk, session)

    class Nothing(Discs):
        def masks(self, video, seeds, span=None):
            self.asked.append((dict(seeds), span))
            yield Progress(1, 1, "")
            return MaskTrack(video.width, video.height, (None,) * video.frame_count)

    model = Nothing()
    for _ in range(2):
        follow(desk, session, model=model)
        after = mask_now(desk, session)
        assert np.array_equal(after.at(FRAME), painted.at(FRAME))
        assert not after.at(FRAME + 2).any()
    for seeds, _ in model.asked:
        assert seeds[FRAME] == MaskSeed(mask=seeds[FRAME].mask)
        assert seeds[FRAME + 2].inside == (CHILD.place_px,)
    say(desk, session, stroke(FRAME, 120.0, 20.0))
    assert mask_now(desk, session).at(FRAME)[20, 120]
    assert mask_now(desk, session).at(FRAME)[10, 100]


def test_what_is_painted_while_the_model_looks_stays_as_well(desk, session):
    say(desk, session, CHILD)
    job = follow_mask(session, WANTED, desk, "Rater A", Discs())
    while next(job).done < 500:
        pass
    say(desk, session, stroke(FRAME + 1, 100.0, 10.0))
    painted = mask_now(desk, session)
    finish(job)
    after = mask_now(desk, session)
    assert np.array_equal(after.at(FRAME + 1), painted.at(FRAME + 1))
    assert after.at(FRAME)[50, 60]


def test_what_was_erased_in_many_frames_stays_erased_and_is_no_paint(desk, session):
    say(desk, session, CHILD, stroke(FIRST, 60.0, 50.0, LAST, is_added=False))
    model = Discs()
    follow(desk, session, model=model)
    assert all(seed.mask is None for seed in model.asked[0][0].values())
    after = mask_now(desk, session)
    for frame in range(FIRST, LAST + 1):
        assert not after.at(frame)[50, 60]
        assert after.at(frame)[46, 56]


def test_where_all_was_erased_nothing_is_told_unless_the_child_was_clicked(desk, session):
    everything = MaskStroke(0, FRAME, np.array([[0.0, 90.0], [320.0, 90.0]]), 400.0, False)
    say(desk, session, everything)
    assert not mask_now(desk, session).at(FRAME).any()
    with pytest.raises(NobodyClicked):
        follow(desk, session)
    say(desk, session, replace(CHILD, frame=FRAME + 2))
    follow(desk, session)
    assert not mask_now(desk, session).at(FRAME).any()
    say(desk, session, CHILD)
    follow(desk, session)
    assert mask_now(desk, session).at(FRAME)[50, 60]


def test_following_again_begins_from_the_mask_as_it_stands_and_from_all_clicks(desk, session):
    say(desk, session, CHILD)
    follow(desk, session)
    later = replace(CHILD, frame=FRAME + 3, place_px=Point(62.0, 52.0))
    say(desk, session, later)
    model = Discs()
    follow(desk, session, model=model)
    ((seeds, _),) = model.asked
    assert seeds == {
        FRAME: MaskSeed((55, 45, 65, 55), (CHILD.place_px,)),
        FRAME + 3: MaskSeed((55, 45, 65, 55), (later.place_px,)),
    }


def test_without_a_click_in_the_frames_nothing_is_followed(desk, session):
    model = Discs()
    with pytest.raises(NobodyClicked, match=r"frames 19 to 28.*Click or paint the child"):
        follow(desk, session, model=model)
    say(desk, session, CHILD, PersonChoice(0, 3, Point(1.0, 1.0)))
    with pytest.raises(NobodyClicked):
        follow(desk, session, model=model)
    assert model.asked == []
    assert not (desk / MASKS).exists()


def test_a_job_that_is_closed_changes_nothing_and_the_clicks_stay(desk, session):
    say(desk, session, CHILD)
    job = follow_mask(session, WANTED, desk, "Rater A", Discs())
    steps = [next(job) for _ in range(5)]
    job.close()
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    with Store.open(desk, rater="Rater A") as store:
        assert corrections(store, session)[0] == (CHILD,)
    assert not (desk / MASKS).exists()


class Reader:
    """Names one box wherever it looks."""

    words = "child"

    def __init__(self, box):
        self.box, self.near = box, []

    def nearest(self, image, box):
        self.near.append(box)
        return self.box


class Boxes(Discs):
    def masks(self, video, seeds, span=None):
        ((frame, seed),) = seeds.items()
        middle = Point((seed.box[0] + seed.box[2]) / 2, (seed.box[1] + seed.box[3]) / 2)
        return (yield from super().masks(video, {frame: MaskSeed(None, (middle,))}, span))


def test_words_begin_from_whoever_is_named_where_the_child_was(analysis, desk, session):
    held = analysis.films[0].mask.frames[FRAME]
    reader = Reader((40.0, 20.0, 80.0, 100.0))
    run = follow(desk, session, replace(WANTED, words="child"), Boxes(), reader)
    assert reader.near == [(held.left, held.top, held.left + held.width, held.top + held.height)]
    assert run.model == "discs 1 (made); words: child"
    assert mask_now(desk, session).at(LAST)[60, 60]
    with pytest.raises(NobodyNamed, match=r"frame 23 the model finds no horse"):
        follow(desk, session, replace(WANTED, words="horse"), Boxes(), Reader(None))


def test_what_follows_is_worked_out_and_the_network_hears_of_runs_but_not_of_clicks(
    analysis, desk, session
):
    film = analysis.films[0]
    run = MaskRun(0, FIRST, LAST, "0f" * 32)
    assert cause_of(film, (CHILD, CHAIR)) == cause_of(film, ())
    assert cause_of(film, (CHILD, run)) != cause_of(film, (CHILD,))
    say(desk, session, CHILD)
    follow(desk, session)
    outcome = finish(recalculate(session, desk, "Rater A"))
    assert outcome.analysis.films[0].mask.at(FRAME)[50, 60]
    np.testing.assert_array_equal(
        outcome.analysis.films[0].pose.of(Landmark.LEFT_HIP), film.pose.of(Landmark.LEFT_HIP)
    )
    with Store.open(desk, rater="Rater A") as store:
        assert [type(one) for one in finish(look(store, session)).corrections.values()] == [
            MaskClick,
            MaskRun,
        ]


def test_masks_are_kept_as_they_were_and_a_changed_file_is_refused(analysis, tmp_path):
    track = analysis.films[0].mask
    gone = replace(track, frames=(None, *track.frames[1:]))
    name = keep_masks(gone, tmp_path)
    assert keep_masks(gone, tmp_path) == name
    run = MaskRun(0, 0, 5, name)
    back = runs_of(tmp_path, {0: (run,)})[name]
    assert (back.width, back.height, len(back)) == (track.width, track.height, len(track))
    assert back.frames[0] is None
    assert differing(back, gone) == []
    place = tmp_path / MASKS / name
    elsewhere = tmp_path / "elsewhere" / MASKS / name
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(AnalysisUnreadable, match="undo the step"):
        runs_of(tmp_path / "elsewhere", {0: (run,)})


def test_followed_masks_go_when_the_patient_is_erased(desk, session):
    say(desk, session, CHILD)
    follow(desk, session)
    assert list((desk / MASKS).iterdir())
    with Store.open(desk, rater="Rater A") as store:
        (patient,) = store.patients()
    finish(erase_patient(patient.id, "asked for", desk, "Rater A"))
    assert not list((desk / MASKS).iterdir())


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """SAM 2.1 with few weights, from its real files."""
    torch.manual_seed(0)
    tmp_path = tmp_path_factory.mktemp("network")
    small_sam2().save_pretrained(tmp_path / "written")
    files = {one.name: one.read_bytes() for one in (tmp_path / "written").iterdir()}
    package = package_of(tmp_path / "tiny", files, task=TASK, tables='[masks]\nfamily = "sam2"\n')
    return FilmMasks(package, ComputeDevice(torch.device("cpu"), torch.float32, "here"))


@pytest.mark.parametrize("told", [CHILD, stroke(FRAME, 100.0, 10.0)], ids=["click", "paint"])
def test_a_network_in_its_real_files_follows_and_decodes_no_other_frames(
    desk, session, network, monkeypatch, told
):
    taken = []
    frames = films.VideoReader.frames

    def noted(self, start=0, stop=None, step=1):
        for number, image in frames(self, start, stop, step):
            taken.append(number)
            yield number, image

    monkeypatch.setattr(films.VideoReader, "frames", noted)
    say(desk, session, told)
    painted = mask_now(desk, session)
    taken.clear()
    wanted = replace(WANTED, first_frame=FRAME - 2, last_frame=FRAME + 2)
    run = follow(desk, session, wanted, network)
    assert sorted(set(taken)) == list(range(FRAME - 2, FRAME + 3))
    assert run.model == network.provenance
    if told is not CHILD:
        assert np.array_equal(mask_now(desk, session).at(FRAME), painted.at(FRAME))
    track = runs_of(desk, {0: (run,)})[run.masks]
    assert all(track.frames[i] is None for i in range(len(track)) if abs(i - FRAME) > 2)
