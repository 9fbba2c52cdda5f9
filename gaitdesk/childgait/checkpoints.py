"""Official VideoMAE v2, transformers and our own checkpoints, brought under one set of names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from gaitdesk.childgait.encoder import ENCODER_SIZES, Encoder, EncoderSize, position_table
from gaitdesk.childgait.weights import open_weights
from gaitdesk.domain.errors import CheckpointRefused
from gaitdesk.i18n import clauses, listed, tr

PREFIXES = ("_orig_mod.", "module.", "backbone.", "encoder.", "model.")
"""Which wrappers and training programs put before the official names."""
NOT_THE_ENCODER = ("head.", "heads.", "norm.", "decoder.", "encoder_to_decoder.", "mask_token")
"""Parts of other tasks, and the last norm of self-supervised models; none has a place here."""
_CORE = ("patch_embed.", "blocks.")
_SHOWN = 3
_LAYER = re.compile(r"(?:.*\.)?layer\.(\d+)\.(.+)")
_IN_A_BLOCK = {
    "attention.attention.query.bias": "attn.q_bias",
    "attention.attention.value.bias": "attn.v_bias",
    "attention.attention.key.bias": "attn.k_bias",
    "attention.attention.q_bias": "attn.q_bias",
    "attention.attention.v_bias": "attn.v_bias",
    "attention.output.dense.weight": "attn.proj.weight",
    "attention.output.dense.bias": "attn.proj.bias",
    "intermediate.dense.weight": "mlp.fc1.weight",
    "intermediate.dense.bias": "mlp.fc1.bias",
    "output.dense.weight": "mlp.fc2.weight",
    "output.dense.bias": "mlp.fc2.bias",
    "layernorm_before.weight": "norm1.weight",
    "layernorm_before.bias": "norm1.bias",
    "layernorm_after.weight": "norm2.weight",
    "layernorm_after.bias": "norm2.bias",
}
"""Names in transformers, 4 and 5, of what a block holds."""
_QKV = tuple(f"attention.attention.{part}.weight" for part in ("query", "key", "value"))
_AROUND = {
    "embeddings.patch_embeddings.projection.": "patch_embed.proj.",
    "layernorm.": "norm.",
    "classifier.": "head.",
}


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of every name in a checkpoint and in the encoder.

    Attributes:
        missing: Weights the checkpoint lacks; they stay as they were.
        unexpected: Tensors of the checkpoint nobody knows.
        dropped: What belongs to other parts than the encoder and was left out knowingly.
    """

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def text(self) -> str:
        """One sentence for people."""
        parts = [
            (self.missing, tr("absent and left as they were: {names}")),
            (self.unexpected, tr("unknown and not used: {names}")),
            (self.dropped, tr("not part of the encoder: {names}")),
        ]
        said = [words.format(names=_listed(names)) for names, words in parts if names]
        if not said:
            return tr("Every weight has found its place.")
        return tr("{words}.").format(words=clauses(said))


def load_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint by their official VideoMAE v2 names.

    Raises:
        CheckpointRefused: The file is damaged, unsafe, or names one weight twice.
    """
    return official_names(open_weights(path).tensors, path.name)


def official_names(tensors: Mapping[str, Tensor], file: str) -> dict[str, Tensor]:
    """Tensors under the names of the official VideoMAE v2 fine-tuning model.

    Prefixes of wrappers are stripped, names of transformers translated, and separate query, key
    and value matrices joined.

    Args:
        tensors: As they were found.
        file: What to call the checkpoint where it must be refused.
    """
    state: dict[str, Tensor] = {}
    for name, tensor in _joined(tensors).items():
        short = _official_name(name)
        for part, values in _split_bias(short, tensor):
            if part in state:
                raise CheckpointRefused(
                    file,
                    tr(
                        "holds the weights {tensor} twice."
                        " Save the one network alone, and choose that file."
                    ).format(tensor=part),
                )
            state[part] = values
    return state


def size_of(state: Mapping[str, Tensor]) -> EncoderSize | None:
    """The member of the family that weights under official names were made for, if any."""
    weight = state.get("patch_embed.proj.weight")
    if weight is None or weight.ndim != 5:
        return None
    facts = (_depth(state), weight.shape[0], weight.shape[-1])
    for size in ENCODER_SIZES.values():
        if facts == (size.depth, size.width, size.patch_px):
            return size
    return None


def load_encoder(encoder: Encoder, path: Path) -> LoadReport:
    """Put a checkpoint's weights into an encoder, all of them or none.

    Only the last norm may be absent, as it is from self-supervised checkpoints.

    Raises:
        CheckpointRefused: The file is damaged or unsafe, or made for another network.
    """
    found = open_weights(path)
    state = official_names(found.tensors, path.name)
    _check_about(path.name, found.about, encoder.size)
    state, dropped = _without_other_parts(path.name, state, encoder.size)
    own = encoder.state_dict()
    missing = tuple(name for name in own if name not in state)
    unexpected = tuple(sorted(name for name in state if name not in own))
    _check_fit(path.name, state, own, encoder.size)
    encoder.load_state_dict({name: state[name] for name in own if name in state}, strict=False)
    return LoadReport(missing, unexpected, tuple(sorted((*dropped, *found.ignored))))


def _joined(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Separate query, key and value matrices made one, under a name of its own."""
    joined = dict(tensors)
    for name in tensors:
        if name.endswith(_QKV[0]):
            start = name.removesuffix(_QKV[0])
            names = [start + part for part in _QKV]
            if all(one in tensors and tensors[one].ndim == 2 for one in names):
                joined[f"{start}qkv.weight"] = torch.cat([joined.pop(one) for one in names])
    return joined


