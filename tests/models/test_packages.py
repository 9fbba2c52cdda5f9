"""Every package in models/ states what it is, and is whole where its weights are."""

from __future__ import annotations

import pytest

from gaitdesk.paths import project_folder
from gaitdesk.perception.package import read_package

FOLDERS = sorted(path.parent for path in (project_folder() / "models").glob("*/package.toml"))


def test_the_embedded_model_is_described():
    assert "blazepose" in {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_package_states_licence_input_use_and_limits(folder):
    package = read_package(folder)
    assert package.name == folder.name
    for said in (package.licence, package.input, package.intended_use, package.trained_on):
        assert len(said) > 5
    assert package.limits
    assert package.files
    if all(file.is_stated for file in package.files):
        assert (folder / "LICENSE").is_file()
    else:
        # Its files, and its licence with them, are the publisher's to give.
        assert package.found_at


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_weights_that_are_there_are_the_published_ones(folder):
    package = read_package(folder)
    if not package.is_present:
        pytest.skip(f"weights of {package.name} are absent; python3 installers/run.py fetches them")
    package.verify()
