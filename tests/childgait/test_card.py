"""A network is a model package: written whole, read checked, refused in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gaitdesk.childgait.answers import Calibration, ItemCalibration
from gaitdesk.childgait.card import (
    CALIBRATION_FILE,
    WEIGHTS_FILE,
    CardFacts,
    load_network,
    network_from,
    network_names,
    write_network,
)
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.domain.evgs import Item
from gaitdesk.perception.package import read_package, sha256_of
from tests.childgait.stick import small_network

FACTS = CardFacts(
    name="made-up",
    version="3",
    licence="CC0-1.0",
    licence_text="Do as you like.\n",
    authors='A "clinic"',
    trained_on="Nobody: its weights are drawn by lot",
    intended_use="Tests",
    limits=("It knows nothing.",),
    is_for_demonstration=True,
)
CALIBRATION = Calibration(
    items=(ItemCalibration(Item.HEEL_LIFT, temperature=1.7, typical_below=0.1),),
    fewest_clips=4,
    made_from="nobody",
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    models = tmp_path / "models"
    monkeypatch.setenv("GAITDESK_MODELS", str(models))
    model = small_network(is_ordinal=True).model
    return write_network(models / FACTS.name, model, CALIBRATION, FACTS)


def test_a_package_that_was_written_is_loaded(package):
    network = network_from(package)
    assert network.name == "made-up 3"
    assert network.calibration == CALIBRATION
    assert network.is_for_demonstration
    assert sha256_of(package.path_of(WEIGHTS_FILE)) in network.provenance
    own = small_network(is_ordinal=True).model.state_dict()
    for name, tensor in network.model.state_dict().items():
        torch.testing.assert_close(tensor, own[name])


def test_the_card_tells_people_what_the_network_is(package):
    assert package.authors == FACTS.authors
    assert "8 pictures at 30 a second, 112 x 112" in package.input
    assert "skeleton" in package.input
    assert (package.folder / "LICENSE").read_text(encoding="utf-8") == FACTS.licence_text


def test_the_first_network_is_found_by_itself(package):
    assert network_names()[0] == "made-up"
    assert load_network().name == "made-up 3"


def test_where_there_is_no_network_it_is_said_where_one_goes(tmp_path, monkeypatch):
    monkeypatch.setattr("gaitdesk.childgait.card.model_folders", lambda: (tmp_path,))
    monkeypatch.setattr("gaitdesk.childgait.installed.model_folders", lambda: (tmp_path,))
    with pytest.raises(ModelPackageInvalid, match="--reader rules") as told:
        load_network()
    assert str(tmp_path) in str(told.value)


def test_another_kind_of_model_cannot_score(package):
    with pytest.raises(ModelPackageInvalid, match="cannot score"):
        load_network("blazepose")


@pytest.mark.parametrize("name", [WEIGHTS_FILE, CALIBRATION_FILE])
def test_a_file_that_was_changed_is_refused(package, name):
    path = package.path_of(name)
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelPackageInvalid, match="not the file that was published"):
        network_from(package)


def test_a_card_that_describes_other_weights_is_refused(package):
    card = package.folder / "package.toml"
    words = card.read_text(encoding="utf-8")
    card.write_text(words.replace("is_ordinal = true", "is_ordinal = false"), encoding="utf-8")
    with pytest.raises(ModelPackageInvalid, match="is_ordinal"):
        network_from(read_package(package.folder))


def test_a_calibration_out_of_range_is_refused(package):
    path = package.path_of(CALIBRATION_FILE)
    path.write_text(path.read_text(encoding="utf-8").replace("1.7", "-1.7"), encoding="utf-8")
    files = tuple(
        replace(file, sha256=sha256_of(path), size_bytes=path.stat().st_size)
        if file.name == CALIBRATION_FILE
        else file
        for file in package.files
    )
    with pytest.raises(ModelPackageInvalid, match="temperature"):
        network_from(replace(package, files=files))


def test_a_folder_of_another_name_is_a_mistake_of_ours(tmp_path):
    with pytest.raises(ValueError, match="folder of that name"):
        write_network(tmp_path / "other", small_network().model, CALIBRATION, FACTS)