def _official_name(name: str) -> str:
    layer = _LAYER.fullmatch(name)
    if layer is not None:
        inner = "attn.qkv.weight" if layer[2] == "qkv.weight" else _IN_A_BLOCK.get(layer[2])
        if inner is not None:
            return f"blocks.{layer[1]}.{inner}"
    name = name.removeprefix("videomae.")
    stripped = True
    while stripped:
        stripped = False
        for prefix in PREFIXES:
            if name.startswith(prefix):
                name, stripped = name.removeprefix(prefix), True
    for theirs, ours in _AROUND.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name


def _split_bias(name: str, tensor: Tensor) -> Iterable[tuple[str, Tensor]]:
    """One bias for queries, keys and values as the official three."""
    if not name.endswith("attn.qkv.bias") or tensor.ndim != 1 or len(tensor) % 3:
        return [(name, tensor)]
    start = name.removesuffix("qkv.bias")
    return zip((f"{start}{part}_bias" for part in "qkv"), tensor.chunk(3), strict=True)


def _without_other_parts(
    file: str, state: dict[str, Tensor], size: EncoderSize
) -> tuple[dict[str, Tensor], list[str]]:
    """The encoder's weights alone, and the names of what was left out."""
    dropped = [name for name in state if name.startswith(NOT_THE_ENCODER)]
    # A bias of the keys adds the same to every score of a query; the softmax does not see it.
    dropped += [name for name in state if name.endswith(".attn.k_bias")]
    if "pos_embed" in state:
        table, found = position_table(size), state["pos_embed"].squeeze(0)
        if found.shape != table.shape or not torch.allclose(found.float(), table, atol=1e-4):
            raise CheckpointRefused(
                file,
                tr(
                    "has positions of its own for {found} tokens, and this network has {known}"
                    " with fixed positions. Choose weights made for {frames} frames of {side} px"
                    " without learned positions."
                ).format(
                    found=found.shape[0] if found.ndim else 0,
                    known=len(table),
                    frames=size.frames,
                    side=size.side_px,
                ),
            )
        dropped.append("pos_embed")
    return {name: tensor for name, tensor in state.items() if name not in dropped}, dropped


def _check_about(file: str, about: Mapping[str, str], size: EncoderSize) -> None:
    """Refuse weights of our own that were trained for clips of another form."""
    for fact, own in (
        ("frames", size.frames),
        ("patch_px", size.patch_px),
        ("side_px", size.side_px),
    ):
        if fact in about and about[fact] != str(own):
            raise CheckpointRefused(
                file,
                tr(
                    "was trained with {fact} = {found}, and this network has {own}."
                    " Choose a network of that form, or other weights."
                ).format(fact=fact, found=about[fact], own=own),
            )


def _check_fit(
    file: str, state: Mapping[str, Tensor], own: Mapping[str, Tensor], size: EncoderSize
) -> None:
    """Refuse weights made for another network."""
    if not any(name.startswith(_CORE) for name in state):
        raise CheckpointRefused(
            file,
            tr(
                "is not a VideoMAE v2 network (it begins with {names})."
                " Choose the checkpoint of a VideoMAE v2 encoder."
            ).format(names=_listed(tuple(state))),
        )
    _check_form(file, state, size)
    for name, tensor in state.items():
        if name in own and (tensor.shape != own[name].shape or not tensor.is_floating_point()):
            raise CheckpointRefused(
                file,
                tr(
                    "does not fit: {tensor} is expected as {expected} and found as {found}."
                    " Choose the weights of a VideoMAE v2 network of size {size}."
                ).format(
                    tensor=name,
                    expected=_form(own[name]),
                    found=_form(tensor),
                    size=size.name,
                ),
            )
    missing = [name for name in own if name.startswith(_CORE) and name not in state]
    foreign = [name for name in state if name.startswith(_CORE) and name not in own]
    if missing or foreign:
        lacks = tr("lacks {names}").format(names=_listed(missing))
        has = tr("has parts this network does not know ({names})").format(names=_listed(foreign))
        raise CheckpointRefused(
            file,
            tr("{fault}. Choose the whole checkpoint of a plain VideoMAE v2 encoder.").format(
                fault=lacks if missing else has
            ),
        )


def _check_form(file: str, state: Mapping[str, Tensor], size: EncoderSize) -> None:
    """Say plainly when weights are those of a sister network."""
    weight = state.get("patch_embed.proj.weight")
    cut = (size.tubelet, size.patch_px, size.patch_px)
    if weight is not None and weight.ndim == 5 and tuple(weight.shape[2:]) != cut:
        raise CheckpointRefused(
            file,
            tr(
                "is made for tubelets of {found}, and this network for {own}"
                " (frames x rows x columns). Choose weights for that form."
            ).format(found=" x ".join(map(str, weight.shape[2:])), own=" x ".join(map(str, cut))),
        )
    known = size_of(state)
    if known is not None and (known.depth, known.width) != (size.depth, size.width):
        raise CheckpointRefused(
            file,
            tr(
                "holds a network of size {found}, and size {own} was asked for."
                " Choose that size, or other weights."
            ).format(found=known.name, own=size.name),
        )


def _depth(state: Mapping[str, Tensor]) -> int:
    numbers = [name.split(".")[1] for name in state if name.startswith("blocks.")]
    return 1 + max((int(number) for number in numbers if number.isdigit()), default=-1)


def _form(tensor: Tensor) -> str:
    shape = " x ".join(map(str, tensor.shape))
    return f"{shape} {str(tensor.dtype).removeprefix('torch.')}"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - _SHOWN
    return listed(every[:_SHOWN]) + (tr(" and %n more", "", more) if more > 0 else "")
