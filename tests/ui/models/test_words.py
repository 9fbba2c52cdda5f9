"""Where no model follows a mask from clicks, what to do next is said in place."""

from __future__ import annotations

from dataclasses import replace

from gaitdesk.i18n import speaking
from gaitdesk.jobs.eyes import packages
from gaitdesk.perception.licences import asked_words
from gaitdesk.perception.package import find_package
from gaitdesk.ui.models import words
from gaitdesk.ui.models.words import limit_words, missing_follower
from tests.perception.eyes import package_of

TABLE = '[masks]\nfamily = "sam2"\n'


def known(monkeypatch, *packages):
    monkeypatch.setattr(words, "packages", lambda task: packages)


def test_files_that_are_not_here_are_named_with_the_place_they_go_to(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    known(monkeypatch, replace(find_package("sam3"), weights=tmp_path / "nowhere"))
    said = missing_follower()
    assert "Take config.json and model.safetensors of facebook/sam3" in said
    assert str(tmp_path / "models" / "sam3" / "weights") in said
    assert said.endswith("Or brush the mask.")


def test_files_whose_licence_waits_are_said_to_be_here(tmp_path, monkeypatch):
    here = package_of(
        tmp_path / "asked", {"config.json": b"{}"}, task=words.TASK, tables=TABLE, acceptance="Ok?"
    )
    known(monkeypatch, here)
    assert "files of asked are here; accept the licence" in missing_follower()


def test_where_no_such_model_is_known_the_brush_is_left(monkeypatch):
    known(monkeypatch)
    assert missing_follower() == (
        "No model that follows a mask from clicks is known here; brush the mask."
    )


def test_what_a_licence_asks_and_a_model_cannot_do_read_in_the_language_spoken():
    brought = [one for one in packages() if one.found_at]
    assert {"sam3", "sapiens-2b", "sapiens2-5b"} <= {one.name for one in brought}
    with speaking("zh_CN"):
        for package in brought:
            assert asked_words(package).isascii() is not bool(package.acceptance)
            assert not any(limit_words(one).isascii() for one in package.limits)
    assert asked_words(find_package("sam3")) == find_package("sam3").acceptance
