"""The part of SAM 3 that reads finds people by words, from the real files, small."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import tokenizers
import torch
from tokenizers.models import BPE
from tokenizers.processors import TemplateProcessing

from gaitdesk.domain.errors import MemoryTooSmall, ModelPackageInvalid
from gaitdesk.domain.progress import finish
from gaitdesk.media.video import probe
from gaitdesk.media.writing import FilmWriter
from gaitdesk.perception import named
from gaitdesk.perception.better import BetterEyes, seen_better
from gaitdesk.perception.compute import ComputeDevice
from gaitdesk.perception.model import MaskSeed
from gaitdesk.perception.named import Named, NamedPeople, check_reads, reads_words, shared_part
from gaitdesk.perception.sam3 import TASK
from tests.perception.eyes import dots, package_of
from tests.perception.test_better import FRAMES, Squares, followed, mask_of
from tests.perception.test_sam3 import small_sam3

HERE = ComputeDevice(torch.device("cpu"), torch.float32, "this processor")
TABLE = '[masks]\nfamily = "sam3"\n'
PICTURE = dots(np.array([[60.0, 120.0]]), 320, 240, 30)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def tokens():
    """A file of words as the large network's, with a letter a token."""
    words = ["<|startoftext|>", "<|endoftext|>", *LETTERS, *(f"{one}</w>" for one in LETTERS)]
    made = tokenizers.Tokenizer(
        BPE({word: i for i, word in enumerate(words)}, [], end_of_word_suffix="</w>",
            unk_token=words[1])
    )  # fmt: skip
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.post_processor = TemplateProcessing(
        single=f"{words[0]} $A {words[1]}", special_tokens=[(words[0], 0), (words[1], 1)]
    )
    return made.to_str().encode()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("sam3")
    small_sam3().save_pretrained(folder)
    return {one.name: one.read_bytes() for one in folder.iterdir()} | {named.TOKENS: tokens()}


@pytest.fixture(scope="module")
def package(files, tmp_path_factory):
    return package_of(tmp_path_factory.mktemp("whole") / "tiny", files, task=TASK, tables=TABLE)


@pytest.fixture(scope="module")
def people(package):
    return NamedPeople(package, "child", HERE)


def test_words_are_found_in_the_precision_of_a_card_too(package, monkeypatch):
    monkeypatch.setattr(named, "SUREST", 0.0)
    half = NamedPeople(package, "child", replace(HERE, dtype=torch.bfloat16))
    assert all(np.isfinite(one.box).all() for one in half.found(PICTURE))


def test_words_become_tokens_between_a_start_and_an_end_and_the_rest_is_no_word(people):
    length = people._network.config.text_config.max_position_embeddings
    assert people._is_word.tolist() == [[1] * 7 + [0] * (length - 7)]
    assert people._text.pooler_output.shape[:2] == (1, length)
    assert people.provenance.endswith("; words: child")


def test_whom_the_network_is_sure_of_is_found_in_pixels(people, monkeypatch):
    monkeypatch.setattr(named, "SUREST", 0.0)
    found = people.found(PICTURE)
    assert 1 <= len(found) <= 5
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        left, top, right, bottom = one.box
        assert 0 <= left < right <= 320
        assert 0 <= top < bottom <= 240
    monkeypatch.setattr(named, "SUREST", 1.1)
    assert people.found(PICTURE) == []


def test_boxes_are_shares_of_the_picture_and_twins_are_one():
    boxes = np.array([[0.1, 0.2, 0.3, 0.9], [0.11, 0.2, 0.3, 0.9], [0.5, -0.1, 0.9, 1.2],
                      [0.0, 0.0, 0.1, 0.1]])  # fmt: skip
    scores = np.array([0.6, 0.9, 0.7, 0.4])
    assert named._sorted_out(scores, boxes, PICTURE) == [
        Named(pytest.approx((35.2, 48.0, 96.0, 216.0)), 0.9),
        Named(pytest.approx((160.0, 0.0, 288.0, 240.0)), 0.7),
    ]


def test_whoever_stands_where_the_child_was_is_taken_and_nobody_else(people, monkeypatch):
    there, other = (40.0, 20.0, 80.0, 120.0), (200.0, 20.0, 240.0, 120.0)
    monkeypatch.setattr(people, "found", lambda image: [Named(other, 0.9), Named(there, 0.6)])
    assert people.nearest(PICTURE, (42.0, 22.0, 90.0, 120.0)) == there
    assert people.nearest(PICTURE, (100.0, 20.0, 140.0, 120.0)) is None
    assert people.nearest(PICTURE, None) == other
    monkeypatch.setattr(people, "found", lambda image: [])
    assert people.nearest(PICTURE, None) is None
    assert shared_part(there, there) == 1.0


def test_a_film_is_followed_from_the_box_of_whoever_is_named(people, tmp_path, monkeypatch):
    path = tmp_path / "walk.mp4"
    with FilmWriter(path) as writer:
        for _ in range(FRAMES):
            writer.write(PICTURE)
    film = probe(path)
    smaller = (82.0, 55.0, 118.0, 150.0)
    monkeypatch.setattr(people, "found", lambda image: [Named(smaller, 0.8)])
    masks = Squares()
    track = followed({3: (100.0, 100.0)})
    better = BetterEyes(masks=masks, named=people)
    finish(seen_better(film, track, mask_of(film, {3}), better))
    assert masks.seeds == {3: MaskSeed(smaller)}
    assert better.provenances == (people.provenance,)
    monkeypatch.setattr(people, "found", lambda image: [])
    finish(seen_better(film, track, mask_of(film, {3}), better))
    assert masks.seeds == {3: MaskSeed((80, 50, 120, 150))}


def test_a_file_that_only_follows_masks_says_so_in_one_sentence(files, tmp_path):
    config = json.loads(files["config.json"])["tracker_config"]
    alone = files | {"config.json": json.dumps(config).encode()}
    package = package_of(tmp_path / "tracker", alone, task=TASK, tables=TABLE)
    with pytest.raises(ModelPackageInvalid, match="holds only what follows a mask"):
        NamedPeople(package, "child", HERE)
    assert not reads_words(package)


def test_without_its_words_or_of_another_family_nothing_reads(files, package, tmp_path):
    speechless = {name: content for name, content in files.items() if name != named.TOKENS}
    mute = package_of(tmp_path / "mute", speechless, task=TASK, tables=TABLE)
    with pytest.raises(ModelPackageInvalid, match=r"tokenizer.json is missing"):
        check_reads(mute)
    other = replace(package, details={"masks": {"family": "sam2"}})
    with pytest.raises(ModelPackageInvalid, match="only SAM 3 does"):
        check_reads(other)
    assert reads_words(package)


@pytest.mark.parametrize(
    "content", [b"{}", b"no json", tokens().replace(b'"z</w>":53', b'"z</w>":530')]
)
def test_words_of_another_network_are_refused(files, tmp_path, content):
    package = package_of(tmp_path / "odd", files | {named.TOKENS: content}, task=TASK, tables=TABLE)
    with pytest.raises(ModelPackageInvalid, match="cannot be used"):
        NamedPeople(package, "z", HERE)


def test_want_of_memory_is_told_with_a_remedy(people, monkeypatch):
    def full(**_):
        raise MemoryError

    monkeypatch.setattr(people, "_network", full)
    with pytest.raises(MemoryTooSmall):
        people.found(PICTURE)
