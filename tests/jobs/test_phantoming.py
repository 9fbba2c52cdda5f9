from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import pytest

from gaitdesk.domain.analysis import Analysis
from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.domain.evgs import Item
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import Progress, finish
from gaitdesk.jobs import phantoming
from gaitdesk.jobs.phantoming import (
    COHORT_FILE,
    CohortOrder,
    PhantomOrder,
    make_cohort,
    make_phantom,
    ordered_visit,
)
from gaitdesk.media.video import probe
from gaitdesk.phantom.session import Staging
from gaitdesk.report.interchange import read_analysis

QUICK = Staging(fps=8.0, width=240, height=136, shutter=0.0, clutter=0.0)


@pytest.fixture(scope="module")
def told():
    """How far the filming of `made` was, again and again, in thousandths."""
    return []


@pytest.fixture(scope="module")
def made(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("phantom") / "new" / "crouch"
    order = PhantomOrder("crouch", side=Side.RIGHT, staging=QUICK, distance_m=2.0)
    truth, files = finish(listened(make_phantom(order, folder), told))
    return folder, truth, files


def listened(job, told):
    """The same job; how far it was is noted."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value
        told.append(step.done)
        yield step


@pytest.mark.usefixtures("made")
def test_the_second_film_goes_on_from_where_the_first_one_ended(told):
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1000)


def test_two_films_the_truth_and_a_contact_sheet_are_written(made):
    folder, _, files = made
    names = {path.name for path in files}
    assert names == {"sagittal.mp4", "coronal.mp4", "truth", "contact-sheet.png"}
    assert {path.name for path in folder.iterdir()} == names
    assert cv2.imread(str(folder / "contact-sheet.png")) is not None


def test_the_truth_speaks_of_the_films_frame_by_frame(made):
    folder, truth, _ = made
    kept = read_analysis(folder / "truth")
    assert [film.plane for film in kept.films] == list(Plane)
    for film in kept.films:
        assert probe(film.video.path, with_hash=False).frame_count == film.video.frame_count
        assert len(film.pose) == film.video.frame_count
        assert film.mask is not None
    assert kept.scoresheet.get(Side.RIGHT, Item.STANCE_KNEE_EXTENSION).score == 2
    assert truth.scoresheet.total(Side.RIGHT) == kept.scoresheet.total(Side.RIGHT)


def test_a_cohort_goes_on_where_it_was_stopped(tmp_path: Path):
    order = CohortOrder(2, seed=5, distance_m=2.0, width=160, height=90, fps=5.0)
    job = make_cohort(order, tmp_path)
    first = next(step for step in job if any(tmp_path.glob("P*")))
    job.close()
    assert first is not None
    children = {path.name for path in tmp_path.iterdir()}
    assert len(children) == 3
    assert COHORT_FILE in children
    assert finish(make_cohort(order, tmp_path)) == 1
    assert finish(make_cohort(order, tmp_path)) == 0


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (PhantomOrder("limping"), "no pattern named limping"),
        (PhantomOrder("crouch", severity=1.5), "Severity goes from 0 to 1"),
        (PhantomOrder("crouch", age_years=30), "3 to 17 years"),
    ],
)
def test_what_cannot_be_made_is_said(order, words):
    with pytest.raises(OptionInvalid, match=words):
        ordered_visit(order)


def test_films_and_an_analysis_for_the_store_leave_no_results(made, tmp_path, monkeypatch):
    folder, truth, _ = made
    order = PhantomOrder("crouch", side=Side.RIGHT, staging=QUICK, distance_m=2.0)
    shutil.copytree(folder, tmp_path / "phantom")
    (tmp_path / "phantom" / phantoming.ORDER_FILE).write_text(repr(order))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    asked, found = [], Analysis(Patient("found"), ())

    def analyse(films, model):
        asked.extend(film.path for film in films.films)
        yield Progress(1, 1, "")
        return found

    monkeypatch.setattr(phantoming, "analyse", analyse)
    known, analysis = finish(phantoming.film_and_analyse(order, tmp_path))
    assert analysis is found
    assert known.scoresheet == truth.scoresheet
    assert asked == [tmp_path / "phantom" / name for name in ("sagittal.mp4", "coronal.mp4")]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
