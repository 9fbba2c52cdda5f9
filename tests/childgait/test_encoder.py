import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from gaitdesk.childgait import attention
from gaitdesk.childgait.attention import Spans, attend_each, attend_padded, attend_varlen
from gaitdesk.childgait.encoder import ENCODER_SIZES, Encoder, EncoderSize, position_table
from gaitdesk.childgait.packing import PackedClips, pack
from tests.childgait.made import SMALL, made_clips, made_encoder, slow_forward

ENCODER = made_encoder()
CLIPS = made_clips(4)


@st.composite
def keep_masks(draw):
    """What to keep of each of one to four clips, from a single tubelet to all."""
    masks = []
    for _ in range(draw(st.integers(1, 4))):
        random = np.random.default_rng(draw(st.integers(0, 2**32)))
        mask = random.random(SMALL.grid) < draw(st.sampled_from((0.0, 0.05, 0.15, 0.5, 1.0)))
        mask.flat[draw(st.integers(0, mask.size - 1))] = True
        masks.append(mask)
    return masks


@settings(deadline=None, max_examples=10)
@given(keep_masks())
def test_pruned_and_packed_is_the_slow_masked_network(kept):
    clips = CLIPS[: len(kept)]
    with torch.inference_mode():
        found = ENCODER(pack(clips, kept, 16))
        expected = slow_forward(ENCODER, clips, kept)
    assert torch.allclose(found, expected, atol=1e-4)


def test_keeping_all_is_not_pruning():
    everything = [np.ones(SMALL.grid, bool)] * 2
    with torch.inference_mode():
        kept = ENCODER(pack(CLIPS[:2], everything, 16))
        unpruned = ENCODER(pack(CLIPS[:2], None, 16))
    assert torch.equal(kept, unpruned)


def test_gradients_are_those_of_the_slow_masked_network():
    random = np.random.default_rng(5)
    kept = [random.random(SMALL.grid) < share for share in (0.1, 0.4, 0.4)]
    weights = torch.from_numpy(random.normal(size=(3, SMALL.width))).float()
    gradients = []
    for forward in (
        lambda encoder: encoder(pack(CLIPS[:3], kept, 16)),
        lambda encoder: slow_forward(encoder, CLIPS[:3], kept),
    ):
        encoder = made_encoder()
        (forward(encoder) * weights).sum().backward()
        gradients.append({name: one.grad for name, one in encoder.named_parameters()})
    packed, slow = gradients
    for name, gradient in packed.items():
        assert gradient is not None, name
        scale = slow[name].abs().max()
        assert torch.allclose(gradient, slow[name], atol=1e-4 * scale.item(), rtol=1e-3), name


def test_the_order_of_clips_does_not_matter():
    random = np.random.default_rng(1)
    kept = [random.random(SMALL.grid) < 0.3 for _ in range(4)]
    order = [2, 0, 3, 1]
    with torch.inference_mode():
        found = ENCODER(pack(CLIPS, kept, 16))
        turned = ENCODER(pack([CLIPS[i] for i in order], [kept[i] for i in order], 16))
    assert torch.allclose(found[order], turned, atol=1e-5)


def test_the_order_of_a_clips_tokens_does_not_matter():
    packed = pack(CLIPS[:1], None, 16)
    order = torch.randperm(packed.lengths[0])
    turned = PackedClips(packed.tubelets[order], packed.positions[order], packed.lengths)
    with torch.inference_mode():
        assert torch.allclose(ENCODER(packed), ENCODER(turned), atol=1e-5)


def test_clips_know_nothing_of_each_other():
    other = [np.zeros_like(CLIPS[1]), CLIPS[2]]
    with torch.inference_mode():
        beside_noise = ENCODER(pack([CLIPS[0], CLIPS[1], CLIPS[2]], None, 16))
        beside_black = ENCODER(pack([CLIPS[0], *other], None, 16))
    assert torch.equal(beside_noise[[0, 2]], beside_black[[0, 2]])
    assert not torch.allclose(beside_noise[1], beside_black[1])


