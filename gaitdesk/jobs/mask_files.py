"""Masks followed anew, kept beside the store by what is in them.

They stay although nobody wants them any more: what is undone can be done again without following
anyone anew. They go when the patient is erased.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from gaitdesk.domain.correction import Correction, MaskRun
from gaitdesk.domain.errors import AnalysisUnreadable
from gaitdesk.domain.mask import FrameMask, MaskTrack
from gaitdesk.i18n import tr
from gaitdesk.media.output import atomic_write
from gaitdesk.perception.correct import of_chosen_person
from gaitdesk.store.erasing import MASKS

_MOST_READ = 8
_FORM = 1


def keep_masks(track: MaskTrack, folder: Path) -> str:
    """Keep the masks of a film; when this returns, they are on the disk.

    Args:
        track: A mask a frame; None where there is none, or none was followed.
        folder: The data folder.

    Returns:
        The name they are kept under: a hash of the file.

    Raises:
        DiskFull, OutputNotWritable: The folder cannot take the file.
    """
    held = [(frame, mask) for frame, mask in enumerate(track.frames) if mask is not None]
    into = io.BytesIO()
    np.savez_compressed(
        into,
        form=np.array(_FORM),
        film=np.array([track.width, track.height, len(track)], np.int64),
        frames=np.array([frame for frame, _ in held], np.int64),
        boxes=np.array(
            [(one.left, one.top, one.width, one.height) for _, one in held], np.int64
        ).reshape(-1, 4),
        bits=np.concatenate([np.zeros(0, np.uint8), *(one.bits for _, one in held)]),
    )
    name = hashlib.sha256(into.getvalue()).hexdigest()
    place = folder / MASKS / name
    if place.exists():
        # As new again: it may have lain there without an entry until now.
        with contextlib.suppress(OSError):
            place.touch()
    else:
        with atomic_write(place) as draft:
            draft.write_bytes(into.getvalue())
    return name


def runs_of(
    folder: Path, corrections: Mapping[int, Iterable[Correction]]
) -> Mapping[str, MaskTrack]:
    """The masks that corrections in force refer to, by what they call them.

    Args:
        folder: The data folder.
        corrections: Of each film, in the order they were made in.

    Raises:
        AnalysisUnreadable: A file is missing, or is not the one that was kept.
    """
    return {
        one.masks: _read(folder / MASKS / one.masks)
        for own in corrections.values()
        for one in of_chosen_person(tuple(own))[1]
        if isinstance(one, MaskRun)
    }


# What stands under a hash never changes.
@lru_cache(maxsize=_MOST_READ)
def _read(place: Path) -> MaskTrack:
    try:
        content = place.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != place.name:
        raise AnalysisUnreadable(
            tr(
                "{name} is missing, or is not the file that was kept; undo the step in which the"
                " mask was followed, or follow it again"
            ).format(name=place)
        )
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            parts = {name: held[name] for name in ("form", "film", "frames", "boxes", "bits")}
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise AnalysisUnreadable(tr("{name} holds no masks").format(name=place)) from error
    if int(parts["form"]) != _FORM:
        raise AnalysisUnreadable(
            tr("{name} was written by a newer GaitDesk; update it").format(name=place)
        )
    width, height, count = (int(value) for value in parts["film"])
    frames: list[FrameMask | None] = [None] * count
    begin = 0
    for frame, (left, top, wide, high) in zip(
        parts["frames"].tolist(), parts["boxes"].tolist(), strict=True
    ):
        end = begin + (wide * high + 7) // 8
        frames[frame] = FrameMask(left, top, wide, high, parts["bits"][begin:end])
        begin = end
    return MaskTrack(width, height, tuple(frames))
