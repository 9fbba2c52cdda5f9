"""What pruning saves, and what the network costs: `python -m tests bench network`."""

from __future__ import annotations

import argparse
import copy
import ctypes
import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import VideoMAEConfig, VideoMAEForVideoClassification

from gaitdesk.childgait.checkpoints import official_names
from gaitdesk.childgait.clips import Sampling
from gaitdesk.childgait.cutting import cut_clips
from gaitdesk.childgait.device import memory_needed_bytes
from gaitdesk.childgait.encoder import ENCODER_SIZES, Encoder, EncoderSize
from gaitdesk.childgait.packing import PackedClips, pack
from gaitdesk.childgait.pruning import Pruning, kept_share, kept_tubelets
from gaitdesk.domain.analysis import Analysis, FilmAnalysis
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.patient import Patient
from gaitdesk.domain.progress import finish
from gaitdesk.jobs.analysing import AnalysisOrder, FilmChoice, analyse
from gaitdesk.perception.blazepose import BlazePose
from gaitdesk.perception.compute import compute_device
from gaitdesk.perception.package import find_package
from gaitdesk.report.interchange import read_analysis
from tests.bench.results import record
from tests.conftest import FILMS

SIZE = ENCODER_SIZES["base"]
KEPT = (1.0, 0.5, 0.3, 0.2, 0.15, 0.1)
FRAMES = (8, 16, 32)
PAPER_KEPT = 0.15
GOAL_FASTER, GOAL_SHARE, GOAL_CUDA_SHARE, GOAL_AGREEMENT = 9.0, 0.6, 0.4, 1e-4
MATMUL_SIDE = {"cpu": 1536, "cuda": 8192}
TOKENS_AT_ONCE = {"cpu": 1900, "cuda": 60_000}
CLIPS_PER_PASS = 2
FORGET_PEAK = Path("/proc/self/clear_refs")
"""Where Linux is told to begin anew with the most memory a process held."""


@dataclass
class Way:
    """One way of running the network, and what was measured of it.

    Attributes:
        words: For the table.
        run: One forward pass of all its clips.
        dtype: Precision of the matrices.
        clips: Clips of one pass.
        multiplications: Multiply-adds of one pass.
        needed_bytes: What memory is asked for beforehand; 0 for other people's code.
        seconds: The shortest pass.
        peak_bytes: Memory above what was held before; None where it cannot be had.
    """

    words: str
    run: Callable[[], object]
    dtype: torch.dtype
    clips: int
    multiplications: int
    needed_bytes: int = 0
    seconds: float = float("inf")
    peak_bytes: int | None = None

    @property
    def clip_rate(self) -> float:
        return self.clips / self.seconds

    @property
    def flops(self) -> float:
        return 2 * self.multiplications / self.seconds


