"""What is known and written of a child is printed, and what is missing is said to be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from gaitdesk.domain.background import Background, Gmfcs
from gaitdesk.domain.narrative import Narrative
from gaitdesk.domain.patient import Conditions, Patient
from gaitdesk.i18n import LANGUAGES, speaking
from gaitdesk.report.case import CaseFilm, pseudonymous
from gaitdesk.report.history import conditions, history
from gaitdesk.report.identity import facts, provenance
from gaitdesk.report.pdf import PageSize, Setup, write_pdf
from gaitdesk.report.standing import UNKEPT, Standing, document_hash
from gaitdesk.report.visit_record import NamedPatient
from tests.report import made

ANALYSIS = made.analysis(frames=4)
TOLD = made.told(ANALYSIS)
NAMED = Standing(named=NamedPatient("Moss, Ada", referrer="Dr. Hart, Leeds"))


def pages(tmp_path, analysis, setup=None, standing=UNKEPT):
    write_pdf(analysis, tmp_path / "report.pdf", standing=standing, setup=setup or Setup())
    return [page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages]


def flat(texts):
    return re.sub(r"\s+", " ", " ".join(texts))


def test_who_walks_is_told_with_its_measures():
    said = dict(facts(TOLD, UNKEPT))
    assert (said["Sex"], said["Weight"]) == ("female", "27.4 kg")
    assert said["Leg length"] == "left 65.2 cm, right 64.5 cm"
    assert said["Measured on"] == "2026-04-28"
    assert not {"Sex", "Weight", "Leg length", "Measured on"} & dict(facts(ANALYSIS, UNKEPT)).keys()


def test_each_device_is_told_in_the_language_of_the_report():
    run = replace(ANALYSIS.provenance, device="processor, 2 threads, NVIDIA H200")
    analysis = replace(ANALYSIS, provenance=run)
    assert dict(provenance(analysis, UNKEPT, ""))["Device"] == run.device
    with speaking("zh_CN"):
        assert dict(provenance(analysis, UNKEPT, ""))["设备"] == "处理器，2 个线程；NVIDIA H200"


def test_why_it_came_and_what_is_known_stand_together():
    said = dict(history(TOLD, NAMED))
    assert said["Question"].startswith("Is Mrs. Moss")
    assert (said["Referred by"], said["Referred on"]) == ("Dr. Hart, Leeds", "2026-03-30")
    assert said["GMFCS level"] == "II: walks with limitations"
    assert said["FMS ratings"] == "5 m: 6, 50 m: 5, 500 m: 1"
    first, second = said["Operations"].splitlines()
    assert first == "2023-11-14: Hamstring lengthening, both sides"
    assert second == "2019: by Dr. Hart in Leeds, left"


def test_who_referred_a_child_stands_beside_its_name_alone():
    assert "Referred by" not in dict(history(TOLD, UNKEPT))
    assert document_hash(TOLD, UNKEPT) == document_hash(TOLD, NAMED)


def test_nothing_known_is_no_section_and_something_known_says_what_is_missing():
    assert history(ANALYSIS, UNKEPT) == ()
    said = dict(history(replace(ANALYSIS, background=Background(gmfcs=Gmfcs.III)), UNKEPT))
    assert said["GMFCS level"].startswith("III")
    assert said["Diagnosis"] == said["Operations"] == "not recorded"


def test_conditions_that_were_recorded_are_told():
    said = dict(conditions(TOLD))
    assert (said["Room"], said["Assistance"]) == ("Gait room 2", "Held by one hand")
    assert "Room" not in dict(conditions(ANALYSIS))


@pytest.mark.parametrize("size", PageSize)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_printed_in_each_language_on_each_paper(tmp_path, language, size):
    setup = Setup(size, language)
    text = flat(pages(tmp_path, TOLD, setup, NAMED)).replace(" ", "")
    with speaking(language):
        told = (*facts(TOLD, NAMED), *conditions(TOLD), *history(TOLD, NAMED))
    written = TOLD.narrative
    told += (("", written.findings), ("", written.limitations), ("", written.recommendations))
    for _, value in told:
        for line in value.splitlines():
            assert "".join(line.split()) in text


def test_advice_stands_in_a_box_of_its_own_after_everything_measured(tmp_path):
    text = flat(pages(tmp_path, TOLD))
    assert text.index("Main findings") < text.index("EVGS, item by item")
    for measured in ("EVGS, item by item", "Walking speed, cadence", "Who gave each score"):
        assert text.index(measured) < text.index("Repeat the analysis in orthoses")
    assert text.index("Repeat the analysis in orthoses") < text.index("Nobody has signed")
    assert "Recommendations" not in flat(pages(tmp_path, ANALYSIS))


@pytest.mark.parametrize("words", ["word " * 3000, "。".join(["走路" * 40] * 60), "x" * 5000])
def test_advice_of_any_length_is_printed_whole(tmp_path, words):
    long = replace(ANALYSIS, narrative=Narrative(recommendations=words))
    text = "".join(flat(pages(tmp_path, long)).split())
    letter = words[0]
    assert text.count(letter) >= words.count(letter)


def test_a_case_for_others_keeps_what_was_chosen_and_nothing_that_was_typed():
    films = [CaseFilm(f"film-{n}.mp4", 4, (), "") for n in (1, 2)]
    case = pseudonymous(TOLD, "X-1", films)
    assert case.patient == Patient("X-1", 8.0, 1.29, TOLD.patient.sex, 27.4, 0.652, 0.645)
    assert case.conditions == Conditions(
        "Barefoot",
        "None",
        orthosis="Hinged ankle-foot orthosis",
        assistance="Held by one hand",
        cooperation="Good",
    )
    assert case.background.diagnosis == "Spastic cerebral palsy"
    whats = [one.what for one in case.background.treatments]
    assert whats == ["Hamstring lengthening", "Calf muscles", ""]
    assert not any(one.when for one in case.background.treatments)
    assert not case.referral.question
    assert case.referral.day is None
    assert case.narrative == Narrative()
    typed = replace(TOLD, background=replace(TOLD.background, diagnosis="as her mother Eve has"))
    assert pseudonymous(typed, "X-1", films).background.diagnosis == ""
