"""Ways of attending within clips of different lengths: `python -m tests bench attention`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor
from torch.nn.attention.flex_attention import create_block_mask, flex_attention

from gaitdesk.childgait.attention import Spans, attend_each, attend_padded, attend_varlen
from gaitdesk.childgait.encoder import ENCODER_SIZES
from tests.bench.results import record

MIXES = {
    "15 % kept, alike": (235, 240, 230, 245, 235, 240, 230, 235),
    "22 % kept, unlike": (250, 310, 180, 420),
    "both films, 15 to 40 %": (235, 620, 300, 480, 260, 560),
}
"""Tokens of the clips of one batch; a whole clip has 1568."""
REPEATS = 5


def main(words: list[str]) -> int:
    """Time each way on the processor, and on a graphics card where there is one."""
    argparse.ArgumentParser(prog="python -m tests bench attention").parse_args(words)
    torch.set_num_threads(1)
    tables = [
        _table(torch.device("cpu"), torch.float32),
        _table(torch.device("cpu"), torch.bfloat16),
    ]
    if torch.cuda.is_available():
        tables += [_table(torch.device("cuda"), dtype) for dtype in (torch.float32, torch.bfloat16)]
    else:
        tables.append(
            "There is no CUDA device here; its part was not run. GaitDesk times the ways"
            " on the card itself when it first uses one."
        )
    intro = (
        "Attention of one block of ViT-B (12 heads of 64 values), the shortest of"
        f" {REPEATS} runs; on the processor one thread's own time. Times are ms, and in brackets"
        " how many times as long as clip by clip. All agree with clip by clip within 1e-4 in"
        " float32 and 2e-2 in bfloat16."
    )
    record(
        "attention",
        "Attention within clips of different lengths",
        "python -m tests bench attention",
        "\n\n".join([intro, *tables]),
    )
    return 0


def padded_nested(qkv: Tensor, spans: Spans) -> Tensor:
    """By torch's nested tensors."""
    parts = [
        torch.nested.nested_tensor(
            [one.transpose(0, 1) for one in part.split(list(spans.lengths))], layout=torch.strided
        )
        for part in qkv.unbind(1)
    ]
    answer = functional.scaled_dot_product_attention(*parts)
    return torch.cat([one.transpose(0, 1).flatten(1) for one in answer.unbind()])


def flexible(qkv: Tensor, spans: Spans) -> Tensor:
    """By flex attention over all tokens, other clips masked, not compiled."""
    clip = torch.repeat_interleave(torch.tensor(spans.lengths)).to(qkv.device)

    def within(batch: Tensor, head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        del batch, head
        return clip[query] == clip[key]

    mask = create_block_mask(within, None, None, len(qkv), len(qkv), device=str(qkv.device))
    query, key, value = qkv.permute(1, 2, 0, 3)[:, None]
    answer = flex_attention(query, key, value, block_mask=mask)
    assert isinstance(answer, Tensor)
    return answer[0].transpose(0, 1).flatten(1)


WAYS: dict[str, Callable[[Tensor, Spans], Tensor]] = {
    "clip by clip": attend_each,
    "padded, masked": attend_padded,
    "nested tensors": padded_nested,
    "flex attention": flexible,
    "variable-length kernel": attend_varlen,
}


def _table(device: torch.device, dtype: torch.dtype) -> str:
    lines = [
        f"| {device.type}, {str(dtype).removeprefix('torch.')} | " + " | ".join(WAYS) + " |",
        "| --- " * (len(WAYS) + 1) + "|",
    ]
    for words, lengths in MIXES.items():
        found = _times(device, dtype, lengths)
        least = found["clip by clip"]
        assert least is not None
        cells = [
            "not known here" if taken is None else f"{taken:.1f} ({taken / least:.1f})"
            for taken in found.values()
        ]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


@torch.no_grad()
def _times(
    device: torch.device, dtype: torch.dtype, lengths: Sequence[int]
) -> dict[str, float | None]:
    size = ENCODER_SIZES["base"]
    torch.manual_seed(0)
    qkv = torch.randn(sum(lengths), 3, size.heads, size.width // size.heads, device=device)
    qkv = qkv.to(dtype)
    spans = Spans(tuple(lengths), torch.tensor([0, *lengths], device=device).cumsum(0).int())
    true = attend_each(qkv, spans)
    found: dict[str, float | None] = {}
    for name, way in WAYS.items():
        try:
            answer = way(qkv, spans)
        except (RuntimeError, NotImplementedError, ValueError, TypeError):
            found[name] = None
            continue
        allowed = 1e-4 if dtype is torch.float32 else 2e-2
        assert torch.allclose(answer.float(), true.float(), atol=allowed), name
        found[name] = 1000 * min(_seconds(way, qkv, spans) for _ in range(REPEATS))
    return found


def _seconds(way: Callable[[Tensor, Spans], Tensor], qkv: Tensor, spans: Spans) -> float:
    clock = time.perf_counter if qkv.is_cuda else time.thread_time
    if qkv.is_cuda:
        torch.cuda.synchronize()
    began = clock()
    way(qkv, spans)
    if qkv.is_cuda:
        torch.cuda.synchronize()
    return clock() - began
