"""Files of network weights, opened without trusting them."""

from __future__ import annotations

import argparse
import pickle
import pickletools
import re
import struct
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import listed, tr
from gaitdesk.media.output import atomic_write

WRAPPERS = ("model", "module", "state_dict")
"""Under which training programs keep the weights, beside the optimizer and the settings."""
_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
_LENGTH_BYTES = 8
_DAMAGED = (
    pickle.UnpicklingError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
)
"""What reading a file that was cut short or made up may raise."""


@dataclass(frozen=True)
class Weights:
    """What a file of weights holds.

    Attributes:
        tensors: The weights by the names they have there, checked to be finite numbers.
        about: What the file says of itself; empty but for safetensors.
        ignored: Entries beside the weights that are no tensors, as an epoch or settings.
    """

    tensors: dict[str, Tensor]
    about: dict[str, str]
    ignored: tuple[str, ...] = ()


def open_weights(path: Path) -> Weights:
    """The tensors of a .safetensors file or of a torch checkpoint; no code in it is ever run.

    Raises:
        CheckpointRefused: The file is missing, damaged, no file of weights, holds more than plain
            tensors, or numbers that are not finite.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LENGTH_BYTES + 1)
    except OSError as error:
        raise CheckpointRefused(
            path.name,
            tr("cannot be opened ({reason}). Choose the file of weights itself.").format(
                reason=os_words(error)
            ),
        ) from error
    if not start:
        raise CheckpointRefused(
            path.name, tr("is empty. Copy or download the file of weights again.")
        )
    if start.startswith(_ZIP):
        _check_archive(path)
        found = _from_torch(path)
    elif start.startswith(_PICKLE):
        found = _from_torch(path)
    elif start[_LENGTH_BYTES:] == b"{":
        found = _from_safetensors(path)
    else:
        raise CheckpointRefused(
            path.name,
            tr(
                "is not a file of network weights."
                " Choose a .safetensors file, or a .pth, .pt or .bin file of torch."
            ),
        )
    for name, tensor in found.tensors.items():
        _check_tensor(path, name, tensor)
    return found


def save_weights(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, str]) -> None:
    """Write weights as .safetensors, whole or not at all.

    Args:
        path: Where; what was there is replaced.
        tensors: The weights by name.
        about: What to remember of them.

    Raises:
        DiskFull, OutputNotWritable: See `atomic_write`.
    """
    own = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    with atomic_write(path) as draft:
        safetensors.torch.save_file(own, draft, dict(about))


def _from_safetensors(path: Path) -> Weights:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            about = dict(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (safetensors.SafetensorError, *_DAMAGED) as error:
        raise _damaged(path) from error
    return Weights(tensors, about)


def _from_torch(path: Path) -> Weights:
    try:
        with (
            torch.serialization.safe_globals([argparse.Namespace]),
            warnings.catch_warnings(action="ignore"),  # of torch's, about an old or odd pickle
        ):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except _DAMAGED as error:
        named = re.findall(r"Unsupported global: GLOBAL (\S+)", str(error))
        foreign = list(islice(dict.fromkeys((*named, *_foreign_names(path))), 3))
        if not foreign:
            raise _damaged(path) from error
        raise CheckpointRefused(
            path.name,
            tr(
                "holds more than plain tensors ({what}), which could run a program on this"
                " computer, and was not opened. Save its weights alone as .safetensors where it"
                " comes from, and choose that file."
            ).format(what=listed(foreign)),
        ) from error
    ignored: list[str] = []
    while isinstance(content, Mapping):
        inner = next((key for key in WRAPPERS if isinstance(content.get(key), Mapping)), None)
        if inner is None:
            break
        ignored += (str(key) for key in content if key != inner)
        content = content[inner]
    entries = content if isinstance(content, Mapping) else {}
    tensors = {str(key): value for key, value in entries.items() if isinstance(value, Tensor)}
    ignored += (str(key) for key, value in entries.items() if not isinstance(value, Tensor))
    if not tensors:
        raise CheckpointRefused(
            path.name, tr("holds no weights. Choose the checkpoint of a network.")
        )
    return Weights(tensors, {}, tuple(ignored))


def _check_archive(path: Path) -> None:
    """Tell a torch checkpoint from other archives, by its table of contents alone."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _DAMAGED as error:
        raise _damaged(path) from error
    inner = {member.filename.partition("/")[2] for member in members}
    if "constants.pkl" in inner:
        raise CheckpointRefused(
            path.name,
            tr(
                "is a TorchScript program and not weights alone, and was not opened."
                " Choose the checkpoint the program was made from."
            ),
        )
    is_swollen = sum(member.file_size for member in members) > path.stat().st_size
    if "data.pkl" not in inner or is_swollen:
        raise CheckpointRefused(
            path.name,
            tr(
                "is an archive of something else than network weights."
                " Unpack it, and choose the .safetensors or .pth file in it."
            ),
        )


def _check_tensor(path: Path, name: str, tensor: Tensor) -> None:
    """Refuse what is no plain array of finite numbers, before anything is computed with it."""
    is_plain = (
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not tensor.is_quantized
        and not tensor.is_complex()
    )
    # A stride of zero lets a few bytes pose as terabytes.
    if not is_plain or tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise CheckpointRefused(
            path.name,
            tr(
                "has a tensor, {tensor}, that is not a plain array of numbers."
                " Save the weights as .safetensors where the file comes from."
            ).format(tensor=name),
        )
    if not torch.isfinite(tensor).all():
        raise CheckpointRefused(
            path.name,
            tr(
                "has numbers in {tensor} that are not finite, as after a training that failed."
                " Choose an earlier checkpoint of that training."
            ).format(tensor=name),
        )


def _foreign_names(path: Path) -> Iterable[str]:
    """What a pickle asks to be imported beside tensors; it is read, not obeyed."""
    known = ("torch.", "collections.OrderedDict", "argparse.Namespace", "_codecs.encode")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                inner = next(one for one in archive.namelist() if one.endswith("/data.pkl"))
                asked = _asked_for(archive.read(inner))
        else:
            asked = _asked_for(path.read_bytes())
    except (StopIteration, *_DAMAGED):
        return []
    return [name for name in dict.fromkeys(asked) if not name.startswith(known)]


def _asked_for(pickled: bytes) -> list[str]:
    names: list[str] = []
    words: list[Any] = []
    position = 0
    try:
        while position < len(pickled):  # a torch file of old holds several pickles in a row
            last = position
            for operation, argument, offset in pickletools.genops(pickled[position:]):
                if operation.name in ("GLOBAL", "INST"):
                    names.append(str(argument).replace(" ", "."))
                elif operation.name == "STACK_GLOBAL" and len(words) > 1:
                    names.append(f"{words[-2]}.{words[-1]}")
                elif isinstance(argument, str):
                    words.append(argument)
                last = position + (offset or 0) + 1
            position = last
    except _DAMAGED:  # the rest is numbers
        return names
    return names


def _damaged(path: Path) -> CheckpointRefused:
    return CheckpointRefused(
        path.name,
        tr("is damaged or was cut short. Copy or download the file of weights again."),
    )
