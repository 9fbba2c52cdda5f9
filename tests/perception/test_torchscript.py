"""TorchScript files that do more than compute stay closed, however their steps are written."""

from __future__ import annotations

import io
import zipfile

import pytest
import torch

from gaitdesk.domain.errors import CheckpointRefused, MemoryTooSmall
from gaitdesk.perception.torchscript import load_script
from tests.perception.test_sapiens import script_bytes

WRITTEN = "written-by-a-model"
PLAIN = "return torch.add(batch, 1)"


class Adds(torch.nn.Module):
    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        return batch + 1


class Adding(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = torch.nn.Sequential(Adds(), Adds())

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        return self.inner(batch)


def rewritten(steps: str, *, ending: str = ".py", others: tuple[str, ...] = ()) -> bytes:
    """A file whose network takes other steps than it was saved with."""
    into = io.BytesIO()
    saved = zipfile.ZipFile(io.BytesIO(script_bytes(Adds())))
    with zipfile.ZipFile(into, "w") as archive:
        for name in saved.namelist():
            content = saved.read(name)
            if name.endswith(".py"):
                assert PLAIN.encode() in content
                content = content.replace(PLAIN.encode(), steps.encode())
                name = name.removesuffix(".py") + ending
                for other in others:
                    archive.writestr(name.removesuffix(ending) + other, saved.read(name))
            archive.writestr(name, content)
    return into.getvalue()


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "a.pt2"


def test_steps_that_compute_are_taken_also_those_of_parts_within_parts(place):
    place.write_bytes(rewritten(PLAIN))
    assert load_script(place)(torch.zeros(2)).tolist() == [1.0, 1.0]
    place.write_bytes(script_bytes(Adding()))
    assert load_script(place)(torch.zeros(1)).tolist() == [2.0]


@pytest.mark.parametrize(
    "steps",
    [
        f'torch.save(batch, "{WRITTEN}")',
        f'torch. save(batch, "{WRITTEN}")',
        f'batch.save("{WRITTEN}")',
        f'torch.autograd.save(batch, "{WRITTEN}")',
        f'getattr(torch, "save")(batch, "{WRITTEN}")',
        f'wide = torch\n    wide.save(batch, "{WRITTEN}")',
    ],
)
def test_a_network_that_writes_stays_closed_however_it_says_so(place, steps):
    place.write_bytes(rewritten(f"{steps}\n    return batch"))
    with pytest.raises(CheckpointRefused):
        load_script(place)(torch.zeros(1))
    assert not (place.parent / WRITTEN).exists()


class Silent(torch.nn.Module):
    @torch.jit.export
    def other(self, batch: torch.Tensor) -> torch.Tensor:
        return batch


def test_a_network_that_answers_nothing_is_refused(place):
    place.write_bytes(script_bytes(Silent()))
    with pytest.raises(CheckpointRefused, match="damaged or made for another"):
        load_script(place)


def test_want_of_memory_is_not_taken_for_damage(place, monkeypatch):
    def full(*_, **__):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")

    place.write_bytes(rewritten(PLAIN))
    monkeypatch.setattr(torch.jit, "load", full)
    with pytest.raises(MemoryTooSmall):
        load_script(place)


def test_what_runs_while_a_file_is_read_keeps_it_closed(place):
    place.write_bytes(
        rewritten(f"{PLAIN}\n  def __setstate__(self, state: int) -> NoneType:\n    return None")
    )
    with pytest.raises(CheckpointRefused, match=r"more than compute \(__setstate__\)"):
        load_script(place)


def test_steps_hide_behind_no_other_spelling_of_their_files_name(place):
    steps = f'torch.save(batch, "{WRITTEN}")\n    return batch'
    place.write_bytes(rewritten(steps, ending=".PY"))
    with pytest.raises(CheckpointRefused, match="save"):
        load_script(place)
    place.write_bytes(rewritten(steps, ending=".py", others=(".Py",)))
    with pytest.raises(CheckpointRefused, match="damaged"):
        load_script(place)


def test_a_file_that_only_ends_as_a_zip_is_none(place):
    place.write_bytes(b"PTMF" + bytes(60) + rewritten(PLAIN))
    with pytest.raises(CheckpointRefused, match="no TorchScript file"):
        load_script(place)
