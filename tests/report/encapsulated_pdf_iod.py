"""What an Encapsulated PDF must hold: the modules of its IOD that every file has.

Source:
    DICOM PS3.3 2024: A.45.1.3 (modules of usage M); C.7.1.1 Patient, C.7.2.1 General Study,
    C.24.1 Encapsulated Document Series, C.7.5.1 General Equipment, C.8.6.1 SC Equipment,
    C.24.2 Encapsulated Document, C.12.1 SOP Common; table 8.8-1 for coded entries.
"""

MUST_HAVE_A_VALUE = {
    "General Study": ["StudyInstanceUID"],
    "Encapsulated Document Series": ["Modality", "SeriesInstanceUID", "SeriesNumber"],
    "SC Equipment": ["ConversionType"],
    "Encapsulated Document": [
        "InstanceNumber",
        "BurnedInAnnotation",
        "MIMETypeOfEncapsulatedDocument",
        "EncapsulatedDocument",
    ],
    "SOP Common": ["SOPClassUID", "SOPInstanceUID", "SpecificCharacterSet"],
}
"""Attributes of type 1, and of type 1C where the condition holds."""

MAY_BE_EMPTY = {
    "Patient": ["PatientName", "PatientID", "PatientBirthDate", "PatientSex"],
    "General Study": [
        "StudyDate",
        "StudyTime",
        "ReferringPhysicianName",
        "StudyID",
        "AccessionNumber",
    ],
    "General Equipment": ["Manufacturer"],
    "Encapsulated Document": [
        "ContentDate",
        "ContentTime",
        "AcquisitionDateTime",
        "DocumentTitle",
        "ConceptNameCodeSequence",
    ],
}
"""Attributes of type 2: there, with or without a value."""

CODED_ENTRY = ["CodeValue", "CodingSchemeDesignator", "CodeMeaning"]
ENUMERATED = {
    "Modality": {"DOC"},
    "ConversionType": {"DV", "DI", "DF", "WSD", "SD", "SI", "DRW", "SYN"},
    "BurnedInAnnotation": {"YES", "NO"},
    "VerificationFlag": {"UNVERIFIED", "VERIFIED"},
    "PatientIdentityRemoved": {"YES", "NO"},
    "PatientSex": {"", "M", "F", "O"},
    "MIMETypeOfEncapsulatedDocument": {"application/pdf"},
}
