"""TorchScript files opened with care: a network's own steps, and none that touch files.

Before torch reads a file, its text must hold nothing that runs while it is read; what torch has
made of the text is looked through then, step by step and however it was written, before it runs.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.i18n import listed, tr
from gaitdesk.perception.parcels import unsafe

_STEPS = re.compile(r"\b(?:torch|ops\.\w+)\.(\w+)\s*\(")
_TOUCHING = frozenset({"from_file", "save", "load", "_save", "_load", "fork", "_wait_all"})
"""Steps of TorchScript that read or write files, or start others beside them."""
_UNSEEN = frozenset({"CallFunction", "CallMethod"})
"""Steps that lead to others which are only known once they run."""
_NAMESPACES = frozenset({"aten", "prim"})
"""Whose steps torch itself brings along; others call into libraries that are loaded besides."""
_BESIDE = re.compile(r"\b__(?:setstate|forward_hooks|forward_pre_hooks)__")
"""What runs as a file is read, or before and after a network's own steps; none here needs it."""
_BEGINNING = b"PK\x03\x04"


def load_script(path: Path) -> Any:
    """A TorchScript network, on the processor, ready to answer.

    Args:
        path: A file that `torch.jit.save` wrote.

    Raises:
        CheckpointRefused: It is of another kind, damaged, or does more than compute.
        MemoryTooSmall: There is no room for it.
    """
    _check_text(path)
    import torch

    from gaitdesk.perception.compute import compute_device, room_on

    with warnings.catch_warnings():
        # The format is deprecated for new networks; the published ones are in it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            with room_on(compute_device("cpu")):
                network: Any = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
                steps = network.inlined_graph
        except (RuntimeError, ValueError, OSError, AttributeError) as error:
            raise _refused(
                path, tr("it is damaged or made for another version of torch")
            ) from error
    _check_steps(path, steps)
    network.eval()
    return network


def _check_text(path: Path) -> None:
    """Read the steps of a network before anything of it is loaded."""
    with path.open("rb") as stream:
        is_one = stream.read(len(_BEGINNING)) == _BEGINNING
    if not (is_one and zipfile.is_zipfile(path)):
        raise _refused(path, tr("it is no TorchScript file"))
    problem = unsafe(path)
    if problem:
        raise CheckpointRefused(path.name, problem)
    try:
        with zipfile.ZipFile(path) as archive:
            # torch finds a file whatever its case, and of two alike the one it comes upon first.
            places = {name.lower(): name for name in archive.namelist()}
            if len(places) < len(archive.namelist()):
                raise zipfile.BadZipFile
            texts = [
                archive.read(name).decode("utf-8", "replace")
                for place, name in places.items()
                if place.endswith(".py")
            ]
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _refused(path, tr("it is damaged")) from error
    for text in texts:
        strange = {one for one in _STEPS.findall(text) if one in _TOUCHING}
        strange |= set(_BESIDE.findall(text))
        strange |= set(re.findall(r"\bops\.(\w+)\.", text)) - _NAMESPACES
        _refuse(path, strange)


def _check_steps(path: Path, steps: Any) -> None:
    """Look through all steps that a network that was read, and did not run yet, would take."""
    strange = set()
    for kind in _kinds(steps):
        namespace, _, name = kind.partition("::")
        if namespace not in _NAMESPACES or name in _TOUCHING or name in _UNSEEN:
            strange.add(name or kind)
    _refuse(path, strange)


def _kinds(graph: Any) -> Iterator[str]:
    """The kind of each step in a graph or block, and in those within it."""
    for node in graph.nodes():
        yield node.kind()
        for block in node.blocks():
            yield from _kinds(block)
        for name in node.attributeNames():
            if node.kindOf(name) == "g":
                yield from _kinds(node.g(name))


def _refuse(path: Path, strange: set[str]) -> None:
    if strange:
        words = tr("it does more than compute ({steps})")
        raise _refused(path, words.format(steps=listed(sorted(strange))))


def _refused(path: Path, reason: str) -> CheckpointRefused:
    return CheckpointRefused(
        path.name,
        tr("{reason}. It was not opened; take the published file again.").format(reason=reason),
    )
