"""EdgeTAM as it is published: where its file asks for a network of timm, ours sees instead.

timm needs torchvision, which cannot be had for every computer. This loads transformers, so only
what opens such a network imports it.

Source:
    Zhou et al. (2025), EdgeTAM: On-Device Track Anything Model, CVPR, 13832-13842.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from torch import Tensor
from transformers import (
    AutoModel,
    EdgeTamVideoConfig,
    EdgeTamVisionConfig,
    EdgeTamVisionModel,
    PreTrainedConfig,
    PreTrainedModel,
)
from transformers.modeling_outputs import BaseModelOutput

from gaitdesk.perception.repvit import RepVit

_PUBLISHED = "edgetam_vision_model"
_OF_TIMM = "timm_wrapper"
_NETWORK = "repvit_m1"


class MapsConfig(PreTrainedConfig):
    """What makes maps of a picture: RepViT-M1, which needs no more words."""

    model_type = "gaitdesk_repvit_m1"


class Maps(PreTrainedModel):
    """RepViT-M1 in place of timm's, its weights named as the file names them."""

    config_class = MapsConfig
    main_input_name = "pixel_values"

    def __init__(self, config: MapsConfig) -> None:
        super().__init__(config)
        self.timm_model = RepVit()
        self.post_init()

    def forward(self, pixel_values: Tensor, **_: Any) -> BaseModelOutput:
        """The maps of pictures, shape (pictures, 3, height, width), as `last_hidden_state`."""
        return BaseModelOutput(last_hidden_state=self.timm_model(pixel_values))


class SightConfig(EdgeTamVisionConfig):
    """What EdgeTAM sees with; unlike transformers' own it never asks a hub what it is made of."""

    model_type = "gaitdesk_edgetam_sight"

    def __post_init__(self, **given: Any) -> None:
        self.backbone_config = MapsConfig()
        super().__post_init__(**given)


class Sight(EdgeTamVisionModel):
    """EdgeTAM's own way from maps to what its memory compares."""

    config_class = SightConfig
    config: SightConfig


def config_without_timm(folder: Path) -> EdgeTamVideoConfig | None:
    """What a published EdgeTAM is made of, with our RepViT-M1 in place of timm's.

    Args:
        folder: Of its config.json.

    Returns:
        The description; None where the file asks for another network, as it is then.

    Raises:
        OSError, ValueError, KeyError, TypeError, AttributeError: The file is damaged.
    """
    said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sight = said["vision_config"]
    maps = sight.get("backbone_config") or {}
    # timm adds to a network's name, after a full stop, whose weights it began with.
    name = str(maps.get("architecture", "")).partition(".")[0]
    asked = (sight.get("model_type"), maps.get("model_type"), name)
    if asked != (_PUBLISHED, _OF_TIMM, _NETWORK):
        return None
    AutoModel.register(MapsConfig, Maps, exist_ok=True)
    AutoModel.register(SightConfig, Sight, exist_ok=True)
    kept = {
        key: value for key, value in sight.items() if key not in ("model_type", "backbone_config")
    }
    return EdgeTamVideoConfig.from_dict({**said, "vision_config": SightConfig(**kept)})
