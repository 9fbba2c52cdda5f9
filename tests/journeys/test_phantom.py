"""The demonstration: a phantom is filmed, its films are analysed like any others."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.domain.anatomy import Plane, Side
from gaitdesk.domain.errors import GaitDeskError
from gaitdesk.domain.evgs import Item, Reason, Score, State
from gaitdesk.domain.gait import EventKind
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.calibrating import event_errors_s
from gaitdesk.jobs.phantoming import demonstrate
from gaitdesk.perception.package import find_package


@pytest.fixture(scope="module")
def shown(filmed):
    try:
        find_package("blazepose").verify()
    except GaitDeskError as missing:
        pytest.skip(str(missing))
    folder, order = filmed.folder, filmed.order
    return (folder, order, *finish(demonstrate(order, folder)))


def test_the_child_is_found_and_followed_in_both_films(shown):
    *_, analysis, _ = shown
    for film in analysis.films:
        assert film.found_pct >= 95.0


def test_keypoints_lie_where_the_phantom_has_them(shown):
    _, _, truth, analysis, _ = shown
    for true, found in zip(truth.films, analysis.films, strict=True):
        apart = np.linalg.norm(
            true.pose.points_px[:, 11:17] - found.pose.points_px[:, 11:17], axis=2
        )
        leg = np.nanmedian(
            np.linalg.norm(true.pose.points_px[:, 11] - true.pose.points_px[:, 15], axis=1)
        )
        assert np.nanmedian(apart) < 0.06 * leg


def test_contacts_of_the_near_limb_are_found_in_time(shown):
    _, _, truth, analysis, _ = shown
    late = event_errors_s(truth.films[0], analysis.films[0], EventKind.INITIAL_CONTACT)
    assert len(late) >= 4
    assert np.median(np.abs(late)) < 0.05


def test_the_two_films_are_put_on_one_clock(shown):
    _, _, truth, analysis, _ = shown
    assert analysis.sync[0].offset_s == pytest.approx(truth.sync[0].offset_s, abs=0.1)


def test_every_cell_is_answered_or_has_its_reason_and_few_answers_are_wrong(shown):
    _, _, truth, analysis, _ = shown
    given = wrong = 0
    for side in Side:
        for item in Item:
            cell = analysis.scoresheet.get(side, item)
            assert (cell.state is State.SCORED) == (cell.score is not None)
            if cell.score is None:
                assert cell.reason in Reason
                continue
            given += 1
            wrong += cell.score is not truth.scoresheet.get(side, item).score
    assert given >= 6
    assert wrong <= max(1, 0.2 * given)


def test_walking_on_the_toes_is_never_called_a_heel_contact(shown):
    *_, analysis, _ = shown
    for side in Side:
        assert analysis.scoresheet.get(side, Item.INITIAL_CONTACT).score is not Score.NORMAL


def test_films_made_once_are_used_again(shown):
    folder, order, *_ = shown
    before = (folder / "phantom" / "sagittal.mp4").stat().st_mtime_ns
    job = demonstrate(order, folder)
    next(job)
    job.close()
    assert (folder / "phantom" / "sagittal.mp4").stat().st_mtime_ns == before


def test_all_results_lie_in_one_folder(shown):
    folder, *_, files = shown
    assert {path.name for path in files} >= {"analysis.json", "report.pdf", "scoresheet.csv"}
    assert {path.parent for path in files} == {folder / "results"}
    assert len([path for path in files if path.name.startswith("overlay")]) == len(Plane)
