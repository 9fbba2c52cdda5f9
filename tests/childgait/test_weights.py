"""Files that are not what they seem; each is really built, and each is refused in a sentence."""

import argparse
import contextlib
import io
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaitdesk.childgait.weights import open_weights, save_weights
from gaitdesk.domain.errors import CheckpointRefused

TENSORS = {"a.weight": torch.arange(6.0).view(2, 3), "b": torch.ones(2, dtype=torch.bfloat16)}


class LeavesATrace:
    """An object whose unpickling writes a file."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return (os.system, (f"echo ran > {self.trace}",))


def refused(path):
    with pytest.raises(CheckpointRefused) as caught:
        open_weights(path)
    words = str(caught.value)
    assert words.startswith(f"{path.name}: ")
    assert words.endswith(".")
    return words


@pytest.fixture
def trace(tmp_path):
    return tmp_path / "trace"


def test_weights_come_back_as_they_were_saved(tmp_path):
    path = tmp_path / "w.safetensors"
    save_weights(path, TENSORS, {"frames": "16"})
    found = open_weights(path)
    assert found.about == {"frames": "16"}
    assert {name: one.dtype for name, one in found.tensors.items()} == {
        name: one.dtype for name, one in TENSORS.items()
    }
    assert all(torch.equal(found.tensors[name], one) for name, one in TENSORS.items())
    assert list(tmp_path.iterdir()) == [path]
    (tmp_path / "usual").touch()
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_views_of_one_storage_can_be_saved(tmp_path):
    whole = torch.arange(12.0).view(3, 4)
    save_weights(tmp_path / "w.safetensors", {"whole": whole, "turned": whole.T}, {})
    assert torch.equal(open_weights(tmp_path / "w.safetensors").tensors["turned"], whole.T)


@pytest.mark.parametrize("is_zip", [True, False])
@pytest.mark.parametrize("wrapper", ["model", "module", "state_dict"])
def test_training_checkpoints_are_unwrapped(tmp_path, wrapper, is_zip):
    path = tmp_path / "w.pth"
    args = argparse.Namespace(model="vit_base_patch16_224", lr=7e-4)
    content = {wrapper: TENSORS, "epoch": 89, "args": args, "optimizer": {"state": {}}}
    torch.save(content, path, _use_new_zipfile_serialization=is_zip)
    found = open_weights(path)
    assert set(found.tensors) == set(TENSORS)
    assert set(found.ignored) == {"epoch", "args", "optimizer"}


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_checkpoint_with_code_is_refused_and_the_code_not_run(tmp_path, trace, is_zip):
    path = tmp_path / "w.pth"
    content = {"model": TENSORS, "args": LeavesATrace(trace)}
    torch.save(content, path, _use_new_zipfile_serialization=is_zip)
    assert f"{os.system.__module__}.system" in refused(path)
    assert not trace.exists()
    torch.load(path, weights_only=False)
    assert trace.exists(), "the file would have run it"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_bare_pickle_with_code_is_refused_and_the_code_not_run(tmp_path, trace, protocol):
    path = tmp_path / "w.bin"
    path.write_bytes(pickle.dumps({"model": LeavesATrace(trace)}, protocol))
    assert "system" in refused(path)
    assert not trace.exists()
    pickle.loads(path.read_bytes())
    assert trace.exists(), "the file would have run it"


def test_code_hidden_in_allowed_settings_is_refused_too(tmp_path, trace):
    path = tmp_path / "w.pth"
    torch.save({"model": TENSORS, "args": argparse.Namespace(x=LeavesATrace(trace))}, path)
    assert "system" in refused(path)
    assert not trace.exists()


def test_functions_of_torch_itself_are_no_weights(tmp_path):
    path = tmp_path / "w.pth"
    torch.save({"model": TENSORS, "hook": torch.hub.load}, path)
    assert "torch.hub.load" in refused(path)


def test_a_torchscript_program_is_refused(tmp_path):
    path = tmp_path / "w.pt"
    with zipfile.ZipFile(path, "w") as archive:
        for inner in ("data.pkl", "constants.pkl", "code/__torch__.py"):
            archive.writestr(f"w/{inner}", b"")
    assert "program" in refused(path)


def test_another_archive_is_refused(tmp_path):
    path = tmp_path / "w.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "weights")
    assert "archive" in refused(path)


def test_an_archive_that_swells_when_unpacked_is_refused(tmp_path):
    path = tmp_path / "w.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w/data.pkl", b"\0" * 10_000_000)
    assert "archive" in refused(path)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
@pytest.mark.parametrize("kind", ["safetensors", "zip", "pickle"])
def test_a_file_cut_short_is_refused(tmp_path, kind, share):
    path = tmp_path / "w"
    tensors = {"a": torch.arange(1000.0), "b": torch.arange(500.0)}
    if kind == "safetensors":
        safetensors.torch.save_file(tensors, path)
    else:
        torch.save(tensors, path, _use_new_zipfile_serialization=kind == "zip")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert "damaged or was cut short" in refused(path)


def test_a_safetensors_header_longer_than_the_file_is_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(struct.pack("<Q", 10**12) + b'{"a":')
    assert "damaged" in refused(path)


def test_safetensors_whose_tensors_overlap_are_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    entry = b'{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'
    header = b'{"a":' + entry + b',"b":' + entry + b"}"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 8)
    assert "damaged" in refused(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "w.pth"
    path.touch()
    assert "empty" in refused(path)


@pytest.mark.parametrize("content", [b"version https://git-lfs.github.com/spec/v1\n", b"\x89PNG"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    assert "not a file of network weights" in refused(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    assert "cannot be opened" in refused(tmp_path)
    assert "cannot be opened" in refused(tmp_path / "nothing.pth")


@pytest.mark.parametrize("content", [{}, {"epoch": 3}, [TENSORS["b"]], TENSORS["b"], {"model": 1}])
def test_a_checkpoint_without_weights_is_refused(tmp_path, content):
    path = tmp_path / "w.pth"
    torch.save(content, path)
    assert "holds no weights" in refused(path)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_weights_that_are_no_finite_numbers_are_refused(tmp_path, number, dtype):
    path = tmp_path / "w.safetensors"
    spoilt = torch.zeros(3, 5, dtype=dtype)
    spoilt[1, 2] = number
    safetensors.torch.save_file({"fine": torch.zeros(2), "spoilt": spoilt}, path)
    words = refused(path)
    assert "spoilt" in words
    assert "not finite" in words


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(1).expand(10**12),
        torch.zeros(3, device="meta"),
        torch.zeros(3).to_sparse(),
        torch.zeros(3, dtype=torch.complex64),
    ],
    ids=["swelling", "hollow", "sparse", "complex"],
)
def test_tensors_that_are_no_plain_arrays_are_refused(tmp_path, tensor):
    path = tmp_path / "w.pth"
    torch.save({"fine": torch.zeros(2), "odd": tensor}, path)
    words = refused(path)
    assert "odd" in words
    assert "plain array" in words


def saved(is_zip):
    file = io.BytesIO()
    torch.save(
        {"model": {"a": torch.arange(40.0)}, "epoch": 1},
        file,
        _use_new_zipfile_serialization=is_zip,
    )
    return file.getvalue()


MADE = (saved(True), saved(False), safetensors.torch.save({"a": torch.arange(40.0)}, {"x": "y"}))


@settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(MADE),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    st.floats(0, 1),
)
def test_a_file_with_any_bytes_changed_is_opened_or_refused(tmp_path, content, changes, share):
    spoilt = bytearray(content[: int((1 if share > 0.5 else 2 * share) * len(content))])
    for place, byte in changes:
        if spoilt:
            spoilt[int(place * len(spoilt))] = byte
    path = tmp_path / "w"
    path.write_bytes(spoilt)
    with contextlib.suppress(CheckpointRefused):
        assert open_weights(path).tensors
