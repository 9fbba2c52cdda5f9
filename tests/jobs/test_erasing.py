"""An erased patient leaves no name and no file, and a journal that verifies."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.errors import VideoUnreadable
from gaitdesk.domain.progress import finish
from gaitdesk.domain.refusals import NotErased, PatientErased
from gaitdesk.jobs.copying import copy_films_in
from gaitdesk.jobs.erasing import erase_patient
from gaitdesk.store import vault
from gaitdesk.store.edits import AnalysisFacts, Edit, FilmFacts, Identity, Kind
from gaitdesk.store.erasing import READINGS
from gaitdesk.store.facts import Consent, Giver, Purpose
from gaitdesk.store.verify import verify
from tests.store.made import PASSPHRASE, opened, score_all, sign, visit

CONTENT = b"a walk" * 1000


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "WORK", 2)
    return tmp_path / "desk"


@pytest.fixture
def store(desk):
    with opened(desk) as store:
        store.keys.add(PASSPHRASE)
        yield store


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "camera" / "WALK.MP4"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return FilmFacts(0, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), path, Plane.SAGITTAL)


def kept(store, film, pseudonym="C-12"):
    """A signed visit with a name, a film, an analysis and consent."""
    session = visit(store, pseudonym)
    patient = store.visit(session).patient
    store.set_identity(patient, Identity("Anna"))
    store.consents.record(patient, Purpose.CARE, Consent(True, date(2026, 1, 1), Giver.PARENT))
    store.add_film(session, film)
    place = Path("analyses") / session
    (store.folder / place).mkdir(parents=True)
    (store.folder / place / "analysis.json").write_text("{}")
    digest = hashlib.sha256(b"{}").hexdigest()
    store.add_analysis(session, AnalysisFacts(place, (("analysis.json", digest),)))
    score_all(store, session)
    sign(store, session)
    return session, patient


def test_films_are_copied_in_under_their_content(store, film, desk):
    session, _ = kept(store, film)
    (copied,) = finish(copy_films_in(session, desk))
    assert copied.path == desk / "films" / f"{film.sha256}.mp4"
    assert copied.path.read_bytes() == film.path.read_bytes() == CONTENT
    other, _ = kept(store, film, "C-13")
    before = copied.path.stat().st_ino
    assert finish(copy_films_in(other, desk)) == (copied,)
    assert copied.path.stat().st_ino == before
    assert verify(store).is_whole


def test_another_film_under_the_same_name_is_not_copied_in(store, film, desk):
    session, _ = kept(store, film)
    film.path.write_bytes(CONTENT[::-1])
    with pytest.raises(VideoUnreadable, match="not the film that was analysed"):
        finish(copy_films_in(session, desk))
    film.path.unlink()
    with pytest.raises(VideoUnreadable, match="not there any more"):
        finish(copy_films_in(session, desk))
    assert not list((desk / "films").glob("*"))
    assert list(store.films(session).values()) == [film]


def test_an_erased_patient_leaves_no_name_and_no_file(store, film, desk):
    session, patient = kept(store, film)
    finish(copy_films_in(session, desk))
    erased = finish(erase_patient(patient, "asked for by the family", desk, "Rater A"))
    assert {one.name for one in erased.removed} == {session, f"{film.sha256}.mp4"}
    assert not any(one.exists() for one in erased.removed)
    assert erased.left == (film.path,)
    assert film.path.exists()
    assert store.sessions() == ()
    assert store.patients() == ()
    assert store.identity(patient) is None
    verdict = verify(store)
    assert (verdict.is_whole, verdict.notes) == (True, ())
    assert len(store.signed_versions(session)) == 1


def test_what_the_network_saw_goes_with_the_patient(store, film, desk):
    session, patient = kept(store, film)
    place = desk / READINGS / session
    place.mkdir(parents=True)
    (place / "clips.npz").write_bytes(b"pictures of the child")
    erased = finish(erase_patient(patient, "asked for", desk))
    assert place in erased.removed
    assert not place.exists()


def test_nothing_is_added_to_an_erased_patient(store, film, desk):
    session, patient = kept(store, film)
    head = store.visit(session)
    finish(erase_patient(patient, "asked for", desk))
    for deed in (
        lambda: store.set_identity(patient, Identity("Anna")),
        lambda: store.record(session, Edit("Write", Kind.COMMENT, "", None, "x")),
        lambda: store.add_session(replace(head, day=date(2027, 1, 1))),
        lambda: store.signing.amend(session, "x"),
        lambda: store.consents.keep_until(patient, date(2030, 1, 1)),
        lambda: store.consents.record(
            patient, Purpose.CARE, Consent(True, date(2026, 1, 1), Giver.PARENT)
        ),
    ):
        with pytest.raises(PatientErased):
            deed()
    with pytest.raises(PatientErased):
        store.consents.check(session, Purpose.CARE)
    assert store.add_patient("C-12") != patient


def test_a_film_that_another_patients_visit_needs_stays(store, film, desk):
    session, patient = kept(store, film)
    other, _ = kept(store, film, "C-13")
    for one in (session, other):
        finish(copy_films_in(one, desk))
    finish(erase_patient(patient, "asked for", desk))
    (needed,) = store.films(other).values()
    assert needed.path.exists()


def test_what_could_not_be_removed_is_told_and_finished_later(store, film, desk, monkeypatch):
    _, patient = kept(store, film)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refuse)
        with pytest.raises(NotErased, match=r"could not be removed .Permission denied"):
            finish(erase_patient(patient, "asked for", desk))
    assert store.identity(patient) is None
    verdict = verify(store)
    assert verdict.is_whole
    assert "1 file" in verdict.notes[0]
    entries = verdict.entries
    finish(erase_patient(patient, "asked for", desk))
    assert verify(store).notes == ()
    assert verify(store).entries == entries


def test_only_what_lies_in_the_data_folder_is_ever_removed(store, film, desk, tmp_path):
    session, patient = kept(store, film)
    store.signing.amend(session, "a second analysis")
    precious = tmp_path / "precious"
    precious.mkdir()
    store.add_analysis(session, AnalysisFacts(Path("..") / "precious", ()))
    for folder in (Path(), Path("analyses") / ".."):
        store.add_analysis(session, AnalysisFacts(folder, ()))
    finish(erase_patient(patient, "asked for", desk))
    assert precious.exists()
    assert desk.exists()
    assert verify(store).is_whole
