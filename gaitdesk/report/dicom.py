"""The printed report as a DICOM Encapsulated PDF, as an archive of pictures takes it.

Source:
    DICOM PS3.3 2024, A.45.1 Encapsulated PDF IOD, with its modules of annex C.
"""

from __future__ import annotations

import importlib.util
import io
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gaitdesk import __version__
from gaitdesk.domain.errors import ExchangeLibraryMissing
from gaitdesk.domain.patient import Sex
from gaitdesk.i18n import in_english, tr
from gaitdesk.report.visit_record import Status, VisitRecord

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
"""Encapsulated PDF Storage, PS3.6 annex A."""

CODING_SCHEME = "99GAITDESK"
"""Private coding scheme, as PS3.3 8.2 lets anybody begin one with 99."""

_NAMESPACE = uuid.UUID("0f3a1c58-7d0e-4f0b-9d5b-6a0f5a1be3c7")
_LONG_STRING = 64
_SEXES = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.OTHER: "O"}
_NUMBERED_FROM = datetime(2025, 1, 1, tzinfo=UTC)


def encapsulated_pdf(record: VisitRecord) -> bytes:
    """The content of a DICOM file that holds the report.

    A visit keeps its study and series through all its versions; each file is an instance of its
    own. Under the patient's name it is another study than under the pseudonym, so that the two
    cannot be joined by their identifiers.

    Args:
        record: The visit; its text is written in UTF-8.

    Raises:
        ExchangeLibraryMissing: pydicom is not installed.
    """
    if importlib.util.find_spec("pydicom") is None:
        raise ExchangeLibraryMissing(["pydicom"])
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

    instance = generate_uid(prefix=None)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(ENCAPSULATED_PDF)
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(_uid("implementation"))
    meta.ImplementationVersionName = f"GAITDESK_{__version__}"[:16]
    made = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID = ENCAPSULATED_PDF
    made.SOPInstanceUID = instance
    _describe_patient(made, record)
    _describe_study(made, record)
    _describe_document(made, record)
    file = io.BytesIO()
    made.save_as(file, enforce_file_format=True)
    return file.getvalue()


def _describe_patient(made: Dataset, record: VisitRecord) -> None:
    patient = record.analysis.patient
    made.PatientID = record.identifier[:_LONG_STRING]
    made.PatientSex = "" if patient.sex is None else _SEXES[patient.sex]
    if record.named is None:
        made.PatientName = _person(patient.pseudonym, "")
        made.PatientBirthDate = ""
        made.PatientIdentityRemoved = "YES"
        made.DeidentificationMethod = "Pseudonym of the clinic in place of the name"
    else:
        made.PatientName = _person(*record.named.family_and_given)
        born = record.named.birth_day
        made.PatientBirthDate = "" if born is None else f"{born:%Y%m%d}"
        made.PatientIdentityRemoved = "NO"
    if patient.age_years is not None and patient.age_years >= 0:
        made.PatientAge = f"{int(patient.age_years):03d}Y"
    if patient.height_m is not None:
        made.PatientSize = f"{patient.height_m:.3f}"
    if patient.weight_kg is not None:
        made.PatientWeight = f"{patient.weight_kg:.1f}"


def _describe_study(made: Dataset, record: VisitRecord) -> None:
    kept_as = record.session if record.named is None else f"{record.session} named"
    made.StudyInstanceUID = _uid(f"study {kept_as}")
    made.SeriesInstanceUID = _uid(f"series {kept_as}")
    made.StudyDate = f"{record.day:%Y%m%d}"
    made.StudyTime = ""
    made.StudyID = ""
    made.AccessionNumber = ""
    referrer = "" if record.named is None else record.named.referrer
    made.ReferringPhysicianName = _person(referrer, "")
    made.StudyDescription = "Gait analysis from video"
    made.Modality = "DOC"
    made.SeriesNumber = 1
    made.SeriesDescription = "Edinburgh Visual Gait Score"
    made.Manufacturer = "GaitDesk"
    made.ManufacturerModelName = "GaitDesk"
    made.SoftwareVersions = __version__
    made.ConversionType = "WSD"


def _describe_document(made: Dataset, record: VisitRecord) -> None:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    with in_english():
        title = tr("Gait analysis from video: {name}").format(name=record.identifier)
    # Unique in its series, as C.24.2 asks: no two files of one visit are made in one second.
    made.InstanceNumber = int(record.made_at.timestamp() - _NUMBERED_FROM.timestamp())
    made.ContentDate = f"{record.made_at:%Y%m%d}"
    made.ContentTime = f"{record.made_at:%H%M%S}"
    made.InstanceCreationDate, made.InstanceCreationTime = made.ContentDate, made.ContentTime
    if record.made_at.utcoffset() is not None:
        made.TimezoneOffsetFromUTC = f"{record.made_at:%z}"[:5]
    # The cameras' own clocks are not to be relied on.
    made.AcquisitionDateTime = f"{record.day:%Y%m%d}"
    # The pseudonym, or the name, stands on every page.
    made.BurnedInAnnotation = "YES"
    made.DocumentTitle = title
    name = Dataset()
    name.CodeValue = "EVGS-REPORT"
    name.CodingSchemeDesignator = CODING_SCHEME
    name.CodeMeaning = "Gait analysis report, Edinburgh Visual Gait Score"
    made.ConceptNameCodeSequence = Sequence([name])
    made.VerificationFlag = "UNVERIFIED" if record.status is Status.DRAFT else "VERIFIED"
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(record.pdf)
    # The value has an even length; the length above says where the PDF ends.
    made.EncapsulatedDocument = record.pdf + b"\0" * (len(record.pdf) % 2)


def _person(family: str, given: str) -> str:
    """A person name of PS3.5 6.2; its delimiters cannot stand in a part of it."""
    parts = [
        part.translate(str.maketrans("^=\\", "   "))[:_LONG_STRING] for part in (family, given)
    ]
    return "^".join(parts).rstrip("^")


def _uid(name: str) -> str:
    """A unique identifier that is the same for the same name, as PS3.5 B.2 makes them."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, name).int}"
