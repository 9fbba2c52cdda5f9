"""A desk with a small cohort and a small network in use, and windows that train on it."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import QSettings

from gaitdesk.childgait.model import ChildGaitModel, save_model
from gaitdesk.learning.recipe import Preset
from gaitdesk.learning.registry import Registry
from gaitdesk.learning.shards import SUFFIX, save_shard
from gaitdesk.phantom.cohort import Split
from tests.learning.children import made_shard, small_config
from tests.ui.training import made


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The data folder, which is the user's own as where the window was started on it."""
    folder = tmp_path / "data"
    monkeypatch.setenv("GAITDESK_DATA", str(folder))
    return folder


@pytest.fixture
def cohort(tmp_path):
    """Five children to learn from and four who judge, red where all is atypical."""
    folder = tmp_path / "cohort"
    folder.mkdir()
    for number in range(9):
        split = Split.TEST if number > 4 else Split.TRAIN
        shard = made_shard(number, is_atypical=bool(number % 2), split=split)
        save_shard(folder / f"{shard.name}{SUFFIX}", shard)
    return folder


@pytest.fixture
def start(tmp_path):
    """A file of weights to begin with."""
    torch.manual_seed(1)
    path = tmp_path / "start.safetensors"
    save_model(ChildGaitModel(small_config()), path)
    return path


@pytest.fixture
def old_network(desk):
    """A small network of this desk that is in use."""
    registry = Registry(desk / "models")
    one = made.network(registry, "trained-2026-06-01-1")
    registry.activate(one.id, "the first one", "Dr. Lin")
    return one


@pytest.fixture
def teaching(open_window, desk, cohort, start, monkeypatch, tmp_path):
    """The page of a window, with the cohort and the small network chosen."""

    def settings(window):
        return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    def open_page(epochs=2):
        window = open_window(desk)
        window.teaching._settings = settings(window)
        window.teaching.show()
        page = window.teaching.page
        page.data.sources.phantoms.show_folders([cohort])
        page.data.sources.clinic.setChecked(False)
        plan = page.training.plan
        plan.choose(str(start))
        plan.presets[Preset.QUICK].setChecked(True)
        plan.details.fields["epochs"].setValue(epochs)
        plan.details.fields["patience"].setValue(1000)
        plan.details.fields["rate"].setValue(5e-3)
        return window

    return open_page
