"""The whole network: one encoder for all clips, one head for each plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from gaitdesk.childgait.clips import Clip
from gaitdesk.childgait.config import NetworkConfig, config_from_json, config_to_json
from gaitdesk.childgait.encoder import Encoder
from gaitdesk.childgait.heads import ITEMS, SIDES, PlaneHead
from gaitdesk.childgait.packing import PackedClips, pack
from gaitdesk.childgait.prompting import prompted
from gaitdesk.childgait.pruning import kept_tubelets
from gaitdesk.childgait.weights import open_weights, save_weights
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.arrays import BoolArray
from gaitdesk.domain.coding import FormInvalid
from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.i18n import tr

CONFIG_KEY = "childgait"
"""Under which a file of weights keeps its configuration."""


class ChildGaitModel(nn.Module):
    """Clips in; for both limbs and all 17 items the logit of being atypical out.

    Args:
        config: What it is; `pack_clips` makes its input of clips by the same configuration.
        drop_path: See `Encoder`; for training.

    Source:
        ChildGait-Video (2026): VideoMAE v2 with an MLP head on prompted and pruned clips.
    """

    def __init__(self, config: NetworkConfig, drop_path: float = 0.0) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config.encoder, drop_path)
        self.heads = nn.ModuleDict(
            {
                plane.value: PlaneHead(
                    config.encoder.width,
                    config.items(plane),
                    config.levels,
                    config.hidden,
                    config.dropout,
                )
                for plane in Plane
            }
        )

    def forward(self, packed: PackedClips, planes: Sequence[Plane]) -> Tensor:
        """Logits of every item of both limbs.

        Args:
            packed: The clips, on the model's device.
            planes: The plane of each clip.

        Returns:
            Shape (clips, 2, 17, levels): limbs in the order of `SIDES`, items in that of
            `ITEMS`. 0 where a clip's plane does not show an item; `answered` tells where.
        """
        return self.answers(self.encoder(packed), planes)

    def answers(self, pooled: Tensor, planes: Sequence[Plane]) -> Tensor:
        """As `forward`, from what the encoder said of each clip, shape (clips, width)."""
        if len(pooled) != len(planes):
            raise ValueError(f"{len(pooled)} clips, but the planes of {len(planes)}")
        logits = pooled.new_zeros(len(pooled), len(SIDES), len(ITEMS), self.config.levels)
        for name, head in self.heads.items():
            rows = [i for i, plane in enumerate(planes) if plane == name]
            if not rows:
                continue
            places = [ITEMS.index(item) for item in self.config.items(Plane(name))]
            part = logits[rows]
            part[:, :, places] = head(pooled[rows]).to(logits.dtype)
            logits[rows] = part
        return logits

    def answered(self, planes: Sequence[Plane]) -> Tensor:
        """Which items a clip of each plane speaks about, bool, shape (clips, 17)."""
        return torch.tensor(
            [[item in self.config.items(plane) for item in ITEMS] for plane in planes]
        )


def pack_clips(clips: Sequence[Clip], config: NetworkConfig) -> PackedClips:
    """Clips as the network sees them: skeletons drawn, background dropped, end to end."""
    return pack(
        [prompted(clip, config.prompting) for clip in clips],
        [kept_of(clip, config) for clip in clips],
        config.encoder.patch_px,
    )


def kept_of(clip: Clip, config: NetworkConfig) -> BoolArray:
    """Which tubelets of a clip the network sees, shape (T / 2, G, G)."""
    return kept_tubelets(clip, config.pruning, config.encoder.patch_px, config.encoder.tubelet)


def save_model(
    model: ChildGaitModel,
    path: Path,
    about: Mapping[str, str] | None = None,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write a network as .safetensors, its configuration inside, whole or not at all.

    Args:
        model: The network.
        path: Where.
        about: What else to remember, as what it was trained on.
        dtype: Of the numbers in the file; half of them take half the room.
    """
    size = model.config.encoder
    facts = {
        "frames": str(size.frames),
        "patch_px": str(size.patch_px),
        "side_px": str(size.side_px),
        CONFIG_KEY: config_to_json(model.config),
    }
    tensors = {name: tensor.to(dtype) for name, tensor in model.state_dict().items()}
    save_weights(path, tensors, {**(about or {}), **facts})


def load_model(path: Path) -> ChildGaitModel:
    """The network a file holds, ready to read with, in single precision.

    Raises:
        CheckpointRefused: It is damaged or unsafe, or was not written by `save_model`.
    """
    found = open_weights(path)
    if CONFIG_KEY not in found.about:
        raise CheckpointRefused(
            path.name,
            tr(
                "does not say how films become its input, so it cannot read any. Choose a network"
                " that GaitDesk has trained, or train one that starts from these weights."
            ),
        )
    try:
        model = ChildGaitModel(config_from_json(found.about[CONFIG_KEY]))
    except FormInvalid as error:
        raise CheckpointRefused(
            path.name,
            tr(
                "has a description this GaitDesk cannot read ({reason}). Update GaitDesk, or copy"
                " the file again."
            ).format(reason=error),
        ) from error
    _fill(model, found.tensors, path.name)
    return model.eval()


def _fill(model: ChildGaitModel, tensors: Mapping[str, Tensor], file: str) -> None:
    """Put every weight in its place; all must be there, and no other."""
    own = model.state_dict()
    for name in sorted(own.keys() | tensors.keys()):
        if name in own and name in tensors and own[name].shape == tensors[name].shape:
            continue
        raise CheckpointRefused(
            file,
            tr(
                "does not hold the network it describes (see {tensor})."
                " Copy or download the file again."
            ).format(tensor=name),
        )
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
