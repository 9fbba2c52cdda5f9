"""SAM 3, SAM 2.1 and EdgeTAM run from their real files, small, and remember a bounded past."""

from __future__ import annotations

import os
import weakref
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers

from gaitdesk.domain.errors import MemoryTooSmall, ModelPackageInvalid
from gaitdesk.domain.mask import FrameMask
from gaitdesk.domain.progress import finish
from gaitdesk.domain.shapes import Point
from gaitdesk.media.video import VideoReader, probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception import sam3
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.masks import overlap_share
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.sam3 import TASK, FilmMasks
from tests.perception.eyes import dots, package_of
from tests.perception.holding import held_by

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
AS_ON_A_CARD = replace(HERE, dtype=torch.bfloat16)
FRAMES = 11
BOX = MaskSeed(box=(60.0, 40.0, 200.0, 220.0))
PARTS = ("size", "tensors", "longest")


HIERA = {
    "backbone_config": {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "num_attention_heads": 1,
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 1, 1, 1],
        "window_size_per_stage": [4, 4, 4, 4],
        "global_attention_blocks": [3],
        "image_size": [128, 128],
    },
    "backbone_channel_list": [64, 32, 16, 8],
    "backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]],
    "fpn_hidden_size": 128,
}


def small_sam2():
    """SAM 2.1 with few weights; the same classes as the large ones."""
    return transformers.Sam2VideoModel(
        transformers.Sam2VideoConfig(
            vision_config=HIERA,
            prompt_encoder_config={"hidden_size": 128, "image_size": 128},
            mask_decoder_config={"hidden_size": 128, "mlp_dim": 32, "num_attention_heads": 2,
                                 "iou_head_hidden_dim": 32},
            image_size=128,
            memory_attention_hidden_size=128, memory_attention_num_layers=1,
            memory_attention_feed_forward_hidden_size=128,
            memory_attention_rope_feat_sizes=[8, 8],
            memory_encoder_hidden_size=128, memory_encoder_output_channels=64,
            mask_downsampler_embed_dim=128, memory_fuser_embed_dim=128,
            memory_fuser_intermediate_dim=128, num_maskmem=4, max_object_pointers_in_encoder=4,
        )
    )  # fmt: skip


VIT = {
    "model_type": "sam3_vision_model",
    "backbone_config": {
        "model_type": "sam3_vit_model",
        "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "image_size": 112, "pretrain_image_size": 112,
        "window_size": 4, "global_attn_indexes": [1], "patch_size": 14,
    },
    "fpn_hidden_size": 128,
    "backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]],
}  # fmt: skip
TRACKER = {
    "vision_config": VIT,
    "prompt_encoder_config": {"hidden_size": 128, "image_size": 112, "patch_size": 14},
    "mask_decoder_config": {"hidden_size": 128, "mlp_dim": 32, "num_attention_heads": 2,
                            "iou_head_hidden_dim": 32},
    "image_size": 112,
    "memory_attention_hidden_size": 128, "memory_attention_num_layers": 1,
    "memory_attention_feed_forward_hidden_size": 32, "memory_attention_rope_feat_sizes": [8, 8],
    "memory_encoder_hidden_size": 128, "memory_encoder_output_channels": 64,
    "mask_downsampler_embed_dim": 128, "memory_fuser_embed_dim": 128,
    "memory_fuser_intermediate_dim": 32, "num_maskmem": 4, "max_object_pointers_in_encoder": 4,
}  # fmt: skip
"""SAM 3 with few weights; every part is of the class of the large one's."""


def small_sam3():
    """All of SAM 3 as its publisher's file holds it: what finds and what follows in one."""
    detector = {
        "vision_config": VIT,
        "text_config": {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
                        "num_attention_heads": 2, "projection_dim": 32, "vocab_size": 64,
                        "max_position_embeddings": 16, "eos_token_id": 1, "bos_token_id": 0},
        "geometry_encoder_config": {"hidden_size": 128, "num_layers": 1, "num_attention_heads": 2,
                                    "intermediate_size": 32},
        "detr_encoder_config": {"hidden_size": 128, "num_layers": 1, "num_attention_heads": 2,
                                "intermediate_size": 32},
        "detr_decoder_config": {"hidden_size": 128, "num_layers": 1, "num_queries": 5,
                                "num_attention_heads": 2, "intermediate_size": 32},
        "mask_decoder_config": {"hidden_size": 128, "num_upsampling_stages": 2},
    }  # fmt: skip
    return transformers.Sam3VideoModel(
        transformers.Sam3VideoConfig(detector_config=detector, tracker_config=TRACKER)
    )


