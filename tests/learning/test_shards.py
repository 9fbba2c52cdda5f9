"""What is filmed of a child is found again in its file, and a damaged file is refused."""

from __future__ import annotations

import numpy as np
import pytest

from gaitdesk.learning.shards import SUFFIX, load_shard, save_shard
from tests.learning.children import made_shard


def test_a_shard_comes_back_as_it_was_but_for_jpeg(tmp_path):
    shard = made_shard(3, is_atypical=True)
    path = tmp_path / f"a{SUFFIX}"
    save_shard(path, shard)
    again = load_shard(path)
    assert (again.name, again.split) == (shard.name, shard.split)
    assert again.scores == pytest.approx(shard.scores)
    assert again.measures == pytest.approx(shard.measures)
    for one, other in zip(shard.clips, again.clips, strict=True):
        assert one.view is other.view
        assert (one.masks == other.masks).all()
        assert one.points_px == pytest.approx(other.points_px, abs=1e-4)
        assert one.squares_px == pytest.approx(other.squares_px)
        assert one.phase == pytest.approx(other.phase, abs=1e-6)
        off = np.abs(one.images.astype(int) - other.images)
        assert off.mean() < 4.0


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_what_is_no_shard_is_said_to_be_none(tmp_path, content):
    path = tmp_path / f"a{SUFFIX}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no shard"):
        load_shard(path)


def test_writing_leaves_nothing_but_the_file(tmp_path):
    save_shard(tmp_path / f"a{SUFFIX}", made_shard(1, is_atypical=False))
    assert [path.name for path in tmp_path.iterdir()] == [f"a{SUFFIX}"]


def test_some_clips_of_a_file_are_those_clips(tmp_path):
    path = tmp_path / f"a{SUFFIX}"
    save_shard(path, made_shard(3, is_atypical=True))
    held = load_shard(path).clips
    assert len(held) > 1
    assert len(held[1:]) == len(held) - 1
    assert (held[1:][0].masks == held[1].masks).all()
    assert (held[::-1][0].points_px == held[-1].points_px).all()
