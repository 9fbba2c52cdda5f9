"""The street film as a whole: who is followed, when her feet meet the ground, what is written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

import av
import numpy as np
import pytest

from gaitdesk.domain.anatomy import Landmark, Plane, Side
from gaitdesk.domain.evgs import CORONAL_ITEMS, Item, Reason, State
from gaitdesk.domain.gait import EventKind, Parameter
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import View
from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice, analyse
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.package import find_package
from tests.journeys import films
from tests.journeys.command import listing, run

RESULTS = [
    "analysis.json",
    "keypoints.coco.json",
    "overlay-1-sagittal.mp4",
    "report.pdf",
    "scoresheet.csv",
    "totals.csv",
]


@pytest.fixture(scope="module")
def walk(street):
    """What the job finds in the street film."""
    package = find_package("blazepose")
    if not package.is_present:
        pytest.skip("BlazePose's weights are absent; python3 installers/run.py fetches them")
    order = AnalysisOrder((FilmChoice(street, Plane.SAGITTAL),), Patient(height_m=1.65))
    return finish(analyse(order, BlazePose(package)))


@pytest.fixture(scope="module")
def read_by_hand(street) -> list[tuple[int, Side]]:
    """The initial contacts that a person read off the film: frame and foot."""
    table = street.with_name("demo_hand_read_initial_contacts.csv")
    with table.open(encoding="utf-8") as file:
        return [(int(row["frame"]), Side(row["foot"])) for row in csv.DictReader(file)]


def contacts_of(walk) -> Iterator[tuple[int, Side]]:
    (film,) = walk.films
    for event in film.events:
        if event.kind is EventKind.INITIAL_CONTACT:
            yield event.frame, event.side


def test_the_woman_is_followed_and_not_the_jumping_man(walk):
    (film,) = walk.films
    assert film.people >= 2
    (one,) = film.passes
    assert one.view is View.SAGITTAL_LEFT
    assert one.direction == -1
    seen = np.flatnonzero(film.pose.is_seen)
    # By the film's description she is wholly in the picture from frame 53 to 185.
    assert set(range(53, 186)) <= set(seen.tolist())
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    hips_px = np.nanmean(film.pose.points_px[53:186, hips], axis=1)
    # She walks on the grass in the lower half; he jumps on a wall in the upper half.
    assert np.nanmin(hips_px[:, 1]) > 994 / 2
    assert hips_px[0, 0] - hips_px[-1, 0] > 1000


def test_every_contact_read_by_hand_is_found_within_two_frames(walk, read_by_hand):
    found = list(contacts_of(walk))
    assert len(read_by_hand) == 8
    for frame, foot in read_by_hand:
        nearest = min((abs(other - frame) for other, side in found if side is foot), default=99)
        assert nearest <= 2, (frame, foot, found)


def test_nothing_else_is_taken_for_a_contact(walk, read_by_hand):
    first, last = read_by_hand[0][0] - 2, read_by_hand[-1][0] + 2
    inside = [frame for frame, _ in contacts_of(walk) if first <= frame <= last]
    assert len(inside) == len(read_by_hand)


def test_cadence_is_that_of_the_contacts_read_by_hand(walk, read_by_hand):
    frames = [frame for frame, _ in read_by_hand]
    by_hand = 60.0 * 30.0 * (len(frames) - 1) / (frames[-1] - frames[0])
    (cadence,) = (
        one.measure.value for one in walk.spatiotemporal if one.parameter is Parameter.CADENCE
    )
    assert cadence == pytest.approx(by_hand, rel=0.03)


def test_what_one_side_view_cannot_show_is_never_scored(walk):
    for side in Side:
        for item in Item:
            cell = walk.scoresheet.get(side, item)
            assert cell is not None
            if item in CORONAL_ITEMS:
                assert cell.state is State.NOT_SCORABLE
                assert cell.reason is Reason.VIEW_NOT_RECORDED
                assert cell.score is None


def test_the_near_limb_is_answered(walk):
    cells = [walk.scoresheet.get(Side.LEFT, item) for item in Item if item not in CORONAL_ITEMS]
    assert any(cell.state is State.SCORED for cell in cells)
    for cell in cells:
        if cell.state is not State.SCORED:
            assert cell.state is State.REVIEWER_DECIDES
            assert cell.reason is not Reason.LIMB_NOT_SEEN


def test_the_command_leaves_all_results_and_no_chatter(short_walk, tmp_path):
    done = run("analyse", "--sagittal", short_walk, "--height", 165, "--out", tmp_path / "out")
    assert (done.code, done.errors) == (0, "")
    assert "sagittal, left side near" in done.output
    assert listing(tmp_path / "out") == RESULTS
    held = json.loads((tmp_path / "out" / "analysis.json").read_text(encoding="utf-8"))
    frames = len(held["films"][0]["video"]["times_s"])
    with av.open(str(tmp_path / "out" / "overlay-1-sagittal.mp4")) as overlay:
        assert sum(1 for _ in overlay.decode(video=0)) == frames
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_of_two_walkers_one_is_kept_and_the_choice_is_told(street, tmp_path):
    film = films.two_walkers(street, tmp_path / "two.mp4", 60, 165)
    done = run("analyse", "--sagittal", film, "--out", tmp_path / "out")
    assert (done.code, done.errors) == (0, "")
    assert "More than one person walks through the film" in done.output
    held = json.loads((tmp_path / "out" / "keypoints.coco.json").read_text(encoding="utf-8"))
    tops = [one["bbox"][1] for one in held["annotations"]]
    # Each walker keeps to one half of the picture, so its jumping over would show.
    height = held["images"][0]["height"]
    assert all(top < height / 2 for top in tops) or all(top > 0.4 * height for top in tops)
