"""The embedded model, where its weights have been fetched."""

from __future__ import annotations

import pytest

from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.package import ModelPackage, find_package


@pytest.fixture(scope="session")
def blazepose_package() -> ModelPackage:
    """The package; the test is skipped where its weights have not been fetched."""
    package = find_package("blazepose")
    if not package.is_present:
        pytest.skip("BlazePose's weights are absent; python3 installers/run.py fetches them")
    return package


@pytest.fixture(scope="session")
def blazepose(blazepose_package) -> BlazePose:
    return BlazePose(blazepose_package)
