"""People found by words: the part of SAM 3 that reads says where in a picture they are.

What follows a mask through a film is another part of the same file, see `gaitdesk.perception.sam3`;
it is shown the box of whoever is found here.

Source:
    Carion et al. (2025), SAM 3: Segment Anything with Concepts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitdesk.domain.arrays import AnyArray, FloatArray, Image
from gaitdesk.domain.errors import ModelPackageInvalid
from gaitdesk.i18n import tr
from gaitdesk.perception.model import Box
from gaitdesk.perception.package import ModelPackage
from gaitdesk.perception.pretrained import admitted, load_pretrained, on_device
from gaitdesk.perception.sam3 import family_of, pixels_of

if TYPE_CHECKING:
    from gaitdesk.perception.compute import ComputeDevice

TOKENS = "tokenizer.json"
"""The file that holds which words a network knows."""
SUREST = 0.5
"""From this score on, 0 to 1, somebody counts as found; what the publisher's film model takes."""
LEAST_SHARED = 0.3
"""Intersection over union from which on somebody found is the person who was followed."""

_WHOLE = ("sam3_video", "sam3")
_END = "<|endoftext|>"
_SAME = 0.8


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom words name.

    Attributes:
        box: Where, pixels.
        score: 0 to 1.
    """

    box: Box
    score: float


class NamedPeople:
    """Finds those whom words name.

    Attributes:
        words: What is looked for.
        provenance: One line with name, version, SHA-256, licence, and the words.
    """

    def __init__(self, package: ModelPackage, words: str, where: ComputeDevice | None = None):
        """Load what reads, and let it read the words; the files are checked first.

        Args:
            package: Of SAM 3, whole.
            words: What to look for, in English, as "child".
            where: What it runs on; None takes the fastest there is.

        Raises:
            ModelPackageInvalid: Files are missing, altered, or hold nothing that reads words.
            LicenceNotAccepted: Nobody has accepted the licence yet.
            ModelLibraryMissing: torch or transformers is not installed.
            MemoryTooSmall: There is no room for it.
        """
        check_reads(package)
        where = admitted(package, where)
        self.words = words
        self.provenance = f"{package.provenance}; words: {words}"
        self._family = family_of(package)
        self._where = where
        self._network = on_device(load_pretrained(package, "Sam3Model"), where)
        self._side = int(self._network.config.vision_config.backbone_config.image_size)
        self._text, self._is_word = self._read(package)

    def found(self, image: Image) -> list[Named]:
        """Everyone in a picture whom the words name, the surest first.

        Raises:
            MemoryTooSmall: The network has no room for one picture.
        """
        import torch

        from gaitdesk.perception.compute import room_on

        with room_on(self._where), torch.inference_mode():
            out = self._network(
                pixel_values=pixels_of(image, self._side, self._family, self._where),
                text_embeds=self._text,
                attention_mask=self._is_word,
            )
            scores = out.pred_logits.float().sigmoid() * out.presence_logits.float().sigmoid()
            boxes = out.pred_boxes.float()
        return _sorted_out(scores[0].cpu().numpy(), boxes[0].cpu().numpy(), image)

    def nearest(self, image: Image, box: Box | None) -> Box | None:
        """The box of whoever is named and fills most of the same place; None where nobody does.

        Args:
            image: The picture.
            box: Where the person was followed; None takes the surest.
        """
        found = self.found(image)
        if box is None:
            return found[0].box if found else None
        shared = [(shared_part(one.box, box), one.box) for one in found]
        best = max(shared, default=(0.0, None), key=lambda one: one[0])
        return best[1] if best[0] >= LEAST_SHARED else None

    def _read(self, package: ModelPackage) -> tuple[Any, Any]:
        """What the network makes of the words, and which of its places hold one."""
        import tokenizers
        import torch

        length = int(self._network.config.text_config.max_position_embeddings)
        try:
            tokens = tokenizers.Tokenizer.from_file(str(package.path_of(TOKENS)))
            tokens.enable_truncation(length)
            tokens.enable_padding(
                length=length, pad_id=tokens.token_to_id(_END) or 0, pad_token=_END
            )
            read = tokens.encode(self.words)
            if max(read.ids) >= self._network.config.text_config.vocab_size:
                raise ValueError(tr("{file} is of another network").format(file=TOKENS))
        # What a damaged file makes the library say is a plain `Exception`.
        except Exception as error:
            raise ModelPackageInvalid(
                package.name, tr("its files cannot be used ({reason}).").format(reason=error)
            ) from error
        ids = torch.tensor([read.ids], device=self._where.device)
        is_word = torch.tensor([read.attention_mask], device=self._where.device)
        with torch.inference_mode():
            text = self._network.get_text_features(
                input_ids=ids, attention_mask=is_word, return_dict=True
            )
        return text, is_word


def reads_words(package: ModelPackage) -> bool:
    """Whether a package finds people by words, as far as its description and files say."""
    try:
        check_reads(package)
    except ModelPackageInvalid:
        return False
    return True


def check_reads(package: ModelPackage) -> None:
    """Refuse a package that holds nothing that reads words; its weights are not opened.

    Raises:
        ModelPackageInvalid: With what to do instead.
    """
    family = package.details.get("masks", {}).get("family")
    if family != "sam3":
        raise ModelPackageInvalid(
            package.name,
            tr("it reads no words; only SAM 3 does. Click the child instead, or choose sam3."),
        )
    kind = _kind_of(package.weights / "config.json")
    if package.is_present and kind not in _WHOLE:
        raise ModelPackageInvalid(
            package.name,
            tr(
                "its file holds only what follows a mask, and nothing that reads words. Take in"
                " the whole of facebook/sam3, or click the child instead."
            ),
        )
    if package.is_present and not package.holds(TOKENS):
        raise ModelPackageInvalid(
            package.name,
            tr(
                "{file} is missing, without which it reads no words. Take the folder of"
                " facebook/sam3 in again with that file in it, or click the child instead."
            ).format(file=TOKENS),
        )


def shared_part(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def _sorted_out(scores: FloatArray, boxes: AnyArray, image: Image) -> list[Named]:
    """Those found, the surest first; of two that fill the same place only the surer one.

    Args:
        scores: Shape (asked,), 0 to 1.
        boxes: Left, top, right, bottom as shares of the picture, shape (asked, 4).
        image: The picture.
    """
    height, width = image.shape[:2]
    whole = np.array([width, height, width, height])
    kept: list[Named] = []
    for which in np.argsort(-scores, kind="stable"):
        if not scores[which] >= SUREST:
            break
        left, top, right, bottom = np.clip(boxes[which] * whole, 0, whole).tolist()
        one = Named((left, top, right, bottom), float(scores[which]))
        if (
            right > left
            and bottom > top
            and not any(shared_part(one.box, other.box) > _SAME for other in kept)
        ):
            kept.append(one)
    return kept


def _kind_of(config: Path) -> str:
    """What kind of network a file of its parts says it is; empty where it cannot be read."""
    try:
        held = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(held.get("model_type", "")) if isinstance(held, dict) else ""
