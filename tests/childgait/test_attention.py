"""Ways of attention: all the same answer, and the fastest of those a device knows."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gaitdesk.childgait.attention import (
    Spans,
    Way,
    attend,
    attend_each,
    attend_padded,
    fastest,
    weights_within,
)

LENGTHS = (5, 5, 9, 2)


def spans_of(lengths: tuple[int, ...]) -> Spans:
    ends = torch.tensor([0, *lengths]).cumsum(0).int()
    return Spans(lengths, ends)


def drawn(tokens: int) -> Tensor:
    return torch.randn(tokens, 3, 2, 8, generator=torch.Generator().manual_seed(4))


@pytest.mark.parametrize("way", [attend, attend_each, attend_padded])
def test_every_way_is_softmax_attention_within_each_clip(way: Way) -> None:
    qkv, spans = drawn(sum(LENGTHS)), spans_of(LENGTHS)
    found = way(qkv, spans)
    for part, answer in zip(qkv.split(LENGTHS), found.split(LENGTHS), strict=True):
        query, key, value = part.permute(1, 2, 0, 3)
        true = ((query @ key.transpose(1, 2)) / 8**0.5).softmax(-1) @ value
        assert torch.allclose(answer, true.transpose(0, 1).flatten(1), atol=1e-6)


def test_weights_are_the_mean_of_the_heads_and_add_up_to_one() -> None:
    found = weights_within(drawn(sum(LENGTHS)), spans_of(LENGTHS))
    assert [len(one) for one in found] == list(LENGTHS)
    assert all(torch.allclose(one.sum(1), torch.ones(len(one)), atol=1e-6) for one in found)


def refusing(qkv: Tensor, spans: Spans) -> Tensor:
    raise AssertionError("never run")


def test_the_way_that_takes_least_time_is_chosen() -> None:
    seconds = {attend_each: 3.0, attend_padded: 2.0, attend: 4.0}
    assert fastest((attend, attend_padded, attend_each), seconds.__getitem__) is attend_padded


def test_a_way_the_device_does_not_know_is_passed_over() -> None:
    def seconds(way: Way) -> float:
        if way is refusing:
            raise RuntimeError("no kernel image is available for execution on the device")
        return 1.0

    assert fastest((refusing, attend_each), seconds) is attend_each


def test_without_any_that_runs_the_last_is_taken() -> None:
    def seconds(way: Way) -> float:
        raise NotImplementedError(way)

    assert fastest((refusing, attend_each), seconds) is attend_each
