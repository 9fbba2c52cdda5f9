import re

import numpy as np
import pytest
import torch
from transformers import VideoMAEConfig, VideoMAEForVideoClassification

from gaitdesk.childgait.checkpoints import LoadReport, load_encoder, load_state, size_of
from gaitdesk.childgait.encoder import ENCODER_SIZES, Encoder, EncoderSize, position_table
from gaitdesk.childgait.packing import MEAN, STD, pack
from gaitdesk.childgait.weights import save_weights
from gaitdesk.domain.errors import CheckpointRefused
from tests.childgait.made import SMALL, made_encoder

FULL = EncoderSize("made", depth=2, width=96, heads=3, mlp_width=384, patch_px=16)
"""The layout of the real ones: 16 frames of 224 px, 1,568 tokens."""


@pytest.fixture(scope="module")
def theirs():
    """The classifier of transformers with all weights random."""
    torch.manual_seed(11)
    config = VideoMAEConfig(
        hidden_size=FULL.width,
        num_hidden_layers=FULL.depth,
        num_attention_heads=FULL.heads,
        intermediate_size=FULL.mlp_width,
        layer_norm_eps=1e-6,
        qkv_bias=True,
        use_mean_pooling=True,
        num_labels=5,
    )
    model = VideoMAEForVideoClassification(config).eval()
    # Theirs takes the default there, whatever the configuration says.
    model.fc_norm.eps = 1e-6
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    return model


@pytest.fixture
def official(tmp_path):
    """Path of a checkpoint written as the official training writes it, and its tensors."""
    tensors = dict(made_encoder().state_dict())
    return tmp_path / "w.pth", tensors


def save(path, tensors):
    torch.save({"model": tensors}, path)
    return path


def empty(size=SMALL):
    torch.manual_seed(0)
    return Encoder(size).eval()


def same(encoder, tensors):
    return all(torch.equal(one, tensors[name]) for name, one in encoder.state_dict().items())


def refused(path, size=SMALL):
    encoder = empty(size)
    before = {name: one.clone() for name, one in encoder.state_dict().items()}
    with pytest.raises(CheckpointRefused) as caught:
        load_encoder(encoder, path)
    assert same(encoder, before), "a refused checkpoint changes nothing"
    words = str(caught.value)
    assert words.startswith(f"{path.name}: ")
    assert words.endswith(".")
    return words


@pytest.mark.parametrize("form", ["5", "4", "bare"])
def test_the_answer_is_that_of_transformers(theirs, tmp_path, form):
    """Unpruned and unprompted, the classes of VideoMAEForVideoClassification to 1e-4."""
    state = dict(theirs.state_dict())
    if form == "4":
        state = {
            re.sub(r"(query|value)\.bias", lambda m: f"{m[1][0]}_bias", k): v
            for k, v in state.items()
        }
        assert any(name.endswith("q_bias") for name in state)
    if form == "bare":
        state = {name.removeprefix("videomae."): one for name, one in state.items()}
    path = tmp_path / "w.safetensors"
    save_weights(path, state, {"format": "pt"})
    encoder = Encoder(FULL).eval()
    report = load_encoder(encoder, path)
    assert report == LoadReport(dropped=("head.bias", "head.weight"))
    random = np.random.default_rng(0)
    clips = random.integers(0, 256, (2, 16, 224, 224, 3), dtype=np.uint8)
    pixels = (torch.from_numpy(clips) / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
    with torch.inference_mode():
        expected = theirs(pixels.permute(0, 1, 4, 2, 3)).logits
        found = theirs.classifier(encoder(pack(list(clips), None, 16)))
    assert expected.abs().max() > 0.1
    assert torch.allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "_orig_mod.",
        "backbone.",
        "encoder.",
        "model.",
        "module.model.",
        "model._orig_mod.encoder.",
    ],
)
def test_prefixes_of_wrappers_are_stripped(official, prefix):
    path, tensors = official
    save(path, {prefix + name: one for name, one in tensors.items()})
    encoder = empty()
    assert load_encoder(encoder, path) == LoadReport()
    assert same(encoder, tensors)


def test_a_fine_tuned_checkpoint_loads_without_its_head(official):
    path, tensors = official
    save(path, {**tensors, "head.weight": torch.zeros(710, 48), "head.bias": torch.zeros(710)})
    report = load_encoder(empty(), path)
    assert report == LoadReport(dropped=("head.bias", "head.weight"))
    assert report.text() == "not part of the encoder: head.bias, head.weight."


def test_a_self_supervised_checkpoint_loads_without_decoder_and_last_norm(official):
    path, tensors = official
    encoder_part = {f"encoder.{k}": v for k, v in tensors.items() if not k.startswith("fc_norm")}
    others = ("encoder.norm.weight", "decoder.blocks.0.norm1.weight", "mask_token")
    save(path, {**encoder_part, **{name: torch.zeros(48) for name in others}})
    encoder = empty()
    report = load_encoder(encoder, path)
    assert report.missing == ("fc_norm.weight", "fc_norm.bias")
    assert report.unexpected == ()
    assert set(report.dropped) == {"norm.weight", "decoder.blocks.0.norm1.weight", "mask_token"}
    assert torch.equal(encoder.blocks[1].mlp.fc2.weight, tensors["blocks.1.mlp.fc2.weight"])


def test_a_joint_bias_is_split_and_that_of_the_keys_changes_nothing(official):
    path, tensors = official
    joint = {name: one for name, one in tensors.items() if "_bias" not in name}
    for block in range(2):
        start = f"blocks.{block}.attn."
        parts = (tensors[f"{start}q_bias"], torch.randn(48), tensors[f"{start}v_bias"])
        joint[f"{start}qkv.bias"] = torch.cat(parts)
    encoder = empty()
    report = load_encoder(encoder, save(path, joint))
    assert set(report.dropped) == {"blocks.0.attn.k_bias", "blocks.1.attn.k_bias"}
    assert same(encoder, tensors)