class Bench:
    """Networks and clips on one device, and its clock.

    On the processor all is run in one thread and its own time taken, so that others on a shared
    machine do not count; on a graphics card the time between synchronisations.
    """

    def __init__(self, device: torch.device, repeats: int) -> None:
        self.device = device
        self.repeats = repeats
        torch.manual_seed(0)
        self.theirs = transformers_model().to(device)
        self.ours = Encoder(SIZE).eval().to(device)
        self.ours.load_state_dict(encoder_weights(self.theirs))
        self.random = np.random.default_rng(0)

    def seconds(self, run: Callable[[], object]) -> float:
        """How long one run takes."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()
            begun = time.perf_counter()
            run()
            torch.cuda.synchronize()
            return time.perf_counter() - begun
        begun = time.thread_time()
        run()
        return time.thread_time() - begun

    def limit(self, dtype: torch.dtype) -> float:
        """Operations a second of a large square matrix product."""
        side = MATMUL_SIDE[self.device.type]
        left, right = torch.randn(2, side, side, device=self.device, dtype=dtype)
        spent = min(self.seconds(lambda: left @ right) for _ in range(3 + self.repeats))
        return 2 * side**3 / spent

    def clips(self, size: EncoderSize, kept: float) -> PackedClips:
        """As many clips of noise as make a sensible batch, each keeping about this share."""
        mean = kept * size.token_count
        count = max(1, round(TOKENS_AT_ONCE[self.device.type] / mean))
        spread = 1 + 0.3 * np.linspace(-1, 1, count) * (kept < 1 and count > 1)
        lengths = tuple(round(mean * one) for one in spread)
        positions = [
            np.sort(self.random.permutation(size.token_count)[:length]) for length in lengths
        ]
        return PackedClips(
            torch.randn(sum(lengths), size.tubelet_values),
            torch.from_numpy(np.concatenate(positions)),
            lengths,
        ).to(self.device)

    def way(self, words: str, encoder: Encoder, kept: float, dtype: torch.dtype) -> Way:
        """One pass of our encoder."""
        packed = self.clips(encoder.size, kept)
        return Way(
            words,
            lambda: encoder(packed),
            dtype,
            len(packed.lengths),
            encoder.size.multiplications(packed.lengths),
            memory_needed_bytes(encoder.size, packed.lengths, dtype)
            - memory_needed_bytes(encoder.size, [], dtype)
            - packed.tubelets.nbytes,
        )

    def transformers_way(self, dtype: torch.dtype) -> Way:
        """One pass of transformers, nothing pruned."""
        model = self.theirs if dtype == torch.float32 else copy.deepcopy(self.theirs).to(dtype)
        count = max(1, round(TOKENS_AT_ONCE[self.device.type] / SIZE.token_count))
        shape = (count, SIZE.frames, 3, SIZE.side_px, SIZE.side_px)
        pixels = torch.randn(shape, device=self.device, dtype=dtype)
        work = SIZE.multiplications([SIZE.token_count] * count)
        return Way("transformers", lambda: model(pixels), dtype, count, work)

    def measure(self, ways: Sequence[Way]) -> None:
        """Time all, in turn, so that a slow minute hits each alike; then take their memory."""
        for _ in range(self.repeats):
            for way in ways:
                way.seconds = min(way.seconds, self.seconds(way.run))
        for way in ways:
            self.start_counting_memory()
            held = self.most_memory_bytes()
            way.seconds = min(way.seconds, self.seconds(way.run))
            most = self.most_memory_bytes()
            way.peak_bytes = None if held is None or most is None else most - held

    def start_counting_memory(self) -> None:
        """Forget the most memory that was held so far."""
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        elif FORGET_PEAK.exists():
            # What was freed but is kept by the allocator would hide what a run takes anew.
            ctypes.CDLL(None).malloc_trim(0)
            FORGET_PEAK.write_text("5", encoding="ascii")

    def most_memory_bytes(self) -> int | None:
        """The most memory held since; None where the system does not tell."""
        if self.device.type == "cuda":
            return int(torch.cuda.max_memory_allocated())
        if not FORGET_PEAK.exists():
            return None
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])


@torch.inference_mode()
def main(argv: list[str]) -> int:
    """Measure, record; 1 when a goal is missed."""
    parser = argparse.ArgumentParser("bench network")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--analysis",
        type=Path,
        nargs="*",
        default=[],
        help="analyses whose clips are pruned as well, films beside them or one folder up",
    )
    given = parser.parse_args(argv)
    found = {name: kept_of(films) for name, films in analysed(given.analysis).items()}
    is_cuda = torch.cuda.is_available()
    parts, missed = [], []
    for name in ("cpu", "cuda") if is_cuda else ("cpu",):
        text, misses = on(torch.device(name), given.repeats, found)
        parts.append(text)
        missed += misses
    if not is_cuda:
        parts.append("There is no CUDA device here; its part was not run.")
    parts.append(f"Goals missed: {'; '.join(missed)}." if missed else "All goals are met.")
    text = "\n\n".join(parts)
    print(text)
    command = " ".join(["python -m tests bench network", *argv[: 2 * ("--repeats" in argv)]])
    record("network", "The network: cost of a clip and what pruning saves", command, text)
    return int(bool(missed))


def on(
    device: torch.device, repeats: int, found: dict[str, Sequence[float]]
) -> tuple[str, list[str]]:
    """The measurements on one device, and which goals they miss."""
    torch.set_num_threads(1)
    bench = Bench(device, repeats)
    differs = disagreement(bench)
    single = torch.float32
    fast = compute_device(device.type).dtype
    encoders = {single: bench.ours}
    if fast != single:
        encoders[fast] = copy.deepcopy(bench.ours).compute_in(fast)
    rounded = rounding(bench, encoders[fast])
    ways: list[Way] = []
    for dtype, encoder in encoders.items():
        ways.append(bench.transformers_way(dtype))
        ways += [bench.way(f"ours, {share:.0%} kept", encoder, share, dtype) for share in KEPT]
        ways += [
            bench.way(f"ours, {name}: {np.mean(shares):.1%} kept", encoder, np.mean(shares), dtype)
            for name, shares in found.items()
        ]
    by_frames: list[Way] = []
    for frames in FRAMES:
        size = dataclasses.replace(SIZE, frames=frames)
        other = Encoder(size).eval().to(device).compute_in(fast)
        other.load_state_dict(encoders[fast].state_dict())
        by_frames += [
            bench.way(f"{frames} frames, {share:.0%} kept", other, share, fast)
            for share in (1.0, PAPER_KEPT)
        ]
    limits = {dtype: bench.limit(dtype) for dtype in encoders}
    bench.measure([*ways, *by_frames])
    limits = {dtype: max(limit, bench.limit(dtype)) for dtype, limit in limits.items()}
    theirs = next(way for way in ways if way.words == "transformers" and way.dtype == single)
    text = "\n\n".join(
        (
            heading(device, limits),
            table(ways, limits, theirs),
            f"ViT-B with random weights; {repeats + 1} passes of each, the shortest counts."
            " Memory is what a pass takes beside weights and clips, as measured and as asked for."
            f" Largest difference from transformers, unpruned, float32: {differs:.1e}."
            f" Of {short(fast)} from float32, in the vector of a clip: {rounded:.2%} of its"
            " length.",
            f"Clips of 8, 16 and 32 frames, {short(fast)}:",
            table(by_frames, limits, theirs),
            kept_table(found) if found else "",
        )
    ).strip()
    return text, misses(device, ways, limits, theirs, differs)


def misses(
    device: torch.device,
    ways: Sequence[Way],
    limits: dict[torch.dtype, float],
    theirs: Way,
    differs: float,
) -> list[str]:
    """Goals that were not reached, in words."""
    pruned = [way for way in ways if way.words == f"ours, {PAPER_KEPT:.0%} kept"]
    faster = max(way.clip_rate for way in pruned) / theirs.clip_rate
    goal = GOAL_SHARE if device.type == "cpu" else GOAL_CUDA_SHARE
    share = max(way.flops / limits[way.dtype] for way in pruned)
    found = []
    if faster < GOAL_FASTER:
        found.append(f"{device.type}: {faster:.1f} times transformers, {GOAL_FASTER:.0f} wanted")
    if share < goal:
        found.append(f"{device.type}: {share:.0%} of the limit, {goal:.0%} wanted")
    if device.type == "cpu" and differs > GOAL_AGREEMENT:
        found.append(f"{differs:.1e} from transformers, {GOAL_AGREEMENT:.0e} wanted")
    return found


def heading(device: torch.device, limits: dict[torch.dtype, float]) -> str:
    """What it ran on, and how fast that multiplies matrices."""
    said = ", ".join(f"{limit / 1e9:,.0f} GFLOP/s in {short(one)}" for one, limit in limits.items())
    if device.type == "cuda":
        return f"**{compute_device('cuda').name}**. A large matrix product reaches {said}."
    return (
        "**One core**, its own time, so that other work on the machine does not count."
        f" A large matrix product reaches {said}."
    )


def table(ways: Sequence[Way], limits: dict[torch.dtype, float], theirs: Way) -> str:
    """One row for each."""
    rows = [
        "| | precision | clips at once | GMACs a clip | s a clip | clips/s | times transformers"
        " | share of the matmul limit | peak MB | asked for, MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for way in ways:
        peak = "" if way.peak_bytes is None else f"{way.peak_bytes / 1e6:.0f}"
        asked = f"{way.needed_bytes / 1e6:.0f}" if way.needed_bytes else ""
        rows.append(
            f"| {way.words} | {short(way.dtype)} | {way.clips} |"
            f" {way.multiplications / way.clips / 1e9:.0f} | {1 / way.clip_rate:.3g} |"
            f" {way.clip_rate:.3g} | {way.clip_rate / theirs.clip_rate:.1f} |"
            f" {way.flops / limits[way.dtype]:.0%} | {peak} | {asked} |"
        )
    return "\n".join(rows)


def kept_table(found: dict[str, Sequence[float]]) -> str:
    """What the pruning keeps of each film's clips."""
    rows = ["| film | clips | kept: mean | least | most |", "|---|---|---|---|---|"]
    rows += [
        f"| {name} | {len(shares)} | {np.mean(shares):.1%} | {min(shares):.1%} |"
        f" {max(shares):.1%} |"
        for name, shares in found.items()
    ]
    return "\n".join(rows)


