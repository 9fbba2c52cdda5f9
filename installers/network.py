"""Which build of PyTorch a computer gets; the CPU build is 200 MB, a CUDA build several GB."""

from __future__ import annotations

import ctypes
import sys

TORCH = "2.13.0"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def has_nvidia_driver() -> bool:
    """Whether an NVIDIA driver is installed and finds a card it can use."""
    name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        cuda = ctypes.CDLL(name)
        count = ctypes.c_int(0)
        is_usable = cuda.cuInit(0) == 0 and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0
    except (OSError, AttributeError):
        return False
    return bool(is_usable and count.value > 0)


def torch_choices(platform: str, has_driver: bool) -> tuple[tuple[str, ...], ...]:
    """What to give `pip install`, in the order to try it.

    On PyPI the plain name is a CUDA build for Linux and a CPU build for Windows and macOS. On
    Linux without a card the label `+cpu` is therefore asked for: no CUDA build bears it, so
    gigabytes cannot come by accident. A clinic's own index may carry that build; PyTorch's
    index does.

    Args:
        platform: As `sys.platform`.
        has_driver: Whether an NVIDIA card can be used.
    """
    if platform.startswith("linux") and not has_driver:
        cpu = f"torch=={TORCH}+cpu"
        return (cpu,), ("--index-url", CPU_INDEX, cpu)
    return ((f"torch=={TORCH}",),)
