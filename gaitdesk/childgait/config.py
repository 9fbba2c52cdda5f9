"""Everything a network's weights need to be used as they were trained."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from gaitdesk.childgait.clips import Sampling
from gaitdesk.childgait.encoder import ENCODER_SIZES, EncoderSize
from gaitdesk.childgait.prompting import Prompting
from gaitdesk.childgait.pruning import Pruning
from gaitdesk.domain.anatomy import Plane
from gaitdesk.domain.coding import FormInvalid, decode, encode
from gaitdesk.domain.evgs import Item

FORM = 1
"""Version of the configuration's form; raised when an older reader would misread it."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """What a network is and what it must be fed; stored with its weights.

    Attributes:
        encoder: Measures of the encoder; pictures and their size are those of the sampling.
        sampling, prompting, pruning: How a film becomes the network's input.
        rotation_planes: Films pelvic rotation is read from. It is a turn about the vertical
            that neither plane shows well; the paper's own figures place it in both.
        is_ordinal: Whether a second answer tells marked from moderate deviation.
        hidden, dropout: Of the heads.
        reads_far_limb: Whether side views speak for the limb away from the camera too.
    """

    encoder: EncoderSize
    sampling: Sampling = field(default_factory=Sampling)
    prompting: Prompting = field(default_factory=Prompting)
    pruning: Pruning = field(default_factory=Pruning)
    rotation_planes: tuple[Plane, ...] = (Plane.SAGITTAL, Plane.CORONAL)
    is_ordinal: bool = False
    hidden: int = 256
    dropout: float = 0.5
    reads_far_limb: bool = False

    def __post_init__(self) -> None:
        is_same_picture = (
            self.encoder.frames == self.sampling.frames
            and self.encoder.side_px == self.sampling.side_px
        )
        if not is_same_picture:
            raise ValueError("encoder and sampling disagree about the clip")
        if not self.rotation_planes or self.hidden < 1 or not 0.0 <= self.dropout < 1.0:
            raise ValueError("heads need a plane, a width and a dropout below 1")

    @property
    def levels(self) -> int:
        """Answers for each item and limb: atypical at all, and marked where ordinal."""
        return 2 if self.is_ordinal else 1

    def items(self, plane: Plane) -> tuple[Item, ...]:
        """Items read from films of a plane, in the order of the form."""
        return tuple(
            item
            for item in Item
            if (
                plane in self.rotation_planes
                if item is Item.PELVIC_ROTATION
                else item.plane is plane
            )
        )


def config_of(
    size: str,
    sampling: Sampling | None = None,
    prompting: Prompting | None = None,
    pruning: Pruning | None = None,
    *,
    is_ordinal: bool = False,
) -> NetworkConfig:
    """The configuration of a named encoder, its pictures as the sampling cuts them.

    Args:
        size: A name of `ENCODER_SIZES`.
        sampling: How clips are cut; as in the paper by default.
        prompting: How the skeleton is drawn; likewise.
        pruning: Which patches are kept; likewise.
        is_ordinal: See `NetworkConfig`.
    """
    cut = sampling or Sampling()
    encoder = replace(ENCODER_SIZES[size], frames=cut.frames, side_px=cut.side_px)
    return NetworkConfig(
        encoder, cut, prompting or Prompting(), pruning or Pruning(), is_ordinal=is_ordinal
    )


def config_to_json(config: NetworkConfig) -> str:
    """The configuration as it is kept beside weights."""
    return json.dumps({"form": FORM, **encode(config)}, separators=(",", ":"))


def config_from_json(text: str) -> NetworkConfig:
    """The configuration that `config_to_json` wrote.

    Raises:
        FormInvalid: It is damaged, or of a newer form.
    """
    try:
        held = json.loads(text)
    except ValueError as error:
        raise FormInvalid("the configuration is no JSON") from error
    if not isinstance(held, dict) or held.get("form") != FORM:
        raise FormInvalid(f"the configuration is not of form {FORM}")
    config: NetworkConfig = decode(NetworkConfig, held)
    return config
