"""Ways of showing a clip are made once, differ from each other, and come from one child."""

from __future__ import annotations

import torch

from gaitdesk.domain.progress import finish
from gaitdesk.learning.dataset import Variation
from gaitdesk.learning.lessons import Ways, lessons_of, read_shards
from gaitdesk.learning.shards import SUFFIX, save_shard
from tests.learning.children import made_shard, small_config

CONFIG = small_config()


def test_a_way_is_made_once_and_the_same_again_from_its_seed():
    shard = made_shard(1, is_atypical=True)
    ways = Ways(shard, 0, CONFIG, Variation(), 3, seed=4)
    assert ways[1] is ways[1]
    assert ways[-1] is ways[2]
    other = Ways(shard, 0, CONFIG, Variation(), 3, seed=4)
    assert torch.equal(ways[2].tubelets, other[2].tubelets)
    assert not (
        ways[0].tubelets.shape == ways[1].tubelets.shape
        and torch.equal(ways[0].tubelets, ways[1].tubelets)
    )


def test_no_child_is_both_learned_from_and_judged_by():
    children = [made_shard(k, is_atypical=k % 2 == 0) for k in range(3)]
    lessons = lessons_of(children[:2], children[2:], CONFIG, Variation(), ways=2)
    learned = {one.child for ways in lessons.training for one in ways}
    judged = {one.child for one in lessons.validation}
    assert learned == {"T000", "T001"}
    assert judged == {"T002"}


def test_children_are_read_in_the_order_of_their_names(tmp_path):
    for number in (3, 1, 2):
        shard = made_shard(number, is_atypical=False)
        save_shard(tmp_path / f"{shard.name}{SUFFIX}", shard)
    assert [one.name for one in finish(read_shards(tmp_path))] == ["T001", "T002", "T003"]
