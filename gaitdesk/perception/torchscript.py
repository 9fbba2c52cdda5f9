"""TorchScript files opened with care: a network's own steps, and none that touch files."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.i18n import tr
from gaitdesk.perception.parcels import unsafe

_STEPS = re.compile(r"\b(?:torch|ops\.\w+)\.(\w+)\s*\(")
_TOUCHING = frozenset({"from_file", "save", "load", "_save", "_load", "fork", "_wait_all"})
"""Steps of TorchScript that read or write files, or start others beside them."""
_NAMESPACES = frozenset({"aten", "prim"})
"""Whose steps torch itself brings along; others call into libraries that are loaded besides."""


def load_script(path: Path) -> Any:
    """A TorchScript network, on the processor, ready to answer.

    Args:
        path: A file that `torch.jit.save` wrote.

    Raises:
        CheckpointRefused: It is of another kind, damaged, or does more than compute.
    """
    _check(path)
    import torch

    with warnings.catch_warnings():
        # The format is deprecated for new networks; the published ones are in it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            network: Any = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
        except (RuntimeError, ValueError, OSError) as error:
            raise _refused(
                path, tr("it is damaged or made for another version of torch")
            ) from error
    network.eval()
    return network


def _check(path: Path) -> None:
    """Read the steps of a network before anything of it is loaded."""
    if not zipfile.is_zipfile(path):
        raise _refused(path, tr("it is no TorchScript file"))
    problem = unsafe(path)
    if problem:
        raise CheckpointRefused(path.name, problem)
    try:
        with zipfile.ZipFile(path) as archive:
            texts = [
                archive.read(name).decode("utf-8", "replace")
                for name in archive.namelist()
                if name.endswith(".py")
            ]
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _refused(path, tr("it is damaged")) from error
    for text in texts:
        strange = _TOUCHING & set(_STEPS.findall(text))
        strange |= set(re.findall(r"\bops\.(\w+)\.", text)) - _NAMESPACES
        if strange:
            raise _refused(
                path,
                tr("it does more than compute ({steps})").format(steps=", ".join(sorted(strange))),
            )


def _refused(path: Path, reason: str) -> CheckpointRefused:
    return CheckpointRefused(
        path.name,
        tr("{reason}. It was not opened; take the published file again.").format(reason=reason),
    )
