"""Where no model follows a mask from clicks, what to do next is said in place."""

from __future__ import annotations

from dataclasses import replace

from gaitdesk.i18n import retold, speaking
from gaitdesk.learning.registry import Metric, TrainingCard, _facts
from gaitdesk.paths import project_folder
from gaitdesk.perception.licences import asked_words
from gaitdesk.perception.package import find_package, read_package
from gaitdesk.ui.models import words
from gaitdesk.ui.models.words import missing_follower, place_words, task_words, told
from tests.perception.eyes import package_of

MODELS = project_folder() / "models"
TABLE = '[masks]\nfamily = "sam2"\n'


def known(monkeypatch, *packages):
    monkeypatch.setattr(words, "packages", lambda task: packages)


def test_files_that_are_not_here_are_named_with_the_place_they_go_to(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    known(monkeypatch, replace(find_package("sam3"), weights=tmp_path / "nowhere"))
    said = missing_follower()
    assert "Take config.json and model.safetensors of facebook/sam3" in said
    assert str(tmp_path / "models" / "sam3" / "weights") in said
    assert said.endswith("Until then, each frame is brushed by itself.")


def test_files_whose_licence_waits_are_said_to_be_here(tmp_path, monkeypatch):
    here = package_of(
        tmp_path / "asked", {"config.json": b"{}"}, task=words.TASK, tables=TABLE, acceptance="Ok?"
    )
    known(monkeypatch, here)
    assert "files of asked are here; accept the licence" in missing_follower()


def test_where_no_such_model_is_known_the_brush_is_left(monkeypatch):
    known(monkeypatch)
    assert missing_follower() == (
        "No model that follows a mask is known here; each frame is brushed by itself."
    )


def is_english(words):
    """Whether a sentence is left as its package says it: names and numbers are in any language."""
    return words.isascii()


def test_what_packages_say_of_themselves_reads_in_the_language_spoken():
    along = [read_package(one.parent) for one in MODELS.glob("*/package.toml")]
    names = {one.name for one in along}
    assert {"blazepose", "childgait-phantom", "sam3", "sapiens-seg-1b", "sapiens2-5b"} <= names
    with speaking("zh_CN"):
        for package in along:
            assert not [one for one in told(package) if is_english(one)], package.name
            assert is_english(asked_words(package)) is not bool(package.acceptance)
            assert is_english(place_words(package)) is not bool(package.found_at)
            assert not is_english(task_words(package.task))
        two = find_package("sapiens-2b")
        assert "2" in told(two)[0]
        assert "facebookresearch/sapiens" in place_words(two)
    for package in along:
        assert told(package) == [package.intended_use, *package.limits]
    assert asked_words(find_package("sam3")) == find_package("sam3").acceptance


def test_what_a_network_trained_here_says_of_itself_reads_in_the_language_spoken():
    reached = Metric("balanced accuracy", "val", 0.712)
    for card in (
        TrainingCard("one", metrics=(reached,)),
        TrainingCard("two", is_non_commercial=True, is_for_demonstration=True),
    ):
        facts = _facts(card)
        assert len(facts.limits) == 2
        with speaking("zh_CN"):
            for words in (facts.intended_use, *facts.limits):
                assert not is_english(retold(words)), words


def test_what_only_one_package_says_stays_in_its_own_words(tmp_path):
    own = package_of(tmp_path / "own", {"config.json": b"{}"}, task="dots", tables=TABLE)
    with speaking("zh_CN"):
        assert told(own) == ["tests"]
        assert task_words(own.task) == "dots"
        assert place_words(own) == str(own.weights)
