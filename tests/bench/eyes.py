"""The paper's own eyes, of random weights: `python -m tests bench eyes [--size full|small]`.

Sapiens-2B and SAM 3 as published, or small, through the product's own readers: frames a second, the
share of what the device multiplies at most, and memory.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch
import transformers
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from gaitdesk.domain.errors import MemoryTooSmall
from gaitdesk.domain.progress import finish
from gaitdesk.domain.recording import Video
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception import sam3, sapiens
from gaitdesk.perception.compute import ComputeDevice, compute_device
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.sam3 import FilmMasks
from gaitdesk.perception.sapiens import Sapiens
from tests.bench.results import record
from tests.bench.sapiens_shaped import FULL, SMALL, SapiensShape, flops_of, write_script
from tests.perception.eyes import dots, package_around, points_table
from tests.perception.test_sam3 import small_sam3

SIZES = ("full", "small")
SHAPES = {"full": FULL, "small": SMALL}
FILM_PX = {"full": (1280, 720), "small": (128, 96)}
MATMUL_SIDES = {
    "cuda": (2048, 4096, 8192, 16384),
    "mps": (1024, 2048, 4096),
    "cpu": (256, 512, 1024),
}
MATMUL_S = 0.5
"""How long each size is multiplied."""
WARM_FRAMES = 4
NO_CARD = (
    "Networks of full size take minutes for each picture without a CUDA device, and there is none"
    " here: add --anyway to wait, or take --size small."
)


def main(words: list[str]) -> int:
    """Measure both networks on the device that the product would take, and write it down."""
    asked = _asked(words)
    size = asked.size or ("full" if torch.cuda.is_available() else "small")
    if size == "full" and not (torch.cuda.is_available() or asked.anyway):
        print(NO_CARD)
        return 2
    if size == "small":
        torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    where = compute_device()
    frames = asked.frames or (96 if size == "full" else 24)
    most, rates = matmul_rate(where)
    print(rates)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        parts = [
            _sapiens(folder / "sapiens", size, where, asked.batch, frames, most),
            _sam3(folder / "sam3", size, where, frames, most),
        ]
    record(
        f"eyes-{size}-{where.device.type}",
        f"Sapiens and SAM 3 of random weights, {size}, on {where.device.type}",
        " ".join(["python -m tests bench eyes", *words]),
        "\n\n".join([_intro(size, where), rates, *parts]),
    )
    return 0


def matmul_rate(where: ComputeDevice) -> tuple[float, str]:
    """The most a device multiplies in the precision the product takes, FLOP/s; and in words."""
    rates = {}
    for side in MATMUL_SIDES[where.device.type]:
        one = torch.randn(side, side, device=where.device, dtype=where.dtype)
        other, into = torch.randn_like(one), torch.empty_like(one)
        for _ in range(3):
            torch.matmul(one, other, out=into)
        _wait(where)
        begun, done = _now(where), 0
        while (spent := _now(where) - begun) < MATMUL_S:
            for _ in range(5):
                torch.matmul(one, other, out=into)
            _wait(where)
            done += 5
        rates[side] = done * 2 * side**3 / spent
    most = max(rates.values())
    each = ", ".join(f"{side}: {rate / 1e12:.3g}" for side, rate in rates.items())
    precision = str(where.dtype).removeprefix("torch.")
    return most, f"Square matrices multiplied in {precision}, TFLOP/s by their side: {each}."


def _sapiens(
    folder: Path, size: str, where: ComputeDevice, batches: list[int], frames: int, most: float
) -> str:
    """Ask Sapiens about crops, so many at once; a table."""
    shape = SHAPES[size]
    (folder / "weights").mkdir(parents=True)
    name = "sapiens_random_torchscript.pt2"
    weights = write_script(folder / "weights" / name, shape, where.device, where.dtype)
    _begin_peak(where)
    table = points_table(shape.points, shape.width_px, shape.height_px)
    package = package_around(folder, [name], task=sapiens.TASK, tables=table)
    model, opened_s = _timed(lambda: Sapiens(package, where), where)
    flops = flops_of(shape)
    rows = [
        f"Sapiens: {shape.depth} layers {shape.width} wide, {weights / 1e9:.3g} billion weights,"
        f" crops of {shape.width_px} x {shape.height_px}, {shape.points} maps; computed in"
        f" {str(model._network.dtype).removeprefix('torch.')}; {flops / 1e12:.3g} TFLOP a crop;"
        f" checked and opened in {opened_s:.1f} s.",
        "",
        "| crops at once | frames/s | share of the matmul rate | network alone, frames/s |"
        " its share | most memory, GB |",
        "|---|---|---|---|---|---|",
    ]
    for batch in batches:
        rows.append(_crops_row(model, where, shape, batch, frames, flops / most))
        print(rows[-1])
    return "\n".join(rows)


def _crops_row(
    model: Sapiens,
    where: ComputeDevice,
    shape: SapiensShape,
    batch: int,
    frames: int,
    least_s: float,
) -> str:
    """One batch; `least_s` is what a crop takes at the matmul rate."""
    _begin_peak(where)
    width, height = FILM_PX["full" if shape is FULL else "small"]
    box = (0.4 * width, 0.1 * height, 0.6 * width, 0.9 * height)
    people = [(_picture(index, width, height), box) for index in range(batch)]
    model.at_once, model.notes = batch, []
    try:
        # TorchScript is made for a shape of batch as it is first seen, in up to three runs.
        for _ in range(1 if where.device.type == "cpu" else 3):
            model.points(people)
        spent_in: list[float] = []
        see = model._heat

        def heat(crops: Any) -> Any:
            found, spent = _timed(lambda: see(crops), where)
            spent_in.append(spent)
            return found

        model._heat = heat  # type: ignore[method-assign]
        rounds = math.ceil(frames / batch)
        _, spent_s = _timed(lambda: [model.points(people) for _ in range(rounds)], where)
    except MemoryTooSmall:
        return f"| {batch} | no room for one | | | | |"
    finally:
        model.__dict__.pop("_heat", None)
    seen, network_s = rounds * batch, sum(spent_in)
    said = str(batch) if not model.notes else f"{batch}; memory ran out, {model.at_once} went"
    return (
        f"| {said} | {seen / spent_s:.3g} | {seen * least_s / spent_s:.1%} |"
        f" {seen / network_s:.3g} | {seen * least_s / network_s:.1%} | {_peak(where) / 1e9:.2f} |"
    )


def _sam3(folder: Path, size: str, where: ComputeDevice, frames: int, most: float) -> str:
    """Follow a film by SAM 3 from a box in its first frame; a table."""
    (folder / "weights").mkdir(parents=True)
    torch.manual_seed(0)
    if size == "full":
        network = transformers.Sam3TrackerVideoModel(transformers.Sam3TrackerVideoConfig())
    else:
        network = small_sam3()
    network.save_pretrained(folder / "weights")
    del network
    files = sorted(one.name for one in (folder / "weights").iterdir())
    package = package_around(folder, files, task=sam3.TASK, tables='[masks]\nfamily = "sam3"\n')
    _begin_peak(where)
    model, opened_s = _timed(lambda: FilmMasks(package, where), where)
    video, seeds = _film(folder / "film.mp4", size, frames)
    warm = min(WARM_FRAMES, frames) - 1
    finish(model.masks(video, seeds, (0, warm)))
    _begin_peak(where)
    _, spent_s = _timed(lambda: finish(model.masks(video, seeds)), where)
    peak = _peak(where)
    with FlopCounterMode(display=False, custom_mapping=_uncounted()) as counted:
        finish(model.masks(video, seeds))
    flops = counted.get_total_flops()
    weights = sum(one.numel() for one in model._network.parameters())
    rows = [
        f"SAM 3: {weights / 1e9:.3g} billion weights, pictures of {model._side} x {model._side};"
        f" checked and opened in {opened_s:.1f} s.",
        "",
        "| frames | film | TFLOP a frame | frames/s | share of the matmul rate | most memory, GB |",
        "|---|---|---|---|---|---|",
        f"| {frames} | {video.width} x {video.height} | {flops / frames / 1e12:.3g} |"
        f" {frames / spent_s:.3g} | {flops / spent_s / most:.1%} | {peak / 1e9:.2f} |",
    ]
    print(rows[-1])
    return "\n".join(rows)


def _uncounted() -> dict[Any, Any]:
    """How attention on a processor is counted, which torch leaves out."""

    def attended(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> int:
        return sdpa_flop_count(query, key, value)

    return {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attended}


def _film(path: Path, size: str, frames: int) -> tuple[Video, dict[int, MaskSeed]]:
    """A dot that wanders, and a box around it in the first frame."""
    width, height = FILM_PX[size]
    with FilmWriter(path) as writer:
        for index in range(frames):
            writer.write(_picture(index, width, height))
    (x, y), around = _place(0, width, height), height / 6
    return probe(path), {0: MaskSeed((x - around, y - around, x + around, y + around))}


def _place(index: int, width: int, height: int) -> tuple[float, float]:
    return width / 4 + index % (width // 2), height / 2


def _picture(index: int, width: int, height: int) -> np.ndarray:
    return dots(np.array([_place(index, width, height)]), width, height, height // 8)


def _intro(size: str, where: ComputeDevice) -> str:
    """What the tables are of, and what they do not say."""
    words = [
        f"On {where.device.type} ({where.name}), torch {torch.__version__}, transformers"
        f" {transformers.__version__}. Weights are random, so nothing is said of how well they"
        " see. Frames/s is of all that the product does: decoding of the film or cutting of"
        " crops, the network, and finding the points or the mask; shares count the matrices,"
        " convolutions and attention of the networks alone.",
        "Memory is what torch held at most on the card."
        if where.device.type == "cuda"
        else "Memory is the most that the whole process has held since it began, so that it"
        " grows from row to row.",
    ]
    if where.device.type == "cpu" and torch.get_num_threads() == 1:
        words.append("Times are one thread's own.")
    if size == "small":
        words.append(
            "**These networks are small: their numbers show that the bench runs, and say nothing"
            " about the full ones.**"
        )
    return " ".join(words)


def _timed(work: Callable[[], Any], where: ComputeDevice) -> tuple[Any, float]:
    _wait(where)
    begun = _now(where)
    found = work()
    _wait(where)
    return found, _now(where) - begun


def _now(where: ComputeDevice) -> float:
    """Seconds; of one thread its own time, which other programs do not lengthen."""
    is_one_thread = where.device.type == "cpu" and torch.get_num_threads() == 1
    return time.process_time() if is_one_thread else time.perf_counter()


def _wait(where: ComputeDevice) -> None:
    if where.device.type == "cuda":
        torch.cuda.synchronize()
    elif where.device.type == "mps":
        torch.mps.synchronize()


def _begin_peak(where: ComputeDevice) -> None:
    gc.collect()
    if where.device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _peak(where: ComputeDevice) -> int:
    """The most memory held, bytes: by torch on a card, else by the process since it began."""
    if where.device.type == "cuda":
        return int(torch.cuda.max_memory_allocated())
    held = psutil.Process().memory_info()
    if hasattr(held, "peak_wset"):
        return int(held.peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests bench eyes")
    parser.add_argument("--size", choices=SIZES, help="full on a CUDA device, else small")
    parser.add_argument("--frames", type=_count, help="of the film, and crops in each batch size")
    parser.add_argument("--batch", type=_counts, default=[1, 4, 8, 16], help="as 1,4,8,16")
    parser.add_argument("--anyway", action="store_true", help="full, even without CUDA")
    return parser.parse_args(words)


def _count(word: str) -> int:
    if (count := int(word)) < 1:
        raise ValueError(word)
    return count


def _counts(word: str) -> list[int]:
    return [_count(one) for one in word.split(",")]