def transformers_model() -> VideoMAEForVideoClassification:
    """The classifier of transformers, ViT-B, as the official network is configured."""
    model = VideoMAEForVideoClassification(
        VideoMAEConfig(layer_norm_eps=1e-6, qkv_bias=True, use_mean_pooling=True, num_labels=17)
    ).eval()
    # Theirs takes the default there, whatever the configuration says.
    model.fc_norm.eps = 1e-6
    return model


def encoder_weights(model: VideoMAEForVideoClassification) -> dict[str, Tensor]:
    """Its weights by the official names, without the head."""
    state = official_names(model.state_dict(), "transformers")
    return {name: one for name, one in state.items() if not name.startswith("head.")}


def disagreement(bench: Bench) -> float:
    """Largest difference between transformers' classes and ours, one unpruned clip of noise."""
    shape = (SIZE.frames, SIZE.side_px, SIZE.side_px, 3)
    clip = bench.random.integers(0, 256, shape, dtype=np.uint8)
    packed = pack([clip], None, SIZE.patch_px)
    grid = packed.tubelets.view(*SIZE.grid, 3, 2, SIZE.patch_px, SIZE.patch_px)
    pixels = grid.permute(0, 4, 3, 1, 5, 2, 6).reshape(1, SIZE.frames, 3, *shape[1:3])
    theirs = bench.theirs(pixels.to(bench.device)).logits
    ours = bench.theirs.classifier(bench.ours(packed.to(bench.device)))
    return float((theirs - ours).abs().max())


