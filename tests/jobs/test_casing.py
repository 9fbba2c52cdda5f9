"""A case for others shows no head, names nobody, and says what it holds."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import Image
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import ConsentMissing
from gaitdesk.jobs import casing
from gaitdesk.jobs.analysing import follow_film
from gaitdesk.jobs.casing import CaseOrder, export_case
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.faces import FaceDetector
from gaitdesk.perception.package import find_package
from gaitdesk.report.interchange import read_analysis
from gaitdesk.store.facts import Purpose
from gaitdesk.store.store import Store
from tests.jobs.kept_visit import RATER, consent, filmed, kept

CUT, SEEN = range(100, 112), np.s_[440:960, 740:1200]
"""A woman walks past, seen from the side: frames, and the part of the picture she is in."""
OF_THE_FORMAT = {"major_brand", "minor_version", "compatible_brands", "language", "handler_name"}
"""What every MP4 file says of itself."""


class NoFaces:
    """A detector that finds nothing, for what is not about faces."""

    def faces(self, image, near=(), least=0.6):
        return []


@pytest.fixture
def desk(tmp_path):
    return tmp_path / "desk"


@pytest.fixture
def session(tmp_path, desk):
    return kept(filmed(tmp_path / "Ada Moss 2026-03-04"), desk)


@pytest.fixture
def order(tmp_path, desk, session, monkeypatch):
    monkeypatch.setattr(casing, "face_detector", NoFaces)
    return lambda out="case", **given: CaseOrder(session, tmp_path / out, desk, RATER, **given)


def agreed(desk, session, purpose=Purpose.RESEARCH):
    with Store.open(desk, rater=RATER) as store:
        consent(store, session, purpose)


def test_nothing_is_written_without_consent_for_that_purpose(desk, session, order, tmp_path):
    agreed(desk, session, Purpose.RESEARCH)
    with pytest.raises(ConsentMissing, match="training"):
        finish(export_case(order(purpose=Purpose.TRAINING)))
    assert not (tmp_path / "case").exists()


def test_a_case_holds_films_skeleton_scores_and_what_it_is(desk, session, order):
    agreed(desk, session)
    made = finish(export_case(order()))
    assert {one.name for one in made.place.iterdir()} == {
        "README.txt",
        "case.json",
        "analysis.json",
        "keypoints.coco.json",
        "scoresheet.csv",
        "film-1-sagittal.mp4",
        "film-2-coronal.mp4",
    }
    facts = json.loads((made.place / "case.json").read_text("utf-8"))
    assert (facts["is_pseudonymous"], facts["is_anonymous"]) == (True, False)
    analysis = read_analysis(made.place)
    assert analysis.patient.pseudonym == facts["pseudonym"] == made.pseudonym
    assert analysis.patient.age_years == 8.0
    assert np.isfinite(analysis.films[0].pose.points_px).any()
    assert all(film.mask is None for film in analysis.films)
    assert len(analysis.scoresheet.cells) == 34
    told = (made.place / "README.txt").read_text("utf-8")
    assert "pseudonymous, not anonymous" in told
    assert "film-1-sagittal.mp4: 12 frames" in told


def test_no_file_of_a_case_tells_name_day_or_camera(desk, session, order):
    agreed(desk, session)
    made = finish(export_case(order("case.zip")))
    with zipfile.ZipFile(made.place) as archive:
        assert {one.date_time[0] for one in archive.infolist()} == {1980}
        contents = [archive.read(one) for one in archive.infolist()]
    for secret in (b"C-12", b"Ada Moss", b"2026-0", b"tired towards", b"Lavf", b"CPU, 2 threads"):
        assert not [content for content in contents if secret in content], secret


def test_the_same_visit_is_somebody_else_in_every_case(desk, session, order):
    agreed(desk, session)
    names = {finish(export_case(order(f"case-{number}"))).pseudonym for number in range(2)}
    assert len(names) == 2


def phone_film(path, pictures: list[Image]) -> None:
    """A film as a phone leaves it: with sound, place, time and its own name."""
    with av.open(path, "w", options={"movflags": "use_metadata_tags"}) as film:
        film.metadata.update(
            {
                "creation_time": "2026-03-04T10:00:00Z",
                "location": "+51.5000-000.1200/",
                "com.apple.quicktime.model": "Telephone 12",
            }
        )
        stream = film.add_stream("libx264", rate=30)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        sound = film.add_stream("aac", rate=16000)
        for picture in pictures:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate, silence.time_base, silence.pts = 16000, Fraction(1, 16000), 0
        film.mux(sound.encode(silence))
        film.mux(sound.encode(None))


def test_a_real_film_leaves_without_face_sound_place_time_and_camera(films, tmp_path, desk):
    package = find_package("blazepose")
    if not package.is_present:
        pytest.skip("BlazePose's weights are absent; python3 installers/run.py fetches them")
    path = tmp_path / "IMG_0417.mp4"
    with VideoReader(probe(films / "sports2d_demo" / "demo.mp4", with_hash=False)) as reader:
        pictures = [
            np.ascontiguousarray(picture[SEEN]) for _, picture in reader.frames(CUT.start, CUT.stop)
        ]
    phone_film(path, pictures)
    found, _ = finish(follow_film(probe(path), Plane.SAGITTAL, BlazePose(package)))
    analysis = replace(filmed(tmp_path / "made"), films=(found,), sync=())
    session = kept(analysis, desk)
    agreed(desk, session)
    made = finish(export_case(CaseOrder(session, tmp_path / "case", desk, RATER)))
    out = made.place / "film-1-sagittal.mp4"
    with av.open(path) as before, av.open(out) as after:
        assert before.metadata["com.apple.quicktime.model"] == "Telephone 12"
        assert [one.type for one in before.streams] == ["video", "audio"]
        assert [one.type for one in after.streams] == ["video"]
        said = set(after.metadata) | set(after.streams[0].metadata)
    assert said <= OF_THE_FORMAT
    detector = FaceDetector(package)
    assert sum(bool(detector.faces(picture)) for picture in pictures) >= 6
    with VideoReader(probe(out)) as reader:
        assert [frame for frame, image in reader.frames() if detector.faces(image)] == []
    assert made.films[0].frames == len(CUT)
