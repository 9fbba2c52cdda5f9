"""An archive of pictures takes the report: everything its IOD asks for is there."""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pydicom
import pytest
from pydicom import config
from pydicom.uid import UID

from gaitdesk.domain.errors import ExchangeLibraryMissing
from gaitdesk.domain.patient import Patient
from gaitdesk.report.dicom import ENCAPSULATED_PDF, encapsulated_pdf
from gaitdesk.report.visit_record import NamedPatient, Signoff, VisitRecord
from tests.report import made
from tests.report.encapsulated_pdf_iod import (
    CODED_ENTRY,
    ENUMERATED,
    MAY_BE_EMPTY,
    MUST_HAVE_A_VALUE,
)

PDF = b"%PDF-1.7 an odd number of bytes"
AT = datetime(2026, 5, 6, 14, 30, 5, tzinfo=UTC)


def record(**given) -> VisitRecord:
    """A visit nobody has signed."""
    known = {"session": "ab" * 16, "day": date(2026, 5, 4), "pdf": PDF, "made_at": AT}
    return VisitRecord(**{**known, "analysis": made.analysis(), **given})


def signed(version: int = 1, **given) -> VisitRecord:
    signoff = Signoff("Dr. A. Reader", "Physiotherapist", "authorship", AT)
    return record(version=version, signoffs=(signoff,), **given)


def named() -> VisitRecord:
    return record(named=NamedPatient("王, 小明", date(2017, 9, 1), "H-0042"))


def told() -> VisitRecord:
    """A visit of which everything is known, under the child's name."""
    who = NamedPatient("Moss, Ada", date(2017, 9, 1), "H-7", "Dr. Hart, Leeds")
    return record(analysis=made.told(made.analysis(frames=4)), named=who)


def read(visit: VisitRecord) -> pydicom.Dataset:
    return pydicom.dcmread(io.BytesIO(encapsulated_pdf(visit)))


@pytest.fixture(autouse=True)
def _strictly(monkeypatch):
    monkeypatch.setattr(config.settings, "_reading_validation_mode", config.RAISE)
    monkeypatch.setattr(config.settings, "_writing_validation_mode", config.RAISE)


@pytest.mark.parametrize(
    "visit", [record(), signed(), named(), told()], ids=["draft", "signed", "named", "told"]
)
def test_it_holds_what_the_iod_asks_for(visit):
    found = read(visit)
    for module, names in MUST_HAVE_A_VALUE.items():
        for name in names:
            assert found.get(name) not in (None, ""), (module, name)
    for module, names in MAY_BE_EMPTY.items():
        for name in names:
            assert name in found, (module, name)
    for name, allowed in ENUMERATED.items():
        assert found.get(name) in allowed, name
    (concept,) = found.ConceptNameCodeSequence
    assert all(concept.get(name) for name in CODED_ENTRY)


def complaints(path) -> list[str]:
    """What dciodvfy calls an error; it knows the IOD's modules, attributes and their values.

    Source:
        D. Clunie, dicom3tools.
    """
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy checks the file: apt-get install dicom3tools")
    done = subprocess.run(
        ["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False
    )
    assert "EncapsulatedPDF" in done.stderr.split()
    return [line for line in done.stderr.splitlines() if line.startswith("Error")]


@pytest.mark.parametrize(
    "visit",
    [record(), signed(2), named(), told()],
    ids=["draft", "signed", "named", "told"],
)
def test_a_validator_of_dicom_finds_no_error(visit, tmp_path):
    path = tmp_path / "visit.dcm"
    path.write_bytes(encapsulated_pdf(visit))
    assert complaints(path) == []


@pytest.mark.parametrize("name", ["MIMETypeOfEncapsulatedDocument", "ConversionType", "PatientID"])
def test_the_validator_would_find_what_is_missing(name, tmp_path):
    found = read(record())
    del found[name]
    path = tmp_path / "visit.dcm"
    found.save_as(path, enforce_file_format=True)
    assert any(name in line for line in complaints(path))


def test_identifiers_are_valid_and_of_the_right_class():
    found = read(record())
    assert found.SOPClassUID == found.file_meta.MediaStorageSOPClassUID == ENCAPSULATED_PDF
    assert found.SOPClassUID.name == "Encapsulated PDF Storage"
    assert found.SOPInstanceUID == found.file_meta.MediaStorageSOPInstanceUID
    uids = [element.value for element in found.iterall() if element.VR == "UI"]
    assert all(UID(uid).is_valid for uid in uids)
    assert len(set(uids)) == 4


def test_the_pdf_comes_out_as_it_went_in():
    found = read(record())
    assert found.EncapsulatedDocument[: found.EncapsulatedDocumentLength] == PDF
    assert len(found["EncapsulatedDocument"].value) % 2 == 0


def test_a_visit_keeps_its_study_and_every_file_is_an_instance_of_its_own():
    first, second = read(record()), read(signed(made_at=AT + timedelta(seconds=1)))
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.InstanceNumber != second.InstanceNumber
    assert read(record(session="cd" * 16)).StudyInstanceUID != first.StudyInstanceUID


def test_only_what_is_signed_is_verified():
    assert read(record()).VerificationFlag == "UNVERIFIED"
    assert read(signed(2)).VerificationFlag == "VERIFIED"


def test_the_pseudonym_stands_in_the_place_of_the_name():
    found = read(record())
    assert (found.PatientName, found.PatientID) == ("Child-0417", "Child-0417")
    assert (found.PatientBirthDate, found.PatientIdentityRemoved) == ("", "YES")
    assert (found.PatientAge, found.StudyDate) == ("008Y", "20260504")


def test_a_name_goes_along_in_any_script_and_cannot_be_joined_to_the_pseudonym():
    found = read(named())
    assert (found.PatientName.family_name, found.PatientName.given_name) == ("王", "小明")
    assert (found.PatientID, found.PatientBirthDate) == ("H-0042", "20170901")
    assert "Child-0417" not in found.to_json()
    assert found.StudyInstanceUID != read(record()).StudyInstanceUID


def test_a_pseudonym_with_delimiters_is_one_name():
    patient = Patient("A^B=C\\D" + 80 * "x")
    found = read(record(analysis=replace(made.analysis(), patient=patient)))
    assert found.PatientName.given_name == ""
    assert len(str(found.PatientName)) <= 64


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExchangeLibraryMissing, match=r"pydicom.*gaitdesk\[exchange\]"):
        encapsulated_pdf(record())


def test_sex_weight_and_who_referred_the_child_are_told_with_the_name_alone():
    found = read(told())
    assert (found.PatientSex, str(found.PatientWeight)) == ("F", "27.4")
    assert str(found.ReferringPhysicianName) == "Dr. Hart, Leeds"
    found = read(replace(told(), named=None))
    assert (found.PatientSex, str(found.ReferringPhysicianName)) == ("F", "")
