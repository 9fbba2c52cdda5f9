"""Cases are cut once, cut again when they changed, and left out with a reason if they must be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitdesk.domain.errors import AnalysisUnreadable, VideoUnreadable
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.progress import finish
from gaitdesk.learning import cases, prints, sources
from gaitdesk.learning.cases import CutPlan, Missing
from gaitdesk.learning.patients import Why
from gaitdesk.learning.shards import SUFFIX, load_shard
from gaitdesk.learning.sources import Case, Source, WhyOut, dividing, gathered, lessons_from
from gaitdesk.phantom.cohort import Split
from tests.childgait.stick import PaintedFilm, film
from tests.learning.children import small_config

PLAN = CutPlan(frames=8, fewest=8, side_px=64, most_per_pass=2)


@pytest.fixture
def read(monkeypatch):
    """Films that are read, by their names."""
    names: list[str] = []

    def reader(video):
        names.append(video.path.name)
        return PaintedFilm(film())

    monkeypatch.setattr(cases, "VideoReader", reader)
    monkeypatch.setattr(prints, "VideoReader", reader)
    # Every film of this test shows the same walk; by their looks all would be of one child.
    monkeypatch.setattr(sources, "print_of", print_without_looks)
    return names


def print_without_looks(video):
    yield from ()
    return prints.FilmPrint(np.zeros((10, 4), np.int8))


def case(name: str, *, key: str = "k", person: str = "", score: float = 1.0, films=None) -> Case:
    shown = film()
    own = replace(shown, video=replace(shown.video, path=shown.video.path.with_name(f"{name}.mp4")))
    return Case(
        id=name,
        name=f"Child {name}",
        source=Source.CLINIC,
        persons=frozenset({person or name}),
        contents=(f"content-{name}",),
        scores=np.full((2, 17), score),
        missing=Missing(),
        key=key,
        films=films or (lambda: (own,)),
    )


def test_a_case_is_cut_once(read, tmp_path):
    first = finish(gathered([case("a"), case("b")], tmp_path, PLAN))
    assert read == ["a.mp4", "b.mp4"]
    assert [one.clips for one in first.samples] == [2, 2]
    read.clear()
    second = finish(gathered([case("a"), case("b")], tmp_path, PLAN))
    assert read == []
    assert [one.path for one in second.samples] == [one.path for one in first.samples]


def test_a_corrected_case_is_cut_again_and_no_other(read, tmp_path):
    finish(gathered([case("a"), case("b")], tmp_path, PLAN))
    read.clear()
    finish(gathered([case("a", key="corrected"), case("b")], tmp_path, PLAN))
    assert read == ["a.mp4"]
    assert load_shard(tmp_path / f"a{SUFFIX}").key == "corrected"


def test_a_changed_score_is_learned_without_reading_the_film(read, tmp_path):
    finish(gathered([case("a")], tmp_path, PLAN))
    read.clear()
    found = finish(gathered([case("a", score=2.0)], tmp_path, PLAN))
    assert read == []
    assert (load_shard(tmp_path / f"a{SUFFIX}").scores == 2.0).all()
    assert (found.samples[0].shard().scores == 2.0).all()


def test_damaged_clips_are_cut_again(read, tmp_path):
    finish(gathered([case("a")], tmp_path, PLAN))
    path = tmp_path / f"a{SUFFIX}"
    path.write_bytes(path.read_bytes()[:1000])
    read.clear()
    finish(gathered([case("a")], tmp_path, PLAN))
    assert read == ["a.mp4"]
    assert len(load_shard(path).clips) == 2


def test_clips_of_a_case_that_may_no_longer_be_used_are_removed(read, tmp_path):
    finish(gathered([case("a"), case("b")], tmp_path, PLAN))
    finish(gathered([case("b")], tmp_path, PLAN))
    assert [path.name for path in tmp_path.glob(f"*{SUFFIX}")] == [f"b{SUFFIX}"]
    assert [path.name for path in tmp_path.glob("*.print.npz")] == ["content-b.print.npz"]


def test_what_was_cut_before_a_job_was_stopped_stays(read, tmp_path):
    job = gathered([case("a"), case("b"), case("c")], tmp_path, PLAN)
    for step in job:
        if "Child b" in step.text:
            break
    job.close()
    assert [path.name for path in tmp_path.iterdir() if SUFFIX in path.name] == [f"a{SUFFIX}"]
    read.clear()
    finish(gathered([case("a"), case("b"), case("c")], tmp_path, PLAN))
    assert read == ["b.mp4", "c.mp4"]


def test_progress_rises_to_its_end(read, tmp_path):
    steps = []
    finish(gathered([case("a"), case("b")], tmp_path, PLAN), steps.append)
    shares = [one.done / one.total for one in steps]
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0


def missing_film():
    raise VideoUnreadable(film().video.path, "it is not there any more.")


def missing_analysis():
    raise AnalysisUnreadable("analysis.json is missing")


@pytest.mark.parametrize(
    ("films", "why", "words"),
    [
        (missing_film, WhyOut.NO_FILM, "not there"),
        (missing_analysis, WhyOut.NO_ANALYSIS, "analysis.json"),
        (lambda: (replace(film(), passes=()),), WhyOut.NO_CLIPS, "whole child"),
    ],
)
def test_what_cannot_be_cut_is_left_out_with_its_reason(read, tmp_path, films, why, words):
    found = finish(gathered([case("a", films=films), case("b")], tmp_path, PLAN))
    assert [one.case for one in found.samples] == ["b"]
    (out,) = found.excluded
    assert (out.case, out.name, out.why) == ("a", "Child a", why)
    assert words in out.text


def test_visits_of_one_child_are_one_patient(read, tmp_path):
    held = [case("a", person="Anna"), case("b", person="Anna"), case("c")]
    found = finish(gathered(held, tmp_path, PLAN))
    assert {one.case: one.patient for one in found.samples} == {"a": "a", "b": "a", "c": "c"}
    assert [link.why for link in found.links] == [Why.PERSON]
    patients = {one.name: one for one in found.patients()}
    assert patients["a"].scores.shape == (4, 17)


def test_films_of_the_same_walk_are_of_one_child_whatever_they_are_called(tmp_path, monkeypatch):
    monkeypatch.setattr(cases, "VideoReader", lambda video: PaintedFilm(film()))
    monkeypatch.setattr(prints, "VideoReader", lambda video: PaintedFilm(film()))
    found = finish(gathered([case("a"), case("b")], tmp_path, PLAN))
    assert {one.patient for one in found.samples} == {"a"}
    (link,) = found.links
    assert link.why is Why.SAME_FILM
    assert link.likeness == pytest.approx(1.0)


def test_how_often_each_item_is_atypical_leaves_unknown_scores_out(read, tmp_path):
    unsure = case("b", score=0.0)
    unsure.scores[1, 3] = np.nan
    found = finish(gathered([case("a"), unsure], tmp_path, PLAN))
    item = list(Item)[3]
    (own,) = (one for one in found.prevalence() if one.item is item)
    assert (own.limbs, own.atypical) == (3, 2)


def test_test_patients_are_neither_learned_from_nor_chosen_by(read, tmp_path):
    held = [case(f"v{i:02d}", score=float(i % 2)) for i in range(20)]
    found = finish(gathered(held, tmp_path, PLAN))
    division = dividing(found, tmp_path, seed=1)
    lessons = lessons_from(found, division, small_config(), ways=1)
    learned = {one[0].child for one in lessons.training}
    chosen = {one.child for one in lessons.validation}
    judging = {one.case for one in found.of(division, Split.TEST)}
    assert learned
    assert chosen
    assert judging
    assert not judging & (learned | chosen)
    assert learned | chosen | judging == {one.case for one in found.samples}
    assert dividing(found, tmp_path, seed=99).of(Split.TEST) == division.of(Split.TEST)


def test_phantoms_are_learned_from_and_only_the_clinics_children_judge(read, tmp_path):
    held = [case(f"v{i:02d}", score=float(i % 2)) for i in range(20)]
    held += [replace(case(f"w{i}"), source=Source.PHANTOM) for i in range(6)]
    found = finish(gathered(held, tmp_path, PLAN))
    division = dividing(found, tmp_path)
    judging = {one.source for one in found.of(division, Split.TEST)}
    assert judging == {Source.CLINIC}
    assert len(division.parts) == 26
