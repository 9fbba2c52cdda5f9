"""A licence that asks for it is accepted by somebody before the model is used."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gaitdesk.domain.refusals import LicenceNotAccepted
from gaitdesk.perception.licences import accept, acceptance_of, check_accepted, text_words
from gaitdesk.perception.package import find_package


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITDESK_DATA", str(tmp_path))
    known = find_package("blazepose")
    return replace(known, acceptance="It is not used for payment.", licence="CC BY-NC 4.0")


def test_nothing_is_used_before_somebody_has_accepted(package):
    with pytest.raises(LicenceNotAccepted, match=r"CC BY-NC.*not used for payment.*models accept"):
        check_accepted(package)
    accept(package, "Dr Lee")
    check_accepted(package)
    assert acceptance_of(package).who == "Dr Lee"


def test_the_whole_licence_is_where_it_came_with_the_files_or_where_they_are_had(package, tmp_path):
    assert text_words(package) == f"The whole licence: {package.folder / 'LICENSE'}"
    elsewhere = replace(package, folder=tmp_path, found_at="the publisher's page")
    assert text_words(elsewhere) == "The whole licence: the publisher's page"


def test_other_words_are_asked_for_anew(package):
    accept(package, "Dr Lee")
    with pytest.raises(LicenceNotAccepted):
        check_accepted(replace(package, acceptance="It is not used at night."))


def test_a_licence_that_asks_for_nothing_is_not_asked_about(package):
    check_accepted(replace(package, acceptance=""))


def test_a_damaged_record_counts_as_none(package, tmp_path):
    accept(package, "Dr Lee")
    (tmp_path / "models" / "accepted-licences.json").write_text("{")
    assert acceptance_of(package) is None


def test_nobody_cannot_accept(package):
    with pytest.raises(ValueError, match="nobody"):
        accept(package, "  ")