def rounding(bench: Bench, fast: Encoder) -> float:
    """How far the faster precision is from float32, as a share of a clip's vector."""
    packed = bench.clips(SIZE, PAPER_KEPT)
    exact, rounded = bench.ours(packed), fast(packed)
    return float(((exact - rounded).norm(dim=1) / exact.norm(dim=1)).max())


def analysed(paths: Sequence[Path]) -> dict[str, FilmAnalysis]:
    """Films by name: the street film, analysed on the spot, and those of stored analyses."""
    films = {}
    street = FILMS / "sports2d_demo" / "demo.mp4"
    if street.exists():
        order = AnalysisOrder((FilmChoice(street, Plane.SAGITTAL),), Patient("bench"))
        films["street film"] = finish(analyse(order, BlazePose(find_package("blazepose")))).films[0]
    for path in paths:
        analysis = read_analysis(path)
        films |= {
            f"{path.parent.parent.name} {path.parent.name} {film.plane.value}": film
            for film in with_films_found(analysis, path.parent)
        }
    return films


def with_films_found(analysis: Analysis, folder: Path) -> list[FilmAnalysis]:
    """Its films, where they lie now; those that are gone are left out."""
    found = []
    for film in analysis.films:
        name = film.video.path.name
        places = (film.video.path.absolute(), folder / name, folder.parent / name)
        path = next((place.resolve() for place in places if place.exists()), None)
        if path is not None:
            video = dataclasses.replace(film.video, path=path)
            found.append(dataclasses.replace(film, video=video))
    return found


def kept_of(film: FilmAnalysis) -> list[float]:
    """The share of tubelets kept of each clip."""
    clips = finish(cut_clips(film, 0, Sampling(most_per_pass=CLIPS_PER_PASS)))
    return [kept_share(kept_tubelets(clip, Pruning())) for clip in clips]


def short(dtype: torch.dtype) -> str:
    """A precision without its package."""
    return str(dtype).removeprefix("torch.")
