import dataclasses

import pytest
import torch

from gaitdesk.domain.errors import MemoryTooSmall, OptionInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.perception import compute
from gaitdesk.perception.compute import (
    ComputeDevice,
    compute_device,
    in_batches,
    is_out_of_memory,
    memory_free_bytes,
)

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "the processor")


def cpu_is_full():
    """The error torch really raises."""
    torch.empty(2**60)


def only(most, error=cpu_is_full):
    """Doubles up to `most` numbers; with more memory runs out. Remembers the batches it saw."""
    seen = []

    def run(batch):
        seen.append(len(batch))
        if len(batch) > most:
            error()
        return [2 * number for number in batch]

    return run, seen


def cuda_is_full():
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def python_is_full():
    raise MemoryError


@pytest.mark.parametrize("error", [cpu_is_full, cuda_is_full, python_is_full])
def test_when_memory_runs_out_half_as_many_go_on(error):
    run, seen = only(3, error)
    notes = []
    answers = finish(in_batches(range(10), run, 8, HERE, notes.append))
    assert answers == [2 * number for number in range(10)]
    assert seen == [8, 4, 2, 2, 2, 2, 2]
    assert notes == [
        "Memory ran out with 8 at once; went on with 4.",
        "Memory ran out with 4 at once; went on with 2.",
    ]


def test_while_memory_lasts_nothing_is_noted():
    run, seen = only(100)
    notes, steps = [], []
    answers = finish(in_batches("abcde", run, 2, HERE, notes.append), steps.append)
    assert answers == ["aa", "bb", "cc", "dd", "ee"]
    assert seen == [2, 2, 1]
    assert notes == []
    assert [(step.done, step.total) for step in steps] == [(2, 5), (4, 5), (5, 5)]


def test_one_item_without_memory_ends_with_a_remedy():
    run, _ = only(0)
    with pytest.raises(MemoryTooSmall, match=r"the processor has .* GB.*smaller network"):
        finish(in_batches([1, 2, 3], run, 4, HERE, lambda _: None))


def test_tensors_of_the_failed_batch_are_gone_before_the_next():
    alive = []

    class Held:
        def __init__(self):
            alive.append(self)

        def __del__(self):
            counts.append("freed")

    counts = []

    def run(batch):
        counts.append(len(batch))
        held = Held()
        alive.clear()
        if len(batch) > 1:
            cpu_is_full()
        del held
        return list(batch)

    finish(in_batches([1, 2], run, 2, HERE, lambda _: None))
    assert counts == [2, "freed", 1, "freed", 1, "freed"]


@pytest.mark.parametrize("error", [RuntimeError("mat1 and mat2 cannot be multiplied"), KeyError()])
def test_other_errors_are_not_taken_for_want_of_memory(error):
    def run(_):
        raise error

    assert not is_out_of_memory(error)
    with pytest.raises(type(error)):
        finish(in_batches([1, 2], run, 2, HERE, lambda _: None))


def test_an_answer_too_few_is_a_mistake():
    with pytest.raises(ValueError, match="answers"):
        finish(in_batches([1, 2], lambda batch: batch[:1], 2, HERE, lambda _: None))


def test_nothing_to_run_answers_nothing():
    assert finish(in_batches([], list, 4, HERE, lambda _: None)) == []


def test_memory_is_asked_of_this_machine():
    assert 10**7 < memory_free_bytes(torch.device("cpu")) < 10**14


def test_the_device_is_chosen_once_and_cpu_is_always_there():
    assert compute_device("cpu").device.type == "cpu"
    assert compute_device() is compute_device()
    assert compute_device("cpu").name


def test_bfloat16_is_taken_where_the_processor_multiplies_it(monkeypatch):
    for facts, dtype in (
        ({"avx512_bf16": True, "cpu_name": "A"}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({"avx512_f": True, "avx512_bf16": False}, torch.float32),
        ({}, torch.float32),
    ):
        monkeypatch.setattr(compute, "_processor_facts", lambda facts=facts: facts)
        assert compute_device.__wrapped__("cpu").dtype == dtype


@pytest.mark.parametrize(
    ("capability", "dtype"), [((8, 0), torch.bfloat16), ((7, 5), torch.float32)]
)
def test_cuda_comes_first_and_older_cards_keep_float32(monkeypatch, capability, dtype):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a card")
    found = compute_device.__wrapped__()
    assert dataclasses.astuple(found) == (torch.device("cuda"), dtype, "a card")


def test_a_device_that_is_not_here_is_refused():
    with pytest.raises(OptionInvalid, match=r"no device tpu here. Choose one of: .*cpu"):
        compute_device("tpu")