def test_padding_and_clip_by_clip_agree():
    lengths = (5, 1, 9, 9, 2)
    qkv = torch.randn(sum(lengths), 3, 2, 8)
    ends = torch.tensor(np.cumsum((0, *lengths)), dtype=torch.int32)
    spans = Spans(lengths, ends)
    assert torch.allclose(attend_each(qkv, spans), attend_padded(qkv, spans), atol=1e-6)


def test_recording_attention_leaves_the_tokens_and_adds_up_to_one():
    random = np.random.default_rng(2)
    kept = [random.random(SMALL.grid) < share for share in (0.2, 0.6)]
    packed = pack(CLIPS[:2], kept, 16)
    with torch.inference_mode():
        tokens, attention = ENCODER.tokens_with_attention(packed)
        assert torch.equal(tokens, ENCODER.tokens(packed))
    assert [tuple(one.shape) for one in attention] == [
        (SMALL.depth, length, length) for length in packed.lengths
    ]
    for one in attention:
        assert torch.allclose(one.sum(-1), torch.ones(()), atol=1e-5)


def test_with_and_without_gradients_the_answer_is_one():
    packed = pack(CLIPS[:2], None, 16)
    with torch.inference_mode():
        without = ENCODER(packed)
    assert torch.allclose(ENCODER(packed).detach(), without, atol=1e-6)


def test_bfloat16_keeps_the_sum_along_the_blocks_in_float32():
    packed = pack(CLIPS[:2], None, 16)
    halved = made_encoder().compute_in(torch.bfloat16)
    with torch.inference_mode():
        exact, rounded = ENCODER(packed), halved(packed)
    assert rounded.dtype == torch.float32
    assert (exact - rounded).abs().max() < 0.05 * exact.abs().max()


def test_clips_skip_blocks_in_training_alone():
    encoder = made_encoder(drop_path=0.9)
    packed = pack(CLIPS[:2], None, 16)
    with torch.no_grad():
        assert torch.equal(encoder(packed), ENCODER(packed))
        encoder.train()
        answers = torch.stack([encoder(packed) for _ in range(8)])
    assert answers.std(0).max() > 0


def test_a_clip_that_skips_every_block_keeps_its_embedding():
    encoder = made_encoder(dataclasses.replace(SMALL, depth=1)).train()
    encoder.blocks[0].drop_path = 1 - 1e-9
    packed = pack(CLIPS[:1], None, 16)
    embedded = encoder.patch_embed(packed.tubelets) + encoder.position_table
    assert torch.allclose(encoder.tokens(packed), embedded)


def test_the_names_are_those_of_the_official_network():
    names = set(Encoder(EncoderSize("made", 1, 12, 3, 24, 16)).state_dict())
    block = (
        *(f"norm{n}.{part}" for n in (1, 2) for part in ("weight", "bias")),
        *("attn.qkv.weight", "attn.q_bias", "attn.v_bias", "attn.proj.weight", "attn.proj.bias"),
        *(f"mlp.fc{n}.{part}" for n in (1, 2) for part in ("weight", "bias")),
    )
    around = ("patch_embed.proj.weight", "patch_embed.proj.bias", "fc_norm.weight", "fc_norm.bias")
    assert names == {*around, *(f"blocks.0.{name}" for name in block)}


@pytest.mark.parametrize(
    ("name", "parameters", "giga_multiplications"),
    [("small", 21.9e6, 57), ("base", 86.2e6, 180), ("large", 303.9e6, 597),
     ("huge", 631.6e6, 1192), ("giant", 1011.6e6, 2543)],
)  # fmt: skip
def test_the_family_has_the_published_measures(name, parameters, giga_multiplications):
    size = ENCODER_SIZES[name]
    assert size.parameters == pytest.approx(parameters, rel=1e-3)
    found = size.multiplications([size.token_count]) / 1e9
    assert found == pytest.approx(giga_multiplications, rel=0.01)


