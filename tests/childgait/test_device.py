import pytest
import torch

from gaitdesk.childgait import device as devices
from gaitdesk.childgait.device import batch_that_fits, memory_needed_bytes
from gaitdesk.childgait.encoder import ENCODER_SIZES
from gaitdesk.domain.errors import MemoryTooSmall
from gaitdesk.perception.compute import ComputeDevice

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "the processor")
BASE = ENCODER_SIZES["base"]
TINY = ENCODER_SIZES["tiny"]


def test_more_tokens_need_more_memory_and_training_most():
    few, many = (memory_needed_bytes(BASE, [n] * 4) for n in (235, 1568))
    assert few < many
    assert memory_needed_bytes(BASE, [235] * 4, torch.bfloat16) < few
    assert memory_needed_bytes(BASE, [235] * 4, is_training=True) > 3 * few
    assert memory_needed_bytes(BASE, []) == 4 * BASE.parameters


def test_a_batch_fits_into_the_memory_there_is(monkeypatch):
    lengths = [1568, 200, 235, 300]
    for count in (1, 2, 3, 4):
        longest = sorted(lengths, reverse=True)[:count]
        free = memory_needed_bytes(BASE, longest) / devices.MEMORY_SHARE + 1
        monkeypatch.setattr(devices, "memory_free_bytes", lambda _, free=free: free)
        assert batch_that_fits(BASE, lengths, HERE, most=16) == count
    assert batch_that_fits(BASE, lengths, HERE, most=2) == 2


def test_on_a_processor_a_batch_stays_small_enough_to_tell_of_progress():
    assert batch_that_fits(TINY, [235] * 40, HERE, most=40) == devices.CPU_TOKENS // 235
    assert batch_that_fits(TINY, [1568] * 3, HERE, most=40) == 2
    assert batch_that_fits(TINY, [devices.CPU_TOKENS + 1], HERE, most=40) == 1
    assert batch_that_fits(TINY, [10] * 40, HERE, most=40) == 40


def test_without_room_for_one_clip_nothing_is_begun(monkeypatch):
    monkeypatch.setattr(devices, "memory_free_bytes", lambda _: 10**8)
    with pytest.raises(MemoryTooSmall, match=r"0\.1 GB of memory free, and one clip needs about"):
        batch_that_fits(BASE, [235], HERE, most=4)