def test_names_nobody_knows_are_reported(official):
    path, tensors = official
    report = load_encoder(empty(), save(path, {**tensors, "temperature": torch.zeros(1)}))
    assert report.unexpected == ("temperature",)
    assert "temperature" in report.text()


def test_every_name_of_a_training_checkpoint_is_accounted_for(official):
    path, tensors = official
    torch.save({"model": {**tensors, "step": 5}, "epoch": 3}, path)
    assert set(load_encoder(empty(), path).dropped) == {"epoch", "step"}


def test_half_precision_weights_become_single(official):
    path, tensors = official
    encoder = empty()
    load_encoder(encoder, save(path, {name: one.half() for name, one in tensors.items()}))
    assert encoder.fc_norm.weight.dtype == torch.float32
    assert torch.allclose(encoder.fc_norm.weight, tensors["fc_norm.weight"], atol=1e-3)


def test_the_state_has_official_names(official):
    path, tensors = official
    save(path, {f"backbone.{name}": one for name, one in tensors.items()})
    assert set(load_state(path)) == set(tensors)


@pytest.mark.parametrize("name", ["small", "base"])
def test_a_checkpoint_tells_its_size(name):
    with torch.device("meta"):
        assert size_of(Encoder(ENCODER_SIZES[name]).state_dict()) == ENCODER_SIZES[name]
    assert size_of({"conv1.weight": torch.zeros(1)}) is None


def test_another_architecture_is_refused(official):
    path, _ = official
    names = ("conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "fc.weight")
    resnet = {name: torch.zeros(64, 3, 7, 7) for name in names}
    words = refused(save(path, resnet))
    assert "not a VideoMAE v2 network" in words
    assert "conv1.weight" in words


def test_an_image_transformer_is_refused(official):
    path, tensors = official
    flat = {**tensors, "patch_embed.proj.weight": torch.zeros(48, 3, 16, 16)}
    words = refused(save(path, flat))
    assert "patch_embed.proj.weight is expected as 48 x 3 x 2 x 16 x 16" in words
    assert "found as 48 x 3 x 16 x 16" in words


def test_wrong_shapes_are_refused_by_name(official):
    path, tensors = official
    words = refused(save(path, {**tensors, "blocks.1.mlp.fc1.weight": torch.zeros(48, 96)}))
    assert "blocks.1.mlp.fc1.weight is expected as 96 x 48 float32" in words
    assert "found as 48 x 96 float32" in words


def test_whole_numbers_are_no_weights(official):
    path, tensors = official
    words = refused(save(path, {**tensors, "fc_norm.bias": torch.zeros(48, dtype=torch.int64)}))
    assert "fc_norm.bias is expected as 48 float32 and found as 48 int64" in words


def test_other_patches_are_refused(official):
    path, tensors = official
    words = refused(
        save(path, {**tensors, "patch_embed.proj.weight": torch.zeros(48, 3, 2, 14, 14)})
    )
    assert "2 x 14 x 14, and this network for 2 x 16 x 16" in words


def test_a_larger_sister_is_refused_by_its_name(official):
    path, _ = official
    tensors = {"patch_embed.proj.weight": torch.zeros(384, 3, 2, 16, 16)}
    tensors |= {f"blocks.{block}.norm1.weight": torch.zeros(384) for block in range(12)}
    words = refused(save(path, tensors), ENCODER_SIZES["tiny"])
    assert "size small, and size tiny was asked for" in words


def test_a_missing_block_is_refused(official):
    path, tensors = official
    partial = {name: one for name, one in tensors.items() if not name.startswith("blocks.1.")}
    assert "lacks blocks.1.norm1.weight" in refused(save(path, partial))


def test_parts_that_would_change_the_answer_are_refused(official):
    path, tensors = official
    words = refused(save(path, {**tensors, "blocks.0.gamma_1": torch.ones(48)}))
    assert "does not know (blocks.0.gamma_1)" in words


def test_a_weight_under_two_names_is_refused(official):
    path, tensors = official
    words = refused(save(path, {**tensors, "model.fc_norm.bias": torch.zeros(48)}))
    assert "fc_norm.bias twice" in words


def test_learned_positions_and_those_of_other_lengths_are_refused(official):
    path, tensors = official
    for tokens in (64, 128):
        words = refused(save(path, {**tensors, "pos_embed": torch.zeros(1, tokens, 48)}))
        assert f"positions of its own for {tokens} tokens" in words


def test_the_fixed_positions_may_be_in_the_file(official):
    path, tensors = official
    table = position_table(SMALL).unsqueeze(0)
    assert load_encoder(empty(), save(path, {**tensors, "pos_embed": table})) == LoadReport(
        dropped=("pos_embed",)
    )


def test_our_own_weights_remember_the_form_of_their_clips(tmp_path):
    path = tmp_path / "w.safetensors"
    save_weights(path, made_encoder().state_dict(), {"frames": "32", "patch_px": "16"})
    assert "trained with frames = 32, and this network has 16" in refused(path)


def test_weights_that_are_not_finite_are_refused_by_name(official):
    path, tensors = official
    spoilt = tensors["blocks.0.attn.qkv.weight"].clone()
    spoilt[3, 4] = torch.nan
    assert "blocks.0.attn.qkv.weight" in refused(
        save(path, {**tensors, "blocks.0.attn.qkv.weight": spoilt})
    )
