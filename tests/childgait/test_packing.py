import numpy as np
import pytest
import torch

from gaitdesk.childgait.packing import MEAN, STD, PackedClips, pack
from tests.childgait.made import SMALL, made_clips, made_encoder

GRID = SMALL.grid


def test_a_tubelet_times_the_flattened_weights_is_the_convolution():
    proj = made_encoder().patch_embed.proj
    (clip,) = made_clips(1)
    packed = pack([clip], None, 16)
    pixels = (torch.from_numpy(clip) / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
    expected = proj(pixels.permute(3, 0, 1, 2).unsqueeze(0)).flatten(2)[0].T
    found = packed.tubelets @ proj.weight.flatten(1).T + proj.bias
    assert torch.allclose(found, expected, atol=1e-4)


def test_positions_count_time_then_rows_then_columns():
    kept = np.zeros(GRID, dtype=bool)
    kept[2, 1, 3] = kept[0, 0, 2] = kept[7, 3, 0] = True
    packed = pack(made_clips(1), [kept], 16)
    assert packed.positions.tolist() == [2, 2 * 16 + 1 * 4 + 3, 7 * 16 + 3 * 4]
    assert packed.lengths == (3,)


def test_what_is_kept_is_what_the_full_clip_has_there():
    clips = made_clips(3)
    random = np.random.default_rng(0)
    kept = [random.random(GRID) < share for share in (0.1, 0.5, 0.9)]
    packed = pack(clips, kept, 16)
    for number, (clip, part) in enumerate(
        zip(clips, packed.tubelets.split(list(packed.lengths)), strict=True)
    ):
        everything = pack([clip], None, 16).tubelets
        assert torch.equal(part, everything[torch.from_numpy(kept[number].ravel())])


def test_clips_may_be_tensors_and_of_other_frame_counts():
    clip = made_clips(1)[0]
    short = torch.from_numpy(clip[:8])
    packed = pack([clip, short], None, 16)
    assert packed.lengths == (128, 64)
    assert torch.equal(packed.tubelets[:64], packed.tubelets[128:])


def test_the_ends_of_the_clips_are_told_as_kernels_want_them():
    packed = PackedClips(torch.zeros(6, 4), torch.arange(6), (1, 3, 2))
    assert packed.cu_seqlens.tolist() == [0, 1, 4, 6]
    assert packed.cu_seqlens.dtype == torch.int32


def test_changing_precision_changes_the_pixels_alone():
    packed = pack(made_clips(1), None, 16).to("cpu", torch.bfloat16)
    assert packed.tubelets.dtype == torch.bfloat16
    assert packed.positions.dtype == torch.int64


@pytest.mark.parametrize(
    "clip",
    [
        np.zeros((15, 64, 64, 3), np.uint8),
        np.zeros((16, 60, 60, 3), np.uint8),
        np.zeros((16, 64, 32, 3), np.uint8),
        np.zeros((16, 64, 64, 3), np.float32),
        np.zeros((16, 3, 64, 64), np.uint8),
        np.zeros((0, 64, 64, 3), np.uint8),
    ],
)
def test_what_cannot_be_cut_into_tubelets_is_a_mistake(clip):
    with pytest.raises(ValueError, match="clip"):
        pack([clip], None, 16)


def test_a_clip_that_keeps_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="at least one"):
        pack(made_clips(1), [np.zeros(GRID, bool)], 16)


def test_what_to_keep_must_have_the_shape_of_the_tubelets():
    with pytest.raises(ValueError, match="shape"):
        pack(made_clips(1), [np.ones((8, 4, 5), bool)], 16)
    with pytest.raises(ValueError, match="say what to keep"):
        pack(made_clips(2), [np.ones(GRID, bool)], 16)
