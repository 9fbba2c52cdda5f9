"""An order survives being typed, and loads no network library to be written."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from gaitdesk.commands.train import add_train, order_of
from gaitdesk.domain.errors import OptionInvalid
from gaitdesk.jobs.training_order import Details, TrainingOrder
from gaitdesk.learning.recipe import Preset


def _typed(words):
    parser = argparse.ArgumentParser()
    add_train(parser)
    return order_of(parser.parse_args(words))


@pytest.mark.parametrize(
    "order",
    [
        TrainingOrder(Path("run")),
        TrainingOrder(
            Path("a folder/run"),
            Path("data"),
            has_clinic=False,
            phantoms=(Path("one"), Path("two")),
            foreign=(Path("others"),),
            start="childgait-phantom",
            preset=Preset.THOROUGH,
            details=Details(3, 4, 1e-3, 0.8, 1.5, 2.0, 5, 2, 8),
            folds=5,
            name="ours",
            device="cpu",
            seed=7,
        ),
    ],
    ids=["least", "most"],
)
def test_an_order_is_the_same_after_it_was_typed(order):
    words = order.words()
    assert words[0] == "train"
    assert _typed(words[1:]) == order


def test_a_single_fold_is_none():
    with pytest.raises(OptionInvalid, match="at least 2"):
        _typed(["--out", "run", "--folds", "1"])


def test_the_window_can_order_a_training_without_loading_torch():
    code = (
        "import sys, gaitdesk.jobs.teaching, gaitdesk.commands.train;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


WITHOUT_TORCH = """
import sys
from gaitdesk.jobs import reading

class Barred:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Barred())
reading.missing_libraries = lambda: ["torch"]
from gaitdesk.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    "words", [["train"], ["evaluate"], ["evaluate", "--ablation", "3"]], ids=" ".join
)
def test_without_torch_the_command_says_what_to_install(words, tmp_path):
    folders = ["--out", str(tmp_path / "out"), "--data-folder", str(tmp_path / "data")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *words, *folders],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "gaitdesk[network]" in done.stderr
    assert "Traceback" not in done.stderr