def test_the_parameters_are_counted_right():
    assert SMALL.parameters == sum(one.numel() for one in ENCODER.parameters())


def test_the_position_table_is_one_sinusoid_over_the_flattened_index():
    table = position_table(ENCODER_SIZES["tiny"])
    assert table.shape == (1568, 192)
    assert table[1500, 10].item() == pytest.approx(np.sin(1500 / 10000 ** (10 / 192)), abs=1e-6)
    assert table[1500, 11].item() == pytest.approx(np.cos(1500 / 10000 ** (10 / 192)), abs=1e-6)


def test_half_the_frames_take_the_mean_of_two_neighbouring_times():
    tiny = ENCODER_SIZES["tiny"]
    full = position_table(tiny).view(8, 196, 192)
    half = position_table(dataclasses.replace(tiny, frames=8)).view(4, 196, 192)
    assert torch.allclose(half, (full[0::2] + full[1::2]) / 2, atol=1e-6)


def test_twice_the_frames_run_from_the_first_time_to_the_last():
    tiny = ENCODER_SIZES["tiny"]
    full = position_table(tiny).view(8, 196, 192)
    double = position_table(dataclasses.replace(tiny, frames=32)).view(16, 196, 192)
    assert torch.allclose(double[[0, -1]], full[[0, -1]], atol=1e-6)
    assert torch.allclose(double[1], 0.75 * full[0] + 0.25 * full[1], atol=1e-6)


def test_training_in_mixed_precision_has_a_gradient_for_every_weight():
    encoder = made_encoder(drop_path=0.1).train()
    with torch.autocast("cpu", torch.bfloat16):
        answer = encoder(pack(CLIPS[:2], None, 16))
    assert answer.dtype == torch.float32
    answer.square().sum().backward()
    assert all(weight.grad.isfinite().all() for weight in encoder.parameters())


def test_the_kernel_of_cuda_is_given_what_it_asks_for(monkeypatch):
    """Its seven arguments, checked as torch documents them and answered the slow way."""

    def kernel(query, key, value, ends_q, ends_k, longest_q, longest_k):
        assert query.shape == key.shape == value.shape == (20, 2, 8)
        assert ends_q.dtype == ends_k.dtype == torch.int32
        assert longest_q == longest_k == 9
        parts = []
        for begin, end in pairwise(ends_q.tolist()):
            each = (one[begin:end].transpose(0, 1) for one in (query, key, value))
            parts.append(functional.scaled_dot_product_attention(*each).transpose(0, 1))
        return torch.cat(parts)

    monkeypatch.setattr(attention, "varlen_attn", kernel)
    lengths = (9, 4, 7)
    spans = Spans(lengths, torch.tensor([0, 9, 13, 20], dtype=torch.int32))
    qkv = torch.randn(20, 3, 2, 8)
    assert torch.allclose(attend_varlen(qkv, spans), attend_each(qkv, spans), atol=1e-6)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no graphics card")
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-3), (torch.bfloat16, 0.05)])
def test_a_graphics_card_answers_and_learns_as_the_processor(dtype, tolerance):
    random = np.random.default_rng(5)
    packed = pack(CLIPS, [random.random(SMALL.grid) < 0.4 for _ in CLIPS], 16)
    answers, gradients = [], []
    for device, precision in (("cpu", torch.float32), ("cuda", dtype)):
        encoder = made_encoder().to(device).compute_in(precision)
        answer = encoder(packed.to(device))
        answer.square().sum().backward()
        answers.append(answer.detach().cpu())
        gradients.append(encoder.blocks[0].attn.qkv.weight.grad.float().cpu())
    for expected, found in (answers, gradients):
        assert (expected - found).abs().max() < tolerance * expected.abs().max()