def small_edgetam():
    """EdgeTAM with few weights, on a backbone that needs no further library."""
    return transformers.EdgeTamVideoModel(
        transformers.EdgeTamVideoConfig(
            vision_config=HIERA,
            prompt_encoder_config={"hidden_size": 128, "image_size": 128},
            mask_decoder_config={"hidden_size": 128, "mlp_dim": 32, "num_attention_heads": 2,
                                 "iou_head_hidden_dim": 32},
            image_size=128,
            memory_attention_hidden_size=128, memory_attention_num_layers=1,
            memory_attention_mlp_hidden_size=32,
            memory_attention_rope_feat_sizes=[8, 8], memory_attention_rope_k_sizes=[4, 4],
            memory_encoder_hidden_size=128, memory_encoder_output_channels=64,
            mask_downsampler_embed_dim=128, memory_fuser_embed_dim=128,
            memory_fuser_intermediate_dim=32, num_maskmem=4, max_object_pointers_in_encoder=4,
            perceiver_resampler_num_latents=16, perceiver_resampler_num_latents_2d=16,
            perceiver_resampler_hidden_size=64, perceiver_resampler_mlp_intermediate_size=32,
            perceiver_resampler_num_layers=1,
        )
    )  # fmt: skip


SMALL = {"sam3": small_sam3, "sam2": small_sam2, "edgetam": small_edgetam}


@pytest.fixture(scope="module", params=SMALL)
def package(request, tmp_path_factory):
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp(request.param)
    SMALL[request.param]().save_pretrained(folder / "written")
    files = {one.name: one.read_bytes() for one in sorted((folder / "written").iterdir())}
    assert set(files) == {"config.json", "model.safetensors"}
    table = f'[masks]\nfamily = "{request.param}"\n'
    return package_of(folder / "tiny", files, task=TASK, tables=table)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "walk.mp4"
    with FilmWriter(path) as writer:
        for index in range(FRAMES):
            writer.write(dots(np.array([[60.0 + 12 * index, 120.0]]), 320, 240, 30))
    return probe(path)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    monkeypatch.setattr(sam3, "FRAMES_AT_ONCE", 3)


def test_a_person_is_followed_both_ways_and_little_is_remembered(package, film, monkeypatch):
    model = FilmMasks(package, HERE)
    seen, held, steps = [], [], []
    follow, make = model._followed, model._session

    def watched(session, frame, image, is_backwards):
        found = follow(session, frame, image, is_backwards)
        seen.append((frame, is_backwards))
        (outputs,) = session.output_dict_per_obj.values()
        held.append((len(session.processed_frames), len(outputs["non_cond_frame_outputs"])))
        return found

    monkeypatch.setattr(model, "_followed", watched)
    monkeypatch.setattr(model, "_session", make)
    track = finish(model.masks(film, {4: BOX, 8: MaskSeed(inside=(Point(150.0, 120.0),))}),
                   steps.append)  # fmt: skip
    forwards = [(frame, False) for frame in (4, 8, 5, 6, 7, 9, 10)]
    assert seen == [*forwards, *((frame, True) for frame in (3, 2, 1, 0))]
    assert (len(track), track.width, track.height) == (FRAMES, 320, 240)
    assert max(frames for frames, _ in held) == 0
    assert max(outputs for _, outputs in held) <= model._remembered + 1
    assert [step.done for step in steps] == list(range(1, FRAMES + 1))


@pytest.mark.parametrize("package", ["sam2"], indirect=True)
def test_only_the_frames_of_a_span_are_followed_and_decoded(package, film, monkeypatch):
    model = FilmMasks(package, HERE)
    seen, steps = [], []
    follow = model._followed

    def watched(session, frame, image, is_backwards):
        seen.append((frame, is_backwards))
        return follow(session, frame, image, is_backwards)

    monkeypatch.setattr(model, "_followed", watched)
    track = finish(model.masks(film, {6: BOX}, (2, 8)), steps.append)
    assert seen == [*((frame, False) for frame in (6, 7, 8)),
                    *((frame, True) for frame in (5, 4, 3, 2))]  # fmt: skip
    assert len(track) == FRAMES
    assert all(track.frames[frame] is None for frame in (0, 1, 9, 10))
    assert [(step.done, step.total) for step in steps] == [(i, 7) for i in range(1, 8)]
    for span in ((7, 9), (2, FRAMES), (-1, 8)):
        with pytest.raises(ValueError, match="seeds"):
            finish(model.masks(film, {6: BOX}, span))


