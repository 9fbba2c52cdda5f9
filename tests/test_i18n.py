"""Text in two languages, plurals, and records that read the same to everybody."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time

import pytest

from gaitdesk import i18n
from gaitdesk.domain.progress import Progress, abreast, finish
from gaitdesk.i18n import (
    after_gap,
    aside,
    before_gap,
    clauses,
    columns_of,
    in_english,
    known_language,
    listed,
    noted,
    percent,
    phrase,
    retold,
    sentences,
    speak,
    system_language,
    titled,
    tr,
)
from tests import translations

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_english_counts_as_people_do():
    assert tr("%n item(s) wait for you", "", 1) == "1 item waits for you"
    assert tr("%n item(s) wait for you", "", 3) == "3 items wait for you"
    assert tr("%n file(s) are in {folder}.", "", 0) == "0 files are in {folder}."


def test_chinese_counts_in_one_form(chinese):
    assert tr("%n item(s) wait for you", "", 1) == "有 1 项待您处理"
    assert tr("%n item(s) wait for you", "", 3) == "有 3 项待您处理"


def test_lists_and_sentences_are_set_apart_as_in_the_language_spoken(chinese):
    assert listed(["1", "4", "6"]) == "1、4、6"
    assert phrase(["2026-05-04", "", "赤足"]) == "2026-05-04，赤足"
    assert clauses(["首次触地：1", "足旋转：2"]) == "首次触地：1；足旋转：2"
    assert percent("67") == "67%"
    assert titled("研究", "已同意") == "研究：已同意"
    assert [aside("2026-05-04", more) for more in ("2", "")] == ["2026-05-04（2）", "2026-05-04"]
    assert sentences(["有 1 项待您处理。", "", "第 2 项。"]) == "有 1 项待您处理。第 2 项。"
    with in_english():
        assert listed(["1", "4", "6"]) == "1, 4, 6"
        assert phrase(["2026-05-04", "", "barefoot"]) == "2026-05-04, barefoot"
        assert clauses(["heel: 1", "knee: 2"]) == "heel: 1; knee: 2"
        assert titled("Research", "given") == "Research: given"
        assert aside("2026-05-04", "2") == "2026-05-04 (2)"
        assert sentences(["Two wait.", "", "One is done."]) == "Two wait. One is done."


def test_a_han_sign_fills_two_columns_of_a_terminal():
    assert columns_of("κ 线性") == 6
    assert (before_gap("全部", 6), after_gap("全部", 6)) == ("全部  ", "  全部")
    assert (before_gap("all", 6), after_gap("too long", 6)) == ("all   ", "too long")


def test_a_note_chooses_the_word(chinese):
    assert tr("R", "one letter for: rules") == "规"
    assert tr("R", "right limb") == "右"


def test_text_that_nobody_translated_stays_as_it_is(chinese):
    assert tr("") == ""
    assert tr("No such sentence.") == "No such sentence."


def test_a_record_is_english_whatever_is_spoken(chinese):
    assert noted("Nobody walks in this film.") == "Nobody walks in this film."
    assert noted("Only %n clip(s) could be read.", 1) == "Only 1 clip could be read."
    assert retold("Nobody walks in this film.") == "该视频中没有人行走。"


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (
            "Pass 2 is seen 12 degrees aside of a true sagittal view: its angles are not proposed"
            " as scores.",
            "第 2 段行走偏离标准矢状面视角 12 度：其角度不用于建议评分。",
        ),
        ("Only 1 clip could be read.", "只能判读 1 个片段。"),
        ("Only 4 clips could be read.", "只能判读 4 个片段。"),
        ("Only 4 clip(s) could be read.", "只能判读 4 个片段。"),
        ("Barefoot", "赤足"),
        ("right knee tape", "right knee tape"),
        ("", ""),
    ],
)
def test_a_record_is_retold_with_its_values(chinese, kept, said):
    assert retold(kept) == said


def test_in_english_a_record_is_retold_as_it_stands():
    assert retold("Only 4 clip(s) could be read.") == "Only 4 clip(s) could be read."


def test_whatever_a_record_may_hold_is_retold(chinese):
    texts = [one for one in translations.all_said() if one.note == i18n.RECORD]
    assert len(texts) > 20
    for one in texts:
        filled = re.sub(r"\{\w+[^}]*\}", "17", noted(one.text, 17 if one.has_count else -1))
        told = retold(filled)
        assert CHINESE.search(told), one.text
        assert "{" not in told
        assert told.count("17") == filled.count("17")


def test_english_is_spoken_in_a_block_and_only_there(chinese):
    heard = []
    with in_english():
        assert tr("Undo") == "Undo"
        other = threading.Thread(target=lambda: heard.append(tr("Undo")))
        other.start()
        other.join()
    assert heard == ["撤销"]
    assert tr("Undo") == "撤销"


def test_jobs_side_by_side_speak_the_language_chosen(chinese):
    def job():
        yield Progress(0, 1, "")
        return tr("Undo")

    assert finish(abreast([job(), job()])) == ["撤销", "撤销"]


@pytest.mark.parametrize(
    ("names", "language"),
    [
        (["zh_CN.UTF-8"], "zh_CN"),
        (["zh-Hans-SG", "en-US"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["zh-Hant-TW", "en-GB"], "en"),
        (["zh_TW.UTF-8"], "en"),
        (["en_GB", "zh_CN"], "en"),
        (["de_DE", "zh_CN"], "zh_CN"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_locales_and_their_language(names, language):
    assert known_language(names) == language


def test_the_language_asked_for_comes_before_the_systems(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv(i18n.VARIABLE, "zh_CN")
    assert system_language() == "zh_CN"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked itself")
def test_the_systems_language_is_that_of_its_variables(monkeypatch):
    monkeypatch.setenv(i18n.VARIABLE, "")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert system_language() == "zh_CN"


def test_the_terminal_speaks_chinese_down_to_the_librarys_own_words():
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "gaitdesk", "--language", "zh_CN", "analyse", "-x"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 2
    assert told.stderr == ("缺少以下参数：--out。输入 gaitdesk analyse --help 可查看可用的选项。\n")


def test_an_unknown_language_is_refused():
    told = subprocess.run(
        [sys.executable, "-m", "gaitdesk", "--language=fr", "doctor"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert told.stderr == "--language takes one of en, zh_CN, not fr.\n"


def test_a_catalogue_is_there_within_20_ms(chinese):
    spent = []
    for _ in range(5):
        i18n._catalogue.cache_clear()
        start = time.process_time()
        speak("zh_CN")
        assert tr("Undo") == "撤销"
        spent.append(time.process_time() - start)
    assert min(spent) < 0.020


def test_what_was_done_in_one_language_is_undone_in_another(chinese):
    assert retold("Score Heel lift, left: 1 early") == "评分 足跟离地，左侧：1 过早"
    assert retold("Delete foot off, right") == "删除 足离地，右侧"
    assert retold("Accept 3 confident proposals") == "接受 3 项高置信建议"
