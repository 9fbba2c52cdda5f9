"""Where networks run, in which precision, and what happens when memory runs out.

It loads torch, so only what runs a network on torch imports it.
"""

from __future__ import annotations

import functools
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psutil
import torch

from gaitdesk.domain.errors import MemoryTooSmall, OptionInvalid
from gaitdesk.domain.progress import Job, Progress
from gaitdesk.i18n import listed, noted, tr

T = TypeVar("T")
R = TypeVar("R")

DEVICES = ("cuda", "mps", "cpu")
"""From the fastest down."""
MEMORY_SHARE = 0.8
"""How much of the free memory a batch may take; the rest is for what others do meanwhile."""
_OUT_OF_MEMORY = ("out of memory", "DefaultCPUAllocator", "not enough memory", "can't allocate")


@dataclass(frozen=True, slots=True)
class ComputeDevice:
    """What the network runs on.

    Attributes:
        device: As torch names it.
        dtype: Of the large matrices; sums and norms are float32 everywhere.
        name: For people.
    """

    device: torch.device
    dtype: torch.dtype
    name: str


@functools.cache
def compute_device(wanted: str | None = None) -> ComputeDevice:
    """The device for this run of GaitDesk, chosen once.

    Args:
        wanted: One of `DEVICES`; None takes the fastest there is.

    Raises:
        OptionInvalid: That device does not exist here.
    """
    present = _present()
    chosen = wanted or next(name for name in DEVICES if name in present)
    if chosen not in present:
        raise OptionInvalid(
            tr("There is no device {wanted} here. Choose one of: {present}.").format(
                wanted=chosen, present=listed(present)
            )
        )
    device = torch.device(chosen)
    if chosen == "cuda":
        # Before Ampere bfloat16 is emulated, slower than float32.
        has_bfloat16 = torch.cuda.get_device_capability() >= (8, 0)
        dtype = torch.bfloat16 if has_bfloat16 else torch.float32
        return ComputeDevice(device, dtype, torch.cuda.get_device_name())
    if chosen == "mps":
        return ComputeDevice(device, torch.float32, noted("the Apple graphics processor"))
    facts = _processor_facts()
    # Twice as fast as float32 where the processor multiplies bfloat16 itself, far slower elsewhere.
    has_bfloat16 = bool(facts.get("avx512_bf16") or facts.get("amx_bf16"))
    dtype = torch.bfloat16 if has_bfloat16 else torch.float32
    name = str(facts.get("cpu_name") or platform.processor() or platform.machine())
    return ComputeDevice(device, dtype, name)


def memory_free_bytes(device: torch.device) -> int:
    """Memory a network could take on a device now, what torch holds unused included."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device))
    if device.type == "mps":
        used = torch.mps.current_allocated_memory()
        return max(0, int(torch.mps.recommended_max_memory() - used))
    return int(psutil.virtual_memory().available)


def in_batches(
    items: Sequence[T],
    run: Callable[[Sequence[T]], Sequence[R]],
    most: int,
    where: ComputeDevice,
    note: Callable[[str], None],
) -> Job[list[R]]:
    """Run all items, some at once; where memory runs out, half as many from there on.

    Args:
        items: What to run.
        run: Answers several items, one answer each.
        most: Items at once to begin with.
        where: What `run` runs on.
        note: Told, in a sentence for people, of each time memory ran out.

    Yields:
        Items done.

    Returns:
        The answers, in the order of the items.

    Raises:
        MemoryTooSmall: Memory runs out for one item alone.
    """
    answers: list[R] = []
    at_once = max(1, most)
    while len(answers) < len(items):
        batch = items[len(answers) : len(answers) + at_once]
        if (found := _answers_or_none(run, batch)) is not None:
            answers += found
            yield Progress(len(answers), len(items), tr("Running the network"))
            continue
        # Only here, where the error and the tensors it held are gone, can memory be given back.
        _give_back(where.device)
        if len(batch) == 1:
            raise MemoryTooSmall(where.name, memory_free_bytes(where.device))
        at_once = len(batch) // 2
        note(
            noted("Memory ran out with {count} at once; went on with {half}.").format(
                count=len(batch), half=at_once
            )
        )
    return answers


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is torch's, or Python's, way of saying that memory ran out."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _OUT_OF_MEMORY)


@contextmanager
def room_on(where: ComputeDevice) -> Iterator[None]:
    """Want of memory within is told with what to do about it; other errors stay as they are.

    Raises:
        MemoryTooSmall: There is no room on the device.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise MemoryTooSmall(where.name, memory_free_bytes(where.device)) from error


def _answers_or_none(
    run: Callable[[Sequence[T]], Sequence[R]], batch: Sequence[T]
) -> list[R] | None:
    """The answers, or None when memory ran out."""
    try:
        found = list(run(batch))
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            return None
        raise
    if len(found) != len(batch):
        raise ValueError(f"{len(batch)} items were run, and {len(found)} answers came")
    return found


def _present() -> list[str]:
    """The devices this machine has, fastest first."""
    has = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return [name for name in DEVICES if has[name]]


def _processor_facts() -> dict[str, object]:
    """What torch knows of the processor; before torch 2.12 it does not say."""
    facts: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return facts


def _give_back(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