def test_a_film_twice_as_long_takes_no_more_memory(package, tmp_path, monkeypatch):
    model = FilmMasks(package, HERE)
    alive, most_pictures, sessions = {}, 0, []
    copied, begun = VideoReader._copied, model._session

    def counted(self, frame):
        nonlocal most_pictures
        image = copied(self, frame)
        key = object()
        alive[key] = weakref.ref(image, lambda _: alive.pop(key))
        most_pictures = max(most_pictures, len(alive))
        return image

    def session(video):
        sessions.append(begun(video))
        return sessions[-1]

    monkeypatch.setattr(VideoReader, "_copied", counted)
    monkeypatch.setattr(model, "_session", session)
    peaks = []
    for count in (14, 28):
        path = tmp_path / f"{count}.mp4"
        with FilmWriter(path) as writer:
            for index in range(count):
                writer.write(dots(np.array([[30.0 + index % 60, 48.0]]), 128, 96, 12))
        seeds = {count // 2: MaskSeed((10.0, 20.0, 90.0, 80.0))}
        held = [held_by(sessions[-1]) for _ in model.masks(probe(path), seeds)]
        assert len(held) == count
        peaks.append([max(getattr(one, part) for one in held) for part in PARTS])
        assert most_pictures <= 2 * sam3.FRAMES_AT_ONCE + 2
    short, long = peaks
    assert long[0] > 0
    assert long == short


def test_a_box_and_places_reach_the_network_in_its_own_measure(package, film, monkeypatch):
    model = FilmMasks(package, HERE)
    given = {}

    def noted(session, frame, image, is_backwards):
        given.update(session.point_inputs_per_obj[0][frame])

    monkeypatch.setattr(model, "_followed", noted)
    seed = replace(BOX, inside=(Point(160.0, 120.0),), outside=(Point(320.0, 240.0),))
    model._seeded(model._session(film), 0, np.zeros((240, 320, 3), np.uint8), seed)
    side = model._side
    assert given["point_labels"].tolist() == [[[2, 3, 1, 0]]]
    wide, high = side / 320, side / 240
    assert np.allclose(
        given["point_coords"][0, 0],
        [(60 * wide, 40 * high), (200 * wide, 220 * high), (side / 2, side / 2), (side, side)],
        rtol=1e-3,
    )


def test_a_place_is_told_as_exactly_in_the_precision_of_a_card(package, film, monkeypatch):
    model = FilmMasks(package, AS_ON_A_CARD)
    given = {}

    def noted(session, frame, image, is_backwards):
        given.update(session.point_inputs_per_obj[0][frame])

    with monkeypatch.context() as patch:
        patch.setattr(model, "_followed", noted)
        model._side = 1008
        seed = MaskSeed(inside=(Point(280.6, 201.3),))
        model._seeded(model._session(film), 0, np.zeros((240, 320, 3), np.uint8), seed)
    (place,) = given["point_coords"][0, 0].tolist()
    assert place == pytest.approx((280.6 * 1008 / 320, 201.3 * 1008 / 240), abs=0.01)


def test_a_film_is_followed_in_the_precision_of_a_card(package, film):
    model = FilmMasks(package, AS_ON_A_CARD)
    mask = painted()
    track = finish(model.masks(film, {4: BOX, 6: MaskSeed(mask=mask)}, (3, 7)))
    assert track.frames[6] is mask
    assert (len(track), track.frames[2]) == (FRAMES, None)


def painted():
    """A square that somebody painted."""
    whole = np.zeros((240, 320), bool)
    whole[90:150, 80:140] = True
    return FrameMask.of(whole)


def test_a_painted_mask_is_remembered_as_it_is_and_carried_both_ways(package, film, monkeypatch):
    model = FilmMasks(package, HERE)
    told, sessions = [], []
    follow, begin = model._followed, model._session

    def watched(session, frame, image, is_backwards):
        told.append((frame, is_backwards, sorted(session.mask_inputs_per_obj[0])))
        return follow(session, frame, image, is_backwards)

    def session(video):
        sessions.append(begin(video))
        return sessions[-1]

    monkeypatch.setattr(model, "_followed", watched)
    monkeypatch.setattr(model, "_session", session)
    mask = painted()
    track = finish(model.masks(film, {4: MaskSeed(mask=mask)}, (2, 6)))
    assert track.frames[4] is mask
    assert told == [(4, False, [4]), (5, False, []), (6, False, []), (3, True, []), (2, True, [])]
    (outputs,) = sessions[0].output_dict_per_obj.values()
    assert list(outputs["cond_frame_outputs"]) == [4]
    assert "high_res_masks" not in outputs["cond_frame_outputs"][4]
    # What the network goes on from is the mask itself, and not its own reading of it.
    kept = model._on_picture(SimpleNamespace(**outputs["cond_frame_outputs"][4]), 240, 320)
    assert overlap_share(kept.full(240, 320), mask.full(240, 320)) > 0.9


def test_a_mask_and_places_of_one_frame_are_more_than_a_network_takes(package, film):
    """Why a frame that was painted tells the network of no clicks."""
    model = FilmMasks(package, HERE)
    session = model._session(film)
    index = session.obj_id_to_idx(1)
    session.add_mask_inputs(index, 0, sam3._mask_input(np.ones((240, 320), bool), model._side))
    seed = MaskSeed(inside=(Point(1.0, 1.0),))
    with pytest.raises(ValueError, match="simultaneously"):
        model._seeded(session, 0, np.zeros((240, 320, 3), np.uint8), seed)
    with pytest.raises(ValueError, match="says what box and places would"):
        replace(BOX, mask=painted())


def test_a_dot_of_paint_does_not_vanish_in_the_measure_of_the_network():
    whole = np.zeros((2160, 3840), bool)
    whole[1000, 2000] = True
    small = sam3._mask_input(whole, 112)
    assert small.shape == (1, 1, 112, 112)
    assert small.sum() == 1
    assert small[0, 0, 1000 * 112 // 2160, 2000 * 112 // 3840] == 1


def test_a_mask_lies_where_the_network_put_it(package):
    model = FilmMasks(package, HERE)
    logits = torch.full((1, 1, 32, 32), -4.0)
    logits[..., 8:16, 16:24] = 4.0
    out = type("Out", (), {"pred_masks": logits, "object_score_logits": torch.tensor([[2.0]])})
    mask = model._on_picture(out, 240, 320)
    assert (mask.left, mask.top) == (160, 60)
    assert (mask.width, mask.height) == (80, 60)
    out.object_score_logits = torch.tensor([[-2.0]])
    assert model._on_picture(out, 240, 320) is None


def test_seeds_must_lie_in_the_film(package, film):
    model = FilmMasks(package, HERE)
    for seeds in ({}, {FRAMES: BOX}, {-1: BOX}):
        with pytest.raises(ValueError, match="seeds"):
            finish(model.masks(film, seeds))
    with pytest.raises(ValueError, match="a mask, a box or a place"):
        MaskSeed(outside=(Point(1.0, 1.0),))


def test_want_of_memory_is_told_with_a_remedy(package, film, monkeypatch):
    model = FilmMasks(package, HERE)

    def full(**_):
        raise MemoryError

    monkeypatch.setattr(model, "_network", full)
    with pytest.raises(MemoryTooSmall):
        finish(model.masks(film, {0: BOX}))


def test_weights_of_another_network_are_refused(package, film):
    other = next(name for name in SMALL if name != package.details["masks"]["family"])
    said = replace(package, details={"masks": {"family": other}})
    with pytest.raises(ModelPackageInvalid):
        FilmMasks(said, HERE)
    for said in (replace(package, details={}), replace(package, task="body points")):
        with pytest.raises(ModelPackageInvalid, match="fits no network that follows masks"):
            FilmMasks(said, HERE)


def test_no_hub_is_asked_for_weights_or_code(package, monkeypatch):
    for name in ("HF_HUB_OFFLINE", "USE_HUB_KERNELS"):
        monkeypatch.delenv(name, raising=False)
    FilmMasks(package)
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["USE_HUB_KERNELS"]) == ("1", "0")
